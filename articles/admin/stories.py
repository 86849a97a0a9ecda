"""Stories at the desk: the list, and the screen that a story is written and read on."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import (
    big_lists,
    choosing,
    instants,
    meeting,
    moves,
    page_reading,
    panels,
    preview,
    preview_links,
    story_form,
    story_history,
    story_record,
    talking,
    writing,
)
from articles.admin.editor_csp import allow_import_map
from articles.models import Correction, Edition, Note, Section, Story, StoryPhoto, User
from articles.models.desk import new_key
from articles.rules import (
    access,
    history,
    publishing,
    readiness,
    seats,
    snapshot,
    workflow,
    working_copies,
)
from articles.rules import preview_links as link_rules
from articles.templatetags.desk import desk_time
from articles.text import markup


def without_side_doors(formfield: Any) -> Any:
    """A choice without the admin's pencil, cross and eye beside it: a writer needs none of them."""
    widget = formfield.widget
    for door in ("can_change_related", "can_delete_related", "can_view_related"):
        if hasattr(widget, door):
            setattr(widget, door, False)
    return formfield


def _zone(request: HttpRequest, story: Story | None) -> dt.tzinfo | None:
    """The zone in which instants are typed: of the story's edition, or of the one chosen for it."""
    if story is not None:
        return story.edition.zone
    chosen = request.POST.get("edition") or request.GET.get("edition", "")
    edition = choosing.picked(Edition, chosen) or Edition.objects.first()
    return edition.zone if edition else None


