"""Dates whose weekday is another, and dates no calendar has."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.text.proof_spots import Spot, lines_of

HAN_DAYS = "一二三四五六日"
HAN_DATE = (
    r"(?:(?P<year>[0-9]{4})年|(?P<near>去年|今年|明年|前年)?)(?<![0-9.])"
    r"(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]"
)
HAN_WEEKDAY = r"(?:星期|礼拜|周)(?P<weekday>[一二三四五六日天])"
# 11月23日（星期二）, 11月23日，周二，: bracketed or between commas nothing else can be meant.
HAN_DATE_THEN_DAY = re.compile(
    HAN_DATE + rf"[ \u3000]*(?:(?P<set_off>[（(，,])[ \u3000]*(?:本|这|上|下)?)?{HAN_WEEKDAY}"
)
HAN_DAY_THEN_DATE = re.compile(rf"{HAN_WEEKDAY}[ \u3000]*[（(][ \u3000]*{HAN_DATE}[ \u3000]*[）)]")
HAN_BARE = re.compile(HAN_DATE)
MORE_DAYS = re.compile(r"[ \u3000]*[、和至到及—–~～-]")
NOT_THE_WEEK = re.compile(r"[福]|.{0,2}(?:说|表示|介绍)")  # 周六福 sells gold; 周一平说
OTHER_CALENDAR = re.compile(r"(?:农历|阴历|旧历|正月|同年|当年|次年|翌年|那年)[^，。]{0,4}$")
NEAR_YEARS = {"去年": -1, "今年": 0, "明年": 1, "前年": -2}

MONTHS = (
    r"Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept(?:ember|\.)?|Sep\.?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?"
)
DAYS = (
    r"Mon(?:day|\.)?|Tue(?:sday|s\.?|\.)?|Wed(?:nesday|\.)?|Thu(?:rsday|rs?\.?|\.)?"
    r"|Fri(?:day|\.)?|Sat(?:urday|\.)?|Sun(?:day|\.)?"
)
MONTH_STARTS = re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec")
DAY_STARTS = re.findall("...", "montuewedthufrisatsun")
GAP = r"[ \u00a0]{1,3}"
DAY_NUMBER = r"(?:st|nd|rd|th)?(?![0-9A-Za-z]|[.:,][0-9])"


def _english_date(order: str) -> str:
    """A pattern for `November 23, 2026` or `23 November 2026`, with its own group names."""
    day = rf"(?P<day_{order}>[0-9]{{1,2}}){DAY_NUMBER}"
    month = rf"(?P<month_{order}>{MONTHS})(?![A-Za-z])"
    both = f"{month}{GAP}{day}" if order == "md" else f"{day}{GAP}(?:of{GAP})?{month}"
    return rf"{both}(?:,?{GAP}(?P<year_{order}>[12][0-9]{{3}})(?![0-9]|,[0-9]))?"


ENGLISH_DATE = f"(?:{_english_date('md')}|{_english_date('dm')})"
DAY_THEN_DATE = re.compile(
    rf"(?<![A-Za-z])(?P<weekday>{DAYS})(?![A-Za-z]),?{GAP}(?:the{GAP})?{ENGLISH_DATE}"
)
DATE_THEN_DAY = re.compile(
    rf"(?<![A-Za-z]){ENGLISH_DATE}"
    rf"(?: ?\((?P<bracketed>{DAYS})\)|,{GAP}(?P<weekday>{DAYS})(?=[,;)]|\.?$|\.{GAP}[A-Z]))"
)
BARE_DATE = re.compile(rf"(?<![A-Za-z0-9.,])(?:(?P<on>on{GAP}))?{ENGLISH_DATE}", re.IGNORECASE)
# `Saturday and Sunday, November 21 and 22`: the date belongs to the first of the days.
MORE_ENGLISH_DAYS = re.compile(rf"(?:\b(?:and|or|to|through)|&|[-–/,]){GAP}?$")
NEWSPAPER = re.compile(r"[Tt]he $")  # The Sun, May 5
ENGLISH_NEAR = {"last year": -1, "next year": 1}


def weekdays(text: str, today: dt.date) -> Iterator[Spot]:
    """Dates with a wrong weekday, and impossible dates.

    A date without a year is the nearest to `today`, or in a year its paragraph names before.
    """
    for offset, line in lines_of(text):
        if not any(char.isdigit() for char in line):
            continue
        impossible = {*_impossible_chinese(line), *_impossible_english(line)}
        for start, end, shown in impossible:
            message = _("There is no such day as %(date)s.") % {"date": shown}
            yield Spot(offset + start, offset + end, "weekday", message)
        for start, end, meant in (*_wrong_chinese(line, today), *_wrong_english(line, today)):
            yield Spot(offset + start, offset + end, "weekday", _message(meant))


def _message(meant: dt.date) -> str:
    named = [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]
    said = {"date": meant.isoformat(), "weekday": named[meant.weekday()]}
    return _("%(date)s is a %(weekday)s.") % said


def _is_possible(year: int | None, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or day < 1:
        return False
    if year is None or year < 1:
        year = 2024  # a leap year, so that 29 February may be
    return day <= calendar.monthrange(year, month)[1]


def _wrong(
    line: str, start: int, year: int | None, month: int, day: int, weekday: int, today: dt.date
) -> dt.date | None:
    """The date that was meant where its weekday is wrong in every year it could be in."""
    if year is not None:
        years = [year]
    else:
        years = [_nearest(month, day, today), *_years_named(line[:start], today)]
    days = [dt.date(y, month, day) for y in years if y > 1582 and _is_possible(y, month, day)]
    if not days or any(meant.weekday() == weekday for meant in days):
        return None
    return days[0]


def _nearest(month: int, day: int, today: dt.date) -> int:
    years = [y for y in range(today.year - 1, today.year + 2) if 1 <= y <= 9999]
    possible = [dt.date(y, month, day) for y in years if _is_possible(y, month, day)]
    return min(possible, key=lambda meant: abs(meant - today)).year if possible else 0


def _years_named(before: str, today: dt.date) -> list[int]:
    before = before[-400:]
    years = [int(year) for year in re.findall(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])", before)]
    near = NEAR_YEARS | ENGLISH_NEAR
    return years + [today.year + by for words, by in near.items() if words in before]


def _wrong_chinese(line: str, today: dt.date) -> Iterator[tuple[int, int, dt.date]]:
    for match in (*HAN_DATE_THEN_DAY.finditer(line), *HAN_DAY_THEN_DATE.finditer(line)):
        if OTHER_CALENDAR.search(line[max(0, match.start() - 8) : match.start()]):
            continue
        after = line[match.end() : match.end() + 6]
        if match.re is HAN_DATE_THEN_DAY and not _is_whole(match["set_off"], after):
            continue
        year = int(match["year"]) if match["year"] else None
        if match["near"]:
            year = today.year + NEAR_YEARS[match["near"]]
        weekday = HAN_DAYS.index(match["weekday"].replace("天", "日"))
        month, day = int(match["month"]), int(match["day"])
        if meant := _wrong(line, match.start(), year, month, day, weekday, today):
            yield match.start(), match.end(), meant


def _is_whole(set_off: str | None, after: str) -> bool:
    """Whether the weekday is the date's own: no second day follows, and it is no name."""
    if MORE_DAYS.match(after):
        return False
    if set_off in ("，", ","):
        return after[:1] in ("，", ",", "）", ")", "。", "")
    return bool(set_off) or not NOT_THE_WEEK.match(after)


