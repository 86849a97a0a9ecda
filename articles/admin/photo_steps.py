"""Steps with photos beside the form: sending many in, retiring one, replacing one."""

import logging
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from articles.intake import pictures
from articles.models import Photo, User
from articles.rules import photos, publishing, renditions
from articles.rules.refusal import Refused


class RetireForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("By what order, or why"), widget=forms.Textarea(attrs={"rows": 3})
    )


class ReplaceForm(forms.Form):
    other = forms.ModelChoiceField(
        Photo.objects.filter(retired_at=None),
        label=gettext_lazy("Number of the photo that takes its place"),
        widget=forms.NumberInput(attrs={"min": 1}),
        help_text=gettext_lazy("The number stands in the address of a photo’s own page."),
        error_messages={"invalid_choice": gettext_lazy("There is no such photo in the library.")},
    )
    reason = forms.CharField(label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 3}))

    def picked_by(self, photo: Photo) -> None:
        """Let the script offer the library in place of a number to be typed."""
        self.fields["other"].widget.attrs |= {
            "data-library": reverse("admin:articles_photo_changelist"),
            "data-choose": _("Choose from the library"),
            "data-close": _("Close"),
            "data-there": _("this photo itself"),
            "data-lost": _("The library does not answer. Try again."),
            "data-not": photo.pk,
        }


def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, show what it touches, and take the photo out of everything published."""
    return _step(request, pk, "articles.retire_photo", RetireForm, _retire)


def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the other photo and the reason, and put it wherever this one stands."""
    return _step(request, pk, "articles.replace_photo", ReplaceForm, _replace)


def _retire(photo: Photo, given: dict[str, Any], by: User) -> list[int]:
    return photos.retire(photo, by, given["reason"])


def _replace(photo: Photo, given: dict[str, Any], by: User) -> list[int]:
    return photos.replace(photo, given["other"], by, given["reason"])


def _step(
    request: HttpRequest, pk: int, permission: str, form_class: type[forms.Form], act: Any
) -> HttpResponse:
    by = cast(User, request.user)
    if not by.has_perm(permission):
        raise PermissionDenied
    photo = get_object_or_404(Photo, pk=pk)
    form = form_class(request.POST or None)
    if isinstance(form, ReplaceForm):
        form.picked_by(photo)
    if form.is_valid():
        try:
            stories = act(photo, form.cleaned_data, by)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("Done, in %(count)d published stories.") % {"count": len(stories)}
            )
            return redirect("admin:articles_photo_change", pk)
    rows = publishing.rows_showing(photo).order_by("-live_from")[:50]
    retiring = form_class is RetireForm
    return render(
        request,
        "admin/articles/photo/step.html",
        {
            **admin.site.each_context(request),
            "title": _("Retire the photo") if retiring else _("Replace the photo everywhere"),
            "opts": Photo._meta,
            "photo": photo,
            "form": form,
            "rows": rows,
            "retiring": retiring,
        },
    )


logger = logging.getLogger("newsroom.pictures")

# Of the rows that show a photo, so many of the newest are asked for their copies.
ROWS_WITH_COPIES = 5


def copies_of(photo: Photo) -> dict[str, int] | None:
    """How many of the copies that readers are to get of a photo are made: `there`, of `wanted`.

    None where the storage does not answer.
    """
    rows = publishing.rows_showing(photo).order_by("-live_from", "-pk")
    payloads = rows.values_list("payload", flat=True)[:ROWS_WITH_COPIES]
    entries = {
        entry["name"]: entry
        for payload in payloads
        for entry in payload.get("photos", [])
        if entry.get("photo") == photo.pk
    }
    try:
        there, wanted = renditions.progress(entries.values())
    except OSError as error:
        logger.error("no count of copies", extra={"photo": photo.pk, "error": str(error)})
        return None
    return {"there": there, "wanted": wanted}


@require_safe
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """The same, for the photo's page, which asks until all are there."""
    if not request.user.has_perm("articles.view_photo"):
        raise PermissionDenied
    counted = copies_of(get_object_or_404(Photo, pk=pk))
    return JsonResponse(counted or {}, status=200 if counted else 503)


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The screen for sending many photos in, and the address to which each is sent by itself."""
    by = cast(User, request.user)
    if not by.has_perm("articles.add_photo"):
        raise PermissionDenied
    if request.method == "GET":
        return render(
            request,
            "admin/articles/photo/send.html",
            {
                **admin.site.each_context(request),
                "title": _("Send photos in"),
                "opts": Photo._meta,
                "most": pictures.MAX_BYTES,
            },
        )
    sent = request.FILES.getlist("photos")
    if not sent:
        return JsonResponse({"error": _("No file came with it. Choose a picture.")}, status=400)
    answers = [_take(file, by) for file in sent]
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(answers[0], status=400 if "error" in answers[0] else 200)
    for one in answers:
        (messages.error if "error" in one else messages.success)(
            request, one.get("error") or one["said"]
        )
    return redirect("admin:articles_photo_changelist")


def _take(file: Any, by: User) -> dict[str, Any]:
    """One file into the library. A file that is there already, as after a lost answer, stays one."""
    data = file.read(pictures.MAX_BYTES + 1)
    same = pictures.same_bytes(data)
    if same is not None:
        return _answer(same, _("%(name)s is in the library already.") % {"name": file.name})
    try:
        photo = pictures.store(data, by, name=file.name)
    except (pictures.PictureError, Refused) as error:
        return {"error": str(error)}
    alike = pictures.alike(photo, 1)
    said = _("%(name)s is in the library.") % {"name": file.name}
    if alike:
        said += " " + _("It looks like photo %(number)d.") % {"number": alike[0].pk}
    return _answer(photo, said)


def _answer(photo: Photo, said: str) -> dict[str, Any]:
    return {
        "said": said,
        "address": reverse("admin:articles_photo_change", args=[photo.pk]),
        "picture": reverse("admin:articles_photo_picture", args=[photo.pk, 240]),
    }
