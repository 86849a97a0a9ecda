"""Colours of the demo drawings: a sky, a land, a water and an accent for each hour and weather."""

import random
from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The few inks of one print. `far` to `near` go from the horizon to the foreground."""

    sky_top: Colour
    sky_low: Colour
    sun: Colour
    far: Colour
    middle: Colour
    near: Colour
    water: Colour
    glint: Colour
    accent: Colour
    light: Colour


def ink(code: str) -> Colour:
    """A colour from its six hexadecimal digits."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def _palette(*codes: str) -> Palette:
    return Palette(*(ink(code) for code in codes))


DAWN = _palette(
    "3d5a73",
    "f3c9a0",
    "f7e3b6",
    "8aa0a8",
    "4f6b78",
    "26404e",
    "6d8f9c",
    "f6dcb4",
    "c0492f",
    "fbf0d9",
)
MORNING = _palette(
    "8fbcc9",
    "eef1de",
    "fff6dc",
    "a7bfb6",
    "5f8a84",
    "2f5457",
    "7fb0b8",
    "f2f6e8",
    "d9603b",
    "fdf8ea",
)
NOON = _palette(
    "5b9bb5",
    "dcebe6",
    "fff9e6",
    "9cc0b4",
    "4f8f86",
    "22575c",
    "4a91a6",
    "e6f2ee",
    "e0562f",
    "fffaf0",
)
DUSK = _palette(
    "413a5e",
    "e9906a",
    "f9c784",
    "7f5f78",
    "54425f",
    "2a2440",
    "7a5a72",
    "f4b183",
    "f2cf7b",
    "fde9cf",
)
NIGHT = _palette(
    "101a2e",
    "31486a",
    "f2ead0",
    "263b58",
    "1a2b45",
    "0c1526",
    "1d3352",
    "e8c878",
    "e5a33d",
    "f7e2a8",
)
STORM = _palette(
    "39434b",
    "97a3a3",
    "c3cbc8",
    "6d7a7d",
    "4b575c",
    "29333a",
    "54666d",
    "d4dcda",
    "b5462f",
    "e9ecea",
)
ALL = (DAWN, MORNING, NOON, DUSK)


def of_day(chance: random.Random) -> Palette:
    """Any hour of a fair day."""
    return chance.choice(ALL)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """`one` with `part` (0 to 1) of `other` in it."""
    r, g, b = (round(a + (z - a) * part) for a, z in zip(one, other, strict=True))
    return r, g, b