def _impossible_chinese(line: str) -> Iterator[tuple[int, int, str]]:
    for match in HAN_BARE.finditer(line):
        year = int(match["year"]) if match["year"] else None
        if match[0].endswith("日") and not _is_possible(
            year, int(match["month"]), int(match["day"])
        ):
            yield match.start(), match.end(), match[0]


def _parts(match: re.Match[str]) -> tuple[int | None, int, int]:
    order = "md" if match["day_md"] else "dm"
    month = MONTH_STARTS.index(match[f"month_{order}"][:3].lower())
    year = match[f"year_{order}"]
    return (int(year) if year else None), month + 1, int(match[f"day_{order}"])


def _wrong_english(line: str, today: dt.date) -> Iterator[tuple[int, int, dt.date]]:
    for match in (*DAY_THEN_DATE.finditer(line), *DATE_THEN_DAY.finditer(line)):
        before = line[max(0, match.start() - 10) : match.start()]
        if MORE_ENGLISH_DAYS.search(before) or NEWSPAPER.search(before):
            continue
        year, month, day = _parts(match)
        named = match["weekday"] or match["bracketed"]
        weekday = DAY_STARTS.index(named[:3].lower())
        if meant := _wrong(line, match.start(), year, month, day, weekday, today):
            yield match.start(), match.end(), meant


def _impossible_english(line: str) -> Iterator[tuple[int, int, str]]:
    """Only after `on`, in a date with its year, or as `31 June`: `in June 31 people` is no date."""
    for match in BARE_DATE.finditer(line):
        year, month, day = _parts(match)
        certain = bool(match["on"] or match["year_md"]) or bool(match["day_dm"])
        if certain and day <= 31 and not _is_possible(year, month, day):
            start = match.start() + len(match["on"] or "")
            yield start, match.end(), line[start : match.end()]
