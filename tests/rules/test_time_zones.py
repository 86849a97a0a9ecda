"""The edition's own time: over both changes of the clocks, midnight, year's end, far from the server."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from articles.admin.instants import typed_instant
from articles.models import Issue, PublishedStory
from articles.rules import publishing
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")
HOUR = dt.timedelta(hours=1)
# In 2031 clocks go forward in London on 30 March at 01:00 UTC, and back on 26 October.
SPRING, AUTUMN = dt.date(2031, 3, 30), dt.date(2031, 10, 26)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]


@pytest.fixture
def london() -> Paper:
    """A paper in London that appears in the middle of the night."""
    return people.found(
        "times", "en", name="The Tide", time_zone="Europe/London", usual_hour=dt.time(1, 30)
    )


def test_an_hour_that_the_clocks_leave_out_is_refused() -> None:
    for typed in ("2031-03-30T01:00", "2031-03-30T01:30", "2031-03-30 01:59:59"):
        with pytest.raises(Refused):
            typed_instant(typed, LONDON)
    assert typed_instant("2031-03-30T00:59", LONDON) == utc(2031, 3, 30, 0, 59)
    assert typed_instant("2031-03-30T02:00", LONDON) == utc(2031, 3, 30, 1, 0)


def test_an_hour_that_comes_twice_has_to_say_which() -> None:
    with pytest.raises(Refused) as refused:
        typed_instant("2031-10-26T01:30", LONDON)
    first, second = "2031-10-26T01:30:00+01:00", "2031-10-26T01:30:00+00:00"
    assert first in str(refused.value)
    assert second in str(refused.value)
    assert typed_instant(first, LONDON) == utc(2031, 10, 26, 0, 30)
    assert typed_instant(second, LONDON) == utc(2031, 10, 26, 1, 30)
    assert typed_instant("2031-10-26T00:59", LONDON) == utc(2031, 10, 25, 23, 59)
    assert typed_instant("2031-10-26T02:00", LONDON) == utc(2031, 10, 26, 2, 0)


@pytest.mark.parametrize("typed", ["", "soon", "0001-01-01T00:00", "9999-12-31T23:59-12:00"])
def test_what_is_no_instant_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        typed_instant(typed, SHANGHAI)


def test_a_usual_hour_that_the_clocks_leave_out_or_double_is_one_instant(
    london: Paper, cast: Cast
) -> None:
    """Left out: as long after midnight as always, which the clock calls 02:30. Twice: the first."""
    spring = people.plan(london, people.draft(london, cast.wen), date=SPRING)
    autumn = people.plan(london, people.draft(london, cast.wen), date=AUTUMN)
    assert spring.usual_instant == utc(2031, 3, 30, 1, 30)
    assert autumn.usual_instant == utc(2031, 10, 26, 0, 30)
    for issue in (spring, autumn):
        publishing.schedule(issue, cast.hai, at=issue.usual_instant - HOUR)
        assert Issue.objects.get(pk=issue.pk).goes_live_at == issue.usual_instant


def test_the_desk_shows_and_takes_the_editions_time(
    london: Paper, cast: Cast, clock: Clock
) -> None:
    clock.move_to(utc(2031, 3, 28, 12))
    issue = people.plan(london, people.draft(london, cast.wen), date=SPRING)
    client = sat_down(cast.hai)
    hour = reverse("admin:articles_issue_hour", args=[issue.pk])
    client.post(hour, {"act": "schedule", "hour": "2031-03-30T01:30"})
    issue.refresh_from_db()
    assert issue.state == "planning"
    client.post(hour, {"act": "schedule", "hour": "2031-03-30T06:00"})
    issue.refresh_from_db()
    assert issue.goes_live_at == utc(2031, 3, 30, 5, 0)
    calendar = client.get("/admin/calendar/?edition=times&month=2031-03").context["weeks"]
    [shown] = next(day for week in calendar for day in week if day.date == SPRING).issues
    assert f"{shown.hour:%Y-%m-%d %H:%M %Z}" == "2031-03-30 06:00 BST"


def test_midnight_and_the_years_end_belong_to_the_editions_day(cast: Cast, clock: Clock) -> None:
    paper = people.found(usual_hour=dt.time(0, 0))
    new_year = dt.date(2032, 1, 1)
    story = people.read_through(people.draft(paper, cast.wen), cast, utc(2031, 12, 31, 9))
    issue = people.plan(paper, story, date=new_year)
    publishing.schedule(issue, cast.hai, at=utc(2031, 12, 31, 10))
    midnight = utc(2031, 12, 31, 16)  # in Shanghai
    assert Issue.objects.get(pk=issue.pk).goes_live_at == midnight
    for moment, there in ((midnight - dt.timedelta(microseconds=1), 404), (midnight, 200)):
        clock.move_to(moment)
        assert Client().get("/daily/2032-01-01/").status_code == there
    assert "2032年1月1日" in Client().get("/").content.decode()
    january = Client().get("/archive/2032/01/").content.decode()
    assert january.count("/daily/2032-01-01/") == 2  # in the calendar, and what led that day
    assert "/daily/2032-01-01/" not in Client().get("/archive/2031/12/").content.decode()
    weeks = sat_down(cast.hai).get("/admin/calendar/").context["weeks"]
    [today] = [day for week in weeks for day in week if day.is_today]
    assert today.date == new_year


def test_a_paper_in_shanghai_is_run_from_a_server_in_utc(
    cast: Cast, clock: Clock, settings: object
) -> None:
    settings.TIME_ZONE = "UTC"  # type: ignore[attr-defined]
    paper = people.found()
    story = people.draft(paper, cast.wen)
    clock.move_to(utc(2031, 3, 2, 20))
    people.read_through(story, cast, utc(2031, 3, 2, 20))
    issue = people.plan(paper, story)
    client = sat_down(cast.hai)
    hour = reverse("admin:articles_issue_hour", args=[issue.pk])
    client.post(hour, {"act": "schedule", "hour": "2031-03-03T06:00"})
    assert PublishedStory.objects.get().live_from == utc(2031, 3, 2, 22)
    clock.move_to(utc(2031, 3, 2, 23))
    page = Client().get(f"/stories/{story.pk}/{story.slug}/").content.decode()
    assert "2031年3月3日" in page
    assert "06:00" in page
    record = client.get(reverse("admin:articles_story_record", args=[story.pk])).content.decode()
    assert "2031-03-03 06:00:00" in record
    looked = client.get(reverse("admin:time_machine")).content.decode()
    assert 'value="2031-03-03T07:00:00"' in looked
    weeks = client.get("/admin/calendar/").context["weeks"]
    [today] = [day for week in weeks for day in week if day.is_today]
    assert today.date == dt.date(2031, 3, 3)
