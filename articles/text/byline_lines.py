"""Bylines set as a desk types them: the way back from what `bylines.parse_byline` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from articles.text.bylines import AGENCIES, Kind, Person, Role
from articles.text.words import is_cjk

CHINESE_KIND: dict[Kind, str] = {
    "staff": "记者",
    "correspondent": "通讯员",
    "intern": "实习生",
    "contributor": "作者",
}
CHINESE_ROLE: dict[Role, str] = {
    "text": "文",
    "photo": "图",
    "both": "文/图",
    "video": "视频",
    "graphics": "制图",
}
ENGLISH_KIND: dict[Kind, str] = {
    "staff": "staff reporter",
    "correspondent": "correspondent",
    "intern": "intern",
}
STAFF_PHOTOGRAPHER = "staff photographer"
ENGLISH_ROLE: dict[Role, str] = {
    "text": "words by",
    "photo": "photos by",
    "both": "words and photos by",
    "video": "video by",
    "graphics": "graphics by",
}
USUAL_AGENCY = "新华社"


def as_line(people: Iterable[Person], agency: str = "") -> str:
    """The people as one line: 记者 甲 通讯员 乙 文 丙 图, or By A and B; photos by C.

    `parse_byline` reads the same people out of it. `agency` is where the agency's reporters come
    from, as a lead-in says (新华社北京电); what is no agency's name is not used.
    """
    people = list(people)
    if any(is_cjk(char) for person in people for char in person.name):
        return _chinese(people, agency)
    return _english(people)


def agency_in(text: str) -> str:
    """The agency that a lead-in or a printed byline names; empty for none."""
    found = re.search(AGENCIES, text)
    return found[0] if found else ""


def _chinese(people: Sequence[Person], agency: str) -> str:
    """Names with the word for their kind before them, and after each run of a role its credit.

    A name is a contributor's until a word says otherwise, and the last word holds on.
    """
    kind_word = CHINESE_KIND | {"agency": (agency_in(agency) or USUAL_AGENCY) + "记者"}
    with_credits = any(person.role != "text" for person in people)
    words: list[str] = []
    said: Kind = "contributor"
    for role, run in groupby(people, key=lambda person: person.role):
        for kind, group in groupby(run, key=lambda person: person.kind):
            if kind != said:
                words.append(kind_word[kind])
                said = kind
            words += [person.name for person in group]
        if with_credits:
            words.append(CHINESE_ROLE[role])
    return " ".join(words)


def _english(people: Sequence[Person]) -> str:
    parts: list[str] = []
    for (role, kind), group in groupby(people, key=lambda person: (person.role, person.kind)):
        names = [person.name for person in group]
        opening = "By" if role == "text" and not parts else ENGLISH_ROLE[role]
        part = f"{opening} {_listed(names)}"
        if kind in ENGLISH_KIND:
            title = STAFF_PHOTOGRAPHER if (role, kind) == ("photo", "staff") else ENGLISH_KIND[kind]
            part += f", {title}{'' if len(names) == 1 else 's'}"
        parts.append(part)
    line = "; ".join(parts)
    return line[:1].upper() + line[1:]


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
