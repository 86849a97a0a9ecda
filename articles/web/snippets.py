"""The piece of a story in which a search was found, as printed, with what was found marked."""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.text import grams
from articles.text.grams import Phrase
from articles.text.words import is_cjk

# Characters on each side of what was found; a Latin letter takes half the room of a Han character.
AROUND_HAN, AROUND_LATIN = 40, 90


def snippet(texts: Iterable[str], phrases: list[Phrase]) -> SafeString:
    """A piece of the first of these texts that holds any of the phrases; else nothing."""
    for text in texts:
        line = " ".join(text.split())
        if found := _found(line, phrases):
            around = AROUND_HAN if any(map(is_cjk, line[:20])) else AROUND_LATIN
            start, end = _cut(line, found[0], around)
            before, after = "…" * (start > 0), "…" * (end < len(line))
            return mark_safe(before + marked(line[start:end].strip(), phrases) + after)
    return mark_safe("")


def marked(text: str, phrases: list[Phrase]) -> SafeString:
    """A text as HTML, with every place of the phrases marked."""
    parts: list[str] = []
    last = 0
    for start, end in _found(text, phrases):
        parts += [escape(text[last:start]), f"<mark>{escape(text[start:end])}</mark>"]
        last = end
    parts.append(escape(text[last:]))
    return mark_safe("".join(parts))  # every piece is escaped above


def _found(text: str, phrases: list[Phrase]) -> list[tuple[int, int]]:
    """Where the phrases stand in a text as printed: 「ＡＢＣ」 where `abc` was asked for."""
    if not phrases:
        return []
    folded, places = grams.fold_with_places(text)
    return [
        (places[match.start()], places[match.end() - 1] + 1)
        for match in _any_of(tuple(phrases)).finditer(folded)
    ]


@lru_cache(maxsize=64)
def _any_of(phrases: tuple[Phrase, ...]) -> re.Pattern[str]:
    """Any of the phrases, the longest where several begin; for each line of what was found."""
    longest_first = sorted(phrases, key=lambda one: len(one.text), reverse=True)
    return re.compile("|".join(map(_pattern, longest_first)))


def _pattern(phrase: Phrase) -> str:
    """A phrase in a folded text: whole words, or the beginning of the last one."""
    pieces = grams.runs(phrase.text)
    pattern = r"[\W_]{0,4}".join(
        r"\s{0,4}".join(piece) if grams.is_wide(piece) else piece for piece in pieces
    )
    if not grams.is_wide(pieces[0]):
        pattern = f"(?<!{grams.OF_A_WORD})" + pattern
    if not grams.is_wide(pieces[-1]):
        pattern += grams.OF_A_WORD + "{0,40}" if phrase.is_open else f"(?!{grams.OF_A_WORD})"
    return pattern


def _cut(text: str, found: tuple[int, int], around: int) -> tuple[int, int]:
    """From where to where a piece goes: some characters on each side, between Latin words."""
    start, end = max(0, found[0] - around), min(len(text), found[1] + around)
    while 0 < start < found[0] and _inside_word(text, start):
        start += 1
    while found[1] < end < len(text) and _inside_word(text, end):
        end -= 1
    return start, end


def _inside_word(text: str, place: int) -> bool:
    return all(one.isalnum() and not is_cjk(one) for one in (text[place - 1], text[place]))
