"""The one place that writes the record: release, withdraw, schedule, move, hold, redact.

Everything here takes the instant at which it happens (`at`, UTC, now unless given), acts in one
transaction, and logs. Locks are taken in one order, issues before stories and each by number, so
that two people at once wait for each other and never block each other for good. The instant is
read after the locks are held: what was decided a second before the hour is judged by the clock,
not by when somebody pressed the button.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Max, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import (
    Issue,
    Photo,
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Redaction,
    Story,
    User,
)
from articles.models.record import Act
from articles.rules import logbook, readiness, renditions, snapshot
from articles.rules.refusal import Refused

Change = PublishedStory.Change
MICROSECOND = dt.timedelta(microseconds=1)


# -- locks and instants --------------------------------------------------------------------------


def lock(stories: Iterable[int] = (), issues: Iterable[int] = ()) -> None:
    """Lock these stories, with the issues they are placed in, and these issues. Issues first."""
    story_ids = sorted(set(stories))
    wanted = Q(pk__in=list(issues))
    if story_ids:
        placed = Issue.objects.filter(pages__placements__story__in=story_ids)
        wanted |= Q(pk__in=list(placed.values_list("pk", flat=True)))
    list(Issue.objects.select_for_update().filter(wanted).order_by("pk").values_list("pk"))
    list(
        Story.objects.select_for_update().filter(pk__in=story_ids).order_by("pk").values_list("pk")
    )


def pending(story: Story, at: dt.datetime) -> "list[PublishedStory]":
    """The story's rows that have not started at `at`."""
    return list(PublishedStory.objects.filter(story=story, live_from__gt=at))


def live_row(story: Story, at: dt.datetime) -> PublishedStory | None:
    """The row of the story that readers read at `at`."""
    return PublishedStory.objects.live(at).filter(story=story).first()


def release_instant(story: Story, at: dt.datetime) -> tuple[dt.datetime | None, Issue | None]:
    """When a story signed off at `at` goes live, and the issue whose hour that is, if one's.

    A story that is live already is updated at once. (None, None): it waits for an issue that has
    no hour yet.
    """
    floor = max(at, story.embargo_until or at)
    if live_row(story, at) or story.release != Story.Release.WITH_ISSUE:
        return floor, None
    issue = (
        Issue.objects.filter(state=Issue.State.SCHEDULED, pages__placements__story=story)
        .order_by("goes_live_at")
        .first()
    )
    if issue is None or issue.goes_live_at is None:
        return None, None
    return max(floor, issue.goes_live_at), issue


# -- stories -------------------------------------------------------------------------------------


def release(
    story: Story, by: User, at: dt.datetime, *, minor: bool = False
) -> PublishedStory | None:
    """Freeze a signed-off story into the record, from its instant on. Called inside sign-off.

    Returns the new row, or None where the story waits for its issue or nothing has changed.
    A row that waited is replaced. `minor` keeps the time of the last update as it is.
    """
    live_from, issue = release_instant(story, at)
    if live_from is None:
        _cancel(story, at)
        return None
    standing = live_row(story, at)
    frozen = snapshot.freeze(story)
    if standing and standing.digest == frozen.row.digest:
        _cancel(story, at)
        _end(story, at, standing.live_from, by)
        return None
    _cancel(story, at)
    first = (
        PublishedStory.objects.filter(story=story, act=Act.PUBLISH, live_from__lte=at)
        .order_by("live_from")
        .first()
    )
    row = frozen.row
    row.live_from = _free_instant(story, live_from)
    row.not_before = story.embargo_until
    row.issue = issue
    row.published_at = first.published_at if first else row.live_from
    row.change = _change(frozen.row, first, standing, minor)
    earlier = standing.payload.get("updated_at") if standing else None
    row.payload["updated_at"] = (
        row.live_from.isoformat() if row.change in (Change.UPDATE, Change.CORRECTION) else earlier
    )
    _add(row, by, at)
    PublishedTag.objects.bulk_create(frozen.tags)
    PublishedByline.objects.bulk_create(frozen.people)
    PublishedPicture.objects.bulk_create(frozen.pictures)
    for photo in Photo.objects.filter(uses__story=story):
        renditions.make(photo)
    _end(story, at, row.live_from, by)
    return row


def withdraw(story: Story, by: User, at: dt.datetime, *, notice: str = "") -> None:
    """Take a story off: what waited is cancelled, what is live is withdrawn. Called inside kill."""
    standing = live_row(story, at)
    _cancel(story, at)
    if standing:
        _add(_withdrawal(standing, Change.KILL, at, notice), by, at)


