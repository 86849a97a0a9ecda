"""The paper's calendar: moving issues about, days without an issue, what is missing or clashes."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Edition, Issue, NoIssueDay, Placement, PublishedStory, User
from articles.rules import logbook, publishing, years
from articles.rules.acting import act
from articles.rules.refusal import Refused

LONGEST_REASON = 80


@act
def move(
    issue: Issue, by: User, hour: dt.datetime, reason: str, at: dt.datetime | None = None
) -> Issue:
    """Move an issue on the calendar, with a reason.

    A scheduled issue goes live at `hour`; its date stays, by which the record knows it. One that
    is still planned gets the date of `hour` in its edition's zone. Raises Refused without a
    reason, for a live or held issue, or where the edition has an issue of that date.
    """
    if not reason.strip():
        raise Refused(_("Say why the issue is moved."))
    if issue.state == Issue.State.SCHEDULED:
        return publishing.reschedule(issue, by, hour, at, reason.strip())
    return _redate(issue, by, hour.astimezone(issue.edition.zone).date(), reason, at)


def _redate(issue: Issue, by: User, date: dt.date, reason: str, at: dt.datetime | None) -> Issue:
    if not by.has_perm("articles.schedule_issue"):
        raise Refused(_("Only issue editors and publishers schedule issues."))
    publishing.lock((), [issue.pk])
    fresh = Issue.objects.select_related("edition").get(pk=issue.pk)
    if fresh.state != Issue.State.PLANNING or fresh.record.exists():
        raise Refused(_("This issue was scheduled before. Schedule it anew from its own page."))
    if date == fresh.date:
        raise Refused(_("The issue has this date already."))
    if Issue.objects.filter(edition=fresh.edition, date=date).exists():
        raise Refused(_("There is an issue of that date already."))
    before, fresh.date = fresh.date, date
    fresh.save(update_fields=["date"])
    logbook.write(
        by,
        "redate",
        fresh,
        at=at or timezone.now(),
        reason=f"{before} → {date}: {reason.strip()}",
    )
    return fresh


@act
def mark_day(
    edition: Edition, date: dt.date, by: User, reason: str = "", at: dt.datetime | None = None
) -> NoIssueDay:
    """Say that the edition does not appear on a date. Raises Refused where an issue goes live."""
    _may(by)
    if not years.holds(date):
        raise Refused(years.outside(date))
    if Issue.objects.filter(edition=edition, date=date, state=Issue.State.SCHEDULED).exists():
        raise Refused(_("An issue of that date is scheduled. Hold it first."))
    day, made = NoIssueDay.objects.get_or_create(
        edition=edition, date=date, defaults={"reason": reason.strip()[:LONGEST_REASON]}
    )
    if made:
        logbook.write(by, "no_issue", day, at=at or timezone.now(), reason=day.reason)
    return day


@act
def unmark_day(edition: Edition, date: dt.date, by: User, at: dt.datetime | None = None) -> None:
    """The edition appears on that date after all."""
    _may(by)
    for day in NoIssueDay.objects.filter(edition=edition, date=date):
        logbook.write(by, "issue_day", day, at=at or timezone.now())
        day.delete()


def _may(by: User) -> None:
    if not by.has_perm("articles.schedule_issue"):
        raise Refused(_("Only issue editors and publishers say when the paper appears."))


def is_expected(edition: Edition, date: dt.date, without: Iterable[dt.date]) -> bool:
    """Whether the edition appears on a date, by its days of the week and its days without."""
    return str(date.isoweekday()) in edition.appears_on and date not in set(without)


def clashes(issue: Issue, others: Sequence[Issue], without: Iterable[dt.date]) -> list[str]:
    """What does not fit about an issue's date and hour, in words. Its edition must be at hand."""
    edition, found = issue.edition, []
    if issue.date in set(without):
        found.append(_("The paper does not appear on this day."))
    elif edition.appears_on and str(issue.date.isoweekday()) not in edition.appears_on:
        found.append(_("The paper does not appear on this day of the week."))
    if issue.goes_live_at and issue.state == Issue.State.SCHEDULED:
        local = issue.goes_live_at.astimezone(edition.zone)
        if local.date() != issue.date:
            found.append(
                _("It goes live on another day: %(hour)s.") % {"hour": f"{local:%m-%d %H:%M}"}
            )
        same = [
            other
            for other in others
            if other.pk != issue.pk
            and other.edition_id == issue.edition_id
            and other.state == Issue.State.SCHEDULED
            and other.goes_live_at == issue.goes_live_at
        ]
        found += [
            _("The issue of %(date)s goes live at the same moment.") % {"date": other.date}
            for other in same
        ]
    return found


def late_stories(issues: Iterable[Issue]) -> dict[int, list[str]]:
    """Stories that miss their issue's hour: under embargo after it, or taken down before it.

    By issue, in one query.
    """
    hours = {issue.pk: issue.goes_live_at or issue.usual_instant for issue in issues}
    found: dict[int, list[str]] = {}
    placed = Placement.objects.filter(page__issue__in=hours, story__isnull=False)
    for placement in placed.select_related("story", "page").order_by("page__position", "position"):
        story, hour = placement.story, hours[placement.page.issue_id]
        if story is None:
            continue
        words = ""
        if story.embargo_until and story.embargo_until > hour:
            words = _("“%(story)s” is under embargo beyond the hour.")
        elif story.live_until and story.live_until <= hour:
            words = _("“%(story)s” is taken down before the hour.")
        if words:
            found.setdefault(placement.page.issue_id, []).append(words % {"story": story.headline})
    return found


def by_themselves(edition: Edition, first: dt.datetime, last: dt.datetime) -> list[PublishedStory]:
    """Rows of the record that start in a time by no issue's hour: web first, embargoes, ends."""
    rows = PublishedStory.objects.filter(
        edition=edition,
        live_from__gte=first,
        live_from__lt=last,
        issue__isnull=True,
        redaction__isnull=True,
        change__in=("first", "end"),
    )
    return list(rows.for_lists().select_related("story").order_by("live_from"))
