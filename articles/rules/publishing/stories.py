"""Stories in the record: released at sign-off, withdrawn, redacted."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import (
    Issue,
    Placement,
    PreviewLink,
    PublishedByline,
    PublishedPicture,
    PublishedSheet,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Read,
    Redaction,
    Story,
    User,
)
from articles.models.record import Act
from articles.rules import cold, logbook, renditions, sheets, snapshot
from articles.rules.acting import act
from articles.rules.publishing.book import Book, Change
from articles.rules.publishing.locks import lock
from articles.rules.refusal import Refused
from articles.rules.snapshot import FrozenStory


def pending(story: Story, at: dt.datetime) -> list[PublishedStory]:
    """The story's rows that have not started at `at`."""
    return list(PublishedStory.objects.filter(story=story, live_from__gt=at))


def live_row(story: Story, at: dt.datetime) -> PublishedStory | None:
    """The row of the story that readers read at `at`."""
    return PublishedStory.objects.live(at).filter(story=story).first()


def release_all(
    frozen: Iterable[FrozenStory], by: User, at: dt.datetime, *, minor: bool = False
) -> dict[int, PublishedStory]:
    """Write signed-off stories, frozen, into the record: each from its instant on.

    Called inside sign-off. Returns the new rows by story; a story that waits for an issue without
    an hour, or whose words are those that are live, has none. A row that waited is replaced.
    `minor` keeps the time of the last update as it is.
    """
    given = list(frozen)
    book = Book([one.row.story_id for one in given], by, at)
    hours = _hours(one.row.story_id for one in given)
    released = {}
    for one in given:
        live_from, issue = _instant(one.story, book, hours)
        standing = book.standing(one.story.pk)
        book.cancel(book.pending(one.story.pk))
        if live_from is None:
            continue
        for photo in one.photos:
            if photo.expires_at is not None and photo.expires_at <= live_from:
                raise Refused(
                    _(
                        "“%(story)s”: the rights to its photo “%(photo)s” run out before it goes live."
                    )
                    % {"story": one.story.headline, "photo": photo}
                )
        if standing is None or standing.digest != one.row.digest:
            one.row.issue, one.row.not_before = issue, one.story.embargo_until
            book.publish(one, live_from, minor=minor)
            released[one.story.pk] = one.row
        book.end(one.story)
    book.write()
    renditions.make_soon(photo for row in released.values() for photo in row.payload["photos"])
    return released


def release_as_planned(stories: Iterable[Story], by: User, at: dt.datetime) -> bool:
    """Bring signed-off stories' waiting rows to the issues and hours that the plan now gives them.

    A story in several issues goes with the first. Returns whether a row was added. Raises Refused
    where the words are no longer those that were signed off.
    """
    due = [story for story in stories if _goes_with_its_issue(story, at)]
    book = Book([story.pk for story in due], by, at)
    hours = _hours(story.pk for story in due)
    frozen = snapshot.freeze_all(story for story in due if _is_moved(story, book, hours))
    finals = Read.objects.filter(
        story__in=[one.story for one in frozen], step=Story.Status.FINAL_READ
    )
    signed = set(finals.values_list("story", "content"))
    for one in frozen:
        if (one.story.pk, one.content) not in signed:
            raise Refused(
                _("“%(story)s” was changed after its sign-off. It has to be read again.")
                % {"story": one.story.headline}
            )
    return bool(release_all(frozen, by, at)) if frozen else False


def withdraw(story: Story, by: User, at: dt.datetime, *, notice: str = "") -> None:
    """Take a story off: what waited is cancelled, what is live is withdrawn. Called inside kill.

    Who had a link to it before it was published has none from now on.
    """
    PreviewLink.objects.filter(story=story, ended_at=None).update(ended_at=at)
    book = Book([story.pk], by, at)
    standing = book.standing(story.pk)
    book.cancel(book.pending(story.pk))
    if standing:
        book.withdraw(standing, Change.KILL, at, notice)
    book.write()


def take_off_the_schedule(stories: Iterable[Story], by: User, at: dt.datetime) -> None:
    """Cancel what has not started; what is live stands, with its planned end."""
    numbers = [story.pk for story in stories]
    book = Book(numbers, by, at)
    for number in numbers:
        stands = book.standing(number) is not None
        book.cancel(row for row in book.pending(number) if row.change != Change.END or not stands)
    book.write()


