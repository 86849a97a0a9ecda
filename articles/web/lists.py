"""Lists of stories, newest first, paged by where the last one ended."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from articles.freshness import keys, notes
from articles.models import PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web.reading import Reading
from articles.web.statements import Given, Statement

PAGE = 30
NEWEST = ("-published_at", "-pk")


# Where a page of a list ended: time and number of its last row; nothing at the beginning.
Ended = tuple[()] | tuple[dt.datetime, int]


@dataclass
class Slice:
    """A page of a list, and the cursor of the next one, empty at the end."""

    stories: list[Reading]
    next: str


def of_edition(edition: int, at: dt.datetime) -> Slice:
    """An edition's newest live stories."""
    return cut(_of_edition.rows(at, edition))


def of_section(section: int, at: dt.datetime, before: str = "") -> Slice:
    """A section's newest live stories, after the cursor `before`.

    By keyset (time and number of the last row), so that the thousandth page costs what the first
    does. A cursor that makes no sense is as none.
    """
    return cut(_of_section(at, section, ended=ended(before)))


def paged(build: Callable[..., PublishedStoryQuerySet]) -> Callable[..., list[PublishedStory]]:
    """A list as a function of what it is of, and `ended`, where its last page did.

    Pages further down are planned for where they begin: PostgreSQL, not knowing, would read all
    stories of a tag to sort them.
    """
    first = Statement(PublishedStory, build)
    further = Statement(PublishedStory, build, by_values=True)

    def rows(*given: Given, ended: Ended = ()) -> list[PublishedStory]:
        return further.rows(*given, *ended) if ended else first.rows(*given)

    return rows


def page(rows: PublishedStoryQuerySet) -> PublishedStoryQuerySet:
    """Of rows in their order what a page shows, and one more: then another page follows."""
    return rows.for_lists()[: PAGE + 1]


def cut(found: list[PublishedStory], length: int = PAGE) -> Slice:
    """The first `length` of rows, and the cursor of what follows."""
    last = found[length - 1] if len(found) > length else None
    next_one = cursor(last.published_at, last.pk) if last else ""
    return Slice([Reading(row) for row in found[:length]], next_one)


def past(*ended: Any, time: str = "published_at", number: str = "pk") -> Q:
    """What a row must be to come after where a list ended, by its columns `time` and `number`.

    The first condition says nothing new: it is where an engine enters the index.
    """
    if not ended:
        return Q()
    at, pk = ended
    return Q((f"{time}__lte", at)) & (Q((f"{time}__lt", at)) | Q((f"{number}__lt", pk)))


def corrected(edition: int, at: dt.datetime, before: str = "") -> Slice:
    """The live stories that were put right in public, by when, the last first. Two queries.

    A story stays in the list when it is updated again later.
    """
    when = _put_right.tuples(at, edition, *ended(before))
    numbers = list(dict.fromkeys(story for story, _at, _pk in when[:PAGE]))
    readings = of_stories(numbers, at)
    next_one = cursor(*when[PAGE - 1][1:]) if len(when) > PAGE else ""
    return Slice([readings[number] for number in numbers if number in readings], next_one)


def of_stories(ids: list[int], at: dt.datetime) -> dict[int, Reading]:
    """These stories, where they are live, by story."""
    notes.sees(*map(keys.story, ids))  # those that are not there, too
    return of_rows(_of_stories.rows(at, ids)) if ids else {}


def live_among(at: dt.datetime, ids: list[int]) -> PublishedStoryQuerySet:
    """Which of these stories are live, in no order."""
    rows: PublishedStoryQuerySet = PublishedStory.objects.live(at).filter(story_id__in=ids)
    return rows.for_lists().order_by()


def _newest(at: dt.datetime, *ended: Any, **of: Any) -> PublishedStoryQuerySet:
    rows: PublishedStoryQuerySet = PublishedStory.objects.live(at).filter(past(*ended), **of)
    return page(rows.order_by(*NEWEST))


def _corrections(at: dt.datetime, edition: int, *ended: Any) -> "QuerySet[PublishedStory, Any]":
    rows = PublishedStory.objects.filter(
        past(*ended, time="live_from"),
        edition_id=edition,
        change=PublishedStory.Change.CORRECTION,
        live_from__lte=at,
    )
    columns = rows.order_by("-live_from", "-pk").values_list("story_id", "live_from", "pk")
    return columns[: PAGE + 1]


_of_edition = Statement(PublishedStory, lambda at, edition: _newest(at, edition_id=edition))
_of_section = paged(lambda at, section, *ended: _newest(at, *ended, section_id=section))
_put_right = Statement(PublishedStory, _corrections)
_of_stories = Statement(PublishedStory, live_among)


def cursor(published_at: dt.datetime, pk: int) -> str:
    """Where a list ended: after the row of this time and number."""
    plain = f"{published_at.isoformat()}|{pk}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def of_rows(rows: Iterable[PublishedStory]) -> dict[int, Reading]:
    """These rows, each of another story, by story."""
    return {one.pk: one for one in map(Reading, rows)}


def ended(written: str) -> Ended:
    """Where a list ended, by the cursor that says so. What makes no sense is as none."""
    if not written or len(written) > 100:
        return ()
    try:
        plain = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
        at, _, pk = plain.partition("|")
        instant, number = dt.datetime.fromisoformat(at), int(pk)
        if instant.tzinfo is None or not 0 < number < 2**62:
            return ()
        return instant.astimezone(dt.UTC), number  # overflows at the ends of the calendar
    except (ValueError, OverflowError, binascii.Error):
        return ()
