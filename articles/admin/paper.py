"""Editions, sections and tags."""

from django.contrib import admin
from taggit.models import Tag as StockTag

from articles.models import Edition, Section, Tag

# The paper's tags are its own model. The library's table stays empty, and the library's screen
# for merging tags asks for no permission.
admin.site.unregister(StockTag)


class SectionInline(admin.TabularInline[Section, Edition]):
    model = Section
    extra = 0
    fields = ("name", "slug", "position")


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    list_display = ("name", "slug", "language", "time_zone", "usual_hour", "position")
    view_on_site = False
    search_fields = ("name", "slug")
    inlines = (SectionInline,)


@admin.register(Section)
class SectionAdmin(admin.ModelAdmin[Section]):
    list_display = ("name", "edition", "slug", "position")
    list_filter = ("edition",)
    list_select_related = ("edition",)
    search_fields = ("name", "slug")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Tag]):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
