"""Without a connection: an issue that was opened is read as a whole, and nothing of it that is gone."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from articles.models import Story
from articles.rules import publishing, workflow
from articles.web import screens
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SIX, Cast, Paper
from tests.conftest import Clock
from tests.web.test_printed import run_printed

pytestmark = pytest.mark.django_db(transaction=True)
ISSUE = f"/daily/{MONDAY}/"
LATER = SIX + dt.timedelta(hours=1)
# What the browser says on its console of a connection that is not there, and of what is gone.
NO_CONNECTION = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "404", "410")
# The worker's own memory of what it keeps: the issues' titles, which name their state.
KEPT = """async () => {
  const written = await (await caches.open("newsroom-shell")).match("/offline/opened");
  return written ? (await written.json()).map((one) => one.title) : [];
}"""
OTHER_THAN = f"""async (before) => {{
  const until = Date.now() + 15000;
  while (Date.now() < until) {{
    const now = String(await ({KEPT})());
    if (now && now !== before) return now;
    await new Promise((done) => setTimeout(done, 50));
  }}
  throw new Error("the worker keeps what it kept: " + before);
}}"""


@pytest.fixture
def stories(paper: Paper, cast: Cast, clock: Clock) -> list[Story]:
    """An issue of a printed page with two stories, the first of them with a photo, at six."""
    lead = people.draft(paper, cast.wen, "渔港修好了防波堤")
    people.illustrate(lead, cast.lan)
    second = people.draft(paper, cast.wen, "第二条新闻", body="<p>说错了的一段。</p>")
    run_printed(paper, cast, lead, second)
    clock.move_to(SIX)
    return [lead, second]


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page("phone", allow=NO_CONNECTION)


def open_issue(page: Page) -> str:
    """The issue is opened on line, and kept; what the worker calls it is returned."""
    page.goto(ISSUE)
    return wait_for_another(page, "")


def wait_for_another(page: Page, before: str) -> str:
    """Until the worker keeps something else than what it called `before`."""
    kept: str = page.evaluate(OTHER_THAN, before)
    return kept


def come_back(page: Page) -> None:
    """The connection was away for a moment, and is there again; a page is opened."""
    page.context.set_offline(True)
    page.context.set_offline(False)
    page.goto("/about/")


def blank_pictures(page: Page) -> list[str]:
    """The pictures of this page that show nothing, once each was scrolled to."""
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate(
            "(one) => one.complete || new Promise((done) => (one.onload = one.onerror = done))"
        )
    blank: list[str] = page.evaluate(
        "[...document.querySelectorAll('main img')].filter((one) => !one.naturalWidth).map((one) => one.currentSrc)"
    )
    return blank


def address(story: Story) -> str:
    return f"/stories/{story.pk}/{story.slug}/"


def put_right(story: Story, cast: Cast, at: dt.datetime) -> None:
    """Readers have other words from `at` on."""
    workflow.take_back(story, cast.shen, at)
    Story.objects.filter(pk=story.pk).update(body="<p>说对了的一段。</p>")
    people.read_through(Story.objects.get(pk=story.pk), cast, at)


def test_an_issue_that_was_opened_is_read_without_a_connection(
    stories: list[Story], phone: Page
) -> None:
    """Its pages and stories, with their pictures, and each says that it is a kept copy."""
    open_issue(phone)
    phone.context.set_offline(True)
    for asked in (ISSUE, f"{ISSUE}1/", address(stories[0]), address(stories[1]), "/", "/daily/"):
        phone.goto(asked)
        assert phone.locator(".offline").inner_text().startswith("没有网络"), asked
        assert "渔港修好了防波堤" in phone.locator("main").inner_text(), asked
        assert blank_pictures(phone) == [], asked
        style = "getComputedStyle(document.querySelector('.sections ul')).listStyleType"
        assert phone.evaluate(style) == "none", f"{asked} has no style"
    phone.goto("/search/?q=渔港")
    assert "没有网络" in phone.locator("h1").inner_text()
    phone.get_by_role("link", name="2031年3月3日 星期一").click()
    phone.wait_for_url(f"**{ISSUE}")


def test_a_picture_is_shown_whatever_the_width_and_format_the_browser_asks_for(
    stories: list[Story], open_page: Callable[..., Page]
) -> None:
    """A wide, sharp screen asks for another copy than the one that is kept: it gets that one."""
    page = open_page("desktop", allow=NO_CONNECTION, device_scale_factor=2)
    open_issue(page)
    page.context.set_offline(True)
    page.goto(address(stories[0]))
    asked = page.locator(".story .main img").evaluate("(one) => one.currentSrc")
    assert asked.endswith(".avif")
    assert blank_pictures(page) == []


def test_a_withdrawn_story_leaves_the_device_though_nobody_asks_for_it(
    stories: list[Story], cast: Cast, phone: Page, clock: Clock
) -> None:
    kept = open_issue(phone)
    clock.move_to(LATER)
    workflow.kill(stories[1], cast.shen, "失实", LATER, notice="已撤回。")
    come_back(phone)
    wait_for_another(phone, kept)
    phone.context.set_offline(True)
    phone.goto(address(stories[1]))
    assert "第二条新闻" not in phone.content()
    for asked in (ISSUE, f"{ISSUE}1/", address(stories[0])):
        phone.goto(asked)
        assert phone.locator(".offline").is_visible(), asked
        assert "第二条新闻" not in phone.content(), asked


def test_no_other_issues_story_is_named_on_a_kept_page(
    stories: list[Story], paper: Paper, cast: Cast, phone: Page, clock: Clock
) -> None:
    """It is not kept itself, and the device would not be told when it is withdrawn."""
    clock.move_to(LATER)
    told = workflow.take_back(stories[0], cast.shen, LATER)
    told.tags.add("渔港")
    people.read_through(told, cast, LATER)
    other = people.draft(paper, cast.wen, "别日的渔港新闻", release="now")
    other.tags.add("渔港")
    people.read_through(other, cast, LATER)
    clock.move_to(LATER + dt.timedelta(minutes=5))
    phone.goto(address(stories[0]))
    assert "别日的渔港新闻" in phone.locator(".aside").inner_text()
    open_issue(phone)
    phone.context.set_offline(True)
    phone.goto(address(stories[0]))
    assert phone.locator(".offline").is_visible()
    assert "别日的渔港新闻" not in phone.content()
    assert phone.locator("#related").count() == 0
    assert "第二条新闻" in phone.locator("main").inner_text()  # on the same page in print


def test_a_story_that_was_put_right_is_read_as_it_is_now(
    stories: list[Story], cast: Cast, phone: Page, clock: Clock
) -> None:
    kept = open_issue(phone)
    clock.move_to(LATER)
    put_right(stories[1], cast, LATER)
    come_back(phone)
    wait_for_another(phone, kept)
    phone.context.set_offline(True)
    phone.goto(address(stories[1]))
    assert "说对了的一段" in phone.locator("main").inner_text()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Once closed, no story's page is answered until it is opened again: the line is slow."""
    asked, opened = threading.Event(), threading.Event()
    opened.set()
    made = screens.story_screen

    def slowly(*given: Any, **more: Any) -> Any:
        if not opened.is_set():
            asked.set()
            opened.wait(30)
        return made(*given, **more)

    monkeypatch.setattr(screens, "story_screen", slowly)
    yield {"asked": asked, "opened": opened}
    opened.set()


