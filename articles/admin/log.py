"""The desk's log, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.read_only import ReadOnlyAdmin
from articles.models import LogEntry


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "what", "subject", "move", "reason")
    list_filter = ("verb", "subject_type")
    list_select_related = ("actor",)
    search_fields = ("subject", "reason", "actor__username")
    show_full_result_count = False

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
