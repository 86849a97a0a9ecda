"""The archive by month: a calendar on which only days with an issue are links."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Subquery

from articles.freshness import keys, notes
from articles.models import Edition, PublishedIssue
from articles.web import lists
from articles.web.reading import Reading
from articles.web.statements import Statement

# Of an issue's front page: stories looked at, until one is found that is live.
LOOKED_AT = 2

# As many years are links, each of them. A longer run is links to decades, and to one decade's years:
# a paper's hundredth year is not to make each month of its archive slower, nor a wall of numbers.
ONE_BY_ONE = 20


@dataclass
class Month:
    """A month of an edition: its weeks, Monday first, each day with its issue, or neither."""

    first: dt.date
    issues: list[PublishedIssue]

    @property
    def weekdays(self) -> list[dt.date]:
        return [dt.date(2024, 1, day) for day in range(1, 8)]  # a Monday and the days after it

    @property
    def weeks(self) -> list[list[tuple[dt.date | None, PublishedIssue | None]]]:
        by_day = {issue.date: issue for issue in self.issues}
        return [
            [
                (day, by_day.get(day)) if day.month == self.first.month else (None, None)
                for day in week
            ]
            for week in calendar.Calendar(0).monthdatescalendar(self.first.year, self.first.month)
        ]


def month_of(edition: int, day: dt.date, at: dt.datetime) -> Month:
    """The month around a day. One query."""
    notes.sees(keys.issues(edition))
    first = day.replace(day=1)
    return Month(first, _issues.rows(at, edition, first, month_after(first)))


def month_after(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


def _issues_in(
    at: dt.datetime, edition: int, first: dt.date, after: dt.date
) -> "QuerySet[PublishedIssue]":
    live = PublishedIssue.objects.live(at).filter(edition_id=edition)
    return (
        live.filter(date__gte=first, date__lt=after)
        .select_related("edition")
        .defer("payload")
        .order_by("-date")
    )


_issues = Statement(PublishedIssue, _issues_in)
_with_fronts = Statement(
    PublishedIssue,
    lambda *given: _issues_in(*given).annotate(front=F("payload__pages__0__slots")),
)
_dates = Statement(
    PublishedIssue,
    lambda at, edition: (
        PublishedIssue.objects.live(at)
        .filter(edition_id=edition)
        .order_by("-date")
        .values_list("date")[:1]
    ),
)


def latest(edition: int, at: dt.datetime) -> dt.date | None:
    """The date of an edition's latest issue."""
    return next((date for (date,) in _dates.tuples(at, edition)), None)


def with_leads(
    edition: int, first: dt.date, at: dt.datetime
) -> tuple[Month, list[tuple[PublishedIssue, Reading | None]]]:
    """A month, and its issues with what led each front page, the last first. Two queries."""
    notes.sees(keys.issues(edition))
    issues: list[Any] = _with_fronts.rows(at, edition, first, month_after(first))
    named = {issue.pk: _leading(issue.front) for issue in issues}
    ids = [pk for stories in named.values() for pk in stories]
    readings = lists.of_stories(ids, at)
    leads = [
        (issue, next((readings[pk] for pk in named[issue.pk] if pk in readings), None))
        for issue in issues
    ]
    return Month(first, issues), leads


def _leading(slots: list[dict[str, object]] | None) -> list[int]:
    """The stories that stand for a front page, the heaviest first."""
    ordered = sorted(slots or [], key=lambda slot: slot.get("weight") != "lead")
    return [int(str(slot["story"])) for slot in ordered[:LOOKED_AT]]


@dataclass(frozen=True)
class Around:
    """Where a month leads: the nearest with an issue, before and after, and years, the last first.

    `years` are those in which there were issues: all of them, or in a long run the month's decade's.
    `decades` has a year, the earliest with issues, for each of the other decades.
    """

    earlier: dt.date | None
    later: dt.date | None
    years: list[int]
    decades: list[int]


def around(edition: int, first: dt.date, at: dt.datetime) -> Around:
    """Where the archive leads from a month. One query, at the index's ends."""
    found = _ends.tuples(at, edition, first, month_after(first))
    earlier, later, oldest, newest = found[0] if found else (None, None, None, None)
    years = list(range(newest.year, oldest.year - 1, -1)) if newest and oldest else []
    if len(years) <= ONE_BY_ONE:
        return Around(earlier, later, years, [])
    here = first.year // 10
    return Around(
        earlier,
        later,
        [year for year in years if year // 10 == here],
        [year for year in years if year // 10 != here and (year % 10 == 0 or year == years[-1])],
    )


def _ends_around(
    at: dt.datetime, edition: int, first: dt.date, after: dt.date
) -> "QuerySet[Edition, Any]":
    live = PublishedIssue.objects.live(at).filter(edition_id=edition)
    # Years by what ever started: a year all of whose issues were taken back is still named.
    started = PublishedIssue.objects.filter(edition_id=edition, live_from__lte=at)
    ends = (
        live.filter(date__lt=first).order_by("-date"),
        live.filter(date__gte=after).order_by("date"),
        started.order_by("date"),
        started.order_by("-date"),
    )
    dates = [Subquery(end.values("date")[:1]) for end in ends]
    return Edition.objects.filter(pk=edition).order_by().values_list(*dates)


_ends = Statement(Edition, _ends_around)
