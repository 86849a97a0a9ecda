"""Stories on the plan: put there, moved, weighed, replaced, taken off; and places kept for them."""

import datetime as dt

from django.utils.translation import gettext as _

from articles.models import Page, Placement, Story, User
from articles.rules import access
from articles.rules.acting import act
from articles.rules.plans.turn import Turn, of_page, of_placement, of_story, on_page
from articles.rules.refusal import Refused

# Where on a page: after the placement of this number, or at either end.
FIRST = 0
LAST = -1
LONGEST = 1_000_000  # characters or words that a place may be planned for
ZONES = {"zone_left": None, "zone_top": None, "zone_width": None, "zone_height": None}


@act
def place(
    issue: int,
    story: int,
    by: User,
    *,
    page: int,
    after: int = LAST,
    weight: str = Placement.Weight.NORMAL,
    planned_length: int | None = None,
    into: int | None = None,
    seen: int | None = None,
    at: dt.datetime | None = None,
    reason: str = "",
) -> Placement:
    """Put a story on a page, after another, or into a place that was kept.

    `into` is the number of the kept place: its weight and its planned length stay. Raises Refused
    where the story was killed, stands on that page already, or was placed by somebody meanwhile.
    """
    turn = Turn.begin(issue, by, seen, at, [story])
    turn.unchanged(of_story(story), of_page(page))
    put = _placeable(turn, story)
    target = turn.page(page)
    _once_a_page(target, put)
    if into is not None:
        placement = turn.placement(into)
        turn.unchanged(of_placement(into))
        if placement.story_id is not None or placement.page_id != page:
            raise Refused(_("That place is not free any more."))
        placement.story, placement.label = put, ""
        placement.save(update_fields=["story", "label"])
    else:
        placement = Placement(
            page=target,
            story=put,
            weight=_weight(weight),
            planned_length=_length(planned_length),
        )
        _insert(turn, placement, target, after)
    turn.end(
        "plan_place",
        [of_placement(placement.pk), of_story(put.pk), on_page(page)],
        what=put.headline,
        went_to=str(target),
        reason=reason,
    )
    return placement


@act
def keep(
    issue: int,
    by: User,
    *,
    page: int,
    label: str = "",
    after: int = LAST,
    weight: str = Placement.Weight.NORMAL,
    planned_length: int | None = None,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Placement:
    """Keep a place on a page for something still to come; `label` says for what."""
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_page(page))
    target = turn.page(page)
    placement = Placement(
        page=target,
        label=label.strip()[:80],
        weight=_weight(weight),
        planned_length=_length(planned_length),
    )
    _insert(turn, placement, target, after)
    turn.end(
        "plan_keep",
        [of_placement(placement.pk), on_page(page)],
        what=named(placement),
        went_to=str(target),
    )
    return placement


@act
def move(
    issue: int,
    placement: int,
    by: User,
    *,
    page: int,
    after: int = LAST,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Placement:
    """Move a placement to a page of the same issue, after another placement there.

    Raises Refused where the placement was changed meanwhile, or the one that it was to follow no
    longer stands on that page.
    """
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_placement(placement), of_page(page))
    moved, target = turn.placement(placement), turn.page(page)
    came_from = moved.page
    if moved.story is not None and came_from.pk != page:
        _once_a_page(target, moved.story)
    if came_from.pk != page:
        for zone in ZONES:  # drawn on the picture of the page that it leaves
            setattr(moved, zone, None)
    _insert(turn, moved, target, after)
    things = [of_placement(moved.pk), on_page(page), on_page(came_from.pk)]
    if moved.story_id:
        things.append(of_story(moved.story_id))
    turn.end("plan_move", things, what=named(moved), came_from=str(came_from), went_to=str(target))
    return moved


@act
def weigh(
    issue: int,
    placement: int,
    by: User,
    *,
    weight: str,
    planned_length: int | None,
    label: str | None = None,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Placement:
    """Say how heavy a placement is and how long it may be; `label`: what a kept place is for."""
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_placement(placement))
    weighed = turn.placement(placement)
    came_from = weighed.get_weight_display()
    weighed.weight, weighed.planned_length = _weight(weight), _length(planned_length)
    if weighed.story_id is None and label is not None:
        weighed.label = label.strip()[:80]
    weighed.save(update_fields=["weight", "planned_length", "label"])
    turn.end(
        "plan_weigh",
        [of_placement(placement)],
        what=named(weighed),
        came_from=str(came_from),
        went_to=str(weighed.get_weight_display()),
        planned_length=weighed.planned_length,
    )
    return weighed


