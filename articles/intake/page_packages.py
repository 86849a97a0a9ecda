"""Packages: a parent story and siblings with parallel heads, wherever the page has put them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations

from articles.intake.page_blocks import Block
from articles.intake.page_heads import Body, Gap, block_text, shared, words_of
from articles.intake.page_lines import Line
from articles.intake.page_siblings import FEWEST_OF_ONE_MEASURE, alike, same_measure
from articles.text.reflow import is_letter_spaced
from articles.text.words import Language, compact, is_cjk

MOST_SIBLINGS = 6
MOST_PACKAGES = 12
# Heads looked at in one gap; no page has more of them together.
FARTHEST = 12
# Words that refer back: no story starts with them.
REFERRING = re.compile(
    r"同时|此外|另外|而且|但是|然而|因此|所以|据了解|据悉|下一步|与此|为进一步|目前|如今|会上|随后|接下来"
)


def find_packages(bodies: list[Body], gaps: list[Gap], language: Language) -> list[Body]:
    """Give clusters of parallel heads their texts, cutting run-on text where columns change.

    Works on gaps that hold two or more parallel heads for texts elsewhere; heads that stand by
    their own text are dealt out later. Returns the texts, more of them if some were cut.
    """
    if language != "zh-Hans":
        return bodies
    index = found = 0
    while index < len(gaps) and found < MOST_PACKAGES:
        heads = _cluster(gaps[index])
        if len(heads) >= 2:
            for reach in (_run_before(bodies, gaps, index), _run_after(bodies, gaps, index)):
                package = Package(bodies, gaps, index, heads, reach)
                if package.resolve(language):
                    index += len(package.texts()) - len(bodies)
                    bodies = package.texts()
                    gaps[:] = package.new_gaps()
                    found += 1
                    break
        index += 1
    return bodies


def _cluster(gap: Gap) -> list[Block]:
    """Parallel single-line heads in one gap: more heads than the texts on both sides can have."""
    heads = [head for head in gap.heads if len(head.lines) <= 2]
    for head in heads[:MOST_SIBLINGS]:
        alikes = [other for other in heads[:FARTHEST] if other is head or alike(head, other)]
        if 2 <= len(alikes) <= MOST_SIBLINGS:
            rhymed = [one for one in heads[:FARTHEST] if one is head or same_measure(head, one)]
            enough = FEWEST_OF_ONE_MEASURE <= len(rhymed) <= MOST_SIBLINGS
            return rhymed if enough and len(rhymed) > len(alikes) else alikes
    return []


def _plain(body: Body) -> bool:
    return not (body.opened or body.signed or body.brief)


def _run_before(bodies: Sequence[Body], gaps: Sequence[Gap], index: int) -> list[int]:
    """The texts just before a gap that open and close like no story of their own."""
    run: list[int] = []
    heads = 0
    at = index - 1
    while at >= 0 and len(run) <= MOST_SIBLINGS and _plain(bodies[at]) and heads < 2:
        run.insert(0, at)
        heads += bool(gaps[at].heads)
        at -= 1
    return run


def _run_after(bodies: Sequence[Body], gaps: Sequence[Gap], index: int) -> list[int]:
    """The texts just after a gap, as far as no other head stands among them."""
    run: list[int] = []
    at = index
    while at < len(bodies) and len(run) <= MOST_SIBLINGS and _plain(bodies[at]):
        if at > index and gaps[at].heads:
            break
        run.append(at)
        at += 1
    return run


class Package:
    """One cluster of parallel heads, and the run of texts that it is to be shared out among."""

    def __init__(
        self,
        bodies: Sequence[Body],
        gaps: Sequence[Gap],
        index: int,
        cluster: Sequence[Block],
        reach: Sequence[int],
    ) -> None:
        self.bodies, self.gaps, self.index = bodies, gaps, index
        self.cluster, self.reach = cluster, reach
        self.parts: dict[int, list[Body]] = {at: [bodies[at]] for at in reach}
        # A head inside the run is the parent's, and takes the text right after it.
        self.claimed = [at for at in reach if at != index and gaps[at].heads]

    def resolve(self, language: Language) -> bool:
        """Deal the heads out, if the run can be cut into just as many texts."""
        missing = len(self.cluster) + len(self.claimed) - len(self.reach)
        if not self.reach or missing < 0 or not self._cut(missing):
            return False
        for held in self.parts.values():
            for body in held:
                body.words = body.words or _words(body, language)
        taken = [self.parts[at][0] for at in self.claimed]
        free = [
            body
            for held in self.parts.values()
            for body in held
            if not any(body is t for t in taken)
        ]
        if len(free) != len(self.cluster):
            return False
        parent = self._parent(taken)
        for body, head in _pair(free, self.cluster, language):
            body.heads.append(head)
            body.parent = parent
            body.siblings = [block_text(one) for one in self.cluster if one is not head]
        for at in self.claimed:
            _hand_over(self.gaps[at], self.parts[at][0])
        self._clear(parent)
        return True

    def _cut(self, times: int) -> bool:
        for _ in range(times):
            gain, at, part, cut = max(
                (
                    (gain, at, part, cut)
                    for at, held in self.parts.items()
                    for part, body in enumerate(held)
                    for gain, cut in [_best_cut(body)]
                ),
                default=(0.0, 0, 0, 0),
            )
            if gain <= 0:
                return False
            whole = self.parts[at][part]
            self.parts[at][part : part + 1] = _halves(whole, cut)
        return True

    def _parent(self, taken: Sequence[Body]) -> Body | None:
        if taken:
            return taken[0]
        if self.index in self.reach and self.index and _plain(self.bodies[self.index - 1]):
            return self.bodies[self.index - 1]
        return None

    def _clear(self, parent: Body | None) -> None:
        """Leave in the gap what is no part of the package; its pictures go to the parent."""
        chosen = {id(head) for head in self.cluster}
        gap = self.gaps[self.index]
        rest: list[Block] = []
        begun = False
        for item in gap.items:
            if id(item) in chosen:
                begun = True
            elif parent is not None and begun and item.kind == "caption":
                parent.captions.append(item)
            elif parent is not None and begun and item.kind == "byline":
                parent.bylines.append(item)
            else:
                rest.append(item)
        gap.items = rest
        gap.heads = [item for item in rest if item.kind == "display"]

    def texts(self) -> list[Body]:
        return [
            body for at, whole in enumerate(self.bodies) for body in self.parts.get(at, [whole])
        ]

    def new_gaps(self) -> list[Gap]:
        out = [self.gaps[0]]
        for at in range(len(self.bodies)):
            out += [Gap() for _ in self.parts.get(at, [self.bodies[at]])[1:]] + [self.gaps[at + 1]]
        return out


def _halves(whole: Body, cut: int) -> list[Body]:
    """A text cut in two, its pictures with the half they stand in."""
    start = whole.blocks[cut].lines[0].number
    first = Body(whole.blocks[:cut], tentative=whole.tentative, rubric=whole.rubric)
    second = Body(whole.blocks[cut:], signed=whole.signed)
    for one in whole.captions:
        (first if one.lines[0].number < start else second).captions.append(one)
    return [first, second]


def _hand_over(gap: Gap, body: Body) -> None:
    """Give all that stands in a gap to the text after it."""
    body.heads += gap.heads
    body.captions += [item for item in gap.items if item.kind == "caption"]
    body.bylines += [item for item in gap.items if item.kind == "byline"]
    gap.items, gap.heads = [], []


def _words(body: Body, language: Language) -> set[str]:
    words: set[str] = set()
    for block in body.blocks:
        words |= words_of(block_text(block), language)
    return words


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
        key=lambda order: (
            sum(table[at][head] for at, head in enumerate(order))
            - 0.01 * sum(abs(at - head) for at, head in enumerate(order))
        ),
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
