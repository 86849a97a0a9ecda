"""The desk's admin site: Django's own, in the desk's words and order."""

from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """A line of the sidebar: where it leads, and who may go there."""

    label: str | Promise
    address: str  # a URL's name
    permission: str
    icon: str = ""


# The sidebar, room by room. What the framework brings along (attempts to sign in, groups) stands
# last and only for whoever may touch it.
DESK: tuple[Door, ...] = (
    Door(_("My day"), "index", "", "day"),
    Door(_("Stories"), "articles_story_changelist", "articles.view_story", "story"),
    Door(_("New story"), "articles_story_add", "articles.add_story", "pen"),
    Door(_("From a printed page"), "articles_story_from_page", "articles.add_story", "scan"),
    Door(_("Issues"), "articles_issue_changelist", "articles.view_issue", "page"),
    Door(_("Calendar"), "calendar", "articles.view_issue", "calendar"),
    Door(_("Time machine"), "time_machine", "articles.view_publishedstory", "clock"),
    Door(_("Photos"), "articles_photo_changelist", "articles.view_photo", "photo"),
    Door(_("Contributors"), "articles_contributor_changelist", "articles.view_contributor", "face"),
    Door(_("Assignments"), "articles_assignment_changelist", "articles.view_assignment", "clip"),
    Door(_("Tags"), "articles_tag_changelist", "articles.view_tag", "tag"),
)
PAPER: tuple[Door, ...] = (
    Door(_("Words to look out for"), "articles_listedword_changelist", "articles.view_listedword"),
    Door(_("Log"), "articles_logentry_changelist", "articles.view_logentry"),
    Door(_("Published"), "articles_publishedstory_changelist", "articles.view_publishedstory"),
    Door(_("Editions"), "articles_edition_changelist", "articles.change_edition"),
    Door(_("Sections"), "articles_section_changelist", "articles.change_section"),
    Door(_("Accounts"), "articles_user_changelist", "articles.view_user"),
    Door(_("Redactions"), "articles_redaction_changelist", "articles.view_redaction"),
)


def _no_such_door(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    raise Http404


class DeskSite(AdminSite):
    """Django's admin, in the desk's words."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("My day")
    enable_nav_sidebar = False  # the desk has its own

    def get_urls(self) -> list[Any]:
        """The switch between the desk's languages, beside Django's own addresses."""
        switch = path("language/<str:code>/", self.admin_view(self.set_language), name="language")
        from articles.admin import calendar_screen, preview_links, time_machine  # models, as below

        own = [
            switch,
            # Django's door from any row to its public address tells of what is not public yet.
            path("r/<path:content_type_id>/<path:object_id>/", _no_such_door, name="view_on_site"),
            *time_machine.urls(self),
            *calendar_screen.urls(self),
            *preview_links.public_urls(),
        ]
        return [*own, *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's, for addresses whose search or dates a database can take."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            from articles.admin import within_reason  # models, as above

            within_reason.tidy(request)
            return guarded(request, *args, **kwargs)

        return asked

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every screen of the desk shows: the paper's name and the sidebar."""
        context = super().each_context(request)
        first = apps.get_model("articles", "Edition").objects.values_list("name", flat=True).first()
        context["masthead"] = first or self.site_header
        if not self.has_permission(request):
            return context
        return context | {
            "desk_doors": self._doors(request, DESK),
            "paper_doors": self._doors(request, PAPER),
            "other_doors": self._others(request),
        }

    def _doors(self, request: HttpRequest, doors: tuple[Door, ...]) -> list[dict[str, Any]]:
        found = []
        for door in doors:
            if door.permission and not request.user.has_perm(door.permission):
                continue
            address = reverse(f"admin:{door.address}")
            here = request.path == address
            found.append({"label": door.label, "address": address, "icon": door.icon, "here": here})
        return found

    def _others(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What libraries bring along, for a superuser; people who write never see it."""
        if not request.user.is_superuser:
            return []
        return [
            {"label": model["name"], "address": model["admin_url"]}
            for app in super().get_app_list(request)
            if app["app_label"] != "articles"
            for model in app["models"]
            if model["admin_url"]
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """My day."""
        from articles.admin import my_day  # the desk's models are not loaded when this file is

        return super().index(request, (extra_context or {}) | my_day.context(request))

    def set_language(self, request: HttpRequest, code: str) -> HttpResponse:
        """Keep the language that this person wants at the desk with their account."""
        if request.method != "POST" or code not in dict(settings.LANGUAGES):
            raise Http404
        account = cast(Any, request.user)
        account.language = code
        account.save(update_fields=["language"])
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            back = reverse("admin:index")
        return HttpResponseRedirect(back)
