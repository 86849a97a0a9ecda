"""A real Chromium against a live server: phones and desktops, in two languages."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.dispatch import receiver
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from articles.models import User
from tests.ground import chromium

# Playwright's sync interface keeps an event loop in this thread; the ORM is used beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SHOTS = Path(".cache/screenshots")
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
QUIET, MOST_PATIENCE = 0.15, 10.0  # seconds without a request, and at most, after a test
ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    # No test reaches the world outside, nor does Chromium on its own account.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


class OpenPage(Protocol):
    """How `open_page` is called."""

    def __call__(
        self,
        size: str = "desktop",
        locale: str = "zh-CN",
        *,
        user: User | None = None,
        scripts: bool = True,
        dark: bool = False,
        allow: tuple[str, ...] = (),
        **options: Any,
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests. It is closed at the end, however the tests come out."""
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        try:
            yield started
        finally:
            started.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What went wrong on the pages of a test. Whatever is in it at the end fails the test."""
    heard: list[str] = []
    yield heard
    assert heard == [], "the browser complained"


def _listen(
    context: BrowserContext, home: str, allow: tuple[str, ...], complaints: list[str]
) -> None:
    """Note errors, on the console and thrown, and requests to any other server."""

    def complain(what: str) -> None:
        if not any(words in what for words in allow):
            complaints.append(what)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complain(f"console: {message.text} ({message.location.get('url', '')})")

    def watch(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != home:
            complain(f"a request to another server: {url}")

    context.on("console", hear)
    context.on("weberror", lambda error: complain(f"thrown: {error.error}"))
    context.on("request", lambda request: watch(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: watch(socket.url)))


def _sign_in(context: BrowserContext, user: User) -> None:
    """Give a browser the session of a user, without the sign-in page."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    context.add_cookies(
        [
            {
                "name": django_settings.SESSION_COOKIE_NAME,
                "value": client.cookies[django_settings.SESSION_COOKIE_NAME].value,
                "domain": "localhost",
                "path": django_settings.SESSION_COOKIE_PATH,
                "httpOnly": True,
            }
        ]
    )


@pytest.fixture
def open_page(
    browser: Browser, live_server: Any, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Opens a page: `open_page("phone", "en", user=cast.wen).goto("/admin/")`.

    An error on the console, a script that throws or a request to another server fails the test,
    unless it has one of the words in `allow`. Further options are those of Playwright's contexts.
    """
    contexts: list[BrowserContext] = []

    def open_one(
        size: str = "desktop",
        locale: str = "zh-CN",
        *,
        user: User | None = None,
        scripts: bool = True,
        dark: bool = False,
        allow: tuple[str, ...] = (),
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            **{
                "viewport": SIZES[size],
                "has_touch": size == "phone",
                "locale": locale,
                "timezone_id": "Asia/Shanghai",
                "base_url": live_server.url,
                "java_script_enabled": scripts,
                "color_scheme": "dark" if dark else "light",
            }
            | options
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        _listen(context, urlsplit(live_server.url).netloc, allow, complaints)
        if user is not None:
            _sign_in(context, user)
        return context.new_page()

    yield open_one
    if request.session.testsfailed > request.node.stash.get(FAILED_BEFORE, 0):
        _keep_last_sight(contexts, request.node.name)
    for context in contexts:
        context.close()
    _until_nothing_is_asked()


_under_way: set[int] = set()  # threads of the server that answer a request


@receiver(request_started)
def _begun(**_: object) -> None:
    if threading.current_thread() is not threading.main_thread():  # the tests' own client
        _under_way.add(threading.get_ident())


@receiver(request_finished)
def _ended(**_: object) -> None:
    _under_way.discard(threading.get_ident())


def _until_nothing_is_asked() -> None:
    """Wait for the last words of pages that were closed: a request still under way has locks in the
    database, and the next test's emptying of the tables would wait for it, and it for that."""
    began = quiet_since = time.monotonic()
    while (now := time.monotonic()) - quiet_since < QUIET and now - began < MOST_PATIENCE:
        if _under_way:
            quiet_since = now
        time.sleep(0.02)


FAILED_BEFORE = pytest.StashKey[int]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[FAILED_BEFORE] = item.session.testsfailed


def _keep_last_sight(contexts: list[BrowserContext], test: str) -> None:
    """What the pages of a failed test looked like at its end."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in test)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"failed-{safe}-{number}.png")


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong on a page, a line a violation."""

    def look(page: Page) -> list[str]:
        found = Axe().run(page, options=AXE_RULES)
        return [
            f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]

    return look


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keeps a picture of a page in .cache/screenshots: `shot(page, "front-phone")`."""

    def take(page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    return take
