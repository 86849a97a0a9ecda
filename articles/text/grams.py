"""The form in which a text is searched, and what a search asks for in the same form.

Chinese is written without spaces, so a text is searched by its *grams*: every pair of neighbouring
characters of a run (渔港修好: 渔港 港修 修好, and 好 for the run's end), and every word of scripts
that have words. Text and question are brought to one form first: full and half width (NFKC), upper
and lower case, accents of Latin letters, traditional and simplified characters (by character,
OpenCC's table), spaces between Han characters left out.

What is stored (`indexed`) is one line of grams with a space on each side of each. A phrase is found
in it when its grams stand side by side; an index over the single grams says which lines to look at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import opencc

# Before the grams of a headline, where they are written a second time.
HEAD = "§"
# Between lines: no phrase reaches from a headline into the text.
BREAK = "/"
LONGEST_WORD = 40
# Of one story; the rest of a book is not searched.
MOST_CHARACTERS = 100_000
MOST_PHRASES = 8
SHORTEST_BEGINNING = 3

_WIDE = (
    "\u3005\u3007\u3041-\u30fa\u30fc-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U000323af"
)
_RUN = re.compile(rf"[{_WIDE}]+|[^\W_{_WIDE}]+")
# A character of a word that is written between spaces: no sign, and no wide character.
OF_A_WORD = rf"[^\W_{_WIDE}]"
_IS_WIDE = re.compile(rf"[{_WIDE}]")
_SPACE_IN_WIDE = re.compile(rf"(?<=[{_WIDE}])\s+(?=[{_WIDE}])")
# A phrase in straight or curly quotes, or 「」; else a run without white space or quotes.
_PHRASE = re.compile(r"[\"“”「『]([^\"“”「」『』]+)[\"“”」』]|([^\s\"“”「」『』]+)")


@dataclass(frozen=True)
class Phrase:
    """Grams that have to stand side by side. `is_open`: the last may go on (harb: harbour)."""

    text: str  # folded, for marking it where it is found
    grams: tuple[str, ...]
    is_open: bool

    @property
    def line(self) -> str:
        """The phrase as it stands in an indexed line."""
        return " " + " ".join(self.grams) + ("" if self.is_open else " ")

    @property
    def in_head(self) -> Phrase:
        """The same phrase, in headlines only."""
        return Phrase(self.text, tuple(HEAD + gram for gram in self.grams), self.is_open)


def folded(text: str) -> str:
    """A text as it is compared: NFKC, lower case, no accents, simplified, spaces as one."""
    return " ".join(fold(text).split())


def fold(text: str) -> str:
    """A text as it is compared, its spaces and lines as they are."""
    lower = unicodedata.normalize("NFKC", text).lower()
    return lower if lower.isascii() else lower.translate(_PLAIN)


def fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """A text as it is compared, and for each of its characters the place of the printed one."""
    whole = fold(text)
    if len(whole) == len(text) and unicodedata.is_normalized("NFKC", text):
        return whole, range(len(text))
    pieces = list(map(_fold_one, text))
    printed = "".join(pieces)
    if len(printed) == len(text):  # each became one: none becomes nothing
        return printed, range(len(text))
    return printed, [place for place, piece in enumerate(pieces) for _ in piece]


# A search marks what it found in twenty stories, and these are made of a few thousand characters.
_fold_one = lru_cache(maxsize=16_384)(fold)


def indexed(heads: Iterable[str], lines: Iterable[str]) -> str:
    """What is stored of a text: the grams of its headlines, marked, and of all of its lines."""
    heads = [head for head in heads if head]
    marked = [" ".join(HEAD + gram for gram in _grams(fold(head))) for head in heads]
    room = MOST_CHARACTERS
    plain: list[str] = []
    for line in [*heads, *lines]:
        if room > 0 and (grams := _grams(fold(line[:room]))):
            plain.append(" ".join(grams))
        room -= len(line)
    parts = [part for part in [*marked, *plain] if part]
    return f" {f' {BREAK} '.join(parts)} " if parts else ""


def asked(question: str) -> list[Phrase]:
    """What a search asks for: words, and phrases in quotes of either script, at most 8.

    A word of Latin letters that is not in quotes is the beginning of a word: harb finds harbour.
    """
    phrases: dict[str, Phrase] = {}
    for quoted, word in _PHRASE.findall(question):
        text = folded(quoted or word)
        if text and (phrase := _phrase(text, exact=bool(quoted))) is not None:
            phrases.setdefault(text, phrase)
    return list(phrases.values())[:MOST_PHRASES]


def pieces(phrases: Iterable[Phrase]) -> list[Phrase]:
    """What is near to some phrases: their single grams, and the first letters of their words.

    Of a phrase of one pair, its two characters.
    """
    near: dict[str, Phrase] = {}
    for phrase in phrases:
        for run in runs(phrase.text):
            if not is_wide(run):
                found = [(run[:4], True)]
            elif len(run) > 2:
                found = [(run[at : at + 2], False) for at in range(len(run) - 1)]
            else:
                found = [(character, True) for character in run]
            for gram, is_open in found:
                near.setdefault(gram, Phrase(gram, (gram,), is_open))
    return list(near.values())[:12]


def runs(line: str) -> list[str]:
    """The words of a folded line, and its runs of wide characters."""
    return _RUN.findall(_SPACE_IN_WIDE.sub("", line))


def is_wide(run: str) -> bool:
    """Whether a run is of characters that are written without spaces."""
    return _IS_WIDE.match(run) is not None


def _phrase(text: str, *, exact: bool) -> Phrase | None:
    found = runs(text)
    if not found:
        return None
    grams = _of_runs(found)
    last = found[-1]
    if is_wide(last):
        if len(last) > 1:
            grams.pop()  # in the text the run may go on after the last pair
        return Phrase(text, tuple(grams), is_open=len(last) == 1)
    is_open = not exact and len(last) >= SHORTEST_BEGINNING and not last.isdigit()
    return Phrase(text, tuple(grams), is_open)


def _grams(line: str) -> list[str]:
    return _of_runs(runs(line))


def _of_runs(found: Iterable[str]) -> list[str]:
    grams: list[str] = []
    for run in found:
        if is_wide(run):
            grams += map("".join, pairwise(run))
            grams.append(run[-1])
        else:
            grams.append(run[:LONGEST_WORD])
    return grams


class _Plain(dict[int, str]):
    """Character to the one it is compared as: looked up once, then told by `str.translate`."""

    def __missing__(self, code: int) -> str:
        plain = _without_accent(chr(code)).translate(_simplified())
        if code < 0x10000:  # the rest is rare, and there is a million of it
            self[code] = plain
        return plain


_PLAIN = _Plain()


def _without_accent(character: str) -> str:
    """é as e; what is no Latin letter with an accent stays."""
    if character < "\u00c0" or character > "\u1eff":
        return character
    plain = unicodedata.normalize("NFD", character)[0]
    return plain if plain.isascii() else character


@cache
def _simplified() -> dict[int, str]:
    """Traditional character to simplified one, for every Han character that has one.

    By single characters, so that a text and a question fold alike whatever stands beside them:
    乾隆 is 干隆 in both.
    """
    blocks = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF)]
    characters = [chr(code) for first, last in blocks for code in range(first, last + 1)]
    converted = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        ord(one): other for one, other in zip(characters, converted, strict=True) if one != other
    }
    table[ord("着")] = "著"  # Taiwan and Hong Kong write 看著, the mainland 看着
    while chained := {code: table[ord(to)] for code, to in table.items() if ord(to) in table}:
        table |= chained
    return table
