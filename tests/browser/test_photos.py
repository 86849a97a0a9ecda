"""The photo desk in the browser: sent in, cut, captioned, used, retired; by mouse, keys and thumb."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from articles.models import LogEntry, Photo, Story, StoryPhoto
from tests import cast as people
from tests.browser.mouse import middle
from tests.browser.test_journey import sign_in
from tests.cast import Cast, Paper
from tests.darkroom import corpus, words

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=15_000)
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to load resource")
SIDES = {"phone": 390, "desktop": 1280}
SIZES = tuple(SIDES)


# -- cutting -------------------------------------------------------------------------------------


def cutting(page: Page, photo: Photo, use: str = "") -> Page:
    """The screen for a photo's cuts, alive, with a use chosen."""
    page.goto(f"/admin/articles/photo/{photo.pk}/crop/")
    page.wait_for_selector("form.crop[data-ready]")
    if use:
        page.locator(f".crop-choice label:has([value={use}])").click()
        expect(page.locator(f"figure[data-use={use}]")).to_have_class("now")
    return page


def keep(page: Page) -> None:
    page.locator(".crop-keep button").click()
    page.wait_for_selector(".messagelist .success")


def cuts_of(photo: Photo) -> dict[str, list[float]]:
    crops: dict[str, list[float]] = Photo.objects.values_list("crops", flat=True).get(pk=photo.pk)
    return crops


