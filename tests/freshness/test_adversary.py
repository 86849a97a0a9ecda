"""Whoever tries to have others shown what they should not see, or not shown what they should."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test import Client

from articles.export.bake import Bakery
from articles.freshness import stores
from articles.freshness.local import LocalStore
from articles.models import Change, Contributor, Edition, Photo, PublishedStory, Section
from articles.models.stories import StoryTag, Tag
from articles.rules import cold, photos, workflow
from articles.web import share_card
from articles.web.keeping import KeepingMiddleware, known_query, what_is_asked
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock
from tests.freshness.desk import Desk, Readers, body

pytestmark = pytest.mark.django_db(transaction=True)
SEND = {
    "cookie": "django_language=en; theme=dark",
    "accept-language": "en-GB,en;q=0.9",
    "user-agent": "Mozilla/5.0 (iPhone)",
    "referer": "https://elsewhere.example/",
    "x-forwarded-host": "evil.example",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-port": "8443",
    "x-requested-with": "XMLHttpRequest",
    "x-original-url": "/admin/",
    "x-http-method-override": "DELETE",
    "forwarded": "host=evil.example;proto=https",
    "accept": "application/json",
    "range": "bytes=0-10",
    "if-modified-since": "Sat, 01 Jan 2022 00:00:00 GMT",
    "if-none-match": '"nothing"',
    "save-data": "on",
}


@pytest.fixture
def daily(cast: Cast, clock: Clock) -> Paper:
    """A paper with a tagged, illustrated story and one in another edition."""
    daily, tide = people.found(), people.found("tide", "en")
    clock.move_to(SIX)
    story = people.draft(daily, cast.wen, release="now")
    people.illustrate(story, cast.lan)
    tag = Tag.objects.create(slug="港", name="港")
    StoryTag.objects.create(content_object=story, tag=tag)
    people.read_through(story, cast, SIX)
    english = people.draft(tide, cast.wen, "Boats are in", release="now")
    people.read_through(english, cast, SIX)
    return daily


def addresses(daily: Paper, cast: Cast) -> list[str]:
    desk = Desk([daily], cast, random.Random(1))
    return [*desk.addresses(), "/tide/", "/?lang=en", "/about/", "/sw.js", "/offline/"]


def test_nothing_that_one_sends_is_in_what_others_get(daily: Paper, cast: Cast) -> None:
    readers = Readers()
    for address in addresses(daily, cast):
        for name, value in SEND.items():
            stores.forget()
            body(readers.kept.get(address, headers={name: value}))
            assert readers.differ(address) == "", f"after {name}: {value}"


def test_asking_for_the_head_alone_says_the_same_as_asking_for_the_page(
    daily: Paper, cast: Cast
) -> None:
    readers, client = Readers(), Client()
    for address in addresses(daily, cast):
        for before in ("nothing is kept", "it was asked for before"):
            head = client.head(address)
            assert body(head) == b""
            head.close()
            assert readers.differ(address) == "", before
            page = client.get(address)
            assert head.status_code == page.status_code
            assert head.headers == page.headers, f"{address}: {before}"
            page.close()


def test_a_tag_that_has_it_already_is_asked_in_any_form(daily: Paper) -> None:
    client = Client()
    address = PublishedStory.objects.first().get_absolute_url()  # type: ignore[union-attr]
    tag = client.get(address, headers={"accept-encoding": "br"})["ETag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', f'{tag}, "other"'):
        answer = client.get(address, headers={"if-none-match": asked, "accept-encoding": "br"})
        assert answer.status_code == 304, asked
        assert answer["ETag"] == tag
        assert client.head(address, headers={"if-none-match": asked}).status_code == 304
    assert client.get(address, headers={"if-none-match": "*"}).status_code == 304
    assert client.get(address, headers={"if-none-match": '"*"'}).status_code == 200


def test_a_language_in_odd_letters_is_the_same_page() -> None:
    assert known_query("lang=EN") == known_query("lang=en") == "lang=en"
    assert known_query("lang=zH-hAnS") == "lang=zh-hans"
    assert known_query("lang=xx") == ""


def test_a_host_in_odd_letters_pushes_nothing_out(daily: Paper, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["paper.example"]
    client = Client()
    client.get("/", headers={"host": "paper.example"})
    store = stores.current()
    assert isinstance(store, LocalStore)
    plain = len(store.plain)
    assert plain
    for host in ("paper.example:8001", "PAPER.example", "paper.example."):
        answer = client.get("/feeds/daily.xml", headers={"host": host})
        assert answer.status_code in (200, 400)
        assert len(store.plain) == plain
    again = client.get("/feeds/daily.xml", headers={"host": "paper.example"})
    assert b"8001" not in again.content
    assert b"PAPER" not in again.content


def test_a_path_cannot_be_taken_for_a_query() -> None:
    meta = {"REQUEST_METHOD": "GET", "HTTP_HOST": "paper.example", "SERVER_PORT": "443"}
    for path in ("/feeds/tags/a.xml?edition=b.xml", "/tags/a~lang=en/"):
        assert what_is_asked(meta, path) is None


def test_a_change_that_is_rolled_back_was_none(daily: Paper) -> None:
    client = Client()
    before = client.get("/daily/").content
    section = Section.objects.get(edition=daily.edition)
    store = stores.current()
    assert store is not None
    mark, _ = store.look("/", "")
    section.name = "要反悔的名字"
    with transaction.atomic():
        section.save()
        transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            section.save()
            transaction.set_rollback(True)
        Contributor.objects.create(name="外来人", slug="outsider")
    assert client.get("/daily/").content == before
    section.name = "定下来的名字"
    with transaction.atomic(), transaction.atomic():
        section.save()
        assert store.look("/", "")[0] <= mark + 1  # nobody is told before it is there
    assert "定下来的名字" in client.get("/daily/").content.decode()


def test_what_is_committed_while_a_page_is_made_is_on_the_next(
    daily: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was read before the change, and is put away after it."""
    client = Client()
    section = Section.objects.get(edition=daily.edition)
    put = KeepingMiddleware._kept
    moments = iter([True])

    def meanwhile(*given: Any) -> Any:
        if next(moments, False):
            section.name = "中途改的名字"
            section.save()
        return put(*given)

    monkeypatch.setattr(KeepingMiddleware, "_kept", meanwhile)
    assert "中途改的名字" not in client.get("/daily/").content.decode()
    assert "中途改的名字" in client.get("/daily/").content.decode()


