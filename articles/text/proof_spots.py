"""Where a proofing aid stopped in a text, and the small tools all the aids share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Addresses hold marks that are nobody's punctuation. The lengths are bounded, so that a text
# without a single blank is still read once.
ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,64}")
LONGEST_PASSAGE = 40


class Spot(NamedTuple):
    """A stretch of one field's text, and what is odd about it."""

    start: int
    end: int
    code: str
    message: str


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a plain text, each with the place where it starts."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def without_addresses(text: str) -> str:
    """The text with web and mail addresses blotted out, every other character in its place."""
    return ADDRESS.sub(lambda match: "a" * len(match[0]), text)


def around(line: str, at: int, reach: int = 5) -> tuple[int, int]:
    """From where to where a mark is shown: with a few characters to know it again by."""
    return max(0, at - reach), min(len(line), at + reach + 1)


def is_latin(char: str) -> bool:
    """Whether the character is a Latin letter or an Arabic digit; no character is neither."""
    return char.isalnum() and ord(char) < 0x250
