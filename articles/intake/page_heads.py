"""Which headline belongs to which text: the order of a page settled by nearness and shared words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from articles.intake.page_blocks import Block
from articles.text.headlines import caption_likeness, has_clause_gap, is_kicker
from articles.text.words import Language, bigrams, compact, width

MOST_HEADS = 6
STOP_WORDS = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "that",
        "this",
        "from",
        "have",
        "has",
        "was",
        "were",
        "are",
        "but",
        "not",
        "his",
        "her",
        "their",
        "its",
        "who",
        "will",
    ]
)


@dataclass
class Body:
    """Paragraphs that run on from one another: a story's text, or several stories' before a cut."""

    blocks: list[Block]
    heads: list[Block] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    parent: Body | None = None
    siblings: list[str] = field(default_factory=list)
    brief: bool = False
    signed: bool = False
    # Cut off from the text before it only because the column's width changes there.
    tentative: bool = False
    # A standing heading (IN BRIEF, 简讯) stands between it and the text before.
    rubric: bool = False

    @property
    def first(self) -> int:
        """The first source line of the text, or of the head where there is no text."""
        blocks = self.blocks or self.heads or self.captions or self.bylines
        return blocks[0].lines[0].number

    @property
    def last(self) -> int:
        blocks = self.blocks or self.heads or self.captions or self.bylines
        return blocks[-1].lines[-1].number

    @property
    def opened(self) -> bool:
        """Whether the text opens as a story of its own does, with 本报讯 or a dateline."""
        return bool(self.blocks) and self.blocks[0].starts_story


def words_of(text: str, language: Language) -> set[str]:
    """The words a text can share with a headline: pairs of Han characters, or English words."""
    if language == "zh-Hans":
        return bigrams(compact(text))
    found = re.findall(r"[a-z]{3,}", text.lower())
    return {word[:6] for word in found if word not in STOP_WORDS}


def block_text(block: Block) -> str:
    return "\n".join(line.text for line in block.lines)


def shared(text: str, words: set[str], language: Language) -> float:
    """How much of a line's words its story uses too, from 0 to 1."""
    own = words_of(text, language)
    return len(own & words) / len(own) if own else 0.0


@dataclass
class Gap:
    """What stands between two texts: heads, captions and bylines in print order."""

    heads: list[Block] = field(default_factory=list)
    items: list[Block] = field(default_factory=list)
    # How many of the heads stand above a rubric (简讯, IN BRIEF): they belong to the text before.
    cut: int | None = None