@act
def take_off(
    issue: int,
    placement: int,
    by: User,
    *,
    seen: int | None = None,
    at: dt.datetime | None = None,
    reason: str = "",
) -> None:
    """Take a placement off the plan. The story itself stays on the desk as it is."""
    turn = Turn.begin(issue, by, seen, at)
    turn.unchanged(of_placement(placement))
    taken = turn.placement(placement)
    things = [of_placement(placement), on_page(taken.page_id)]
    if taken.story_id:
        things.append(of_story(taken.story_id))
    taken.delete()
    turn.end("plan_take_off", things, what=named(taken), came_from=str(taken.page), reason=reason)


@act
def replace(
    issue: int,
    placement: int,
    story: int,
    by: User,
    reason: str,
    *,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Placement:
    """Put another story into a place, with a reason. The one that stood there stays on the desk.

    What of the first was waiting for the issue's hour is cancelled, and what is live stands:
    killing it is another act. Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused(_("Say why the story is replaced."))
    turn = Turn.begin(issue, by, seen, at, [story])
    turn.unchanged(of_placement(placement), of_story(story))
    kept = turn.placement(placement)
    put = _placeable(turn, story)
    _once_a_page(kept.page, put)
    things = [of_placement(placement), of_story(story), on_page(kept.page_id)]
    if kept.story_id:
        things.append(of_story(kept.story_id))
    before = named(kept)
    kept.story, kept.label = put, ""
    kept.save(update_fields=["story", "label"])
    turn.end(
        "plan_replace",
        things,
        what=put.headline,
        came_from=before,
        went_to=str(kept.page),
        reason=reason,
    )
    return kept


@act
def free(
    issue: int,
    story: int,
    by: User,
    reason: str,
    *,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> list[Placement]:
    """Leave free every place that a story has in an issue: they are kept for another one.

    Called when a story on the plan is killed. Raises Refused where somebody moved it meanwhile.
    """
    turn = Turn.begin(issue, by, seen, at, [story])
    turn.unchanged(of_story(story))
    places = list(
        Placement.objects.filter(page__issue=issue, story=story).select_related("page", "story")
    )
    if not places:
        raise Refused(_("That story does not stand on this plan any more."))
    what = named(places[0])
    things = [of_story(story)]
    for place in places:
        place.story, place.label = None, (_("instead of “%s”") % what)[:80]
        place.save(update_fields=["story", "label"])
        things += [of_placement(place.pk), on_page(place.page_id)]
    came_from = ", ".join(str(place.page) for place in places)
    turn.end("plan_free", things, what=what, came_from=came_from, reason=reason)
    return places


def named(placement: Placement) -> str:
    """What stands in a place, or what it is kept for, in words."""
    if placement.story is not None:
        return placement.story.headline
    return placement.label or _("a place kept (%(weight)s)") % {
        "weight": placement.get_weight_display()
    }


def _placeable(turn: Turn, number: int) -> Story:
    story = access.visible_stories(turn.by).filter(pk=number).first()
    if story is None:
        raise Refused(_("There is no such story."))
    if story.status == Story.Status.KILLED:
        raise Refused(_("“%(story)s” was killed.") % {"story": story.headline})
    return story


def _once_a_page(page: Page, story: Story) -> None:
    if Placement.objects.filter(page=page, story=story).exists():
        raise Refused(
            _("“%(story)s” stands on page %(page)s already.")
            % {"story": story.headline, "page": page.number}
        )


def _insert(turn: Turn, placement: Placement, page: Page, after: int) -> None:
    """Save a placement on a page, after another; those behind it move on by one."""
    others = Placement.objects.filter(page=page).exclude(pk=placement.pk)
    order = list(others.order_by("position", "pk"))
    numbers = [other.pk for other in order]
    if after == LAST:
        at = len(order)
    elif after == FIRST:
        at = 0
    elif after in numbers:
        at = numbers.index(after) + 1
    else:
        # What it was to follow is elsewhere now: whoever moved it is named.
        turn.unchanged(of_placement(after))
        raise Refused(
            _("The story that it was to follow is not on page %(page)s.") % {"page": page.number}
        )
    placement.page, placement.position = page, at
    order.insert(at, placement)
    for position, other in enumerate(order):
        if other is not placement and other.position != position:
            Placement.objects.filter(pk=other.pk).update(position=position)
    placement.save()


def _weight(weight: str) -> str:
    if weight not in Placement.Weight.values:
        raise Refused(_("There is no such weight."))
    return weight


def _length(planned: int | None) -> int | None:
    if planned is not None and not 0 < planned <= LONGEST:
        raise Refused(_("A planned length is a number from 1 on; empty: none."))
    return planned
