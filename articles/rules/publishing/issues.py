"""Issues in the record: scheduled, moved, held, taken back, and brought up to a changed plan."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Max, Min, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import (
    Issue,
    Placement,
    PublishedIssue,
    PublishedSheet,
    PublishedSlot,
    PublishedStory,
    Story,
    User,
)
from articles.models.record import Act, PublishedStoryQuerySet
from articles.rules import acting, cold, logbook, sheets, snapshot, storing
from articles.rules.acting import act
from articles.rules.publishing.book import Book, Change, cancel, first_free, tell_the_sides
from articles.rules.publishing.locks import lock_issue
from articles.rules.publishing.stories import release_as_planned, take_off_the_schedule
from articles.rules.refusal import Refused


@act
def schedule(
    issue: Issue, by: User, hour: dt.datetime | None = None, at: dt.datetime | None = None
) -> Issue:
    """Schedule an issue for `hour` (its usual one unless given): it goes live then, by itself.

    The plan and every signed-off story on it that goes with the issue are frozen now. Raises
    Refused where the hour has passed, or the issue is scheduled already.
    """
    issue, at = _issue_to_change(issue, by, at)
    if issue.state == Issue.State.SCHEDULED:
        raise Refused(_("This issue is scheduled already. Move it, or hold it first."))
    hour = hour or issue.usual_instant
    if hour < at:
        raise Refused(_("That hour has passed. Choose a later one."))
    came_from = issue.state
    Issue.objects.filter(pk=issue.pk).move(state=Issue.State.SCHEDULED, goes_live_at=hour)
    issue.refresh_from_db()
    _bring_up_to_plan(issue, by, at)
    logbook.write(
        by,
        "schedule",
        issue,
        at=at,
        came_from=came_from,
        went_to=Issue.State.SCHEDULED,
        hour=hour.isoformat(),
    )
    return issue


@act
def reschedule(
    issue: Issue, by: User, hour: dt.datetime, at: dt.datetime | None = None, reason: str = ""
) -> Issue:
    """Move a scheduled issue to another hour, with all that waits for it, exactly as frozen.

    Raises Refused once the issue is live, or where a story is to be taken down before the hour.
    """
    issue, at = _issue_to_change(issue, by, at)
    if issue.state != Issue.State.SCHEDULED or issue.goes_live_at is None:
        raise Refused(_("This issue is not scheduled."))
    if issue.goes_live_at <= at:
        raise Refused(_("This issue is live already."))
    if hour < at:
        raise Refused(_("That hour has passed. Choose a later one."))
    came_from = issue.goes_live_at
    acting.before(min(came_from, hour), at)
    waiting = PublishedStory.objects.filter(issue=issue, live_from__gt=at, act=Act.PUBLISH)
    ends = PublishedStory.objects.filter(
        story__in=waiting.values("story"),
        change=Change.END,
        live_from__gt=at,  # an end that is over ends nothing
        live_from__lte=hour,
    )
    for row in ends[:1]:
        raise Refused(_("“%(story)s” is to be taken down before that hour.") % {"story": row.story})
    moved = set(waiting.values_list("story", flat=True))
    try:
        with transaction.atomic():
            later = waiting.filter(not_before__gt=hour)
            held_back = list(later.values_list("pk", flat=True))
            tell_the_sides(later, _moved(F("not_before")))
            tell_the_sides(waiting.exclude(pk__in=held_back), _moved(Value(hour)))
            later.update(live_from=F("not_before"), published_at=_moved(F("not_before")))
            waiting.exclude(pk__in=held_back).update(
                live_from=hour, published_at=_moved(Value(hour))
            )
            _tell_the_new_time(waiting)
            PublishedIssue.objects.filter(issue=issue, live_from__gt=at).update(live_from=hour)
    except IntegrityError as error:
        raise Refused(_("The hour struck while you were moving it: the issue is live.")) from error
    cold.tell_stories(moved)
    cold.tell_issues([issue.pk])
    Issue.objects.filter(pk=issue.pk).move(goes_live_at=hour)
    issue.refresh_from_db()
    others = Issue.objects.filter(state=Issue.State.SCHEDULED).exclude(pk=issue.pk)
    shared = Story.objects.filter(placements__page__issue=issue).filter(
        placements__page__issue__in=others
    )
    release_as_planned(shared.distinct().order_by("pk"), by, at)
    logbook.write(
        by,
        "reschedule",
        issue,
        at=at,
        came_from=came_from.isoformat(),
        went_to=hour.isoformat(),
        reason=reason,
    )
    return issue


@act
def hold(issue: Issue, by: User, reason: str, at: dt.datetime | None = None) -> Issue:
    """Stop a scheduled issue before its hour: nothing of it goes live until it is scheduled anew.

    Raises Refused without a reason, or once the issue is live.
    """
    if not reason.strip():
        raise Refused(_("Say why the issue is held."))
    issue, at = _issue_to_change(issue, by, at)
    if issue.state != Issue.State.SCHEDULED or issue.goes_live_at is None:
        raise Refused(_("This issue is not scheduled."))
    if issue.goes_live_at <= at:
        raise Refused(_("This issue is live already."))
    waiting = PublishedStory.objects.filter(issue=issue, live_from__gt=at, act=Act.PUBLISH)
    left = list(Story.objects.filter(pk__in=waiting.values("story")).order_by("pk"))
    cold.tell_issues([issue.pk])
    cancel(list(PublishedIssue.objects.filter(issue=issue, live_from__gt=at)), at)
    Issue.objects.filter(pk=issue.pk).move(state=Issue.State.HELD)
    issue.refresh_from_db()
    take_off_the_schedule(left, by, at)
    release_as_planned(left, by, at)  # one of them may stand in another issue as well
    logbook.write(
        by,
        "hold",
        issue,
        at=at,
        came_from=Issue.State.SCHEDULED,
        went_to=Issue.State.HELD,
        reason=reason,
    )
    return issue


@act
def take_back_issue(
    issue: Issue, by: User, reason: str, at: dt.datetime | None = None, notice: str = ""
) -> Issue:
    """Take a live issue back: readers have neither its pages nor the stories it brought.

    A story that stands in another live issue too stays. The stories keep their sign-off: the
    issue may be scheduled anew. `notice` is what readers are told at the stories' addresses.
    Raises Refused without a reason, or before the hour (the issue is held then).
    """
    if not reason.strip():
        raise Refused(_("Say why the issue is taken back."))
    issue, at = _issue_to_change(issue, by, at)
    if issue.state != Issue.State.SCHEDULED or issue.goes_live_at is None:
        raise Refused(_("This issue is not scheduled."))
    if issue.goes_live_at > at:
        raise Refused(_("This issue is not live yet. Hold it instead."))
    rows = list(PublishedIssue.objects.filter(issue=issue).order_by("live_from"))
    started = [row for row in rows if row.live_from <= at]
    cancel([row for row in rows if row.live_from > at], at)
    withdrawal = PublishedIssue(
        issue=issue,
        act=Act.WITHDRAW,
        edition_id=issue.edition_id,
        date=issue.date,
        number=issue.number,
        schema=snapshot.SCHEMA,
    )
    _add(withdrawal, started, at, by, at)
    cold.tell_issues([issue.pk])
    Issue.objects.filter(pk=issue.pk).move(state=Issue.State.HELD)
    issue.refresh_from_db()
    taken = _withdraw_what_it_brought(issue, by, at, notice)
    logbook.write(
        by,
        "take_back_issue",
        issue,
        at=at,
        came_from=Issue.State.SCHEDULED,
        went_to=Issue.State.HELD,
        reason=reason,
        stories=taken,
    )
    return issue


def _withdraw_what_it_brought(issue: Issue, by: User, at: dt.datetime, notice: str) -> list[int]:
    """Withdraw the stories that are live by this issue's hour, unless another live issue has them.

    A story on its pages that an issue taken back earlier brought goes, too: no issue holds it any
    more. What has been live by itself, web first, stays.
    """
    others = PublishedIssue.objects.live(at).exclude(issue=issue)
    elsewhere = set(
        PublishedSlot.objects.filter(row__in=others.values("pk")).values_list("story_id", flat=True)
    )
    held = set(Issue.objects.filter(state=Issue.State.HELD).values_list("pk", flat=True))
    shown = PublishedSlot.objects.filter(row__issue=issue).values("story_id")
    brought = PublishedStory.objects.filter(act=Act.PUBLISH).filter(
        Q(issue=issue) | Q(issue__in=held, story__in=shown)
    )
    numbers = sorted(set(brought.values_list("story", flat=True)))
    book = Book(numbers, by, at)
    taken = []
    for number in numbers:
        standing, began = book.standing(number), book.spell(number)
        if standing and began and began.issue_id in held and number not in elsewhere:
            book.cancel(book.pending(number))
            book.withdraw(standing, Change.TAKEN_BACK, at, notice)
            taken.append(number)
        elif any(row.issue_id == issue.pk for row in book.pending(number)):
            book.cancel(book.pending(number))
    book.write()
    # One of them may stand in an issue that is still to come.
    release_as_planned(Story.objects.filter(pk__in=numbers).order_by("pk"), by, at)
    return taken


@act
def replan(issue: Issue, by: User, at: dt.datetime | None = None) -> bool:
    """After its pages or placements were changed: bring a scheduled issue's record up to the plan.

    Returns whether anything was to be done. An issue that is not scheduled has no record yet.
    """
    issue, at = _issue_to_change(issue, by, at)
    if issue.state != Issue.State.SCHEDULED:
        return False
    changed = _bring_up_to_plan(issue, by, at)
    if changed:
        logbook.write(by, "replan", issue, at=at)
    return changed


def _issue_to_change(issue: Issue, by: User, at: dt.datetime | None) -> tuple[Issue, dt.datetime]:
    """The issue, locked with its stories and those that it released, and the instant it is now."""
    if not by.has_perm("articles.schedule_issue"):
        raise Refused(_("Only issue editors and publishers schedule issues."))
    lock_issue(issue.pk)
    issue = Issue.objects.select_related("edition").get(pk=issue.pk)
    return issue, at or timezone.now()


def _bring_up_to_plan(issue: Issue, by: User, at: dt.datetime) -> bool:
    """Freeze the plan where it differs, release what is on it, cancel what no longer is."""
    hour = max(issue.goes_live_at or at, at)
    frozen = snapshot.freeze_issue(issue)
    rows = list(PublishedIssue.objects.filter(issue=issue).order_by("live_from"))
    changed = not rows or rows[-1].digest != frozen.row.digest or rows[-1].act != Act.PUBLISH
    if changed:
        started = [row for row in rows if row.live_from <= at]
        cancel([row for row in rows if row.live_from > at], at)
        _add(frozen.row, started, hour, by, at)
        PublishedSlot.objects.bulk_create(frozen.slots)
        PublishedSheet.objects.bulk_create(frozen.sheets)
        for page in issue.pages.exclude(picture=""):
            with storing.at_hand():
                sheets.make(page)
        cold.tell_issues([issue.pk])
    placed = Story.objects.filter(placements__page__issue=issue).distinct()
    waiting = PublishedStory.objects.filter(issue=issue, live_from__gt=at)
    gone = Story.objects.filter(
        pk__in=waiting.exclude(story__in=placed.values("pk")).values("story")
    )
    if left := list(gone.order_by("pk")):
        take_off_the_schedule(left, by, at)
        release_as_planned(left, by, at)
        changed = True
    # Last page first and a page's lead last: lists show what is newest first, and of an issue's
    # stories, which are published in one moment, what was written last.
    leads = When(placements__weight=Placement.Weight.LEAD, then=1)
    in_print = placed.annotate(
        page_stands=Min("placements__page__position"),
        leads=Max(Case(leads, default=0)),
        stands=Min("placements__position"),
    )
    backwards = in_print.order_by("-page_stands", "leads", "-stands", "-pk")
    return release_as_planned(backwards, by, at) or changed


def _add(
    row: PublishedIssue,
    rows: list[PublishedIssue],
    live_from: dt.datetime,
    by: User,
    at: dt.datetime,
) -> None:
    """Write a row after those that the issue has."""
    row.live_from = first_free(live_from, {one.live_from for one in rows})
    row.version = max((one.version for one in rows), default=0) + 1
    row.signed_by, row.created_at = by, at
    acting.before(live_from, at)
    row.save(force_insert=True)


def _tell_the_new_time(waiting: PublishedStoryQuerySet) -> None:
    """Waiting changes of what was public before tell readers their new instant."""
    told = list(waiting.filter(change__in=(Change.UPDATE, Change.CORRECTION)).for_lists())
    for row in told:
        row.payload["updated_at"] = row.live_from.isoformat()
    PublishedStory.objects.bulk_update(told, ["payload"])


def _moved(instant: F | Value) -> Case:
    """A moved row's time of publication: with it if it is the first, else as it was."""
    return Case(When(change=Change.FIRST, then=instant), default=F("published_at"))