def take_off_the_schedule(story: Story, at: dt.datetime) -> None:
    """Cancel what has not started; what is live stands, with its planned end."""
    standing = live_row(story, at)
    for row in pending(story, at):
        if row.change != Change.END or standing is None:
            _delete(row)


@transaction.atomic
def redact(story: Story, by: User, reason: str, at: dt.datetime | None = None) -> Redaction:
    """Take a story's published words and pictures out of the record, for courts and privacy.

    Readers get 410 from now on; every version is emptied, and public copies of pictures that no
    other live story shows are deleted. Raises Refused without the right or a reason.
    """
    if not by.has_perm("articles.redact_story"):
        raise Refused(_("Only a publisher may redact."))
    if not reason.strip():
        raise Refused(_("Say by what order, or why, this is redacted."))
    lock([story.pk])
    at = at or timezone.now()
    withdraw(story, by, at)
    redaction = Redaction.objects.create(story=story, by=by, at=at, reason=reason)
    rows = PublishedStory.objects.filter(story=story)
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
    if story.status != Story.Status.KILLED:
        Story.objects.filter(pk=story.pk).move(status=Story.Status.KILLED)
    logbook.write(by, "redact", story, at=at, reason=reason, pictures=sorted(names))
    return redaction


# -- issues --------------------------------------------------------------------------------------


@transaction.atomic
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


@transaction.atomic
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
    waiting = PublishedStory.objects.filter(issue=issue, live_from__gt=at, act=Act.PUBLISH)
    ends = PublishedStory.objects.filter(
        story__in=waiting.values("story"), change=Change.END, live_from__lte=hour
    )
    for row in ends[:1]:
        raise Refused(_("“%(story)s” is to be taken down before that hour.") % {"story": row.story})
    try:
        with transaction.atomic():
            later = waiting.filter(not_before__gt=hour)
            held_back = list(later.values_list("pk", flat=True))
            later.update(live_from=F("not_before"), published_at=_moved(F("not_before")))
            waiting.exclude(pk__in=held_back).update(
                live_from=hour, published_at=_moved(Value(hour))
            )
            PublishedIssue.objects.filter(issue=issue, live_from__gt=at).update(live_from=hour)
    except IntegrityError as error:
        raise Refused(_("The hour struck while you were moving it: the issue is live.")) from error
    Issue.objects.filter(pk=issue.pk).move(goes_live_at=hour)
    issue.refresh_from_db()
    others = Issue.objects.filter(state=Issue.State.SCHEDULED).exclude(pk=issue.pk)
    for story in (
        Story.objects.filter(placements__page__issue=issue)
        .filter(placements__page__issue__in=others)
        .distinct()
        .order_by("pk")
    ):
        _release_as_planned(story, by, at)
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


@transaction.atomic
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
    for row in PublishedIssue.objects.filter(issue=issue, live_from__gt=at):
        _delete(row)
    Issue.objects.filter(pk=issue.pk).move(state=Issue.State.HELD)
    issue.refresh_from_db()
    for story in left:
        take_off_the_schedule(story, at)
        _release_as_planned(story, by, at)  # it may stand in another issue as well
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


@transaction.atomic
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
    if not by.has_perm("articles.schedule_issue"):
        raise Refused(_("Only issue editors and publishers schedule issues."))
    placed = Story.objects.filter(placements__page__issue=issue)
    lock(placed.values_list("pk", flat=True), [issue.pk])
    issue = Issue.objects.select_related("edition").get(pk=issue.pk)
    return issue, at or timezone.now()


def _bring_up_to_plan(issue: Issue, by: User, at: dt.datetime) -> bool:
    """Freeze the plan where it differs, release what is on it, cancel what no longer is."""
    hour = max(issue.goes_live_at or at, at)
    frozen = snapshot.freeze_issue(issue)
    last = PublishedIssue.objects.filter(issue=issue).order_by("-live_from").first()
    changed = last is None or last.digest != frozen.row.digest or last.act != Act.PUBLISH
    if changed:
        for row in PublishedIssue.objects.filter(issue=issue, live_from__gt=at):
            _delete(row)
        row = frozen.row
        taken = PublishedIssue.objects.filter(issue=issue).values_list("live_from", flat=True)
        row.live_from = _first_free(hour, set(taken))
        row.version = _next_version(PublishedIssue.objects.filter(issue=issue))
        row.signed_by, row.created_at = by, at
        row.save(force_insert=True)
        PublishedSlot.objects.bulk_create(frozen.slots)
    placed = Story.objects.filter(placements__page__issue=issue).distinct()
    gone = PublishedStory.objects.filter(issue=issue, live_from__gt=at).exclude(
        story__in=placed.values("pk")
    )
    for story in Story.objects.filter(pk__in=gone.values("story")).order_by("pk"):
        take_off_the_schedule(story, at)
        _release_as_planned(story, by, at)
        changed = True
    for story in placed.order_by("pk"):
        changed = _release_as_planned(story, by, at) or changed
    return changed


