"""A page's own form, while others change the plan: nobody's change is undone unseen."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from articles.models import (
    Byline,
    Issue,
    LogEntry,
    Page,
    Placement,
    PublishedIssue,
    Story,
    User,
)
from articles.rules import acting, plans, press, publishing
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.read_through(people.draft(paper, cast.wen, "写错的稿"), cast, EVENING_BEFORE)


@pytest.fixture
def better(paper: Paper, cast: Cast) -> Story:
    return people.read_through(people.draft(paper, cast.wen, "换上的稿"), cast, EVENING_BEFORE)


@pytest.fixture
def page(paper: Paper, cast: Cast, story: Story) -> Page:
    issue = people.plan(paper, story)
    publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    return Page.objects.get(issue=issue)


def address(page: Page) -> str:
    return reverse("admin:articles_page_change", args=[page.pk])


def opened(by: User, page: Page) -> dict[str, Any]:
    """What the browser would send back of a page's form, opened now."""
    return typed_in(sat_down(by).get(address(page)))


def typed_in(answer: Any) -> dict[str, Any]:
    """Everything that stands in a page's form as it is shown, hidden fields too."""
    form = answer.context["adminform"].form
    formset = answer.context["inline_admin_formsets"][0].formset
    data: dict[str, Any] = {
        f"{formset.prefix}-{name}": formset.management_form[name].value()
        for name in formset.management_form.fields
    }
    for one in (form, *formset.forms):
        for bound in one:
            if bound.name not in ("picture", "pdf", "DELETE"):
                data[bound.html_name] = bound.value()
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = bound.initial
    return {name: "" if value is None else value for name, value in data.items()}


def revision(page: Page) -> int:
    return Issue.objects.get(pk=page.issue_id).plan_revision


def printed() -> list[tuple[str, list[int]]]:
    """The pages that go out, each with its stories."""
    row = PublishedIssue.objects.latest("pk")
    return [(one["name"], [slot["story"] for slot in one["slots"]]) for one in row.payload["pages"]]


def replaced(page: Page, better: Story, by: User) -> None:
    """Another story takes the place of the page's only one."""
    place = page.placements.get()
    press.replace(
        page.issue_id, place.pk, better.pk, by, "有误", seen=revision(page), at=EVENING_BEFORE
    )


def test_a_form_of_the_plan_as_it_is_is_saved(page: Page, cast: Cast, story: Story) -> None:
    data = opened(cast.hai, page)
    answer = sat_down(cast.hai).post(address(page), data | {"name": "头版"})
    assert answer.status_code == 302
    assert printed() == [("头版", [story.pk])]
    assert LogEntry.objects.filter(verb="plan_zones").count() == 1


def test_an_old_form_does_not_put_a_replaced_story_back(
    page: Page, cast: Cast, story: Story, better: Story
) -> None:
    place = page.placements.get()
    old = opened(cast.hai, page)
    replaced(page, better, cast.shen)
    plans.set_credits(
        page.issue_id, page.pk, cast.shen, editor="程", designer="画", proofreader="校",
        at=EVENING_BEFORE,
    )  # fmt: skip
    answer = sat_down(cast.hai).post(
        address(page), old | {"name": "头版", "placements-0-planned_length": "700"}
    )
    page.refresh_from_db()
    place.refresh_from_db()
    assert place.story == better
    assert (page.editor, page.designer, page.proofreader) == ("程", "画", "校")
    assert printed() == [("要闻", [better.pk])]
    told = answer.context["adminform"].form.non_field_errors()
    assert "shen" in told[0]
    assert "请看现在的版面" in told[0]

    # What was typed is there, beside what the other changed; saved again, both are kept.
    again = typed_in(answer)
    assert again["name"] == "头版"
    assert again["editor"] == "程"
    assert str(again["placements-0-story"]) == str(better.pk)
    assert str(again["placements-0-planned_length"]) == "700"
    assert sat_down(cast.hai).post(address(page), again).status_code == 302
    page.refresh_from_db()
    place.refresh_from_db()
    assert (page.name, page.editor) == ("头版", "程")
    assert (place.story, place.planned_length) == (better, 700)


def test_where_both_changed_the_same_the_other_is_quoted(page: Page, cast: Cast) -> None:
    old = opened(cast.hai, page)
    plans.change_page(page.issue_id, page.pk, cast.shen, number="1", name="民生", at=EVENING_BEFORE)
    answer = sat_down(cast.hai).post(address(page), old | {"name": "头版"})
    assert "“民生”" in answer.content.decode()
    assert typed_in(answer)["name"] == "头版"
    assert Page.objects.get().name == "民生"


