"""Readers' pages kept whole, and served while they stand. The rule is told in `freshness`.

First of the middleware: a page that stands costs neither a query, nor a template, nor any of the
others. It is kept as they left it, headers and all.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response

from articles.freshness import AGED, OLDEST, keys, notes, patience, purging, replica, stores
from articles.freshness.kept import NEVER, Kept, digest_of, encoding_for, press
from articles.freshness.notes import Notes
from articles.freshness.remote import AwayError
from articles.rules import cold
from articles.web.chrome import ASK_AGAIN
from articles.web.timetable import Timetables
from newsroom.middleware import DESK

logger = logging.getLogger("newsroom.freshness")

# What a public address may be asked. All else in a query is dropped before anybody sees it: it
# makes no page of its own, and cannot get into one. A test finds parameters that are read but
# not named here.
PARAMETERS = frozenset(
    {"before", "by", "edition", "from", "lang", "page", "paper", "q", "section", "sort", "to"}
)
LONGEST_VALUE = 200
LONGEST_QUERY = 2_000
LONGEST_PATH = 400
# Pictures larger than this are served from the storage each time.
LARGEST_PICTURE = 300_000
# Seconds that somebody waits for the one who makes the same page.
WAIT = 15.0
# Seconds that a replica is given to catch up once the desk's database is away.
CATCH_UP = 0.5
# The most that a CDN keeps a page without asking, where it can be told to drop it.
CDN_SECONDS = 300
LATER = {"Retry-After": "5", "Cache-Control": "no-store"}
# Headers that are said anew each time.
OWN = {"cache-control", "content-length", "date", "etag", "vary"}


@dataclass(frozen=True)
class Asked:
    """A request for a page that may be kept: its key, and the query that makes it."""

    key: str
    query: str
    encoding: str


class KeepingMiddleware:
    """Serves kept pages, and keeps what the paper makes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.turns = Turns()
        self.timetables = Timetables()
        static = "/" + settings.STATIC_URL.strip("/") + "/"
        self.elsewhere = (DESK, static, "/healthz")
        databases = settings.DATABASES.values()
        self.asks_whether_alive = any(one.get("CONN_HEALTH_CHECKS") for one in databases)
        # A database that stood still, and one that did not answer what is asked with a query (a
        # search may be slow where all else is well).
        self.rest, self.odd_rest = patience.Rest(), patience.Rest()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(self.elsewhere):
            return self.get_response(request)
        if request.path_info == "/readyz":
            with patience.within(patience.READY):
                return self.get_response(request)
        asked = what_is_asked(request.META, request.path_info)
        store, mark, kept = self._store(), 0, None
        if asked is not None and store is not None:
            try:
                mark, kept = store.look(asked.key, asked.encoding)
            except AwayError:
                store = None
            now = time.time()
            if kept is not None and kept.stands(now) and now - kept.made < AGED:
                return answer(kept, request.META, asked.encoding, now)
        # No page of readers knows a cookie, or mends one.
        request.META.pop("HTTP_COOKIE", None)
        with patience.within(patience.PAGE) as waited, whole(request):
            response = self._of_readers(request, asked, store, mark, kept)
            response = unless_known(request, response)
        if waited.in_vain:
            self.rest.begin()
        return response

    def _store(self) -> stores.Store | None:
        """Where pages are kept. Inside an open transaction nobody knows yet whether what is read
        will ever be."""
        store = stores.current()
        return None if store is None or not store.keeps or connection.in_atomic_block else store

    def _of_readers(
        self,
        request: HttpRequest,
        asked: Asked | None,
        store: stores.Store | None,
        mark: int,
        kept: Kept | None,
    ) -> HttpResponseBase:
        if asked is None:
            return self._made(request, use_replica=False, is_odd=True)[0]
        if store is None:
            return self._plainly(request, asked)
        return self._in_turn(request, asked, store, mark, kept)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The database is away: a page says so by 503, unless an earlier one stands."""
        if not isinstance(error, (OperationalError, InterfaceError)):
            return None
        return away(error) if hasattr(request, "of_readers") else None

    def _plainly(self, request: HttpRequest, asked: Asked) -> HttpResponseBase:
        """The page without the store."""
        response, _ = self._ask(request, asked, store=None)
        return response

    def _in_turn(
        self, request: HttpRequest, asked: Asked, store: stores.Store, mark: int, kept: Kept | None
    ) -> HttpResponseBase:
        """The page made anew by one; who else wants it gets the one that stands, or waits."""
        with self.turns.at(asked.key) as turn:
            if not turn.is_mine:
                now = time.time()
                if kept is not None and kept.stands(now):
                    return answer(kept, request.META, asked.encoding, now)
                turn.wait()
                try:
                    mark, made = store.look(asked.key, asked.encoding)
                except AwayError:
                    return self._plainly(request, asked)
                now = time.time()
                if made is not None and made.stands(now):
                    return answer(made, request.META, asked.encoding, now)
            return self._anew(request, asked, store, mark)

    def _anew(
        self, request: HttpRequest, asked: Asked, store: stores.Store, mark: int
    ) -> HttpResponseBase:
        began = time.time()
        response, noted = self._ask(request, asked, store)
        if isinstance(response, AwayResponse):
            return self._earlier(request, asked, store) or response
        if not may_be_kept(response):
            return response
        made = self._kept(response, noted, store, mark, began)
        if made is None:
            return response
        if time.time() < made.until:
            try:
                store.put(asked.key, made)
            except AwayError:
                logger.warning("the page store does not answer")
        return answer(made, request.META, asked.encoding, time.time())

    def _earlier(
        self, request: HttpRequest, asked: Asked, store: stores.Store
    ) -> HttpResponse | None:
        """While the database is away: the page as it was, where nothing on it is known to have
        changed or started since. That the date moved on does not count."""
        try:
            _, kept = store.look(asked.key, asked.encoding)
        except AwayError:
            return None
        now = time.time()
        if kept is None or not kept.made <= now < min(kept.begins_anew, kept.made + OLDEST):
            return None
        return answer(kept, request.META, asked.encoding, now)

    def _ask(
        self, request: HttpRequest, asked: Asked, store: stores.Store | None
    ) -> tuple[HttpResponseBase, Notes]:
        """Make the page, and see to it that none from a replica is behind it."""
        response, noted = self._asked(request, asked, store)
        if replica.is_configured() and store is not None and not noted.replica:
            # It may show a change whose maker has not announced it yet: that is done before
            # anybody sees it, so that a replica that lags is passed by.
            with contextlib.suppress(AwayError):
                cold.reconcile(store, cold.LOOKS_BACK)
        return response, noted

    def _asked(
        self, request: HttpRequest, asked: Asked, store: stores.Store | None
    ) -> tuple[HttpResponseBase, Notes]:
        """Make the page: from the replica if it has all that is known, else from the desk's
        database, and once more where a connection turns out to be dead."""
        request.META["QUERY_STRING"] = asked.query
        request.__dict__.pop("GET", None)
        # To ask first whether a connection still lives costs every page a way to the database and
        # back. A dead one is found out, and the page made once more.
        if self.asks_whether_alive:
            for one in connections.all(initialized_only=True):
                one.health_check_done = True  # type: ignore[attr-defined]
        is_odd = "?" in asked.key
        use_replica = self._may_use_replica(store)
        response, noted = self._made(request, use_replica, is_odd)
        if not isinstance(response, AwayResponse) or response.is_refused:
            return response, noted
        if connection.vendor == "sqlite" or connection.in_atomic_block:
            return response, noted
        for one in connections.all(initialized_only=True):
            one.close()
        if not response.is_in_vain:
            response, noted = self._made(request, use_replica, is_odd)
            if not isinstance(response, AwayResponse):
                return response, noted
        if use_replica:
            replica.rest()
            return self._made(request, False, is_odd)
        if self._replica_catches_up(store):
            return self._made(request, True, is_odd)
        return response, noted

    def _made(
        self, request: HttpRequest, use_replica: bool, is_odd: bool
    ) -> tuple[HttpResponseBase, Notes]:
        """The page made once, or an AwayResponse."""
        request.of_readers = True  # type: ignore[attr-defined]
        refuses = not use_replica and (self.rest.is_on() or (is_odd and self.odd_rest.is_on()))
        with (
            patience.within(patience.PAGE, refuses=refuses) as waited,
            notes.taking(replica=use_replica) as noted,
        ):
            response = self.get_response(request)
        if use_replica and not waited.in_vain:
            replica.answered()
        elif not use_replica and not refuses:
            self._learn(waited.in_vain, is_odd)
        return response, noted

    def _learn(self, in_vain: bool, is_odd: bool) -> None:
        """The desk's database answered (be it by refusing), or it did not."""
        if not in_vain:
            self.rest.end()
        if is_odd:
            (self.odd_rest.begin if in_vain else self.odd_rest.end)()
        elif in_vain:
            self.rest.begin()

    def _may_use_replica(self, store: stores.Store | None) -> bool:
        if not replica.is_configured():
            return False
        if store is None:  # nobody knows what readers have seen
            return False
        try:
            return replica.has_reached(store.position())
        except AwayError:
            return False

    def _replica_catches_up(self, store: stores.Store | None) -> bool:
        """The desk's database just went: what it sent off last may still be on its way."""
        patience = time.monotonic() + CATCH_UP
        while not self._may_use_replica(store):
            if not replica.is_configured() or time.monotonic() > patience:
                return False
            time.sleep(0.02)
        return True

    def _kept(
        self,
        response: HttpResponseBase,
        noted: Notes,
        store: stores.Store,
        mark: int,
        began: float,
    ) -> Kept | None:
        """The page as it is kept; None where it is too large, or its instants are not known."""
        body = body_of(response)
        if body is None:
            return None
        numbers = keys.numbers(noted.keys)
        try:
            with notes.taking(replica=noted.replica):
                begins_anew = self.timetables.of(store, mark, began).first(numbers, after=began)
        except (DatabaseError, InterfaceError):
            begins_anew = began  # not known: this one answer, and no other
        content_type = response.headers.get("Content-Type", "")
        until = noted.until.timestamp() if noted.until else NEVER
        headers = {name: value for name, value in response.items() if name.lower() not in OWN}
        if purging.is_configured():
            headers["Surrogate-Key"] = " ".join(map(keys.surrogate, numbers))
        return Kept(
            mark=mark,
            numbers=numbers,
            made=began,
            until=min(begins_anew, until),
            begins_anew=begins_anew,
            digest=digest_of(body),
            headers=headers,
            bodies=press(body, content_type),
        )


