"""The desk's log, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin import big_lists
from articles.admin.read_only import ReadOnlyAdmin
from articles.models import LogEntry
from articles.models.log import VERBS


class VerbFilter(admin.SimpleListFilter):
    """By what was done, in the desk's words; without reading the whole log for its verbs."""

    title = _("what")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(VERBS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(verb=self.value()) if self.value() in VERBS else queryset


@admin.register(LogEntry)
class LogEntryAdmin(big_lists.BigListMixin, big_lists.WordSearchMixin, ReadOnlyAdmin):
    list_display = ("at", "actor", "what", "subject", "move", "reason")
    list_filter = (VerbFilter,)
    list_select_related = ("actor",)
    search_fields = ("subject", "reason", "actor__username")

    def get_queryset(self, request: HttpRequest) -> Any:
        """All of it for those who see everybody's stories; for others, what they did themselves."""
        entries = super().get_queryset(request)
        if request.user.has_perm("articles.view_any_story"):
            return entries
        return entries.filter(actor=request.user)

    @admin.display(description=_("what"), ordering="verb")
    def what(self, entry: LogEntry) -> str:
        return entry.verb_shown

    @admin.display(description=_("from and to"))
    def move(self, entry: LogEntry) -> str:
        if not (entry.came_from or entry.went_to):
            return "—"
        return f"{entry.came_from_shown} → {entry.went_to_shown}"
