"""Packages: a parent story and siblings with parallel heads, wherever the page has put them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations

from articles.intake.page_blocks import Block, Line
from articles.intake.page_heads import Body, Gap, block_text, shared
from articles.text.headlines import parallel
from articles.text.reflow import is_letter_spaced
from articles.text.words import Language, compact, is_cjk

MOST_SIBLINGS = 6
# Words that refer back: no story starts with them.
REFERRING = re.compile(r"同时|此外|另外|而且|但是|然而|因此|所以|据了解|据悉|下一步|与此|为进一步|目前|如今|会上|随后|接下来")


def alike(first: Block, second: Block) -> bool:
    """Whether two heads are built alike, in some line or clause of each."""
    return any(
        parallel(one, other) for one in _clauses(first) for other in _clauses(second)
    ) or _same_frame(block_text(first), block_text(second))


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
    return {plain[at : at + 2] for at in range(len(plain) - 1) if not plain[at : at + 2].isdigit()}


def find_packages(bodies: list[Body], gaps: list[Gap], language: Language) -> list[Body]:
    """Give clusters of parallel heads their texts, cutting run-on text where columns change.

    Works on gaps that hold two or more parallel heads for texts elsewhere; heads that stand by
    their own text are dealt out later. Returns the texts, more of them if some were cut.
    """
    if language != "zh-Hans":
        return bodies
    for index in range(len(gaps)):
        cluster = _cluster(gaps[index])
        if len(cluster) < 2:
            continue
        bodies = _resolve(bodies, gaps, index, cluster, language)
        break
    return bodies


def _cluster(gap: Gap) -> list[Block]:
    """Parallel single-line heads in one gap: more heads than the texts on both sides can have."""
    heads = [head for head in gap.heads if len(head.lines) <= 2]
    for head in heads[:MOST_SIBLINGS]:
        alikes = [other for other in heads if other is head or alike(head, other)]
        if 2 <= len(alikes) <= MOST_SIBLINGS:
            return alikes
    return []


def _resolve(
    bodies: list[Body], gaps: list[Gap], index: int, cluster: list[Block], language: Language
) -> list[Body]:
    want = len(cluster)
    reach = _headless_run(bodies, gaps, index, backwards=True, want=want)
    if not reach:
        return bodies
    # The run's own heads (a parent's) keep one text; what is left must make the siblings.
    claimed = sum(1 for at in reach if gaps[at].heads and at > reach[0])
    claimed += 1 if gaps[reach[0]].heads else 0
    missing = want + claimed - len(reach)
    if missing < 0:
        return bodies
    parts: dict[int, list[Body]] = {at: [bodies[at]] for at in reach}
    for _ in range(missing):
        best = max(
            ((gain, at, part, cut) for at, held in parts.items() for part, body in enumerate(held)
             for gain, cut in [_best_cut(body)]),
            default=(0.0, 0, 0, 0),
        )
        if best[0] <= 0:
            return bodies
        _, at, part, cut = best
        whole = parts[at][part]
        parts[at][part : part + 1] = [
            Body(whole.blocks[:cut]),
            Body(whole.blocks[cut:], signed=whole.signed),
        ]
    for held in parts.values():
        for body in held:
            body.words = body.words or _words(body, language)
    # A head in a gap inside the run takes the text right after it, set tight or not.
    owners: list[Body] = []
    free: list[Body] = []
    for at in reach:
        for part, body in enumerate(parts[at]):
            if part == 0 and gaps[at].heads:
                owners.append(body)
                body.heads += gaps[at].heads
            else:
                free.append(body)
    if len(free) != want:
        return bodies
    parent = owners[0] if owners else None
    for at in reach:
        if gaps[at].heads:
            _hand_over(gaps[at], bodies[at - 1] if at else None, parts[at][0])
    for body, head in _pair(free, cluster, language):
        body.heads.append(head)
        body.parent = parent
        body.siblings = [block_text(one) for one in cluster if one is not head]
    chosen = {id(head) for head in cluster}
    gap = gaps[index]
    rest: list[Block] = []
    last_was_head = False
    for item in gap.items:
        if id(item) in chosen:
            last_was_head = True
        elif parent is not None and last_was_head and item.kind == "caption":
            parent.captions.append(item)
        elif parent is not None and last_was_head and item.kind == "byline":
            parent.bylines.append(item)
        else:
            rest.append(item)
    gap.items = rest
    gap.heads = [item for item in rest if item.kind == "display"]
    out: list[Body] = []
    new_gaps: list[Gap] = [gaps[0]]
    for at, body in enumerate(bodies):
        held = parts.get(at, [body])
        out += held
        new_gaps += [Gap() for _ in held[1:]] + [gaps[at + 1]]
    gaps[:] = new_gaps
    return out


def _hand_over(gap: Gap, before: Body | None, after: Body) -> None:
    for item in gap.items:
        if item.kind == "caption":
            after.captions.append(item)
        elif item.kind == "byline":
            (after if before is None else after).bylines.append(item)
    gap.items, gap.heads = [], []


def _words(body: Body, language: Language) -> set[str]:
    from articles.intake.page_heads import words_of

    words: set[str] = set()
    for block in body.blocks:
        words |= words_of(block_text(block), language)
    return words


def _headless_run(
    bodies: Sequence[Body], gaps: Sequence[Gap], index: int, *, backwards: bool, want: int
) -> list[int]:
    """The texts just before a gap that open and close like no story of their own."""
    run: list[int] = []
    at = index - 1
    heads = 0
    while at >= 0 and len(run) <= want:
        body = bodies[at]
        if body.opened or body.signed or body.brief:
            break
        run.insert(0, at)
        heads += bool(gaps[at].heads)
        if heads > 1:
            break
        at -= 1
    return run


def link_siblings(bodies: Sequence[Body], language: Language) -> None:
    """Name the parent of neighbouring stories that are built alike or belong to one event."""
    if language == "en":
        _link_english(bodies)
        return
    at = 1
    while at < len(bodies):
        run = [bodies[at]]
        while at + len(run) < len(bodies) and _siblings(run[0], bodies[at + len(run)]):
            run.append(bodies[at + len(run)])
        if len(run) >= 2:
            parent = _parent(bodies[at - 1], run)
            if parent is None and at + len(run) < len(bodies):
                parent = _parent(bodies[at + len(run)], run)
            if parent is not None:
                _adopt(parent, run, language)
        at += len(run)


def _siblings(first: Body, second: Body) -> bool:
    for body in (first, second):
        if body.opened or body.signed or body.brief or body.bylines and not body.captions:
            return False
        if not body.heads or body.parent is not None:
            return False
    return any(alike(one, other) for one in first.heads for other in second.heads)


def _parent(body: Body, run: Sequence[Body]) -> Body | None:
    usable = body.heads and not body.brief and body.parent is None and not body.opened
    return body if usable and not _siblings(run[0], body) else None


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
    found = {name for name in NOUNS.findall(text[:4000])}
    head = re.match(r"([A-Z][A-Z' ]{3,40}?)(?:,| \(| —| –| --)", text)
    return found | ({head[1].title()} if head else set())


def _best_cut(body: Body) -> tuple[float, int]:
    """Where a run of paragraphs most likely changes story: where the column's width changes."""
    blocks = body.blocks
    if len(blocks) < 2:
        return 0.0, 0
    widths = [[line.width for line in block.lines[1:-1] if _justified(line)] for block in blocks]
    totals = [(sum(found), len(found), sum(w * w for w in found)) for found in widths]
    whole = _spread(totals)
    best = (0.0, 0)
    left = (0.0, 0, 0.0)
    right = (sum(t[0] for t in totals), sum(t[1] for t in totals), sum(t[2] for t in totals))
    for cut in range(1, len(blocks)):
        one = totals[cut - 1]
        left = (left[0] + one[0], left[1] + one[1], left[2] + one[2])
        right = (right[0] - one[0], right[1] - one[1], right[2] - one[2])
        gain = whole - _spread([left]) - _spread([right]) + 0.01
        if REFERRING.match(blocks[cut].lines[0].text):
            gain *= 0.2
        best = max(best, (gain, cut))
    return best


