"""Marks of the wrong width: half-width ones among Han characters, full-width ones in English.

GB/T 15834-2011, 5.1: Chinese marks stand in squares of their own, which are full width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.text.proof_spots import Spot, around, is_latin, lines_of, without_addresses
from articles.text.words import HAN_RUN, is_cjk

SUMMARISED_OVER = 5
FULL_WIDTH = {",": "，", ".": "。", ";": "；", ":": "：", "?": "？", "!": "！"}
HALF_WIDTH = {full: half for half, full in FULL_WIDTH.items()} | {
    "（": "(",
    "）": ")",
    "、": ",",
}
HALF = re.compile(r"[,.;:?!]")
FULL = re.compile(r"[，。；：？！（）、]")
BRACKETED = re.compile(r"[(（][^()（）\n]{0,100}[)）]")
# Marks only Chinese type has. Quotation marks are shared with English and prove nothing.
CHINESE_CLOSING = frozenset("》）】」』〉％℃")
CHINESE_OPENING = frozenset("《（【「『〈")


def mixed_punctuation(text: str, chinese: bool) -> Iterator[Spot]:
    """Marks of the wrong width; a text that has many gets one finding with their number."""
    find = _half_width_marks if chinese else _full_width_marks
    places = list(find(without_addresses(text)))
    if len(places) <= SUMMARISED_OVER:
        for start, end, wrong, right in places:
            yield Spot(start, end, "mixed_punctuation", _message(chinese, wrong, right))
        return
    start, end, *_rest = places[0]
    yield Spot(start, end, "mixed_punctuation", _summary(chinese, len(places)))


def _half_width_marks(text: str) -> Iterator[tuple[int, int, str, str]]:
    for offset, line in lines_of(text):
        if not HAN_RUN.search(line):
            continue
        places = [*_marks_by_han(line), *_brackets_with_han(line)]
        for at, wrong, right in sorted(places):
            start, end = around(line, at)
            yield offset + start, offset + end, wrong, right


def _marks_by_han(line: str) -> Iterator[tuple[int, str, str]]:
    for match in HALF.finditer(line):
        at, mark = match.start(), match[0]
        left, right = line[at - 1 : at] if at else "", line[at + 1 : at + 2]
        if mark == ".":
            if _is_chinese_stop(left, right):
                yield at, mark, "。 / ·" if right and is_cjk(right) else "。"
        elif _is_among_han(mark, left, right):
            yield at, mark, FULL_WIDTH[mark]


def _is_chinese_stop(left: str, right: str) -> bool:
    """Whether a point ends Chinese words: no file name, no decimal, no row of dots."""
    if not left or not (is_cjk(left) or left in CHINESE_CLOSING):
        return False
    return not right or not (right == "." or is_latin(right))


def _is_among_han(mark: str, left: str, right: str) -> bool:
    if left and (is_cjk(left) or left in CHINESE_CLOSING):
        return True
    if not left or left.isspace() or not right:
        return False
    if not (is_cjk(right) or right in CHINESE_OPENING):
        return False
    # `Yahoo!中国`: the mark may belong to the foreign name.
    return mark not in "!?" or not is_latin(left)


def _brackets_with_han(line: str) -> Iterator[tuple[int, str, str]]:
    """Half-width brackets round Chinese words; (WHO) and f(x) are left alone."""
    for match in BRACKETED.finditer(line):
        pair = match[0]
        if HAN_RUN.search(pair):
            if pair[0] == "(":
                yield match.start(), "(", "（"
            elif pair[-1] == ")":
                yield match.end() - 1, ")", "）"


def _full_width_marks(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Full-width marks that no Han character stands near: a Chinese quotation keeps its own."""
    for offset, line in lines_of(text):
        for match in FULL.finditer(line):
            at = match.start()
            near = line[max(0, at - 3) : at + 4]
            if not HAN_RUN.search(near):
                start, end = around(line, at)
                yield offset + start, offset + end, match[0], HALF_WIDTH[match[0]]


def _message(chinese: bool, wrong: str, right: str) -> str:
    said = {"wrong": wrong, "right": right}
    if chinese:
        return _("A half-width %(wrong)s among Chinese characters; full-width: %(right)s") % said
    return _("A full-width %(wrong)s in English text; half-width: %(right)s") % said


def _summary(chinese: bool, count: int) -> str:
    said = {"count": count}
    if chinese:
        return (
            _("Half-width marks among Chinese characters in %(count)s places, this the first.")
            % said
        )
    return _("Full-width marks in English text in %(count)s places, this the first.") % said
