"""Pages as printed: taken in on the desk, shown with their zones, and never before all is live."""

import datetime as dt
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from articles.intake import page_pdf
from articles.models import Issue, Page, Placement, PublishedIssue, PublishedSheet, Story
from articles.rules import publishing, workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
NAME = "0123456789abcdef" * 2


@pytest.fixture
def reader(clock: Clock) -> Client:
    clock.move_to(SIX)
    return Client()


def jpeg(size: tuple[int, int] = (1000, 1400)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "white").save(written, "JPEG")
    return written.getvalue()


def pdf(pages: int = 1) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(500, 700)
    written = BytesIO()
    document.save(written)
    document.close()
    return written.getvalue()


def printed(paper: Paper, *stories: Story) -> Issue:
    """An issue with these stories on a page that has a picture, a PDF, and the first one's zone."""
    issue = people.plan(paper, *stories)
    page = Page.objects.get(issue=issue)
    page.picture.save("p.picture", ContentFile(jpeg()), save=False)
    page.pdf.save("p.pdf", ContentFile(pdf()), save=False)
    page.picture_width, page.picture_height, page.sheet_name = 1000, 1400, NAME
    page.save()
    Placement.objects.filter(page=page, story=stories[0]).update(
        zone_left=10, zone_top=20, zone_width=30, zone_height=40
    )
    return issue


def run_printed(paper: Paper, cast: Cast, *stories: Story) -> Issue:
    for story in stories:
        people.read_through(story, cast, EVENING_BEFORE)
    return publishing.schedule(printed(paper, *stories), cast.hai, at=EVENING_BEFORE)


def status(client: Client, address: str) -> int:
    response: Any = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return int(response.status_code)


ADDRESSES = [f"/media/pages/{NAME}-900.jpg", f"/media/pages/{NAME}-900.webp", f"/media/pages/{NAME}-0.pdf"]  # fmt: skip
PAGE = f"/daily/{MONDAY}/1/"


