"""The photo library: sending pictures in, captioning them, putting them with stories."""

import logging
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import (
    big_lists,
    choosing,
    instants,
    meeting,
    photo_crop,
    photo_library,
    photo_saving,
    photo_steps,
    refusing,
)
from articles.intake import pictures
from articles.models import Photo, Story, StoryPhoto, User, Version
from articles.rules import access, history, photos, workflow


class PhotoForm(meeting.MeetingRow):
    """A photo; a new file is decoded within limits before it is kept.

    Where nobody has checked what the file itself says, the form proposes it; saving is the check.
    """

    class Meta:
        model = Photo
        fields = (
            "original", "caption", "alt", "long_description", "credit", "photographer", "place",
            "taken_at", "keywords", "copyright", "usage_terms", "web_allowed", "expires_at",
            "instructions",
        )  # fmt: skip
        widgets = {
            "original": forms.FileInput(attrs={"accept": "image/*"}),
            "caption": forms.Textarea(attrs={"rows": 3}),
            "long_description": forms.Textarea(attrs={"rows": 2}),
            "usage_terms": forms.Textarea(attrs={"rows": 2}),
            "instructions": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        photo = kwargs.get("instance")
        if photo is not None and not photo.checked:
            kwargs["initial"] = pictures.proposed(photo) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean_original(self) -> Any:
        upload = self.cleaned_data["original"]
        if "original" not in self.changed_data:
            return upload
        data = upload.read()
        try:
            inspected = pictures.inspect(data, upload.name)
        except pictures.PictureError as error:
            raise ValidationError(str(error)) from error
        self.sent = (inspected, data)
        return upload


class UseForm(forms.ModelForm[StoryPhoto]):
    class Meta:
        model = StoryPhoto
        fields = ("story", "caption", "position")
        widgets = {"caption": forms.Textarea(attrs={"rows": 2})}

    def clean_story(self) -> Story:
        """Of the stories that this person sees: the error names one, and so must not name others."""
        story: Story = self.cleaned_data["story"]
        if story.status not in access.EDITABLE:
            raise ValidationError(
                _("“%(story)s” is %(status)s: an editor has to take it back first.")
                % {"story": story.headline, "status": story.get_status_display()}
            )
        return story


class UsesFormSet(forms.BaseInlineFormSet[StoryPhoto, Photo, forms.ModelForm[StoryPhoto]]):
    """The stories that a photo goes with, as one person may change them."""

    user: User

    def clean(self) -> None:
        """A use that goes is a change of its story as much as one that comes."""
        super().clean()
        for form in self.forms:
            removed = form in self.deleted_forms
            if not removed and not form.has_changed():
                continue
            touched = {form.instance.story} if form.instance.pk else set()
            if not removed and (named := getattr(form, "cleaned_data", {}).get("story")):
                touched.add(named)
            if not all(access.may_illustrate(self.user, story) for story in touched):
                raise ValidationError(
                    _("You may not change the pictures of one of these stories as it stands now.")
                )


class UseInline(choosing.ChoosingMixin, admin.TabularInline[StoryPhoto, Photo]):
    """The stories that the photo goes with."""

    model = StoryPhoto
    form = UseForm
    formset = UsesFormSet
    extra = 0
    autocomplete_fields = ("story",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[StoryPhoto]":
        seen = access.visible_stories(cast(User, request.user))
        return super().get_queryset(request).filter(story__in=seen.values("pk"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "story":
            kwargs["queryset"] = access.visible_stories(cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_formset(self, request: HttpRequest, obj: Photo | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type("UsesFormSet", (formset,), {"user": request.user})


@admin.register(Photo)
class PhotoAdmin(
    refusing.RefusingMixin,
    photo_saving.HeldMixin,
    big_lists.BigListMixin,
    big_lists.WordSearchMixin,
    choosing.ChoosingMixin,
    admin.ModelAdmin[Photo],
):
    form = PhotoForm
    actions = None  # a photo leaves by being retired, one at a time and for a reason
    search_fields = ("caption", "credit", "alt")
    autocomplete_fields = ("photographer",)
    readonly_fields = ("thumbnail", "facts", "said", "gone")
    fieldsets = (
        (None, {"fields": ("thumbnail", "original", "facts", "gone", "said")}),
        (None, {"fields": ("caption", "alt", "long_description", "credit", "photographer")}),
        (gettext_lazy("Where and when"), {"fields": ("place", "taken_at", "keywords")}),
        (
            gettext_lazy("Rights"),
            {
                "fields": (
                    "copyright",
                    "usage_terms",
                    "web_allowed",
                    "expires_at",
                    "instructions",
                )
            },
        ),
    )
    inlines = (UseInline,)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return photo_library.library(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        photo = self.get_object(request, object_id)
        shown: dict[str, Any] = {**(extra_context or {})}
        if photo is not None and self.has_view_permission(request, photo):
            shown["uses"] = photo_library.uses_of_one(photo, cast(User, request.user))
            if photo.retired_at is None:
                shown["copies"] = photo_steps.copies_of(photo)
        return super().change_view(request, object_id, form_url, shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Photo | None = None) -> Any:
        # Another picture is another photo: what ran under this one must stay what it was.
        return (*self.readonly_fields, "original") if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: Photo | None = None) -> Any:
        """A new photo asks for its file; one that is there shows it, and what else there is."""
        hidden = {"original"} if obj else {"thumbnail", "facts"}
        if obj is None or obj.checked or not obj.found:
            hidden.add("said")
        if obj is None or (obj.retired_at is None and obj.replaced_by is None):
            hidden.add("gone")
        return [
            (title, options | {"fields": [one for one in options["fields"] if one not in hidden]})
            for title, options in self.fieldsets
        ]

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, photo: Photo) -> str:
        if not photo.pk:
            return "—"
        return format_html(
            '<img src="{}" alt="{}" width="240" height="{}">',
            reverse("admin:articles_photo_picture", args=[photo.pk, pictures.DESK_WIDTHS[0]]),
            photo.alt or photo.caption,
            round(240 * photo.height / photo.width),
        )

    @admin.display(description=gettext_lazy("file"))
    def facts(self, photo: Photo) -> str:
        return f"{photo.format}, {photo.width} × {photo.height}"

    @admin.display(description=gettext_lazy("the file itself says"))
    def said(self, photo: Photo) -> str:
        """Where the file's sources disagree, what each of them says; the first is proposed."""
        lines = [
            (name, source, value)
            for name, entry in photo.found.items()
            for source, value in {entry["source"]: entry["value"], **entry["others"]}.items()
            if entry["others"]
        ]
        told = format_html(
            "<p>{}</p>", _("The fields below are filled in from the file. Check them, then save.")
        )
        if not lines:
            return told
        return told + format_html(
            "<p>{}</p><ul>{}</ul>",
            _("Its sources disagree:"),
            format_html_join("", "<li>{}, {}: {}</li>", ((n, s.upper(), v) for n, s, v in lines)),
        )

    @admin.display(description=gettext_lazy("no longer to be used"))
    def gone(self, photo: Photo) -> str:
        if photo.retired_at is not None:
            return _("Retired by %(who)s: %(why)s") % {
                "who": photo.retired_by,
                "why": photo.retired_reason,
            }
        return _("Replaced by %(photo)s") % {"photo": photo.replaced_by}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        return meeting.remember(instants.bounded(formfield))

    def save_model(self, request: HttpRequest, obj: Photo, form: Any, change: bool) -> None:
        if change:
            photo_saving.save(obj, form)
            return
        inspected, data = form.sent
        words = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "original"}
        kept = pictures.keep(inspected, data, cast(User, request.user), **words)
        obj.__dict__.update(kept.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A new caption is a change of every story that shows the photo: their reads are void."""
        photo: Photo = form.instance
        by = cast(User, request.user)
        before = list(Story.objects.filter(story_photos__photo=photo))
        super().save_related(request, form, formsets, change)
        now = {story.pk for story in photos.changed(photo, by)}
        for story in before:
            if story.pk not in now:  # the photo was taken out of it
                history.keep(story, by, cause=Version.Cause.PHOTO)
                workflow.settle(story, by)

    def get_urls(self) -> list[Any]:
        picture = path(
            "<int:pk>/picture/<int:width>/",
            self.admin_site.admin_view(self.picture),
            name="articles_photo_picture",
        )
        copy = path(
            "copies/<str:name>-<int:width>.<str:extension>",
            self.admin_site.admin_view(self.copy),
            name="articles_photo_copy",
        )
        own = [
            path(
                f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_photo_{name}"
            )
            for name, view in (
                ("crop", photo_crop.crop),
                ("copies", photo_steps.copies),
                ("retire", photo_steps.retire),
                ("replace", photo_steps.replace),
            )
        ]
        send = path(
            "send/", self.admin_site.admin_view(photo_steps.send), name="articles_photo_send"
        )
        return [picture, copy, send, *own, *super().get_urls()]

    def picture(self, request: HttpRequest, pk: int, width: int) -> HttpResponse:
        """The photo itself, small, for people at the desk only."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        photo = Photo.objects.filter(pk=pk).first()
        if photo is None or width not in pictures.DESK_WIDTHS:
            raise Http404
        return desk_picture(photo, width)

    def copy(self, request: HttpRequest, name: str, width: int, extension: str) -> HttpResponse:
        """What a public copy will look like, made from the original, for previews."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        photo = Photo.objects.named(name).first()
        if photo is None or photo.retired_at is not None or not 0 < width <= 4000:
            raise Http404
        return desk_picture(photo, width)


logger = logging.getLogger("newsroom.pictures")
COPIES = "admin:articles_photo_copy"


def desk_picture(photo: Photo, width: int) -> HttpResponse:
    """The desk's own JPEG of the photo that comes nearest to `width` pixels.

    Never kept by any cache but the browser. Photos from before such copies were made have theirs
    made now.
    """
    size = next((wide for wide in pictures.DESK_WIDTHS if wide >= width), pictures.DESK_WIDTHS[-1])
    try:
        data = _desk_copy(photo, size)
    except OSError as error:
        logger.error("no picture for the desk", extra={"photo": photo.pk, "error": str(error)})
        return HttpResponse(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=300"
    return response


def _desk_copy(photo: Photo, size: int) -> bytes:
    try:
        with default_storage.open(photo.desk_copy(size), "rb") as copy:
            return bytes(copy.read())
    except FileNotFoundError:
        return pictures.desk_copies(photo)[size]
