"""The desk's admin site: Django's own, in the desk's words."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# The desk's order of things, by model; what is not named comes last, for whoever runs the paper.
ORDER = ["story", "issue", "page", "photo", "contributor", "tag", "edition", "section"]


class DeskSite(AdminSite):
    """Django's admin, in the desk's words."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("The desk")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """One list of the desk's things, in the desk's order."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _rank(model["object_name"].lower()))
        apps.sort(key=lambda app: app["app_label"] != "articles")
        return apps


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
