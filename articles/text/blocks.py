"""A clean body as its outermost blocks: paragraphs, crossheads, quotations, lists.

Reads only what `markup.clean` wrote: well-formed HTML of a few tags.
"""

import re

from articles.text import markup

_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_VOID = {"br", "hr"}


def blocks(body: str) -> list[str]:
    """The outermost blocks of a clean body, in order. Joined again they are the body."""
    found: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(body):
        if tag[2] in _VOID:
            if depth == 0 and tag[2] == "hr":
                found.append(body[start : tag.end()])
                start = tag.end()
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            found.append(body[start : tag.end()])
            start = tag.end()
    if body[start:]:
        found.append(body[start:])
    return found


def opening(body: str, length: int) -> tuple[str, bool]:
    """The first blocks of a clean body, about `length` characters of text, and whether more comes.

    The first block stands whole, however long; a crosshead or a pull quote never ends the piece.
    """
    taken: list[str] = []
    room = length
    given = blocks(body)
    for block in given:
        size = len(markup.plain_text(block))
        if taken and size > room:
            break
        taken.append(block)
        room -= size
    while len(taken) > 1 and taken[-1].startswith(("<h2", "<h3", "<blockquote")):
        taken.pop()
    return "".join(taken), len(taken) < len(given)
