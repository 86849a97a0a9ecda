"""Two people press their buttons in the same moment: on PostgreSQL, whose writers run side by side."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from articles.models import Issue, LogEntry, Page, Photo, Placement, User
from articles.rules import history, photos, plans
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_page_form import opened
from tests.admin.test_stories import sat_down
from tests.cast import Cast, Paper

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> None:
    """Let these run side by side to their ends; what goes wrong in one goes wrong here."""
    faults: list[BaseException] = []
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            ready.wait(10)
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []


def photo_form(by: User, photo: Photo, **typed: Any) -> Any:
    rows = {"uses-TOTAL_FORMS": "0", "uses-INITIAL_FORMS": "0"}
    words = {"caption": "新图说", "alt": "船", "credit": "庄海生", "web_allowed": "on"}
    address = reverse("admin:articles_photo_change", args=[photo.pk])
    return sat_down(by).post(address, words | rows | typed)


def test_a_photo_is_retired_while_its_form_is_saved(cast: Cast) -> None:
    for number in range(8):
        photo = people.photo(cast.lan, f"#{number * 7:06x}")
        at_once(
            lambda photo=photo: photo_form(cast.lan, photo),  # type: ignore[misc]
            lambda photo=photo: photos.retire(photo, cast.shen, "侵权"),  # type: ignore[misc]
        )
        photo.refresh_from_db()
        assert photo.retired_at is not None
        assert photo.caption == "新图说"


def test_the_form_of_an_issue_and_the_flatplan_know_of_each_other(paper: Paper, cast: Cast) -> None:
    issue = people.plan(paper, people.draft(paper, cast.wen))
    place = Placement.objects.get()
    address = reverse("admin:articles_issue_change", args=[issue.pk])
    desk = sat_down(cast.hai)

    def number_it() -> None:
        for number in range(1, 13):
            form = {"edition": paper.edition.pk, "date": "2031-03-03", "number": number}
            assert desk.post(address, form).status_code == 302

    def weigh() -> None:
        for length in range(1, 13):
            plans.weigh(issue.pk, place.pk, cast.shen, weight="lead", planned_length=length)

    at_once(number_it, weigh)
    acts = LogEntry.objects.filter(details__revision__isnull=False)
    revisions = [entry.details["revision"] for entry in acts]
    assert len(revisions) == len(set(revisions)) == 24
    assert Issue.objects.get().plan_revision == max(revisions)


def test_the_form_of_a_page_and_the_flatplan_wait_for_each_other(paper: Paper, cast: Cast) -> None:
    stories = [people.draft(paper, cast.wen, f"稿{number}") for number in range(6)]
    issue = people.plan(paper, *stories)
    page, places = Page.objects.get(), list(Placement.objects.all())
    address = reverse("admin:articles_page_change", args=[page.pk])
    answers: list[int] = []

    def by_form() -> None:
        desk = sat_down(cast.hai)
        for number in range(8):
            data = opened(cast.hai, page) | {"name": f"要闻{number}"}
            data |= {f"placements-{n}-planned_length": number + 1 for n in range(6)}
            answers.append(desk.post(address, data).status_code)

    def by_flatplan() -> None:
        for number in range(16):
            one = places[number * 5 % 6]
            with contextlib.suppress(Refused):
                plans.weigh(issue.pk, one.pk, cast.shen, weight="lead", planned_length=number + 1)

    at_once(by_form, by_flatplan, by_flatplan)
    assert set(answers) <= {200, 302}


def test_cropping_saving_and_restoring_wait_for_each_other(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    first = history.keep(story, cast.wen)

    def crop() -> None:
        for number in range(10):
            photos.crop(photo, cast.lan, (number, 50), {})

    def save() -> None:
        for number in range(10):
            assert photo_form(cast.lan, photo, caption=f"图说{number}").status_code == 302

    def restore() -> None:
        for _number in range(10):
            history.restore(first, cast.qiu)

    at_once(crop, save, restore)
    photo.refresh_from_db()
    assert (photo.focal_x, photo.caption) == (9, "图说9")
