"""Pictures in a bucket (STORAGE_URL): the paper against a service that speaks S3 over HTTP."""

import io
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from articles.freshness import stores
from articles.intake import pictures
from articles.models import Page, Photo, PublishedStory, Story, StoryPhoto
from articles.rules import photos, publishing, renditions, workflow
from articles.rules.refusal import Refused
from articles.web import share_card
from newsroom import bucket as bucket_storage
from newsroom.storage import storage_of
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock
from tests.ground import bucket as ground
from tests.web import test_printed as print_works

pytestmark = pytest.mark.django_db(transaction=True)
SEND = "/admin/articles/photo/send/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="module")
def service() -> Iterator[ground.Bucket]:
    with ground.server() as made:
        yield made


@pytest.fixture
def bucket(service: ground.Bucket, settings: Any, monkeypatch: pytest.MonkeyPatch) -> ground.Bucket:
    """An empty bucket, in which this paper's pictures are kept."""
    service.start()
    service.empty()
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(service.url)}
    # The one field that knows its storage since the start of the process.
    monkeypatch.setattr(Photo._meta.get_field("original"), "storage", default_storage)
    monkeypatch.setattr(bucket_storage, "_away_until", 0.0)
    return service


@pytest.fixture
def reader(clock: Clock) -> Client:
    clock.move_to(SIX, tick=True)
    return Client()


