"""The press screen and the desk's hours: what is said before an issue goes, and in which zone."""

import datetime as dt
from typing import Any

import pytest

from articles.models import Edition, LogEntry, Story
from articles.rules import plans, publishing
from articles.templatetags.desk import desk_time
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, MONDAY, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


def press(client: Any, issue: int) -> str:
    page: str = client.get(f"/admin/articles/issue/{issue}/press/").content.decode()
    return page


def test_a_story_embargoed_past_the_hour_is_named(paper: Paper, cast: Cast, clock: Clock) -> None:
    clock.move_to(EVENING_BEFORE)
    story = people.draft(paper, cast.wen, "午后才解禁")
    Story.objects.filter(pk=story.pk).update(
        release="embargo", embargo_until=SIX + dt.timedelta(hours=6)
    )
    issue = people.plan(paper, story)
    assert "解禁晚于上线时间" in press(sat_down(cast.shen), issue.pk)
    Story.objects.filter(pk=story.pk).update(embargo_until=SIX)
    assert "解禁晚于上线时间" not in press(sat_down(cast.shen), issue.pk)


def test_an_hour_on_another_day_is_pointed_at(paper: Paper, cast: Cast, clock: Clock) -> None:
    clock.move_to(EVENING_BEFORE)
    issue = people.plan(paper)
    client = sat_down(cast.shen)
    assert "不是同一天" not in press(client, issue.pk)
    answer = client.post(
        f"/admin/articles/issue/{issue.pk}/hour/",
        {"act": "schedule", "hour": f"{MONDAY + dt.timedelta(days=1)}T06:00"},
        follow=True,
    )
    assert any("不是同一天" in str(one) for one in answer.context["messages"])
    assert "不是同一天" in press(client, issue.pk)


def test_the_log_says_the_hour_in_the_editions_own_zone(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    clock.move_to(EVENING_BEFORE)
    Edition.objects.filter(pk=paper.edition.pk).update(time_zone="Europe/London")
    issue = people.plan(paper)
    publishing.schedule(issue, cast.shen, SIX)
    in_london = f"{SIX.astimezone(Edition.objects.get(pk=paper.edition.pk).zone):%Y-%m-%d %H:%M}"
    assert f"→ 已定时 {in_london}" in press(sat_down(cast.shen), issue.pk)


def test_an_instant_of_another_zone_names_it(paper: Paper) -> None:
    at_home = desk_time(SIX, paper.edition)
    assert "(" not in at_home
    abroad = Edition(time_zone="Europe/London")
    shown = desk_time(SIX, abroad)
    assert f"{SIX.astimezone(abroad.zone):%H:%M} (Europe/London)" in shown


def test_who_may_not_sign_off_is_not_asked_to(paper: Paper, cast: Cast, clock: Clock) -> None:
    clock.move_to(EVENING_BEFORE)
    issue = people.plan(paper, people.draft(paper, cast.wen))
    page = press(sat_down(cast.hai), issue.pk)
    assert "现在定时" in page
    assert "签发并定时" not in page


def test_an_issue_like_an_earlier_one_is_logged_by_its_own_name(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    clock.move_to(EVENING_BEFORE)
    earlier = people.plan(paper)
    made = plans.begin(
        paper.edition, MONDAY + dt.timedelta(days=1), cast.hai, like=earlier, anyway=True
    )
    entry = LogEntry.objects.get(verb="plan_begin")
    assert (entry.what, entry.came_from, entry.went_to) == (str(made), str(earlier), str(made))
