"""Quotation marks and brackets that do not come in pairs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.text.proof_spots import Spot, around, is_latin, lines_of

CLOSERS = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "（": "）", "【": "】"}
OPENERS = {closer: opener for opener, closer in CLOSERS.items()}
QUOTES = frozenset("“‘「『")
# Whether a bracket is of the right width is asked elsewhere: （ and ) are a pair here.
ONE_WIDTH = {"(": "（", ")": "）"}
MARK = re.compile(r"[“”‘’「」『』《》（）()【】]")
# In ‘the dogs’ names’ the first ’ was taken for the end, so that the second is no stray.
POSSESSIVE = re.compile(r"[sSzx]’\s")
LIST_NUMBER = re.compile(r"(.*[\s；;。，,、：:])?\w{1,3}")


def unbalanced(text: str) -> Iterator[Spot]:
    """Marks without a partner in their paragraph, one finding for each kind in it.

    A quotation of several paragraphs opens each and closes only the last: so in English, and so
    in Chinese by GB/T 15834-2011, 4.8.3.
    """
    lines = list(lines_of(text))
    for index, (offset, line) in enumerate(lines):
        following = lines[index + 1][1] if index + 1 < len(lines) else ""
        for at, message in _faults(line, following):
            start, end = around(line, at)
            yield Spot(offset + start, offset + end, "unbalanced_quotes", message)


def _faults(line: str, following: str) -> Iterator[tuple[int, str]]:
    strays, unclosed = _unpaired(line)
    if not strays and not unclosed:
        return
    if possessive := POSSESSIVE.search(line):
        strays = [(at, mark) for at, mark in strays if mark != "‘" or at < possessive.start()]
    if unclosed and _is_continued(unclosed, following):
        unclosed = [(at, mark) for at, mark in unclosed if mark not in QUOTES]
    for opener in CLOSERS:
        closed = [at for at, mark in strays if mark == opener]
        opened = [at for at, mark in unclosed if mark == opener]
        said = {"opener": opener, "closer": CLOSERS[opener]}
        if closed and opened and closed[0] < opened[0]:
            yield (
                closed[0],
                _("These marks are the wrong way round: %(opener)s comes before %(closer)s") % said,
            )
        elif closed:
            yield closed[0], _("%(closer)s without its %(opener)s") % said
        elif len(opened) > 1:
            yield opened[1], _("%(opener)s twice; the second may be meant as %(closer)s") % said
        elif opened:
            yield opened[0], _("%(opener)s without its %(closer)s") % said


def _unpaired(line: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Closing marks without an opening one, and opening ones without a closing one.

    Both are lists of places with the opening mark of the kind.
    """
    stack: list[tuple[int, str]] = []
    strays: list[tuple[int, str]] = []
    crossed: list[tuple[int, str]] = []
    is_open: Counter[str] = Counter()
    for match in MARK.finditer(line):
        at, mark = match.start(), ONE_WIDTH.get(match[0], match[0])
        if mark in CLOSERS:
            stack.append((at, mark))
            is_open[mark] += 1
            continue
        opener = OPENERS[mark]
        if _is_no_closer(line, at, mark, is_open[opener] > 0):
            continue
        if not is_open[opener]:
            strays.append((at, opener))
            continue
        while stack[-1][1] != opener:
            crossed.append(stack.pop())
            is_open[crossed[-1][1]] -= 1
        stack.pop()
        is_open[opener] -= 1
    return strays, sorted([*crossed, *stack])


def _is_no_closer(line: str, at: int, mark: str, is_open: bool) -> bool:
    """Whether ’ is an apostrophe, or a bracket belongs to a list number or a smile."""
    left, right = line[at - 1 : at] if at else "", line[at + 1 : at + 2]
    after_latin = bool(left) and is_latin(left)
    before_latin = bool(right) and is_latin(right)
    if mark == "’":
        return (after_latin and before_latin) or (not is_open and (after_latin or before_latin))
    if mark == "）" and not is_open:
        if left and left in ":;-=":
            return True
        number = LIST_NUMBER.fullmatch(line[max(0, at - 4) : at])
        return number is not None and (number[1] is not None or at <= 3)
    return False


def _is_continued(unclosed: list[tuple[int, str]], following: str) -> bool:
    """Whether the next paragraph opens the quotation again."""
    quotes = {mark for _at, mark in unclosed if mark in QUOTES}
    return following.lstrip()[:1] in quotes
