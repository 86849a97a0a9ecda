"""Photos at the desk: sent in many at once, checked, retired and replaced from their own page."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Photo, User
from articles.rules import history, renditions, workflow
from tests import cast as people
from tests.cast import Cast
from tests.darkroom import corpus, words

pytestmark = pytest.mark.django_db
SEND = "/admin/articles/photo/send/"


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def sent(client: Client, *files: SimpleUploadedFile) -> Any:
    return client.post(SEND, {"photos": list(files)}, headers={"accept": "application/json"})


def test_each_photo_is_answered_by_itself(cast: Cast) -> None:
    answer = sent(at_desk(cast.lan), file("港口.jpg", corpus.encoded("JPEG")))
    photo = Photo.objects.get()
    assert answer.json()["address"] == reverse("admin:articles_photo_change", args=[photo.pk])
    assert photo.uploaded_by == cast.lan


def test_a_photo_sent_again_after_a_lost_answer_is_kept_once(cast: Cast) -> None:
    client = at_desk(cast.lan)
    first = sent(client, file("a.jpg", corpus.encoded("JPEG"))).json()
    again = sent(client, file("a.jpg", corpus.encoded("JPEG"))).json()
    assert first["address"] == again["address"]
    assert Photo.objects.count() == 1


def test_what_is_no_picture_is_refused_by_its_name(cast: Cast) -> None:
    answer = sent(at_desk(cast.lan), file("图表.jpg", corpus.SVG))
    assert answer.status_code == 400
    assert "图表.jpg" in answer.json()["error"]
    assert not Photo.objects.exists()


def test_without_a_script_all_of_them_come_at_once(cast: Cast) -> None:
    files = [file("a.jpg", corpus.encoded("JPEG")), file("b.png", corpus.encoded("PNG"))]
    answer = at_desk(cast.lan).post(SEND, {"photos": [*files, file("c.jpg", b"%PDF-1.7")]})
    assert answer.status_code == 302
    assert Photo.objects.count() == 2


def test_the_form_proposes_what_the_file_says_until_it_is_saved(cast: Cast) -> None:
    client = at_desk(cast.lan)
    data = corpus.encoded("JPEG", exif=words.gps_exif())
    address = sent(client, file("IMG_1.jpg", data)).json()["address"]
    page = client.get(address)
    form = page.context["adminform"].form
    assert form.initial["caption"] == "渔船归港"
    assert Photo.objects.get().caption == ""
    given = {
        name: value
        for name, value in form.initial.items()
        if value is not None and name not in ("taken_at", "expires_at", "original")
    }
    uses = {f"uses-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    client.post(address, {**given, **uses, "web_allowed": "on", "alt": "三条渔船"})
    photo = Photo.objects.get()
    assert (photo.caption, photo.alt, photo.checked) == ("渔船归港", "三条渔船", True)


def test_a_publisher_retires_a_photo_with_a_reason(cast: Cast) -> None:
    photo = people.photo(cast.lan)
    address = reverse("admin:articles_photo_retire", args=[photo.pk])
    client = at_desk(cast.shen)
    assert client.post(address, {"reason": " "}).status_code == 200
    assert client.post(address, {"reason": "法院裁定"}).status_code == 302
    photo.refresh_from_db()
    assert photo.retired_by == cast.shen
    assert (
        "法院裁定"
        in client.get(reverse("admin:articles_photo_change", args=[photo.pk])).content.decode()
    )


def test_a_publisher_replaces_a_photo_by_another(cast: Cast) -> None:
    photo, other = people.photo(cast.lan), people.photo(cast.lan, "navy")
    address = reverse("admin:articles_photo_replace", args=[photo.pk])
    client = at_desk(cast.shen)
    answer = client.post(address, {"other": "999999", "reason": "清晰版"})
    assert answer.status_code == 200
    assert client.post(address, {"other": other.pk, "reason": "清晰版"}).status_code == 302
    photo.refresh_from_db()
    assert photo.replaced_by == other


# -- in stories ----------------------------------------------------------------------------------


def test_two_versions_compared_show_which_pictures_are_a_group(cast: Cast) -> None:
    story = people.draft(people.found(), cast.wen)
    people.illustrate(story, cast.lan)
    second = story.story_photos.create(
        photo=people.photo(cast.lan, "navy"), position=1, caption="码头"
    )
    history.keep(story, cast.wen)
    second.grouped = True
    second.save()
    history.keep(story, cast.wen)
    address = reverse("admin:articles_story_compare", args=[story.pk])
    page = at_desk(cast.wen).get(address, {"a": 1, "b": 2}).content.decode()
    assert "<ins>" in page
    assert "与上一张成组" in page


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"web_allowed": False}, "条款不许上网"),
        ({"expires_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "2026-01-01"),
        ({"retired_at": timezone.now(), "retired_reason": "裁定"}, "停用"),
    ],
)
def test_at_sign_off_the_publisher_reads_which_photo_may_not_be_shown_and_why(
    fields: dict[str, Any], why: str, cast: Cast
) -> None:
    story = people.draft(people.found(), cast.wen)
    photo = people.illustrate(story, cast.lan)
    workflow.submit(story, cast.wen)
    workflow.pass_read(story, cast.qiu)
    workflow.pass_read(story, cast.hai)
    Photo.objects.filter(pk=photo.pk).update(**fields)
    answer = at_desk(cast.shen).post(
        reverse("admin:articles_story_move", args=[story.pk]), {"_move": "sign_off"}, follow=True
    )
    said = [str(message) for message in answer.context["messages"]]
    assert any("渔船归港" in words and why in words for words in said), said
    story.refresh_from_db()
    assert story.status == "final_read"


# -- copies for readers ----------------------------------------------------------------------------


def test_the_photos_page_says_how_many_copies_for_readers_are_made(
    cast: Cast,
) -> None:
    story = people.draft(people.found(), cast.wen, release="now")
    photo = people.illustrate(story, cast.lan)
    address = reverse("admin:articles_photo_copies", args=[photo.pk])
    client = at_desk(cast.lan)
    assert client.get(address).json() == {"there": 0, "wanted": 0}
    people.read_through(story, cast, timezone.now())
    waiting = client.get(address).json()
    assert waiting["there"] == 0
    assert waiting["wanted"] > 6
    entry = story.record.get().payload["photos"][0]
    renditions.make(renditions.order(entry, str(photo.original.name)))
    assert client.get(address).json() == {"there": waiting["wanted"], "wanted": waiting["wanted"]}
    page = client.get(reverse("admin:articles_photo_change", args=[photo.pk])).content.decode()
    assert f'max="{waiting["wanted"]}" value="{waiting["wanted"]}"' in page
