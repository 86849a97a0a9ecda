"""Proofing aids: what a reader of proofs would ask about. They only warn, and change nothing.

A desk turns off an aid that cries wolf, so each rule would rather miss a slip than question what
is right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from articles.text import (
    proof_dates,
    proof_marks,
    proof_names,
    proof_quotes,
    proof_repeats,
    proof_sentences,
    proof_words,
)
from articles.text.proof_spots import LONGEST_PASSAGE, Spot
from articles.text.proof_words import ListedWord

__all__ = ["Finding", "ListedWord", "proofread"]

MOST_FINDINGS = 50
# One slip made all over a text must not hide the others.
MOST_OF_A_CODE = 5
UNCAPPED = frozenset({"listed_word", "placeholder", "weekday"})


@dataclass(frozen=True)
class Finding:
    """One passage to look at, and why."""

    field: str
    code: str
    passage: str
    occurrence: int
    message: str


def proofread(
    texts: Mapping[str, str],
    *,
    language: str,
    today: dt.date,
    words: Sequence[ListedWord] = (),
    names: Sequence[str] = (),
) -> list[Finding]:
    """What to look at in a story, in the order of its text.

    `texts`: plain text by field, a line for each paragraph. `words`: the paper's own list.
    `names`: people known to be spelled so.
    """
    spelled = proof_names.two_spellings(texts, names)
    found: list[Finding] = []
    for field, text in texts.items():
        spots = sorted(
            {*_spots(field, text, language, today, words), *spelled.get(field, ())},
            key=lambda spot: (spot.start, spot.end, spot.code),
        )
        found += [_finding(field, text, spot) for spot in _capped(spots)]
    return found[:MOST_FINDINGS]


def _spots(
    field: str, text: str, language: str, today: dt.date, words: Sequence[ListedWord]
) -> Iterator[Spot]:
    chinese = language.lower().startswith("zh")
    checks = [
        proof_marks.mixed_punctuation(text, chinese),
        proof_quotes.unbalanced(text),
        proof_repeats.repeated(text),
        proof_sentences.no_end(text) if field == "body" else (),
        proof_sentences.placeholders(text, chinese),
        proof_dates.weekdays(text, today),
        proof_words.listed(text, words),
    ]
    for check in checks:
        yield from islice(check, MOST_FINDINGS)


def _capped(spots: Sequence[Spot]) -> list[Spot]:
    kept: list[Spot] = []
    seen: dict[str, int] = {}
    for spot in spots:
        seen[spot.code] = seen.get(spot.code, 0) + 1
        if spot.code in UNCAPPED or seen[spot.code] <= MOST_OF_A_CODE:
            kept.append(spot)
    return kept[:MOST_FINDINGS]


def _finding(field: str, text: str, spot: Spot) -> Finding:
    passage = text[spot.start : spot.end][:LONGEST_PASSAGE]
    # Counted as it is looked for again: from each find one character on.
    before = text[: spot.start + len(passage) - 1]
    occurrence = sum(1 for _ in re.finditer(f"(?={re.escape(passage)})", before))
    return Finding(field, spot.code, passage, occurrence, spot.message)
