"""The live web edition as plain files, for a web server, object storage or a memory stick.

The files are what the paper's own addresses answer. Each run makes only what changed since the
last: a page whose keys (`articles.freshness`) nobody touched, and whose instant has not come, is
linked from the last tree. A tree is whole before it is shown: `current` leads to the new one at
one stroke, and what is gone from the paper is gone from it.
"""

import datetime as dt
import gzip
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files import locks
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from articles.export import baked_links
from articles.freshness.kept import PRESSED, WORTH_PRESSING, digest_of
from articles.models import Edition, PublishedIssue, PublishedStory, Section
from articles.rules import cold

MANIFEST = "bake.json"
TELLS_EVERY = 5.0  # seconds
# Baked where they were chosen (by edition or day), or not at all: searches and what machines ask
# are answered by the paper, to which a web server passes them on.
CHOSEN = {"front", "edition", "section", "story", "issue", "feed", "section-feed"} | {
    *("search", "story-number", "story-api", "issue-api", "healthz", "readyz")
}


@dataclass
class Page:
    """A baked address: its file's digest, what it shows, until when it is right, where it leads."""

    digest: str
    numbers: list[int]
    until: float | None
    links: list[str]


@dataclass
class Report:
    """What a run did: addresses by what became of them; the changes it saw (`cold.recent`)."""

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    until: float | None = None
    seen: set[int] = field(default_factory=set)


def _nobody(words: str) -> None:
    """Who need not be told."""


class AwayError(OSError):
    """The paper cannot say what an address shows: its database or its pictures are away."""


