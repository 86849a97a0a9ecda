"""Lists of stories, newest first, paged by where the last one ended."""

import base64
import binascii
import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from articles.freshness import keys, notes
from articles.models import PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web.reading import Reading

PAGE = 30


@dataclass
class Slice:
    """A page of a list, and the cursor of the next one, empty at the end."""

    stories: list[Reading]
    next: str


def newest(rows: PublishedStoryQuerySet, before: str = "", length: int = PAGE) -> Slice:
    """The newest `length` rows that come after the cursor `before`.

    By keyset (time and number of the last row), so that the thousandth page costs what the first
    does. A cursor that makes no sense is as none.
    """
    if cursor := _read(before):
        at, pk = cursor
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk))
    found = list(rows.for_lists().order_by("-published_at", "-pk")[: length + 1])
    cursor_after = _write(found[length - 1]) if len(found) > length else ""
    return Slice([Reading(row) for row in found[:length]], cursor_after)


def by_story(
    rows: PublishedStoryQuerySet, ids: list[int], *, pictures_at: str | None = None
) -> dict[int, Reading]:
    """The rows of these stories, by story."""
    notes.sees(*map(keys.story, ids))  # those that are not there, too
    return {
        row.story_id: Reading(row, pictures_at) for row in rows.filter(story_id__in=ids).for_lists()
    }


def _write(row: PublishedStory) -> str:
    plain = f"{row.published_at.isoformat()}|{row.pk}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[dt.datetime, int] | None:
    if not cursor or len(cursor) > 100:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, pk = plain.partition("|")
        instant, number = dt.datetime.fromisoformat(at), int(pk)
        if instant.tzinfo is None or not 0 < number < 2**62:
            return None
        return instant.astimezone(dt.UTC), number  # overflows at the ends of the calendar
    except (ValueError, OverflowError, binascii.Error):
        return None
