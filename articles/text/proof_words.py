"""The paper's own list: forms it does not use, and words that need care."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.text.proof_spots import Spot, is_latin


@dataclass(frozen=True)
class ListedWord:
    """A word on the paper's list: a wrong form, a banned word, or one that needs care."""

    wrong: str
    right: str = ""
    kind: str = "form"


def listed(text: str, words: Sequence[ListedWord]) -> Iterator[Spot]:
    """Every listed word in the text; where two overlap, the longer."""
    known: dict[str, ListedWord] = {}
    for word in words:
        if word.wrong.strip() and word.wrong.strip() != word.right.strip():
            known.setdefault(_folded(word.wrong.strip()), word)
    folded = _folded(text)
    places = [
        (start, end)
        for start, end in _places(folded, known)
        if _stands_alone(text, start, end)
        and not _in_right_form(text, start, end, known[folded[start:end]])
    ]
    for start, end in sorted(_longest(places)):
        yield Spot(start, end, "listed_word", _message(known[folded[start:end]]))


def _folded(text: str) -> str:
    """Lower case, character for character: İ and its like stay, or places would shift."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _places(text: str, known: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Each place of each word, in one pass however long the list is."""
    wanted = set(known)
    lengths: dict[str, set[int]] = {}
    for word in wanted:
        lengths.setdefault(word[0], set()).add(len(word))
    for start, char in enumerate(text):
        for length in lengths.get(char, ()):
            if start + length <= len(text) and text[start : start + length] in wanted:
                yield start, start + length


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether Latin words are whole: `cat` is not found in `catalogue`."""
    before, after = text[start - 1 : start], text[end : end + 1]
    inside = (is_latin(text[start]) and bool(before) and is_latin(before)) or (
        is_latin(text[end - 1]) and bool(after) and is_latin(after)
    )
    return not inside


def _in_right_form(text: str, start: int, end: int, word: ListedWord) -> bool:
    """Whether this is part of the right form: 台湾 in 台湾地区 is as it should be."""
    right = word.right.strip()
    if not right:
        return False
    window = max(0, end - len(right))
    at = text.find(right, window, start + len(right))
    return window <= at <= start


def _longest(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    taken: set[int] = set()
    kept = []
    for start, end in sorted(places, key=lambda place: (place[0] - place[1], place[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return kept


def _message(word: ListedWord) -> str:
    said = {"wrong": word.wrong.strip(), "right": word.right.strip()}
    if word.kind == "sensitive":
        if said["right"]:
            return _("“%(wrong)s” needs care; the paper’s list has: %(right)s.") % said
        return _("“%(wrong)s” needs care: it is on the paper’s list of sensitive words.") % said
    if said["right"]:
        return _("The paper writes “%(right)s”, not “%(wrong)s”.") % said
    return _("The paper does not write “%(wrong)s”.") % said
