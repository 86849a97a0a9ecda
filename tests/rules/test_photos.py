"""Rights at sign-off; a photo retired from, or replaced in, everything that is published."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from articles.intake import pictures
from articles.models import LogEntry, Photo, PublishedPicture, PublishedStory, Read, Story
from articles.rules import photos, publishing, readiness, renditions, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import EVENING_BEFORE, SIX, Cast, Paper
from tests.conftest import Clock
from tests.darkroom import corpus, words

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


# -- rights ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"web_allowed": False}, "条款"),
        ({"expires_at": EVENING_BEFORE - DAY}, "到期"),
    ],
)
def test_a_photo_without_the_right_is_not_signed_off(
    fields: dict[str, Any], word: str, paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    workflow.submit(story, cast.wen, EVENING_BEFORE)
    workflow.pass_read(story, cast.qiu, EVENING_BEFORE)
    workflow.pass_read(story, cast.hai, EVENING_BEFORE)
    Photo.objects.filter(pk=photo.pk).update(**fields)
    with pytest.raises(Refused) as refused:
        workflow.sign_off(story, cast.shen, EVENING_BEFORE)
    assert "渔船归港" in str(refused.value)
    assert word in str(refused.value)
    Photo.objects.filter(pk=photo.pk).update(web_allowed=True, expires_at=None)
    assert workflow.sign_off(story, cast.shen, EVENING_BEFORE).status == Story.Status.SIGNED_OFF


def test_rights_must_last_until_the_story_is_live(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    Photo.objects.filter(pk=photo.pk).update(expires_at=SIX - dt.timedelta(minutes=1))
    with pytest.raises(Refused, match="渔船归港"):
        publishing.schedule(people.plan(paper, story), cast.hai, at=EVENING_BEFORE)
    assert not PublishedStory.objects.exists()


def test_the_desk_is_warned_of_rights_that_run_out_soon(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    assert readiness.warnings(story) == []
    soon = dt.datetime.now(dt.UTC) + 3 * DAY
    Photo.objects.filter(pk=photo.pk).update(expires_at=soon)
    assert len(readiness.warnings(story)) == 1


# -- retiring --------------------------------------------------------------------------------------


def status_of(address: str) -> int:
    answer: Any = Client().get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return int(answer.status_code)


def live_and_waiting(paper: Paper, cast: Cast) -> tuple[Photo, Story, Story, Story]:
    """A photo with a story that is live, one that waits for Monday, and a draft."""
    live = people.draft(paper, cast.wen, "已上线", release="now")
    photo = people.illustrate(live, cast.lan)
    people.illustrate(live, cast.lan, position=1, caption="另一张")
    waiting = people.draft(paper, cast.wen, "明天的")
    draft = people.draft(paper, cast.wen, "草稿")
    for story in (waiting, draft):
        story.story_photos.create(photo=photo)
    people.read_through(live, cast, EVENING_BEFORE)
    people.run(paper, cast, waiting)
    return photo, live, waiting, draft


def test_a_retired_photo_is_gone_from_all_pages_at_once(
    paper: Paper, cast: Cast, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    photo, live, waiting, draft = live_and_waiting(paper, cast)
    at = EVENING_BEFORE + dt.timedelta(hours=1)
    name, other = (
        names["name"] for names in PublishedStory.objects.get(story=live).payload["photos"]
    )
    clock.move_to(at)
    reader = Client()
    assert status_of(f"/media/{name}-480.jpg") == 200
    with django_capture_on_commit_callbacks(execute=True):
        stories = photos.retire(photo, cast.shen, "法院裁定", at)
    renditions.finish()
    assert stories == sorted([live.pk, waiting.pk])
    assert status_of(f"/media/{name}-480.jpg") == 404
    assert not default_storage.exists(renditions.path_of(name, 480, "jpg"))
    page = reader.get(live.record.latest("live_from").get_absolute_url()).content.decode()
    assert name not in page
    assert other in page
    assert "已上线" in page
    clock.move_to(SIX)
    row = PublishedStory.objects.live(SIX).get(story=waiting)
    assert row.payload["photos"] == []
    assert row.live_from == SIX
    assert reader.get(row.get_absolute_url()).status_code == 200
    # What ran stays on record, with the words under it.
    assert PublishedStory.objects.filter(story=live).count() == 2
    assert LogEntry.objects.get(verb="retire_photo").reason == "法院裁定"
    # The stories' reads stand; what is still on the desk is not signed off with it.
    waiting.refresh_from_db()
    assert waiting.status == Story.Status.SIGNED_OFF
    assert workflow.settle(waiting, cast.qiu).status == Story.Status.SIGNED_OFF
    with pytest.raises(Refused, match="停用"):
        workflow.submit(draft, cast.wen, at)


def test_an_update_of_the_time_is_not_shown_for_it(paper: Paper, cast: Cast) -> None:
    photo, live, _waiting, _draft = live_and_waiting(paper, cast)
    photos.retire(photo, cast.shen, "当事人要求", EVENING_BEFORE + DAY / 24)
    row = PublishedStory.objects.get(story=live, version=2)
    assert row.change == PublishedStory.Change.MINOR
    assert row.payload["updated_at"] is None
    assert row.tags.count() == live.tags.count()
    assert row.people.count() == 1


def test_copies_still_on_order_are_not_made_after_it(
    paper: Paper, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    photo, live, _waiting, _draft = live_and_waiting(paper, cast)
    entry = PublishedStory.objects.get(story=live).payload["photos"][0]
    order = renditions.order(entry, str(photo.original.name))
    with django_capture_on_commit_callbacks(execute=True):
        photos.retire(photo, cast.shen, "法院裁定", EVENING_BEFORE + DAY / 24)
    assert renditions.make(order) == 0
    assert not renditions.fulfil({"photos": [entry]}, entry["name"], 480, "jpg")


@pytest.mark.parametrize("name", ["wen", "lan", "qiu", "hai"])
def test_only_a_publisher_retires_and_replaces(name: str, cast: Cast) -> None:
    photo, other = people.photo(cast.lan), people.photo(cast.lan, "navy")
    with pytest.raises(Refused):
        photos.retire(photo, getattr(cast, name), "不好看")
    with pytest.raises(Refused):
        photos.replace(photo, other, getattr(cast, name), "不好看")


def test_both_need_a_reason(cast: Cast) -> None:
    photo, other = people.photo(cast.lan), people.photo(cast.lan, "navy")
    with pytest.raises(Refused):
        photos.retire(photo, cast.shen, "  ")
    with pytest.raises(Refused):
        photos.replace(photo, other, cast.shen, "")
    with pytest.raises(Refused):
        photos.replace(photo, photo, cast.shen, "同一张")


# -- replacing -------------------------------------------------------------------------------------


def test_another_photo_stands_everywhere_where_the_first_one_stood(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    photo, live, waiting, draft = live_and_waiting(paper, cast)
    other = people.photo(cast.lan, "navy", (1000, 700))
    Photo.objects.filter(pk=other.pk).update(credit="林晚潮", caption="别的图说")
    other.refresh_from_db()
    at = EVENING_BEFORE + DAY / 24
    photos.replace(photo, other, cast.shen, "清晰版", at)
    standing = PublishedStory.objects.live(at).get(story=live).payload["photos"]
    assert standing[0]["photo"] == other.pk
    assert standing[0]["caption"] == "渔船归港"
    assert standing[0]["credit"] == "林晚潮 摄"
    assert standing[0]["width"] == 1000
    assert PublishedPicture.objects.filter(photo=other.pk, row__story=waiting).exists()
    for story in (live, waiting):
        story.refresh_from_db()
        assert story.status == Story.Status.SIGNED_OFF
        assert Read.objects.filter(story=story, override_reason="清晰版").count() == 3
    assert list(draft.story_photos.values_list("photo", flat=True)) == [other.pk]
    photo.refresh_from_db()
    assert photo.replaced_by == other
    assert LogEntry.objects.get(verb="replace_photo").went_to == str(other.pk)
    clock.move_to(at)
    assert status_of(f"/media/{standing[0]['name']}-480.webp") == 200


def test_a_photo_without_rights_replaces_none(cast: Cast) -> None:
    photo, other = people.photo(cast.lan), people.photo(cast.lan, "navy")
    Photo.objects.filter(pk=other.pk).update(web_allowed=False)
    other.refresh_from_db()
    with pytest.raises(Refused):
        photos.replace(photo, other, cast.shen, "清晰版")


# -- coming in twice, and what the file says -------------------------------------------------------


def test_the_same_file_and_the_same_look_are_noticed(cast: Cast) -> None:
    drawn = Image.effect_mandelbrot((600, 400), (-2, -1.2, 1, 1.2), 40).convert("RGB")
    first = pictures.store(_jpeg(drawn), cast.lan, caption="曲线")
    assert pictures.same_bytes(_jpeg(drawn)) == first
    again = pictures.store(_jpeg(drawn.resize((450, 300))), cast.lan, caption="小一些")
    assert pictures.same_bytes(_jpeg(drawn.resize((300, 200)))) is None
    assert pictures.alike(again) == [first]
    assert pictures.alike(people.photo(cast.lan)) == []


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG")
    return written.getvalue()


def test_what_the_file_says_waits_for_a_person(cast: Cast) -> None:
    data = corpus.encoded("JPEG", exif=words.gps_exif())
    photo = pictures.store(data, cast.lan, name="IMG_1.jpg")
    assert (photo.caption, photo.checked) == ("", False)
    assert pictures.proposed(photo) == {
        "caption": "渔船归港",
        "taken_at": dt.datetime(2031, 3, 1, 9, 30, tzinfo=dt.UTC),
    }
    known = pictures.store(data, cast.lan, name="IMG_1.jpg", caption="自己写的")
    assert (known.caption, known.checked, known.found) == ("自己写的", True, {})
