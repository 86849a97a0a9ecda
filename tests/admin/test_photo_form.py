"""A photo's own form: what it holds is saved, or comes back as typed, and nothing else is touched."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.admin import photo_saving
from articles.admin.photos import PhotoForm
from articles.models import Photo
from articles.rules import acting, photos, publishing
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import Cast, Paper

pytestmark = pytest.mark.django_db


WORDS = {
    "caption": "长长的新图说", "alt": "船", "credit": "庄海生", "web_allowed": "on",
    "uses-TOTAL_FORMS": "0", "uses-INITIAL_FORMS": "0",
}  # fmt: skip


def test_a_caption_saved_in_the_last_moment_is_refused_and_still_there(
    paper: Paper, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    people.read_through(story, cast, timezone.now())
    hour = timezone.now() + dt.timedelta(days=1)
    publishing.schedule(people.plan(paper, story), cast.hai, hour)
    monkeypatch.setattr(acting, "TO_COMMIT", dt.timedelta(days=2))
    address = reverse("admin:articles_photo_change", args=[photo.pk])
    answer = sat_down(cast.lan).post(address, WORDS)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert form["caption"].value() == "长长的新图说"
    assert form.non_field_errors()
    photo.refresh_from_db()
    story.refresh_from_db()
    assert (photo.caption, story.status) == ("渔船归港", "signed_off")


def test_a_form_opened_before_does_not_bring_a_retired_photo_back(cast: Cast) -> None:
    photo = people.photo(cast.lan)
    form = PhotoForm(WORDS, instance=Photo.objects.get())
    photos.retire(photo, cast.shen, "侵权")
    form.fields.pop("original")
    assert form.is_valid(), form.errors
    photo_saving.save(form.save(commit=False), form)
    photo.refresh_from_db()
    assert photo.retired_at is not None
    assert photo.caption == "长长的新图说"


def test_two_people_at_one_photo_undo_nothing_of_each_other(cast: Cast) -> None:
    photo = people.photo(cast.lan)
    address = reverse("admin:articles_photo_change", args=[photo.pk])
    old = begun(sat_down(cast.lan).get(address))
    sat_down(cast.qiu).post(address, begun(sat_down(cast.qiu).get(address)) | {"caption": "夜归"})
    assert sat_down(cast.lan).post(address, old | {"credit": "蓝"}).status_code == 302
    photo.refresh_from_db()
    assert (photo.caption, photo.credit) == ("夜归", "蓝")
    answer = sat_down(cast.lan).post(address, old | {"caption": "晚归"})
    assert "“夜归”" in answer.content.decode()
    assert answer.context["adminform"].form["caption"].value() == "晚归"
    assert sat_down(cast.lan).post(address, begun(answer)).status_code == 302
    photo.refresh_from_db()
    assert (photo.caption, photo.credit) == ("晚归", "蓝")


def begun(answer: Any) -> dict[str, Any]:
    """What stands in a photo's form as it is shown, with what each field began from."""
    data: dict[str, Any] = {"uses-TOTAL_FORMS": "0", "uses-INITIAL_FORMS": "0"}
    for bound in answer.context["adminform"].form:
        if bound.value() is not False:
            data[bound.html_name] = bound.value()
        data[bound.html_initial_name] = bound.form.get_initial_for_field(bound.field, bound.name)
    return {name: "" if value is None else value for name, value in data.items()}
