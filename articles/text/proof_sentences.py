"""Sentences that do not end, and places still to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.text.proof_spots import Spot, lines_of, without_addresses
from articles.text.words import cjk_count

FEWEST_HAN = 20
FEWEST_WORDS = 8
LONGEST_HEADING_HAN = 24
LONGEST_HEADING_WORDS = 12
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# GB/T 15834-2011, 4.1 to 4.3: a sentence ends in 。？！; …… and —— may stand in their place. ； ends
# an item of a list (4.6), ： announces what follows (4.7).
ENDED = re.compile(r"[。！？…—!?.：:；;–-][”’」』）)》】\]\"'*]*$")
TAIL = re.compile(r"[（(\[【][^（）()\[\]【】]{0,60}[）)\]】]$")
# Signatures set after the last sentence: ⊙本报记者 赖　杰, 来源：…
SIGNED = re.compile(r"[⊙☉□■◎●◆▲△▶]|记者|通讯员|实习生|供稿|供图|摄影?$|来源|责编|编辑|[图文]/")
LIST_START = re.compile(
    r"(?:[-•·*–—●○■□◆◇▪★☆▶►>]|[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.．、]"
    r"|[①-⑳❶-❿]|[A-Za-z0-9]{1,3}\t)"
)
SENTENCE_MARK = re.compile(r"[，。；：！？,;:!?]|\.(?=\s|$)")
GAPS = re.compile(r"[\t\u3000|]|  ")
PLACEHOLDER = re.compile(
    r"(?<![A-Za-z0-9])X{3,}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])TK(?:TK)*(?![A-Za-z0-9])(?!\s+Maxx)"
    r"|[（(【\[〔](?:待[补核填写查]|待(?:确认|核实|完善|更新|补充))[^（）()【】\[\]〔〕\n]{0,20}[）)】\]〕]"
    r"|[（(【\[〔]待定[）)】\]〕]"
    r"|lorem ipsum|\?{3,}|\ufffd+",
    re.IGNORECASE,
)
CODE_WORD = re.compile(r"(?:X+|TK(?:TK)*)")
ROMAN = re.compile(r"(?:Bowl|Chapter|Part|Volume|Vol\.|Book|Act|No\.|Olympiad) $")


def no_end(text: str) -> Iterator[Spot]:
    """Paragraphs whose last sentence has no end mark; headings, lists and verse need none."""
    lines = [(offset, line.rstrip()) for offset, line in lines_of(text) if line.strip()]
    is_open = [not _is_ended(line) for _offset, line in lines]
    for index, (offset, line) in enumerate(lines):
        if not is_open[index] or not _is_prose(line) or _is_listed(lines, is_open, index):
            continue
        end = offset + len(line)
        message = _("The paragraph ends without a full stop or another end mark.")
        yield Spot(max(offset, end - 12), end, "no_end", message)


def _is_ended(line: str) -> bool:
    if ENDED.search(line[-12:]):
        return True
    bare = TAIL.sub("", line).rstrip()
    if bare != line and (not bare or ENDED.search(bare[-12:])):
        return True
    last = re.split(r"[。！？!?]|\.\s", line[-60:])[-1]
    return last != line[-60:] and bool(SIGNED.search(last))


def _is_prose(line: str) -> bool:
    """Whether a line is long enough for a sentence, and no heading, list item or table row."""
    if LIST_START.match(line) or len(GAPS.findall(line)) > 2:
        return False
    if without_addresses(line[-80:])[-3:] != line[-3:]:
        return False
    han, words = cjk_count(line), len(LATIN.findall(line))
    if han < FEWEST_HAN and (han > 0 or words < FEWEST_WORDS):
        return False
    marked = SENTENCE_MARK.search(line) is not None
    heading = LONGEST_HEADING_HAN if han else LONGEST_HEADING_WORDS
    return marked or (han or words) > heading


def _is_listed(lines: list[tuple[int, str]], is_open: list[bool], index: int) -> bool:
    """Whether the line is one of several without an end, or the first after a colon."""
    before = is_open[index - 1] if index else False
    after = is_open[index + 1] if index + 1 < len(lines) else False
    announced = index > 0 and lines[index - 1][1].endswith(("：", ":"))
    beside_list = (before and _is_item(lines[index - 1][1])) or (
        after and _is_item(lines[index + 1][1])
    )
    return announced or beside_list


def _is_item(line: str) -> bool:
    """Whether an unended neighbour is an item like this line, and not just a short heading."""
    han, words = cjk_count(line), len(LATIN.findall(line))
    return bool(LIST_START.match(line)) or han >= FEWEST_HAN or (not han and words >= FEWEST_WORDS)


def placeholders(text: str, chinese: bool) -> Iterator[Spot]:
    """Words that hold a place for what is still to come."""
    for match in PLACEHOLDER.finditer(text):
        word = match[0]
        if word[0] in "XxTt" and not CODE_WORD.fullmatch(word):
            continue
        if chinese and word == "TK":  # a company's short name
            continue
        if word.startswith("X") and ROMAN.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        message = _("“%(word)s” holds the place of something still to come.") % {"word": word[:20]}
        yield Spot(match.start(), match.end(), "placeholder", message)
