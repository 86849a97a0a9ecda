"""Sitemaps: which months and pages crawlers are told of, and when each last changed."""

import datetime as dt
import re

import pytest
from django.test import Client

from articles.models import PublishedStory
from articles.rules import workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


def told(address: str) -> dict[str, str]:
    """What a sitemap names, with the time that it tells of each, where it tells one."""
    text = Client().get(address).content.decode()
    found = re.findall(r"<loc>https?://[^/]+([^<]+)</loc>\s*(?:<lastmod>([^<]+)</lastmod>)?", text)
    return {name: time for name, time in found if name != "/sitemaps/pages.xml"}


def published(paper: Paper, cast: Cast, at: dt.datetime) -> None:
    people.read_through(people.draft(paper, cast.wen, release="now"), cast, at)


def test_months_years_apart_are_named_the_last_first(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    """A month is one of UTC, from its first instant to its last."""
    instants = [
        dt.datetime(1999, 12, 31, 23, 59, 59, 999_000, tzinfo=dt.UTC),
        dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2031, 1, 31, 23, 59, 59, tzinfo=dt.UTC),
        dt.datetime(2031, 2, 1, tzinfo=dt.UTC),
    ]
    for at in instants:
        published(paper, cast, at)
    clock.move_to(SIX)
    months = told("/sitemap.xml")
    assert list(months) == [
        f"/sitemaps/{month}.xml" for month in ("2031-02", "2031-01", "2000-01", "1999-12")
    ]
    for month in months:
        assert len(told(month)) == 1


def test_what_is_to_come_names_no_month_and_changes_no_time(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    assert PublishedStory.objects.filter(live_from=SIX).exists()
    clock.move_to(SIX - SECOND)
    assert told("/sitemap.xml") == {}
    assert not told("/sitemaps/pages.xml")["/sections/daily-news/"]
    clock.move_to(SIX)
    assert list(told("/sitemap.xml")) == ["/sitemaps/2031-03.xml"]
    assert told("/sitemaps/pages.xml")["/sections/daily-news/"]


def test_a_month_and_a_section_change_when_a_story_of_theirs_does(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    first, last = (people.draft(paper, cast.wen, release="now") for _ in range(2))
    people.read_through(first, cast, EVENING_BEFORE)
    people.read_through(last, cast, EVENING_BEFORE + 2 * SECOND)
    clock.move_to(SIX)
    month, section = "/sitemaps/2031-03.xml", "/sections/daily-news/"
    assert dt.datetime.fromisoformat(told("/sitemap.xml")[month]) == EVENING_BEFORE + 2 * SECOND
    workflow.kill(first, cast.shen, "失实", SIX)
    clock.move_to(SIX + SECOND)
    assert dt.datetime.fromisoformat(told("/sitemap.xml")[month]) == SIX
    pages = told("/sitemaps/pages.xml")
    assert dt.datetime.fromisoformat(pages[section]) == SIX
    assert dt.datetime.fromisoformat(pages["/daily/"]) == SIX
