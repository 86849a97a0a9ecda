"""The writing screen while somebody writes, looks and goes: what stays, what is said, what is seen."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect

from articles.models import Seat, Story
from articles.rules import workflow
from tests import cast as people
from tests.browser.test_desk import BODY, SAVE, kept, ready, type_in_body, write
from tests.browser.test_journey import sign_in
from tests.cast import Cast, Paper

pytestmark = pytest.mark.django_db(transaction=True)
KEPT_HERE = "Object.keys(localStorage).filter((key) => key.startsWith('desk:')).length"


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    paragraphs = "".join(f"<p>第{number}段。</p>" for number in range(60))
    return people.draft(paper, cast.wen, body=paragraphs)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_editors_tools_never_lie_over_the_save_button(
    story: Story, open_page: Callable[..., Page], size: str
) -> None:
    page = write(sign_in(open_page(size), "wen"), story)
    page.wait_for_selector(".prose-menubar button")
    page.locator(f"{BODY} p").nth(50).evaluate("(one) => one.scrollIntoView()")
    page.wait_for_function(
        """() => {
          const [bar, tools] = [".desk-bar", ".prose-menubar"].map((one) => document.querySelector(one).getBoundingClientRect());
          return bar.top === 0 && Math.abs(tools.top - bar.bottom) < 2;
        }"""
    )
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")


def test_who_only_read_and_passed_on_is_offered_no_words(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    """Nothing was typed, so this browser keeps nothing, on any way out."""
    workflow.submit(story, cast.wen)
    page = write(sign_in(open_page(), "qiu"), story)
    page.locator(BODY).first.click()
    page.click(SAVE)
    page.wait_for_selector(".messagelist li")
    ready(page)
    assert page.evaluate(KEPT_HERE) == 0
    page.locator(BODY).first.click()
    page.goto("/admin/")
    write(page, story)
    assert page.locator(".copy-note").is_hidden()
    assert page.locator(".unsaved-note").count() == 0
    assert page.evaluate(KEPT_HERE) == 0


def test_what_was_saved_is_not_offered_after_somebody_else_saved_too(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    page.fill("[name=headline]", "改过的标题")
    kept(page)
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")
    other = write(sign_in(open_page(), "qiu"), story)
    other.fill("[name=headline]", "又改过的标题")
    kept(other)
    other.click(SAVE)
    other.wait_for_selector(".messagelist .success")
    write(page, story)
    assert page.locator(".copy-note").is_hidden()


def test_who_left_the_page_does_not_sit_there(story: Story, open_page: Callable[..., Page]) -> None:
    """Browsers say that a page is hidden after they said that it goes: it must not sit down again."""
    page = write(sign_in(open_page(), "wen"), story)
    page.fill("[name=headline]", "写了就走")
    kept(page)
    sent: list[dict[str, list[str]]] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/pulse/"):
            sent.append(parse_qs(request.post_data or ""))

    page.on("request", hear)
    with page.expect_response(lambda one: "_act=leave" in (one.request.post_data or "")):
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    with page.expect_response(lambda one: one.url.endswith("/pulse/")):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    assert [one.get("_act") for one in sent if "_window" in one] == [["leave"]]
    assert not Seat.objects.exists()
    # Back from the browser's own memory, they sit down again.
    with page.expect_response(lambda one: "_window" in (one.request.post_data or "")):
        page.evaluate(
            "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        )
    assert Seat.objects.exists()


def test_the_password_is_what_is_asked_for_after_a_session_ended(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(allow=("401",)), "wen"), story)
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=headline]", "过期")
    expect(page.locator("#again-password")).to_be_focused(timeout=20_000)
    page.keyboard.insert_text("wen-of-the-desk")
    page.keyboard.press("Enter")
    kept(page)


def test_saving_by_key_leaves_the_writer_where_they_were(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    page.locator(f"{BODY} p").nth(40).click()
    page.keyboard.press("End")
    page.keyboard.insert_text("写到这里")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    expect(page.locator(BODY)).to_be_focused()
    page.keyboard.insert_text("，接着写。")
    expect(page.locator(f"{BODY} p").nth(40)).to_have_text("第40段。写到这里，接着写。")
    expect(page.locator(f"{BODY} p").nth(40)).to_be_in_viewport()
    kept(page)


def test_saving_by_key_in_the_headline_stays_in_the_headline(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    page.fill("[name=headline]", "渔港修好了")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    expect(page.locator("[name=headline]")).to_be_focused()
    page.keyboard.insert_text("堤")
    expect(page.locator("[name=headline]")).to_have_value("渔港修好了堤")
    kept(page)


def test_a_new_story_goes_on_after_its_first_save(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = sign_in(open_page(), "wen")
    page.goto("/admin/articles/story/add/")
    ready(page)
    page.fill("[name=headline]", "新的一篇")
    type_in_body(page, "第一句。")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/change/")
    expect(page.locator(BODY)).to_be_focused()
    page.keyboard.insert_text("第二句。")
    expect(page.locator(BODY)).to_have_text("第一句。第二句。")
    kept(page)


def test_the_editors_tools_are_named_in_the_desks_words(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    bold = page.locator(".prose-menubar [title=加粗]")
    expect(bold).to_have_count(1)
    titles = page.locator(".prose-menubar button[title]").evaluate_all(
        "(all) => all.map((one) => one.title).filter((title) => /[a-z]/i.test(title))"
    )
    assert titles == []
    page.locator(f"{BODY} p").first.click(click_count=3)
    page.locator(".prose-menubar [title=加链接]").click()
    dialog = page.locator(".prose-editor-dialog")
    expect(dialog).to_contain_text("网址")
    expect(dialog).to_contain_text("取消")
