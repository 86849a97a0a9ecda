"""The photo desk in the browser: sent in, cut, captioned, used, retired; by mouse, keys and thumb."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from articles.models import Photo
from tests import cast as people
from tests.browser.mouse import middle
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=15_000)
SIZES = ("phone", "desktop")


@pytest.fixture
def cast() -> Cast:
    return people.hire()


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
