"""The picture that stands for a story where it is shared: its headline set as the paper sets it.

Drawn with Pillow in a font with Chinese characters, where the machine has one; else the story's own
picture is shared, or none. Nothing is drawn of a story that is not live (`articles.web.share`).
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from articles.models import address
from articles.rules import renditions
from articles.text.words import CLOSING, OPENING, is_cjk
from articles.web.reading import Reading
from articles.web.setting import clauses_of

WIDTH, HEIGHT = 1200, 630  # what Open Graph's readers show uncut
MARGIN = 64
PAPER, INK, QUIET, SEAL = "#fdfcf8", "#1c1a17", "#5f594e", "#96231c"
SIZES = (92, 80, 70, 62, 54, 46)
MOST_LINES = 4

# Where systems keep a serif or sans face with Chinese characters; the boldest first.
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/source-han-serif/SourceHanSerifSC-Bold.otf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
# Collections hold a face for each region: the mainland's is the third in Noto's and Adobe's.
MAINLAND = 2


@dataclass(frozen=True)
class Share:
    """A picture to share: its address and size in pixels, and what it says."""

    address: str
    width: int
    height: int
    words: str
    is_drawn: bool


def for_story(story: Reading) -> Share | None:
    """The picture that is shared with a story: the drawn card, else its own, else none."""
    if font_path() is not None:
        card = address.of("share", story.pk, story.row.version)
        return Share(card, WIDTH, HEIGHT, story.full_title, is_drawn=True)
    if (picture := story.lead_picture) is not None:
        width = picture.widths[-1]
        height = max(1, round(picture.height * width / picture.width))
        return Share(picture.plain, width, height, picture.alt or picture.caption, is_drawn=False)
    return None


@cache
def font_path() -> str | None:
    """A font with Chinese characters, or None where the machine has none that is known."""
    return next((path for path in FONTS if Path(path).exists()), None)


def draw(story: Reading, paper: str) -> bytes:
    """A story's card as JPEG. Raises FileNotFoundError where there is no font, and OSError
    where the storage does not answer: a card without its picture would be kept."""
    card = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(card)
    right = WIDTH - MARGIN
    picture = _picture(story)
    if picture is not None:
        right = WIDTH - picture.width - MARGIN // 2
        card.paste(picture, (WIDTH - picture.width, 0))
    pen.rectangle((0, 0, WIDTH if picture is None else right + MARGIN // 2, 14), fill=SEAL)
    top = MARGIN
    if story.kicker:
        small = _font(34)
        for line in _lines(story.kicker, small, right - MARGIN)[:1]:
            pen.text((MARGIN, top), line, QUIET, small)
        top += 62
    bottom = HEIGHT - MARGIN - 56
    size, lines = _fitted(story.headline, right - MARGIN, bottom - top)
    font, step = _font(size), round(size * 1.32)
    for line in lines:
        pen.text((MARGIN, top), line, INK, font)
        top += step
    pen.line((MARGIN, bottom + 12, right, bottom + 12), INK, 2)
    foot = _font(34)
    pen.text((MARGIN, bottom + 24), paper, SEAL, foot)
    day = story.published_at.astimezone(story.row.edition.zone).date().isoformat()
    quiet = _font(28)
    pen.text((right - quiet.getlength(day), bottom + 30), day, QUIET, quiet)
    written = BytesIO()
    card.save(written, "JPEG", quality=86, optimize=True)
    return written.getvalue()


def _picture(story: Reading) -> Image.Image | None:
    """The story's lead picture, cut to stand beside the headline; None where it has none."""
    lead = story.lead_picture
    if lead is None:
        return None
    width = next((one for one in lead.widths if one >= 960), lead.widths[-1])
    try:
        with renditions.opened(lead.name, width, "jpg", lambda: story.row.payload) as file:
            copy = BytesIO(file.read())
    except FileNotFoundError:
        return None  # a copy that is gone is no reason for having no card
    try:
        with Image.open(copy) as opened:
            return ImageOps.fit(opened.convert("RGB"), (460, HEIGHT))
    except OSError:
        return None  # nor is one that is broken


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = font_path()
    if path is None:
        raise FileNotFoundError("No font with Chinese characters is known on this machine.")
    many = path.endswith(".ttc") and "CJK" in path
    return ImageFont.truetype(path, size, index=MAINLAND if many else 0)


def _fitted(text: str, width: int, height: int) -> tuple[int, list[str]]:
    """The largest size at which a headline fits, and its lines; cut with … where none does."""
    for size in SIZES:
        lines = _clauses(text, _font(size), width)
        if len(lines) <= MOST_LINES and len(lines) * size * 1.32 <= height:
            return size, lines
    lines = _clauses(text, _font(SIZES[-1]), width)
    kept = lines[:MOST_LINES]
    if len(lines) > len(kept):
        kept[-1] = kept[-1][:-1].rstrip() + "…"
    return SIZES[-1], kept


def _clauses(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """A head in lines of a width: a clause begins a line, or stands whole in what is left of one."""
    lines: list[str] = []
    is_whole = False
    for clause in clauses_of(text):
        space = "" if lines and lines[-1].endswith("：") else " "
        if is_whole and font.getlength(lines[-1] + space + clause) <= width:
            lines[-1] += space + clause
            continue
        own = _balanced(clause, font, width)
        is_whole = len(own) == 1
        lines += own
    return lines


def _balanced(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """A text in as few lines as fit, all about as long: no character stands alone in the last."""
    lines = _lines(text, font, width)
    least = round(font.getlength(text) / max(len(lines), 1))
    for narrower in range(least, width, 12) if len(lines) > 1 else ():
        if len(tried := _lines(text, font, narrower)) == len(lines):
            return tried
    return lines


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """A text in lines of a width: Latin by words, Chinese by characters, at its spaces first."""
    lines = [""]
    for piece in _pieces(text):
        if font.getlength((lines[-1] + piece).rstrip()) <= width or not lines[-1]:
            lines[-1] += piece
        elif (piece[0] in CLOSING and len(lines[-1]) > 1) or (
            lines[-1][-1:] in OPENING and len(lines[-1]) > 1
        ):  # no line begins with a closing mark
            carried = lines[-1][-1]
            lines[-1] = lines[-1][:-1]
            lines.append(carried + piece)
        else:
            lines.append(piece.lstrip())
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    """What a line cannot be broken in: a Latin word with its space, or one Chinese character."""
    pieces: list[str] = []
    for character in text.replace("\N{IDEOGRAPHIC SPACE}", " "):
        alone = is_cjk(character) or character in CLOSING or character in OPENING
        before = pieces[-1][-1] if pieces else " "
        if (
            not alone and character != " " and before not in (" ", *CLOSING) and not is_cjk(before)
        ) or (character == " " and pieces):
            pieces[-1] += character
        else:
            pieces.append(character)
    return [piece for piece in pieces if piece]