def _release_as_planned(story: Story, by: User, at: dt.datetime) -> bool:
    """Bring a signed-off story's waiting row to the issue and hour that the plan now gives it.

    A story in several issues goes with the first. Returns whether a row was added. Raises Refused
    where the words are no longer those that were signed off.
    """
    if story.status != Story.Status.SIGNED_OFF or story.release != Story.Release.WITH_ISSUE:
        return False
    if live_row(story, at):
        return False
    live_from, issue = release_instant(story, at)
    waiting = [row for row in pending(story, at) if row.act == Act.PUBLISH]
    if live_from is None and not waiting:
        return False
    if any(row.live_from == live_from and row.issue_id == (issue and issue.pk) for row in waiting):
        return False
    if Story.Status.FINAL_READ not in readiness.standing_reads(
        story, snapshot.content_digest(story)
    ):
        raise Refused(
            _("“%(story)s” was changed after its sign-off. It has to be read again.")
            % {"story": story.headline}
        )
    return release(story, by, at) is not None


def _moved(instant: F | Value) -> Case:
    """A moved row's time of publication: with it if it is the first, else as it was."""
    return Case(When(change=Change.FIRST, then=instant), default=F("published_at"))


# -- rows ----------------------------------------------------------------------------------------


def _change(
    row: PublishedStory,
    first: PublishedStory | None,
    standing: PublishedStory | None,
    minor: bool,
) -> str:
    if first is None:
        return Change.FIRST
    corrected = standing.payload.get("corrections", []) if standing else []
    if len(row.payload["corrections"]) > len(corrected):
        return Change.CORRECTION
    return Change.MINOR if minor else Change.UPDATE


def _add(row: PublishedStory, by: User, at: dt.datetime) -> None:
    row.version = _next_version(PublishedStory.objects.filter(story_id=row.story_id))
    row.signed_by, row.created_at = by, at
    row.save(force_insert=True)


def _withdrawal(
    standing: PublishedStory, change: str, live_from: dt.datetime, notice: str
) -> PublishedStory:
    return PublishedStory(
        story_id=standing.story_id,
        act=Act.WITHDRAW,
        change=change,
        live_from=_free_instant(standing.story, live_from),
        edition_id=standing.edition_id,
        section_id=standing.section_id,
        language=standing.language,
        slug=standing.slug,
        package=standing.package,
        published_at=standing.published_at,
        schema=snapshot.SCHEMA,
        notice=notice,
    )


def _end(story: Story, at: dt.datetime, live_from: dt.datetime, by: User) -> None:
    """Add the withdrawal row of a planned end, after whatever the story has now."""
    last = PublishedStory.objects.filter(story=story).order_by("-live_from").first()
    if story.live_until is None or last is None or last.act == Act.WITHDRAW:
        return
    if story.live_until <= live_from:
        raise Refused(_("The story would be taken down before it goes live."))
    _add(_withdrawal(last, Change.END, max(story.live_until, at), ""), by, at)


def _cancel(story: Story, at: dt.datetime) -> None:
    for row in pending(story, at):
        _delete(row)


def _delete(row: PublishedStory | PublishedIssue) -> None:
    try:
        with transaction.atomic():
            row.delete()
    except IntegrityError as error:
        raise Refused(_("The hour struck just now: this is live already.")) from error


def _free_instant(story: Story, wanted: dt.datetime) -> dt.datetime:
    taken = PublishedStory.objects.filter(story=story, live_from__gte=wanted)
    return _first_free(wanted, set(taken.values_list("live_from", flat=True)))


def _first_free(wanted: dt.datetime, taken: set[dt.datetime]) -> dt.datetime:
    while wanted in taken:
        wanted += MICROSECOND
    return wanted


def _next_version(rows: "QuerySet[PublishedStory] | QuerySet[PublishedIssue]") -> int:
    last: int | None = rows.aggregate(last=Max("version"))["last"]
    return (last or 0) + 1
