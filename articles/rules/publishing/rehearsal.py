"""A rehearsal: the record as it would be, in a transaction that is always undone.

What the desk has not signed off is written into the record for as long as somebody looks, and is
seen by nobody else: no other connection reads what was never committed. So the readers' own
screens show it, with all that hangs on it (lists, tags, neighbours), by the code that readers get.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from articles.models import Issue, PublishedIssue, PublishedSlot, Story, User
from articles.rules import snapshot
from articles.rules.publishing.book import Book, first_free


@contextmanager
def rehearsal(
    by: User, at: dt.datetime, *, stories: Iterable[Story] = (), issue: Issue | None = None
) -> Iterator[dt.datetime]:
    """The record as of `at`, had `stories` been signed off, and `issue`'s plan, as they are now.

    Yields the instant to look at: `at`, or a few microseconds after it, where something else
    happens at that very instant. Nothing of it is there once the block ends.
    """
    with transaction.atomic():
        last = at
        given = list(stories)
        book = Book([story.pk for story in given], by, at)
        for one in snapshot.freeze_all(given):
            standing = book.standing(one.story.pk)
            if standing is None or standing.digest != one.row.digest:
                book.publish(one, at, minor=False)
                last = max(last, one.row.live_from)
        book.write()
        if issue is not None:
            last = max(last, _put_to_print(issue, by, at))
        try:
            yield last
        finally:
            transaction.set_rollback(True)


def _put_to_print(issue: Issue, by: User, at: dt.datetime) -> dt.datetime:
    frozen = snapshot.freeze_issue(issue)
    rows = list(PublishedIssue.objects.filter(issue=issue))
    row = frozen.row
    row.live_from = first_free(at, {one.live_from for one in rows})
    row.version = max((one.version for one in rows), default=0) + 1
    row.signed_by, row.created_at = by, at
    row.save(force_insert=True)
    PublishedSlot.objects.bulk_create(frozen.slots)
    return row.live_from
