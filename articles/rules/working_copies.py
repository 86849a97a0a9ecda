"""Unsaved words: what somebody has typed into a story's form, kept on the server as they type."""

import datetime as dt

from django.utils import timezone

from articles.models import Story, User, WorkingCopy
from articles.rules.refusal import Refused

LONGEST = 4_000_000  # characters, far beyond any story
MOST = 200  # unsaved texts a person may have: the oldest go


def key_of(story: Story | None, form_key: str) -> str:
    """The key under which a form's words are kept."""
    return f"story-{story.pk}" if story else form_key


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


def find(person: User, key: str) -> WorkingCopy | None:
    """What `person` typed and did not save."""
    return WorkingCopy.objects.filter(person=person, key=key).first()


def drop(person: User, key: str) -> None:
    """The words are saved, or are not wanted any more."""
    WorkingCopy.objects.filter(person=person, key=key).delete()