def test_rows_that_came_and_went_are_shown_as_they_are(
    page: Page, cast: Cast, story: Story, better: Story
) -> None:
    old = opened(cast.hai, page)
    plans.take_off(page.issue_id, page.placements.get().pk, cast.shen, at=EVENING_BEFORE)
    plans.place(page.issue_id, better.pk, cast.shen, page=page.pk, at=EVENING_BEFORE)
    answer = sat_down(cast.hai).post(address(page), old | {"editor": "梁"})
    again = typed_in(answer)
    assert again["placements-INITIAL_FORMS"] in (1, "1")
    assert str(again["placements-0-story"]) == str(better.pk)
    assert sat_down(cast.hai).post(address(page), again).status_code == 302
    assert Placement.objects.get().story == better
    assert Page.objects.get().editor == "梁"


def test_a_row_to_be_deleted_is_not_where_another_stands_now(
    page: Page, cast: Cast, better: Story
) -> None:
    old = opened(cast.hai, page)
    replaced(page, better, cast.shen)
    answer = sat_down(cast.hai).post(address(page), old | {"placements-0-DELETE": "on"})
    formset = answer.context["inline_admin_formsets"][0].formset
    assert not formset.forms[0]["DELETE"].value()
    assert sat_down(cast.hai).post(address(page), typed_in(answer)).status_code == 302
    assert Placement.objects.get().story == better


def test_a_form_without_its_revision_is_not_saved(page: Page, cast: Cast) -> None:
    data = opened(cast.hai, page) | {"name": "头版"}
    del data["revision"]
    assert sat_down(cast.hai).post(address(page), data).status_code == 200
    assert Page.objects.get().name == "要闻"


def test_a_refused_form_keeps_nothing_and_shows_what_was_typed(
    page: Page, cast: Cast, story: Story, better: Story
) -> None:
    Byline.objects.filter(story=better).update(name="别人")  # its sign-off stands for other words
    data = opened(cast.hai, page)
    row = {"story": better.pk, "weight": "normal", "position": "1"}
    data |= {f"placements-1-{name}": value for name, value in row.items()}
    seen, said = revision(page), printed()
    answer = sat_down(cast.hai).post(address(page), data | {"name": "新名"})
    assert answer.status_code == 200
    assert "换上的稿" in answer.content.decode()
    assert [one.story for one in page.placements.all()] == [story]
    assert Page.objects.get().name == "要闻"
    assert (revision(page), printed()) == (seen, said)
    again = typed_in(answer)
    assert again["name"] == "新名"
    assert str(again["placements-1-story"]) == str(better.pk)


def test_a_page_is_added_by_its_form(page: Page, cast: Cast, better: Story) -> None:
    seen = revision(page)
    data = {
        "issue": page.issue_id, "number": "2", "name": "民生", "placements-TOTAL_FORMS": "1",
        "placements-INITIAL_FORMS": "0", "placements-0-story": better.pk,
        "placements-0-weight": "lead", "placements-0-position": "0",
    }  # fmt: skip
    answer = sat_down(cast.hai).post(reverse("admin:articles_page_add"), data)
    assert answer.status_code == 302
    assert revision(page) == seen + 1
    assert printed()[1] == ("民生", [better.pk])


def test_a_page_is_removed_on_the_flatplan_where_one_sees_what_stands_on_it(
    page: Page, cast: Cast
) -> None:
    delete = reverse("admin:articles_page_delete", args=[page.pk])
    answer = sat_down(cast.hai).post(delete, {"post": "yes"}, follow=True)
    assert Page.objects.filter(pk=page.pk).exists()
    assert 'value="remove_page"' in answer.content.decode()


def test_a_page_is_not_removed_in_the_last_moment_and_that_is_said(
    page: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "TO_COMMIT", dt.timedelta(days=36500))
    flatplan = reverse("admin:articles_issue_flatplan", args=[page.issue_id])
    sent = {"act": "remove_page", "page": page.pk, "revision": revision(page)}
    answer = sat_down(cast.hai).post(flatplan, sent, follow=True)
    assert answer.status_code == 200
    assert list(answer.context["messages"])
    assert Page.objects.filter(pk=page.pk).exists()


def test_who_slept_through_five_hundred_acts_looks_anew(
    page: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.rules.plans.turn.KNOWN", 3)
    place, seen = page.placements.get(), revision(page)
    at = EVENING_BEFORE
    plans.weigh(page.issue_id, place.pk, cast.shen, weight="second", planned_length=500, at=at)
    for name in "甲乙丙":
        plans.set_credits(
            page.issue_id, page.pk, cast.shen, editor=name, designer="", proofreader="", at=at
        )
    with pytest.raises(Refused):
        plans.weigh(
            page.issue_id, place.pk, cast.hai, weight="brief", planned_length=None, seen=seen, at=at
        )
    place.refresh_from_db()
    assert (place.weight, place.planned_length) == ("second", 500)