def at_desk(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def plain(colour: str) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(written, "JPEG")
    return SimpleUploadedFile("boats.jpg", written.getvalue(), "image/jpeg")


def noise() -> SimpleUploadedFile:
    """A photo whose copies are not small."""
    written = io.BytesIO()
    Image.frombytes("RGB", (1700, 1100), os.urandom(1700 * 1100 * 3)).save(written, "JPEG")
    return SimpleUploadedFile("boats.jpg", written.getvalue(), "image/jpeg")


def send(client: Client, file: SimpleUploadedFile) -> Any:
    return client.post(SEND, {"photos": [file]}, headers={"accept": "application/json"})


def illustrated(paper: Paper, cast: Cast, file: SimpleUploadedFile | None = None) -> Story:
    """A draft with a photo that Lan sent in at the desk."""
    assert send(at_desk(cast.lan), file or plain("teal")).status_code == 200
    photo = Photo.objects.latest("pk")
    words = {"caption": "渔船归港", "credit": "庄海生", "alt": "三条渔船停在码头"}
    Photo.objects.filter(pk=photo.pk).update(checked=True, **words)
    story = people.draft(paper, cast.wen)
    StoryPhoto.objects.create(story=story, photo=photo)
    return story


def published(paper: Paper, cast: Cast) -> tuple[Story, Photo]:
    """The same in today's paper, with every copy of its photo made."""
    story = illustrated(paper, cast)
    people.run(paper, cast, story)
    renditions.finish()
    return story, story.story_photos.get().photo


def status(client: Client, address: str) -> int:
    return print_works.status(client, address)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def copies(story: Story) -> list[str]:
    """The addresses of all copies of a story's photos that readers are to get."""
    entries = PublishedStory.objects.filter(story=story).latest("pk").payload["photos"]
    return [f"/media/{one.file}" for entry in entries for one in renditions.order(entry, "").copies]


# -- from the desk to the readers ------------------------------------------------------------------


def test_a_photo_goes_from_the_desk_through_the_bucket_to_the_readers(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    story = illustrated(paper, cast)
    photo = story.story_photos.get().photo
    assert {key.split("/")[1] for key in bucket.lying()} == {"originals"}
    for width in pictures.DESK_WIDTHS:
        shown = at_desk(cast.qiu).get(f"/admin/articles/photo/{photo.pk}/picture/{width}/")
        assert shown["Content-Type"] == "image/jpeg"
    assert at_desk(cast.qiu).get(f"/admin/articles/photo/{photo.pk}/change/").status_code == 200
    people.run(paper, cast, story)
    renditions.finish()
    every = copies(story)
    assert len(every) == 13
    clock.move_to(SIX - SECOND)
    assert {status(reader, one) for one in every} == {404}
    clock.move_to(SIX)
    for one in every:
        answer = reader.get(one)
        assert answer.status_code == 200
        with Image.open(io.BytesIO(body_of(answer))) as picture:
            assert f"-{picture.width}." in one
    page = reader.get(story.record.get().get_absolute_url()).content.decode()
    assert every[0] in page


def test_nobody_gets_anything_but_what_the_record_shows(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client
) -> None:
    _, photo = published(paper, cast)
    keys = bucket.lying()
    assert len(keys) == 1 + len(pictures.DESK_WIDTHS) + 13
    for key in keys:
        assert bucket.ask("GET", f"/{ground.NAME}/{key}")[0] == 403
        assert bucket.ask("HEAD", f"/{ground.NAME}/{key}")[0] == 403
        name = key.removeprefix(f"{ground.FOLDER}/")
        if name.startswith("originals/"):
            assert reader.get(f"/media/{name}").status_code == 404
            assert reader.get(f"/{name}").status_code == 404
    for listing in ("", "/", "/?list-type=2"):
        answered, told = bucket.ask("GET", f"/{ground.NAME}{listing}")
        assert answered >= 400
        assert b"originals" not in told
    # No page at the desk has a signed address, which would open the bucket to whoever is sent it.
    assert photo.original.url == f"/media/{photo.original.name}"


def test_a_picture_costs_the_bucket_one_request_and_none_while_it_is_kept(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client
) -> None:
    story = illustrated(paper, cast, noise())
    people.run(paper, cast, story)
    renditions.finish()
    every = copies(story)
    small = next(one for one in every if one.endswith("-480.avif"))
    large = next(one for one in every if one.endswith("-1600.jpg"))
    with bucket.asked() as asked:
        first = body_of(reader.get(small))
    assert asked == [f"GET /{ground.NAME}/{ground.FOLDER}/{path_of(small)}"]
    with bucket.asked() as asked:
        again = reader.get(small)
        assert body_of(again) == first
        tag = again["ETag"]
        assert reader.get(small, headers={"if-none-match": tag}).status_code == 304
    assert asked == []
    for _ in range(2):  # too large to be kept
        with bucket.asked() as asked:
            answer = reader.get(large)
            assert int(answer["Content-Length"]) == len(body_of(answer)) > 300_000
        assert len(asked) == 1
    with bucket.asked() as asked:
        assert reader.get(large, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert asked == []


def path_of(address: str) -> str:
    file = address.removeprefix("/media/")
    return f"public/{file[:2]}/{file}"


def test_a_copy_that_was_lost_is_made_for_who_asks_for_it(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client
) -> None:
    story = illustrated(paper, cast)
    people.run(paper, cast, story)
    renditions.finish()
    one = copies(story)[0]
    default_storage.delete(path_of(one))
    with bucket.asked() as asked:
        assert status(reader, one) == 200
    # Not there; still not there; the original; the copy; and what is now there.
    assert [line.split(" ")[0] for line in asked] == ["GET", "HEAD", "GET", "PUT", "GET"]


# -- what must go ----------------------------------------------------------------------------------


def test_another_crop_is_another_copy_and_a_retired_photo_leaves_none(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client
) -> None:
    story, photo = published(paper, cast)
    before = set(copies(story))
    photos.crop(photo, cast.qiu, (50, 50), {"square": [0, 0, 50, 80]})
    story = Story.objects.get(pk=story.pk)  # its reads are void, and it stands at the first
    for reads in (cast.qiu, cast.hai):
        story = workflow.pass_read(story, reads, SIX)
    workflow.sign_off(story, cast.shen, SIX)
    renditions.finish()
    other = set(copies(story)) - before
    assert other
    assert {status(reader, one) for one in other} == {200}
    assert {status(reader, one) for one in before - set(copies(story))} == {404}
    everything = before | other
    photos.retire(photo, cast.shen, "法院裁定", SIX + SECOND)
    renditions.finish()
    assert {status(reader, one) for one in everything} == {404}
    assert [key for key in bucket.lying() if "/public/" in key] == []
    assert f"{ground.FOLDER}/{photo.original.name}" in bucket.lying()


def test_a_printed_page_lies_in_the_bucket_until_a_redaction(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client
) -> None:
    story = people.draft(paper, cast.wen)
    print_works.run_printed(paper, cast, story)
    for address in print_works.ADDRESSES:
        with bucket.asked() as asked:
            assert status(reader, address) == 200
        assert len(asked) == 1
    taken = reader.get(f"/media/pages/{print_works.NAME}-0.pdf")
    assert body_of(taken).startswith(b"%PDF-")
    desk = at_desk(cast.hai)
    for size, kind in ((1600, "jpg"), (0, "pdf")):
        shown = desk.get(f"/admin/articles/page/sheets/{print_works.NAME}-{size}.{kind}")
        assert shown.status_code == 200
    publishing.redact(story, cast.shen, "法院裁定", SIX + SECOND)
    assert [status(reader, one) for one in print_works.ADDRESSES] == [404, 404, 404]
    assert [key for key in bucket.lying() if "/public/" in key] == []


# -- what else is made of pictures -----------------------------------------------------------------


def test_the_book_the_card_and_the_baked_files_have_the_pictures(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client, tmp_path: Path
) -> None:
    story = illustrated(paper, cast)
    people.run(paper, cast, story)
    renditions.finish()
    book = reader.get(f"/daily/{MONDAY}/issue.epub")
    with zipfile.ZipFile(io.BytesIO(body_of(book))) as opened:
        held = [name for name in opened.namelist() if "picture-" in name]
        assert len(held) == 1
        assert opened.read(held[0]).startswith(b"\xff\xd8")
    assert share_card.font_path() is not None
    row = story.record.get()
    with bucket.asked() as asked:
        assert reader.get(f"/share/{story.pk}-{row.version}.jpg").status_code == 200
    assert len(asked) == 1
    call_command("bake", str(tmp_path), host="testserver", verbosity=0)
    written = {f"/media/{file.name}" for file in (tmp_path / "current" / "media").iterdir()}
    assert {one for one in copies(story) if one.endswith("-480.avif")} <= written
    for one in written & set(copies(story)):
        with default_storage.open(path_of(one), "rb") as kept:
            assert (tmp_path / "current" / one[1:]).read_bytes() == kept.read()


# -- the bucket is away ----------------------------------------------------------------------------


def test_while_the_bucket_is_away_pages_are_read_and_pictures_say_so(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client, tmp_path: Path
) -> None:
    story = illustrated(paper, cast)
    people.read_through(story, cast, EVENING_BEFORE)
    publishing.schedule(print_works.printed(paper, story), cast.hai, at=EVENING_BEFORE)
    renditions.finish()
    kept, other = copies(story)[:2]
    assert status(reader, kept) == 200
    call_command("bake", str(tmp_path), host="testserver", verbosity=0)
    tree = (tmp_path / "current").resolve()
    bucket.kill()
    row = story.record.get()
    for page in (row.get_absolute_url(), f"/daily/{MONDAY}/", f"/daily/{MONDAY}/1/", "/"):
        assert Client().get(page).status_code == 200
    assert status(Client(), kept) == 200
    away = [other, print_works.ADDRESSES[0], f"/share/{story.pk}-{row.version}.jpg"]
    for address in [*away, f"/daily/{MONDAY}/issue.epub"]:
        answer = Client().get(address)
        assert answer.status_code == 503, address
        assert answer["Retry-After"]
        assert answer["Cache-Control"] == "no-store"
    assert Client().get("/readyz").content == b"storage does not answer\n"
    stores.forget()  # what is kept, is baked as it is
    with pytest.raises(CommandError, match="left as it was"):
        call_command("bake", str(tmp_path), "--all", host="testserver", verbosity=0)
    assert (tmp_path / "current").resolve() == tree


def test_while_the_bucket_is_away_nothing_breaks_at_the_desk(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client
) -> None:
    _, photo = published(paper, cast)
    bucket.kill()
    lan = at_desk(cast.lan)
    answer = send(lan, plain("navy"))
    assert answer.status_code == 400
    assert "不应答" in answer.json()["error"]
    form = {
        "original": plain("navy"),
        "caption": "打了很久的图说",
        "web_allowed": "on",
        "uses-TOTAL_FORMS": "0",
        "uses-INITIAL_FORMS": "0",
    }
    shown = lan.post("/admin/articles/photo/add/", form)
    assert shown.status_code == 200
    assert "打了很久的图说" in shown.content.decode()
    assert "不应答" in shown.content.decode()
    assert Photo.objects.count() == 1
    assert lan.get(f"/admin/articles/photo/{photo.pk}/change/").status_code == 200
    assert lan.get(f"/admin/articles/photo/{photo.pk}/copies/").status_code == 503
    assert lan.get(f"/admin/articles/photo/{photo.pk}/picture/240/").status_code == 503
    assert lan.get("/admin/articles/photo/").status_code == 200
    # Words are changed, and stories go on, without a look into the bucket.
    other = people.draft(paper, cast.wen, "码头夜灯换新", release="now")
    other.story_photos.create(photo=photo, caption="另一条图说")
    people.read_through(other, cast, SIX)
    assert reader.get(other.record.get().get_absolute_url()).status_code == 200


def test_an_issue_whose_printed_page_cannot_be_read_is_refused_whole(
    bucket: ground.Bucket, paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen)
    people.read_through(story, cast, EVENING_BEFORE)
    issue = print_works.printed(paper, story)
    bucket.kill()
    with pytest.raises(Refused, match="不应答"):
        publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    assert not PublishedStory.objects.exists()


def test_a_photo_is_retired_while_the_bucket_is_away(
    bucket: ground.Bucket, paper: Paper, cast: Cast, reader: Client, caplog: Any
) -> None:
    """What readers see is decided by the record; what is left in the bucket is named in the log."""
    story, photo = published(paper, cast)
    every = copies(story)
    bucket.kill()
    address = f"/admin/articles/photo/{photo.pk}/retire/"
    assert at_desk(cast.shen).post(address, {"reason": "法院裁定"}).status_code == 302
    assert {status(reader, one) for one in every} == {404}
    logged = next(line for line in caplog.records if "not be deleted" in line.message)
    assert {one.split("/")[2].split("-")[0] for one in every} == set(logged.pictures)


def test_a_bucket_that_is_away_is_left_alone_for_a_moment_then_asked_again(
    bucket: ground.Bucket, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    bucket.kill()
    with pytest.raises(bucket_storage.BucketError, match="connect"):
        default_storage.exists("anything")
    with pytest.raises(bucket_storage.BucketError, match="a moment ago"):
        default_storage.exists("anything")
    monkeypatch.setattr(bucket_storage, "_away_until", 0.0)
    with pytest.raises(bucket_storage.BucketError, match="connect"):
        default_storage.exists("anything")


def test_a_bucket_that_takes_a_call_and_says_nothing_is_given_up(
    service: ground.Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_storage, "TO_ANSWER", 0.3)
    monkeypatch.setattr(bucket_storage, "_away_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = service.url.replace(str(service.port), str(mute.getsockname()[1]))
        storage = bucket_storage.Bucket(**storage_of(silent)["OPTIONS"])
        began = time.monotonic()
        with pytest.raises(bucket_storage.BucketError, match="timeout"):
            storage.open("originals/a.jpg")
        assert time.monotonic() - began < 20


def test_a_printed_page_that_is_not_taken_comes_back_as_it_was_typed(
    bucket: ground.Bucket, paper: Paper, cast: Cast
) -> None:
    page = Page.objects.get(issue=people.plan(paper, people.draft(paper, cast.wen)))
    bucket.kill()
    sheet = SimpleUploadedFile("page.pdf", print_works.pdf())
    answer = print_works.sent(at_desk(cast.hai), page, pdf=sheet)
    assert answer.status_code == 200
    assert "不应答" in answer.content.decode()
    form = answer.context["adminform"].form
    assert form["name"].value() != ""
    page.refresh_from_db()
    assert not page.pdf
    assert not page.sheet_name


# -- how it is set up ------------------------------------------------------------------------------


def ready(url: str) -> str:
    """What a process that was started with this STORAGE_URL says of its readiness."""
    ask = (
        "from django.test import Client; from django.core.files.storage import default_storage;"
        "print(Client().get('/readyz', secure=True).content.decode(), type(default_storage._wrapped))"
    )
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", ask],
        cwd=Path(__file__).parent.parent,
        env=clean | {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "testserver", "STORAGE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout


def test_a_process_is_ready_only_with_a_bucket_that_takes_its_keys(bucket: ground.Bucket) -> None:
    told = ready(bucket.url)
    assert told.startswith("ok")
    assert "Bucket" in told
    assert bucket.lying() == []
    for wrong in (
        bucket.url.replace(f"@{ground.NAME}/", "x@pictures/"),
        bucket.url.replace(f"@{ground.NAME}/", "@another/"),
    ):
        assert ready(wrong).startswith("storage does not answer")


def test_threads_share_one_client(bucket: ground.Bucket) -> None:
    default_storage.save("originals/a", ContentFile(b"boats"))

    def read(_: int) -> tuple[bytes, int]:
        with default_storage.open("originals/a") as file:
            return file.read(), id(default_storage.connection)  # type: ignore[attr-defined]

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(read, range(40)))) == 1


def test_what_the_bucket_says_is_told_as_a_disk_would(bucket: ground.Bucket) -> None:
    with pytest.raises(FileNotFoundError):
        default_storage.open("public/ab/nothing.jpg", "rb")
    assert not default_storage.exists("public/ab/nothing.jpg")
    assert default_storage.listdir("public/ab") == ([], [])
    default_storage.delete("public/ab/nothing.jpg")
    with pytest.raises(ValueError, match="to be read"):
        default_storage.open("public/ab/nothing.jpg", "wb")
    options = storage_of(bucket.url)["OPTIONS"] | {"bucket_name": "another"}
    with pytest.raises(bucket_storage.BucketError):
        bucket_storage.Bucket(**options).open("originals/a.jpg")


def test_a_large_file_is_not_held_in_memory(bucket: ground.Bucket) -> None:
    data = os.urandom(bucket_storage.IN_MEMORY + 4 * 1024**2 + 1)
    default_storage.save("originals/large", ContentFile(data))
    with bucket.asked() as asked, default_storage.open("originals/large", "rb") as file:
        held: Any = file.file
        assert held._rolled
        assert file.size == len(data)
        assert file.read() == data
    assert len(asked) == 1
    assert held.closed
