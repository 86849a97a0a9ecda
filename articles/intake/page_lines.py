"""The printed lines of a page: how wide they are set, where they are indented, where columns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from articles.text.reflow import ends_sentence, is_letter_spaced
from articles.text.words import WIDE_MARKS, median, width


@dataclass(frozen=True)
class Line:
    """One printed line: its number in the source from 1, its text, how wide it is set, its indent."""

    number: int
    raw: str
    text: str
    width: float
    indent: int
    marks: int = 0  # full-width punctuation, which compositors squeeze


def as_lines(text: str) -> list[Line]:
    """The printed lines that have anything on them."""
    lines = []
    for number, raw in enumerate(text.splitlines(), 1):
        stripped = raw.strip()
        if stripped:
            blank = len(raw) - len(raw.lstrip())
            indent = blank + raw[:blank].count("\u3000")
            marks = sum(char in WIDE_MARKS for char in stripped)
            lines.append(Line(number, raw, stripped, width(stripped), indent, marks))
    return lines


def with_indents(lines: Sequence[Line]) -> list[Line]:
    """The lines, a single space taken for an indent where a page has no wider ones."""
    single = sum(1 for line in lines if line.indent == 1)
    wider = sum(1 for line in lines if 2 <= line.indent < 6)
    if single < 3 or wider >= 3:
        return list(lines)
    return [replace(line, indent=2) if line.indent == 1 else line for line in lines]


SQUEEZES = (1.0, 0.9, 0.8, 0.75, 0.7, 0.6, 0.5)


def fit_squeeze(lines: Sequence[Line]) -> tuple[list[Line], float]:
    """The lines measured as this page's compositor squeezed its punctuation, and how evenly.

    Lines in the middle of a paragraph fill their column; the share of a square that makes them
    most alike is the one punctuation was given. The evenness is their usual difference in squares.
    """
    pairs = [
        (one, other)
        for before, one, other in zip(lines, lines[1:], lines[2:], strict=False)
        if other.number == one.number + 1 == before.number + 2
        and not ends_sentence(before.text)
        and not ends_sentence(one.text)
        and not ends_sentence(other.text)
        and abs(one.width - other.width) < MOST_SQUEEZED
        and not one.indent
        and not other.indent
        and not is_letter_spaced(one.text)
        and not is_letter_spaced(other.text)
    ][:ENOUGH_PAIRS]
    if len(pairs) < FEWEST_PAIRS:
        return list(lines), UNKNOWN_EVENNESS
    best = (UNKNOWN_EVENNESS, 0.75)
    for share in SQUEEZES:
        apart = median(abs(_width_at(one, share) - _width_at(other, share)) for one, other in pairs)
        mean = sum(
            min(abs(_width_at(one, share) - _width_at(other, share)), 1.5) for one, other in pairs
        ) / len(pairs)
        best = min(best, (max(apart, mean), share))
    evenness, share = best
    return [replace(line, width=_width_at(line, share)) for line in lines], evenness


MOST_SQUEEZED = 2.5
FEWEST_PAIRS = 6
ENOUGH_PAIRS = 2_000
UNKNOWN_EVENNESS = 1.0


def _width_at(line: Line, share: float) -> float:
    return line.width + (share - 0.75) * line.marks


def in_chunks(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines between blank lines together; a stray indent after unindented lines parts them too."""
    chunks: list[list[Line]] = []
    for line in lines:
        if chunks and chunks[-1][-1].number == line.number - 1:
            chunks[-1].append(line)
        else:
            chunks.append([line])
    return chunks


def typed_chunks(chunks: Sequence[Sequence[Line]]) -> list[bool]:
    """In which chunks paragraphs start with typed spaces; one page can hold both habits."""
    own = [any(2 <= line.indent < 6 for line in chunk) for chunk in chunks]
    indented = sum(1 for chunk in chunks for line in chunk if 2 <= line.indent < 6)
    if indented < 3:
        return [False] * len(chunks)
    return [any(own[max(0, at - 1) : at + 2]) for at in range(len(own))]


def column_measures(chunks: Sequence[Sequence[Line]]) -> list[float]:
    """How wide the column of each chunk is; small chunks take it from a neighbour."""
    found: list[float] = []
    for chunk in chunks:
        widths = sorted(line.width for line in chunk)
        wide = len(chunk) >= 3 and any(char in line.text for line in chunk for char in "，。,")
        found.append(widths[(len(widths) * 3) // 4] if wide else 0.0)
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and not found[end]:
            end += 1
        if end > at:
            before = found[at - 1] if at else 0.0
            after = found[end] if end < len(found) else 0.0
            measure = _nearest(chunks[at:end], before, after)
            found[at:end] = [measure] * (end - at)
        at = end + 1
    return found


def _nearest(chunks: Sequence[Sequence[Line]], before: float, after: float) -> float:
    """The neighbouring column that lines too few to show one of their own fill best."""
    widest = max(before, after)
    widths = [line.width for chunk in chunks for line in chunk]
    fitting = [one for one in widths if not widest or one <= widest + 0.6]
    most = max(fitting or widths)
    sides = [side for side in (after, before) if side]
    return min(sides, key=lambda side: abs(side - most)) if sides else most


def has_lost_indents(chunks: Sequence[Sequence[Line]], measures: Sequence[float]) -> bool:
    """Whether paragraphs start with a line two squares short: indents that extraction took away."""
    short = []
    ended = True
    for chunk, measure in zip(chunks, measures, strict=True):
        wide = len(chunk) >= 3 and any(ends_sentence(line.text) for line in chunk)
        for at, line in enumerate(chunk):
            follows = chunk[at + 1] if at + 1 < len(chunk) else None
            begins = wide and ended and follows is not None and not ends_sentence(line.text)
            # Only where the next line is full is the short one a paragraph's first.
            if begins and follows and abs(follows.width - measure) <= 1.0:
                short += [] if is_letter_spaced(line.text) else [measure - line.width]
            ended = ends_sentence(line.text) and (at + 1 == len(chunk) or line.width < measure - 2)
    return len(short) >= 2 and 0.9 <= median(short) <= 3.2


def at_stray_indents(chunk: list[Line]) -> list[list[Line]]:
    """On a page without indents, one space before a line marks where another text flow begins."""
    parts: list[list[Line]] = [[]]
    for line in chunk:
        if parts[-1] and line.indent and not parts[-1][-1].indent:
            parts.append([])
        parts[-1].append(line)
    return parts