@dataclass
class Bakery:
    """Where to, what of, and how.

    `host` is the paper's own; with `relative`, links lead from file to file, so that the tree may
    lie anywhere, and what has no file is linked at the host. `tell` is told how far a long run is.
    """

    folder: Path
    host: str
    editions: list[str] = field(default_factory=list)
    since: dt.date | None = None
    relative: bool = False
    tell: Callable[[str], object] = _nobody

    def __post_init__(self) -> None:
        self._handler: WSGIHandler | None = None
        self._told_at = 0.0
        self._current = self.folder
        self._inside: set[str] = set()
        # What was asked for and has no file, and of these what broke.
        self._without: set[str] = set()
        self._broken: list[str] = []

    def bake(self, *, everything: bool = False) -> Report:
        """Make the tree, and lead `current` to it. Another bake into the same folder is waited for.

        Raises OSError where it cannot be written, and AwayError where the paper does not know its
        own pages: then `current` leads where it led.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        current = self.folder / "current"
        if current.exists() and not current.is_symlink():
            raise FileExistsError(f"{current} is no link, but a folder of its own. Choose another.")
        with open(self.folder / "baking.lock", "w") as alone:
            locks.lock(alone, locks.LOCK_EX)
            return self._baked(everything)

    def _baked(self, everything: bool) -> Report:
        began, seen = timezone.now(), cold.recent()
        cold.catch_up()
        last, changed = self._last()
        if everything:
            changed = None
        tree = Path(tempfile.mkdtemp(prefix="tree-", dir=self.folder))
        tree.chmod(0o755)
        try:
            pages, report = self._fill(tree, last, changed, began)
            report.seen = seen
            if self.editions:
                self._write_door(tree)
            self._write_manifest(tree, pages, began, seen)
            self._switch(tree)
        except BaseException:
            shutil.rmtree(tree, ignore_errors=True)
            raise
        return report

    def _fill(
        self, tree: Path, last: dict[str, Page], changed: set[int] | None, began: dt.datetime
    ) -> tuple[dict[str, Page], Report]:
        """Follow the paper's links from where it begins; a file for each address."""
        self._inside = set(self._addresses(began))
        self._without, self._broken, self._told_at = set(), [], time.monotonic()
        self._current = (self.folder / "current").resolve()
        pages: dict[str, Page] = {}
        report, queue, tried = Report(), sorted(self._inside), set()
        while queue:
            address = queue.pop()
            if address in tried:
                continue
            tried.add(address)
            page = last.get(address)
            if page and changed is not None and self._stands(page, changed, began):
                self._keep(address, tree)
                report.kept.append(address)
            else:
                page = self._make(address, tree)
                if page is None:
                    report.missing.append(address)
                    continue
                known = address in last and last[address].digest == page.digest
                (report.kept if known else report.made).append(address)
            pages[address] = page
            queue += page.links
            self._tell(len(pages))
        if not pages:
            raise AwayError("The paper answers none of its own addresses.")
        self._lead_out(tree, pages, report.missing)
        report.broken = self._broken
        report.gone = sorted(last.keys() - pages.keys())
        report.until = min((page.until for page in pages.values() if page.until), default=None)
        return pages, report

    def _lead_out(self, tree: Path, pages: dict[str, Page], missing: list[str]) -> None:
        """Make the pages once more that link to what turned out to have no file."""
        self._without = set(missing)
        leading = [
            address for address, page in pages.items() if not self._without.isdisjoint(page.links)
        ]
        for address in leading:
            page = self._make(address, tree)
            if page is not None:  # else it went this very second, and the next run sees that
                pages[address] = page

    def _tell(self, addresses: int) -> None:
        if time.monotonic() - self._told_at > TELLS_EVERY:
            self._told_at = time.monotonic()
            self.tell(f"  {addresses:,} addresses so far …")

    def _addresses(self, at: dt.datetime) -> Iterable[str]:
        """Where the paper begins: fronts, sections, feeds, and every issue and story chosen."""
        editions = Edition.objects.all()
        if self.editions:
            editions = editions.filter(slug__in=self.editions)
        chosen = list(editions)
        stories = PublishedStory.objects.live(at).filter(edition__in=chosen)
        issues = PublishedIssue.objects.live(at).filter(edition__in=chosen)
        if self.since:
            stories = stories.filter(published_at__date__gte=self.since)
            issues = issues.filter(date__gte=self.since)
        if not self.editions:
            yield from ("/", "/archive/", "/corrections/", "/sitemap.xml", "/news-sitemap.xml")
            yield "/robots.txt"
        for edition in chosen:
            yield f"/{edition.slug}/"
            yield f"/feeds/{edition.slug}.xml"
            yield f"/archive/?edition={edition.slug}"
            yield f"/corrections/?edition={edition.slug}"
        for section in Section.objects.filter(edition__in=chosen):
            yield f"/sections/{section.slug}/"
            yield f"/feeds/sections/{section.slug}.xml"
        for story_id, slug in stories.order_by().values_list("story_id", "slug").iterator():
            yield self._clean(f"/stories/{story_id}/{slug}/")
        for slug, date in issues.order_by().values_list("edition__slug", "date").iterator():
            yield f"/{slug}/{date}/"

    def is_inside(self, address: str) -> bool:
        """Whether an address that a page leads to has a file in this tree, or may have one."""
        if address in self._without:
            return False
        path, _, query = address.partition("?")
        if self.since and "before=" in query:
            return False  # further pages of a list lead all through the archive
        static = "/" + settings.STATIC_URL.strip("/") + "/"
        if path in self._inside or path.startswith(static):
            return True
        try:
            match = resolve(unquote(path))
        except Resolver404:
            return False
        if match.url_name == "page":
            return f"/{match.kwargs['edition']}/{match.kwargs['date']}/" in self._inside
        return match.app_names == ["web"] and match.url_name not in CHOSEN

    def _clean(self, link: str) -> str:
        return baked_links.address_of(link, "/", self.host) or link

    def _stands(self, page: Page, changed: set[int], now: dt.datetime) -> bool:
        """Whether a page of the last tree is right still."""
        if not page.numbers or not changed.isdisjoint(page.numbers):
            return False
        return page.until is None or now.timestamp() < page.until

    def _keep(self, address: str, tree: Path) -> None:
        file = baked_links.file_of(address)
        before, into = self._current / file, tree / file
        into.parent.mkdir(parents=True, exist_ok=True)
        _link(before, into)
        if _pressed(before).exists():
            _link(_pressed(before), _pressed(into))

    def _make(self, address: str, tree: Path) -> Page | None:
        """Ask the paper for an address and write its file. None where it does not answer 200."""
        response = self._ask(address)
        if response is None:
            return None
        body, kind, kept = response
        links: list[str] = []
        if kind.startswith("text/html"):
            text = baked_links.in_page(body.decode(), lambda one: self._turned(one, address, links))
            body = text.encode()
        elif kind.startswith("text/css"):
            for link in baked_links.IN_STYLES.findall(body.decode()):
                found = baked_links.address_of(link, address, self.host)
                links += [found.partition("?")[0]] if found else []
        file = tree / baked_links.file_of(address)
        if not file.resolve().is_relative_to(tree.resolve()):
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, body)
        if not self.relative and kind.startswith(PRESSED) and len(body) >= WORTH_PRESSING:
            # Beside it, for a web server that sends it as it is (nginx: gzip_static).
            _write(_pressed(file), gzip.compress(body, compresslevel=9, mtime=0))
        if kept is None:
            return Page(digest_of(body), [], None, links)
        until = None if kept.until == float("inf") else kept.until
        return Page(kept.digest, list(kept.numbers), until, list(dict.fromkeys(links)))

    def _turned(self, link: str, page: str, links: list[str]) -> str:
        """A link of `page` as the tree has it; where it leads is noted in `links`."""
        if not link or link.startswith(("#", "mailto:", "tel:", "data:")):
            return link
        address = baked_links.address_of(link, page, self.host)
        if address is None:
            return link
        fragment = urlsplit(link).fragment
        if self.is_inside(address):
            links.append(address)
            return baked_links.link_to(address, page, fragment, relative=self.relative)
        tail = f"#{fragment}" if fragment else ""
        return (f"https://{self.host}" if self.relative else "") + address + tail

    def _ask(self, address: str) -> tuple[bytes, str, Any] | None:
        """What the paper answers: bytes, kind, and the page as it is kept."""
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": self.host.partition(":")[0],
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_PROTO": "https",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
        }
        if self._handler is None:
            self._handler = WSGIHandler()
        response: Any = self._handler.get_response(WSGIRequest(environ))
        try:
            if response.status_code == 503:  # a tree without what is only away would be wrong
                raise AwayError(f"{address} cannot be had now: database or pictures are away.")
            if response.status_code == 200:
                whole = isinstance(response, HttpResponse)
                body = response.content if whole else b"".join(response)
                kind = response.headers.get("Content-Type", "")
                return body, kind, getattr(response, "kept", None)
            if response.status_code >= 500:
                self._broken.append(address)
        finally:
            response.close()
        return self._static(unquote(path))

    def _static(self, path: str) -> tuple[bytes, str, Any] | None:
        """A style, script or font that is not collected."""
        base = "/" + settings.STATIC_URL.strip("/") + "/"
        found = finders.find(path.removeprefix(base)) if path.startswith(base) else None
        if not found:
            return None
        return Path(str(found)).read_bytes(), "text/css" if path.endswith(".css") else "", None

    def _last(self) -> tuple[dict[str, Page], set[int] | None]:
        """The last tree's pages, and the keys that changed since; none where it was baked otherwise,
        and None where nobody knows any more what changed."""
        try:
            written = json.loads((self.folder / "current" / MANIFEST).read_text())
            if written["how"] != self._how():
                return {}, None
            pages = {address: Page(**page) for address, page in written["pages"].items()}
            began, seen = dt.datetime.fromisoformat(written["began"]), set(written["seen"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}, None
        return pages, cold.changed_since(began, seen)

    def _how(self) -> list[Any]:
        return [self.host, sorted(self.editions), str(self.since), self.relative]

    def _write_door(self, tree: Path) -> None:
        """A page at the top that leads to the editions chosen: the paper's own is of all of them."""
        chosen = list(Edition.objects.filter(slug__in=self.editions))
        turned = partial(self._turned, page="/", links=[])
        told = {"editions": chosen, "first": turned(chosen[0].get_absolute_url())}
        with translation.override(chosen[0].language):
            page = render_to_string("web/door.html", told, using="readers")
        (tree / "index.html").write_text(baked_links.in_page(page, turned), encoding="utf-8")

    def _write_manifest(
        self, tree: Path, pages: dict[str, Page], began: dt.datetime, seen: set[int]
    ) -> None:
        written = {
            "how": self._how(),
            "began": began.isoformat(),
            "seen": sorted(seen),
            "pages": {address: vars(page) for address, page in sorted(pages.items())},
        }
        (tree / MANIFEST).write_text(json.dumps(written, ensure_ascii=False))

    def _switch(self, tree: Path) -> None:
        """Lead `current` to the new tree at one stroke; the one before stays for who reads it."""
        current, new = self.folder / "current", self.folder / "current.new"
        before = current.resolve().name if current.is_symlink() else ""
        new.unlink(missing_ok=True)
        new.symlink_to(tree.name)
        new.replace(current)
        for old in self.folder.glob("tree-*"):
            if old.name not in (tree.name, before):
                shutil.rmtree(old, ignore_errors=True)


def _write(file: Path, data: bytes) -> None:
    """Write a file anew: one that is also the last tree's is left to that."""
    file.unlink(missing_ok=True)
    file.write_bytes(data)


def _link(file: Path, name: Path) -> None:
    """Give a file another name. Raises FileNotFoundError where it is not there."""
    try:
        os.link(file, name)
    except OSError:  # a disk that knows no second name for a file
        shutil.copyfile(file, name)


def _pressed(file: Path) -> Path:
    """Where a file's compressed form stands."""
    return file.with_name(f"{file.name}.gz")
