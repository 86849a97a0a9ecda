"""The screens as people meet them: accessible, within the phone, quiet in the console."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from articles.models import Correction, Edition, Issue, Photo, Story, User
from articles.models import Page as PaperPage
from articles.rules import placing, workflow
from tests import cast as people
from tests.browser.test_journey import sign_in
from tests.browser.test_reading import WRONG_LANGUAGE
from tests.cast import EVENING_BEFORE, MONDAY, SIX
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ("phone", "desktop")


def fill_the_paper(slug: str, language: str, headline: str) -> Story:
    """A little of everything that can stand on a page; the lead story is returned."""
    cast = people.hire()
    paper = people.found(slug, language, motto="潮起东方" if language != "en" else "Two tides")
    lead = people.draft(
        paper, cast.wen, headline, kicker="三年工期", deck="可泊渔船二百艘", lead_in="本报讯",
        body="<p>第一段。</p><h2>小标题</h2><blockquote><p>引语</p></blockquote><p>末段。</p>",
    )  # fmt: skip
    people.illustrate(lead, cast.lan)
    lead.tags.add("渔港")
    second = people.draft(paper, cast.wen, "第二条新闻", package=lead)
    people.run(paper, cast, lead, second)
    now = people.draft(paper, cast.wen, "网络首发的一条", release="now")
    people.read_through(now, cast, EVENING_BEFORE)
    workflow.take_back(now, cast.shen, EVENING_BEFORE)
    Correction.objects.create(story=now, text="特此更正。", at=SIX, signed_by=cast.shen)
    people.read_through(now, cast, EVENING_BEFORE + people.SECOND)
    gone = people.draft(paper, cast.wen, "撤下的一条", release="now")
    people.read_through(gone, cast, EVENING_BEFORE)
    workflow.kill(gone, cast.shen, "失实", EVENING_BEFORE, notice="已撤回。")
    return lead


def public_addresses(lead: Story) -> list[str]:
    slug = lead.edition.slug
    gone = Story.objects.get(status="killed")
    return [
        "/",
        f"/{slug}/{MONDAY}/",
        f"/{slug}/{MONDAY}/1/",
        f"/stories/{lead.pk}/{lead.slug}/",
        f"/sections/{slug}-news/",
        "/tags/渔港/",
        "/contributors/lin-wanchao/",
        "/archive/2031/03/",
        "/search/?q=第一段",
        "/corrections/",
        f"/about/?edition={slug}",
        f"/offline/?edition={slug}",
        f"/stories/{gone.pk}/x/",
        "/no/such/page/",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_any_public_page(
    language: str,
    dark: bool,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    clock: Clock,
) -> None:
    lead = fill_the_paper("daily", language, "渔港修好了防波堤")
    clock.move_to(SIX)
    found = []
    for size in SIZES:
        page = open_page(size, dark=dark, allow=("404", "410"))
        for address in public_addresses(lead):
            page.goto(address)
            found += [f"{size} {address} {violation}" for violation in axe(page)]
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.viewport_size["width"], f"{address} is wider than the {size}"  # type: ignore[index]
    assert found == []


def in_chrome(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def found_in_english() -> Story:
    """An English paper by the same people under English names; its story is returned."""
    cast = people.Cast(**{name: User.objects.get(username=name) for name in people.ROLES})
    paper = people.found("tide", "en", motto="Two tides", about="A daily.")
    PaperPage.objects.create(
        issue=placing.open_issue(paper.edition, MONDAY), number="1", name="City news"
    )
    lead = people.draft(
        paper, cast.wen, "The wall is mended", kicker="Three years", deck="Room for two hundred",
        body="<p>The wall was finished yesterday.</p><p>Boats may shelter.</p>",
    )  # fmt: skip
    author = people.contributor("wanchao", "Lin Wanchao")
    lead.bylines.update(name=author.name, contributor=author)
    photo = people.illustrate(lead, cast.lan)
    Photo.objects.filter(pk=photo.pk).update(
        caption="Boats come home", credit="Zhuang Haisheng", alt="Three boats"
    )
    lead.tags.add("Harbour")
    people.run(paper, cast, lead)
    return lead


@pytest.mark.parametrize("chrome", ["zh-hans", "en"])
def test_every_run_of_text_is_in_its_own_language_on_every_page(
    chrome: str, open_page: Callable[..., Page], axe: Callable[[Page], list[str]], clock: Clock
) -> None:
    """Either language around a paper in either: a Chinese interface over English, and the reverse."""
    chinese = fill_the_paper("daily", "zh-hans", "渔港修好了防波堤")
    chinese_pages = public_addresses(chinese)
    english = found_in_english()
    clock.move_to(SIX)
    english_pages = [
        "/tide/",
        f"/tide/{MONDAY}/",
        f"/tide/{MONDAY}/1/",
        f"/stories/{english.pk}/{english.slug}/",
        "/sections/tide-news/",
        "/tags/harbour/",
        "/contributors/wanchao/",
        "/about/?edition=tide",
        "/offline/?edition=tide",
        "/archive/?edition=tide",
        "/corrections/?edition=tide",
        "/search/?q=wall&edition=tide&paper=tide",
    ]
    page = open_page("phone", allow=("404", "410"))
    wrong = []
    for address in (*chinese_pages, *english_pages):
        page.goto(in_chrome(address, chrome))
        wrong += [f"{address} {words}" for words in page.evaluate(WRONG_LANGUAGE)]
        wrong += [f"{address} {violation}" for violation in axe(page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("wide", "font"), [(320, 100), (390, 200), (640, 200)])
def test_nothing_is_wider_than_a_small_phone_or_twice_the_letters(
    wide: int, font: int, open_page: Callable[..., Page], clock: Clock
) -> None:
    """320 px wide, and letters of twice the size, with the longest names and words there are."""
    lead = fill_the_paper(
        "daily", "zh-hans", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch与渔港结好"
    )
    Edition.objects.update(name="The Intercommunal Advertiser and Shipping Gazette")
    clock.move_to(SIX)
    page = open_page("phone", allow=("404", "410"), viewport={"width": wide, "height": 800})
    broad = []
    for address in public_addresses(lead):
        page.goto(address)
        page.evaluate(
            "(font) => { document.documentElement.style.fontSize = `${font * 1.0625}%`; }", font
        )
        across = page.evaluate("document.documentElement.scrollWidth")
        broad += [f"{address}: {across}"] if across > wide else []
        assert page.locator(".sections").evaluate("(one) => one.offsetHeight") < 60 * font / 100
    assert broad == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_axe_finds_nothing_on_the_desks_own_screens(
    locale: str,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    clock: Clock,
) -> None:
    lead = fill_the_paper("daily", "zh-hans", "渔港修好了防波堤")
    clock.move_to(EVENING_BEFORE)
    issue = Issue.objects.get()
    found = []
    for size in SIZES:
        # axe tries out styles of its own while it measures contrast; the policy refuses these.
        page = sign_in(open_page(size, locale, allow=("Applying inline style",)), "shen")
        for address in (
            f"/admin/articles/story/{lead.pk}/preview/",
            f"/admin/articles/issue/{issue.pk}/preview/",
            "/admin/articles/story/from-page/",
        ):
            page.goto(address)
            found += [f"{size} {address} {violation}" for violation in axe(page)]
    assert found == []


def test_the_editor_takes_chinese_as_an_input_method_gives_it(
    open_page: Callable[..., Page],
) -> None:
    """Characters composed by an input method arrive whole, and are saved."""
    cast = people.hire()
    story = people.draft(people.found(), cast.wen, body="")
    page = sign_in(open_page(), "wen")
    page.goto(f"/admin/articles/story/{story.pk}/change/")
    page.locator(".prose-editor [contenteditable=true]").first.click()
    session = page.context.new_cdp_session(page)
    for composing in ("c", "ch", "cha", "chao"):
        session.send(
            "Input.imeSetComposition",
            {
                "text": composing,
                "selectionStart": len(composing),
                "selectionEnd": len(composing),
            },
        )
    session.send("Input.insertText", {"text": "潮水退了"})
    page.keyboard.press("Enter")
    session.send("Input.insertText", {"text": "渔船归港"})
    page.click("button[name=_save]")
    page.wait_for_selector(".messagelist .success")
    story.refresh_from_db()
    assert story.body == "<p>潮水退了</p><p>渔船归港</p>"


def test_text_pasted_from_a_word_processor_comes_in_clean(open_page: Callable[..., Page]) -> None:
    cast = people.hire()
    story = people.draft(people.found(), cast.wen, body="")
    # The browser complains of the pasted style that the policy keeps out.
    page = sign_in(open_page(allow=("Applying inline style",)), "wen")
    page.goto(f"/admin/articles/story/{story.pk}/change/")
    pasted = (
        '<p class="MsoNormal" style="color:red"><span lang="EN-US">一段<b>粗体</b></span></p>'
        '<img src="https://tracker.invalid/x.gif"><script>alert(1)</script><h2>小标题</h2>'
    )
    page.evaluate(
        """(html) => {
            const editor = document.querySelector('.prose-editor [contenteditable=true]');
            editor.focus();
            const data = new DataTransfer();
            data.setData('text/html', html);
            editor.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));
        }""",
        pasted,
    )
    page.click("button[name=_save]")
    page.wait_for_selector(".messagelist .success")
    story.refresh_from_db()
    assert "一段<strong>粗体</strong>" in story.body
    assert "<h2>小标题</h2>" in story.body
    assert not any(word in story.body for word in ("style", "class", "img", "script", "span"))


def test_the_stylesheet_draws_chinese_with_a_chinese_font(open_page: Callable[..., Page]) -> None:
    """Two different characters are drawn differently: a font with Chinese is there."""
    page = open_page()
    page.set_content("<canvas id=c width=80 height=40></canvas>")
    drawn = page.evaluate(
        """() => ["潮", "港"].map((character) => {
            const context = document.getElementById("c").getContext("2d");
            context.clearRect(0, 0, 80, 40);
            context.font = "32px serif";
            context.fillText(character, 4, 32);
            return Array.from(context.getImageData(0, 0, 80, 40).data).join();
        })"""
    )
    assert drawn[0] != drawn[1]
