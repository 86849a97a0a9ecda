"""Crawlers and hub: the one row that a publisher sets."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from articles.models import Syndication


@admin.register(Syndication)
class SyndicationAdmin(admin.ModelAdmin[Syndication]):
    list_display = ("__str__", "ai_crawlers", "hub", "told_until")
    fields = ("ai_crawlers", "robots", "address", "hub", "told_until")
    readonly_fields = ("told_until",)
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # there is one, made with the tables

    def has_delete_permission(self, request: HttpRequest, obj: Syndication | None = None) -> bool:
        return False