@pytest.mark.parametrize("size", SIZES)
def test_a_cut_is_dragged_and_made_smaller_by_its_corner(
    size: str, cast: Cast, open_page: Callable[..., Page]
) -> None:
    photo = people.photo(cast.lan, size=(1200, 600))
    page = cutting(open_page(size, user=cast.lan), photo, "square")
    view = page.locator("figure[data-use=square] svg")
    before = view.get_attribute("viewBox")
    stage = page.locator(".crop-stage svg").bounding_box()
    assert stage
    tenth = stage["width"] / 10
    x, y = middle(page.locator(".crop-stage .corner"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 2 * tenth, y - 2 * tenth, steps=4)
    page.mouse.up()
    x, y = middle(page.locator(".crop-stage .box"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - tenth, y + tenth, steps=4)
    page.mouse.up()
    assert view.get_attribute("viewBox") != before
    expect(page.locator("figure[data-use=square] .by-hand")).to_be_visible()
    keep(page)
    left, top, width, height = cuts_of(photo)["square"]
    assert (left, top, width) == pytest.approx((15, 20, 30), abs=1.5)
    assert height == pytest.approx(2 * width, abs=0.1)
    assert list(cuts_of(photo)) == ["square"]


@pytest.mark.parametrize("size", SIZES)
def test_what_matters_is_pointed_at_and_the_guesses_follow(
    size: str, cast: Cast, open_page: Callable[..., Page]
) -> None:
    photo = people.photo(cast.lan, size=(1200, 600))
    page = cutting(open_page(size, user=cast.lan), photo)
    stage = page.locator(".crop-stage svg")
    box = stage.bounding_box()
    assert box
    spot = {"x": box["width"] * 0.9, "y": box["height"] * 0.5}
    if size == "phone":
        stage.tap(position=spot)  # type: ignore[arg-type]
    else:
        stage.click(position=spot)  # type: ignore[arg-type]
    expect(page.locator("figure[data-use=square] svg")).to_have_attribute(
        "viewBox", re.compile(r"^600\.0 0\.0 600\.0 600\.0$")
    )
    keep(page)
    photo.refresh_from_db()
    assert (photo.focal_x, photo.focal_y) == (90, 50)
    assert photo.crops == {}


def test_everything_is_done_by_keys_alone(cast: Cast, open_page: Callable[..., Page]) -> None:
    photo = people.photo(cast.lan, size=(1200, 600))
    page = cutting(open_page(user=cast.lan), photo)
    page.locator("[name=_shown][value=focal]").focus()
    page.keyboard.press("ArrowRight")  # a group of radio buttons: the arrows choose
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=_shown][value=square]")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator(".crop-stage")).to_be_focused()
    for key in ("Shift+ArrowLeft", "ArrowLeft", "-", "-", "-", "ArrowDown"):
        page.keyboard.press(key)
    # 50 wide in the middle: ten and one to the left; three times two narrower, its middle kept.
    expect(page.locator(".crop-said")).to_contain_text("17")
    expect(page.locator("[name=square-left]")).to_have_value("17")
    expect(page.locator("[name=square-top]")).to_have_value("7")
    expect(page.locator("[name=square-width]")).to_have_value("44")
    page.keyboard.press("Tab")
    while page.evaluate("!document.activeElement.matches('.crop-keep button')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert cuts_of(photo)["square"] == [17, 7, 44, 88]
    cutting(page, photo, "square")
    page.locator(".crop-stage").focus()
    page.keyboard.press("Backspace")
    expect(page.locator("[name=square-left]")).to_have_value("")
    keep(page)
    assert cuts_of(photo) == {}


def test_without_a_script_numbers_do(cast: Cast, open_page: Callable[..., Page]) -> None:
    photo = people.photo(cast.lan, size=(1200, 600))
    page = open_page(user=cast.lan, scripts=False)
    page.goto(f"/admin/articles/photo/{photo.pk}/crop/")
    for side, value in (("left", "10"), ("top", "0"), ("width", "50")):
        page.fill(f"[name=square-{side}]", value)
    page.click(".crop-keep button")
    page.wait_for_selector(".messagelist .success")
    view = page.locator("figure[data-use=square] svg").get_attribute("viewBox")
    assert view == "120.0 0.0 600.0 600.0"
    assert cuts_of(photo)["square"] == [10, 0, 50, 100]


# -- from the camera to readers, and out again ---------------------------------------------------


def camera() -> FilePayload:
    """A file as a camera wrote it: with a caption in Chinese and the place where it was."""
    data = corpus.encoded("JPEG", exif=words.gps_exif())
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": data}


def signed_off(story: Story, cast: Cast) -> str:
    """The story read and signed off; its address."""
    people.read_through(story, cast, timezone.now())
    return story.record.get().get_absolute_url()


def shows_a_picture(page: Page, address: str) -> bool:
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    return page.locator("article.story figure img").count() == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_photo_is_sent_in_cut_captioned_used_and_retired_by_hand(
    size: str, cast: Cast, paper: Paper, open_page: Callable[..., Page]
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    page = open_page(size, user=cast.lan)
    page.goto("/admin/articles/photo/send/")
    page.set_input_files("#photos", files=[camera()])
    page.locator(".sent a").click()
    expect(page.locator("[name=caption]")).to_have_value("渔船归港")
    page.fill("[name=alt]", "三条渔船停在码头")
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success")
    photo = Photo.objects.get()
    assert (photo.caption, photo.alt, photo.checked) == ("渔船归港", "三条渔船停在码头", True)

    page.locator(".library .shot").click()
    page.locator(".object-tools a[href$=crop\\/]").click()
    page.wait_for_selector("form.crop[data-ready]")
    page.locator(".crop-choice label:has([value=lead])").click()
    page.locator("[data-act=smaller]").click()
    keep(page)
    assert cuts_of(photo)["lead"][2] < 100

    page = open_page(size, user=cast.wen)
    page.goto(f"/admin/articles/story/{story.pk}/change/")
    page.wait_for_selector(".desk-story[data-ready]")
    page.locator(".photo-choose").click()
    page.fill(".photo-picker [name=q]", "归港")
    page.locator(".photo-picker .words button").click()
    page.locator(".photo-picker[data-shown=归港] [data-pick]").click()
    expect(page.locator("[name=story_photos-0-caption]")).to_be_focused()
    page.fill("[name=story_photos-0-caption]", "▲渔船昨日归港。")
    page.locator("button[name=_save]").click()
    page.wait_for_selector(".messagelist .success")
    use = StoryPhoto.objects.get()
    assert (use.photo, use.caption) == (photo, "▲渔船昨日归港。")

    address = signed_off(story, cast)
    assert shows_a_picture(page, address)
    expect(page.locator("figcaption")).to_contain_text("渔船昨日归港。")
    expect(page.locator("figcaption")).not_to_contain_text("▲")

    page = open_page(size, user=cast.shen)
    page.goto(f"/admin/articles/photo/{photo.pk}/change/")
    expect(page.locator(".photo-ran")).to_contain_text(story.headline)
    page.locator(".object-tools a[href$=retire\\/]").click()
    page.fill("[name=reason]", "法院裁定")
    page.locator(".photo-step button").click()
    page.wait_for_selector(".messagelist .success")
    assert not shows_a_picture(page, address)
    assert LogEntry.objects.get(verb="retire_photo").reason == "法院裁定"


def reach(page: Page, selector: str, backwards: bool = False) -> None:
    """Go to something by the Tab key alone."""
    for _step in range(150):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"no way to {selector} by Tab")


@pytest.mark.parametrize("size", SIZES)
def test_the_same_by_keys_alone(
    size: str, cast: Cast, paper: Paper, open_page: Callable[..., Page]
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    page = open_page(size, user=cast.lan)
    # From the first on: asked for only as the key is pressed, the chooser may open before that.
    page.on("filechooser", lambda chooser: chooser.set_files([camera()]))
    page.goto("/admin/articles/photo/send/")
    reach(page, "#photos")
    page.keyboard.press("Space")
    expect(page.locator(".sent a")).to_be_visible()
    reach(page, ".sent a")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=caption]")
    reach(page, "[name=alt]")
    page.keyboard.insert_text("三条渔船停在码头")
    page.keyboard.press("Enter")  # a line of one: Enter saves
    page.wait_for_selector(".messagelist .success")
    photo = Photo.objects.get()
    assert (photo.caption, photo.alt) == ("渔船归港", "三条渔船停在码头")

    reach(page, ".library .shot")
    page.keyboard.press("Enter")
    page.wait_for_selector(".object-tools")
    reach(page, ".object-tools a[href$=crop\\/]")
    page.keyboard.press("Enter")
    page.wait_for_selector("form.crop[data-ready]")
    reach(page, "[name=_shown]")
    page.keyboard.press("ArrowRight")
    reach(page, ".crop-stage")
    page.keyboard.press("-")
    reach(page, ".crop-keep button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert cuts_of(photo)["lead"][2] < 100

    page = open_page(size, user=cast.wen)
    page.goto(f"/admin/articles/story/{story.pk}/change/")
    page.wait_for_selector(".desk-story[data-ready]")
    expect(page.locator(".photo-choose")).to_be_visible()
    reach(page, ".photo-choose")
    page.keyboard.press("Enter")
    expect(page.locator(".photo-picker [name=q]")).to_be_focused()
    page.keyboard.insert_text("归港")
    page.keyboard.press("Enter")
    expect(page.locator(".photo-picker[data-shown=归港]")).to_be_visible()
    reach(page, ".photo-picker [data-pick]")
    page.keyboard.press("Enter")
    expect(page.locator("[name=story_photos-0-caption]")).to_be_focused()
    page.keyboard.insert_text("渔船昨日归港。")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    assert StoryPhoto.objects.get().caption == "渔船昨日归港。"

    address = signed_off(story, cast)
    assert shows_a_picture(page, address)
    page = open_page(size, user=cast.shen)
    page.goto(f"/admin/articles/photo/{photo.pk}/change/")
    reach(page, ".object-tools a[href$=retire\\/]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".photo-step")
    reach(page, "[name=reason]")
    page.keyboard.insert_text("法院裁定")
    reach(page, ".photo-step button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert not shows_a_picture(page, address)


def test_a_photo_takes_anothers_place_chosen_from_the_library(
    cast: Cast, paper: Paper, open_page: Callable[..., Page]
) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    other = people.photo(cast.lan, "navy")
    page = open_page("phone", user=cast.shen)
    page.goto(f"/admin/articles/photo/{photo.pk}/replace/")
    page.locator(".photo-choose").click()
    expect(page.locator(f".photo-picker [data-pick='{photo.pk}']")).to_be_disabled()
    page.locator(f".photo-picker [data-pick='{other.pk}']").click()
    expect(page.locator("[name=other]")).to_have_value(str(other.pk))
    page.fill("[name=reason]", "清晰版")
    page.locator(".photo-step form > button").click()
    page.wait_for_selector(".messagelist .success")
    assert StoryPhoto.objects.get().photo == other


# -- lines that break ----------------------------------------------------------------------------


def test_photos_chosen_without_a_connection_are_sent_when_it_is_back(
    cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page("phone", user=cast.lan, allow=OFFLINE)
    page.goto("/admin/articles/photo/send/")
    page.context.set_offline(True)
    other = camera() | {"name": "港口.png", "buffer": corpus.encoded("PNG")}
    page.set_input_files("#photos", files=[camera(), other])
    for name in ("IMG_1.jpg", "港口.png"):
        expect(page.locator(".sent li", has_text=name)).to_contain_text("等")
    assert not Photo.objects.exists()
    page.context.set_offline(False)
    expect(page.locator(".sent a")).to_have_count(2)
    assert Photo.objects.count() == 2


# The first thing sent arrives, but its answer is lost on the way back.
ANSWER_LOST = """
const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (...given) {
  if (!window.lost) {
    window.lost = true;
    this.addEventListener("load", (event) => {
      event.stopImmediatePropagation();
      this.dispatchEvent(new ProgressEvent("error"));
    });
  }
  return open.apply(this, given);
};
"""


def test_a_photo_whose_connection_broke_half_way_is_sent_again_and_kept_once(
    cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = open_page(user=cast.lan)
    page.add_init_script(ANSWER_LOST)
    page.goto("/admin/articles/photo/send/")
    page.set_input_files("#photos", files=[camera()])
    expect(page.locator(".sent a")).to_have_count(1)
    assert page.evaluate("window.lost")
    assert Photo.objects.count() == 1


def test_a_session_that_ended_is_said_and_after_a_sign_in_it_goes_on(
    cast: Cast, open_page: Callable[..., Page]
) -> None:
    page = sign_in(open_page(allow=("403",)), "lan")
    page.goto("/admin/articles/photo/send/")
    page.context.clear_cookies(name="sessionid")
    page.set_input_files("#photos", files=[camera()])
    expect(page.locator(".sent li")).to_contain_text("另一个窗口登录")
    sign_in(page.context.new_page(), "lan")
    expect(page.locator(".sent a")).to_have_count(1)
    assert Photo.objects.get().uploaded_by == cast.lan


# -- for everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_any_screen_of_the_photo_desk(
    size: str,
    locale: str,
    dark: bool,
    cast: Cast,
    paper: Paper,
    open_page: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    shot: Callable[[Page, str], None],
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    photo = people.illustrate(story, cast.lan)
    signed_off(story, cast)
    draft = people.draft(paper, cast.shen, "草稿")
    people.photo(cast.lan, "navy")
    soon = timezone.now() + dt.timedelta(days=3)
    Photo.objects.filter(pk=photo.pk).update(expires_at=soon, checked=False)
    # axe tries out styles of its own while it measures contrast; the policy refuses these.
    page = open_page(size, locale, user=cast.shen, dark=dark, allow=("Applying inline style",))
    found: list[str] = []

    def look(name: str) -> None:
        expect(page.locator(".select2-selection:not([aria-label])")).to_have_count(0)
        found.extend(f"{name}: {violation}" for violation in axe(page))
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= SIDES[size], f"{name} is wider than the {size}"
        shot(page, f"photos-{name}-{size}-{locale}-{'dark' if dark else 'light'}")

    for name, address in {
        "library": "/admin/articles/photo/?rights=soon",
        "nothing": "/admin/articles/photo/?q=没有",
        "send": "/admin/articles/photo/send/",
        "add": "/admin/articles/photo/add/",
        "photo": f"/admin/articles/photo/{photo.pk}/change/",
        "retire": f"/admin/articles/photo/{photo.pk}/retire/",
        "replace": f"/admin/articles/photo/{photo.pk}/replace/",
    }.items():
        page.goto(address)
        look(name)
    page.locator(".photo-choose").click()
    expect(page.locator(".photo-picker [name=q]")).to_be_focused()
    look("picker")
    cutting(page, photo)
    look("focal")
    cutting(page, photo, "square")
    page.locator(".crop-numbers summary").click()
    look("crop")
    page.goto(f"/admin/articles/story/{draft.pk}/change/")
    page.wait_for_selector(".desk-story[data-ready]")
    page.locator(".photo-choose").click()
    page.locator(".photo-picker [data-pick]").first.click()
    expect(page.locator("[name=story_photos-0-caption]")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")  # or the bar that stays lies over what axe measures
    look("story")
    page.goto("about:blank")  # no word of an open story comes after the test
    assert found == []
