"""How near a reading of a page comes to a truth made by hand, as eight figures from 0 to 1."""

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Any

Story = dict[str, Any]
Pair = tuple[Story, Story]


def plain(text: str | None) -> str:
    """Text as it is compared: no white space, no difference of full and half width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def body(story: Story) -> str:
    return plain("".join(story.get("paragraphs", [])))


def likeness(one: str, other: str) -> float:
    if not one or not other:
        return float(one == other)
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def paired(read: list[Story], true: list[Story]) -> list[Pair]:
    """Each story read with the true one it is most like, none of them twice."""
    table = sorted(
        (
            (
                likeness(body(one), body(other))
                + likeness(plain(one.get("headline")), plain(other["headline"])),
                i,
                j,
            )
            for i, one in enumerate(read)
            for j, other in enumerate(true)
        ),
        reverse=True,
    )
    left: set[int] = set()
    right: set[int] = set()
    pairs: list[Pair] = []
    for score, i, j in table:
        if score >= 0.5 and i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((read[i], true[j]))
    return pairs


def f1(hits: int, read: int, true: int) -> float:
    return 1.0 if not read and not true else 2 * hits / (read + true)


def agreement(bags: list[tuple[list[Any], list[Any]]]) -> float:
    """F1 of bags of things, story by story."""
    hits = 0
    for read, true in bags:
        left = list(true)
        for item in read:
            if item in left:
                left.remove(item)
                hits += 1
    return f1(hits, sum(len(r) for r, _ in bags), sum(len(t) for _, t in bags))


def filled(story: Story, *fields: str) -> list[str]:
    return [plain(story.get(field)) for field in fields if plain(story.get(field))]


def people(story: Story) -> list[tuple[str, str]]:
    return [(plain(one["name"]), one.get("role", "text")) for one in story.get("bylines", [])]


def paragraph_ends(story: Story) -> list[str]:
    whole = body(story)
    ends: list[str] = []
    at = 0
    for paragraph in story.get("paragraphs", [])[:-1]:
        at += len(plain(paragraph))
        ends.append(whole[max(0, at - 6) : at])
    return ends


def score(reading: dict[str, Any], truth: dict[str, Any]) -> dict[str, float]:
    """The eight figures: how many stories, and how well each part of them was read."""
    read, true = reading["stories"], truth["stories"]
    pairs = paired(read, true)
    alone = [one for one in read if not any(one is pair[0] for pair in pairs)]
    missed = [one for one in true if not any(one is pair[1] for pair in pairs)]
    every = [*pairs, *((one, {}) for one in alone), *(({}, one) for one in missed)]

    def exact(*fields: str) -> float:
        return agreement([(filled(one, *fields), filled(other, *fields)) for one, other in every])

    return {
        "stories": f1(len(pairs), len(read), len(true)),
        "headline": exact("headline"),
        "kicker_and_deck": exact("kicker", "deck"),
        "bylines": agreement([(people(one), people(other)) for one, other in every]),
        "captions": agreement(
            [
                (
                    [plain(c) for c in one.get("captions", [])],
                    [plain(c) for c in other.get("captions", [])],
                )
                for one, other in every
            ]
        ),
        "package": exact("package"),
        "body": sum(likeness(body(one), body(other)) for one, other in pairs)
        / max(len(read), len(true), 1),
        "paragraphs": agreement(
            [(paragraph_ends(one), paragraph_ends(other)) for one, other in every]
        ),
    }


def mean(figures: dict[str, float]) -> float:
    return sum(figures.values()) / len(figures)