def test_a_page_shows_its_picture_with_each_zone_a_link_named_by_its_headline(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    story = people.draft(paper, cast.wen, kicker="三年工期")
    run_printed(paper, cast, story)
    page = reader.get(PAGE).content.decode()
    assert f"/media/pages/{NAME}-900.webp 900w" in page
    assert f'href="/media/pages/{NAME}-0.pdf"' in page
    assert 'aria-label="三年工期 渔港修好了防波堤"' in page
    assert '<rect x="10.0" y="20.0" width="30.0" height="40.0"/>' in page
    assert f"/media/pages/{NAME}" in reader.get(f"/daily/{MONDAY}/").content.decode()
    small = reader.get(f"/stories/{story.pk}/{story.slug}/").content.decode()
    assert '<rect x="10.0" y="20.0" width="30.0" height="40.0"/>' in small
    for address in ADDRESSES:
        assert status(reader, address) == 200
    taken: Any = reader.get(ADDRESSES[2])
    assert taken["Content-Disposition"].startswith("attachment")
    assert b"".join(taken.streaming_content).startswith(b"%PDF-")


def test_a_printed_page_is_not_there_before_its_hour(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    run_printed(paper, cast, people.draft(paper, cast.wen))
    assert default_storage.exists(f"public/pages/{NAME}-900.jpg")
    clock.move_to(SIX - SECOND)
    assert [status(reader, address) for address in ADDRESSES] == [404, 404, 404]
    clock.move_to(SIX)
    assert [status(reader, address) for address in ADDRESSES] == [200, 200, 200]


def test_a_printed_page_waits_for_the_last_story_on_it(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    """An embargoed story, or one that nobody signed off, can be read on the picture too."""
    noon = SIX + dt.timedelta(hours=6)
    late = people.draft(paper, cast.wen, "中午才能登", release="embargo", embargo_until=noon)
    run_printed(paper, cast, people.draft(paper, cast.wen), late)
    assert NAME not in reader.get(PAGE).content.decode()
    assert [status(reader, address) for address in ADDRESSES] == [404, 404, 404]
    clock.move_to(noon)
    assert NAME in reader.get(PAGE).content.decode()
    assert [status(reader, address) for address in ADDRESSES] == [200, 200, 200]


def test_a_printed_page_goes_with_a_story_that_is_killed(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen)
    run_printed(paper, cast, story, people.draft(paper, cast.wen, "另一条"))
    workflow.kill(story, cast.shen, "失实", SIX, notice="已撤回。")
    clock.move_to(SIX + SECOND)
    assert NAME not in reader.get(PAGE).content.decode()
    assert [status(reader, address) for address in ADDRESSES] == [404, 404, 404]


@pytest.mark.django_db(transaction=True)
def test_a_redaction_deletes_the_copies_of_the_pages_it_stood_on(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen)
    run_printed(paper, cast, story)
    clock.move_to(SIX)
    publishing.redact(story, cast.shen, "法院裁定", SIX + SECOND)
    assert not default_storage.exists(f"public/pages/{NAME}-900.jpg")
    assert not default_storage.exists(f"public/pages/{NAME}-0.pdf")


def test_another_picture_is_another_version_of_a_scheduled_issue(paper: Paper, cast: Cast) -> None:
    issue = run_printed(paper, cast, people.draft(paper, cast.wen))
    page = Page.objects.get(issue=issue)
    page.sheet_name = NAME[::-1]
    page.save()
    assert publishing.replan(issue, cast.hai, EVENING_BEFORE)
    row = PublishedIssue.objects.get(issue=issue)
    assert row.payload["pages"][0]["sheet"]["name"] == NAME[::-1]
    assert [sheet.name for sheet in row.printed.all()] == [NAME[::-1]]


def test_the_record_of_a_printed_page_that_started_stays(paper: Paper, cast: Cast) -> None:
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    issue = people.plan(paper, people.draft(paper, cast.wen))
    row = PublishedIssue.objects.create(
        issue=issue, version=1, act="publish", live_from=long_ago, edition=paper.edition,
        date=MONDAY, number=1, schema=1, digest="x", signed_by=cast.shen, created_at=long_ago,
    )  # fmt: skip
    sheet = PublishedSheet.objects.create(row=row, name=NAME, page_number="1")
    with pytest.raises(IntegrityError, match="only added to"):
        sheet.delete()
    assert connection.vendor in ("sqlite", "postgresql")


@pytest.mark.parametrize(
    "address",
    ["/media/pages/../originals-1.jpg", f"/media/pages/{NAME}-900.svg", f"/media/pages/{NAME}-99999999999.jpg", "/media/pages/x-1.jpg"],
)  # fmt: skip
def test_nonsense_is_not_found(paper: Paper, reader: Client, address: str) -> None:
    assert status(reader, address) == 404


# -- on the desk -----------------------------------------------------------------------------------


def sent(client: Client, page: Page, **files: Any) -> Any:
    """What the desk answers to the page's form with these files."""
    placement = page.placements.get()
    data = {
        "number": page.number, "name": page.name,
        "revision": Issue.objects.get(pk=page.issue_id).plan_revision, "placements-TOTAL_FORMS": "1",
        "placements-INITIAL_FORMS": "1", "placements-0-id": placement.pk,
        "placements-0-page": page.pk, "placements-0-story": placement.story_id,
        "placements-0-weight": "lead", "placements-0-position": "0",
        "placements-0-zone_left": "5", "placements-0-zone_top": "6",
        "placements-0-zone_width": "70", "placements-0-zone_height": "80",
    }  # fmt: skip
    return client.post(reverse("admin:articles_page_change", args=[page.pk]), data | files)


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.hai, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_pdf_on_the_desk_becomes_a_picture_and_zones_are_kept(
    paper: Paper, cast: Cast, desk: Client
) -> None:
    page = Page.objects.get(issue=people.plan(paper, people.draft(paper, cast.wen)))
    answer = sent(desk, page, pdf=SimpleUploadedFile("../../头版.pdf", pdf()))
    assert answer.status_code == 302, answer.context["adminform"].errors
    page.refresh_from_db()
    assert (page.picture_width, page.picture_height) == (2400, 3360)
    assert page.placements.get().zone == [5.0, 6.0, 70.0, 80.0]
    assert len(page.sheet_name) == 32
    assert page.pdf.name is not None
    assert "头版" not in page.pdf.name
    assert page.pdf.name.startswith("originals/")
    shown = desk.get(reverse("admin:articles_page_sheet", args=[page.sheet_name, 900, "jpg"]))
    assert shown["Content-Type"] == "image/jpeg"
    assert "private" in shown["Cache-Control"]
    preview = desk.get(reverse("admin:articles_issue_preview", args=[page.issue_id]) + "?page=1")
    assert "/admin/articles/page/sheets/" in preview.content.decode() or preview.status_code == 200


@pytest.mark.parametrize(
    ("field", "data", "words"),
    [
        ("pdf", b"<script>alert(1)</script>", "PDF"),
        ("pdf", b"%PDF-1.7 broken", "PDF"),
        ("pdf", None, "2"),
        ("picture", b"not a picture", ""),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(
    paper: Paper, cast: Cast, desk: Client, field: str, data: bytes | None, words: str
) -> None:
    page = Page.objects.get(issue=people.plan(paper, people.draft(paper, cast.wen)))
    upload = SimpleUploadedFile(f"page.{field}", pdf(2) if data is None else data)
    answer = sent(desk, page, **{field: upload})
    assert answer.status_code == 200
    assert words in str(answer.context["adminform"].form.errors[field])
    page.refresh_from_db()
    assert not page.picture
    assert not page.pdf


def test_a_pdf_too_big_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pdf, "MAX_BYTES", 10)
    with pytest.raises(page_pdf.PdfError):
        page_pdf.draw(pdf())
