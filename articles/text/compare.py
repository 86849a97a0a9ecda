"""What changed between two texts: by words, and in Chinese by characters."""

import re
from dataclasses import dataclass
from typing import Literal

from diff_match_patch import diff_match_patch

# A Latin word, or any one character else: what a change is told in.
TOKEN = re.compile(r"[A-Za-z0-9À-ɏ]+(?:['’\-][A-Za-z0-9À-ɏ]+)*|\s+|.", re.DOTALL)
# Tokens stand for single characters while they are compared: from here on, past the surrogates.
FIRST = 0xE000
SECONDS = 2.0


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """The pieces that lead from `before` to `after`, in order, tidied so that people can read them.

    Longer than two seconds it does not look for the smallest change; the pieces are then coarser.
    """
    tokens: list[str] = []
    numbers: dict[str, int] = {}
    old, new = (_as_characters(text, tokens, numbers) for text in (before, after))
    machine = diff_match_patch()
    machine.Diff_Timeout = SECONDS
    found = machine.diff_main(old, new, False)
    machine.diff_cleanupSemantic(found)
    kinds: dict[int, Literal["same", "added", "removed"]] = {0: "same", 1: "added", -1: "removed"}
    return [Piece(kinds[what], "".join(tokens[_number(one)] for one in run)) for what, run in found]


def _as_characters(text: str, tokens: list[str], numbers: dict[str, int]) -> str:
    run = []
    for token in TOKEN.findall(text):
        number = numbers.get(token)
        if number is None:
            number = numbers[token] = len(tokens)
            tokens.append(token)
        run.append(chr(FIRST + number))
    return "".join(run)


def _number(character: str) -> int:
    return ord(character) - FIRST
