"""To press: what holds an issue back, and signing it off, scheduling, moving and stopping it."""

import datetime as dt
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.admin import flatplan
from articles.admin.instants import typed_instant
from articles.models import Issue, LogEntry, Page, Story, User
from articles.rules import press, publishing
from articles.rules.refusal import Refused

LONGEST_SEEN = 100  # of what a screen keeps of a story: digests, see `snapshot.seen_of`


class PressMixin:
    """For the admin of issues, beside `FlatplanMixin`."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/press/", wrap(self.press_view), name="articles_issue_press"),
            path("<int:pk>/hour/", wrap(self.hour_view), name="articles_issue_hour"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def press_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The checklist of an issue, for whoever sees issues; its buttons for whoever may."""
        return self._checklist(request, pk)

    def _checklist(
        self, request: HttpRequest, pk: int, typed: QueryDict | None = None
    ) -> HttpResponse:
        """The screen; after a refusal with what was typed and ticked, and nothing ticked anew."""
        issue: Issue = self.issue_or_404(request, pk)  # type: ignore[attr-defined]
        user, now = cast(User, request.user), timezone.now()
        hour = issue.goes_live_at or issue.usual_instant
        local = hour.astimezone(issue.edition.zone)
        check = press.checklist(issue, user)
        named = {line.partition(":")[0] for line in (typed.getlist("sign") if typed else [])}
        to_sign = [one.story.pk for one in check.to_sign]
        context = {
            "title": _("To press: %(issue)s") % {"issue": issue},
            "opts": Issue._meta,
            "issue": issue,
            "check": check,
            "after": after_the_hour(check.pages, hour),
            "other_day": local.date() != issue.date,
            "ticked": [one for one in to_sign if typed is None or str(one) in named],
            "typed": typed or {},
            "may_schedule": user.has_perm("articles.schedule_issue"),
            "hour": local,
            "hour_typed": (typed.get("hour") if typed else "") or local.strftime("%Y-%m-%dT%H:%M"),
            "hour_passed": hour <= now,
            "is_live": flatplan.is_live(issue, now),
            "log": LogEntry.objects.filter(
                subject_type="issue", subject_id=issue.pk
            ).select_related("actor")[:30],
            **self.admin_site.each_context(request),
        }
        return TemplateResponse(request, "admin/articles/issue/press.html", context)

    def hour_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sign off and schedule, move, hold or take back: what the buttons of the checklist do."""
        issue: Issue = self.issue_or_404(request, pk)  # type: ignore[attr-defined]
        if request.method != "POST" or not request.user.has_perm("articles.schedule_issue"):
            raise PermissionDenied
        try:
            press_act(request, issue)
        except Refused as refused:
            messages.error(request, str(refused))
            return self._checklist(request, pk, request.POST)
        issue = Issue.objects.select_related("edition").get(pk=issue.pk)
        messages.success(request, said(issue))
        return HttpResponseRedirect(reverse("admin:articles_issue_press", args=[issue.pk]))


def after_the_hour(pages: list[Page], hour: dt.datetime) -> list[tuple[Story, str]]:
    """The stories on the plan whose embargo ends only after the issue's hour, with their pages."""
    return [
        (one.story, page.number)
        for page in pages
        for one in page.placements.all()
        if one.story is not None
        and one.story.release == Story.Release.EMBARGO
        and one.story.embargo_until is not None
        and one.story.embargo_until > hour
    ]


def press_act(request: HttpRequest, issue: Issue) -> None:
    """Do what a button of the checklist asks for. Raises Refused, as the rules do."""
    by, reason = cast(User, request.user), request.POST.get("reason", "").strip()
    match request.POST.get("act"):
        case "schedule":
            press.send(
                issue.pk,
                by,
                sign=ticked(request),
                hour=_hour(request, issue) if "hour" in request.POST else None,
                seen=_revision(request),
            )
        case "reschedule":
            publishing.reschedule(issue, by, _hour(request, issue), reason=reason)
        case "hold":
            publishing.hold(issue, by, reason)
        case "take_back":
            notice = request.POST.get("notice", "").strip()[:300]
            publishing.take_back_issue(issue, by, reason, notice=notice)
        case _:
            raise Refused(_("There is no such step."))


def said(issue: Issue) -> str:
    """What an issue is after a step, in words."""
    named = {"issue": issue, "state": issue.get_state_display()}
    if issue.state == Issue.State.SCHEDULED and issue.goes_live_at:
        hour = issue.goes_live_at.astimezone(issue.edition.zone)
        words = _("%(issue)s is now: %(state)s, for %(hour)s.") % {
            **named,
            "hour": f"{hour:%Y-%m-%d %H:%M}",
        }
        if hour.date() != issue.date:
            words += " " + _("That is another day than the issue’s date.")
        return words
    return _("%(issue)s is now: %(state)s.") % named


def ticked(request: HttpRequest) -> dict[int, str]:
    """The stories ticked to be signed off, each with the digest of what was on the screen."""
    found = {}
    for line in request.POST.getlist("sign"):
        number, _colon, content = line.partition(":")
        if not number.isdecimal() or len(number) > 18 or not content:
            raise Refused(_("The form was not sent whole. Load the page again."))
        found[int(number)] = content[:LONGEST_SEEN]
    return found


def _revision(request: HttpRequest) -> int | None:
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else None


def _hour(request: HttpRequest, issue: Issue) -> dt.datetime:
    return typed_instant(request.POST.get("hour", ""), issue.edition.zone)