def _justified(line: Line) -> bool:
    return not is_letter_spaced(line.text)


def _spread(totals: Sequence[tuple[float, int, float]]) -> float:
    total = sum(t[0] for t in totals)
    count = sum(t[1] for t in totals)
    squares = sum(t[2] for t in totals)
    return squares - total * total / count if count else 0.0


def _pair(
    free: Sequence[Body], cluster: Sequence[Block], language: Language
) -> list[tuple[Body, Block]]:
    """Texts and heads by the words they share; in print order where the words say nothing."""
    counts = {id(body): "".join(block_text(block) for block in body.blocks) for body in free}
    table = [
        [
            _likeness(block_text(head), counts[id(body)], cluster)
            + 2.0 * shared(block_text(head), body.words, language)
            for head in cluster
        ]
        for body in free
    ]
    size = len(free)
    best = max(
        permutations(range(size)),
        key=lambda order: sum(table[at][head] for at, head in enumerate(order))
        - 0.01 * sum(abs(at - head) for at, head in enumerate(order)),
    )
    return [(free[at], cluster[head]) for at, head in enumerate(best)]


def _likeness(head: str, text: str, cluster: Sequence[Block]) -> float:
    """How often the characters that set this head apart from its siblings stand in the text."""
    others = [set(block_text(block)) for block in cluster if block_text(block) != head]
    common: set[str] = set.intersection(*others) if others else set()
    telling = {char for char in head if is_cjk(char) and char not in common}
    if not telling or not text:
        return 0.0
    hits = sum(text.count(char) for char in telling)
    return 40.0 * hits / (len(telling) * max(len(text), 1))


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
