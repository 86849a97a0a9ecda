"""What the record holds of some stories: read once under their locks, changed, written at once.

However many the stories, reading and writing take the same number of queries.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from articles.models import (
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedStory,
    PublishedTag,
    Story,
    User,
)
from articles.models.record import Act
from articles.rules import acting, cold, snapshot
from articles.rules.refusal import Refused
from articles.rules.snapshot import FrozenStory

Change = PublishedStory.Change
MICROSECOND = dt.timedelta(microseconds=1)


class Book:
    """The rows of some stories as of `at`, in `by`'s hands. The stories must be locked."""

    def __init__(self, stories: Iterable[int], by: User, at: dt.datetime) -> None:
        self.by, self.at = by, at
        self._rows: dict[int, list[PublishedStory]] = {pk: [] for pk in stories}
        self._cancelled: list[PublishedStory] = []
        self._added: list[PublishedStory] = []
        self._frozen: list[FrozenStory] = []
        rows = PublishedStory.objects.filter(story__in=self._rows).for_lists()
        for row in rows.order_by("live_from"):
            self._rows[row.story_id].append(row)

    def standing(self, story: int) -> PublishedStory | None:
        """The row that readers read, if one is live."""
        started = [row for row in self._rows[story] if row.live_from <= self.at]
        if started and started[-1].act == Act.PUBLISH and started[-1].redaction_id is None:
            return started[-1]
        return None

    def first(self, story: int) -> PublishedStory | None:
        """The row by which the story was first published."""
        for row in self._rows[story]:
            if row.act == Act.PUBLISH and row.live_from <= self.at:
                return row
        return None

    def spell(self, story: int) -> PublishedStory | None:
        """The row by which the story went live, since when it has been without a break."""
        began = None
        for row in self._rows[story]:
            if row.live_from <= self.at:
                read = row.act == Act.PUBLISH and row.redaction_id is None
                began = (began or row) if read else None
        return began

    def published(self, story: int) -> PublishedStory | None:
        """The words that readers had last, live still or withdrawn since."""
        rows = [row for row in self._rows[story] if row.live_from <= self.at]
        return next((row for row in reversed(rows) if row.act == Act.PUBLISH), None)

    def pending(self, story: int) -> list[PublishedStory]:
        """The rows that have not started."""
        return [row for row in self._rows[story] if row.live_from > self.at]

    def cancel(self, rows: Iterable[PublishedStory]) -> None:
        """Take out rows that have not started."""
        for row in rows:
            self._rows[row.story_id].remove(row)
            self._cancelled.append(row)

    def publish(self, frozen: FrozenStory, live_from: dt.datetime, *, minor: bool) -> None:
        """Add a frozen story, from `live_from` on or the first free instant after it."""
        row = frozen.row
        standing, first = self.standing(row.story_id), self.first(row.story_id)
        last = self.published(row.story_id)
        self._add(row, live_from)
        row.published_at = first.published_at if first else row.live_from
        row.change = _change(row, first, last, minor)
        earlier = standing.payload.get("updated_at") if standing else None
        shown = row.change in (Change.UPDATE, Change.CORRECTION)
        row.payload["updated_at"] = row.live_from.isoformat() if shown else earlier
        self._frozen.append(frozen)

    def withdraw(
        self, standing: PublishedStory, change: str, live_from: dt.datetime, notice: str = ""
    ) -> None:
        """Add the withdrawal of a row."""
        row = PublishedStory(
            story_id=standing.story_id,
            act=Act.WITHDRAW,
            change=change,
            edition_id=standing.edition_id,
            section_id=standing.section_id,
            language=standing.language,
            slug=standing.slug,
            package=standing.package,
            published_at=standing.published_at,
            schema=snapshot.SCHEMA,
            notice=notice,
        )
        self._add(row, live_from)

    def end(self, story: Story) -> None:
        """Add the withdrawal of a planned end, after whatever the story has now.

        Raises Refused where the end would come before the beginning.
        """
        last = self._rows[story.pk][-1] if self._rows[story.pk] else None
        if story.live_until is None or last is None or last.act == Act.WITHDRAW:
            return
        if story.live_until <= last.live_from:
            raise Refused(
                _("“%(story)s” would be taken down before it goes live.")
                % {"story": story.headline}
            )
        self.withdraw(last, Change.END, max(story.live_until, self.at))

    def write(self) -> None:
        """Write what was cancelled and added. Raises Refused where the hour struck meanwhile."""
        cancel(self._cancelled, self.at)
        PublishedStory.objects.bulk_create(self._added)
        for one in self._frozen:
            for tag in one.tags:
                tag.published_at = one.row.published_at
            for name in one.people:
                name.published_at = one.row.published_at
        PublishedTag.objects.bulk_create(tag for one in self._frozen for tag in one.tags)
        PublishedByline.objects.bulk_create(name for one in self._frozen for name in one.people)
        PublishedPicture.objects.bulk_create(
            picture for one in self._frozen for picture in one.pictures
        )
        if touched := {row.story_id for row in (*self._cancelled, *self._added)}:
            cold.tell_stories(touched)

    def _add(self, row: PublishedStory, live_from: dt.datetime) -> None:
        rows = self._rows[row.story_id]
        row.live_from = first_free(live_from, {one.live_from for one in rows})
        row.version = max((one.version for one in rows), default=0) + 1
        row.signed_by, row.created_at = self.by, self.at
        acting.before(live_from, self.at)
        rows.append(row)
        rows.sort(key=lambda one: one.live_from)
        self._added.append(row)


def cancel(rows: "list[PublishedStory] | list[PublishedIssue]", at: dt.datetime) -> None:
    """Delete rows that have not started as of `at`.

    Raises Refused where one has by now: the database sees to it, and the act looks at its end.
    """
    if not rows:
        return
    acting.before(min(row.live_from for row in rows), at)
    try:
        with transaction.atomic():
            type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    except IntegrityError as error:
        raise Refused(_("The hour struck just now: this is live already.")) from error


def tell_the_sides(rows: QuerySet[PublishedStory], published_at: Combinable) -> None:
    """Before rows that have not started are moved: their tags and bylines tell the new time too.

    `published_at` is a value, or an expression over a row.
    """
    new = PublishedStory.objects.filter(pk=OuterRef("row_id")).values(new=published_at)
    for side in (PublishedTag, PublishedByline):
        side.objects.filter(row__in=rows.values("pk")).update(published_at=Subquery(new))


def first_free(wanted: dt.datetime, taken: set[dt.datetime]) -> dt.datetime:
    """`wanted`, or the first instant after it that is not taken."""
    while wanted in taken:
        wanted += MICROSECOND
    return wanted


def _change(
    row: PublishedStory,
    first: PublishedStory | None,
    last: PublishedStory | None,
    minor: bool,
) -> str:
    if first is None:
        return Change.FIRST
    corrected = last.payload.get("corrections", []) if last else []
    if len(row.payload["corrections"]) > len(corrected):
        return Change.CORRECTION
    return Change.MINOR if minor else Change.UPDATE
