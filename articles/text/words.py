"""What a character is on a newspaper page: how wide, which script, and how much of it counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Language = Literal["zh-Hans", "en"]

# Marks that Chinese type sets at full width although Unicode calls them ambiguous.
AMBIGUOUS_WIDE = frozenset("“”‘’—…·")
CLOSING = frozenset("，。、；：！？”’）》】〉」』〕］｝…—％℃")
OPENING = frozenset("“‘（《【〈「『〔［｛")
WIDE_MARKS = CLOSING | OPENING
BRACKETS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "“": "”",
    "‘": "’",
    "【": "】",
    "「": "」",
    "『": "』",
}
HAN_RUN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
LATIN_WORD = re.compile(r"[A-Za-z0-9]+(?:['’.,\-][A-Za-z0-9]+)*")


def is_cjk(char: str) -> bool:
    """Whether the character is a Han character (or 〇), rare ones beyond the BMP included."""
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or code == 0x3007
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x323AF
    )


def is_wide(char: str) -> bool:
    """Whether the character takes a full square of a Chinese line."""
    return (
        is_cjk(char) or char in AMBIGUOUS_WIDE or unicodedata.east_asian_width(char) in {"W", "F"}
    )


def width(text: str) -> float:
    """Length of a set line in squares (em), white space left out.

    Punctuation counts three quarters: compositors squeeze it, and lines of one column differ by
    just those squeezes.
    """
    total = 0.0
    for char in text:
        if char.isspace():
            continue
        if char in WIDE_MARKS:
            total += 0.75
        elif is_wide(char):
            total += 1.0
        else:
            total += 0.5
    return total


def cjk_count(text: str) -> int:
    """How many Han characters the text has."""
    return len(text) - len(HAN_RUN.sub("", text))


def word_count(text: str) -> int:
    """A story's length as its desk counts it: Chinese characters, or English words.

    In mixed text a run of Latin letters or digits counts as one.
    """
    return cjk_count(text) + sum(1 for _ in LATIN_WORD.finditer(text))


def language_of(text: str) -> Language:
    """Which of the two languages a text is in, by what most of its words are."""
    han = cjk_count(text)
    latin = sum(1 for _ in re.finditer(r"[A-Za-z]{2,}", text))
    return "zh-Hans" if han >= latin and han > 0 else "en"


def compact(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def bigrams(text: str) -> set[str]:
    """Pairs of neighbouring Han characters: the nearest thing to words without a dictionary."""
    return {run[at : at + 2] for run in HAN_RUN.findall(text) for at in range(len(run) - 1)}


def unclosed(text: str) -> int:
    """How many quotation marks and brackets are opened in the text and not closed in it."""
    closers = list(BRACKETS.values())
    return sum(
        max(0, text.count(opener) - text.count(closer))
        for opener, closer in zip(BRACKETS, closers, strict=True)
    )


def median(values: Iterable[float]) -> float:
    """The middle value, and nought for none."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0
