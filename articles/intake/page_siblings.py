"""Stories that stand beside one another and belong together: siblings of a package, parts of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from articles.intake.page_blocks import Block
from articles.intake.page_heads import Body, block_text, shared
from articles.text.headlines import has_clause_gap, parallel
from articles.text.reflow import is_letter_spaced
from articles.text.words import Language, compact, width


def alike(first: Block, second: Block) -> bool:
    """Whether two heads are built alike, in some line or clause of each."""
    return any(
        parallel(one, other) for one in _clauses(first) for other in _clauses(second)
    ) or _same_frame(block_text(first), block_text(second))


# Heads that share only their rhythm are siblings when there are at least so many of them.
FEWEST_OF_ONE_MEASURE = 3


def same_measure(first: Block, second: Block) -> bool:
    """Whether two heads of two clauses each are as long, clause by clause."""
    one, other = (block_text(block).split() for block in (first, second))
    return 1 < len(one) <= 3 and [len(clause) for clause in one] == [len(c) for c in other]


def _clauses(block: Block) -> list[str]:
    out = []
    for line in block.lines:
        parts = line.text.split()
        out += parts if 1 < len(parts) <= 3 and not is_letter_spaced(line.text) else [line.text]
    return out


def _same_frame(first: str, second: str) -> bool:
    """Whether two whole heads hold the same opening words, in either order of their clauses."""
    return len(_frames(first) & _frames(second)) >= 3


def _frames(text: str) -> set[str]:
    plain = re.sub(r"“[^”]*”", "“”", compact(text))
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
    return {pair for pair in pairs if not pair.isascii()}


def link_siblings(bodies: Sequence[Body], language: Language) -> None:
    """Name the parent of neighbouring stories that are built alike or belong to one event."""
    if language == "en":
        _link_english(bodies)
        return
    at = 1
    while at < len(bodies):
        run = [bodies[at]]
        while at + len(run) < len(bodies) and _siblings(run[0], bodies[at + len(run)], alike):
            run.append(bodies[at + len(run)])
        if len(run) < 2:
            run = run[:1]
            while at + len(run) < len(bodies) and _siblings(
                run[0], bodies[at + len(run)], same_measure
            ):
                run.append(bodies[at + len(run)])
            run = run if len(run) >= FEWEST_OF_ONE_MEASURE else run[:1]
        if len(run) >= 2:
            parent = _parent(bodies[at - 1], run)
            if parent is None and at + len(run) < len(bodies):
                parent = _parent(bodies[at + len(run)], run)
            if parent is not None:
                _adopt(parent, run, language)
        at += len(run)


LONGEST_SUBHEAD = 12.0


def merge_subheads(bodies: Sequence[Body], language: Language) -> list[Body]:
    """Put small headings back into the text of a story that opens with 本报讯 or a byline.

    Two or more short single lines, each above unsigned text in a column just as wide, are its
    parts; a package's stories are set to another width than their parent.
    """
    if language != "zh-Hans":
        return list(bodies)
    out: list[Body] = []
    at = 0
    while at < len(bodies):
        whole = bodies[at]
        parts: list[Body] = []
        signed_above = bool(whole.bylines) and not whole.signed
        while at + 1 + len(parts) < len(bodies) and (whole.opened or signed_above) and whole.heads:
            if whole.signed or (parts and parts[-1].signed):
                break
            part = bodies[at + 1 + len(parts)]
            if not _is_part_of(part, whole):
                break
            parts.append(part)
        if len(parts) >= 2:
            for part in parts:
                heading = part.heads[0]
                heading.kind = "text"
                whole.blocks += [heading, *part.blocks]
                whole.captions += part.captions
                whole.bylines += part.bylines
                whole.signed = part.signed
        else:
            parts = []
        out.append(whole)
        at += 1 + len(parts)
    return out


def _is_part_of(part: Body, whole: Body) -> bool:
    if part.opened or part.brief or part.parent is not None or len(part.heads) != 1:
        return False
    head = part.heads[0]
    text = head.lines[0].text
    if len(head.lines) > 1 or head.lines[0].number > part.blocks[0].lines[0].number:
        return False
    if has_clause_gap(text) or head.lines[0].width > LONGEST_SUBHEAD:
        return False
    return abs(part.blocks[0].measure - whole.blocks[-1].measure) <= 1.2


def _siblings(first: Body, second: Body, like: Callable[[Block, Block], bool]) -> bool:
    for body in (first, second):
        if body.opened or body.signed or body.brief or (body.bylines and not body.captions):
            return False
        if not body.heads or body.parent is not None:
            return False
    return any(like(one, other) for one in first.heads for other in second.heads)


def _parent(body: Body, run: Sequence[Body]) -> Body | None:
    usable = body.heads and not body.brief and body.parent is None and not body.opened
    return body if usable and not _siblings(run[0], body, alike) else None


def _adopt(parent: Body, run: Sequence[Body], language: Language) -> None:
    for body in run:
        body.parent = parent
        body.siblings = [
            block_text(head) for other in run if other is not body for head in other.heads
        ]
    last = run[-1]
    # Pictures set after the last of the siblings are the whole package's.
    after = [one for one in last.captions if one.lines[0].number > last.last]
    own = [
        one
        for one in after
        if len(after) == 1
        and shared(block_text(one), last.words, language)
        > shared(block_text(one), parent.words, language) + 0.2
    ]
    for one in after:
        if one not in own:
            last.captions.remove(one)
            parent.captions.append(one)


NOUNS = re.compile(r"(?<![.!?\"”]\s)(?<=[a-z,;]\s)[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*")


CALENDAR = frozenset(
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "County",
        "City",
        "Street",
        "Road",
        "Avenue",
    ]
)


def _link_english(bodies: Sequence[Body]) -> None:
    """Unsigned stories right after a signed one with a deck, about the same named places."""
    parent: Body | None = None
    places: set[str] = set()
    for before, body in zip([None, *bodies], bodies, strict=False):
        lines = sum(len(head.lines) for head in body.heads)
        if body.bylines and body.heads and (len(body.captions) or lines >= 3):
            parent, places = body, _places(body)
            continue
        whole = body.heads and not body.bylines and not body.opened and not body.brief
        rubric = before is not None and body.rubric
        if parent is None or not whole or rubric or len(_places(body) & places) < 1:
            parent = None
            continue
        body.parent = parent


def _places(body: Body) -> set[str]:
    text = " ".join(" ".join(line.text for line in block.lines) for block in body.blocks)
    head = re.match(r"([A-Z][A-Z' ]{3,40}?)(?:,| \(| —| –| --)", text)
    names = [*NOUNS.findall(text[:4000]), head[1].title() if head else ""]
    return {word for name in names for word in name.split()} - CALENDAR


def split_pair(line: str, siblings: Sequence[str]) -> tuple[str, str] | None:
    """A kicker and a headline set in one line, parted as their siblings are.

    Siblings share the frame of each part (坚持… and 变…为…); where one of them was set without a
    gap, or with its parts the other way round, the frame still tells.
    """
    gapped = [one.split() for one in [line, *siblings] if len(one.split()) == 2]
    if not gapped:
        return None
    starts = [{part[0] for part in pair} for pair in gapped]
    shared_starts = set.intersection(*starts) if len(gapped) > 1 else set()
    first = [pair[0] for pair in gapped]
    kicker_start, main_start = first[0][0], gapped[0][1][0]
    framed = len(shared_starts) == 2
    if len(line.split()) == 2:
        one, other = line.split()
        # Two clauses as long as each other are one headline.
        if width(one) == width(other):
            return None
        if framed and one[0] == main_start and other[0] == kicker_start:
            return other, one
        return one, other
    if not framed:
        return None
    text = compact(line)
    openings = [pair[0][:2] for pair in gapped] if kicker_start else []
    for opening in openings:
        at = text.find(opening, 2)
        if at > 2 and text[0] == main_start:
            return text[at:], text[:at]
    mains = {pair[1][0] for pair in gapped}
    for at in range(3, len(text) - 2):
        if text[at] in mains and text[:2] in openings:
            return text[:at], text[at:]
    return None
