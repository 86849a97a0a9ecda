"""The calendar: a month of issues, of what goes live by itself, of gaps and clashes."""

import calendar
import datetime as dt
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles.admin.instants import typed_instant
from articles.models import Edition, Issue, NoIssueDay, PublishedStory, Story, User
from articles.rules import calendar as rules
from articles.rules.refusal import Refused

# So far ahead a day without an issue is pointed at.
SOON = dt.timedelta(days=14)


@dataclass
class OnTheCalendar:
    """An issue on its day: what it is, what may be done with it, and what does not fit."""

    issue: Issue
    hour: dt.datetime  # in the edition's zone
    is_live: bool
    may_move: bool
    warnings: list[str]


@dataclass
class Day:
    """A day of an edition: its issue, what else happens on it, and what is missing."""

    date: dt.date
    in_month: bool
    is_today: bool
    issues: list[OnTheCalendar] = field(default_factory=list)
    stories: list[dict[str, Any]] = field(default_factory=list)
    without: NoIssueDay | None = None
    gap: str = ""
    may_be_marked: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.issues or self.stories or self.without or self.gap)


def urls(site: admin.AdminSite) -> list[Any]:
    """The month, moving an issue, and marking a day."""
    wrap = site.admin_view
    return [
        path("calendar/", wrap(require_safe(_month(site))), name="calendar"),
        path("calendar/move/<int:pk>/", wrap(require_POST(move)), name="calendar_move"),
        path("calendar/day/", wrap(require_POST(mark)), name="calendar_day"),
    ]


