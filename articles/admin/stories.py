"""Stories at the desk: drafting, captions and bylines in place, and the steps as buttons."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import moves, page_reading, preview
from articles.admin.editor_csp import allow_import_map
from articles.models import (
    Byline,
    Correction,
    Edition,
    LogEntry,
    Note,
    Section,
    Story,
    StoryPhoto,
    User,
)
from articles.rules import access, publishing, readiness, snapshot, workflow
from articles.text import markup


class StoryForm(forms.ModelForm[Story]):
    """A story's form. It notices when somebody else saved the story in the meantime."""

    saved_at = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Story
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets choose; status is not editable

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["saved_at"] = self.instance.updated_at.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed_over = cleaned.get("saved_at") or ""
        if self.instance.pk and typed_over:
            last = Story.objects.values_list("updated_at", flat=True).get(pk=self.instance.pk)
            if last.isoformat() != typed_over:
                # What the person typed stays in the form; a second save means it.
                typed = cast(QueryDict, self.data).copy()
                typed["saved_at"] = last.isoformat()
                self.data = typed
                raise ValidationError(
                    _(
                        "Somebody else saved this story at %(time)s, while you had it open. "
                        "Your words are still below, not yet saved. Open the story in another "
                        "window to compare; saving again keeps yours."
                    )
                    % {"time": timezone.localtime(last).strftime("%H:%M:%S")}
                )
        section, edition = cleaned.get("section"), cleaned.get("edition")
        if section and edition and section.edition_id != edition.pk:
            self.add_error("section", _("This section belongs to another edition."))
        package = cleaned.get("package")
        if package and self.instance.pk in (package.pk, package.package_id):
            self.add_error("package", _("A story cannot be a part of itself."))
        return cleaned


def without_side_doors(formfield: Any) -> Any:
    """A choice without the admin's pencil, cross and eye beside it: a writer needs none of them."""
    widget = formfield.widget
    for door in ("can_change_related", "can_delete_related", "can_view_related"):
        if hasattr(widget, door):
            setattr(widget, door, False)
    return formfield


class BylineInline(admin.TabularInline[Byline, Story]):
    model = Byline
    extra = 0
    fields = ("name", "contributor", "role", "kind", "position")
    autocomplete_fields = ("contributor",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_side_doors(formfield) if formfield else formfield


class StoryPhotoInline(admin.TabularInline[StoryPhoto, Story]):
    model = StoryPhoto
    extra = 0
    fields = ("thumbnail", "photo", "caption", "position")
    readonly_fields = ("thumbnail",)
    autocomplete_fields = ("photo",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "caption":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2})
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_side_doors(formfield) if formfield else formfield

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("photo")

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, use: StoryPhoto) -> str:
        if not use.photo_id:
            return "—"
        return format_html(
            '<img src="{}" alt="{}" width="120" height="{}" loading="lazy">',
            reverse("admin:articles_photo_picture", args=[use.photo_id, 240]),
            use.photo.alt or use.photo.caption,
            round(120 * use.photo.height / use.photo.width),
        )


class CorrectionInline(admin.StackedInline[Correction, Story]):
    """Corrections are added while a story is back at the desk, and never deleted."""

    model = Correction
    extra = 0
    fields = ("wrong", "right", "text")
    can_delete = False


class NoteInline(admin.TabularInline[Note, Story]):
    model = Note
    extra = 0
    fields = ("text", "resolved", "author", "created_at")
    readonly_fields = ("author", "created_at")
    can_delete = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Story)
