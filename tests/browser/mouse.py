"""A hand on the mouse. Playwright's own `drag_to` at times loses the press before a drag."""

from playwright.sync_api import Locator, Page


def middle(of: Locator) -> tuple[float, float]:
    of.scroll_into_view_if_needed()
    box = of.bounding_box()
    assert box, f"{of} is not to be seen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, what: Locator, onto: Locator, at: tuple[float, float] | None = None) -> None:
    """Press on the middle of `what`, and let go over the middle of `onto`, or `at` (x, y) in it."""
    page.mouse.move(*middle(what))
    page.mouse.down()
    x, y = middle(onto)
    box = onto.bounding_box()
    if at and box:
        x, y = box["x"] + at[0], box["y"] + at[1]
    page.mouse.move(x, y, steps=5)
    page.mouse.up()
