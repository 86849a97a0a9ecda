"""Who sits at a story and writes. A seat warns and asks; it never keeps anybody's words out.

A browser that has a story open says so every few seconds. A seat that is silent for a minute and
a half (a closed laptop, a lost connection) is free again.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Notice, Seat, Story, User
from articles.rules import logbook, telling
from articles.rules.acting import act

SILENCE = dt.timedelta(seconds=90)


def taken(story: Story, at: dt.datetime | None = None) -> Seat | None:
    """The seat at a story, if somebody sits there now."""
    seat = Seat.objects.select_related("person", "asked_by").filter(story=story).first()
    if seat is None or seat.seen_at < (at or timezone.now()) - SILENCE:
        return None
    return seat


def sit(story: Story, by: User, window: str, at: dt.datetime | None = None) -> Seat:
    """Sit down at a story, or say that one still sits there. Returns the seat, whoever has it.

    A free seat is taken; a taken one is left to whoever has it. The same person in another window
    waits, too: two windows overwrite each other as two people do.
    """
    at = at or timezone.now()
    with transaction.atomic():
        seat = Seat.objects.select_for_update().filter(story=story).first()
        if seat is not None and (seat.window == window or seat.seen_at < at - SILENCE):
            same = seat.window == window
            seat.person, seat.window, seat.seen_at = by, window, at
            if not same:
                seat.since, seat.asked_by = at, None
            seat.save()
        elif seat is None:
            seat = _first(story, by, window, at)
    # It may have been left in this very moment: then it was theirs until now.
    return Seat.objects.select_related("person", "asked_by").filter(pk=seat.pk).first() or seat


def _first(story: Story, by: User, window: str, at: dt.datetime) -> Seat:
    """Two who sit down in the same moment: the database lets one of them."""
    mine = Seat(story=story, person=by, window=window, since=at, seen_at=at)
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
    except IntegrityError:
        return Seat.objects.filter(story=story).first() or mine
    return mine


@act
def ask(story: Story, by: User, at: dt.datetime | None = None) -> Seat | None:
    """Ask whoever sits at the story to leave it. Returns the seat, or None where it is free."""
    at = at or timezone.now()
    seat = taken(story, at)
    if seat is None or seat.person_id == by.pk:
        return seat
    Seat.objects.filter(pk=seat.pk).update(asked_by=by)
    telling.tell([seat.person], Notice.Kind.ASKED, by, story=story, at=at)
    return taken(story, at)


@act
def take_over(story: Story, by: User, window: str, at: dt.datetime | None = None) -> Seat:
    """Take the seat from whoever has it, which is logged. Their words stay in their own copy."""
    at = at or timezone.now()
    seat = Seat.objects.select_for_update().select_related("person").filter(story=story).first()
    if seat is None:
        return _first(story, by, window, at)
    before = seat.person
    was_there = seat.seen_at >= at - SILENCE
    seat.person, seat.window, seat.since, seat.seen_at = by, window, at, at
    seat.asked_by = None
    seat.save()
    if was_there and before.pk != by.pk:
        logbook.write(by, "take_over", story, at=at, took_over_from=before.get_username())
        telling.tell([before], Notice.Kind.TAKEN_OVER, by, story=story, at=at)
    return seat


def leave(story: Story, window: str) -> None:
    """Get up: the window that wrote is closed or has moved on."""
    Seat.objects.filter(story=story, window=window).delete()
