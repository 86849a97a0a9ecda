"""The desk's admin site: Django's own, in the desk's words."""

from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

# The desk's order of things, by model; what is not named comes last, for whoever runs the paper.
ORDER = ["story", "issue", "page", "photo", "contributor", "tag", "edition", "section"]


class DeskSite(AdminSite):
    """Django's admin, in the desk's words."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("The desk")

    def get_urls(self) -> list[Any]:
        """The switch between the desk's languages, beside Django's own addresses."""
        switch = path("language/<str:code>/", self.admin_view(self.set_language), name="language")
        return [switch, *super().get_urls()]

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

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """One list of the desk's things, in the desk's order."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _rank(model["object_name"].lower()))
        apps.sort(key=lambda app: app["app_label"] != "articles")
        return apps


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
