"""A real Chromium against a live server: phones and desktops, in two languages."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from tests.ground import chromium

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SHOTS = Path(".cache/screenshots")
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    if os.getuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        try:
            yield started
        finally:
            started.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page: `open_page("phone", "zh-CN")`. Fails on console errors and foreign requests."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_one(
        size: str = "desktop",
        locale: str = "zh-CN",
        scripts: bool = True,
        dark: bool = False,
        allow: tuple[str, ...] = (),
    ) -> Page:
        context = browser.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]
            locale=locale,
            base_url=live_server.url,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()

        def complain(what: str) -> None:
            if not any(word in what for word in allow):
                complaints.append(what)

        def hear(message: ConsoleMessage) -> None:
            if message.type == "error":
                complain(f"{message.text} ({page.url})")

        def watch(request: Request) -> None:
            if not request.url.startswith((live_server.url, "data:", "blob:")):
                complain(f"a request to {request.url}")

        page.on("console", hear)
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("request", watch)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds on a page, a line a violation."""

    def look(page: Page) -> list[str]:
        found = Axe().run(page, options=AXE_RULES)
        return [
            f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
            for violation in found.response["violations"]
        ]

    return look


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keeps a picture of a page in .cache/screenshots."""

    def take(page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)

    return take
