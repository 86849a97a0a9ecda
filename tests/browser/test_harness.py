"""The ground of the browser tests: Chromium draws Chinese, and nothing it does goes unheard."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as WaitedTooLongError

from tests.browser import conftest

DRAWN = """(character) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 80;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.font = "64px sans-serif";
    pen.fillText(character, 4, 64);
    return Array.from(pen.getImageData(0, 0, 80, 80).data).join("");
}"""


def test_chinese_characters_are_drawn_and_not_boxes(open_page: conftest.OpenPage) -> None:
    page = open_page()
    page.set_content("<p>望潮日报</p>")
    # The last is no character at all, which is drawn as a box or not at all.
    pictures = [page.evaluate(DRAWN, letter) for letter in ("望", "潮", " ", "\U0010fffd")]
    assert len(set(pictures)) >= 3
    assert pictures[0] not in pictures[1:]
    assert pictures[1] not in pictures[2:]


@pytest.mark.parametrize(("size", "width"), [("phone", 390), ("desktop", 1280)])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_phones_and_desktops_in_two_languages(
    open_page: conftest.OpenPage, size: str, width: int, locale: str
) -> None:
    page = open_page(size, locale)
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("navigator.language") == locale
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"


def test_the_live_server_answers(open_page: conftest.OpenPage) -> None:
    answer = open_page(allow=("favicon",)).goto("/healthz")
    assert answer is not None
    assert answer.status == 200


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_roles_are_there_for_each_test(open_page: conftest.OpenPage, turn: str) -> None:
    open_page()
    assert Group.objects.filter(name="reporter").exists()


def test_an_error_on_the_page_is_heard(open_page: conftest.OpenPage, complaints: list[str]) -> None:
    page = open_page()
    page.set_content("<p>…</p>")
    page.evaluate("console.error('no ink')")
    page.evaluate("setTimeout(() => { throw new Error('no paper') })")
    page.wait_for_timeout(200)
    assert len(complaints) == 2
    assert "no ink" in complaints[0]
    assert "no paper" in complaints[1]
    complaints.clear()


def test_an_error_that_is_allowed_is_not(open_page: conftest.OpenPage) -> None:
    page = open_page(allow=("no ink",))
    page.set_content("<p>…</p>")
    page.evaluate("console.error('no ink')")
    page.wait_for_timeout(100)


@pytest.mark.parametrize(
    "address", ["http://example.com/a.png", "http://203.0.113.7/a.png", "http://localhost:9/a.png"]
)
def test_a_request_to_another_server_is_heard_and_fails(
    open_page: conftest.OpenPage, complaints: list[str], address: str
) -> None:
    page = open_page()
    page.set_content("<img alt=''>")
    page.evaluate(
        """(address) => new Promise((done) => {
            const img = document.images[0];
            img.onload = () => done("came");
            img.onerror = () => done("failed");
            img.src = address;
        }).then((how) => { if (how !== "failed") throw new Error(how); })""",
        address,
    )
    assert f"a request to another server: {address}" in complaints
    complaints.clear()


def test_a_moved_clock_moves_the_server_and_no_timeout(
    open_page: conftest.OpenPage, clock: Any
) -> None:
    page = open_page(allow=("favicon",))
    clock.move_to(dt.datetime(2031, 3, 3, 6, 0, tzinfo=dt.UTC))
    answer = page.goto("/healthz")
    assert answer is not None
    assert "2031" in answer.headers["date"]
    page.wait_for_timeout(50)
    with pytest.raises(WaitedTooLongError):
        page.wait_for_selector("#not-there", timeout=200)
    clock.move_to(dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    answer = page.goto("/healthz")
    assert answer is not None
    assert "2021" in answer.headers["date"]


def test_a_user_is_signed_in(open_page: conftest.OpenPage, django_user_model: Any) -> None:
    wen = django_user_model.objects.create_superuser("wen", password="any")
    page = open_page(user=wen)
    page.goto("/admin/")
    assert page.url.endswith("/admin/")


def test_axe_sees_a_picture_without_words(
    open_page: conftest.OpenPage, axe: Callable[[Page], list[str]]
) -> None:
    page = open_page(scripts=True)
    page.set_content(
        '<main><h1>…</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>'
    )
    assert [line for line in axe(page) if line.startswith("image-alt")]


def test_a_picture_of_a_page_is_kept(
    open_page: conftest.OpenPage,
    shot: Callable[[Page, str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(conftest, "SHOTS", tmp_path / "shots")
    page = open_page("phone")
    page.set_content("<p>望潮日报</p>")
    shot(page, "masthead")
    assert (tmp_path / "shots" / "masthead.png").read_bytes().startswith(b"\x89PNG")
