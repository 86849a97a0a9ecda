"""Issues, their pages and their templates in the admin: lists and plain forms.

The plan itself is made on the flatplan (`flatplan_screen`), and sent to press from `press_screen`.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import (
    begin_issue,
    choosing,
    flatplan,
    meeting,
    page_saving,
    page_sheets,
    preview,
    refusing,
)
from articles.admin.flatplan_screen import FlatplanMixin
from articles.admin.instants import bounded, typed_instant
from articles.admin.press_screen import PressMixin
from articles.models import Issue, LogEntry, Page, Placement, PlanTemplate, User
from articles.rules import plans, storing
from articles.rules.refusal import Refused


class PlacementInline(choosing.ChoosingMixin, admin.TabularInline[Placement, Page]):
    model = Placement
    form = page_saving.PlacementRow
    extra = 1
    fields = page_saving.ROW
    autocomplete_fields = ("story",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return meeting.remember(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("story", "page")


@admin.register(Issue)
class IssueAdmin(refusing.RefusingMixin, FlatplanMixin, PressMixin, admin.ModelAdmin[Issue]):
    """The list leads to the flatplan; the form itself is for an issue's date and number."""

    fields = ("edition", "date", "number")
    change_form_template = "admin/articles/issue/change_form.html"
    list_display = ("date_shown", "edition", "number", "state_shown", "hour")
    list_display_links = None
    list_filter = ("edition", "state")
    list_select_related = ("edition",)
    date_hierarchy = "date"
    search_fields = ("date", "number")
    actions = None
    view_on_site = False

    def get_readonly_fields(self, request: HttpRequest, obj: Issue | None = None) -> Any:
        # The record knows the issue by them once it is scheduled.
        return ("edition", "date", "number") if obj and obj.state != "planning" else ()

    def has_delete_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        if obj is not None and obj.record.exists():
            return False
        return super().has_delete_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return meeting.remember(bounded(formfield))

    def save_model(self, request: HttpRequest, obj: Issue, form: Any, change: bool) -> None:
        """The form's three fields alone, under the plan's lock: others may be at the plan."""
        began = {
            name: form.fields[name].to_python(form.data[initial])
            for name in ("edition", "date", "number")
            if (initial := form.add_initial_prefix(name)) in form.data
        }
        plans.change_issue(
            obj.pk,
            cast(User, request.user),
            edition=obj.edition,
            date=obj.date,
            number=obj.number,
            began=began,
        )

    def delete_model(self, request: HttpRequest, obj: Issue) -> None:
        plans.delete_issue(obj.pk, cast(User, request.user))

    @admin.display(description=gettext_lazy("date"), ordering="date")
    def date_shown(self, issue: Issue) -> str:
        address = reverse("admin:articles_issue_flatplan", args=[issue.pk])
        return format_html('<a href="{}">{}</a>', address, f"{issue.date:%Y-%m-%d}")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, issue: Issue) -> str:
        live = flatplan.is_live(issue, timezone.now())
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

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        issue = self.get_object(request, object_id) if object_id else None
        context = extra_context or {}
        if issue is not None:
            entries = LogEntry.objects.filter(subject_type="issue", subject_id=issue.pk)
            context |= {
                "is_live": flatplan.is_live(issue, timezone.now()),
                "log": entries.select_related("actor")[:20],
            }
        return super().changeform_view(request, object_id, form_url, context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Begin an issue: its number counted on, its pages from a template or an earlier issue."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            try:
                issue = begin_issue.begin(request)
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(
                    request,
                    _("%(issue)s is begun, number %(number)d.")
                    % {"issue": issue, "number": issue.number},
                )
                return HttpResponseRedirect(
                    reverse("admin:articles_issue_flatplan", args=[issue.pk])
                )
        context = begin_issue.context(request) | self.admin_site.each_context(request)
        context |= {"title": _("New issue"), "opts": Issue._meta}
        return TemplateResponse(request, "admin/articles/issue/begin.html", context)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("<int:pk>/preview/", view, name="articles_issue_preview"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The issue as readers will get it at its hour, or at `?at=`; or one page of it."""
        issue = self.issue_or_404(request, pk)
        asked = request.GET.get("at", "")
        try:
            at = (
                typed_instant(asked, issue.edition.zone)
                if asked
                else issue.goes_live_at or issue.usual_instant
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:articles_issue_flatplan", args=[issue.pk]))
        return preview.of_issue(request, issue, at, page_number=request.GET.get("page", ""))


@admin.register(Page)
class PageAdmin(
    refusing.RefusingMixin,
    page_saving.OneActMixin,
    page_sheets.SheetMixin,
    choosing.ChoosingMixin,
    admin.ModelAdmin[Page],
):
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

    def get_queryset(self, request: HttpRequest) -> Any:
        # A page and the revision of its plan in one look, so that neither is older than the other.
        return super().get_queryset(request).select_related("issue__edition")

    def get_readonly_fields(self, request: HttpRequest, obj: Page | None = None) -> Any:
        return ("issue", "zones") if obj else ("zones",)

    @admin.display(description=gettext_lazy("zones"))
    def zones(self, page: Page) -> str:
        return self.shown_with_zones(page)

    def get_urls(self) -> list[Any]:
        return [*self.sheet_urls(), *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return meeting.remember(super().formfield_for_dbfield(db_field, request, **kwargs))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Pages are removed on the flatplan, by somebody who sees what stands on them now."""
        page = self.get_object(request, object_id)
        if page is None or not self.has_delete_permission(request, page):
            return super().delete_view(request, object_id, extra_context)
        address = reverse("admin:articles_issue_flatplan", args=[page.issue_id])
        return HttpResponseRedirect(f"{address}?panel=page&page={page.pk}")

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        with storing.at_hand():
            super().save_model(request, obj, form, change)

    def response_post_save_change(self, request: HttpRequest, obj: Page) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:articles_issue_flatplan", args=[obj.issue_id]))


@admin.register(PlanTemplate)
class PlanTemplateAdmin(admin.ModelAdmin[PlanTemplate]):
    """Templates are made on a flatplan; here they are renamed and thrown away."""

    list_display = ("name", "edition", "weekdays", "page_count")
    list_filter = ("edition",)
    list_select_related = ("edition",)
    search_fields = ("name",)
    fields = ("name", "weekdays")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("pages"))
    def page_count(self, template: PlanTemplate) -> int:
        return len(template.pages)
