"""The readers' paper in a real browser: nothing moves, text comes first, keys and no scripts do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from articles.models import Placement, Story
from articles.rules import publishing
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SIX
from tests.conftest import Clock
from tests.web.test_printed import run_printed

pytestmark = pytest.mark.django_db(transaction=True)
FIGURES = Path(".cache/reading-figures.json")
# Slow 4G as browsers' own tools have it: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up.
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
SLOWER = 4
WATCH = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({type: "layout-shift", buffered: true});
window.seen = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.seen.push({at: entry.renderTime || entry.startTime, text: entry.url === "" && entry.element?.innerText});
  }
}).observe({type: "largest-contentful-paint", buffered: true});
"""
# Every run of text, with the language that a screen reader would read it in.
WRONG_LANGUAGE = """() => {
  const wrong = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const words = node.textContent.trim();
    const parent = node.parentElement;
    if (!words || parent.closest("script, .clause, [aria-hidden=true]")) continue;
    const lang = parent.closest("[lang]").getAttribute("lang");
    const han = (words.match(/\\p{Script=Han}/gu) || []).length;
    const latin = (words.match(/[A-Za-z]/g) || []).length;
    if (han > latin && !lang.startsWith("zh")) wrong.push([lang, words.slice(0, 30)]);
    if (latin > 3 && han === 0 && lang !== "en") wrong.push([lang, words.slice(0, 30)]);
  }
  return wrong;
}"""


@pytest.fixture
def printed_paper(clock: Clock) -> Story:
    """A Chinese paper with a page as printed; its lead story, with its zone, is returned."""
    cast, paper = people.hire(), people.found(motto="潮起东方")
    lead = people.draft(
        paper, cast.wen, "捂紧百姓钱袋子 构建反诈新格局", kicker="三年工期", deck="可泊船二百艘",
        body="".join(f"<p>第{n}段。{'潮水退了，渔船可以避风了。' * 9}</p>" for n in range(8)),
    )  # fmt: skip
    people.illustrate(lead, cast.lan)
    run_printed(paper, cast, lead, people.draft(paper, cast.wen, "第二条新闻"))
    clock.move_to(SIX)
    return lead


def addresses(lead: Story) -> dict[str, str]:
    return {
        "front": "/",
        "issue": f"/daily/{MONDAY}/",
        "page": f"/daily/{MONDAY}/1/",
        "story": f"/stories/{lead.pk}/{lead.slug}/",
    }


def test_nothing_moves_and_text_is_in_the_first_paint_on_a_slow_phone(
    printed_paper: Story, open_page: Callable[..., Page]
) -> None:
    """Figures of each page go to .cache/reading-figures.json: layout shift, first text, bytes.

    `first` and `ready` are milliseconds: the first paint with words, the last byte of the page.
    """
    figures = {}
    for name, address in addresses(printed_paper).items():
        page = open_page("phone")
        page.set_default_timeout(60_000)  # slowed on purpose, on a machine that may be slow itself
        page.add_init_script(WATCH)
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_4G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="load")
        page.mouse.wheel(0, 3000)
        page.wait_for_timeout(500)
        found: dict[str, Any] = page.evaluate(
            """() => ({
                shift: window.moved,
                blank: performance.getEntriesByName("first-paint")[0].startTime,
                first: performance.getEntriesByName("first-contentful-paint")[0].startTime,
                text: window.seen.find((one) => one.text), fonts: document.fonts.size,
                ready: performance.getEntriesByType("navigation")[0].responseEnd,
                hidden: [...document.querySelectorAll("h1, h2, p")].filter(
                    (one) => one.innerText && getComputedStyle(one).visibility === "hidden").length,
                bytes: ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
                    .filter((one) => one.initiatorType !== "img")
                    .reduce((sum, one) => sum + one.encodedBodySize, 0),
            })"""
        )
        figures[name] = found
        assert found["shift"] == 0, name
        assert found["hidden"] == 0, name
        # The first that is painted at all has words in it: nothing white is looked at meanwhile.
        assert found["first"] == found["blank"], name
        # Nothing waits for a font; where the browser names a text first, it is in that paint.
        assert found["fonts"] == 0, name
        assert found["text"] is None or found["text"]["at"] <= found["first"] + 1, name
        page.context.close()
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print(json.dumps(figures))


