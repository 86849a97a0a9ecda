"""What stands on an English page and belongs to no story: folios, dates, mastheads, jumps, services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from articles.intake.page_lines import Line

DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
DATE = rf"(?:{DAY},?\s*)?(?:{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}})"
FOLIO = r"(?:page\s*)?[A-H]?\s?-?\d{1,3}[A-H]?"
SECTION = (
    r"(?:news|local(?:\s*(?:&|and)\s*\w+)?|state|nation|world|sports?|business|opinion|arts|culture|life|living|features?|"
    r"community|obituaries|weather|classifieds?|(?:\w+\s+){0,2}briefs?|in brief|news in brief|briefly|inside|index|metro|region(?:al)?|"
    r"letters|advertisement|comment|home news|city|editorial|entertainment|police log|today)"
)
PAPER = (
    r"(?:the\s+)?[\w'’&\- ]{2,40}\b(?:gazette|courier|sentinel|observer|times|herald|gazette|post|news|tribune|journal|star|"
    r"chronicle|echo|mail|press|mercury|argus|standard|advertiser|record|globe|bulletin|register|dispatch|telegraph|examiner|review|independent|reporter)"
)
INDEX_LINE = re.compile(r"(?:[A-Z][\w&'’]*\s+){1,3}[.…\s]*[A-H]\d{1,2}")
PRICE = r"(?:price:?\s*)?(?:[$£€]\s?\d+(?:\.\d\d)?|\d+\s?(?:cents|p|pence))"
SITE = r"(?:www\.)?[\w\-]+(?:\.[\w\-]+)+(?:/\S*)?|\S+@\S+"
SERVICE = re.compile(
    r"(?:to (?:advertise|subscribe|contact)|(?:call|phone|tel|subscri|advertis|for home delivery|follow us|visit us)).{0,90}"
    r"(?:\d{3}|www|@|\.com|online).{0,40}",
    re.IGNORECASE,
)
VOLUME = r"(?:vol\.?|volume|no\.?|issue|established|founded)\s*[\dIVXLC]+.{0,30}"
PART = re.compile(rf"(?:{DATE}|{DAY}|{FOLIO}|{SECTION}|{PRICE}|{SITE}|{VOLUME})", re.IGNORECASE)
MASTHEAD = re.compile(PAPER, re.IGNORECASE)
JUMP = re.compile(
    r"\(?\s*(?:(?:continued|cont[’']?d\.?|continues|turn|see|more|please see|please turn)\s+(?:(?:[A-Z][A-Z\-]+),?\s+)?"
    r"(?:(?:on|from|to|inside|over)\s*,?\s*)*(?:page|p\.?|back page|[A-H]\d).{0,20}|see\s+[A-Z\-]+,\s+.{1,16})\)?",
    re.IGNORECASE,
)
PAGE_CREDIT = re.compile(
    r"(?:(?:page |copy |news |night |sub-?)?editors?|design(?:er)?|layout|proof(?:reader|s)?|edited by|sub-?editor|"
    r"newsroom|advertising|circulation|subscriptions?|contact|tel|phone|e-?mail|printed by|copyright|©)\b\s*[:|].{1,80}"
    r"|©.{1,80}",
    re.IGNORECASE,
)


LONGEST = 160


def is_english_furniture(text: str) -> bool:
    """Whether a line of an English page is the page's own, and no story's."""
    return len(text) <= LONGEST and _is_furniture(text)


@lru_cache(maxsize=2048)
def _is_furniture(text: str) -> bool:
    sides = [part for part in re.split(r"\s{2,}|\t", text.strip()) if part]
    if len(sides) > 1 and all(PART.fullmatch(p) or MASTHEAD.fullmatch(p) for p in sides):
        return True
    text = " ".join(text.split())
    if JUMP.fullmatch(text) or PAGE_CREDIT.fullmatch(text) or PART.fullmatch(text):
        return True
    parts = [part.strip(" ,•·") for part in re.split(r"\s*[|•·]\s*", text) if part.strip(" ,•·")]
    if len(parts) > 1 and all(PART.fullmatch(p) or MASTHEAD.fullmatch(p) for p in parts):
        return True
    if INDEX_LINE.fullmatch(text) or SERVICE.fullmatch(text):
        return True
    if text.isupper() and len(text) < 45 and MASTHEAD.fullmatch(text):
        return True
    rest = re.sub(rf"{DATE}|{PRICE}", " ", text, flags=re.IGNORECASE)
    if rest != text:
        rest = re.sub(rf"\b(?:{FOLIO})\b", " ", rest, flags=re.IGNORECASE).strip(" ,|•·—-")
        return not rest or bool(MASTHEAD.fullmatch(rest) or PART.fullmatch(rest))
    return False


def ends_here(text: str) -> bool:
    """Whether a jump line says that the story above goes on elsewhere, in either language."""
    if re.search(r"下转|转第", text):
        return True
    return bool(JUMP.fullmatch(text.strip())) and not re.search(r"\bfrom\b", text, re.IGNORECASE)


def mastheads(lines: Sequence[Line]) -> set[int]:
    """The numbers of lines at a page's head or foot that name the paper, beside dates and folios."""
    found: set[int] = set()
    for part in (lines[:4], lines[-4:]):
        for line in part:
            near = any(
                abs(other.number - line.number) in (1, 2) and is_english_furniture(other.text)
                for other in part
            )
            if near and len(line.text.split()) <= 6 and MASTHEAD.fullmatch(line.text):
                found.add(line.number)
    return found


def is_rubric(text: str) -> bool:
    """Whether a line is a standing heading, under which other stories begin."""
    return bool(re.fullmatch(SECTION, text.strip(), re.IGNORECASE))
