"""Bylines as a desk types them, from people: the other way round than `bylines.parse_byline`."""

from collections.abc import Sequence
from itertools import groupby

from articles.text.bylines import Kind, Person, Role

KIND_WORDS: dict[Kind, str] = {
    "staff": "记者",
    "correspondent": "通讯员",
    "intern": "实习生",
    "agency": "新华社记者",
    "contributor": "特约撰稿",
}
CREDIT_WORDS: dict[Role, str] = {
    "text": "文",
    "photo": "图",
    "both": "文/图",
    "video": "视频",
    "graphics": "制图",
}
ENGLISH_PARTS: dict[Role, str] = {
    "text": "By",
    "both": "Words and photos by",
    "photo": "photos",
    "video": "video",
    "graphics": "graphics",
}


def typed(people: Sequence[Person], language: str) -> str:
    """`记者 甲 通讯员 乙 文 丙 图`, or `By A and B; photos C`; empty where there is nobody."""
    return _english(people) if language == "en" else _chinese(people)


def _chinese(people: Sequence[Person]) -> str:
    only_text = all(person.role == "text" for person in people)
    pieces: list[str] = []
    kind: Kind = "contributor"
    for role, group in groupby(people, key=lambda person: person.role):
        for person in group:
            if person.kind != kind:
                pieces.append(KIND_WORDS[person.kind])
                kind = person.kind
            pieces.append(person.name)
        if not only_text:
            pieces.append(CREDIT_WORDS[role])
    return " ".join(pieces)


def _english(people: Sequence[Person]) -> str:
    parts = []
    for role, group in groupby(people, key=lambda person: person.role):
        names = [person.name for person in group]
        together = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        parts.append(f"{ENGLISH_PARTS[role]} {together}")
    return "; ".join(parts)
