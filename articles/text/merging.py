"""Two people changed one text: what goes together, and where they clash."""

import re
from dataclasses import dataclass, field

from merge3 import Merge3

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
    """The text with both people's changes; where they clash it holds mine."""

    text: str
    clashes: list[Clash] = field(default_factory=list)


def merge_line(base: str, theirs: str, mine: str) -> Merged:
    """Merge a field of one line: whoever changed it alone is right."""
    if theirs in (base, mine):
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    return Merged(mine, [Clash(base, theirs, mine)])


def merge_body(base: str, theirs: str, mine: str) -> Merged:
    """Merge clean bodies block by block."""
    merged: list[str] = []
    clashes: list[Clash] = []
    machine = Merge3(blocks(base), blocks(theirs), blocks(mine))
    for group in machine.merge_groups():
        if group[0] == "conflict":
            old, their, my = ("".join(part) for part in group[1:])
            merged.append(my)
            clashes.append(Clash(old, their, my))
        else:
            merged += group[1]
    return Merged("".join(merged), clashes)


def blocks(body: str) -> list[str]:
    """The blocks of a clean body, in order; whatever stands between them is a block of its own."""
    found: list[str] = []
    last = 0
    for block in BLOCK.finditer(body):
        found += [body[last : block.start()], block[0]]
        last = block.end()
    return [block for block in [*found, body[last:]] if block.strip()]
