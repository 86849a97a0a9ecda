"""Planning an issue: its pages, what stands on them, and the hour at which it goes live."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import page_sheets, preview
from articles.admin.instants import typed_instant
from articles.models import Issue, LogEntry, Page, Placement, User
from articles.rules import placing, publishing, readiness
from articles.rules.refusal import Refused


class IssueForm(forms.ModelForm[Issue]):
    """A new issue takes the number after the edition's last one unless another is typed."""

    number = forms.IntegerField(
        label=gettext_lazy("issue number"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: the next one."),
    )

    class Meta:
        model = Issue
        fields = ("edition", "date", "number")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("number") and cleaned.get("edition"):
            cleaned["number"] = self.instance.number or placing.next_number(cleaned["edition"])
        return cleaned


class PageInline(admin.TabularInline[Page, Issue]):
    model = Page
    extra = 0
    fields = ("number", "name", "editor", "designer", "proofreader")
    show_change_link = True


class PlacementInline(admin.TabularInline[Placement, Page]):
    model = Placement
    extra = 1
    fields = (
        "story",
        "weight",
        "planned_length",
        "position",
        "zone_left",
        "zone_top",
        "zone_width",
        "zone_height",
    )
    autocomplete_fields = ("story",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("story", "page")


@admin.register(Issue)
class IssueAdmin(admin.ModelAdmin[Issue]):
    form = IssueForm
    change_form_template = "admin/articles/issue/change_form.html"
    list_display = ("date", "edition", "number", "state_shown", "hour")
    list_filter = ("edition", "state")
    list_select_related = ("edition",)
    date_hierarchy = "date"
    search_fields = ("date", "number")
    inlines = (PageInline,)
    actions = None
    view_on_site = False

    def get_readonly_fields(self, request: HttpRequest, obj: Issue | None = None) -> Any:
        # The record knows the issue by them once it is scheduled.
        return ("edition", "date", "number") if obj and obj.state != "planning" else ()

    def has_delete_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        if obj is not None and obj.record.exists():
            return False
        return super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, issue: Issue) -> str:
        live = issue.state == "scheduled" and issue.goes_live_at <= timezone.now()  # type: ignore[operator]
        return format_html(
            '<span class="status status-{}">{}</span>',
            "live" if live else issue.state,
            _("live") if live else issue.get_state_display(),
        )

    @admin.display(description=gettext_lazy("goes live at"), ordering="goes_live_at")
    def hour(self, issue: Issue) -> str:
        if issue.goes_live_at is None:
            return "—"
        return issue.goes_live_at.astimezone(issue.edition.zone).strftime("%Y-%m-%d %H:%M")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        replan(request, form.instance)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        issue = self.get_object(request, object_id) if object_id else None
        context = (extra_context or {}) | (self._plan_context(request, issue) if issue else {})
        return super().changeform_view(request, object_id, form_url, context)

    def _plan_context(self, request: HttpRequest, issue: Issue) -> dict[str, Any]:
        now, zone = timezone.now(), issue.edition.zone
        hour = issue.goes_live_at or issue.usual_instant
        return {
            "pages": issue.pages.prefetch_related("placements__story"),
            "warnings": readiness.issue_warnings(issue),
            "may_schedule": request.user.has_perm("articles.schedule_issue"),
            "hour": hour.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
            "zone": issue.edition.time_zone,
            "is_live": bool(
                issue.state == "scheduled" and issue.goes_live_at and issue.goes_live_at <= now
            ),
            "log": LogEntry.objects.filter(
                subject_type="issue", subject_id=issue.pk
            ).select_related("actor")[:20],
        }

    def get_urls(self) -> list[Any]:
        def of_an_issue(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=name)

        return [
            of_an_issue("<int:pk>/hour/", self.hour_view, "articles_issue_hour"),
            of_an_issue("<int:pk>/preview/", self.preview_view, "articles_issue_preview"),
            *super().get_urls(),
        ]

    def hour_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Schedule, move or hold: what the buttons beside the plan do."""
        issue = self._issue(request, pk)
        if request.method != "POST" or not request.user.has_perm("articles.schedule_issue"):
            raise PermissionDenied
        by, reason = cast(User, request.user), request.POST.get("reason", "").strip()
        try:
            match request.POST.get("act"):
                case "schedule":
                    publishing.schedule(issue, by, _hour(request, issue))
                case "reschedule":
                    publishing.reschedule(issue, by, _hour(request, issue), reason=reason)
                case "hold":
                    publishing.hold(issue, by, reason)
                case _:
                    raise Refused(_("There is no such step."))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            issue = Issue.objects.get(pk=issue.pk)
            messages.success(
                request,
                _("%(issue)s is now: %(state)s.")
                % {"issue": issue, "state": issue.get_state_display()},
            )
        return HttpResponseRedirect(reverse("admin:articles_issue_change", args=[issue.pk]))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The issue as readers will get it at its hour, or at `?at=`; or one page of it."""
        issue = self._issue(request, pk)
        asked = request.GET.get("at", "")
        try:
            at = (
                typed_instant(asked, issue.edition.zone)
                if asked
                else issue.goes_live_at or issue.usual_instant
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:articles_issue_change", args=[issue.pk]))
        return preview.of_issue(request, issue, at, page_number=request.GET.get("page", ""))

    def _issue(self, request: HttpRequest, pk: int) -> Issue:
        issue = Issue.objects.select_related("edition").filter(pk=pk).first()
        if issue is None:
            raise Http404
        if not self.has_view_permission(request, issue):
            raise PermissionDenied
        return issue


@admin.register(Page)
class PageAdmin(page_sheets.SheetMixin, admin.ModelAdmin[Page]):
    form = page_sheets.SheetForm
    list_display = ("issue", "number", "name", "editor", "designer", "proofreader")
    list_filter = ("issue__edition",)
    list_select_related = ("issue__edition",)
    search_fields = ("name", "issue__date")
    autocomplete_fields = ("issue",)
    inlines = (PlacementInline,)
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # pages are reached from their issue

    def get_readonly_fields(self, request: HttpRequest, obj: Page | None = None) -> Any:
        return ("issue", "zones") if obj else ("zones",)

    @admin.display(description=gettext_lazy("zones"))
    def zones(self, page: Page) -> str:
        return self.shown_with_zones(page)

    def get_urls(self) -> list[Any]:
        return [*self.sheet_urls(), *super().get_urls()]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        replan(request, form.instance.issue)

    def delete_model(self, request: HttpRequest, obj: Page) -> None:
        issue = obj.issue
        with transaction.atomic():
            super().delete_model(request, obj)
            replan(request, issue)

    def response_post_save_change(self, request: HttpRequest, obj: Page) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:articles_issue_change", args=[obj.issue_id]))


def replan(request: HttpRequest, issue: Issue) -> None:
    """Bring a scheduled issue's record up to its changed plan, and say so."""
    if issue.state != Issue.State.SCHEDULED:
        return
    try:
        changed = publishing.replan(issue, cast(User, request.user))
    except Refused as refused:
        messages.error(request, str(refused))
        return
    if changed:
        messages.info(request, _("The schedule was brought up to the changed plan."))


def _hour(request: HttpRequest, issue: Issue) -> dt.datetime:
    return typed_instant(request.POST.get("hour", ""), issue.edition.zone)
