"""The issue's own form: its date and its number, by rules that others at the plan can see."""

import pytest
from django.urls import reverse

from articles.models import Issue, LogEntry, Placement, Story
from articles.rules import plans
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(paper: Paper, cast: Cast) -> Issue:
    return people.plan(paper, people.draft(paper, cast.wen))


def test_another_date_and_number_are_logged(issue: Issue, paper: Paper, cast: Cast) -> None:
    form = {"edition": paper.edition.pk, "date": "2031-04-04", "number": "77"}
    address = reverse("admin:articles_issue_change", args=[issue.pk])
    assert sat_down(cast.hai).post(address, form).status_code == 302
    entry = LogEntry.objects.get(verb="change_issue")
    assert entry.actor == cast.hai
    assert "2031-03-03" in entry.came_from
    assert entry.went_to.endswith("2031-04-04, 77")
    fresh = Issue.objects.get()
    assert (str(fresh.date), fresh.number) == ("2031-04-04", 77)
    assert fresh.plan_revision == issue.plan_revision + 1 + 1  # the story placed, and this


def test_saving_an_old_issue_leaves_the_plans_revision(issue: Issue, cast: Cast) -> None:
    old = Issue.objects.get()
    plans.weigh(issue.pk, Placement.objects.get().pk, cast.hai, weight="brief", planned_length=None)
    seen = Issue.objects.get().plan_revision
    old.number = 77
    old.save()
    assert (Issue.objects.get().plan_revision, Issue.objects.get().number) == (seen, 77)


def test_a_date_that_was_taken_in_the_same_moment_is_refused_in_words(
    issue: Issue, paper: Paper, cast: Cast
) -> None:
    other = plans.begin(paper.edition, issue.date.replace(day=4), cast.shen)
    with pytest.raises(Refused, match="2031-03-04"):
        plans.change_issue(
            issue.pk, cast.hai, edition=paper.edition, date=other.date, number=issue.number
        )
    with pytest.raises(Refused, match=str(other.number)):
        plans.change_issue(
            issue.pk, cast.hai, edition=paper.edition, date=issue.date, number=other.number
        )


def test_a_scheduled_issue_keeps_its_date(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen), at=EVENING_BEFORE)
    with pytest.raises(Refused):
        plans.change_issue(issue.pk, cast.hai, edition=paper.edition, date=issue.date, number=99)


def test_who_deleted_an_issue_is_in_the_log(issue: Issue, cast: Cast) -> None:
    story = Story.objects.get()
    address = reverse("admin:articles_issue_delete", args=[issue.pk])
    assert sat_down(cast.hai).post(address, {"post": "yes"}).status_code == 302
    assert not Issue.objects.exists()
    entry = LogEntry.objects.get(verb="delete_issue")
    assert (entry.actor, entry.subject_id, entry.subject) == (cast.hai, issue.pk, str(issue))
    assert entry.details["stories"] == [story.pk]
    assert Story.objects.filter(pk=story.pk).exists()


def test_a_form_opened_before_anothers_change_puts_no_date_back(
    issue: Issue, paper: Paper, cast: Cast
) -> None:
    address = reverse("admin:articles_issue_change", args=[issue.pk])
    client = sat_down(cast.hai)
    page = client.get(address).content.decode()
    assert 'name="initial-date"' in page
    typed = {"edition": paper.edition.pk, "date": "2031-03-03", "number": "55"}
    began = {
        "initial-edition": paper.edition.pk,
        "initial-date": "2031-03-03",
        "initial-number": issue.number,
    }
    plans.change_issue(
        issue.pk,
        cast.shen,
        edition=paper.edition,
        date=issue.date.replace(month=4),
        number=issue.number,
    )
    assert client.post(address, typed | began).status_code == 302
    fresh = Issue.objects.get()
    assert (str(fresh.date), fresh.number) == ("2031-04-03", 55)
    # Both at the date: who comes second is told, and nothing is changed.
    told = client.post(address, typed | began | {"date": "2031-05-05", "number": "56"})
    assert "有人改过" in told.content.decode()
    fresh.refresh_from_db()
    assert (str(fresh.date), fresh.number) == ("2031-04-03", 55)