def test_an_issue_that_is_kept_stays_when_the_connection_breaks_while_it_is_kept_anew(
    stories: list[Story], cast: Cast, phone: Page, clock: Clock, gate: dict[str, Any]
) -> None:
    """The kept one is read until the new one is whole, which is gathered on the next time."""
    kept = open_issue(phone)
    clock.move_to(LATER)
    put_right(stories[1], cast, LATER)
    gate["opened"].clear()
    come_back(phone)
    assert gate["asked"].wait(15), "the worker never asked for the stories again"
    phone.context.set_offline(True)
    gate["opened"].set()
    for asked in (ISSUE, f"{ISSUE}1/", address(stories[0]), address(stories[1])):
        phone.goto(asked)
        assert phone.locator(".offline").is_visible(), asked
    assert "说错了的一段" in phone.locator("main").inner_text()
    assert ",".join(phone.evaluate(KEPT)) == kept
    come_back(phone)
    wait_for_another(phone, kept)
    phone.context.set_offline(True)
    phone.goto(address(stories[1]))
    assert "说对了的一段" in phone.locator("main").inner_text()


def test_the_last_two_issues_that_were_opened_are_kept(
    stories: list[Story], paper: Paper, cast: Cast, phone: Page, clock: Clock
) -> None:
    days = [MONDAY + dt.timedelta(days=number) for number in (1, 2)]
    for number, day in enumerate(days, start=1):
        story = people.draft(paper, cast.wen, f"第{number}天的新闻")
        people.read_through(story, cast, EVENING_BEFORE)
        publishing.schedule(people.plan(paper, story, date=day), cast.hai, at=EVENING_BEFORE)
    clock.move_to(SIX + dt.timedelta(days=3))
    kept = open_issue(phone)
    for day in days:
        phone.goto(f"/daily/{day}/")
        kept = wait_for_another(phone, kept)
    assert [title.split("#")[0] for title in kept.split(",")] == [
        f"newsroom-issue:/daily/{day}/" for day in days
    ]
    phone.context.set_offline(True)
    phone.goto(ISSUE)
    assert "没有网络" in phone.locator("h1").inner_text()
    phone.goto("/daily/")
    assert "第2天的新闻" in phone.locator("main").inner_text()
