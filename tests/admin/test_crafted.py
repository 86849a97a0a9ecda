"""What no person types, sent to the desk all the same: it is answered in words, never by a fault."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Assignment, Issue, Story
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import Cast, Paper

pytestmark = pytest.mark.django_db
FAR = [
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "0001-01-01T00:00+00:00",
]


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen)


@pytest.fixture
def issue(paper: Paper, story: Story) -> Issue:
    return people.plan(paper, story)


@pytest.fixture
def desk(cast: Cast) -> Client:
    return sat_down(cast.shen)


@pytest.mark.parametrize("hour", FAR)
def test_an_hour_beyond_all_years(desk: Client, issue: Issue, story: Story, hour: str) -> None:
    of_issue, of_story = [issue.pk], [story.pk]
    for name, args, sent in (
        ("articles_issue_hour", of_issue, {"act": "schedule", "hour": hour}),
        ("calendar_move", of_issue, {"hour": hour, "reason": "因为"}),
        ("articles_story_assign", of_story, {"kind": "text", "brief": "写", "due": hour}),
    ):
        answer = desk.post(reverse(f"admin:{name}", args=args), sent, follow=True)
        assert answer.status_code == 200
    for name in ("time_machine", "articles_issue_preview"):
        args = of_issue if name == "articles_issue_preview" else []
        assert desk.get(reverse(f"admin:{name}", args=args), {"at": hour}).status_code in (200, 302)
    issue.refresh_from_db()
    assert (issue.state, str(issue.date)) == ("planning", "2031-03-03")
    assert not Assignment.objects.exists()
    for address in ("index", "articles_issue_changelist", "articles_assignment_changelist"):
        assert desk.get(reverse(f"admin:{address}")).status_code == 200


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
def test_an_issue_beyond_all_years(desk: Client, paper: Paper, date: str) -> None:
    address = reverse("admin:articles_issue_add")
    sent = {"edition": paper.edition.pk, "date": date, "start": "weekday", "anyway": "1"}
    answer = desk.post(address, sent)
    assert answer.status_code == 200
    assert "1601" in "".join(str(message) for message in answer.context["messages"])
    assert f'value="{date}"' in answer.content.decode()
    assert not Issue.objects.exists()
    assert desk.get(address, {"date": date}).status_code == 200
    mark = {"edition": "daily", "date": date}
    assert desk.post(reverse("admin:calendar_day"), mark, follow=True).status_code == 200


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1", "0"])
def test_a_number_that_no_issue_has(desk: Client, paper: Paper, number: str) -> None:
    sent = {"edition": paper.edition.pk, "date": "2031-05-05", "start": "", "number": number}
    assert desk.post(reverse("admin:articles_issue_add"), sent).status_code == 200
    assert not Issue.objects.exists()


@pytest.mark.parametrize("stamp", ["99991231T235959Z", "00010101T000000Z", "99991231T235959.9Z"])
def test_a_look_beyond_all_years(desk: Client, issue: Issue, stamp: str) -> None:
    for wish in ("record", f"issue-{issue.pk}-all"):
        assert desk.get(f"/admin/at/{stamp}/{wish}/").status_code == 404


def test_a_story_that_is_not_there_is_not_killed(desk: Client, issue: Issue) -> None:
    for number in ("999999", "-5"):
        sent = {"act": "kill", "story": number, "reason": "因为", "revision": "1"}
        address = reverse("admin:articles_issue_flatplan", args=[issue.pk])
        assert desk.post(address, sent, follow=True).status_code == 200


def test_the_history_of_a_number_without_end(desk: Client) -> None:
    assert desk.get(f"/admin/articles/story/{'9' * 5000}/history/").status_code == 404


LISTS = ["issue", "page", "assignment", "contributor", "tag", "logentry", "story", "listedword"]


@pytest.mark.parametrize("name", LISTS)
def test_a_search_as_long_as_a_book(desk: Client, issue: Issue, name: str) -> None:
    address = reverse(f"admin:articles_{name}_changelist")
    assert desk.get(address, {"q": "a" * 60_000}).status_code == 200


def test_a_completion_as_long_as_a_book(desk: Client) -> None:
    asked = {"app_label": "articles", "model_name": "story", "field_name": "package"}
    answer = desk.get(reverse("admin:autocomplete"), asked | {"term": "a" * 60_000})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "asked",
    [{"date__year": "9" * 11}, {"date__year": "0"}, {"date__year": "2031", "date__month": "13"},
     {"date__year": "2031", "date__month": "2", "date__day": "31"}, {"date__year": "x"}],
)  # fmt: skip
def test_days_that_no_calendar_has(desk: Client, issue: Issue, asked: dict[str, str]) -> None:
    answer = desk.get(reverse("admin:articles_issue_changelist"), asked)
    assert answer.status_code == 200


def test_days_that_a_calendar_has_are_still_looked_up(desk: Client, issue: Issue) -> None:
    address = reverse("admin:articles_issue_changelist")
    for month, there in (("3", True), ("4", False)):
        answer = desk.get(address, {"date__year": "2031", "date__month": month})
        assert ("2031-03-03" in answer.content.decode()) is there


@pytest.mark.parametrize("key", ["9" * 60, "abc", "²"])
def test_a_choice_that_is_no_key(desk: Client, issue: Issue, story: Story, key: str) -> None:
    page = issue.pages.get()
    sent = {
        "number": "1", "revision": Issue.objects.get().plan_revision,
        "placements-TOTAL_FORMS": "1", "placements-INITIAL_FORMS": "0",
        "placements-0-story": key, "placements-0-weight": "lead", "placements-0-position": "0",
    }  # fmt: skip
    answer = desk.post(reverse("admin:articles_page_change", args=[page.pk]), sent)
    assert answer.status_code == 200
