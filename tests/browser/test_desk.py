"""A day at the desk in the browser: five people, every fault that loses words elsewhere."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from articles.models import LogEntry, Photo, Story, StoryPhoto, Version, WorkingCopy
from articles.rules import notes, seats, workflow
from tests import cast as people
from tests.browser.test_journey import sign_in
from tests.cast import EVENING_BEFORE, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
BODY = ".prose-editor [contenteditable=true]"
SAVE = "button[name=_save]"
expect.set_options(timeout=15_000)
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch", "Failed to load resource")


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen, body="<p>第一段。</p><p>第二段。</p>")


def write(page: Page, story: Story) -> Page:
    """Open a story and wait until the screen is alive."""
    page.goto(f"/admin/articles/story/{story.pk}/change/")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_selector(".desk-story[data-ready]")
    page.wait_for_selector(BODY)


def type_in_body(page: Page, words: str) -> None:
    page.locator(BODY).first.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(words)


def kept(page: Page) -> None:
    """Wait until the server has what was typed."""
    expect(page.locator(".bar-kept[data-state=good]")).to_be_visible(timeout=15_000)


def headline(story: Story) -> str:
    return Story.objects.values_list("headline", flat=True).get(pk=story.pk)


def test_what_is_typed_is_kept_every_few_seconds_and_saved(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    page.fill("[name=headline]", "打到一半")
    type_in_body(page, "新写的一句。")
    kept(page)
    assert "%E6%96%B0" in WorkingCopy.objects.get().fields  # 新
    assert headline(story) == "渔港修好了防波堤"
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")
    assert headline(story) == "打到一半"
    assert "新写的一句。" in Story.objects.get().body
    assert not WorkingCopy.objects.exists()
    assert page.locator(".copy-note").is_hidden()


def test_a_closed_laptop_loses_nothing(story: Story, open_page: Callable[..., Page]) -> None:
    """The window goes in the middle of a sentence; the words are offered in another one."""
    page = write(sign_in(open_page(), "wen"), story)
    page.fill("[name=headline]", "合上了电脑")
    page.close()
    other = write(sign_in(open_page(), "wen"), story)
    expect(other.locator(".unsaved-note")).to_contain_text("合上了电脑")
    other.locator(".unsaved-note a").click()
    ready(other)
    expect(other.locator("[name=headline]")).to_have_value("合上了电脑")
    other.click(SAVE)
    other.wait_for_selector(".messagelist .success")
    assert headline(story) == "合上了电脑"


def test_words_typed_without_a_connection_are_kept_here_and_offered(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(allow=OFFLINE), "wen"), story)
    page.context.set_offline(True)
    page.fill("[name=headline]", "断网时写的")
    expect(page.locator(".bar-kept[data-state=bad]")).to_be_visible(timeout=15_000)
    page.click(SAVE)
    expect(page.locator("[name=headline]")).to_have_value("断网时写的")
    assert not WorkingCopy.objects.exists()
    # The window dies without a word; the connection comes back.
    page.goto("about:blank")
    page.context.set_offline(False)
    write(page, story)
    # Offered from the browser, or from the desk when the closing window's last word got through.
    page.locator(".unsaved-note a, .copy-note:visible button").first.click()
    page.wait_for_url("**take_up=*")
    ready(page)
    expect(page.locator("[name=headline]")).to_have_value("断网时写的")
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")
    assert headline(story) == "断网时写的"
    write(page, story)
    assert page.locator(".copy-note").is_hidden()


def test_a_connection_that_comes_back_takes_the_words_on(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(allow=OFFLINE), "wen"), story)
    page.context.set_offline(True)
    page.fill("[name=headline]", "断了又通")
    expect(page.locator(".bar-kept[data-state=bad]")).to_be_visible(timeout=15_000)
    page.context.set_offline(False)
    kept(page)
    assert WorkingCopy.objects.get().headline == "断了又通"


def test_a_session_that_ended_is_begun_anew_in_place(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(allow=("401", "400")), "wen"), story)
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=headline]", "登录过期时写的")
    page.click(SAVE)
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    page.fill("#again-password", "wrong")
    page.keyboard.press("Enter")
    expect(dialog.locator(".sign-in-errors")).not_to_be_empty()
    page.fill("#again-password", "wen-of-the-desk")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert headline(story) == "登录过期时写的"


def test_back_brings_the_words_back(story: Story, open_page: Callable[..., Page]) -> None:
    page = sign_in(open_page(), "wen")
    page.goto("/admin/articles/story/")
    write(page, story)
    page.fill("[name=headline]", "按了后退")
    page.go_back()
    page.wait_for_selector("#result_list")
    page.go_forward()
    ready(page)
    if page.input_value("[name=headline]") != "按了后退":
        page.locator(".unsaved-note a, .copy-note button").first.click()
        ready(page)
    expect(page.locator("[name=headline]")).to_have_value("按了后退")


def test_a_button_pressed_twice_makes_one_story(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = sign_in(open_page(), "wen")
    page.goto("/admin/articles/story/add/")
    ready(page)
    page.fill("[name=headline]", "只有一篇")
    page.locator(SAVE).dblclick()
    page.wait_for_selector(".messagelist .success")
    assert Story.objects.filter(headline="只有一篇").count() == 1
    page.go_back()
    page.wait_for_load_state()
    assert Story.objects.count() == 1


def test_a_new_story_half_typed_waits_on_my_day(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = sign_in(open_page(), "wen")
    page.goto("/admin/articles/story/add/")
    ready(page)
    page.fill("[name=headline]", "还没存的新稿")
    type_in_body(page, "开头一句。")
    kept(page)
    page.goto("/admin/")
    page.click("text=还没存的新稿")
    ready(page)
    expect(page.locator("[name=headline]")).to_have_value("还没存的新稿")
    expect(page.locator(BODY).first).to_contain_text("开头一句。")
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")
    assert Story.objects.get().body == "<p>开头一句。</p>"


def test_two_editors_in_parallel_lose_no_word(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    first = write(sign_in(open_page(), "wen"), story)
    first.locator(".seat-live").wait_for(state="hidden")
    second = write(sign_in(open_page(), "qiu"), story)
    expect(second.locator(".seat-live")).to_contain_text("wen")
    # Both write: one the headline and the first paragraph, the other the end.
    first.fill("[name=headline]", "第一人的标题")
    second.fill("[name=deck]", "第二人的副题")
    type_in_body(second, "第二人的末句。")
    first.click(SAVE)
    first.wait_for_selector(".messagelist .success")
    second.click(SAVE)
    second.wait_for_selector(".errornote")
    expect(second.locator(".errornote")).to_contain_text("wen")
    expect(second.locator("[name=headline]")).to_have_value("第一人的标题")
    second.click(SAVE)
    second.wait_for_selector(".messagelist .success")
    story.refresh_from_db()
    assert (story.headline, story.deck) == ("第一人的标题", "第二人的副题")
    assert "第二人的末句。" in story.body


def test_both_changed_the_same_headline_and_choose(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    first = write(sign_in(open_page(), "wen"), story)
    second = write(sign_in(open_page(), "qiu"), story)
    first.fill("[name=headline]", "先存的")
    first.click(SAVE)
    first.wait_for_selector(".messagelist .success")
    second.fill("[name=headline]", "后存的")
    second.click(SAVE)
    box = second.locator(".difference")
    for words in ("渔港修好了防波堤", "先存的", "后存的"):
        expect(box).to_contain_text(words)
    second.locator(".take-theirs").click()
    expect(second.locator("[name=headline]")).to_have_value("先存的")
    second.click(SAVE)
    second.wait_for_selector(".messagelist .success")
    assert headline(story) == "先存的"


def test_a_story_is_asked_for_given_and_taken_over(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    first = write(sign_in(open_page(), "wen"), story)
    second = write(sign_in(open_page(), "qiu"), story)
    second.locator("[data-act=ask]").click()
    first.evaluate("window.dispatchEvent(new Event('online'))")  # the next beat, now
    expect(first.locator(".seat-live")).to_contain_text("qiu")
    first.locator(".seat-buttons button:not([data-act])").click()
    first.wait_for_selector(".looking")
    second.evaluate("window.dispatchEvent(new Event('online'))")
    expect(second.locator(".seat-live")).to_contain_text(re.compile("由您写|yours"))
    second.fill("[name=deck]", "接着写")
    second.click(SAVE)
    second.wait_for_selector(".messagelist .success")
    third = write(sign_in(open_page(), "hai"), story)
    third.locator("[data-act=take_over]").click()
    third.locator(".seat-live").wait_for(state="hidden")
    assert LogEntry.objects.get(verb="take_over").actor == cast.hai
    taken = seats.taken(story)
    assert taken is not None
    assert taken.person == cast.hai


def test_bylines_tags_and_names_are_completed_by_keyboard(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    people.contributor("su-ming", "苏明远")
    page = write(sign_in(open_page(), "wen"), story)
    line = page.locator("[name=byline_line]")
    line.fill("记者 苏")
    line.press("End")
    page.locator(".suggestions li").first.wait_for()
    line.press("ArrowDown")
    line.press("Enter")
    expect(line).to_have_value("记者 苏明远 ")
    kept(page)
    expect(page.locator("#panel-people")).to_contain_text("苏明远")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    assert story.bylines.get().contributor.name == "苏明远"  # type: ignore[union-attr]


def test_a_proofing_aid_points_at_its_passage(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    story = people.draft(paper, cast.wen, body="<p>好的。</p><p>渔船的的确确，确已归港了了。</p>")
    page = write(sign_in(open_page(), "wen"), story)
    finding = page.locator("#panel-proof .finding").first
    passage = finding.get_attribute("data-passage")
    finding.click()
    assert page.evaluate("getSelection().toString()") == passage


def test_a_passage_goes_with_its_note(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "qiu"), story)
    page.locator(f"{BODY} p").first.click(click_count=3)
    expect(page.locator(".note-passage")).to_contain_text("第一段")
    page.fill("#note-text", "@wen 出处？")
    page.locator("#notes .note-form button").click()
    page.wait_for_selector("#notes .quote")
    note = story.notes.get()
    assert (note.passage, note.author) == ("第一段。", cast.qiu)
    assert cast.wen in note.mentions.all()


def paste(page: Page, **kinds: str) -> None:
    """Paste into the body what another program has put on the clipboard."""
    page.evaluate(
        """([selector, kinds]) => {
            const editor = document.querySelector(selector);
            editor.focus();
            const data = new DataTransfer();
            for (const [kind, words] of Object.entries(kinds)) data.setData(`text/${kind}`, words);
            editor.dispatchEvent(new ClipboardEvent('paste',
                {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [BODY, kinds],
    )


def test_what_is_pasted_comes_in_clean_and_a_pdfs_lines_are_joined(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    story = people.draft(paper, cast.wen, body="")
    page = write(sign_in(open_page(), "wen"), story)
    paste(
        page,
        html='<p class="MsoNormal" style="color:red">贴<b>进</b>来<o:p></o:p></p>'
        '<img src="https://tracker.invalid/x.gif"><script>alert(1)</script>',
    )
    expect(page.locator(BODY).first).to_contain_text("贴进来")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    paste(
        page,
        plain="记者从市海洋局获悉，入秋以来近岸水温比往\n年同期偏高一度，养殖户应推迟放苗时间并加\n"
        "密巡查。\n专家说，这与暖流偏强有关。",
    )
    expect(page.locator(BODY).first).to_contain_text("比往年同期")
    kept(page)
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")
    body = Story.objects.get().body
    assert "贴<strong>进</strong>来" in body
    assert "并加密巡查。" in body
    assert not any(word in body for word in ("style", "class", "img", "script"))


def test_a_character_being_composed_is_not_disturbed_by_keeping_and_saving(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    """The server keeps the words while an input method is still at work on the next ones."""
    story = people.draft(paper, cast.wen, body="<p>开头。</p>")
    page = write(sign_in(open_page(), "wen"), story)
    method = page.context.new_cdp_session(page)

    def compose(*spelled: str) -> None:
        for letters in spelled:
            method.send(
                "Input.imeSetComposition",
                {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)},
            )

    type_in_body(page, "第一句。")
    compose("c", "ch", "chao")
    kept(page)  # with the composition open
    compose("chao'sh", "chao'shui")
    page.evaluate("window.dispatchEvent(new Event('online'))")  # one more beat in the middle
    method.send("Input.insertText", {"text": "潮水"})
    headline_field = page.locator("[name=headline]")
    headline_field.fill("标题")
    headline_field.press("End")
    compose("y", "yu", "yu'gang")
    page.wait_for_timeout(2500)  # longer than the screen waits before it sends
    method.send("Input.insertText", {"text": "渔港"})
    expect(headline_field).to_have_value("标题渔港")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    story.refresh_from_db()
    assert (story.headline, story.body) == ("标题渔港", "<p>开头。第一句。潮水</p>")


def test_captions_and_hours_of_two_people_meet(
    story: Story,
    cast: Cast,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
) -> None:
    """One writes a caption and an embargo; the other, who began earlier, saves after."""
    people.illustrate(story, cast.lan)
    first = write(sign_in(open_page(), "wen"), story)
    second = write(sign_in(open_page("phone", allow=("Applying inline style",)), "qiu"), story)
    first.fill("[name=story_photos-0-caption]", "船都回来了")
    first.locator("details.where summary").nth(1).click()
    first.select_option("[name=release]", "embargo")
    first.fill("[name=embargo_until_0]", "2031-03-04")
    first.fill("[name=embargo_until_1]", "09:30")
    first.click(SAVE)
    first.wait_for_selector(".messagelist .success")
    second.fill("[name=headline]", "另一个标题")
    second.fill("[name=story_photos-0-caption]", "另一句图说")
    second.click(SAVE)
    second.wait_for_selector(".errornote")
    expect(second.locator(".pictures .errorlist")).to_contain_text("船都回来了")
    expect(second.locator("[name=embargo_until_0]")).to_have_value("2031-03-04")
    assert axe(second) == []
    second.fill("[name=story_photos-0-caption]", "船都回来了，又一句")
    second.click(SAVE)
    second.wait_for_selector(".messagelist .success")
    story.refresh_from_db()
    assert (story.headline, story.release) == ("另一个标题", "embargo")
    assert f"{story.embargo_until:%Y-%m-%d %H:%M}" == "2031-03-04 01:30"
    assert StoryPhoto.objects.get().caption == "船都回来了，又一句"


def test_words_typed_in_a_second_window_survive_the_saving_of_the_first(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    other = page.context.new_page()
    write(other, story)
    type_in_body(other, "第二个窗口里的一句。")
    kept(other)
    page.fill("[name=headline]", "第一个窗口")
    page.click(SAVE)
    page.wait_for_selector(".messagelist .success")
    assert "%E7%AC%AC%E4%BA%8C%E4%B8%AA%E7%AA%97" in WorkingCopy.objects.get().fields
    other.click(SAVE)
    other.wait_for_selector(".errornote")
    other.click(SAVE)
    other.wait_for_selector(".messagelist .success")
    story.refresh_from_db()
    assert story.headline == "第一个窗口"
    assert "第二个窗口里的一句。" in story.body


def test_words_taken_up_beside_their_own_window_lose_nothing(
    story: Story, open_page: Callable[..., Page]
) -> None:
    page = write(sign_in(open_page(), "wen"), story)
    type_in_body(page, "第一个窗口里的一句。")
    kept(page)
    other = page.context.new_page()
    write(other, story)
    other.locator(".unsaved-note a").click()
    other.wait_for_url("**take_up=*")
    ready(other)
    expect(other.locator(BODY).first).to_contain_text("第一个窗口里的一句。")
    kept(other)
    goes_on = "%E6%8E%A5%E7%9D%80%E5%86%99"  # 接着写
    with other.expect_response(lambda answer: goes_on in (answer.request.post_data or "")):
        type_in_body(other, "第二个窗口接着写。")
    other.reload()
    ready(other)
    expect(other.locator(BODY).first).to_contain_text("第二个窗口接着写。")
    page.fill("[name=deck]", "第一个窗口的副题")
    kept(page)
    assert WorkingCopy.objects.count() == 2
    other.click(SAVE)
    other.wait_for_selector(".messagelist .success")
    assert "%E5%89%AF%E9%A2%98" in WorkingCopy.objects.get().fields  # 副题


def test_a_new_story_is_begun_at_its_headline(
    paper: Paper, cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = sign_in(open_page(), "wen")
    page.goto("/admin/articles/story/add/")
    ready(page)
    page.wait_for_load_state("networkidle")
    page.keyboard.insert_text("一打开就写")
    expect(page.locator("[name=headline]")).to_have_value("一打开就写")


def test_five_people_play_a_day(paper: Paper, cast: Cast, open_page: Callable[..., Page]) -> None:
    """Wen writes, Qiu sends back with a reason and reads, Lan brings a picture, Hai reads, Shen signs."""
    wen = sign_in(open_page(), "wen")
    wen.goto("/admin/articles/story/add/")
    ready(wen)
    wen.fill("[name=headline]", "海堤修好了")
    wen.fill("[name=byline_line]", "记者 林晚潮")
    type_in_body(wen, "海堤昨日修好，渔船归港。")
    wen.select_option("[name=section]", str(paper.section.pk))
    wen.click(SAVE)
    wen.wait_for_selector(".messagelist .success")
    story = Story.objects.get()
    wen.click("#assignments summary")
    wen.fill("#assign-brief", "海堤全景")
    wen.click("#assignments button")
    wen.wait_for_selector(".assignments li")
    wen.click("button[value=submit]")
    wen.wait_for_selector(".reading, .status-first_read")
    qiu = sign_in(open_page(), "qiu")
    qiu.goto("/admin/")
    qiu.click("text=海堤修好了")
    ready(qiu)
    qiu.click("summary.desk-move-send_back")
    qiu.fill("#reason-send_back", "补一句造价")
    qiu.click("button[value=send_back]")
    qiu.wait_for_selector(".status-draft")
    wen.goto("/admin/")
    expect(wen.locator("#day-back ~ ul")).to_contain_text("补一句造价")
    wen.locator("#day-back ~ ul a").click()
    ready(wen)
    type_in_body(wen, "造价三百万元。")
    lan = sign_in(open_page(), "lan")
    lan.goto("/admin/")
    expect(lan.locator("#day-assignments ~ ul")).to_contain_text("海堤全景")
    lan.locator("#day-assignments ~ ul button").click()
    lan.wait_for_selector(".messagelist .success")
    StoryPhoto.objects.create(story=story, photo=people.photo(cast.lan))
    assert Photo.objects.count() == 1
    wen.click("button[value=submit]")
    wen.wait_for_selector(".status-first_read")
    for who, move in (("qiu", "pass_first"), ("hai", "pass_second")):
        reader = write_or_read(open_page, who, story)
        reader.click(f"button[value={move}]")
        reader.wait_for_selector(".messagelist .success")
    shen = write_or_read(open_page, "shen", story)
    shen.click("summary.desk-move-sign_off")
    shen.click("button[value=sign_off]")
    shen.wait_for_selector(".status-signed_off")
    story.refresh_from_db()
    assert story.status == "signed_off"
    assert "造价三百万元。" in story.body
    assert Version.objects.filter(story=story).count() >= 2


def write_or_read(open_page: Callable[..., Page], who: str, story: Story) -> Page:
    return write(sign_in(open_page(), who), story)


SCREENS = (
    "/admin/",
    "/admin/articles/story/",
    "/admin/articles/story/add/",
    "/admin/articles/story/{story}/change/",
    "/admin/articles/story/{signed}/change/",
    "/admin/articles/story/{story}/history/",
    "/admin/articles/story/{story}/compare/?a=1&b=2",
    "/admin/articles/story/from-page/",
    "/admin/articles/issue/",
    "/admin/articles/issue/{issue}/change/",
    "/admin/articles/photo/",
    "/admin/articles/assignment/",
    "/admin/articles/assignment/add/",
    "/admin/articles/assignment/{assignment}/change/",
    "/admin/articles/listedword/",
    "/admin/articles/listedword/add/",
    "/admin/articles/publishedstory/",
    "/admin/articles/tag/",
    "/admin/articles/contributor/",
    "/admin/articles/logentry/",
    "/admin/articles/user/me/",
    "/admin/password_change/",
    "/admin/articles/issue/{issue}/flatplan/",
    "/admin/articles/issue/{issue}/press/",
    "/admin/articles/issue/add/",
    "/admin/calendar/?month=2031-03",
    "/admin/time-machine/",
)


def a_desk_at_work(paper: Paper, cast: Cast) -> dict[str, int]:
    """A little of everything that can stand on the desk's screens."""
    story = people.draft(paper, cast.wen, "台风前夜", kicker="海上", deck="副题")
    people.illustrate(story, cast.lan)
    from articles.rules import assignments, history

    history.keep(story, cast.wen)
    Story.objects.filter(pk=story.pk).update(deck="新副题")
    story.refresh_from_db()
    history.keep(story, cast.wen)
    notes.write(story, cast.qiu, "@shen 请看这一段", passage="防波堤昨日完工")
    given = assignments.assign(cast.qiu, "码头清晨", kind="photo", story=story, assignee=cast.shen)
    workflow.send_back(workflow.submit(story, cast.wen), cast.qiu, "数字不对")
    workflow.submit(people.draft(paper, cast.wen, "待审的稿"), cast.wen)
    signed = people.draft(paper, cast.wen, "已签发的稿")
    issue = people.run(paper, cast, signed)
    return {
        "story": story.pk,
        "signed": signed.pk,
        "issue": issue.pk,
        "assignment": given.pk,
    }


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_any_screen_of_the_desk(
    size: str,
    locale: str,
    dark: bool,
    paper: Paper,
    cast: Cast,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    shot: Callable[[Page, str], None],
    clock: Clock,
) -> None:
    clock.move_to(EVENING_BEFORE)
    places: dict[str, Any] = a_desk_at_work(paper, cast)
    found = []
    # axe reads the framework's stylesheets over again, and looks for what they import beside the page.
    allowed = ("Applying inline style", "password_change/widgets.css")
    page = sign_in(open_page(size, locale, dark=dark, allow=allowed), "shen")
    for screen in SCREENS:
        address = screen.format(**places)
        page.goto(address)
        # The framework's boxes are made, and then named, by scripts.
        expect(page.locator(".select2-selection:not([aria-label])")).to_have_count(0)
        found += [f"{size} {address} {violation}" for violation in axe(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > page.viewport_size["width"]:  # type: ignore[index]
            found.append(f"{size} {address} is {wide} pixels wide")
        if not dark:
            name = re.sub(r"\W+", "-", address).strip("-")
            shot(page, f"desk-{name}-{size}-{locale}")
    assert found == []


def test_the_desk_is_used_by_keyboard_alone(
    story: Story, cast: Cast, open_page: Callable[..., Page]
) -> None:
    """From my day to a saved headline and a submitted story without a mouse."""
    page = sign_in(open_page(), "wen")
    page.goto("/admin/")
    reach(page, "a", story.headline)
    page.keyboard.press("Enter")
    ready(page)
    reach(page, "textarea[name=headline]")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("只用键盘")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    assert headline(story) == "只用键盘"
    ready(page)
    reach(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".status-first_read")
    assert Story.objects.get().status == "first_read"


def reach(page: Page, selector: str, words: str = "") -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(80):
        page.keyboard.press("Tab")
        there = page.evaluate(
            "([s, w]) => document.activeElement.matches(s)"
            " && document.activeElement.textContent.includes(w)",
            [selector, words],
        )
        if there:
            return
    raise AssertionError(f"Tab never came to {selector} {words}")