class Matcher:
    """Deals the heads of each gap out to the text before and the text after it.

    Heads keep their order, so each gap has one cut; the best cuts for the whole page are found
    from left to right, gap by gap.
    """

    def __init__(self, bodies: Sequence[Body], gaps: Sequence[Gap], language: Language) -> None:
        self.bodies, self.gaps, self.language = bodies, gaps, language
        self.known: dict[tuple[int, int], float] = {}

    def cuts(self) -> list[int]:
        """For each gap, how many of its heads belong to the text before it."""
        before = self._best(-0.35)
        after = self._best(0.35)
        return max(before, after, key=lambda found: found[0])[1]

    def _best(self, lean: float) -> tuple[float, list[int]]:
        count = len(self.bodies)
        if not count:
            return 0.0, [0]
        # best[cut] after gap i; the first gap's heads can only go to the first text.
        options = self._options(0, first=True)
        best: dict[int, float] = dict.fromkeys(options, 0.0)
        back: list[dict[int, int]] = []
        for index in range(count):
            following: dict[int, float] = {}
            origin: dict[int, int] = {}
            for cut in self._options(index + 1, last=index == count - 1):
                right = self.gaps[index + 1].heads[:cut]
                for earlier, score in best.items():
                    left = self.gaps[index].heads[earlier:]
                    total = score + self._fit(index, left, right, lean)
                    if cut not in following or total > following[cut]:
                        following[cut] = total
                        origin[cut] = earlier
            best = following
            back.append(origin)
        cut = max(best, key=lambda one: best[one])
        score = best[cut]
        cuts = [cut]
        for origin in reversed(back):
            cut = origin[cut]
            cuts.append(cut)
        return score, cuts[::-1]

    def _options(self, gap: int, *, first: bool = False, last: bool = False) -> list[int]:
        heads = len(self.gaps[gap].heads)
        if first:
            return [0]
        if last:
            return [heads]
        cut = self.gaps[gap].cut
        if cut is not None:
            return [min(cut, heads)]
        if heads <= MOST_HEADS:
            return list(range(heads + 1))
        return [0, 1, 2, 3, heads - 2, heads - 1, heads]

    def _fit(self, index: int, left: list[Block], right: list[Block], lean: float) -> float:
        body = self.bodies[index]
        if not left and not right:
            parted = index + 1 < len(self.bodies) and self.bodies[index + 1].tentative
            return 0.4 if body.brief else -0.9 if body.tentative or parted else -2.0
        score = 1.0 if not body.brief else -1.0
        best_left = max((self._shared(block, body) for block in left), default=0.0)
        best_right = max((self._shared(block, body) for block in right), default=0.0)
        score += 2.0 * max(best_left, best_right)
        if left and right:
            announcing = is_kicker(left[-1].lines[-1].text) and len(left) == 1
            score += -0.4 + best_left if announcing else -2.0
        else:
            score += lean if left else -lean
        if left and left[-1].lines[-1].number + 1 == body.blocks[0].lines[0].number:
            score += 0.9
        if right and right[0].lines[0].number - 1 == body.blocks[-1].lines[-1].number:
            score += 0.5
        for side in (left, right):
            score -= 0.6 * max(0, len(side) - 3)
            score -= 0.25 * max(0, len(side) - 1)
            # A line that shares nothing with a text that other lines repeat is another's.
            fits = [self._shared(block, body) for block in side]
            if len(fits) > 1 and self.language == "zh-Hans":
                score += 0.5 * (sum(fits) / len(fits))
        if right and is_kicker(right[-1].lines[-1].text):
            score -= 1.0
        return score

    def _shared(self, block: Block, body: Body) -> float:
        key = (id(block), id(body))
        if key not in self.known:
            self.known[key] = shared(block_text(block), body.words, self.language)
        return self.known[key]


def split_captions(gap: Gap, before: Body | None, after: Body | None, language: Language) -> None:
    """Take the words under pictures out of a gap's heads: they come in runs, once a head is past."""
    heads = list(gap.heads)
    if not heads or language != "zh-Hans":
        return
    order = gap.items
    flagged: set[int] = set()
    shown = sum(1 for one in order if one.kind == "display")
    for at, block in enumerate(order):
        if block.kind == "caption":
            flagged.add(at)
    for at, block in enumerate(order):
        if block.kind != "display" or len(block.lines) > 1:
            continue
        text = block.lines[0].text
        near = any(side in flagged and not _marked(order[side]) for side in (at - 1, at + 1))
        # The one head in front of a text without 本报讯 is that text's, whatever stands above it.
        others = shown - 1
        near = near and (others > 0 or after is None or after.opened)
        if near and not has_clause_gap(text) and not is_kicker(text):
            theirs = shared(text, after.words, language) if after else 0.0
            ours = shared(text, before.words, language) if before else 0.0
            beside = at - 1 in flagged
            long = caption_likeness(text) + 1 >= 2 and width(text) >= 14
            apart = (
                width(text) >= 8
                and theirs < 0.5
                and beside
                and (
                    ours > theirs
                    or (order[at - 1].kind == "caption" and not _marked(order[at - 1]))
                )
            )
            if (long or apart) and theirs < 0.7:
                flagged.add(at)
                block.kind = "caption"
                shown -= 1
    gap.heads = [block for block in heads if block.kind == "display"]


def _marked(block: Block) -> bool:
    return not block.lines[0].text[0].isalnum() and block.lines[0].text[0] not in "“《"
