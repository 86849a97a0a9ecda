"""Kept pages as readers and caches meet them: what is kept, for whom, and with which headers."""

import ast
import gzip
import threading
import time
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from articles.freshness import AGED, replica, stores
from articles.models import Change, PublishedStory, Section
from articles.rules import cold, workflow
from articles.web.chrome import ASK_AGAIN
from articles.web.keeping import PARAMETERS, KeepingMiddleware, known_query
from articles.web.statements import Statement
from articles.web.timetable import Timetable, Timetables
from tests import cast as people
from tests.cast import EVENING_BEFORE, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = Path(__file__).parent.parent.parent / "articles"


@pytest.fixture
def address(paper: Paper, cast: Cast, clock: Clock) -> str:
    """A live story's address, at the time it went live."""
    clock.move_to(SIX)
    story = people.draft(paper, cast.wen, release="now", body="<p>潮水退了。</p>" * 50)
    people.read_through(story, cast, SIX)
    return PublishedStory.objects.get().get_absolute_url()


def queries(client: Client, asked: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        client.get(asked, headers=headers or None)
    return len(counted)


def test_a_page_asked_for_twice_is_made_once(client: Client, address: str) -> None:
    assert queries(client, address) > 0
    assert queries(client, address) == 0
    assert client.get(address).content == client.get(address).content


def test_what_is_kept_is_handed_out_pressed_or_unchanged(client: Client, address: str) -> None:
    plain = client.get(address)
    pressed = client.get(address, headers={"accept-encoding": "gzip, deflate"})
    best = client.get(address, headers={"accept-encoding": "gzip, br"})
    assert pressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(pressed.content) == plain.content
    assert best["Content-Encoding"] == "br"
    assert brotli.decompress(best.content) == plain.content
    assert "Content-Encoding" not in plain
    for refusal in ("br;q=0, gzip;q=0", "gzip;\tq=0", "gzip;q=0.", "x" * 195 + ",gzip;q=0", "*"):
        refused = client.get(address, headers={"accept-encoding": refusal})
        assert refused.content == plain.content, refusal
    for liking in ("gzip, br;q=0.9", "br;q=0.1, gzip;q=1.0"):
        liked = client.get(address, headers={"accept-encoding": liking})
        assert liked["Content-Encoding"] == "gzip", liking
    for one in (plain, pressed, best):
        assert one["Vary"] == "Accept-Encoding"
        assert one["Content-Length"] == str(len(one.content))
        again = client.get(address, headers={"if-none-match": one["ETag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert again["Cache-Control"] == ASK_AGAIN
    assert len({one["ETag"] for one in (plain, pressed, best)}) == 3


def test_a_page_that_is_not_kept_is_known_again_too(
    client: Client, address: str, settings: Any
) -> None:
    settings.PAGE_CACHE_MB = 0
    stores.forget()
    page = client.get(address)
    assert queries(client, address) > 0
    again = client.get(address, headers={"if-none-match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == ASK_AGAIN
    other = client.get(address, headers={"if-none-match": '"another"'})
    assert (other.status_code, other.content) == (200, page.content)
    assert "ETag" not in client.get("/nothing/here/")


def test_a_kept_page_has_every_guard_and_no_cookie(client: Client, address: str) -> None:
    first, second = client.get(address), client.get(address)
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "Content-Language"):
        assert first[header] == second[header]
    assert not first.cookies
    assert not second.cookies


def test_each_reader_of_a_kept_page_is_told_the_same_and_by_an_answer_of_their_own(
    client: Client, address: str
) -> None:
    for encoding in ("", "gzip", "br"):
        first, second = (client.get(address, headers={"accept-encoding": encoding}) for _ in "12")
        assert dict(first.items()) == dict(second.items()) == dict(first.headers)
        second["X-Said-To-One"] = "yes"
        del second["ETag"]
        third = client.get(address, headers={"accept-encoding": encoding})
        assert dict(third.items()) == dict(first.items())
        assert third["etag"] == first["ETag"]


def test_what_starts_while_a_page_is_made_is_on_it_from_then_on(
    client: Client,
    address: str,
    paper: Paper,
    cast: Cast,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page was begun before the hour, and is done after it."""
    later = people.draft(paper, cast.wen, "到点的报道", release="now", embargo_until=SIX + SECOND)
    people.read_through(later, cast, SIX)
    look_up = Timetables.of

    def after_the_hour(*given: Any) -> Timetable:
        clock.move_to(SIX + 2 * SECOND)
        return look_up(*given)

    monkeypatch.setattr(Timetables, "of", after_the_hour)
    assert later.headline not in client.get("/").content.decode()
    assert later.headline in client.get("/").content.decode()


def test_a_clock_that_is_put_back_finds_what_is_to_come_again(
    client: Client, address: str, paper: Paper, cast: Cast, clock: Clock
) -> None:
    later = people.draft(paper, cast.wen, "到点的报道", release="now", embargo_until=SIX + SECOND)
    people.read_through(later, cast, SIX)
    clock.move_to(SIX + 9_000 * SECOND)
    assert later.headline in client.get("/").content.decode()
    clock.move_to(SIX)
    assert later.headline not in client.get("/").content.decode()
    clock.move_to(SIX + SECOND)
    assert later.headline in client.get("/").content.decode()


def test_a_killed_story_is_gone_with_the_kill(
    client: Client, address: str, cast: Cast, clock: Clock
) -> None:
    assert client.get(address).status_code == 200
    workflow.kill(PublishedStory.objects.get().story, cast.shen, "失实", SIX + SECOND)
    clock.move_to(SIX + SECOND)
    assert client.get(address).status_code == 410
    assert address not in client.get("/").content.decode()


def test_a_killed_story_leaves_every_kept_page_that_names_it(
    client: Client, address: str, cast: Cast, paper: Paper, clock: Clock
) -> None:
    """Related, in a package, before and after: the pages of other stories go cold with the kill."""
    first = PublishedStory.objects.get().story
    parts = [
        people.draft(paper, cast.wen, head, release="now", slug=slug, package=package)
        for head, slug, package in (
            ("同一标签的报道", "tagged", None), ("同一专题的报道", "part", first)
        )
    ]  # fmt: skip
    parts[0].tags.add("渔港")
    for story in parts:
        people.read_through(story, cast, SIX)
    other = people.draft(
        paper, cast.wen, "读者打开的报道", release="now", slug="open", package=first
    )
    other.tags.add("渔港")
    people.read_through(other, cast, SIX)
    opened = f"/stories/{other.pk}/open/"
    kept = client.get(opened).content.decode()
    assert queries(client, opened) == 0
    for number, story in enumerate(parts, start=1):
        assert story.headline in kept
        story.refresh_from_db()
        workflow.kill(story, cast.shen, "失实", SIX + number * SECOND)
        clock.move_to(SIX + number * SECOND)
        assert story.headline not in client.get(opened).content.decode()


def test_what_nobody_knows_of_makes_no_page_of_its_own(client: Client, address: str) -> None:
    client.get(address)
    assert queries(client, f"{address}?utm_source=x&fbclid=1") == 0
    poison = client.get("/archive/?x=<script>&edition=daily").content
    assert b"script&gt;" not in poison
    assert poison == client.get("/archive/?edition=daily&y=2").content


def test_a_query_is_brought_into_one_form() -> None:
    assert known_query("lang=en&edition=a&x=1") == known_query("y=2&edition=a&lang=en")
    assert known_query("lang=klingon") == ""
    assert known_query("q=" + "x" * 300) is None
    assert known_query("&".join(f"a{n}=1" for n in range(100))) is None
    assert known_query("q=%00") is None


def test_every_parameter_that_a_page_reads_is_known() -> None:
    """A parameter that is not in PARAMETERS never reaches a page."""
    read = set()
    for path in [*HOUSE.glob("web/*.py"), *HOUSE.glob("templatetags/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            spelled = ast.unparse(node.func)
            if spelled not in ("request.GET.get", "request.GET.getlist", "given.get"):
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                read.add(node.args[0].value)
    assert {"edition", "before", "q"} <= read
    assert read - {"lang"} <= PARAMETERS


def test_staff_errors_and_posts_pass_by(client: Client, address: str, cast: Cast) -> None:
    client.get(address)
    assert client.get("/nothing/here/").status_code == 404
    assert queries(client, "/nothing/here/") > 0
    assert client.post(address).status_code == 405
    client.cookies["sessionid"] = "abc"
    assert queries(client, address) > 0
    assert queries(Client(), address, authorization="Basic x") > 0


def test_readers_pages_know_nobody_who_is_signed_in(
    client: Client, address: str, cast: Cast
) -> None:
    client.force_login(cast.shen)
    of_readers = client.get(address).wsgi_request
    assert not any(hasattr(of_readers, name) for name in ("user", "session", "_messages"))
    assert client.get("/admin/").wsgi_request.user == cast.shen


def test_hosts_and_schemes_have_pages_of_their_own(
    client: Client, address: str, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    feed = "/feeds/daily.xml"
    one = client.get(feed, headers={"host": "one.example"})
    two = client.get(feed, headers={"host": "two.example"})
    assert b"one.example" in one.content
    assert b"two.example" in two.content
    assert b"https://" in client.get(feed, secure=True, headers={"host": "one.example"}).content
    assert client.get(feed, headers={"host": "evil.example"}).status_code == 400
    assert client.get(feed, headers={"host": "evil.example"}).status_code == 400


def test_without_the_database_a_page_that_stands_is_served(
    client: Client, address: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = client.get(address).content
    _lose_the_database(monkeypatch)
    clock.move_to(SIX + 700 * SECOND)  # old enough to be made anew
    assert client.get(address).content == shown
    clock.move_to(SIX + 4_000 * SECOND)
    assert client.get(address).status_code == 503
    refused = client.get("/search/?q=x")
    assert refused.status_code == 503
    assert refused["Cache-Control"] == "no-store"


def test_without_the_database_what_has_changed_is_not_served(
    client: Client, address: str, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planned end that has come is known; so is a kill just before the database went."""
    story = PublishedStory.objects.get().story
    client.get(address)
    workflow.take_back(story, cast.shen, SIX)
    story.refresh_from_db()
    story.live_until = SIX + 60 * SECOND
    story.body = "<p>新的。</p>"
    story.save()
    people.read_through(story, cast, SIX)
    clock.move_to(SIX + SECOND)
    assert client.get(address).status_code == 200
    other = people.draft(people.found("tide", "en"), cast.wen, release="now")
    people.read_through(other, cast, SIX)
    killed = PublishedStory.objects.get(story=other).get_absolute_url()
    assert client.get(killed).status_code == 200
    assert client.get(address).status_code == 200
    workflow.kill(other, cast.shen, "失实", SIX + SECOND)
    _lose_the_database(monkeypatch)
    assert client.get(killed).status_code == 503
    assert client.get(address).status_code == 200
    clock.move_to(SIX + 60 * SECOND)
    assert client.get(address).status_code == 503


def test_without_the_database_yesterdays_date_may_stand(
    client: Client, address: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/sections/daily-news/"  # under today's date
    before_midnight = SIX.replace(hour=15, minute=59, second=59)  # in Shanghai
    clock.move_to(before_midnight + 86_400 * SECOND)
    shown = client.get(address)
    clock.move_to(before_midnight + 86_402 * SECOND)
    assert client.get(address).content != shown.content
    clock.move_to(before_midnight + 2 * 86_400 * SECOND)
    shown = client.get(address)
    _lose_the_database(monkeypatch)
    clock.move_to(before_midnight + (2 * 86_400 + 2) * SECOND)
    assert client.get(address).content == shown.content


def test_a_change_that_a_page_shows_is_known_before_the_page_is_out(
    client: Client, address: str, paper: Paper, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever made it may be on the way to say so: a replica that lags must not be read now."""
    monkeypatch.setattr(cold, "_announce", lambda *args: None)
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica, "has_reached", lambda wanted: False)
    monkeypatch.setattr(replica, "position", lambda: 77)
    known = set(Change.objects.values_list("pk", flat=True))
    new = people.draft(paper, cast.wen, "没有来得及通知的报道", release="now")
    people.read_through(new, cast, SIX)
    store = stores.current()
    assert store is not None
    unannounced = list(Change.objects.exclude(pk__in=known).values_list("pk", flat=True))
    assert unannounced
    assert store.unknown(unannounced) == unannounced
    assert new.headline in client.get("/").content.decode()
    assert store.unknown(unannounced) == []
    assert store.position() == 77


def test_without_a_stamp_file_every_page_is_made_anew(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stores.forget()
    monkeypatch.setattr(stores, "stamp_file", lambda: Path("/dev/null/paper.stamps"))
    assert queries(client, address) > 0
    assert queries(client, address) > 0


def test_a_cdn_is_let_keep_a_page_only_where_it_can_be_told_to_drop_it(
    client: Client, address: str, paper: Paper, cast: Cast, clock: Clock, settings: Any
) -> None:
    assert client.get(address)["Cache-Control"] == ASK_AGAIN
    assert "Surrogate-Key" not in client.get(address)
    settings.PURGE_URL = "http://127.0.0.1:9/{keys}"
    stores.forget()
    clock.move_to(SIX + SECOND)
    kept = client.get(address)
    assert "s-maxage=300" in kept["Cache-Control"]
    assert kept["Surrogate-Key"]
    # One goes live in a minute: the front may not outlive that anywhere.
    later = people.draft(paper, cast.wen, release="now", embargo_until=SIX + 61 * SECOND)
    people.read_through(later, cast, SIX + SECOND)
    said = dict(
        part.strip().split("=")
        for part in client.get("/")["Cache-Control"].split(",")
        if "=" in part
    )
    fresh = int(said["s-maxage"])
    assert fresh + int(said["stale-while-revalidate"]) <= 60
    assert fresh + int(said["stale-if-error"]) <= 60
    clock.move_to(SIX + 59 * SECOND)
    assert client.get("/")["Cache-Control"] == ASK_AGAIN


def test_a_change_is_sent_to_the_cdn(
    client: Client, address: str, settings: Any, live_purges: list[str]
) -> None:
    shown = client.get(address)["Surrogate-Key"].split()
    section = Section.objects.get()
    section.name = "新名"
    section.save()
    deadline = time.monotonic() + 10
    while not live_purges and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(live_purges[0].split()) & set(shown)


@pytest.fixture
def live_purges(settings: Any, address: str) -> Any:
    """A CDN's door that writes down what it is told; PURGE_URL names it."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    told: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(self.headers["Surrogate-Key"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.PURGE_URL = f"http://127.0.0.1:{server.server_port}/?drop={{keys}}"
    stores.forget()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_makes_a_page_while_others_wait_for_it() -> None:
    """Nobody makes what is being made, and nobody gets what no longer stands."""
    made = []

    def slow(request: HttpRequest) -> HttpResponse:
        made.append(1)
        time.sleep(0.3)
        return HttpResponse(f"page {len(made)}", headers={"Cache-Control": ASK_AGAIN})

    middleware = KeepingMiddleware(slow)
    answers: list[bytes] = []

    def ask() -> None:
        answer: Any = middleware(RequestFactory().get("/slow/"))
        answers.append(answer.getvalue())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert answers == [b"page 1"] * 8


def test_an_old_page_is_served_while_one_makes_it_anew(clock: Clock) -> None:
    gate, busy = threading.Event(), threading.Event()
    pages = iter([b"first", b"second"])

    def view(request: HttpRequest) -> HttpResponse:
        page = next(pages)
        if page == b"second":
            busy.set()
            gate.wait(10)
        return HttpResponse(page, headers={"Cache-Control": ASK_AGAIN})

    middleware = KeepingMiddleware(view)

    def ask() -> bytes:
        answer: Any = middleware(RequestFactory().get("/old/"))
        return bytes(answer.getvalue())

    clock.move_to(EVENING_BEFORE)
    assert ask() == b"first"
    clock.move_to(EVENING_BEFORE + (AGED + 1) * SECOND)

    def ask_and_go() -> None:
        ask()
        connection.close()

    one = threading.Thread(target=ask_and_go)
    one.start()
    assert busy.wait(10)
    assert ask() == b"first"
    gate.set()
    one.join()
    assert ask() == b"second"


def _lose_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.backends.utils import CursorWrapper

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(CursorWrapper, "execute", away)
    monkeypatch.setattr(Statement, "_of_the_engine", away)
