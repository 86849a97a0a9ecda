"""The flatplan's addresses: the screen, its acts, and the pulse by which screens see each other."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.admin import flatplan, flatplan_acts, flatplan_panels
from articles.models import Issue, User
from articles.rules.refusal import Refused


class FlatplanMixin:
    """For the admin of issues."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/flatplan/", wrap(self.flatplan_view), name="articles_issue_flatplan"),
            path("<int:pk>/flatplan/pulse/", wrap(self.pulse_view), name="articles_issue_pulse"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def flatplan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The screen; and, sent to it, each act on the plan."""
        issue = self.issue_or_404(request, pk)
        if request.method == "POST":
            return self._act(request, issue)
        return self._screen(request, issue)

    def _screen(
        self, request: HttpRequest, issue: Issue, typed: dict[str, str] | None = None
    ) -> HttpResponse:
        context = flatplan.context(request, issue)
        if context["may_plan"]:
            pages = [sheet.page for sheet in context["sheets"]]
            context |= flatplan_panels.context(request, issue, pages)
        context |= {"typed": typed or {}}
        if context.get("panel") and request.GET.get("only"):
            return TemplateResponse(request, "admin/articles/issue/panel.html", context)
        context |= self.admin_site.each_context(request)
        context |= {"title": str(issue), "opts": Issue._meta}
        return TemplateResponse(request, "admin/articles/issue/flatplan.html", context)

    def _act(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        if not request.user.has_perm("articles.change_issue"):
            raise PermissionDenied
        by, scripted = cast(User, request.user), "_scripted" in request.POST
        try:
            said = flatplan_acts.act(request, issue, by)
        except Refused as refused:
            if scripted:
                return JsonResponse({"done": False, "said": str(refused)})
            messages.error(request, str(refused))
            return self._again(request, issue)
        if scripted:
            issue.refresh_from_db()
            return JsonResponse({"done": True, "said": said, "revision": issue.plan_revision})
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:articles_issue_flatplan", args=[issue.pk]))

    def _again(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """The screen after a refusal, with the form as it was filled in."""
        issue.refresh_from_db()
        request.GET = request.POST
        try:
            return self._screen(request, issue, request.POST.dict())
        except Http404:  # what the form was about is gone
            return HttpResponseRedirect(reverse("admin:articles_issue_flatplan", args=[issue.pk]))

    def pulse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked every few seconds by an open flatplan: has anything changed, and by whom?"""
        issue = self.issue_or_404(request, pk)
        typed = request.GET.get("seen", "")
        seen = int(typed) if typed.isdecimal() and len(typed) < 10 else issue.plan_revision
        answer = JsonResponse(flatplan.pulse(issue, cast(User, request.user), seen))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def issue_or_404(self, request: HttpRequest, pk: int) -> Issue:
        """The issue, for somebody who may see it."""
        issue = (
            Issue.objects.select_related("edition").filter(pk=pk).first() if pk < 2**63 else None
        )
        if issue is None:
            raise Http404
        if not self.has_view_permission(request, issue):  # type: ignore[attr-defined]
            raise PermissionDenied
        return issue
