"""Packages: a parent story and siblings with parallel heads, wherever the page has put them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations

from articles.intake.page_blocks import Block
from articles.intake.page_lines import Line
from articles.intake.page_heads import Body, Gap, block_text, shared
from articles.intake.page_siblings import alike
from articles.text.reflow import is_letter_spaced
from articles.text.words import Language, compact, is_cjk

MOST_SIBLINGS = 6
# Words that refer back: no story starts with them.
REFERRING = re.compile(r"同时|此外|另外|而且|但是|然而|因此|所以|据了解|据悉|下一步|与此|为进一步|目前|如今|会上|随后|接下来")


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
    texts = [compact("".join(block_text(block) for block in body.blocks)) for body in free]
    table = [
        [
            _leaning(block_text(head), at, texts, cluster)
            + 3.0 * shared(block_text(head), body.words, language)
            for head in cluster
        ]
        for at, body in enumerate(free)
    ]
    size = len(free)
    best = max(
        permutations(range(size)),
        key=lambda order: sum(table[at][head] for at, head in enumerate(order))
        - 0.01 * sum(abs(at - head) for at, head in enumerate(order)),
    )
    return [(free[at], cluster[head]) for at, head in enumerate(best)]


def _leaning(head: str, at: int, texts: Sequence[str], cluster: Sequence[Block]) -> float:
    """How much more the characters that set a head apart are used in one text than in the others.

    In characters per thousand: single characters, because siblings share most of their words.
    """
    others = [set(block_text(block)) for block in cluster if block_text(block) != head]
    common: set[str] = set.intersection(*others) if others else set()
    leaning = 0.0
    for char in {char for char in head if is_cjk(char) and char not in common}:
        rates = [1000.0 * text.count(char) / max(len(text), 1) for text in texts]
        leaning += rates[at] - sum(rates) / len(rates)
    return leaning