class StoryAdmin(admin.ModelAdmin[Story]):
    form = StoryForm
    change_form_template = "admin/articles/story/change_form.html"
    list_display = ("headline_shown", "status_shown", "section", "edition", "author", "updated_at")
    list_filter = ("status", "edition", "section", "release")
    list_select_related = ("section", "edition", "author")
    search_fields = ("headline", "kicker", "slug", "bylines__name")
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ("package",)
    view_on_site = False
    actions = None
    inlines = (BylineInline, StoryPhotoInline, CorrectionInline, NoteInline)
    fieldsets = (
        (
            None,
            {"fields": ("saved_at", "kicker", "headline", "deck", ("lead_in", "column"), "body")},
        ),
        (
            gettext_lazy("Where it goes"),
            {"fields": (("edition", "section", "language"), "tags", "package", "slug")},
        ),
        (
            gettext_lazy("When it goes live"),
            {"fields": ("release", ("embargo_until", "live_until")), "classes": ("collapse",)},
        ),
        (gettext_lazy("Elsewhere"), {"fields": ("short_title",), "classes": ("collapse",)}),
    )

    # -- who sees and changes what ---------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        ordering = list(self.get_ordering(request) or ()) or ["-updated_at", "-pk"]
        return access.visible_stories(cast(User, request.user)).order_by(*ordering)

    def has_change_permission(self, request: HttpRequest, obj: Story | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return access.may_edit(cast(User, request.user), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Story | None = None) -> bool:
        return False  # a story is killed, which is logged, and never deleted

    def get_inlines(self, request: HttpRequest, obj: Story | None) -> Any:
        return self.inlines if obj else (BylineInline, StoryPhotoInline)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        edition = Edition.objects.first()
        language = edition.language if edition else ""
        return {"edition": edition, "language": language} | super().get_changeform_initial_data(
            request
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.select_related("edition")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_side_doors(formfield) if formfield else formfield

    def get_fieldsets(self, request: HttpRequest, obj: Story | None = None) -> Any:
        """For somebody who only reads, the text as it will look, not its HTML."""
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        (name, options), *rest = fieldsets
        fields = [field for field in options["fields"] if field != "saved_at"]
        shown = ["text_shown" if field == "body" else field for field in fields]
        return [(name, {**options, "fields": shown}), *rest]

    def get_readonly_fields(self, request: HttpRequest, obj: Story | None = None) -> Any:
        return ("text_shown",) if obj and not self.has_change_permission(request, obj) else ()

    @admin.display(description=gettext_lazy("text"))
    def text_shown(self, story: Story) -> str:
        return mark_safe(markup.clean(story.body))  # cleaned here: nothing else is let through

    # -- the list --------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("headline"), ordering="headline")
    def headline_shown(self, story: Story) -> str:
        return f"{story.kicker} {story.headline}".strip()

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_shown(self, story: Story) -> str:
        return format_html(
            '<span class="status status-{}">{}</span>', story.status, story.get_status_display()
        )

    # -- saving ----------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Story, form: Any, change: bool) -> None:
        if not change:
            obj.author = cast(User, request.user)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New notes and corrections are signed with who wrote them, and when."""
        by = cast(User, request.user)
        for row in formset.save(commit=False):
            if isinstance(row, Note) and row._state.adding:
                row.author = by
            if isinstance(row, Correction) and row._state.adding:
                row.signed_by, row.at = by, timezone.now()
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        before = form.instance.status
        after = workflow.settle(form.instance, cast(User, request.user))
        if after.status != before:
            messages.warning(
                request, _("The words were changed after a read, so the story is read anew.")
            )

    def response_add(self, request: HttpRequest, obj: Story, *args: Any, **kwargs: Any) -> Any:
        if name := request.POST.get("_move"):
            return self._moved(request, obj, name)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Story) -> HttpResponse:
        if name := request.POST.get("_move"):
            # What is passed is what this person has just saved, not what was on the screen before.
            return self._moved(request, obj, name, seen=False)
        return super().response_change(request, obj)

    def _moved(
        self, request: HttpRequest, story: Story, name: str, *, seen: bool = True
    ) -> HttpResponse:
        moves.move(request, Story.objects.get(pk=story.pk), name, seen=seen)
        still_seen = self.get_queryset(request).filter(pk=story.pk).exists()
        if not still_seen:
            return HttpResponseRedirect(reverse("admin:articles_story_changelist"))
        return HttpResponseRedirect(reverse("admin:articles_story_change", args=[story.pk]))

    # -- the screen ------------------------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        story = self.get_object(request, object_id) if object_id else None
        if story is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        # Instants are typed and shown in the edition's own zone.
        with timezone.override(story.edition.zone):
            context = (extra_context or {}) | self._desk_context(request, story)
            response = super().changeform_view(request, object_id, form_url, context)
            return response.render() if hasattr(response, "render") else response

    def _desk_context(self, request: HttpRequest, story: Story) -> dict[str, Any]:
        by, now = cast(User, request.user), timezone.now()
        content = snapshot.content_digest(story)
        standing = publishing.live_row(story, now)
        waiting = [row for row in publishing.pending(story, now) if row.act == "publish"]
        return {
            "moves": workflow.available(by, story),
            "overrides": workflow.overridable(by, story),
            "seen": content,
            "warnings": readiness.warnings(story),
            "missing": readiness.missing(story),
            "reads": story.reads.select_related("reader"),
            "standing_reads": readiness.standing_reads(story, content),
            "log": LogEntry.objects.filter(
                subject_type="story", subject_id=story.pk
            ).select_related("actor")[:20],
            "live_row": standing,
            "waiting": waiting[0] if waiting else None,
            "unpublished_changes": bool(
                standing and standing.digest != snapshot.freeze(story).row.digest
            ),
            "placements": story.placements.select_related("page__issue__edition"),
        }

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().render_change_form(request, context, *args, **kwargs)
        return allow_import_map(response, context["media"])

    # -- addresses -------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def of_a_story(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=name)

        return [
            of_a_story("from-page/", page_reading.screen(self), "articles_story_from_page"),
            of_a_story("<int:pk>/move/", self.move_view, "articles_story_move"),
            of_a_story("<int:pk>/preview/", self.preview_view, "articles_story_preview"),
            *super().get_urls(),
        ]

    def _visible(self, request: HttpRequest, pk: int) -> Story:
        story: Story | None = self.get_queryset(request).filter(pk=pk).first()
        if story is None:
            raise Http404
        return story

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A step made by somebody who may not edit the story: a reader of a signed-off one, say."""
        if request.method != "POST":
            raise PermissionDenied
        return self._moved(request, self._visible(request, pk), request.POST.get("_move", ""))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The story as readers would get it, frozen from the draft as it is now."""
        return preview.of_story(request, self._visible(request, pk), dt.datetime.now(dt.UTC))
