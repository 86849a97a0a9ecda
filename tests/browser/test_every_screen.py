"""Every list and form of the admin, found from what is registered: axe, and nothing off the edge."""

from collections.abc import Callable

import pytest
from django.contrib.admin import site
from django.urls import reverse
from playwright.sync_api import Page, expect

from articles.models import Issue, PlanTemplate, PublishedStory, Story, User
from articles.rules import publishing
from tests import cast as people
from tests.browser.conftest import SIZES
from tests.cast import EVENING_BEFORE
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)


def a_paper_at_work() -> User:
    """Something of most kinds, and somebody who may see all of it."""
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen, "台风前夜")
    people.illustrate(story, cast.lan)
    people.run(paper, cast, story)
    gone = people.draft(paper, cast.wen, "法院要撤的稿", release="now")
    people.read_through(gone, cast, EVENING_BEFORE)
    publishing.redact(gone, cast.shen, "法院裁定", EVENING_BEFORE)
    PlanTemplate.objects.create(edition=paper.edition, name="平日")
    return User.objects.create_superuser("zhan", password="zhan-of-the-desk")


def screens() -> list[str]:
    """The list, the empty form and the first thing's form of every kind, and the desk's own beside."""
    found = []
    for model in site._registry:
        if model._meta.app_label != "articles":
            continue
        name = f"admin:articles_{model._meta.model_name}"
        found += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        if (first := model._default_manager.order_by("pk").first()) is not None:
            found.append(reverse(f"{name}_change", args=[first.pk]))
    story, issue = Story.objects.earliest("pk").pk, Issue.objects.get().pk
    published = PublishedStory.objects.earliest("pk").story_id
    return [
        *found,
        reverse("admin:articles_story_record", args=[published]),
        reverse("admin:articles_story_links", args=[story]),
        reverse("admin:articles_issue_hour", args=[issue]),
    ]


@pytest.mark.parametrize(("locale", "dark"), [("zh-CN", False), ("en-GB", True)])
def test_axe_finds_nothing_on_any_list_or_form(
    locale: str,
    dark: bool,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    clock: Clock,
) -> None:
    clock.move_to(EVENING_BEFORE)
    zhan = a_paper_at_work()
    allowed = (
        "Applying inline style",
        "403 (Forbidden)",
        "405 (Method Not Allowed)",
        "widgets.css",
        "favicon.ico",
    )
    page = open_page("desktop", locale, user=zhan, dark=dark, allow=allowed)
    found, seen = [], 0
    for address in screens():
        answer = page.goto(address)
        if answer is None or answer.status in (403, 405):  # a record has no form to be filled in
            continue
        assert answer.status == 200, address
        seen += 1
        expect(page.locator(".select2-selection:not([aria-label])")).to_have_count(0)
        for size in SIZES.values():
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            found += [f"{address} {violation}" for violation in axe(page)]
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
                found.append(f"{address} is {wide} pixels wide")
    assert found == []
    assert seen > 30
