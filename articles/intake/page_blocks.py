"""Lines of a Chinese page sorted into blocks: running text, display type, captions, bylines, rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from articles.intake.page_furniture import DATE, is_furniture
from articles.intake.page_lines import (
    Line,
    at_stray_indents,
    column_measures,
    fit_squeeze,
    has_lost_indents,
    in_chunks,
    typed_chunks,
    with_indents,
)
from articles.intake.page_marks import (
    BRIEF,
    CREDIT_END,
    JUMP_END,
    ORDER_CODE,
    TALLEST_CAPTION,
    TALLEST_HEAD,
    at_heads,
    caption_end,
    closes_text,
    is_brief,
    is_byline_line,
    is_office,
    is_signature,
    is_subhead,
    starts_caption,
    starts_story,
)
from articles.text.bylines import MARKS, is_byline
from articles.text.headlines import (
    CAPTION_MARKS,
    caption_likeness,
    has_clause_gap,
    has_comma,
    looks_displayed,
)
from articles.text.names import looks_like_names
from articles.text.reflow import ends_sentence, is_letter_spaced
from articles.text.signatures import read_closing, read_opening, read_photo_credit
from articles.text.words import WIDE_MARKS, unclosed

BlockKind = Literal["text", "display", "caption", "byline", "furniture"]


@dataclass
class Block:
    """Consecutive lines that do one job on the page."""

    kind: BlockKind
    lines: list[Line]
    # Set apart from what follows by at least one blank line.
    apart_before: bool = True
    apart_after: bool = True
    starts_story: bool = False
    ends_story: bool = False
    verse: bool = False
    # One of several short items, its title run into its text.
    brief: bool = False
    # How much the page's full lines differ in width; what is more is another column.
    evenness: float = 1.0
    measure: float = 0.0


@dataclass
class Sorter:
    """Walks the page's chunks once, keeping the paragraph that is not finished yet."""

    chunks: list[list[Line]]
    measures: list[float]
    typed: list[bool]
    lost_indents: bool
    typed_indents: bool = False
    blocks: list[Block] = field(default_factory=list)
    unfinished: Block | None = None
    interruptions: int = 0

    # Paragraphs

    def begin(self, line: Line, chunk: int, *, starts_story: bool = False) -> None:
        block = Block("text", [line], starts_story=starts_story, measure=self.measures[chunk])
        self.blocks.append(block)
        self.unfinished, self.interruptions = block, 0

    def finish(self) -> None:
        self.unfinished = None

    def emit(self, kind: BlockKind, lines: list[Line]) -> None:
        if lines:
            self.blocks.append(Block(kind, lines))

    def walk(self) -> list[Block]:
        for index, chunk in enumerate(self.chunks):
            self.walk_chunk(index, chunk)
        return self.blocks

    def walk_chunk(self, index: int, chunk: list[Line]) -> None:
        at = 0
        self.typed_indents = self.typed[index]
        if self.unfinished and self.interrupts(index, chunk):
            self.interruptions += 1
            if self.interruptions > 2:
                self.finish()
            else:
                self.emit_displayed(chunk)
                return
        while at < len(chunk):
            if self.unfinished and self.in_bracket():
                self.extend(index, chunk, at)
                at += 1
                continue
            at = self.take_special(index, chunk, at) or self.take_text(index, chunk, at)

    def take_special(self, index: int, chunk: list[Line], at: int) -> int:
        """Take what is told by its own look, and say where to go on; 0 for anything else."""
        line = chunk[at]
        if self.signs_off(index, chunk, at) or (
            self.unfinished is None and self.is_inner_heading(line)
        ):
            self.begin(line, index)
            self.finish()
            return at + 1
        if is_furniture(line.text) and not (self.unfinished and len(chunk) > 1):
            self.emit("furniture", [line])
            return at + 1
        if starts_caption(line, self.unfinished is not None):
            end = caption_end(chunk, at)
            self.emit("caption", chunk[at:end])
            return end
        if is_byline_line(line, chunk, at):
            end = at + 1
            if end < len(chunk) and looks_like_names(chunk[end].text):
                end += is_byline(f"{line.text}\n{chunk[end].text}")
            self.emit("byline", chunk[at:end])
            if self.unfinished:
                self.unfinished.ends_story = True
            self.finish()
            return end
        return 0

    def take_text(self, index: int, chunk: list[Line], at: int) -> int:
        """Take running text or display type, and say where to go on."""
        line = chunk[at]
        if self.unfinished and not self.starts_paragraph(line):
            self.extend(index, chunk, at)
            return at + 1
        brief = bool(BRIEF.match(line.text) and is_brief(chunk, at))
        starts = brief or starts_story(line)
        if not starts:
            self.finish()
            if shown := self.displayed(index, chunk, at):
                self.emit_displayed(chunk[at : at + shown])
                return at + shown
        self.begin(line, index, starts_story=starts)
        self.blocks[-1].brief = brief
        self.settle(index, chunk, at)
        return at + 1

    def is_inner_heading(self, line: Line) -> bool:
        """Whether a numbered heading stands right after a paragraph that is no story's last."""
        if self.unfinished or not self.blocks or self.blocks[-1].kind != "text":
            return False
        return is_subhead(line) and not self.blocks[-1].ends_story

    def in_bracket(self) -> bool:
        """Whether the open paragraph stops inside a bracket, as a byline over a line end does."""
        assert self.unfinished is not None
        last = self.unfinished.lines[-1].text[-12:]
        return max(last.rfind("（"), last.rfind("(")) > max(last.rfind("）"), last.rfind(")"))

    def signs_off(self, index: int, chunk: list[Line], at: int) -> bool:
        """Whether a line is the signature or the date under a notice: far right, or a pair."""
        line = chunk[at]
        if not self.blocks or self.unfinished:
            return False
        last = self.blocks[-1]
        if last.kind != "text" or last.lines[-1].number < line.number - 3:
            return False
        if DATE.fullmatch(line.text) and is_office(last.lines[-1].text):
            return True
        if len(chunk) == 1 and index + 1 < len(self.chunks):
            chunk = [line, self.chunks[index + 1][0]]
            if is_signature(chunk, 0):
                return True
        if last.lines[-1].number != line.number - 1:
            return False
        if line.indent >= 6:
            return True
        return is_signature(chunk, at)

    def starts_paragraph(self, line: Line) -> bool:
        if starts_story(line) or BRIEF.match(line.text):
            return True
        if line.text[0] == "【" and self.unfinished and closes_text(self.unfinished.lines[-1]):
            return True
        return self.typed_indents and line.indent >= 2

    def extend(self, index: int, chunk: list[Line], at: int) -> None:
        assert self.unfinished is not None
        self.unfinished.lines.append(chunk[at])
        self.settle(index, chunk, at)

    def settle(self, index: int, chunk: list[Line], at: int) -> None:
        """Close the open paragraph after this line, if it ends here."""
        line = chunk[at]
        following = chunk[at + 1] if at + 1 < len(chunk) else None
        block = self.unfinished
        assert block is not None
        tail = "\n".join(part.text for part in block.lines[-3:])
        cut_off = unclosed(tail[-40:]) > 0 and not tail.rstrip().endswith(("）", ")"))
        if block.starts_story and len(block.lines) <= 3:
            # The bracket after 本报讯 opens a story; only another one closes it.
            tail = tail[read_opening(tail).rest_at :]
        hinted = re.search(rf"[）){MARKS}]|记者|通讯员", tail)
        if following is not None and self.byline_goes_on(index, line, tail, following):
            return
        if hinted and not cut_off and read_closing(tail):
            block.ends_story = True
            self.finish()
            return
        if self.ends_in_credit(block, tail, following):
            return
        plain = JUMP_END.sub("", ORDER_CODE.sub("", line.text).rstrip()).rstrip()
        if not ends_sentence(plain):
            # Right-aligned signatures and dates under a notice are lines of their own.
            if self.typed_indents and line.indent >= 6 and line.width < block.measure:
                self.finish()
            return
        if following is None or plain != line.text or self.head_follows(index, chunk, at):
            self.finish()
        elif self.typed_indents:
            if following.indent >= 2:
                self.finish()
        else:
            # The first line of a paragraph carried an indent of two squares.
            indent = 2.0 if self.lost_indents and line is block.lines[0] else 0.0
            short = line.width + indent < self.measures[index] - 1.6
            if short or self.indent_was_lost(index, chunk, at + 1):
                self.finish()

    def indent_was_lost(self, index: int, chunk: list[Line], at: int) -> bool:
        """Whether a line is two squares short and the next is full: a paragraph's first line."""
        if not self.lost_indents or ends_sentence(chunk[at].text):
            return False
        following = chunk[at + 1 : at + 2] or self.chunks[index + 1 : index + 2]
        if not following:
            return False
        after = following[0] if isinstance(following[0], Line) else following[0][0]
        measure = self.measures[index]
        marks = sum(char in WIDE_MARKS for char in chunk[at].text)
        opens = measure - 3.2 - 0.25 * marks <= chunk[at].width <= measure - 1.4
        full = after.width >= measure - 0.8 - 0.25
        return opens and full and not is_letter_spaced(chunk[at].text)

    def byline_goes_on(self, index: int, line: Line, tail: str, following: Line) -> bool:
        """Whether a byline at a story's end runs over into a last, short line."""
        padding = 0.5 * sum(map(str.isspace, line.text))
        name = looks_like_names(following.text)
        least = self.measures[index] - (3.8 if name else 2.2)
        if line.width + padding < least or following.width > 0.7 * self.measures[index]:
            return False
        if not re.search(rf"[{MARKS}]|记者|通讯员", tail) or ends_sentence(following.text):
            return False
        whole = read_closing(f"{tail}\n{following.text}")
        part = read_closing(tail)
        if whole is None or whole.text_until > len(tail):
            return False
        return part is None or sum(len(p.name) for p in whole.people) > sum(
            len(p.name) for p in part.people
        )

    def ends_in_credit(self, block: Block, tail: str, following: Line | None) -> bool:
        """Whether the block turns out to be the words under a picture, with who took it."""
        if len(block.lines) > TALLEST_CAPTION or block.starts_story or block.lines[0].indent >= 2:
            return False
        if not CREDIT_END.search(tail) or not read_photo_credit(tail):
            return False
        block.kind = "caption"
        self.finish()
        return True

    def head_follows(self, index: int, chunk: list[Line], at: int) -> bool:
        """Whether only a head is set tight under the line, down to the next blank line."""
        if len(chunk) - at - 1 > 3:
            return False
        rest = chunk[at + 1 :]
        if self.typed_indents or not all(looks_displayed(r.text) for r in rest):
            return False
        if ends_sentence(rest[-1].text) or self.goes_on_in_next(index, rest[-1]):
            return False
        column = max(self.measures[index], self.before(index))
        return all(has_clause_gap(r.text) or r.width < column - 3.2 for r in rest)

    # Display type

    def interrupts(self, index: int, chunk: list[Line]) -> bool:
        """Whether a chunk stands in the middle of a sentence that goes on after it."""
        assert self.unfinished is not None
        measure = self.unfinished.measure
        if any(not looks_displayed(line.text) for line in chunk) or len(chunk) > 3:
            return False
        if (
            starts_story(chunk[0])
            or is_furniture(chunk[0].text)
            or chunk[0].text[0] in CAPTION_MARKS
        ):
            return False
        if is_byline(chunk[0].text) or ends_sentence(chunk[-1].text):
            return False
        return has_clause_gap(chunk[0].text) or all(
            abs(line.width - measure) > 1.5 for line in chunk
        )

    def displayed(self, index: int, chunk: list[Line], at: int) -> int:
        """How many lines from here on are display type; none if running text starts here."""
        shown = 0
        while at + shown < len(chunk) and shown < TALLEST_HEAD:
            line = chunk[at + shown]
            if self.stops_display(chunk, at + shown) or not looks_displayed(line.text):
                break
            if self.typed_indents and line.indent >= 2 and shown:
                break
            shown += 1
        end = at + shown
        if end == len(chunk):
            if shown == 0:
                return 0
            if not self.goes_on_in_next(index, chunk[-1]):
                return shown
            return shown - 1
        if shown == 0:
            return 1 if self.lonely(index, chunk, at) else 0
        after = chunk[end]
        if self.stops_display(chunk, end) or (self.typed_indents and after.indent >= 2):
            return shown
        if shown >= TALLEST_HEAD:
            return 0
        return self.head_before_text(index, chunk, at, shown)

    def stops_display(self, chunk: list[Line], at: int) -> bool:
        line = chunk[at]
        return (
            starts_story(line)
            or line.text[0] in CAPTION_MARKS
            or is_byline_line(line, chunk, at)
            or is_furniture(line.text)
            or bool(BRIEF.match(line.text) and is_brief(chunk, at))
        )

    def lonely(self, index: int, chunk: list[Line], at: int) -> bool:
        """Whether a line with a comma in it stands alone between blank lines, as a caption does."""
        if len(chunk) != 1 or at or ends_sentence(chunk[0].text):
            return False
        return not self.goes_on_in_next(index, chunk[0])

    def head_before_text(self, index: int, chunk: list[Line], at: int, shown: int) -> int:
        """Where, in lines set tight together, a head without marks gives way to its text."""
        measure = self.measures[index]
        clauses = 0
        while clauses < shown and has_clause_gap(chunk[at + clauses].text):
            clauses += 1
        for start in range(clauses, shown + 1):
            line, after = chunk[at + start], chunk[at + start + 1 : at + start + 2]
            # Punctuation is squeezed most where there is most of it.
            marks = sum(char in WIDE_MARKS for char in line.text)
            opens = measure - 3.2 - 0.25 * marks <= line.width <= measure - 1.1
            # Spaced letters fill a justified line that has too few of them.
            opens = opens or (is_letter_spaced(line.text) and start == 0 and line.width < measure)
            if self.lost_indents and opens and after and after[0].width >= measure - 1.2:
                return start
        if clauses:
            return clauses
        heads = [line.width for line in chunk[at : at + shown]]
        # Type much shorter or much wider than the column is no part of it.
        if all(abs(one - measure) > 3.2 for one in heads) and len(chunk) - at - shown >= 2:
            return shown
        return 0

    def goes_on_in_next(self, index: int, line: Line) -> bool:
        """Whether a line without marks is the first of a paragraph cut by a column's end."""
        if index + 1 >= len(self.chunks) or has_clause_gap(line.text):
            return False
        following = self.chunks[index + 1]
        first = following[0]
        if starts_story(first) or is_furniture(first.text) or first.text[0] in CAPTION_MARKS:
            return False
        if self.typed_indents:
            return line.indent >= 2 and first.indent == 0 and not looks_displayed(first.text)
        if first.text[0] in "，。、；：！？”）》":
            return True
        if not self.lost_indents:
            return line.text.endswith(("、", "，"))
        if len(following) < 2 and looks_displayed(first.text):
            return False
        if not any(has_comma(one.text) or "。" in one.text for one in following):
            return False
        comma = line.text.endswith(("、", "，"))
        for measure in {self.measures[index + 1], self.measures[index], self.before(index)}:
            opens = measure - 3.2 <= line.width <= measure - 0.9 or comma
            starts_full = abs(first.width - measure) <= 1.1 + 0.1 * first.marks
            last_line = len(following) == 1 and ends_sentence(first.text)
            if opens and (starts_full or (last_line and has_comma(line.text))):
                return True
        return False

    def before(self, index: int) -> float:
        """The column's width where the last paragraph stood."""
        last = next((b for b in reversed(self.blocks) if b.kind == "text"), None)
        return last.measure if last else self.measures[index]

    def emit_displayed(self, lines: list[Line]) -> None:
        """Display type as head or caption; a credit at its end makes it a caption."""
        start = 0
        for at, line in enumerate(lines):
            if read_photo_credit(line.text) and not is_byline(line.text):
                self.emit("caption", lines[start : at + 1])
                start = at + 1
        rest = lines[start:]
        if len(rest) == 1 and (has_comma(rest[0].text) or caption_likeness(rest[0].text) >= 2):
            self.emit("caption", rest)
        else:
            self.emit("display", rest)