def test_a_row_added_while_the_timetable_is_read_breaks_nothing(
    daily: Paper, cast: Cast, clock: Clock
) -> None:
    """Rows, tags and names are read one after another: what comes between them is no error."""
    later = people.draft(
        daily, cast.wen, "明天的报道", release="now", embargo_until=SIX + 60 * SECOND
    )
    people.read_through(later, cast, SIX)
    added: list[str] = []

    def meanwhile(execute: Any, sql: str, *given: Any) -> Any:
        if "articles_publishedbyline" in sql and "publishedstory" in sql and not added:
            added.append(sql)
            clock.move_to(SIX + SECOND)
            workflow.take_back(later, cast.shen, SIX + SECOND)
            again = type(later).objects.get(pk=later.pk)
            again.body = "<p>改过的。</p>"
            again.save()
            people.read_through(again, cast, SIX + SECOND)
        return execute(sql, *given)

    with connection.execute_wrapper(meanwhile):
        cold.keys_of_stories([later.pk])
    assert added


def portrayed(cast: Cast) -> Photo:
    """A reporter's portrait."""
    person = Contributor.objects.get(slug="lin-wanchao")
    person.portrait = photo = people.photo(cast.lan)
    person.save()
    return photo


def test_a_portrait_that_is_retired_is_gone_at_once(daily: Paper, cast: Cast) -> None:
    photo = portrayed(cast)
    client = Client()
    page = client.get("/contributors/lin-wanchao/").content.decode()
    copy = page.partition('src="/media/')[2].partition('"')[0]
    assert copy
    assert body(client.get(f"/media/{copy}"))
    photos.retire(photo, cast.shen, "当事人要求", SIX)
    assert client.get(f"/media/{copy}").status_code == 404
    assert copy not in client.get("/contributors/lin-wanchao/").content.decode()


def test_a_portrait_that_is_described_cut_or_deleted_is_shown_so(daily: Paper, cast: Cast) -> None:
    photo = portrayed(cast)
    readers = Readers()
    address = "/contributors/lin-wanchao/"
    assert readers.differ(address) == ""
    photo.alt = "站在船头的林晚潮"
    photo.save()
    assert photo.alt in readers.kept.get(address).content.decode()
    photos.crop(photo, cast.lan, (10, 90), {"square": [0, 0, 50, 50]}, SIX)
    assert readers.differ(address) == ""
    photo.delete()
    assert readers.differ(address) == ""
    assert photo.alt not in readers.kept.get(address).content.decode()


def test_who_took_a_portrait_is_named_in_it_as_they_are_called_today(
    daily: Paper, cast: Cast
) -> None:
    """A portrait's copies say who took it, so they have other names once that is another one."""
    taker = Contributor.objects.create(name="庄海生", slug="zhuang-haisheng-2")
    photo = portrayed(cast)
    photo.photographer = taker
    photo.save()
    readers, address = Readers(), "/contributors/lin-wanchao/"
    assert readers.differ(address) == ""
    taker.name = "庄海声"
    taker.save()
    assert readers.differ(address) == ""


