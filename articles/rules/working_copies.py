"""Unsaved words: what somebody has typed into a story's form, kept on the server as they type."""

import datetime as dt
import re
import secrets

from django.utils import timezone

from articles.models import Story, User, WorkingCopy
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


def keep(
    person: User,
    key: str,
    fields: str,
    *,
    story: Story | None = None,
    headline: str = "",
    at: dt.datetime | None = None,
) -> WorkingCopy:
    """Keep what `person` has typed; `fields` is the form as browsers send it. Raises Refused."""
    if len(fields) > LONGEST:
        raise Refused("too long")
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


def drop(person: User, key: str) -> None:
    """The words are saved, or are not wanted any more."""
    WorkingCopy.objects.filter(person=person, key=key).delete()
