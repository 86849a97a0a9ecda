"""Time, as people at the desk meet it: previews, links, corrections, the time machine, the calendar."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from articles.models import Issue, LogEntry, Story
from articles.rules import publishing, workflow
from tests import cast as people
from tests.browser.mouse import drag
from tests.browser.test_journey import press
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_mayors_office_reads_one_story_and_nothing_else(
    open_page: Callable[..., Page], axe: Callable[[Page], list[str]], clock: Clock
) -> None:
    clock.move_to(EVENING_BEFORE, tick=True)
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    people.illustrate(story, cast.lan)
    qiu = open_page(user=cast.qiu)
    qiu.goto(f"/admin/articles/story/{story.pk}/change/")
    qiu.get_by_role("link", name=re.compile("给外面的人看的链接")).click()
    qiu.get_by_label("给谁看").fill("市长办公室")
    qiu.get_by_role("button", name="生成链接").click()
    address = qiu.get_by_label("地址").input_value()
    mayor = open_page("phone", scripts=False, allow=("410",))
    mayor.goto(address)
    expect(mayor.locator("h1")).to_contain_text("渔港修好了防波堤")
    expect(mayor.get_by_role("complementary")).to_contain_text("市长办公室")
    assert mayor.get_by_role("link").count() == 0
    expect(mayor.locator("img")).to_have_js_property("complete", True)
    reading = open_page("phone", dark=True)
    reading.goto(address)
    assert axe(qiu) + axe(reading) == []
    qiu.get_by_role("button", name=re.compile("立即停用")).click()
    expect(qiu.locator(".messagelist .success")).to_be_visible()
    gone = mayor.goto(address)
    assert gone is not None
    assert gone.status == 410
    assert mayor.get_by_text("避风").count() == 0


def test_a_correction_goes_its_round_in_public(
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    clock: Clock,
    shot: Callable[[Page, str], None],
) -> None:
    clock.move_to(SIX + 3600 * SECOND, tick=True)
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    qiu = open_page(user=cast.qiu)
    qiu.goto(f"/admin/articles/story/{story.pk}/change/")
    press(qiu, "take_back")
    qiu.locator("#corrections-group .add-row a").click()
    qiu.locator("[name=corrections-0-wrong]").fill("昨日")
    qiu.locator("[name=corrections-0-right]").fill("前日")
    qiu.locator("button[name=_save]").click()
    # Saved: the line that will be printed was made of the two.
    expect(qiu.locator("#corrections-group")).to_contain_text("“昨日”应为“前日”，特此更正")
    reader = open_page("phone", "zh-CN", scripts=False)
    where = f"/stories/{story.pk}/{story.slug}/"
    reader.goto(where)
    assert reader.get_by_text("特此更正").count() == 0
    fresh = workflow.submit(Story.objects.get(), cast.wen)
    workflow.pass_read(workflow.pass_read(fresh, cast.qiu), cast.hai)
    shen = open_page(user=cast.shen, allow=("Applying inline style",))
    shen.goto(f"/admin/articles/story/{story.pk}/change/")
    shen.locator("summary.desk-move-sign_off").click()
    expect(shen.locator(".desk-asked", has_text="这是更正")).to_be_visible()
    assert axe(shen) == []
    shen.locator("button[name=_move][value=sign_off]").click()
    expect(shen.locator(".messagelist .success")).to_be_visible()
    reader.goto(where)
    expect(reader.locator(".corrections")).to_contain_text("“昨日”应为“前日”，特此更正。")
    reader.goto("/corrections/")
    expect(reader.locator("main")).to_contain_text("“昨日”应为“前日”")
    shen.goto(f"/admin/articles/story/{story.pk}/record/")
    shen.locator("#content button.default").click()
    expect(shen.locator(".pieces ins").first).to_contain_text("特此更正")
    assert axe(shen) == []
    shot(shen, "record-compared")


def test_the_time_machine_goes_back_and_leads_on(
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    clock: Clock,
    shot: Callable[[Page, str], None],
) -> None:
    clock.move_to(SIX + 3600 * SECOND, tick=True)
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    issue = people.run(paper, cast, story)
    workflow.kill(Story.objects.get(), cast.shen, "失实", SIX + 600 * SECOND)
    hai = open_page(user=cast.hai, allow=("410", "404"))
    hai.goto("/admin/")
    hai.get_by_role("link", name="时光机").click()
    frame = hai.frame_locator("iframe")
    expect(frame.locator("main")).not_to_contain_text("渔港修好了防波堤")
    hai.get_by_role("link", name=str(MONDAY)).click()  # as printed
    expect(frame.locator("main")).to_contain_text("渔港修好了防波堤")
    frame.get_by_role("link", name="渔港修好了防波堤").first.click()
    expect(frame.locator("h1")).to_contain_text("渔港修好了防波堤")
    expect(frame.get_by_role("complementary")).to_contain_text("读者当时看到的样子")
    hai.get_by_label("手机").check()
    hai.get_by_label("时刻").fill("2031-03-03T05:59:59")
    hai.locator(".look-form button").click()
    expect(hai.locator("iframe.look-phone")).to_be_visible()
    expect(frame.locator("body")).not_to_contain_text("渔港修好了防波堤")
    shot(hai, "time-machine")
    found = axe(hai)
    for size, dark in (("phone", True), ("desktop", False)):
        page = open_page(size, user=cast.hai, dark=dark, allow=("404",))
        page.goto(reverse("admin:articles_issue_preview", args=[issue.pk]))
        found += axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]  # type: ignore[index]
    assert found == []


def test_issues_are_moved_on_the_calendar_by_mouse_and_by_keyboard(
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    clock: Clock,
    shot: Callable[[Page, str], None],
) -> None:
    clock.move_to(EVENING_BEFORE, tick=True)
    cast, paper = people.hire(), people.found()
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    hai = open_page(user=cast.hai)
    hai.goto("/admin/calendar/?month=2031-03")
    drag(hai, hai.locator(".cal-issue"), hai.locator("[data-date='2031-03-04']"))
    reason = hai.locator(f"#reason-{issue.pk}")
    expect(reason).to_be_focused()
    hai.keyboard.type("印厂停电")
    hai.keyboard.press("Enter")
    expect(hai.locator(".messagelist .success")).to_contain_text("2031-03-04 06:00")
    expect(hai.locator(".cal-issue .desk-warning")).to_contain_text("另一天")
    # By keyboard alone: the same form, from its summary on.
    hai.locator(".cal-issue summary").focus()
    hai.keyboard.press("Enter")
    hai.locator(f"#hour-{issue.pk}").fill("2031-03-03T07:00")
    hai.locator(f"#reason-{issue.pk}").focus()
    hai.keyboard.type("来电了")
    hai.keyboard.press("Enter")
    expect(hai.locator(".messagelist .success")).to_contain_text("2031-03-03 07:00")
    moved = Issue.objects.get()
    assert moved.goes_live_at == SIX + 3600 * SECOND
    reasons = LogEntry.objects.filter(verb="reschedule").order_by("pk")
    assert [entry.reason for entry in reasons] == ["印厂停电", "来电了"]
    hai.get_by_label("日期").fill("2031-03-20")
    hai.locator(".cal-far [name=reason]").fill("春分")
    hai.locator(".cal-far button").click()
    expect(hai.locator("[data-date='2031-03-20']")).to_contain_text("春分")
    shot(hai, "calendar")
    publishing.hold(moved, cast.hai, "等消息")
    found = axe(hai)
    for size, locale, dark in (
        ("phone", "en", True),
        ("desktop", "en", True),
        ("phone", "zh-CN", False),
    ):
        page = open_page(size, locale, user=cast.hai, dark=dark)
        page.goto("/admin/calendar/?month=2031-03")
        found += axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]  # type: ignore[index]
    assert found == []
