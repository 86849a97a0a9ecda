"""A printed page's zones: drawn on the desk with the mouse, pressed by readers with a finger."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from articles.models import Page as PaperPage
from articles.models import Placement
from articles.rules import plans, publishing
from tests import cast as people
from tests.browser.test_journey import sign_in
from tests.cast import EVENING_BEFORE, MONDAY, SIX
from tests.conftest import Clock
from tests.web.test_printed import printed

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_zone_drawn_on_the_desk_leads_a_reader_to_its_story(
    open_page: Callable[..., Page], clock: Clock
) -> None:
    cast, paper = people.hire(), people.found()
    stories = [people.draft(paper, cast.wen, head) for head in ("第一条新闻", "第二条新闻")]
    for story in stories:
        people.read_through(story, cast, EVENING_BEFORE)
    issue = printed(paper, *stories)
    clock.move_to(EVENING_BEFORE)
    desk = sign_in(open_page(allow=("Applying inline style",)), "hai")
    desk.goto(f"/admin/articles/page/{PaperPage.objects.get(issue=issue).pk}/change/")
    board = desk.locator(".zones .board")
    board.scroll_into_view_if_needed()
    desk.locator(".zones select").select_option(label=str(stories[1]))
    box = board.bounding_box()
    assert box is not None

    def at(across: float, down: float) -> tuple[float, float]:
        return box["x"] + box["width"] * across, box["y"] + box["height"] * down

    desk.mouse.move(*at(0.5, 0.05))
    desk.mouse.down()
    desk.mouse.move(*at(0.7, 0.1))
    desk.mouse.move(*at(0.9, 0.15))
    desk.mouse.up()
    assert board.locator("rect.chosen").count() == 1
    desk.click("[name=_save]")
    desk.wait_for_selector(".messagelist .success")
    zone = Placement.objects.get(story=stories[1])
    drawn = (zone.zone_left, zone.zone_top, zone.zone_width, zone.zone_height)
    assert [round(float(one)) for one in drawn if one is not None] == [50, 5, 40, 10]

    publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    clock.move_to(SIX)
    reader = open_page("phone")
    reader.goto(f"/daily/{MONDAY}/1/")
    plate = reader.locator(".print .plate").bounding_box()
    assert plate is not None
    reader.touchscreen.tap(plate["x"] + plate["width"] * 0.7, plate["y"] + plate["height"] * 0.1)
    reader.wait_for_url(f"**/stories/{stories[1].pk}/**")
    assert "第二条新闻" in reader.locator("h1").inner_text()


def test_a_page_opened_before_a_replacement_is_saved_with_it(
    open_page: Callable[..., Page], clock: Clock
) -> None:
    cast, paper = people.hire(), people.found()
    wrong, right = (people.draft(paper, cast.wen, head) for head in ("写错的稿", "换上的稿"))
    for story in (wrong, right):
        people.read_through(story, cast, EVENING_BEFORE)
    issue = printed(paper, wrong)
    publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    clock.move_to(EVENING_BEFORE)
    place = Placement.objects.get(story=wrong)
    desk = sign_in(open_page(allow=("Applying inline style",)), "hai")
    desk.goto(f"/admin/articles/page/{place.page_id}/change/")
    plans.replace(issue.pk, place.pk, right.pk, cast.shen, "有误", at=EVENING_BEFORE)
    desk.fill("[name=editor]", "梁")
    desk.fill("[name=placements-0-planned_length]", "700")
    desk.click("[name=_save]")
    told = desk.locator(".errornote ~ .errorlist, .errorlist.nonfield").first
    told.wait_for()
    assert "有误" not in told.inner_text()
    assert "换上的稿" in told.inner_text()
    assert desk.input_value("[name=editor]") == "梁"
    assert desk.input_value("[name=placements-0-planned_length]") == "700"
    assert "换上的稿" in desk.locator("[name=placements-0-story]").inner_text()
    assert Placement.objects.get(pk=place.pk).planned_length is None
    desk.click("[name=_save]")
    desk.wait_for_selector(".messagelist .success")
    place.refresh_from_db()
    assert (place.story, place.planned_length, place.page.editor) == (right, 700, "梁")
