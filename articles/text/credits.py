"""English bylines, picture credits and datelines, told from the text around them."""

from __future__ import annotations

import re
from typing import NamedTuple

from articles.text.bylines import OUTSIDE_TITLE, STAFF_TITLE, Kind, Person, Role, parse_byline
from articles.text.names import english_names

BY = re.compile(r"(?:by|story by|words by|story and photos by|text by)[: ]\s*\S", re.IGNORECASE)
NAME = (
    r"[A-Z][\w.'’\-]*(?:\s+(?:de|la|van|von|der|al|bin|of|the)(?=\s))*(?:\s+[A-Z][\w.'’\-]*){1,4}"
)
NAMES = rf"{NAME}(?:(?:,\s*|\s*&\s*|\s+and\s+){NAME}){{0,4}}"
BARE_NAME = re.compile(rf"{NAME}(?:\s+(?:and|&)\s+{NAME})?")
LABEL = (
    r"(?:(?-i:[A-Z])\w*\s+){0,3}(?:photographs?|photos?|pictures?|images?|photo credit|picture credit|"
    r"credit|photography|graphics?|illustrations?|video)"
)
CREDITS = (
    re.compile(
        rf"[(\[]\s*(?P<label>(?i:{LABEL}))\s*(?i:by|:|/|courtesy of)?\s*(?P<who>{NAMES})[^()]{{0,40}}[)\]]\s*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<label>\b(?i:{LABEL}))\s*(?i:by\s*:?|:|/|courtesy of)\s*(?P<who>{NAMES})(?P<org>\s*[/,]\s*[\w ]{{2,40}})?\.?\s*$",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<=[.!?”\"’')])\s*(?P<who>{NAME})\s*(?P<org>[/|]\s*[\w .]{{2,40}})$"),
    re.compile(rf"^(?P<who>{NAME})\s*(?P<org>/\s*[\w .]{{2,40}})$"),
)
DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z.'’\-]+(?:[ ,]+[A-Z][A-Za-z.'’\-]*){0,5})"
    r"(?:,?\s+[A-Z][a-z]{2,8}\.?\s+\d{1,2})?(?P<agency>\s*\([A-Z][\w ./]{1,40}\))?\s*(?:—|–|--|-)\s+"
    r"|(?P<only>\((?:Reuters|AP|AFP|Xinhua|UPI|Bloomberg|CNN)\)\s*(?:—|–|--|-)?\s+)"
)
NAME_AT_PLACE = re.compile(
    rf"(?P<who>{NAME})\s+(?:at|in|reports from|reporting from)\s+(?:the\s+)?{NAME.replace('{1,4}', '{0,4}')}"
)
TITLE_LINE = re.compile(r"(?:of |for |and |special to |by )?[\w .,'’&/\-|]{2,60}", re.IGNORECASE)
READ_AT_MOST = 400


class Credit(NamedTuple):
    """A picture credit at the end of a caption."""

    text_until: int
    printed: str
    people: tuple[Person, ...]


def starts_byline(line: str) -> bool:
    """Whether a line begins with By and goes on with a name, and is not a sentence."""
    line = line.strip()
    if not BY.match(line) or len(line) > 100 or (re.search(r"[.!?]$", line) and len(line) > 40):
        return False
    rest = re.sub(
        r"^(?:by|story by|words by|story and photos by|text by)[: ]\s*",
        "",
        line,
        flags=re.IGNORECASE,
    )
    people = english_names(re.split(r"[,;|]", rest)[0])
    words = re.split(r"[,;|]", rest)[0].split()
    joins = {"and", "de", "la", "van", "von", "der", "al", "with", "&", "bin", "the", "of"}
    proper = all(
        word[0].isupper() or word.lower() in joins or not word[0].isalpha() for word in words
    )
    return bool(people) and proper and len(words) <= 14


def continues_byline(line: str) -> bool:
    """Whether a line under a byline belongs to it: a title, a desk, `and JO ROE`."""
    line = line.strip()
    if re.fullmatch(r"\S+@\S+", line):
        return True
    if len(line) > 60 or not TITLE_LINE.fullmatch(line):
        return False
    if STAFF_TITLE.search(line) or OUTSIDE_TITLE.search(line):
        return True
    return bool(re.match(r"(?:and|with)\s+[A-Z]", line)) or bool(
        re.match(
            r"(?:photos?|photographs?|pictures|video|graphics?)\b.*\bby\b|for the |of the |special to ",
            line,
            re.IGNORECASE,
        )
    )


def is_bare_name(line: str) -> bool:
    """Whether a line is a person's name and nothing else, as features are signed."""
    words = line.split()
    return 2 <= len(words) <= 5 and bool(BARE_NAME.fullmatch(line.strip())) and not line.isupper()


def read_credit(text: str) -> Credit | None:
    """Take `Photograph: A`, `Photo by A`, `A/The Paper` from the end of a caption."""
    text = text.rstrip()
    start = max(0, len(text) - 110)
    tail = text[start:]
    for pattern in CREDITS:
        if found := pattern.search(tail):
            if start and found.start() == 0:
                continue
            label = (found.groupdict().get("label") or "").lower()
            role: Role = "photo"
            if "graphic" in label or "illustration" in label:
                role = "graphics"
            elif "video" in label:
                role = "video"
            names = english_names(found["who"])
            if not names or not all(name[0].isupper() for name in names):
                continue
            org = (found.groupdict().get("org") or "").strip(" /,|")
            kind: Kind = "contributor"
            if re.search(
                r"\b(?:AP|Reuters|AFP|Getty|Xinhua|Associated Press)\b", org + label, re.IGNORECASE
            ):
                kind = "agency"
            elif org or (len(label.split()) > 1 and "credit" not in label):
                kind = "staff"
            return Credit(
                start + found.start(), found[0].strip(), tuple(Person(n, role, kind) for n in names)
            )
    return None


def read_dateline(text: str) -> tuple[str, int]:
    """The dateline a story opens with (PORT HAVEN (AP) —), and where its text goes on."""
    found = DATELINE.match(text[:READ_AT_MOST])
    if not found or (found["place"] and sum(map(str.isupper, found["place"])) < 3):
        return "", 0
    return found[0].strip(), found.end()


def read_tail(text: str) -> tuple[int, str, tuple[Person, ...]] | None:
    """Take a closing `— Jane Doe`, `(Reuters)` or `By Jane Doe` from the end of a paragraph."""
    text = text.rstrip()
    start = max(0, len(text) - 80)
    tail = text[start:]
    if found := re.search(r"(?<=[.!?”\"])\s+\((Reuters|AP|AFP|Xinhua|UPI|Bloomberg|PA)\)$", tail):
        return start + found.start(), found[0].strip(), ()
    if found := re.search(rf"(?<=[.!?”\"])\s+(?:—|–|--)\s*({NAMES})$", tail):
        return start + found.start(), found[0].strip(), tuple(parse_byline(found[1]))
    return None
