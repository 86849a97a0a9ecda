"""Chinese words in English text, marked as such for the browser, for speech and for search engines.

A reader's page, and a book's, is looked through once, when it is made: so no template needs to think of it, and
no name, tag, caption or paragraph is forgotten.
"""

import re
from collections.abc import Iterator
from functools import cache

from articles.text.words import HAN_RUN

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_MARKS = "\u3001-\u303f\uff01-\uff60·"
# Chinese words with the marks that belong to them (《渔港》, 陈晓·文), in one line or over spaces.
CHINESE = re.compile(f"[《〈「『【（]*[{_HAN}][{_HAN}{_MARKS}]*(?: +[{_HAN}][{_HAN}{_MARKS}]*)*")
MARKED = r'<span lang="zh-Hans">\g<0></span>'
MARKED_IN_XML = r'<span lang="zh-Hans" xml:lang="zh-Hans">\g<0></span>'
LANG, ENGLISH = 'lang="', 'lang="en"'
OPENING = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
# What holds no elements: its text stays plain.
PLAIN = re.compile(r"<(?:title|script|style|textarea|option)(?![a-zA-Z0-9])[^<]*\Z")


def told_apart(page: str, *, is_xml: bool = False) -> str:
    """A page of the readers' templates or of a book, with the Chinese in its English text marked.

    They close what they open where they name a language, and write `>` in no attribute.
    """
    marked = MARKED_IN_XML if is_xml else MARKED
    parts: list[str] = []
    done = 0
    for start, end in _english(page, 0, 0, len(page), is_english=False):
        parts += (page[done:start], _with_marks(page[start:end], marked))
        done = end
    return "".join((*parts, page[done:]))


def _english(
    page: str, begins: int, at: int, end: int, *, is_english: bool
) -> Iterator[tuple[int, int]]:
    """Where in an element there is English: from `begins` up to its `end`, but for what is foreign.

    Its own opening tag ends at `at`. `is_english`: what it says itself.
    """
    while (tag := _foreign(page, at, end, is_english)) is not None:
        if is_english:
            yield begins, tag.start()
        begins = at = _closed(page, tag, end)
        yield from _english(page, tag.start(), tag.end(), at, is_english=not is_english)
    if is_english:
        yield begins, end


def _foreign(page: str, at: int, end: int, is_english: bool) -> re.Match[str] | None:
    """The next tag that names another language: in English any other, elsewhere English."""
    named = LANG if is_english else ENGLISH
    first = at
    while (found := page.find(named, at, end)) >= 0:
        at = found + len(named)
        if not page[found - 1].isspace() or (is_english and page.startswith(ENGLISH, found)):
            continue  # `hreflang`, or the language that it is in already
        start = page.rfind("<", first, found)
        tag = OPENING.match(page, start, end) if start >= 0 else None
        if tag is not None and tag.end() >= at:  # else words of a text: they say nothing about it
            return tag
    return None


def _closed(page: str, tag: re.Match[str], end: int) -> int:
    """Where the element ends that a tag opens."""
    closing = f"</{tag[1]}>"
    first = page.find(closing, tag.end(), end)
    if first >= 0 and page.find(f"<{tag[1]}", tag.end(), first) < 0:  # nearly always
        return first + len(closing)
    depth = 1
    for one in _tags(tag[1]).finditer(page, tag.end(), end):
        if not one[0].endswith("/>"):
            depth += -1 if one[1] else 1
        if not depth:
            return one.end()
    return end


@cache
def _tags(name: str) -> re.Pattern[str]:
    """The tags of all elements of one name."""
    return re.compile(rf"<(/?){name}(?![a-zA-Z0-9])[^>]*>")


def _with_marks(text: str, marked: str) -> str:
    """English with its tags, the Chinese words in it marked. Most of it is looked at by its width only."""
    if text.isascii():
        return text
    pieces = text.split(">")  # each a bit of text, and the tag after it
    for at, piece in enumerate(pieces):
        if piece.isascii():
            continue
        words, bracket, tag = piece.partition("<")
        if HAN_RUN.search(words) and not (at and PLAIN.search(pieces[at - 1])):
            pieces[at] = CHINESE.sub(marked, words) + bracket + tag
    return ">".join(pieces)
