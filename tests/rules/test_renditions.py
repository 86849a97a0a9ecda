"""Public copies: which there are, where they lie, and that no reader meets a missing one."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from articles.models import Photo, PublishedStory, Story
from articles.rules import renditions, snapshot, workflow
from articles.web import share_card
from articles.web.reading import Reading
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning(clock: Clock) -> None:
    """Readers come in the morning."""
    clock.move_to(SIX)


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen, release="now")


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (6000, [480, 960, 1600, 2400]),
        (2400, [480, 960, 1600, 2400]),
        (2300, [480, 960, 1600, 2300]),
        (1700, [480, 960, 1600]),
        (640, [480, 640]),
        (300, [300]),
    ],
)
def test_copies_are_never_wider_than_the_photo(width: int, widths: list[int]) -> None:
    assert renditions.widths_of(width) == widths


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_copy_is_made_when_it_is_asked_for(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    name = people.copy_names(story)[0]
    people.read_through(story, cast, EVENING_BEFORE)
    path = renditions.path_of(name, 480, "avif")
    assert not default_storage.exists(path)
    reader = Client()
    answer = reader.get(f"/media/{name}-480.avif")
    assert answer["Content-Type"] == "image/avif"
    with Image.open(io.BytesIO(body_of(answer))) as picture:
        assert picture.size == (480, 300)
    assert default_storage.exists(path)
    default_storage.delete(path)  # lost: a disk that was not brought back whole
    assert body_of(reader.get(f"/media/{name}-480.avif"))


def test_a_book_has_the_pictures_that_nobody_asked_for_before(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.illustrate(story, cast.lan)
    people.run(paper, cast, story)
    path = renditions.path_of(people.copy_names(story)[0], 640, "jpg")
    assert not default_storage.exists(path)
    with zipfile.ZipFile(io.BytesIO(Client().get(f"/daily/{MONDAY}/issue.epub").content)) as book:
        [picture] = [name for name in book.namelist() if "picture-" in name]
        with default_storage.open(path, "rb") as copy:
            assert book.read(picture) == copy.read()


@pytest.mark.skipif(share_card.font_path() is None, reason="no font with Chinese characters here")
def test_a_card_has_the_picture_that_nobody_asked_for_before(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    assert Client().get(f"/share/{story.pk}-1.jpg").status_code == 200
    lead = Reading(story.record.get()).lead_picture
    assert lead is not None
    assert default_storage.exists(renditions.path_of(lead.name, lead.widths[-1], "jpg"))


@pytest.mark.parametrize("asked", ["481.avif", "4000.jpg", "480.png", "480.gif"])
def test_only_the_copies_that_there_are_to_be_are_made(
    asked: str, story: Story, cast: Cast
) -> None:
    people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    name = people.copy_names(story)[0]
    assert body_of(Client().get(f"/media/{name}-640.jpg"))
    assert Client().get(f"/media/{name}-{asked}").status_code == 404


def test_an_original_that_is_gone_is_a_plain_not_found(story: Story, cast: Cast) -> None:
    photo = people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    default_storage.delete(str(photo.original.name))
    assert Client().get(f"/media/{people.copy_names(story)[0]}-480.jpg").status_code == 404


def test_other_words_or_another_crop_have_another_name(story: Story, cast: Cast) -> None:
    photo = people.illustrate(story, cast.lan)
    before = people.copy_names(story)
    Photo.objects.filter(pk=photo.pk).update(caption="另一条图说")
    assert not set(before) & set(people.copy_names(story))
    Photo.objects.filter(pk=photo.pk).update(caption=photo.caption, focal_x=0)
    whole, square, _share = people.copy_names(story)
    assert whole == before[0]
    assert square != before[1]
    assert {name[:20] for name in before} == {photo.secret}


def test_a_crop_without_a_hand_is_the_largest_around_what_matters() -> None:
    photo = Photo(width=1200, height=600, focal_x=90, focal_y=50)
    assert renditions.box_of(photo, "square") == (50.0, 0.0, 50.0, 100.0)
    photo.focal_x = 40
    assert renditions.box_of(photo, "square") == (15.0, 0.0, 50.0, 100.0)
    photo.crops = {"square": [10, 20, 30, 60]}
    assert renditions.box_of(photo, "square") == (10, 20, 30, 60)


def test_a_lead_is_cropped_by_hand_only(story: Story, cast: Cast) -> None:
    photo = people.illustrate(story, cast.lan)
    reading = Reading(snapshot.freeze(story).row)
    assert reading.pictures[0].lead is reading.pictures[0]
    Photo.objects.filter(pk=photo.pk).update(crops={"lead": [0, 0, 50, 53.33]})
    lead = Reading(snapshot.freeze(story).row).pictures[0].lead
    assert (lead.width, lead.height) == (320, 213)
    assert lead.avif.startswith("/media/")


def test_progress_is_told_by_what_lies_there(
    story: Story, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    people.illustrate(story, cast.lan)
    entries = snapshot.freeze(story).row.payload["photos"]
    assert renditions.progress(entries) == (0, 13)
    with django_capture_on_commit_callbacks(execute=True):
        people.read_through(story, cast, EVENING_BEFORE)
    renditions.finish()
    assert renditions.progress(entries) == (13, 13)


def test_signing_off_does_not_wait_for_copies(story: Story, cast: Cast, tmp_path: Path) -> None:
    """What is made, is made by a thread once the transaction is through."""
    people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    assert not default_storage.exists("public")


# -- groups, captions, credits in the record -------------------------------------------------------


def test_a_group_has_one_caption_without_print_s_directions(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan, caption="▲左图：渔船归港。右图：码头卸鱼。")
    people.illustrate(story, cast.lan, position=1, grouped=True)
    people.illustrate(story, cast.lan, position=2, caption="上图为防波堤。")
    pictures = Reading(snapshot.freeze(story).row).pictures
    assert [picture.caption for picture in pictures] == [
        "图一：渔船归港。图二：码头卸鱼。",
        "",
        "图为防波堤。",
    ]
    assert [picture.group for picture in pictures] == [0, 0, 1]
    assert pictures[0].credit == "庄海生 摄"


def test_an_english_story_has_an_english_credit(cast: Cast) -> None:
    story = people.draft(people.found("tide", "en"), cast.wen)
    people.illustrate(story, cast.lan)
    assert Reading(snapshot.freeze(story).row).pictures[0].credit == "Photograph: 庄海生"


# -- payloads of every schema ----------------------------------------------------------------------

OLD = {
    # As photos were kept before they had names of their own for each caption and crop.
    1: {
        "name": "0123456789abcdef0123456789abcdef",
        "width": 1600,
        "height": 1067,
        "widths": [480, 960, 1600],
        "caption": "渔船归港",
        "credit": "庄海生",
        "alt": "三条渔船",
    },
}


def test_pictures_of_old_payloads_are_read_and_served(story: Story, cast: Cast) -> None:
    photo = people.photo(cast.lan)
    old = {**OLD[1], "name": photo.public_name, "width": 640, "height": 400, "widths": [480]}
    people.read_through(story, cast, EVENING_BEFORE)
    row = PublishedStory.objects.get(story=story)
    row.payload["photos"] = [old]
    row.schema = 1
    [picture] = Reading(row).pictures
    assert picture.avif == ""
    assert picture.webp == f"/media/{photo.public_name}-480.webp 480w"
    assert picture.square is picture.share is picture.lead is picture
    assert picture.placeholder == []
    assert renditions.fulfil(row.payload, photo.public_name, 480, "webp")
    assert not renditions.fulfil(row.payload, photo.public_name, 480, "avif")


def test_a_read_is_not_void_because_copies_are_made_differently(
    story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.illustrate(story, cast.lan)
    workflow.submit(story, cast.wen)
    workflow.pass_read(story, cast.qiu)
    monkeypatch.setattr(renditions, "RECIPE", renditions.RECIPE + 1)
    assert workflow.settle(story, cast.qiu).status == Story.Status.SECOND_READ
