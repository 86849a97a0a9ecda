"""The calendar: issues on their days, gaps and clashes in words, moved with a reason."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from articles.models import Issue, LogEntry, NoIssueDay, PublishedIssue
from articles.rules import publishing
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, MONDAY, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/calendar/?month=2031-03"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday_evening_before(clock: Clock) -> None:
    clock.move_to(EVENING_BEFORE)


def days(client: Any, address: str = CALENDAR) -> dict[dt.date, Any]:
    weeks = client.get(address).context["weeks"]
    return {day.date: day for week in weeks for day in week}


def move(client: Any, issue: Issue, hour: str, reason: str = "改期") -> str:
    address = reverse("admin:calendar_move", args=[issue.pk])
    answer = client.post(address, {"hour": hour, "reason": reason}, follow=True)
    words: str = answer.content.decode()
    return words


def test_a_month_shows_issues_and_what_goes_live_by_itself(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    end = dt.datetime(2031, 3, 5, 2, 0, tzinfo=dt.UTC)
    embargoed = people.draft(paper, cast.wen, "解禁的稿子", release="embargo", embargo_until=end)
    people.read_through(embargoed, cast, EVENING_BEFORE)
    people.draft(paper, cast.wen, "没签发的", live_until=end + 3 * HOUR)
    found = days(sat_down(cast.hai))
    [shown] = found[MONDAY].issues
    assert (shown.issue, f"{shown.hour:%H:%M}", shown.is_live) == (issue, "06:00", False)
    told = [
        (f"{one['at']:%H:%M}", one["story"].headline) for one in found[dt.date(2031, 3, 5)].stories
    ]
    assert told == [("10:00", "解禁的稿子"), ("13:00", "没签发的")]


def test_gaps_are_told_and_days_without_an_issue_are_none(paper: Paper, cast: Cast) -> None:
    people.plan(paper, date=MONDAY)
    paper.edition.appears_on = "12345"
    paper.edition.save()
    client = sat_down(cast.hai)
    tuesday, saturday = MONDAY + dt.timedelta(1), MONDAY + dt.timedelta(5)
    found = days(client)
    assert found[tuesday].gap
    assert not found[MONDAY].gap
    assert not found[saturday].gap
    data = {"edition": "daily", "date": tuesday.isoformat(), "reason": "春节", "act": "mark"}
    client.post(reverse("admin:calendar_day"), data)
    found = days(client)
    assert (found[tuesday].gap, str(found[tuesday].without.reason)) == ("", "春节")
    client.post(reverse("admin:calendar_day"), data | {"act": "unmark"})
    assert not NoIssueDay.objects.exists()
    verbs = set(LogEntry.objects.values_list("verb", flat=True))
    assert {"no_issue", "issue_day"} <= verbs


def test_clashes_are_told_in_words(paper: Paper, cast: Cast) -> None:
    late = people.draft(paper, cast.wen, "还在解禁期", embargo_until=SIX + 3 * HOUR)
    ended = people.draft(paper, cast.wen, "已经下线", live_until=SIX)
    issue = people.plan(paper, late, ended)
    publishing.schedule(issue, cast.hai)
    next_day = people.plan(paper, date=MONDAY + dt.timedelta(1))
    publishing.schedule(next_day, cast.hai, SIX)
    NoIssueDay.objects.create(edition=paper.edition, date=MONDAY)
    [shown] = days(sat_down(cast.hai))[MONDAY].issues
    words = "\n".join(shown.warnings)
    for told in ("这天休刊", "2031-03-04", "还在解禁期", "已经下线"):
        assert told in words, told
    [other] = days(sat_down(cast.hai))[MONDAY + dt.timedelta(1)].issues
    assert "03-03 06:00" in "\n".join(other.warnings)


def test_a_scheduled_issue_is_moved_with_a_reason(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    client = sat_down(cast.hai)
    assert "请写明为什么改期" in move(client, issue, "2031-03-04T06:30", reason=" ")
    move(client, issue, "2031-03-04T06:30", "印厂停电")
    assert PublishedIssue.objects.get().live_from == SIX + 24 * HOUR + dt.timedelta(minutes=30)
    assert LogEntry.objects.get(verb="reschedule").reason == "印厂停电"


def test_a_planned_issue_is_moved_to_another_date(paper: Paper, cast: Cast) -> None:
    issue, taken = people.plan(paper), people.plan(paper, date=MONDAY + dt.timedelta(1))
    client = sat_down(cast.hai)
    assert "已有一期" in move(client, issue, f"{taken.date}T06:00")
    move(client, issue, "2031-03-08T06:00")
    issue.refresh_from_db()
    assert issue.date == dt.date(2031, 3, 8)
    assert "2031-03-03 → 2031-03-08" in LogEntry.objects.get(verb="redate").reason


def test_a_live_issue_stays_where_it_is(paper: Paper, cast: Cast, clock: Clock) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    clock.move_to(SIX)
    client = sat_down(cast.hai)
    assert not days(client)[MONDAY].issues[0].may_move
    assert "已经上线" in move(client, issue, "2031-03-04T06:00")


def test_who_may_look_and_who_may_move(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    assert sat_down(cast.wen).get(CALENDAR).status_code == 403
    assert sat_down(cast.qiu).get(CALENDAR).status_code == 200
    address = reverse("admin:calendar_move", args=[issue.pk])
    for person in (cast.wen, cast.qiu):
        answer = sat_down(person).post(address, {"hour": "2031-03-04T06:00", "reason": "x"})
        assert answer.status_code == 403
        assert (
            sat_down(person).post(reverse("admin:calendar_day"), {"edition": "daily"}).status_code
            == 403
        )


@pytest.mark.parametrize("query", ["?month=2031-13", "?month=x&edition=none", "?month=9999-12", ""])
def test_a_month_that_is_none_is_this_one(paper: Paper, cast: Cast, query: str) -> None:
    assert MONDAY in days(sat_down(cast.hai), "/admin/calendar/" + query)


@pytest.mark.parametrize("date", ["", "2031-02-30", "soon"])
def test_a_day_that_is_none_is_refused_with_a_word(paper: Paper, cast: Cast, date: str) -> None:
    data = {"edition": "daily", "date": date}
    answer = sat_down(cast.hai).post(reverse("admin:calendar_day"), data, follow=True)
    assert "这不是日期" in answer.content.decode()


def test_a_month_takes_the_same_queries_however_full(
    paper: Paper, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        story = people.draft(paper, cast.wen, f"稿子{number}")
        people.plan(paper, story, date=MONDAY + dt.timedelta(number))
    client = sat_down(cast.hai)
    with django_assert_max_num_queries(20):
        assert client.get(CALENDAR).status_code == 200
