"""The flatplan in the browser: an issue of 8 pages and 40 stories, by mouse and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from articles.models import Issue, Placement, PublishedIssue, PublishedStory, Story
from articles.models import Page as Sheet
from articles.rules import plans, publishing
from tests import cast as people
from tests.browser.mouse import drag
from tests.browser.test_screens import SIZES
from tests.cast import EVENING_BEFORE, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
STORIES, PAGES = 40, 8


@pytest.fixture
def paper() -> Paper:
    return people.found(motto="潮起东方")


def empty_issue(paper: Paper, cast: Cast, stories: int = STORIES, pages: int = PAGES) -> Issue:
    """An issue with pages and nothing on them; the stories lie in the tray."""
    issue = people.plan(paper)
    for number in range(2, pages + 1):
        Sheet.objects.create(issue=issue, number=str(number), name="民生", room=900)
    for number in range(stories):
        people.draft(paper, cast.wen, f"第{number + 1:02}条消息")
    return issue


def open_plan(page: Page, issue: Issue) -> Page:
    page.goto(f"/admin/articles/issue/{issue.pk}/flatplan/")
    return page


def in_tray(page: Page, story: Story) -> Locator:
    return page.locator(f"#tray-{story.pk}")


def settled(page: Page) -> None:
    """What was done has come back from the server, and is shown."""
    expect(page.locator("#flatplan:not([data-acting])")).to_have_count(1)


def sheet(page: Page, issue: Issue, number: int) -> Locator:
    pk = Sheet.objects.get(issue=issue, number=str(number)).pk
    return page.locator(f"#sheet-{pk}")


def planned() -> list[tuple[str, str]]:
    """(page, headline) of everything on the plan, in its order."""
    found = Placement.objects.order_by("page__position", "position")
    return list(found.values_list("page__number", "story__headline"))


def expected() -> list[tuple[str, str]]:
    """Five stories a page, in the order of their numbers."""
    return [(str(n // 5 + 1), f"第{n + 1:02}条消息") for n in range(STORIES)]


def test_an_issue_is_planned_by_mouse(
    open_page: Callable[..., Page], paper: Paper, cast: Cast, shot: Callable[[Page, str], None]
) -> None:
    issue = empty_issue(paper, cast)
    wall = open_plan(open_page(user=cast.hai, viewport={"width": 1900, "height": 1400}), issue)
    for number, story in enumerate(Story.objects.order_by("pk")):
        target = sheet(wall, issue, number // 5 + 1).locator(".sheet-foot")
        drag(wall, in_tray(wall, story), target)
        expect(wall.locator(f".slot[data-title='{story.headline}']")).to_be_visible()
        expect(wall.locator("#said")).to_contain_text(story.headline)
        expect(in_tray(wall, story)).to_have_count(0)
        settled(wall)
    assert planned() == expected()
    shot(wall, "flatplan-by-mouse")
    # One is dragged to the head of another page, and one back into the tray.
    moved = wall.locator(".slot[data-title='第40条消息']")
    first = wall.locator(".slot[data-title='第01条消息']")
    drag(wall, moved, first, at=(20, 2))
    expect(wall.locator("#said")).to_contain_text("1版")
    settled(wall)
    assert planned()[0] == ("1", "第40条消息")
    drag(wall, wall.locator(".slot[data-title='第02条消息']"), wall.locator("#tray-title"))
    expect(wall.locator("#tray .tray-story")).to_have_count(1)
    assert len(planned()) == STORIES - 1


def test_an_issue_is_planned_by_keyboard(
    open_page: Callable[..., Page], paper: Paper, cast: Cast
) -> None:
    issue = empty_issue(paper, cast)
    wall = open_plan(open_page(user=cast.hai), issue)
    for number, story in enumerate(Story.objects.order_by("pk")):
        in_tray(wall, story).locator(".slot-handle").focus()
        wall.keyboard.press("Space")
        expect(wall.locator("#said")).to_contain_text("已拿起")
        for _ in range(number // 5 + 1):
            wall.keyboard.press("ArrowRight")
        wall.keyboard.press("End")
        expect(wall.locator("#said")).to_contain_text(
            f"{number // 5 + 1}版，第 {number % 5 + 1} 条"
        )
        wall.keyboard.press("Space")
        expect(in_tray(wall, story)).to_have_count(0)
    assert planned() == expected()
    # Within a page, to another, and left where it was; the handle keeps the focus.
    handle = wall.locator(".slot[data-title='第03条消息'] .slot-handle")
    handle.focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        wall.keyboard.press(key)
    expect(wall.locator("#said")).to_contain_text("现在在1版")
    assert planned()[0] == ("1", "第03条消息")
    settled(wall)
    expect(handle).to_be_focused()
    for key in ("Space", "ArrowRight", "ArrowRight", "Escape"):
        wall.keyboard.press(key)
    expect(wall.locator("#said")).to_contain_text("放回原处")
    assert planned()[0] == ("1", "第03条消息")
    # And by the menu, as a form.
    wall.keyboard.press("Enter")
    dialog = wall.locator("#panel-dialog")
    expect(dialog.locator("h2")).to_have_text("第03条消息")
    last = Sheet.objects.get(issue=issue, number="8")
    dialog.locator("#panel-where").select_option(f"{last.pk}:0")
    dialog.locator("button[value=move]").press("Enter")
    expect(dialog).to_be_hidden()
    expect(sheet(wall, issue, 8)).to_contain_text("第03条消息")


def test_a_kept_place_is_filled_by_keyboard_from_either_end_of_the_paper(
    open_page: Callable[..., Page], paper: Paper, cast: Cast
) -> None:
    issue = empty_issue(paper, cast, stories=2, pages=2)
    last = Sheet.objects.get(issue=issue, number="2")
    kept = Placement.objects.create(page=last, weight="lead", label="头条")
    wall = open_plan(open_page(user=cast.hai), issue)
    first, second = Story.objects.order_by("pk")
    # Back from the tray is the last page; down from there is the place that was kept.
    in_tray(wall, first).locator(".slot-handle").focus()
    wall.keyboard.press("Space")
    wall.keyboard.press("ArrowLeft")
    expect(wall.locator("#said")).to_contain_text("2版")
    wall.keyboard.press("ArrowUp")
    expect(wall.locator("#said")).to_contain_text("为“头条”预留的版位")
    wall.keyboard.press("Space")
    expect(in_tray(wall, first)).to_have_count(0)
    settled(wall)
    kept.refresh_from_db()
    assert kept.story == first
    # A page further left than the first one is the tray, and nothing is moved.
    in_tray(wall, second).locator(".slot-handle").focus()
    for key in ("Space", "ArrowRight", "ArrowLeft", "Space"):
        wall.keyboard.press(key)
    expect(wall.locator("#said")).to_contain_text("放回原处")
    expect(in_tray(wall, second)).to_have_count(1)
    assert Placement.objects.count() == 1


def test_two_editors_see_each_other_and_overwrite_nothing(
    open_page: Callable[..., Page], paper: Paper, cast: Cast
) -> None:
    issue = empty_issue(paper, cast, stories=3, pages=3)
    one, two, three = Story.objects.order_by("pk")
    for story in (one, two):
        plans.place(issue.pk, story.pk, cast.hai, page=issue.pages.get(number="1").pk)
    hai = open_plan(open_page(user=cast.hai), issue)
    shen = open_plan(open_page(user=cast.shen), issue)
    shen.get_by_role("link", name="改1版署名").click()
    shen.locator(".credits-form [name=editor]").fill("程知秋")
    # What Hai moves, Shen sees within seconds, and what Shen is typing stays.
    hai.locator(f"#tray-handle-{three.pk}").focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space"):
        hai.keyboard.press(key)
    expect(sheet(shen, issue, 2)).to_contain_text(three.headline, timeout=15_000)
    expect(shen.locator("#said")).to_contain_text("hai")
    expect(shen.locator(".credits-form [name=editor]")).to_have_value("程知秋")
    shen.locator(".credits-form button").click()
    expect(sheet(shen, issue, 1)).to_contain_text("责编 程知秋")
    # Both move the same story; the second is told who was first.
    hai.evaluate("window.setInterval = () => 0; pulse = () => {}")
    plans.move(
        issue.pk,
        Placement.objects.get(story=one).pk,
        cast.shen,
        page=issue.pages.get(number="3").pk,
    )
    hai.locator(".slot[data-title='第01条消息'] .slot-handle").focus()
    for key in ("Space", "ArrowRight", "Space"):
        hai.keyboard.press(key)
    expect(hai.locator("#said")).to_contain_text("shen刚才挪动")
    expect(sheet(hai, issue, 3)).to_contain_text(one.headline)
    assert Placement.objects.get(story=one).page.number == "3"


def test_an_issue_is_sent_to_press_and_a_story_killed_late(
    open_page: Callable[..., Page], paper: Paper, cast: Cast, clock: Clock
) -> None:
    clock.move_to(EVENING_BEFORE, tick=True)
    stories = [people.draft(paper, cast.wen, headline) for headline in ("留下的", "撤掉的")]
    for story in stories:
        people.read_through(story, cast, EVENING_BEFORE)
    issue = people.plan(paper, *stories)
    shen = open_page(user=cast.shen)
    shen.goto(f"/admin/articles/issue/{issue.pk}/press/")
    shen.locator("summary.main").click()
    shen.locator("button[value=schedule]").click()
    expect(shen.locator(".messagelist .success")).to_contain_text("2031-03-03 06:00")
    clock.move_to(SIX + SECOND, tick=True)
    assert PublishedStory.objects.live(SIX + SECOND).count() == 2
    open_plan(shen, issue)
    shen.locator(".slot[data-title='撤掉的'] .slot-handle").click()
    shen.locator("#panel-dialog").get_by_role("link", name="撤稿").click()
    shen.locator("#panel-reason").fill("失实")
    shen.locator("button[value=kill]").click()
    expect(shen.locator("#said")).to_contain_text("撤掉的")
    expect(shen.locator(".slot-kept")).to_have_count(1)
    at = SIX + 3600 * SECOND
    assert [row.story.headline for row in PublishedStory.objects.live(at)] == ["留下的"]
    assert len(PublishedIssue.objects.live(at).get().payload["pages"][0]["slots"]) == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_the_wall(
    dark: bool,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    paper: Paper,
    cast: Cast,
) -> None:
    issue = empty_issue(paper, cast, stories=6, pages=3)
    first, second, *_rest = Story.objects.order_by("pk")
    page = issue.pages.get(number="1")
    plans.place(issue.pk, first.pk, cast.hai, page=page.pk, weight="lead", planned_length=5)
    plans.keep(issue.pk, cast.hai, page=page.pk, label="天气", weight="notice")
    people.read_through(second, cast, EVENING_BEFORE)
    plans.place(issue.pk, second.pk, cast.hai, page=page.pk, weight="picture")
    publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    slot = Placement.objects.get(story=first).pk
    found = []
    for language in ("zh-hans", "en"):
        type(cast.shen).objects.filter(pk=cast.shen.pk).update(language=language)
        for size in SIZES:
            tab = open_page(size, user=cast.shen, dark=dark)
            base = f"/admin/articles/issue/{issue.pk}"
            for address in (
                f"{base}/flatplan/",
                f"{base}/flatplan/?panel=move&placement={slot}",
                f"{base}/flatplan/?panel=pages",
                f"{base}/press/",
                "/admin/articles/issue/add/",
            ):
                tab.goto(address)
                found += [f"{language} {size} {address}: {line}" for line in axe(tab)]
                wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    found.append(f"{language} {size} {address}: {wide}px too wide")
            tab.close()
    assert found == []
