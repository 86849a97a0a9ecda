"""What matters in a photo, and its cuts: kept as numbers, whoever has no mouse nor script."""

from typing import Any

import pytest
from django.test import Client

from articles.models import Photo, User, Version
from articles.rules import photos, publishing, renditions, snapshot
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db
NOTHING = {f"{use}-{side}": "" for use in renditions.CROPS for side in ("left", "top", "width")}


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def cut(by: User, photo: Photo, **numbers: Any) -> Any:
    sent = {"focal_x": 50, "focal_y": 50} | NOTHING
    sent |= {
        name.replace("_", "-") if "focal" not in name else name: value
        for name, value in numbers.items()
    }
    return at_desk(by).post(f"/admin/articles/photo/{photo.pk}/crop/", sent)


def test_numbers_are_enough_and_the_height_follows_from_the_use(cast: Cast) -> None:
    photo = people.photo(cast.lan, size=(1000, 500))
    answer = cut(
        cast.lan, photo, focal_x=20, focal_y=70, square_left=10, square_top=0, square_width=40
    )
    assert answer.status_code == 302
    photo.refresh_from_db()
    assert (photo.focal_x, photo.focal_y) == (20, 70)
    assert photo.crops == {"square": [10, 0, 40, 80]}
    entry = renditions.describe(photo, caption="", credit="")
    assert entry["crops"]["square"]["box"] == [10, 0, 40, 80]
    assert (entry["crops"]["square"]["width"], entry["crops"]["square"]["height"]) == (400, 400)


def test_without_numbers_it_is_cut_around_what_matters_again(cast: Cast) -> None:
    photo = people.photo(cast.lan, size=(1000, 500))
    cut(cast.lan, photo, lead_left=0, lead_top=0, lead_width=75)
    photo.refresh_from_db()
    assert photo.crops["lead"] == [0, 0, 75, 100]
    cut(cast.lan, photo, focal_x=100, focal_y=50)
    photo.refresh_from_db()
    assert photo.crops == {}
    assert renditions.box_of(photo, "square") == (50, 0, 50, 100)


@pytest.mark.parametrize(
    "numbers",
    [
        {"square_left": 80, "square_top": 0, "square_width": 40},
        {"square_left": 0, "square_top": 50, "square_width": 40},
        {"square_left": 0, "square_top": 0, "square_width": 1},
        {"square_left": 0, "square_top": "", "square_width": 40},
        {"square_left": -1, "square_top": 0, "square_width": 40},
        {"square_left": "nan", "square_top": 0, "square_width": 40},
        {"focal_x": 101},
        {"focal_y": "x"},
    ],
)
def test_a_cut_that_does_not_fit_is_not_kept(numbers: dict[str, Any], cast: Cast) -> None:
    photo = people.photo(cast.lan, size=(1000, 500))
    answer = cut(cast.lan, photo, **numbers)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    photo.refresh_from_db()
    assert (photo.crops, photo.focal_x) == ({}, 50)


def test_a_new_cut_voids_the_reads_and_leaves_what_is_live(cast: Cast, paper: Paper) -> None:
    story = people.draft(paper, cast.wen, release="now")
    photo = people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    before = snapshot.content_digest(story)
    live = story.record.get().payload["photos"]
    photos.crop(photo, cast.lan, (50, 50), {"lead": [0, 0, 90, 96]}, EVENING_BEFORE)
    assert snapshot.content_digest(story) != before
    assert story.versions.latest("number").cause == Version.Cause.PHOTO
    assert story.record.get().payload["photos"] == live
    assert publishing.rows_showing(photo).count() == 1


def test_the_same_cut_again_is_no_change(cast: Cast, paper: Paper) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    assert photos.crop(photo, cast.lan, (50, 50), {"lead": [0, 0, 90, 96]}) == [story]
    versions = story.versions.count()
    assert photos.crop(photo, cast.lan, (50, 50), {"lead": [0, 0, 90, 96]}) == []
    assert story.versions.count() == versions


def test_nobody_without_the_right_cuts(cast: Cast) -> None:
    photo = people.photo(cast.lan)
    reader = User.objects.create_user("gu")
    with pytest.raises(Refused):
        photos.crop(photo, reader, (1, 1), {})
