"""The pages of an issue: added, named, given room and credits, removed."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.models import Issue, Page, User
from articles.rules.acting import act
from articles.rules.plans.turn import (
    Turn,
    of_credits,
    of_page,
    of_placement,
    of_story,
    on_page,
)
from articles.rules.refusal import Refused

MOST_PAGES = 400


@act
def add_page(
    issue: int,
    by: User,
    *,
    number: str = "",
    name: str = "",
    room: int | None = None,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Page:
    """Add a page. Without a number it gets the one after the last page's.

    Raises Refused where the issue has a page of that number, or the number is none.
    """
    turn = Turn.begin(issue, by, seen, at)
    if Page.objects.filter(issue=issue).count() >= MOST_PAGES:
        raise Refused(_("An issue has at most %(most)d pages.") % {"most": MOST_PAGES})
    page = Page(
        issue=turn.issue,
        number=number.strip().upper() or next_page_number(turn.issue),
        name=name.strip(),
        room=room,
    )
    _save(page)
    turn.end("plan_page_add", [of_page(page.pk)], what=str(page))
    return page


@act
def change_page(
    issue: int,
    page: int,
    by: User,
    *,
    number: str,
    name: str,
    room: int | None = None,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Page:
    """Give a page another number, name or room. Raises Refused as for `add_page`."""
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_page(page))
    changed = turn.page(page)
    came_from = str(changed)
    changed.number, changed.name, changed.room = number.strip().upper(), name.strip(), room
    _save(changed)
    turn.end(
        "plan_page_change",
        [of_page(page)],
        what=str(changed),
        came_from=came_from,
        went_to=str(changed),
    )
    return changed


@act
def set_credits(
    issue: int,
    page: int,
    by: User,
    *,
    editor: str,
    designer: str,
    proofreader: str,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Page:
    """Say who made a page up: its editor, its designer and its proofreader (责编、美编、校对)."""
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_page(page), of_credits(page))
    changed = turn.page(page)
    came_from = _credits(changed)
    changed.editor, changed.designer = editor.strip(), designer.strip()
    changed.proofreader = proofreader.strip()
    _save(changed)
    turn.end(
        "plan_credits",
        [of_credits(page)],
        what=str(changed),
        came_from=came_from,
        went_to=_credits(changed),
    )
    return changed


@act
def remove_page(
    issue: int,
    page: int,
    by: User,
    *,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Remove a page from the issue. Its stories go back to the tray.

    Raises Refused where somebody put a story there, or changed the page, since this person looked.
    """
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_page(page), of_credits(page), on_page(page))
    removed = turn.page(page)
    standing = list(removed.placements.values_list("pk", "story"))
    things = [of_page(page), of_credits(page), on_page(page)]
    things += [of_placement(number) for number, _story in standing]
    things += [of_story(story) for _number, story in standing if story]
    what = str(removed)
    removed.delete()
    turn.end("plan_page_remove", things, what=what, stories=[s for _n, s in standing if s])


def next_page_number(issue: Issue) -> str:
    """The number after the issue's last page: 9 after 8, B5 after B4; 1 in an empty issue."""
    last = issue.pages.order_by("position").last()
    if last is None:
        return "1"
    letter, digits = re.match(r"([A-Z]?)(\d+)", last.number).groups()  # type: ignore[union-attr]
    return f"{letter}{int(digits) + 1}"


def _credits(page: Page) -> str:
    return " / ".join(name or "—" for name in (page.editor, page.designer, page.proofreader))


def _save(page: Page) -> None:
    """Save a page that is as it should be; what is wrong with it is said."""
    try:
        page.full_clean(exclude=["issue", "position"])
        if page.room == 0:
            page.room = None
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    twice = Page.objects.filter(issue=page.issue, number=page.number).exclude(pk=page.pk)
    if twice.exists():
        raise Refused(_("This issue has a page %(number)s already.") % {"number": page.number})
    page.save()
