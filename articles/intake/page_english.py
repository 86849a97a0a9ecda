"""Lines of an English page sorted into the same blocks as a Chinese one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.intake.page_blocks import Block, BlockKind, note_gaps
from articles.intake.page_english_furniture import (
    JUMP,
    is_english_furniture,
    is_rubric,
    mastheads,
)
from articles.intake.page_lines import Line, in_chunks, with_indents
from articles.text.credits import (
    NAME_AT_PLACE,
    continues_byline,
    is_bare_name,
    read_credit,
    read_dateline,
    starts_byline,
)
from articles.text.headlines import CAPTION_MARKS
from articles.text.reflow import SOFT_HYPHENS, ends_sentence
from articles.text.words import median

CREDIT_LINE = re.compile(
    r"(?:[A-Z][\w.]*\s+){0,3}(?:photos?|photographs?|pictures?)\s*(?:by|/|:)\s*[A-Z].{1,40}|"
    r"[A-Z][\w.'’\-]*(?:\s+[A-Z][\w.'’\-]*){1,3}\s*/\s*[A-Z][\w ]{2,30}",
    re.IGNORECASE,
)
# A head or a deck whose line ends in one of these goes on in the next.
WANTING = re.compile(
    r"\b(?:a|an|the|of|in|on|at|to|for|with|as|and|or|but|by|from|over|after|before|into|its|his|her|their|is|are|was|be|"
    r"will|that|than|new|near|against|under|amid|who|not|no|up)$|[,\-–]$",
    re.IGNORECASE,
)
AGENCY_LINE = re.compile(
    r"\((?:Reuters|AP|AFP|Xinhua|UPI|Bloomberg|PA)\)|(?:Reuters|Associated Press|Xinhua)"
)
TAIL_BYLINE = re.compile(
    r"(?:—|–|--|-)\s*[A-Z][\w.'’\-]*(?:\s+(?:[A-Z][\w.'’\-]*|de|la|van|von|and)){1,6}(?:,\s*[\w ]{3,40})?"
)
CAPTION_LABEL = re.compile(
    r"(?:Above|Below|Left|Right|Top|Pictured|Inset|Main picture)(?:,? \w+)?:\s"
)
# PIER REOPENS: The far end… several in a row are briefs with run-in titles.
RUN_IN = re.compile(r"[A-Z][A-Z0-9'’&\- ]{3,40}:\s+[A-Z“\"]")
# A full stop after a word and a capital after it: sentences, not a head.
RUNNING = re.compile(r"[a-z]{3,}[.!?][\"”’)]*\s+[\"“‘(]?[A-Z]|[a-z]{3,}\.[\"”’]+$")
# A page of one-line paragraphs shows no column; then no line is wide for it.
UNKNOWN_MEASURE = 80.0
LONGEST_HEAD = 80


def column_of(chunk: Sequence[Line]) -> float:
    """How many characters a line of the chunk's column holds; nought for a chunk too short."""
    if len(chunk) < 4:
        return 0.0
    lengths = sorted(len(line.text) for line in chunk)
    return float(lengths[len(lengths) * 4 // 5])


def sort_english_lines(lines: Sequence[Line]) -> list[Block]:
    """The page's lines as blocks, in the order of the page."""
    if not lines:
        return []
    lines = with_indents(lines)
    indented = sum(1 for line in lines if 1 < line.indent < 12)
    typed = indented >= 2 and indented * 25 >= len(lines)
    chunks = in_chunks(lines)
    body = [len(x.text) for c in chunks if len(c) >= 4 for x in c[1:-1]]
    known = mastheads(lines)
    sorter = EnglishSorter(chunks, typed, median(body) or UNKNOWN_MEASURE, known)
    blocks = sorter.walk()
    for block in blocks:
        lengths = sorted(len(line.text) for line in block.lines)
        block.measure = lengths[-1] if len(lengths) >= 3 else 0.0
    note_gaps(blocks)
    return blocks


class EnglishSorter:
    """Walks the page's chunks once, keeping the paragraph that is not finished yet."""

    def __init__(
        self, chunks: list[list[Line]], typed: bool, measure: float, known: set[int]
    ) -> None:
        self.chunks = chunks
        self.typed = typed
        self.measure = measure
        self.known = known
        self.column = measure
        self.briefs = 0
        self.blocks: list[Block] = []
        self.open: Block | None = None
        self.passed = 0

    def walk(self) -> list[Block]:
        for index, chunk in enumerate(self.chunks):
            self.walk_chunk(index, chunk)
        return self.blocks

    def emit(self, kind: BlockKind, lines: list[Line]) -> None:
        if lines:
            self.blocks.append(Block(kind, lines, measure=self.measure))

    def walk_chunk(self, index: int, chunk: list[Line]) -> None:
        if self.open and not self.goes_on(index, chunk):
            if ends_sentence(self.open.lines[-1].text) or self.passed >= 2:
                self.open = None
            else:
                self.passed += 1
        whole = self.whole_chunk(chunk)
        if whole:
            self.emit(whole, chunk)
            return
        self.column = column_of(chunk) or self.measure
        self.briefs = sum(1 for line in chunk if RUN_IN.match(line.text))
        at = 0
        while at < len(chunk):
            at = self.take_special(chunk, at) or self.take_text(index, chunk, at)
        if self.open and ends_sentence(self.open.lines[-1].text):
            self.open = None

    def take_special(self, chunk: list[Line], at: int) -> int:
        """Take what is told by its own look, and say where to go on; 0 for anything else."""
        line = chunk[at]
        own = is_english_furniture(line.text) or line.number in self.known
        if own and (not self.open or JUMP.fullmatch(line.text)):
            if self.is_kicker(chunk, at):
                return 0
            self.emit("furniture", [line])
            return at + 1
        if starts_byline(line.text) and not self.mid_sentence(at):
            end = at + 1
            while end < len(chunk) and end - at < 5 and continues_byline(chunk[end].text):
                end += 1
            self.emit("byline", chunk[at:end])
            self.open = None
            return end
        if TAIL_BYLINE.fullmatch(line.text) and not self.mid_sentence(at):
            self.emit("byline", [line])
            for block in reversed(self.blocks[-3:]):
                if block.kind == "text":
                    block.ends_story = True
                    break
            self.open = None
            return at + 1
        credit = CREDIT_LINE.fullmatch(line.text) and not self.open
        if (
            credit
            or line.text[0] in CAPTION_MARKS
            or (CAPTION_LABEL.match(line.text) and not self.open)
        ):
            end = self.caption_end(chunk, at)
            self.emit("caption", chunk[at:end])
            return end
        return 0

    def take_text(self, index: int, chunk: list[Line], at: int) -> int:
        """Take running text or a head, and say where to go on."""
        line = chunk[at]
        following = chunk[at + 1] if at + 1 < len(chunk) else None
        dateline = bool(read_dateline(line.text)[0])
        brief = self.briefs >= 2 and bool(RUN_IN.match(line.text))
        fresh = (dateline or brief) and not self.mid_sentence(at)
        if self.open and not (self.typed and line.indent > 1) and not fresh:
            self.open.lines.append(line)
            self.settle(line, following)
            return at + 1
        self.open = None
        if not brief and (shown := self.displayed(index, chunk, at)):
            self.emit("display", chunk[at : at + shown])
            return at + shown
        self.open = Block("text", [line], measure=self.measure, starts_story=dateline or brief)
        self.open.brief = brief
        self.passed = 0
        self.blocks.append(self.open)
        self.settle(line, following)
        return at + 1

    def is_kicker(self, chunk: list[Line], at: int) -> bool:
        """Whether a section's name is set tight over a head, and so is that head's kicker."""
        line = chunk[at]
        if at + 1 >= len(chunk) or at or "brief" in line.text.lower() or not is_rubric(line.text):
            return False
        return self.displayed_line(chunk, at + 1, at + 1) and not starts_byline(chunk[at + 1].text)

    def mid_sentence(self, at: int) -> bool:
        return at > 0 and self.open is not None and not ends_sentence(self.open.lines[-1].text)

    def settle(self, line: Line, following: Line | None) -> None:
        if self.typed or following is None or not ends_sentence(line.text):
            return
        # A word that would have fitted was not set in this line: the paragraph is over.
        word = following.text.split(maxsplit=1)[0]
        if len(line.text) + 1 + len(word) < 0.95 * self.column:
            self.open = None

    def goes_on(self, index: int, chunk: list[Line]) -> bool:
        """Whether the open paragraph is continued by this chunk."""
        assert self.open is not None
        last, first = self.open.lines[-1].text, chunk[0]
        if starts_byline(first.text) or is_english_furniture(first.text):
            return False
        if first.text[0].islower() or last.endswith(SOFT_HYPHENS):
            return True
        if (self.typed and first.indent > 1) or ends_sentence(last):
            return False
        running = any(ends_sentence(line.text) for line in chunk) or len(chunk) > 4
        return running and len(last) > 0.6 * self.measure and self.whole_chunk(chunk) is None

    def whole_chunk(self, chunk: list[Line]) -> BlockKind | None:
        """What a chunk is as a whole, where only the whole tells."""
        if len(chunk) > 5 or (self.open and chunk[0].text[0].islower()):
            return None
        if chunk[0].indent > 1 and self.typed:
            return None
        text = " ".join(line.text for line in chunk)
        if is_english_furniture(chunk[0].text) or starts_byline(chunk[0].text):
            return None
        if chunk[0].number in self.known:
            return None
        if len(chunk) <= 5 and read_credit(text) and not ends_sentence(chunk[0].text[:-1]):
            return "caption"
        # Words under a picture are set to the picture's width, not to the column's.
        first = max(len(line.text) for line in chunk)
        wide = (
            self.measure < UNKNOWN_MEASURE
            and first > 1.3 * self.measure
            and (len(chunk) > 1 or first < 90)
        )
        if wide and ends_sentence(text) and len(chunk) <= 3 and not read_dateline(text)[0]:
            return "caption"
        name = chunk[0].text.title() if chunk[0].text.isupper() else chunk[0].text
        titled = len(chunk) == 2 and not starts_byline(chunk[1].text)
        if titled and is_bare_name(name) and continues_byline(chunk[1].text):
            return "byline"
        named = NAME_AT_PLACE.fullmatch(text)
        if len(chunk) == 1 and named and self.blocks and self.blocks[-1].kind == "display":
            return "byline"
        if len(chunk) == 1 and AGENCY_LINE.fullmatch(text):
            return "byline"
        if (
            len(chunk) == 1
            and is_bare_name(text)
            and self.blocks
            and self.blocks[-1].kind == "display"
        ):
            return "byline"
        return None

    def displayed_line(self, chunk: list[Line], at: int, start: int) -> bool:
        """Whether a line could be part of the head that starts at another."""
        line = chunk[at]
        if len(line.text) > LONGEST_HEAD or read_dateline(line.text)[0]:
            return False
        if starts_byline(line.text) or TAIL_BYLINE.fullmatch(line.text):
            return False
        if is_english_furniture(line.text) or line.number in self.known:
            return at == start and self.is_kicker(chunk, at)
        if self.typed and line.indent > 1 and (at or not self.centred(chunk, at)):
            return False
        return not re.search(r"[.;]$", line.text) or line.text.endswith(("...", "U.S."))

    def displayed(self, index: int, chunk: list[Line], at: int) -> int:
        """How many lines from here on are a head; none if running text starts here."""
        shown = 0
        while at + shown < len(chunk) and shown < 8 and self.displayed_line(chunk, at + shown, at):
            shown += 1
        end = at + shown
        if RUNNING.search(" ".join(line.text for line in chunk[at:end])):
            return 0
        if end == len(chunk):
            if shown > 6 or shown == 0:
                return 0
            following = self.chunks[index + 1][0] if index + 1 < len(self.chunks) else None
            if following and following.text[0].islower() and not starts_byline(following.text):
                return 0
            return 0 if chunk[end - 1].text.endswith((",", "-")) else shown
        after = chunk[end]
        if starts_byline(after.text) or read_dateline(after.text)[0]:
            return shown
        if self.typed and after.indent > 1:
            return shown
        return 0

    def centred(self, chunk: list[Line], at: int) -> bool:
        """Whether every line of the chunk is set in from the edge, as a centred head is."""
        return len(chunk) - at <= 6 and all(line.indent > 1 for line in chunk[at:])

    def caption_end(self, chunk: list[Line], at: int) -> int:
        end = at + 1
        while end < len(chunk) and end - at < 6:
            before = chunk[end - 1].text
            if ends_sentence(before) and not CREDIT_LINE.fullmatch(chunk[end].text):
                break
            if self.typed and chunk[end].indent > 1:
                break
            end += 1
        return end


def is_english_kicker(head: Block) -> bool:
    """Whether a head starts with a word or two in capitals, set over a line that is not."""
    first = head.lines[0].text
    if len(head.lines) < 2:
        return False
    if STANDING.fullmatch(first.strip()):
        return True
    if head.lines[1].text.isupper():
        return False
    return first.isupper() and (len(first.split()) <= 2 or is_rubric(first))


STANDING = re.compile(
    r"(?:exclusive|breaking(?: news)?|analysis|comment|opinion|reviews?|interview|profile|focus|special report|"
    r"investigation|update|obituary|editorial|first person|in depth|explainer|feature)[:!]?",
    re.IGNORECASE,
)


def merge_english(lines: Sequence[str]) -> list[list[int]]:
    """Which lines of a head belong together: a new unit starts with a capital after a whole one."""
    title_case = _is_title_case(lines)
    kicker = len(lines) > 1 and lines[0].isupper() and not lines[1].isupper()
    standing = bool(STANDING.fullmatch(lines[0].strip()))
    groups: list[list[int]] = []
    for index, line in enumerate(lines):
        if not groups:
            groups.append([index])
            continue
        before = lines[index - 1].rstrip()
        goes_on = line[:1].islower() or bool(WANTING.search(before)) or not line[:1].isalpha()
        same_case = before.isupper() == line.isupper()
        if (title_case and same_case) or (lines[0].isupper() and same_case and not kicker):
            goes_on = True
        if before.endswith((":", "!", "?")) or not same_case or (standing and index == 1):
            goes_on = False
        if goes_on:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _is_title_case(lines: Sequence[str]) -> bool:
    words = [word for line in lines for word in re.findall(r"[A-Za-z]{4,}", line)]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) >= 0.85 * len(words)
