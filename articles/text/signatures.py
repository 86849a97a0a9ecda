"""Where a byline is set into running text: after 本报讯, at a story's end, under a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from articles.text.bylines import AGENCIES, LONGEST, MARKS, PAPER, Person, is_byline, parse_byline
from articles.text.names import HAN, looks_like_names

BRACKET = re.compile(r"\s*[（(]([^（()）]{1,100})[）)]")
LEAD = re.compile(
    rf"\s*(?:本报(?:综合)?(?:[{HAN}]{{0,4}})?(?:讯|消息|专电|电)|(?:本报|本刊)综合(?:报道|消息)?|"
    rf"[{HAN}]{{2,4}}(?:日报|晚报|晨报|时报|商报|都市报|网)讯|"
    rf"据?(?:{AGENCIES})[{HAN}]{{0,8}}\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日\s*(?:专?电|讯|消息)|"
    rf"(?:本报|据)[{HAN}]{{0,6}}\d{{1,2}}\s*月\s*\d{{1,2}}\s*日\s*(?:专?电|讯)|"
    rf"(?:综合|据)(?:{AGENCIES})(?:报道|消息|电))"
    rf"(?=[\s（(，,。：:]|[^\s]|$)"
)
ATTRIBUTION = re.compile(
    rf"(?:据|综合)?\s*(?:{AGENCIES}|[{HAN}]{{2,6}}(?:报|网|台|微信))[^。]{{0,30}}"
)


class Opening(NamedTuple):
    """The start of a story: its lead-in, its byline as printed and read, and where the text goes on."""

    lead: str
    byline_text: str
    people: tuple[Person, ...]
    rest_at: int
    missing: bool


def read_opening(text: str) -> Opening:
    """Take 本报讯（记者 甲） and its relatives from the start of a paragraph.

    Line breaks may still be in the text: a name cut by one is mended.
    """
    head = text[:240]
    lead, at = "", 0
    if found := LEAD.match(head):
        lead, at = found[0].strip(), found.end()
    bracket = BRACKET.match(head, at)
    if bracket and (_names_people(bracket[1]) if not lead else _in_a_lead(bracket[1])):
        people = parse_byline(bracket[1])
        if re.match(rf"据?(?:{AGENCIES})", lead):
            people = [replace(p, kind="agency") for p in people]
        printed = " ".join(bracket[0].split())
        return Opening(lead, printed, tuple(people), bracket.end(), not people)
    return Opening(lead, "", (), at, False)


def _in_a_lead(content: str) -> bool:
    """Whether a bracket right after 本报讯 holds people: there it may be names alone."""
    return _names_people(content) or looks_like_names(content)


def _names_people(content: str) -> bool:
    return is_byline(content) or bool(re.fullmatch(r"\s*(?:本报)?(?:记者|通讯员)\s*", content))


class Closing(NamedTuple):
    """The end of a story: where its text stops, and the byline or source line after it."""

    text_until: int
    byline_text: str
    people: tuple[Person, ...]


def read_closing(text: str) -> Closing | None:
    """Take ⊙本报记者 甲, （甲 乙） or （据新华社电） from the end of a paragraph."""
    text = text.rstrip()
    start = max(0, len(text) - LONGEST)
    tail = text[start:]
    if tail.endswith(("）", ")")):
        opener = max(tail.rfind("（"), tail.rfind("("))
        content = tail[opener + 1 : -1]
        if opener >= 0 and content.strip():
            people = _bracketed(content)
            if people is not None:
                return Closing(start + opener, tail[opener:], tuple(people))
    for mark in re.finditer(
        rf"[{MARKS}]|(?<=[。！？”…])\s*(?=(?:{PAPER})?[{HAN}]{{0,4}}?(?:记者|通讯员)\s)", tail
    ):
        rest = tail[mark.start() :]
        if 2 < len(rest) <= 60 and is_byline(rest.strip()):
            found = parse_byline(rest)
            if found:
                return Closing(start + mark.start(), rest.strip(), tuple(found))
    return None


def _bracketed(content: str) -> list[Person] | None:
    if is_byline(content) or looks_like_names(content):
        return parse_byline(content)
    source = re.fullmatch(r"(?:本报)?综合(?:报道|整理)?|来源[:：].{2,30}", content.strip())
    if source or (
        ATTRIBUTION.fullmatch(content.strip()) and re.search("据|综合|电$|供稿$", content)
    ):
        return []
    return None


PHOTO_TAIL = re.compile(
    rf"(?:(?<=[。！？”）\s])|(?=[（(]))[（(]?\s*((?:{PAPER})?[{HAN}]{{0,4}}?(?:记者|通讯员)?[\s：:/]*"
    rf"[{HAN}·\s、/]{{2,24}}?\s*(?:摄影报道|摄影|供图|摄|图|文/图))\s*[）)]?\s*$"
)
PHOTO_LABEL = re.compile(
    rf"[（(]?\s*(?:摄影|图片|图|供图)\s*[：:/／]\s*([{HAN}·\s、]{{2,20}})[）)]?\s*$"
)


def read_photo_credit(text: str) -> Closing | None:
    """Take 本报记者 甲 摄 and its relatives from the end of a caption."""
    text = text.rstrip()
    start = max(0, len(text) - 60)
    tail = text[start:]
    if file_photo := re.search(r"[（(]\s*(?:资料图片?|资料照片|本报资料)\s*[）)]$", tail):
        return Closing(start + file_photo.start(), file_photo[0], ())
    for pattern in (PHOTO_LABEL, PHOTO_TAIL):
        for found in _every_start(pattern, tail):
            if found.start() == 0 and start > 0:
                continue
            printed = found[0].strip()
            inner = printed.strip("（()） \u3000")
            if is_byline(inner) or is_byline(printed):
                people = [
                    replace(person, role="photo") if person.role == "text" else person
                    for person in parse_byline(inner)
                ]
                if people or re.search("供图|资料", inner):
                    return Closing(start + found.start(), printed, tuple(people))
            if re.fullmatch(rf"[{HAN}]{{2,12}}供图", inner):
                return Closing(start + found.start(), printed, ())
    return None


def _every_start(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for at in range(len(text)):
        if found := pattern.match(text, at):
            yield found