class StoryPhotoInline(choosing.ChoosingMixin, admin.StackedInline[StoryPhoto, Story]):
    """Pictures with the story: the caption in place, beside the picture."""

    model = StoryPhoto
    form = meeting.MeetingRow
    extra = 0
    verbose_name = gettext_lazy("picture with the story")
    verbose_name_plural = gettext_lazy("pictures with the story")
    fields = ("thumbnail", "photo", "caption", "grouped", "position")
    readonly_fields = ("thumbnail",)
    autocomplete_fields = ("photo",)

    class Media:
        js = ("newsroom/photo_picker.js",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["show_hidden_initial"] = True
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
    form = story_record.CorrectionForm
    extra = 0
    fields = ("wrong", "right", "text")
    can_delete = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_dbfield(db_field, request, show_hidden_initial=True, **kwargs)


@admin.register(Story)
class StoryAdmin(
    big_lists.BigListMixin,
    big_lists.DeskSearchMixin,
    choosing.ChoosingMixin,
    admin.ModelAdmin[Story],
):
    form = story_form.StoryForm
    change_form_template = "admin/articles/story/change_form.html"
    add_form_template = "admin/articles/story/change_form.html"
    list_display = ("headline_shown", "status_shown", "where", "author", "saved")
    list_filter = (
        "status",
        "edition",
        ("section", big_lists.SectionFilter),
        ("author", big_lists.AuthorFilter),
        "release",
    )
    list_select_related = ("section", "edition", "author")
    autocomplete_fields = ("package",)
    view_on_site = False
    actions = None
    inlines = (StoryPhotoInline, CorrectionInline)
    # What the form holds; the template sets each field where it belongs.
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "base", "key", "kicker", "headline", "deck", "byline_line",
                    "make_contributors", "lead_in", "column", "body", "edition", "section",
                    "language", "tags", "package", "slug", "release", "embargo_until",
                    "live_until", "short_title", "shared_with",
                )
            },
        ),
    )  # fmt: skip

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
        # A story is corrected once it has been published, by those who may.
        may = request.user.has_perm("articles.add_correction")
        if obj and obj.record.exists() and (may or obj.corrections.exists()):
            return self.inlines
        return (StoryPhotoInline,)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        edition = Edition.objects.first()
        first = {
            "edition": edition,
            "language": edition.language if edition else "",
            "key": new_key(),
        }
        return first | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.select_related("edition")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "shared_with":
            kwargs["queryset"] = User.objects.filter(is_active=True, is_staff=True)
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["show_hidden_initial"] = True
            kwargs["form_class"] = story_form.Colleagues
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = instants.bounded(super().formfield_for_dbfield(db_field, request, **kwargs))
        return without_side_doors(formfield) if formfield else formfield

    def get_fieldsets(self, request: HttpRequest, obj: Story | None = None) -> Any:
        """With whom a story is shared is said by its author and by editors."""
        (name, options), *rest = super().get_fieldsets(request, obj)
        by = cast(User, request.user)
        if obj and not access.may_share(by, obj):
            fields = [field for field in options["fields"] if field != "shared_with"]
            options = {**options, "fields": fields}
        return [(name, options), *rest]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.person = request.user
        form.taking_up = bool(getattr(request, "taking_up", False))
        return form

    # -- the list --------------------------------------------------------------------------------

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What a row shows besides the story itself comes in two queries for the whole page."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        open_notes = dict(
            Note.objects.filter(story__in=[row.pk for row in rows], resolved=False)
            .values_list("story")
            .annotate(Count("pk"))
            .order_by()
        )
        places = panels.places([row.pk for row in rows])
        for row in rows:
            row.open_notes = open_notes.get(row.pk, 0)
            row.places = places.get(row.pk, [])
        found.result_list = rows
        return found

    @admin.display(description=gettext_lazy("headline"), ordering="headline")
    def headline_shown(self, story: Story) -> str:
        notes = getattr(story, "open_notes", 0)
        mark = (
            format_html(
                ' <span class="note-mark" title="{}">{}</span>',
                _("%(number)d open notes") % {"number": notes},
                notes,
            )
            if notes
            else ""
        )
        kicker = (
            format_html('<span class="row-kicker">{}</span> ', story.kicker) if story.kicker else ""
        )
        return format_html(
            '<span lang="{}">{}{}{}</span>',
            "en" if story.language == "en" else "zh-Hans",
            kicker,
            story.headline or "—",
            mark,
        )

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_shown(self, story: Story) -> str:
        return format_html(
            '<span class="status status-{}">{}</span>', story.status, story.get_status_display()
        )

    @admin.display(description=gettext_lazy("section and place"), ordering="section")
    def where(self, story: Story) -> str:
        section = story.section.name if story.section else "—"
        places = format_html_join(
            " · ",
            '<span class="whole">{} {}</span>',
            [(f"{date:%m-%d}", number) for date, number in getattr(story, "places", [])],
        )
        return format_html('{} <span class="quiet">{} {}</span>', section, story.edition, places)

    @admin.display(description=gettext_lazy("last saved"), ordering="updated_at")
    def saved(self, story: Story) -> str:
        return desk_time(story.updated_at)

    # -- saving ----------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Story, form: Any, change: bool) -> None:
        if not change:
            obj.author = cast(User, request.user)
            obj.form_key = form.cleaned_data.get("key") or None
        elif not obj.versions.exists():
            # Its words from before the desk kept versions are the first.
            history.keep(Story.objects.get(pk=obj.pk), obj.author, obj.updated_at)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New corrections are signed with who wrote them, and when."""
        for row in formset.save(commit=False):
            if isinstance(row, Correction) and row._state.adding:
                row.signed_by, row.at = cast(User, request.user), timezone.now()
                story_record.complete(row)
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        story, by = form.instance, cast(User, request.user)
        if "byline_line" in form.data:
            make = form.cleaned_data.get("make_contributors") and by.has_perm(
                "articles.add_contributor"
            )
            story_form.sign(story, form.cleaned_data["byline_line"], make=bool(make))
        history.keep(story, by)
        own = form.data.get("_copy", "") if change else str(story.form_key)
        mark = form.data.get("_took", "") if change else ""
        working_copies.drop(by, working_copies.key_of(story if change else None, own), mark)
        before = story.status
        after = workflow.settle(story, by)
        if after.status != before:
            messages.warning(
                request, _("The words were changed after a read, so the story is read anew.")
            )

    def response_add(self, request: HttpRequest, obj: Story, *args: Any, **kwargs: Any) -> Any:
        if name := request.POST.get("_move"):
            return self._moved(request, obj, name)
        if "_popup" in request.POST:
            return super().response_add(request, obj, *args, **kwargs)
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Story) -> HttpResponse:
        if name := request.POST.get("_move"):
            # What is passed is what this person has just saved, not what was on the screen before.
            return self._moved(request, obj, name, seen=False)
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, story: Story) -> HttpResponse:
        """Saving leaves one where one was: on the story, writing."""
        messages.success(
            request,
            _("“%(story)s” is saved.") % {"story": story.headline},
        )
        return HttpResponseRedirect(reverse("admin:articles_story_change", args=[story.pk]))

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
        if object_id and story is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and story is None and (begun := self._already(request)):
            return self._saved(request, begun)
        copy = writing.take_up(request, story)
        if request.method == "POST" and story is not None and copy is None:
            posted = request.POST.copy()
            if meeting.rows_there(posted, story):
                request.POST = posted  # type: ignore[assignment]
        # Instants are typed and shown in the edition's own zone.
        with timezone.override(_zone(request, story)):
            context = extra_context or {}
            context |= self._desk_context(request, story)
            context |= {"taken_up": copy, "form_key": writing.form_key(request, copy)}
            context["took"] = writing.took(request, copy)
            try:
                response = super().changeform_view(request, object_id, form_url, context)
            except IntegrityError:
                # The same form, sent twice in the same moment: the first one won.
                begun = self._already(request) if story is None else None
                if begun is None:
                    raise
                return self._saved(request, begun)
            return response.render() if hasattr(response, "render") else response

    def _already(self, request: HttpRequest) -> Story | None:
        """The story that this very form has made before: a button pressed twice, or Back."""
        key = request.POST.get("key", "")
        if not key or getattr(request, "taking_up", False):
            return None
        return Story.objects.filter(form_key=key, author=cast(User, request.user)).first()

    def _desk_context(self, request: HttpRequest, story: Story | None) -> dict[str, Any]:
        by = cast(User, request.user)
        context: dict[str, Any] = {"desk_user": by, "unsaved": writing.unsaved(by, story)}
        if story is None:
            return context
        now = timezone.now()
        content = snapshot.content_digest(story)
        standing = publishing.live_row(story, now)
        notes = list(talking.notes(story))
        waiting = [row for row in publishing.pending(story, now) if row.act == "publish"]
        return context | {
            "moves": moves.buttons(by, story),
            "content": content,
            "seen": snapshot.seen_of(story, content),
            "warnings": readiness.warnings(story),
            "missing": readiness.missing(story),
            "reads": story.reads.select_related("reader"),
            "standing_reads": readiness.standing_reads(story, content),
            "sent_back": panels.sent_back(story),
            "live_row": standing,
            "new_corrections": story_record.pending(story) if standing else 0,
            "may_link": link_rules.may_make(by, story),
            "waiting": waiting[0] if waiting else None,
            "unpublished_changes": bool(
                standing and standing.digest != snapshot.freeze(story).row.digest
            ),
            "placements": story.placements.select_related("page__issue__edition"),
            "notes": notes,
            "open_notes": sum(not note.resolved for note in notes),
            "assignments": talking.assignments(story),
            "may_assign": by.has_perm("articles.add_assignment"),
            "colleagues": talking.colleagues(story, by),
            "seat": seats.taken(story, now),
            "versions": story.versions.select_related("by")[:5],
            "panels": panels.of_story(story),
            "text_shown": markup.clean(story.body),
            "photos_shown": story.story_photos.select_related("photo"),
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
            *writing.urls(self),
            *story_history.urls(self),
            *story_record.urls(self),
            *preview_links.urls(self),
            *talking.urls(self),
            *super().get_urls(),
        ]

    def visible(self, request: HttpRequest, pk: int) -> Story:
        """The story, if this person sees it. Raises Http404."""
        found: Story | None = None
        if pk < 2**63:
            found = self.get_queryset(request).select_related("edition").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A step made by somebody who may not edit the story: a reader of a signed-off one, say."""
        if request.method != "POST":
            raise PermissionDenied
        return self._moved(request, self.visible(request, pk), request.POST.get("_move", ""))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The story as readers would get it, frozen from the draft as it is now."""
        return preview.of_story(request, self.visible(request, pk), dt.datetime.now(dt.UTC))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The desk's own history in the place of Django's."""
        if not choosing.is_key(object_id):
            raise Http404
        return story_history.timeline(self, request, self.visible(request, int(object_id)))