def test_a_readers_odd_cookie_is_not_mended(daily: Paper) -> None:
    """Nor is any other set: a page with a cookie could be kept by a CDN, for everybody."""
    client = Client()
    for cookies in ("csrftoken=x", "csrftoken=x; sessionid=y", "messages=z; django_language=en"):
        for address in ("/", "/daily/", "/search/?q=%E6%B8%94", "/nowhere/"):
            stores.forget()
            answer = client.get(address, headers={"cookie": cookies})
            assert "Set-Cookie" not in answer.headers, address
            assert not answer.cookies, address


def test_a_book_says_the_editions_name_of_today(daily: Paper, cast: Cast, settings: Any) -> None:
    people.run(daily, cast, people.draft(daily, cast.wen, "今日一条"), at=SIX)
    settings.PAGE_CACHE_MB = 0
    stores.forget()
    client, address = Client(), f"/daily/{MONDAY}/issue.epub"
    before = client.get(address)
    assert client.get(address, headers={"if-none-match": before["ETag"]}).status_code == 304
    daily.edition.name = "望潮新报"
    daily.edition.save()
    again = client.get(address, headers={"if-none-match": before["ETag"]})
    assert again.status_code == 200


def test_a_story_without_an_edition_beside_it(daily: Paper, cast: Cast) -> None:
    """An edition that has published nothing is deleted: nothing leads there any more."""
    empty = people.found("empty", "zh-hans", name="将关的报纸")
    readers = Readers()
    asked = [*addresses(daily, cast), "/empty/"]
    assert all(readers.differ(address) == "" for address in asked)
    Section.objects.filter(edition=empty.edition).delete()
    Edition.objects.filter(pk=empty.edition.pk).delete()
    assert [wrong for address in asked if (wrong := readers.differ(address))] == []
    assert "将关的报纸" not in readers.kept.get("/").content.decode()


def test_a_card_says_the_editions_name_of_today(
    daily: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share_card, "font_path", lambda: "any")
    monkeypatch.setattr(share_card, "draw", lambda story, paper: paper.encode())
    row = PublishedStory.objects.get(edition=daily.edition)
    client, address = Client(), f"/share/{row.story_id}-{row.version}.jpg"
    before = client.get(address)
    daily.edition.name = "望潮新报"
    daily.edition.save()
    assert client.get(address).content.decode() == "望潮新报"
    again = client.get(address, headers={"if-none-match": before["ETag"]})
    assert again.status_code == 200


def test_without_the_database_an_address_that_never_was_says_so_or_503(
    daily: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch)
    client = Client(raise_request_exception=False)
    for address in ("/nothing/at/all/", "/stories/9/", "/tags/x/", "/media/x-1.jpg", "/robots.txt"):
        assert client.get(address).status_code in (404, 503), address
        assert client.get(address, headers={"cookie": "sessionid=x"}).status_code in (404, 503)


def test_a_tree_stays_as_it_is_while_the_database_is_away(
    daily: Paper, tmp_path: Path, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--watch` goes on, and bakes what was changed meanwhile when the database is there again."""
    Bakery(tmp_path, "testserver").bake()
    story = PublishedStory.objects.get(edition=daily.edition)
    file = tmp_path / "current" / story.get_absolute_url().strip("/") / "index.html"
    assert file.exists()
    stores.forget()
    seconds = iter(range(9))

    class EnoughError(Exception):
        """The test has seen it."""

    def second(_: float) -> None:
        now = next(seconds)
        if now == 1:
            workflow.kill(story.story, cast.shen, "失实", SIX + SECOND)
            clock.move_to(SIX + 2 * SECOND)
            lose(monkeypatch)
        elif now == 4:
            assert file.exists()
            monkeypatch.undo()
            monkeypatch.setattr("articles.management.commands.bake.sleep", second)
        elif now == 6:
            raise EnoughError

    monkeypatch.setattr("articles.management.commands.bake.sleep", second)
    with pytest.raises(EnoughError):
        call_command("bake", str(tmp_path), host="testserver", watch=True)
    assert not file.exists()
    assert (tmp_path / "current/index.html").exists()


def test_a_change_dated_before_another_is_seen_when_it_is_committed(daily: Paper) -> None:
    known = cold.recent()
    newest = Change.objects.latest("at")
    late = Change.objects.create(at=newest.at - SECOND, keys=[])
    assert cold.recent() - known == {late.pk}


def lose(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.backends.utils import CursorWrapper

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(CursorWrapper, "execute", away)