class AwayResponse(HttpResponse):
    """503: the database does not answer. It was not asked (`is_refused`), or it took the question
    and stood still (`is_in_vain`); or it is not there, or a connection was dead."""

    def __init__(self, *, is_refused: bool = False, is_in_vain: bool = False) -> None:
        self.is_refused, self.is_in_vain = is_refused, is_in_vain
        page = render_to_string("web/bare.html", {"code": 503}, using="readers")
        super().__init__(page, status=503, headers=LATER)


def away(error: Exception) -> AwayResponse:
    """What a reader is told where the database did not answer."""
    waited = patience.current()
    if waited is not None and waited.refuses:
        return AwayResponse(is_refused=True)
    logger.error("the database is away", extra={"error": str(error).split("\n")[0]})
    return AwayResponse(is_in_vain=waited is not None and waited.in_vain)


def what_is_asked(meta: dict[str, Any], path: str) -> Asked | None:
    """What a request asks for, if it is for a page that may be kept."""
    if meta["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in meta:
        return None
    cookies = meta.get("HTTP_COOKIE")
    if cookies and settings.SESSION_COOKIE_NAME in cookies:
        return None
    host = meta.get("HTTP_HOST") or f"{meta['SERVER_NAME']}:{meta['SERVER_PORT']}"
    if len(path) > LONGEST_PATH or len(host) > 255 or "?" in path or "~" in path:
        return None  # these two stand between a path and what is asked of it
    scheme = _scheme(meta)
    query = meta.get("QUERY_STRING", "")
    encoding = encoding_for(meta.get("HTTP_ACCEPT_ENCODING", ""))
    known = known_query(query) if query else ""
    if known is None:
        return None
    # A language alone makes it no odd page; a host written as nobody writes it does.
    if known and not (known.startswith("lang=") and "&" not in known):
        mark = "?"
    else:
        mark = "~" if known else ""
    if is_odd(host, meta):
        mark = "?"
    return Asked(f"{scheme}://{host}{path}{mark}{known}", known, encoding)


def is_odd(host: str, meta: dict[str, Any]) -> bool:
    """Whether a host is one of the many ways to write the paper's. Pages say it back, so each has
    its own; but they may not push out what everybody reads."""
    if host != host.lower() or host.endswith("."):
        return True
    port = host.rpartition(":")[2] if ":" in host and not host.endswith("]") else ""
    return port not in ("", "443", "80", str(meta.get("SERVER_PORT", "")))


@lru_cache(maxsize=1024)
def known_query(query: str) -> str | None:
    """A query with what the paper knows of it, in order; None where it is not to be kept."""
    if len(query) > LONGEST_QUERY or "%00" in query:
        return None
    try:
        # A server hands on the query's bytes as characters, one each.
        given = dict(parse_qsl(query.encode("latin-1").decode(), max_num_fields=50))
    except ValueError:  # neither UTF-8, nor a sensible number of parameters
        return None
    given["lang"] = given.get("lang", "").lower()
    if given["lang"] not in dict(settings.LANGUAGES):
        del given["lang"]
    known = {name: given[name] for name in sorted(PARAMETERS & given.keys()) if given[name]}
    if any(len(value) > LONGEST_VALUE for value in known.values()):
        return None
    return urlencode(known)


def _scheme(meta: dict[str, Any]) -> str:
    header, secure = settings.SECURE_PROXY_SSL_HEADER
    said = meta.get(header)
    if said is not None:
        return "https" if said.split(",", 1)[0].strip() == secure else "http"
    return str(meta.get("wsgi.url_scheme", "http"))


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether a page says that it is for everybody, and right whenever it is asked for."""
    return (
        response.status_code == 200
        and response.headers.get("Cache-Control") == ASK_AGAIN
        and not response.cookies
        and response.headers.get("Vary", "").lower() in ("", "accept-encoding")
    )


def body_of(response: HttpResponseBase) -> bytes | None:
    """A response's bytes, read to the end; None (and nothing read) where they are too many."""
    if isinstance(response, HttpResponse):
        return response.content
    if not isinstance(response, FileResponse):
        return None
    length = response.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > LARGEST_PICTURE:
        return None
    body = b"".join(response)
    response.close()
    return body


@contextlib.contextmanager
def whole(request: HttpRequest) -> Iterator[None]:
    """A request for the head alone made one for the whole page, whose head it gets.

    RFC 9110, 9.3.2: the same headers. Who sends it leaves the body out.
    """
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"
    try:
        yield
    finally:
        request.method = asked


def unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A page with its digest where it is not kept, or 304 where the reader has it already."""
    if request.method != "GET" or not isinstance(response, HttpResponse):
        return response
    if "ETag" not in response.headers and may_be_kept(response):
        response.headers["ETag"] = f'"{digest_of(response.content)}"'
    if "HTTP_IF_NONE_MATCH" not in request.META:
        return response
    etag = response.headers.get("ETag")
    return get_conditional_response(request, etag=etag, response=response) or response


def answer(kept: Kept, meta: dict[str, Any], encoding: str, now: float) -> HttpResponse:
    """A kept page as a response: 304 where the reader has it already."""
    encoding, body = kept.body(encoding)
    known = meta.get("HTTP_IF_NONE_MATCH", "")
    if kept.digest in known or known == "*":
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
        if language := kept.headers.get("Content-Language"):
            response.headers["Content-Language"] = language
        _say_what_it_is(response.headers, kept, encoding)
    else:
        response = HttpResponse(body, content_type="")  # its headers come whole
        response.headers = SaidBefore(kept.said.get(encoding) or _said_of(kept, encoding, body))
    response.kept = kept  # type: ignore[attr-defined]  # for who bakes it
    response.headers["Cache-Control"] = how_long(kept, now)
    return response


def _said_of(kept: Kept, encoding: str, body: bytes) -> ResponseHeaders:
    """All that is said with a kept page in an encoding each time, put together once."""
    said = ResponseHeaders(kept.headers)
    said["Content-Length"] = str(len(body))
    if encoding:
        said["Content-Encoding"] = encoding
    _say_what_it_is(said, kept, encoding)
    kept.said[encoding] = said
    return said


def _say_what_it_is(headers: ResponseHeaders, kept: Kept, encoding: str) -> None:
    headers["ETag"] = f'"{kept.digest}-{encoding}"' if encoding else f'"{kept.digest}"'
    headers["Vary"] = "Accept-Encoding"


class SaidBefore(ResponseHeaders):
    """A copy of headers that were looked at when they were first said.

    Django looks through each header of each answer, and makes two views to hand them on.
    """

    def __init__(self, before: ResponseHeaders) -> None:
        self._store = before._store.copy()

    def items(self) -> Any:
        return self._store.values()  # by their lower case: (name, value)


def how_long(kept: Kept, now: float) -> str:
    """What browsers and CDNs may do with a page.

    They ask each time: a kill is to be out at once. A CDN that is told what to drop (PURGE_URL)
    may keep it, and show it stale while it asks or while the paper is away, but never past the
    instant at which something on it changes.
    """
    if not purging.is_configured():
        return ASK_AGAIN
    left = int(min(kept.until - now, 3 * CDN_SECONDS))
    if left < 3:
        return ASK_AGAIN
    fresh = min(CDN_SECONDS, left // 3)
    return (
        f"public, max-age=0, s-maxage={fresh}, "
        f"stale-while-revalidate={fresh}, stale-if-error={left - fresh}"
    )


class Turns:
    """Who makes which page. One at a time makes it; others may wait for that one."""

    def __init__(self) -> None:
        self._making: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def at(self, key: str) -> "Turn":
        return Turn(self, key)

    def take(self, key: str) -> tuple[bool, threading.Event]:
        with self._lock:
            event = self._making.get(key)
            if event is not None:
                return False, event
            self._making[key] = event = threading.Event()
            return True, event

    def give_back(self, key: str) -> None:
        with self._lock:
            self._making.pop(key).set()


class Turn:
    """One request's turn at a page, for the length of a block."""

    def __init__(self, turns: Turns, key: str) -> None:
        self._turns, self._key = turns, key
        self.is_mine = False

    def __enter__(self) -> "Turn":
        self.is_mine, self._event = self._turns.take(self._key)
        return self

    def __exit__(self, *error: object) -> None:
        if self.is_mine:
            self._turns.give_back(self._key)

    def wait(self) -> None:
        """Until the one who makes the page is done, or WAIT seconds."""
        self._event.wait(WAIT)
