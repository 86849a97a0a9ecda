"""The record, to look at: what readers got, and from when on."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.read_only import ReadOnlyAdmin
from articles.models import PublishedIssue, PublishedStory, Redaction


@admin.register(PublishedStory)
class PublishedStoryAdmin(ReadOnlyAdmin):
    list_display = ("headline", "version", "change", "live_from", "edition", "signed_by")
    list_filter = ("change", "edition")
    list_select_related = ("edition", "signed_by")
    show_full_result_count = False
    exclude = ("search_text",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("body", "search_text")

    @admin.display(description=_("headline"))
    def headline(self, row: PublishedStory) -> str:
        return str(row.payload.get("headline") or row.get_change_display())


@admin.register(PublishedIssue)
class PublishedIssueAdmin(ReadOnlyAdmin):
    list_display = ("date", "edition", "number", "version", "live_from", "signed_by")
    list_filter = ("edition",)
    list_select_related = ("edition", "signed_by")


@admin.register(Redaction)
class RedactionAdmin(ReadOnlyAdmin):
    list_display = ("at", "story", "by", "reason")
    list_select_related = ("story", "by")
