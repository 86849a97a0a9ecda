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


# No page has longer rows of siblings, and a list of like lines is no package.
MOST_ALIKE = 8
# Heads that share only their rhythm are siblings when there are at least so many of them.
FEWEST_OF_ONE_MEASURE = 3


def same_measure(first: Block, second: Block) -> bool:
    """Whether two heads of two clauses each are as long, clause by clause."""
    one, other = (block_text(block).split() for block in (first, second))
    return 1 < len(one) <= 3 and [len(clause) for clause in one] == [len(c) for c in other]


QUOTED_CLAUSE = re.compile(r"(“[^”]{3,}”)(.{4,})|(.{4,}?)(“[^”]{4,}”)")


def _clauses(block: Block) -> list[str]:
    out = []
    for line in block.lines:
        parts = line.text.split()
        # “让老师留下来吧”…: a quotation set as a clause of its own.
        if len(parts) == 1 and (quote := QUOTED_CLAUSE.fullmatch(line.text)):
            parts = [part for part in quote.groups() if part]
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
    at = 0
    while at < len(bodies):
        run = [bodies[at]]
        last = min(len(bodies), at + MOST_ALIKE)
        while at + len(run) < last and _siblings(run[0], bodies[at + len(run)], alike):
            run.append(bodies[at + len(run)])
        if len(run) < 2:
            run = run[:1]
            while at + len(run) < last and _siblings(run[0], bodies[at + len(run)], same_measure):
                run.append(bodies[at + len(run)])
            run = run if len(run) >= FEWEST_OF_ONE_MEASURE else run[:1]
        if len(run) >= 2:
            parent = _find_parent(bodies, at, run)
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
    return abs(part.blocks[0].measure - whole.blocks[-1].measure) <= 1.4 + part.blocks[0].evenness


def _siblings(first: Body, second: Body, like: Callable[[Block, Block], bool]) -> bool:
    for body in (first, second):
        if body.opened or body.signed or body.brief or (body.bylines and not body.captions):
            return False
        if not body.heads or body.parent is not None:
            return False
    return any(like(one, other) for one in first.heads for other in second.heads)


FARTHEST_PARENT = 4


def _find_parent(bodies: Sequence[Body], at: int, run: Sequence[Body]) -> Body | None:
    """The parent of a run: the story before it, or after it, or one near that shares its words."""
    end = at + len(run)
    near = [bodies[i] for i in (at - 1, end) if 0 <= i < len(bodies)]
    for body in near:
        if found := _parent(body, run):
            return found
    words = set[str]().union(*(body.words for body in run))
    far = [*bodies[max(0, at - FARTHEST_PARENT) : at], *bodies[end : end + FARTHEST_PARENT]]
    usable = [body for body in far if body.bylines and _parent(body, run)]
    best = max(usable, key=lambda body: len(body.words & words), default=None)
    return best if best and len(best.words & words) >= 6 else None


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


LONGEST_SPLIT = 60


def split_alike(own: str, others: Sequence[str]) -> tuple[str, str] | None:
    """A sibling's kicker and headline, told by the frame that its siblings' heads share.

    Siblings are built alike part by part (坚持… and 变…为…), though one may be set in two lines,
    another with a gap, a third without, and the order may change. The shorter of the two parts
    is the kicker; parts as long as each other are two clauses of one headline.
    """
    heads = [own, *others][:MOST_ALIKE]
    sure = [parts for parts in map(_sure_parts, heads) if parts]
    if not sure:
        return None
    model = sure[0]
    found = [_parts_like(head, model) for head in heads]
    if any(parts is None for parts in found):
        return None
    pairs = [parts for parts in found if parts is not None]
    first = sum(width(parts[0]) for parts in pairs)
    second = sum(width(parts[1]) for parts in pairs)
    if abs(first - second) <= 0.5 * len(pairs):
        return None
    one, other = pairs[0]
    return (one, other) if first < second else (other, one)


def _sure_parts(head: str) -> tuple[str, str] | None:
    lines = head.split("\n")
    if len(lines) == 2:
        return compact(lines[0]), compact(lines[1])
    parts = head.split()
    if len(lines) == 1 and len(parts) == 2 and not is_letter_spaced(head):
        return parts[0], parts[1]
    return None


def _parts_like(head: str, model: tuple[str, str]) -> tuple[str, str] | None:
    """The head in two parts, in the model's order, whichever order it was printed in."""
    sure = _sure_parts(head)
    text = compact(head)[:LONGEST_SPLIT]
    if len(head.split("\n")) > 2 or len(compact(head)) > LONGEST_SPLIT:
        return None
    splits = [sure] if sure else [(text[:at], text[at:]) for at in range(2, len(text) - 1)]
    best: tuple[float, tuple[str, str]] = (0.0, ("", ""))
    for one, other in splits:
        for pair in ((one, other), (other, one)):
            score = _same_build(pair[0], model[0]) + _same_build(pair[1], model[1])
            best = max(best, (score, pair), key=lambda found: found[0])
    return best[1] if best[0] >= LEAST_BUILD else None


LEAST_BUILD = 0.3


def _same_build(one: str, other: str) -> float:
    """How alike two parts are in their first and last characters and their quotes, from 0 to 1.5."""
    left, right = (re.sub(r"“[^”]*”", "“”", text) for text in (one, other))
    least = min(len(left), len(right))
    start = 0
    while start < least and left[start] == right[start]:
        start += 1
    end = 0
    while end < least - start and left[-1 - end] == right[-1 - end]:
        end += 1
    quoted = 0.5 if ("“" in left) == ("“" in right) and left.count("“") % 2 == 1 else 0.0
    return (start + end) / max(len(left), len(right), 1) + quoted
