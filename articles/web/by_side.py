"""Lists of a tag's and of a contributor's stories, in the order of the side table.

A side row tells when its story was published, so that the newest thirty of a hundred thousand are
read from the index, one after the other, and nothing is sorted.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.models import Contributor, PublishedByline, PublishedStory, PublishedTag
from articles.models.record import PublishedStoryQuerySet
from articles.web import lists


def of_tag(slug: str, at: dt.datetime, before: str = "") -> lists.Slice:
    """The newest live stories that bear a tag, after the cursor `before`."""
    return lists.cut(bearing(slug, at, before))


def bearing(slug: str, at: dt.datetime, before: str = "") -> PublishedStoryQuerySet:
    """The live rows that bear a tag, the newest first."""
    return _newest("tags", Q(tags__slug=slug), at, before)


def of_contributor(person: Contributor, at: dt.datetime, before: str = "") -> lists.Slice:
    """The newest live stories that a contributor signed, after the cursor `before`."""
    return lists.cut(signed_by(person, at, before))


def signed_by(person: Contributor, at: dt.datetime, before: str = "") -> PublishedStoryQuerySet:
    """A contributor's live rows, the newest first, each once, whatever they did for it."""
    earlier = PublishedByline.objects.filter(
        row_id=OuterRef("pk"), contributor=person, pk__lt=OuterRef("people__pk")
    )
    return _newest("people", Q(~Exists(earlier), people__contributor=person), at, before)


def newest_of_tag(slug: str, length: int, at: dt.datetime) -> QuerySet[Any, Any]:
    """The numbers of the newest rows that bear a tag and have started, for a condition or a union.

    Rows to come do not count: when they are cancelled, no page changes, and none is told.
    """
    started = PublishedTag.objects.filter(slug=slug, row__live_from__lte=at)
    newest = started.order_by("-published_at", "-row_id")
    # Once more by number: SQLite takes no limit in a part of a union.
    return PublishedTag.objects.filter(pk__in=newest.values("pk")[:length]).values("row")


def _newest(side: str, which: Q, at: dt.datetime, before: str) -> PublishedStoryQuerySet:
    # In one call of filter(): another would join the side table once more.
    rows: PublishedStoryQuerySet = PublishedStory.objects.live(at).filter(
        which & lists.past(before, f"{side}__published_at", f"{side}__row")
    )
    return rows.order_by(f"-{side}__published_at", f"-{side}__row_id")