def _month(site: admin.AdminSite) -> Any:
    def month(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("articles.view_issue"):
            raise PermissionDenied
        editions = list(Edition.objects.all())
        if not editions:
            raise Http404
        edition = _asked(editions, request.GET.get("edition", ""))
        now = timezone.now()
        today = now.astimezone(edition.zone).date()
        first = _first_of(request.GET.get("month", ""), today)
        weeks = _weeks(edition, first, now, request.user.has_perm("articles.schedule_issue"))
        with timezone.override(edition.zone):
            context = {
                **site.each_context(request),
                "title": _("Calendar"),
                "edition": edition,
                "editions": editions,
                "first": first,
                "earlier": (first - dt.timedelta(days=1)).replace(day=1)
                if first.year > 1601
                else None,
                "later": (first + dt.timedelta(days=32)).replace(day=1),
                "this_month": today.replace(day=1),
                "weeks": weeks,
                "may_move": request.user.has_perm("articles.schedule_issue"),
                "zone": edition.time_zone,
            }
            page = TemplateResponse(request, "admin/articles/calendar/month.html", context)
            return page.render()

    return month


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an issue to the day and hour that were typed, or dropped on."""
    issue = get_object_or_404(Issue.objects.select_related("edition"), pk=pk)
    if not request.user.has_perm("articles.schedule_issue"):
        raise PermissionDenied
    try:
        hour = typed_instant(request.POST.get("hour", ""), issue.edition.zone)
        moved = rules.move(issue, cast(User, request.user), hour, request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused))
        return _back(issue.edition, issue.date)
    local = hour.astimezone(issue.edition.zone)
    messages.success(
        request,
        _("%(issue)s is moved to %(hour)s.") % {"issue": moved, "hour": f"{local:%Y-%m-%d %H:%M}"},
    )
    return _back(issue.edition, local.date())


def mark(request: HttpRequest) -> HttpResponse:
    """Say that the paper does not appear on a day, or that it does after all."""
    edition = get_object_or_404(Edition, slug=request.POST.get("edition", ""))
    if not request.user.has_perm("articles.schedule_issue"):
        raise PermissionDenied
    by = cast(User, request.user)
    try:
        date = dt.date.fromisoformat(request.POST.get("date", ""))
    except ValueError:
        messages.error(request, _("That is no date. Write it like 2026-11-24."))
        return _back(edition, None)
    try:
        if request.POST.get("act") == "unmark":
            rules.unmark_day(edition, date, by)
        else:
            rules.mark_day(edition, date, by, request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(edition, date)


def _weeks(edition: Edition, first: dt.date, now: dt.datetime, may_move: bool) -> list[list[Day]]:
    """The weeks of a month, whole ones, with all that happens; in a constant number of queries."""
    today = now.astimezone(edition.zone).date()
    dates = calendar.Calendar(0).monthdatescalendar(first.year, first.month)
    days = {
        date: Day(date, date.month == first.month, date == today) for week in dates for date in week
    }
    begin, end = dates[0][0], dates[-1][-1]
    issues = list(
        Issue.objects.filter(edition=edition, date__range=(begin, end)).select_related("edition")
    )
    marked = NoIssueDay.objects.filter(edition=edition, date__range=(begin, end))
    without = {day.date: day for day in marked}
    late = rules.late_stories(issues)
    for issue in issues:
        hour = issue.goes_live_at or issue.usual_instant
        live = issue.state == Issue.State.SCHEDULED and hour <= now
        warnings = rules.clashes(issue, issues, without) + late.get(issue.pk, [])
        days[issue.date].issues.append(
            OnTheCalendar(
                issue,
                hour.astimezone(edition.zone),
                live,
                may_move and not live and issue.state != Issue.State.HELD,
                warnings,
            )
        )
    _put_stories(edition, days, begin, end)
    oldest = Issue.objects.filter(edition=edition).order_by("date").first()
    soon = today + SOON
    for date, day in days.items():
        day.without = without.get(date)
        if day.issues or not rules.is_expected(edition, date, without):
            continue
        if today <= date <= soon:
            day.gap, day.may_be_marked = _("no issue yet"), may_move
        elif date < today and oldest and date > oldest.date:
            day.gap = _("no issue")
    return [[days[date] for date in week] for week in dates]


def _put_stories(edition: Edition, days: dict[dt.date, Day], begin: dt.date, end: dt.date) -> None:
    """What goes live, ends, or is freed by itself, on its day in the edition's zone."""
    start = dt.datetime.combine(begin, dt.time(), tzinfo=edition.zone).astimezone(dt.UTC)
    over = dt.datetime.combine(
        end + dt.timedelta(days=1), dt.time(), tzinfo=edition.zone
    ).astimezone(dt.UTC)
    rows = rules.by_themselves(edition, start, over)
    for row in rows:
        _put(edition, days, row.live_from, _kind(row), row.story, signed=True)
    known = {(row.story_id, row.live_from) for row in rows}
    unsigned = Story.objects.filter(edition=edition).exclude(
        status__in=(Story.Status.KILLED, Story.Status.SIGNED_OFF)
    )
    for story in unsigned.filter(embargo_until__gte=start, embargo_until__lt=over):
        if story.embargo_until and (story.pk, story.embargo_until) not in known:
            _put(edition, days, story.embargo_until, _("embargo ends"), story, signed=False)
    for story in unsigned.filter(live_until__gte=start, live_until__lt=over):
        if story.live_until and (story.pk, story.live_until) not in known:
            _put(edition, days, story.live_until, _("taken down"), story, signed=False)
    for day in days.values():
        day.stories.sort(key=lambda one: one["at"])


def _put(
    edition: Edition,
    days: dict[dt.date, Day],
    at: dt.datetime,
    kind: str,
    story: Story,
    *,
    signed: bool,
) -> None:
    local = at.astimezone(edition.zone)
    if local.date() in days:
        days[local.date()].stories.append(
            {"at": local, "kind": kind, "story": story, "signed": signed}
        )


def _kind(row: PublishedStory) -> str:
    if row.change == "end":
        return _("taken down")
    return _("embargo ends") if row.not_before == row.live_from else _("web first")


def _asked(editions: list[Edition], slug: str) -> Edition:
    return next((edition for edition in editions if edition.slug == slug), editions[0])


def _first_of(typed: str, today: dt.date) -> dt.date:
    """The first day of the month that was asked for, like 2031-03; this month for nonsense."""
    try:
        asked = dt.date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if 1600 < asked.year < 9998 else today.replace(day=1)


def _back(edition: Edition, date: dt.date | None) -> HttpResponseRedirect:
    asked = f"?edition={edition.slug}" + (f"&month={date.isoformat()[:7]}" if date else "")
    return HttpResponseRedirect(reverse("admin:calendar") + asked)