def test_a_printed_page_is_walked_by_keyboard(
    printed_paper: Story, open_page: Callable[..., Page]
) -> None:
    """Tab comes to the zone, which shows it and says its headline; Enter opens the story."""
    page = open_page("desktop")
    page.goto(addresses(printed_paper)["page"])
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.print svg a')"):
            break
    zone = page.locator(".print svg a:focus")
    assert zone.get_attribute("aria-label") == "三年工期 捂紧百姓钱袋子 构建反诈新格局"
    drawn = zone.locator("rect").evaluate("(one) => getComputedStyle(one).strokeOpacity")
    assert float(drawn) == 1
    assert page.locator(".beside a.lit").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stories/{printed_paper.pk}/**")


def test_a_printed_page_comes_closer_and_the_arrow_keys_turn(
    printed_paper: Story, open_page: Callable[..., Page]
) -> None:
    page = open_page("desktop")
    page.goto(addresses(printed_paper)["page"])
    page.get_by_role("button", name="放大").click()
    wide = page.locator(".print .plate").evaluate(
        "(one) => one.offsetWidth / one.parentElement.clientWidth"
    )
    assert round(wide) == 2
    # What was in the middle stays there, and a sharper copy is fetched.
    middle = page.locator(".print").evaluate(
        "(one) => (one.scrollLeft + one.clientWidth / 2) / one.scrollWidth"
    )
    assert abs(middle - 0.5) < 0.02
    sizes = page.locator(".print img").get_attribute("sizes")
    assert sizes == page.locator(".print .plate").evaluate("(one) => `${one.clientWidth}px`")
    page.get_by_role("button", name="缩小").click()
    assert page.locator(".print img").get_attribute("sizes") != sizes
    page.goto(addresses(printed_paper)["story"])
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('h1').innerText.includes('第二条新闻')")


def test_a_finger_over_the_sections_turns_no_page(
    printed_paper: Story, open_page: Callable[..., Page]
) -> None:
    for number in range(14):
        printed_paper.edition.sections.create(name=f"第{number}栏目", slug=f"section-{number}")
    page = open_page("phone")
    swipe = """(one) => {
        const at = (x) => [new Touch({identifier: 1, target: one, clientX: x, clientY: 9})];
        const send = (what, x) => one.dispatchEvent(new TouchEvent(what, {
            bubbles: true, touches: what === "touchend" ? [] : at(x), changedTouches: at(x)}));
        window.turned = false;
        navigation.addEventListener("navigate", (event) => {
            window.turned = true; event.preventDefault();
        });
        send("touchstart", 300); send("touchend", 60);
        return window.turned;
    }"""
    page.goto(addresses(printed_paper)["story"])
    assert not page.locator(".sections a").first.evaluate(swipe)
    assert page.locator(".body p").first.evaluate(swipe)


def test_on_a_phone_the_second_story_follows_the_lead(
    clock: Clock, open_page: Callable[..., Page]
) -> None:
    cast, paper = people.hire(), people.found()
    weights = {
        "头条要闻": "lead",
        "普通消息": "normal",
        "第二条新闻": "second",
        "一句话简讯": "brief",
    }
    stories = [people.draft(paper, cast.wen, head) for head in weights]
    for story in stories:
        people.read_through(story, cast, EVENING_BEFORE)
    issue = people.plan(paper, *stories)
    for head, weight in weights.items():
        Placement.objects.filter(page__issue=issue, story__headline=head).update(weight=weight)
    publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    clock.move_to(SIX)
    where = """() => [...document.querySelectorAll(".frontpage .head a")]
        .map((one) => [one.getBoundingClientRect(), one.innerText])
        .sort(([one], [other]) => one.top - other.top).map(([_, words]) => words)"""
    page = open_page("phone")
    page.goto("/")
    in_order = ["头条要闻", "第二条新闻", "普通消息", "一句话简讯"]
    assert page.evaluate(where) == in_order
    page = open_page("desktop")
    page.goto("/")
    left = "(one) => one.getBoundingClientRect().left"
    places = {
        words: page.locator(f".frontpage .head a:text-is('{words}')").evaluate(left)
        for words in weights
    }
    assert places["头条要闻"] == places["普通消息"] < places["第二条新闻"] == places["一句话简讯"]


def test_a_storys_tools_enlarge_the_text_and_remember_it(
    printed_paper: Story, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone")
    page.goto(addresses(printed_paper)["story"])
    size = "parseFloat(getComputedStyle(document.querySelector('.body')).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="放大字号").click()
    assert page.evaluate(size) > before
    page.reload()
    assert page.evaluate(size) > before
    assert page.context.cookies() == []


def test_all_is_read_without_scripts(printed_paper: Story, open_page: Callable[..., Page]) -> None:
    """From the front to the page, through a zone to the story, to the next one; no tool is shown."""
    page = open_page("phone", scripts=False)
    page.goto("/")
    page.get_by_role("link", name="共 1 版").click()
    page.locator(".sheet").first.click()
    page.locator(".print svg a").click()
    assert "捂紧百姓钱袋子" in page.locator("h1").inner_text()
    assert not page.locator(".tools").is_visible()
    page.locator(".turn a[rel=next]").click()
    assert "第二条新闻" in page.locator("h1").inner_text()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_and_a_doubled_zoom_find_nothing_on_printed_pages(
    language: str,
    printed_paper: Story,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
) -> None:
    found = []
    for dark in (False, True):
        # At 200 % a window of 1280 shows what one of 640 does.
        for size, wide in (("phone", 390), ("desktop", 1280), ("desktop", 640)):
            page = open_page(size, dark=dark, viewport={"width": wide, "height": 800})
            for name, address in addresses(printed_paper).items():
                page.goto(f"{address}?lang={language}")
                found += [f"{name} {wide} {dark} {violation}" for violation in axe(page)]
                across = page.evaluate("document.documentElement.scrollWidth")
                assert across <= wide, f"{name} is {across} wide at {wide}"
            page.context.close()
    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_run_of_text_is_in_its_own_language(
    language: str, printed_paper: Story, open_page: Callable[..., Page]
) -> None:
    page = open_page("desktop")
    for name, address in addresses(printed_paper).items():
        page.goto(f"{address}?lang={language}")
        assert page.evaluate(WRONG_LANGUAGE) == [], name