@act
def redact(story: Story, by: User, reason: str, at: dt.datetime | None = None) -> Redaction:
    """Take a story's published words and pictures out of the record, for courts and privacy.

    Readers get 410 from now on; every version is emptied, and public copies of pictures that no
    other live story shows are deleted, as are those of the printed pages that it stood on. Raises Refused without the right or a reason.
    """
    if not by.has_perm("articles.redact_story"):
        raise Refused(_("Only a publisher may redact."))
    if not reason.strip():
        raise Refused(_("Say by what order, or why, this is redacted."))
    lock([story.pk])
    at = at or timezone.now()
    withdraw(story, by, at)
    redaction = Redaction.objects.create(story=story, by=by, at=at, reason=reason)
    PreviewLink.objects.filter(story=story).update(content={})
    rows = PublishedStory.objects.filter(story=story)
    cold.tell_stories([story.pk])  # while its tags and pictures are still known
    names = set(PublishedPicture.objects.filter(row__in=rows).values_list("name", flat=True))
    rows.filter(redaction__isnull=True).update(
        redaction=redaction,
        payload={},
        body="",
        search_text="",
        digest="",
        slug="redacted",
        notice="",
    )
    for side in (PublishedTag, PublishedByline, PublishedPicture):
        side.objects.filter(row__in=rows).delete()
    shown_elsewhere = PublishedPicture.objects.filter(name__in=names)
    names -= set(shown_elsewhere.values_list("name", flat=True))
    transaction.on_commit(lambda: renditions.remove(names))
    showing = PublishedSheet.objects.filter(
        Exists(
            PublishedSlot.objects.filter(
                story_id=story.pk, row=OuterRef("row"), page_number=OuterRef("page_number")
            )
        )
    )
    printed = set(showing.values_list("name", flat=True))
    transaction.on_commit(lambda: sheets.remove(printed))
    if story.status != Story.Status.KILLED:
        Story.objects.filter(pk=story.pk).move(status=Story.Status.KILLED)
    logbook.write(by, "redact", story, at=at, reason=reason, pictures=sorted(names | printed))
    return redaction


# -- when a story goes live ----------------------------------------------------------------------

Hours = Mapping[int, tuple[dt.datetime, Issue]]


def _hours(stories: Iterable[int]) -> Hours:
    """The first scheduled issue that each story stands in, and its hour."""
    placed = Placement.objects.filter(
        story__in=list(stories), page__issue__state=Issue.State.SCHEDULED
    ).select_related("page__issue")
    found: dict[int, tuple[dt.datetime, Issue]] = {}
    for placement in placed.order_by("-page__issue__goes_live_at", "-page__issue"):
        issue = placement.page.issue
        if placement.story_id is not None and issue.goes_live_at is not None:
            found[placement.story_id] = (issue.goes_live_at, issue)
    return found


def _instant(story: Story, book: Book, hours: Hours) -> tuple[dt.datetime | None, Issue | None]:
    """When a story signed off now goes live, and the issue whose hour that is, if one's.

    A story that is live already is updated at once. (None, None): it waits for an issue that has
    no hour yet.
    """
    floor = max(book.at, story.embargo_until or book.at)
    if book.standing(story.pk) or story.release != Story.Release.WITH_ISSUE:
        return floor, None
    if story.pk not in hours:
        return None, None
    hour, issue = hours[story.pk]
    return max(floor, hour), issue


def _goes_with_its_issue(story: Story, at: dt.datetime) -> bool:
    """Whether the plan decides about the story: signed off, not web first, not past its end."""
    return (
        story.status == Story.Status.SIGNED_OFF
        and story.release == Story.Release.WITH_ISSUE
        and (story.live_until is None or story.live_until > at)
    )


def _is_moved(story: Story, book: Book, hours: Hours) -> bool:
    """Whether what waits for the story is not what the plan now asks for."""
    if book.standing(story.pk):
        return False
    waiting = [row for row in book.pending(story.pk) if row.act == Act.PUBLISH]
    live_from, issue = _instant(story, book, hours)
    if live_from is None:
        return bool(waiting)
    planned = (live_from, issue.pk if issue else None)
    return planned not in [(row.live_from, row.issue_id) for row in waiting]