def sort_lines(lines: Sequence[Line]) -> list[Block]:
    """The page's lines as blocks, in the order of the page."""
    if not lines:
        return []
    lines, evenness = fit_squeeze(with_indents(lines))
    chunks = [part for chunk in in_chunks(lines) for part in at_heads(chunk)]
    if not any(typed_chunks(chunks)):
        chunks = [part for chunk in chunks for part in at_stray_indents(chunk)]
    typed = typed_chunks(chunks)
    measures = column_measures(chunks)
    bare = [at for at, one in enumerate(typed) if not one]
    lost = has_lost_indents([chunks[at] for at in bare], [measures[at] for at in bare])
    sorter = Sorter(chunks, measures, typed, lost)
    blocks = sorter.walk()
    find_verse(blocks)
    for block in blocks:
        block.evenness = evenness
    note_gaps(blocks)
    return blocks


def find_verse(blocks: Sequence[Block]) -> None:
    """Stanzas look like heads of many lines; two of them in a row, or a long one, are verse."""
    for at, block in enumerate(blocks):
        if block.kind == "display" and len(block.lines) >= 3:
            near = [blocks[i] for i in (at - 1, at + 1) if 0 <= i < len(blocks)]
            if any(one.verse or (one.kind == "display" and len(one.lines) >= 3) for one in near):
                block.verse = True
        elif block.kind == "text" and len(block.lines) >= 6 and not block.starts_story:
            block.verse = all(looks_displayed(line.text) for line in block.lines)
    for block in blocks:
        if block.verse:
            block.kind = "text"


def note_gaps(blocks: Sequence[Block]) -> None:
    """Remember which neighbours are set tight together."""
    for one, other in pairwise(blocks):
        tight = other.lines[0].number == one.lines[-1].number + 1
        one.apart_after = other.apart_before = not tight
