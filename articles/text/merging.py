"""Two people changed one text: what goes together, and where they clash."""

import re
from dataclasses import dataclass, field
from typing import TypeVar

from merge3 import Merge3

Item = TypeVar("Item")

# A body's blocks, as the sanitiser writes them: each is kept or changed as a whole.
BLOCK = re.compile(r"<(p|h2|h3|ul|ol|blockquote)\b[^>]*>.*?</\1>|<hr>", re.DOTALL)


@dataclass(frozen=True)
class Clash:
    """A place that both changed: as it was, as they have it, as I have it."""

    base: str
    theirs: str
    mine: str


@dataclass
class Merged:
    """The text with both people's changes; where they clash it holds mine, and `theirs` theirs."""

    text: str
    clashes: list[Clash] = field(default_factory=list)
    theirs: str = ""


def merge_line(base: str, theirs: str, mine: str) -> Merged:
    """Merge a field of one line: whoever changed it alone is right."""
    if theirs in (base, mine):
        return Merged(mine, theirs=mine)
    if mine == base:
        return Merged(theirs, theirs=theirs)
    return Merged(mine, [Clash(base, theirs, mine)], theirs)


def merge_body(base: str, theirs: str, mine: str) -> Merged:
    """Merge clean bodies block by block.

    What both added at one place is all kept, theirs first: neither changed a word of the other's.
    """
    merged: list[str] = []
    other: list[str] = []
    clashes: list[Clash] = []
    machine = Merge3(blocks(base), blocks(theirs), blocks(mine))
    for group in machine.merge_groups():
        if group[0] == "conflict":
            for piece in _smaller(*map(list, group[1:])):
                merged.append(piece.text)
                other.append(piece.theirs)
                clashes += piece.clashes
        else:
            merged += group[1]
            other += group[1]
    return Merged("".join(merged), clashes, "".join(other))


def _smaller(base: list[str], theirs: list[str], mine: list[str]) -> list[Merged]:
    """A clash of several blocks, block by block where these answer to each other.

    Merge3 takes neighbours for one clash: I mended a paragraph, and somebody else the next one.
    """
    if not base:
        both = "".join([*theirs, *(block for block in mine if block not in theirs)])
        return [Merged(both, theirs=both)]
    if len(base) == len(theirs) == len(mine):
        return [merge_line(*three) for three in zip(base, theirs, mine, strict=True)]
    return [merge_line("".join(base), "".join(theirs), "".join(mine))]


def merge_set(base: set[Item], theirs: set[Item], mine: set[Item]) -> set[Item]:
    """Merge what is chosen from many: what either added is in it, what either took out is not."""
    return (theirs | (mine - base)) - (base - mine)


def blocks(body: str) -> list[str]:
    """The blocks of a clean body, in order; whatever stands between them is a block of its own."""
    found: list[str] = []
    last = 0
    for block in BLOCK.finditer(body):
        found += [body[last : block.start()], block[0]]
        last = block.end()
    return [block for block in [*found, body[last:]] if block.strip()]
