"""The baked paper behind a real nginx, configured as the guide says."""

import gzip
import http.client
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from articles.export.bake import Bakery
from articles.models import PublishedStory
from articles.rules import cold, workflow
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock
from tests.ground import nginx

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "paper.example"
SAID = ("Content-Security-Policy", "Cache-Control", "X-Content-Type-Options", "Referrer-Policy",
        "Cross-Origin-Opener-Policy")  # fmt: skip


@pytest.fixture
def paper(cast: Cast, clock: Clock, settings: Any) -> Paper:
    settings.ALLOWED_HOSTS = [HOST]
    paper = people.found()
    first, second = people.draft(paper, cast.wen), people.draft(paper, cast.wen, "码头夜灯换新")
    people.illustrate(first, cast.lan)
    people.run(paper, cast, first, second)
    clock.move_to(SIX)
    return paper


@pytest.fixture
def behind() -> Iterator[int]:
    """The port of something that stands for the paper: it says what it was asked, and of whom."""

    class Paper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = f"paper {self.path} {self.headers['Host']} {self.headers['X-Forwarded-Proto']}"
            self.send_response(200)
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Paper)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def ask(port: int, address: str, **headers: str) -> tuple[Any, bytes]:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    asking.request("GET", address, headers={"Host": HOST, **headers})
    answer = asking.getresponse()
    body = answer.read()
    asking.close()
    return answer, body


def test_nginx_serves_the_files_and_passes_on_what_has_none(
    paper: Paper, cast: Cast, behind: int, tmp_path: Path, clock: Clock
) -> None:
    Bakery(tmp_path, HOST).bake()
    story = PublishedStory.objects.live(SIX).get(slug__startswith="ma-tou")
    address = story.get_absolute_url()
    copies = [f"/media/{one.name}" for one in (tmp_path / "current/media").iterdir()]
    assert {one.rpartition(".")[2] for one in copies} == {"avif", "webp", "jpg"}
    with nginx.server(tmp_path / "current", behind, tmp_path) as port:
        for page in ("/", "/daily/", address, "/archive/"):
            answer, body = ask(port, page)
            assert answer.status == 200
            assert body == (tmp_path / "current" / page.lstrip("/") / "index.html").read_bytes()
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            own = Client().get(page, secure=True, headers={"host": HOST})
            for name in SAID:
                (said,) = answer.headers.get_all(name)
                assert sorted(said.split("; ")) == sorted(own[name].split("; "))
            pressed, small = ask(port, page, **{"Accept-Encoding": "gzip"})
            assert pressed.headers["Content-Encoding"] == "gzip"
            assert pressed.headers["Vary"] == "Accept-Encoding"
            assert len(small) < len(body)
            assert gzip.decompress(small) == body
            again, nothing = ask(port, page, **{"If-None-Match": answer.headers["ETag"]})
            assert (again.status, nothing) == (304, b"")
        issue = f"/daily/{MONDAY}"
        for file in ("/feeds/daily.xml", "/feeds/daily.json", f"{issue}/issue.epub", "/robots.txt",
                     "/daily/manifest.webmanifest", "/sitemap.xml", *copies):  # fmt: skip
            answer, body = ask(port, file)
            own = Client().get(file, secure=True, headers={"host": HOST})
            assert (file, answer.headers["Content-Type"]) == (file, own["Content-Type"])
            assert body == (tmp_path / "current" / file.lstrip("/")).read_bytes()
            assert answer.headers.get_all("Referrer-Policy") == [own["Referrer-Policy"]]
            own.close()
        for other in ("/daily", "/daily/index.html", "/index.html"):
            assert ask(port, other)[0].status == 404 or b"paper " in ask(port, other)[1]
        for passed in ("/search/?q=x", "/sw.js", "/?lang=en", "/api/stories/1.json", "/admin/", "/healthz",
                       "/nothing/here/"):  # fmt: skip
            answer, body = ask(port, passed)
            assert body.decode() == f"paper {passed} {HOST} https"
            assert answer.headers.get_all("Cache-Control") == ["no-store"]
        assert ask(port, "/bake.json")[0].status == 404
        assert ask(port, "/_paper/admin/")[0].status == 404
        assert ask(port, "/../bake.json")[0].status == 400

        # A kill, and the next tree: nginx sees it a second later, and asks the paper from then on.
        clock.move_to(SIX + SECOND)
        workflow.kill(story.story, cast.shen, "失实", SIX + SECOND)
        Bakery(tmp_path, HOST).bake()
        time.sleep(2.1)  # it counts whole seconds
        assert ask(port, address)[1].decode() == f"paper {address} {HOST} https"
        assert "码头夜灯换新".encode() not in ask(port, "/daily/")[1]


def test_compressed_files_are_linked_on_like_the_pages_beside_which_they_stand(
    paper: Paper, tmp_path: Path
) -> None:
    Bakery(tmp_path, HOST).bake()
    report = Bakery(tmp_path, HOST).bake()
    assert report.made == []
    current = tmp_path / "current"
    pressed = list(current.rglob("*.gz"))
    assert current / "index.html.gz" in pressed
    assert current / "feeds/daily.xml.gz" in pressed
    for one in pressed:
        assert gzip.decompress(one.read_bytes()) == one.with_suffix("").read_bytes()
    for page in current.rglob("*.html"):
        assert page.with_name(page.name + ".gz").exists() or page.stat().st_size < 500
    assert not list(current.rglob("*.webp.gz"))
    Bakery(tmp_path / "stick", HOST, relative=True).bake()
    assert not list((tmp_path / "stick").rglob("*.gz"))


def test_watching_makes_a_tree_at_each_change_and_at_each_hour(
    paper: Paper, cast: Cast, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens is told between two looks, as the seconds pass."""
    later = people.draft(
        paper, cast.wen, "半分钟后的一条", release="now", embargo_until=SIX + 30 * SECOND
    )
    people.read_through(later, cast, SIX)
    page = tmp_path / "current/daily/index.html"
    seen: list[tuple[str, bool, bool]] = []
    trees: list[Path] = []

    def looked(what: str) -> None:
        text = page.read_text(encoding="utf-8")
        seen.append((what, "码头夜灯换新" in text, "半分钟后的一条" in text))
        trees.append((tmp_path / "current").resolve())

    def pass_time(_seconds: float) -> None:
        step = len(seen)
        if step == 0:
            looked("at first")
        elif step == 1:
            looked("nothing happened")
            story = PublishedStory.objects.live(SIX).get(slug__startswith="ma-tou")
            clock.move_to(SIX + SECOND)
            workflow.kill(story.story, cast.shen, "失实", SIX + SECOND)
        elif step == 2:
            looked("killed")
            clock.move_to(SIX + 30 * SECOND)
        elif step == 3:
            looked("the hour has come")
            raise KeyboardInterrupt

    monkeypatch.setattr("articles.management.commands.bake.sleep", pass_time)
    assert cold.recent()
    with pytest.raises(KeyboardInterrupt):
        call_command("bake", str(tmp_path), host=HOST, watch=True)
    assert seen == [
        ("at first", True, False),
        ("nothing happened", True, False),
        ("killed", False, False),
        ("the hour has come", False, True),
    ]
    assert trees[0] == trees[1]
    assert len(set(trees)) == 3
