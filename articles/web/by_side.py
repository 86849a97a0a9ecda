"""Lists of a tag's and of a contributor's stories, in the order of the side table.

A side row tells when its story was published, so that the newest thirty of a hundred thousand are
read from the index, one after the other, and nothing is sorted.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.models import PublishedByline, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web import lists
from articles.web.statements import Statement

# Of somebody's work so many stories are counted: an agency has a hundred thousand.
MOST_COUNTED = 200


def of_tag(slug: str, at: dt.datetime, before: str = "") -> lists.Slice:
    """The newest live stories that bear a tag, after the cursor `before`."""
    return lists.cut(_bearing(at, slug, ended=lists.ended(before)))


def of_contributor(person: int, at: dt.datetime, before: str = "") -> lists.Slice:
    """The newest live stories that a contributor signed, after the cursor `before`."""
    return lists.cut(_signed(at, person, ended=lists.ended(before)))


def sections_of(person: int, at: dt.datetime) -> list[int | None]:
    """The section of each story that a contributor signed, the newest first.

    One more than `MOST_COUNTED` at most.
    """
    return [section for (section,) in _counted.tuples(at, person)]


def first_signed(at: dt.datetime) -> PublishedStoryQuerySet:
    """The oldest live row that a contributor signed, for a subquery of contributors."""
    signed: PublishedStoryQuerySet = PublishedStory.objects.live(at).filter(
        people__contributor=OuterRef("pk")
    )
    return signed.order_by("people__published_at", "people__row_id")


def newest_of_tag(slug: str, length: int, at: dt.datetime) -> QuerySet[Any, Any]:
    """The numbers of the newest live rows that bear a tag, for a condition or a union."""
    newest = _newest("tags", Q(tags__slug=slug), at)
    # Once more by number: SQLite takes no limit in a part of a union.
    chosen = PublishedStory.objects.filter(pk__in=newest.values("pk")[:length])
    return chosen.order_by().values("pk")


def _signed_by(at: dt.datetime, person: int, *ended: Any) -> PublishedStoryQuerySet:
    """A contributor's live rows, the newest first, each once, whatever they did for it."""
    earlier = PublishedByline.objects.filter(
        row_id=OuterRef("pk"), contributor_id=person, pk__lt=OuterRef("people__pk")
    )
    return _newest("people", Q(~Exists(earlier), people__contributor=person), at, *ended)


def _newest(side: str, which: Q, at: dt.datetime, *ended: Any) -> PublishedStoryQuerySet:
    # In one call of filter(): another would join the side table once more.
    rows: PublishedStoryQuerySet = PublishedStory.objects.live(at).filter(
        which & lists.past(*ended, time=f"{side}__published_at", number=f"{side}__row")
    )
    return rows.order_by(f"-{side}__published_at", f"-{side}__row_id")


_bearing = lists.paged(
    lambda at, slug, *ended: lists.page(_newest("tags", Q(tags__slug=slug), at, *ended)),
)
_signed = lists.paged(lambda at, person, *ended: lists.page(_signed_by(at, person, *ended)))
_counted = Statement(
    PublishedStory,
    lambda at, person: _signed_by(at, person).values_list("section_id")[: MOST_COUNTED + 1],
    by_values=True,  # of one who signed thousands, others' rows are not read
)
