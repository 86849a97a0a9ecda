"""Unsaved words: what somebody has typed into a story's form, kept on the server as they type."""

import datetime as dt
import re
import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles.models import Story, User, WorkingCopy
from articles.rules import years
from articles.rules.refusal import Refused

LONGEST = 4_000_000  # characters, far beyond any story
FORM_KEY = re.compile(r"[0-9a-f]{1,32}").fullmatch
MOST = 200  # unsaved texts a person may have: the oldest go


def key_of(story: Story | None, form_key: str) -> str:
    """The key under which a form's words are kept; `form_key` is the form's own.

    Each form that is opened has one: what is typed into another window, or into the form as it
    comes back in the morning, does not take the place of what was typed and not saved before.
    """
    if story is None:
        return form_key
    known = form_key if FORM_KEY(form_key) else ""
    return f"story-{story.pk}-{known}".rstrip("-")


def new_form_key() -> str:
    """A key for a form of a story that is there already."""
    return secrets.token_hex(8)


@transaction.atomic
def keep(
    person: User,
    key: str,
    fields: str,
    *,
    story: Story | None = None,
    headline: str = "",
    took: str = "",
    at: dt.datetime | None = None,
) -> WorkingCopy:
    """Keep what `person` has typed; `fields` is the form as browsers send it. Raises Refused.

    `took` is the mark of the copy from which the form's words were taken up: it goes.
    """
    if len(fields) > LONGEST:
        raise Refused("too long")
    _taken(person, took).delete()
    copy, _made = WorkingCopy.objects.update_or_create(
        person=person,
        key=key[:60],
        defaults={
            "story": story,
            "fields": fields,
            "headline": headline[:200],
            "saved_at": at or timezone.now(),
        },
    )
    kept = WorkingCopy.objects.filter(person=person)
    oldest = kept.order_by("-saved_at", "-pk").values_list("pk", flat=True)[MOST:]
    if surplus := list(oldest):
        kept.filter(pk__in=surplus).delete()
    return copy


def find(person: User, key: str, story: Story | None = None) -> WorkingCopy | None:
    """What `person` typed into the form `key`, or last into any form of `story`, and did not save."""
    mine = WorkingCopy.objects.filter(person=person, story=story)
    return mine.filter(key=key).first() or (mine.first() if story and key == "1" else None)


@transaction.atomic
def drop(person: User, key: str, took: str = "") -> None:
    """The words are saved, or are not wanted any more; nor is what they were taken up from."""
    WorkingCopy.objects.filter(person=person, key=key).delete()
    _taken(person, took).delete()


def mark(copy: WorkingCopy) -> str:
    """What the form says that took a copy up: which, and as of when.

    It goes on under a key of its own: the window in which the words were typed may still be open.
    """
    return f"{copy.key} {copy.saved_at.isoformat()}"


def _taken(person: User, mark: str) -> QuerySet[WorkingCopy]:
    """The copy of a mark, unless its own window has typed on in the meantime."""
    key, _space, at = mark.partition(" ")
    try:
        instant = parse_datetime(at)
    except ValueError:
        instant = None
    if instant is None or timezone.is_naive(instant) or not years.holds(instant):
        return WorkingCopy.objects.none()
    return WorkingCopy.objects.filter(person=person, key=key, saved_at=instant)
