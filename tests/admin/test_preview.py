"""Preview: what readers will get, for people at the desk only."""

import datetime as dt
import re

import pytest
from django.test import Client

from articles.models import Issue, PublishedIssue, PublishedStory, Story
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db


def test_a_draft_is_previewed_as_its_story_page(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    page = sat_down(cast.wen).get(f"/admin/articles/story/{story.pk}/preview/")
    assert page.status_code == 200
    assert "渔船可以避风了" in page.content.decode()
    assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert not PublishedStory.objects.exists()


def test_a_previews_pictures_come_from_the_desk(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.illustrate(story, cast.lan)
    client = sat_down(cast.wen)
    html = client.get(f"/admin/articles/story/{story.pk}/preview/").content.decode()
    [address] = re.findall(r'<img src="([^"]+)"', html)
    assert address.startswith("/admin/")
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert Client().get(address).status_code == 302


def test_an_issue_is_previewed_at_its_hour_before_it_is_scheduled(paper: Paper, cast: Cast) -> None:
    story = people.read_through(people.draft(paper, cast.wen), cast, EVENING_BEFORE)
    unsigned = people.draft(paper, cast.wen, "还没签发的稿子")
    issue = people.plan(paper, story, unsigned)
    client = sat_down(cast.hai)
    for address in (f"/admin/articles/issue/{issue.pk}/preview/", "?page=1"):
        whole = address if address.startswith("/") else f"{issue_address(issue.pk)}{address}"
        html = client.get(whole).content.decode()
        assert "渔港修好了防波堤" in html
        assert "还没签发的稿子" not in html
    assert not PublishedIssue.objects.exists()


def issue_address(pk: int) -> str:
    return f"/admin/articles/issue/{pk}/preview/"


def test_a_scheduled_issue_is_previewed_at_any_instant(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    client = sat_down(cast.hai)
    html = client.get(issue_address(issue.pk)).content.decode()
    assert "渔港修好了防波堤" in html
    before = client.get(issue_address(issue.pk) + "?at=2031-03-03T05:59")
    assert before.status_code == 200
    nonsense = client.get(issue_address(issue.pk) + "?at=tomorrow")
    assert nonsense.status_code == 302


def test_readers_cannot_preview(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    issue = people.plan(paper, story)
    for address in (f"/admin/articles/story/{story.pk}/preview/", issue_address(issue.pk)):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_an_issue_is_scheduled_moved_and_held_by_buttons(paper: Paper, cast: Cast) -> None:
    story = people.read_through(people.draft(paper, cast.wen), cast, EVENING_BEFORE)
    issue = people.plan(paper, story)
    client = sat_down(cast.hai)
    address = f"/admin/articles/issue/{issue.pk}/hour/"
    client.post(address, {"act": "schedule", "hour": "2031-03-03T06:30"})
    issue.refresh_from_db()
    assert issue.goes_live_at == dt.datetime(2031, 3, 2, 22, 30, tzinfo=dt.UTC)
    client.post(address, {"act": "reschedule", "hour": "2031-03-03T07:00", "reason": "停电"})
    issue.refresh_from_db()
    assert issue.goes_live_at == dt.datetime(2031, 3, 2, 23, 0, tzinfo=dt.UTC)
    client.post(address, {"act": "hold", "reason": ""})
    assert PublishedStory.objects.exists()
    client.post(address, {"act": "hold", "reason": "等消息"})
    assert not PublishedStory.objects.exists()


@pytest.mark.parametrize("hour", ["", "soon", "2031-13-40T99:99", "1999-01-01T00:00"])
def test_an_hour_that_makes_no_sense_is_refused_with_a_word(
    paper: Paper, cast: Cast, hour: str
) -> None:
    issue = people.plan(paper, people.draft(paper, cast.wen))
    address = f"/admin/articles/issue/{issue.pk}/hour/"
    answer = sat_down(cast.hai).post(address, {"act": "schedule", "hour": hour}, follow=True)
    assert answer.status_code == 200
    issue.refresh_from_db()
    assert issue.state == "planning"


def test_a_reporter_schedules_nothing_by_a_crafted_post(paper: Paper, cast: Cast) -> None:
    issue = people.plan(paper, people.draft(paper, cast.wen))
    address = f"/admin/articles/issue/{issue.pk}/hour/"
    answer = sat_down(cast.wen).post(address, {"act": "schedule", "hour": "2031-03-03T06:00"})
    assert answer.status_code == 403


def test_saving_a_page_of_a_scheduled_issue_brings_the_schedule_up_to_it(
    paper: Paper, cast: Cast
) -> None:
    first = people.draft(paper, cast.wen)
    issue = people.run(paper, cast, first)
    late = people.read_through(people.draft(paper, cast.wen, "最后一条"), cast, EVENING_BEFORE)
    page = issue.pages.get()
    placement = page.placements.get()
    sat_down(cast.hai).post(
        f"/admin/articles/page/{page.pk}/change/",
        {
            "number": "1",
            "name": "要闻",
            "revision": Issue.objects.get().plan_revision,
            "placements-TOTAL_FORMS": 2,
            "placements-INITIAL_FORMS": 1,
            "placements-0-id": placement.pk,
            "placements-0-page": page.pk,
            "placements-0-story": first.pk,
            "placements-0-weight": "lead",
            "placements-0-position": 0,
            "placements-1-page": page.pk,
            "placements-1-story": late.pk,
            "placements-1-weight": "normal",
            "placements-1-position": 1,
        },
    )
    assert Story.objects.filter(placements__page=page).count() == 2
    hour = Issue.objects.get().goes_live_at
    assert hour is not None
    assert PublishedStory.objects.live(hour).count() == 2
