"""Lists of stories, newest first, paged by where the last one ended."""

import base64
import binascii
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from articles.freshness import keys, notes
from articles.models import Edition, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web.reading import Reading

PAGE = 30
NEWEST = ("-published_at", "-pk")


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
    return cut(after(rows, before).order_by(*NEWEST), length)


def cut(rows: PublishedStoryQuerySet, length: int = PAGE) -> Slice:
    """The first `length` of rows that stand in their order, and the cursor of what follows."""
    found = list(rows.for_lists()[: length + 1])
    last = found[length - 1] if len(found) > length else None
    next_one = cursor(last.published_at, last.pk) if last else ""
    return Slice([Reading(row) for row in found[:length]], next_one)


def after(rows: PublishedStoryQuerySet, before: str) -> PublishedStoryQuerySet:
    """The rows that come after the cursor `before`, newest first."""
    return rows.filter(past(before))


def past(before: str, time: str = "published_at", number: str = "pk") -> Q:
    """What a row must be to come after the cursor `before`, by its columns `time` and `number`.

    The first condition says nothing new: it is where an engine enters the index.
    """
    if not (read := _read(before)):
        return Q()
    at, pk = read
    return Q((f"{time}__lte", at)) & (Q((f"{time}__lt", at)) | Q((f"{number}__lt", pk)))


def corrected(edition: Edition, at: dt.datetime, before: str = "", length: int = PAGE) -> Slice:
    """The live stories that were put right in public, by when, the last first. Two queries.

    A story stays in the list when it is updated again later.
    """
    rows = PublishedStory.objects.filter(
        edition=edition, change=PublishedStory.Change.CORRECTION, live_from__lte=at
    )
    if read := _read(before):
        then, pk = read
        rows = rows.filter(Q(live_from__lt=then) | Q(live_from=then, pk__lt=pk))
    when = list(
        rows.order_by("-live_from", "-pk").values_list("story_id", "live_from", "pk")[: length + 1]
    )
    numbers = list(dict.fromkeys(story for story, _at, _pk in when[:length]))
    readings = by_story(PublishedStory.objects.live(at), numbers)
    next_one = cursor(*when[length - 1][1:]) if len(when) > length else ""
    return Slice([readings[number] for number in numbers if number in readings], next_one)


def cursor(published_at: dt.datetime, pk: int) -> str:
    """Where a list ended: after the row of this time and number."""
    plain = f"{published_at.isoformat()}|{pk}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def by_story(rows: PublishedStoryQuerySet, ids: list[int]) -> dict[int, Reading]:
    """The rows of these stories, by story."""
    notes.sees(*map(keys.story, ids))  # those that are not there, too
    return of_rows(rows.filter(story_id__in=ids).for_lists().order_by())


def of_rows(rows: Iterable[PublishedStory]) -> dict[int, Reading]:
    """These rows, each of another story, by story."""
    return {row.story_id: Reading(row) for row in rows}


def _read(written: str) -> tuple[dt.datetime, int] | None:
    if not written or len(written) > 100:
        return None
    try:
        plain = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
        at, _, pk = plain.partition("|")
        instant, number = dt.datetime.fromisoformat(at), int(pk)
        if instant.tzinfo is None or not 0 < number < 2**62:
            return None
        return instant.astimezone(dt.UTC), number  # overflows at the ends of the calendar
    except (ValueError, OverflowError, binascii.Error):
        return None
