"""What matters in a photo, and how it is cut for each use: by mouse, finger, keys or numbers."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from articles.models import Photo, User
from articles.rules import photos, renditions
from articles.rules.refusal import Refused

# A cut narrower than this, in pixels of the photo, is a slip of the hand.
NARROWEST = 100
SIDES = (
    ("left", gettext_lazy("from the left, in percent")),
    ("top", gettext_lazy("from the top, in percent")),
    ("width", gettext_lazy("wide, in percent of the photo")),
)


@dataclass
class Cut:
    """A use on the screen: its fields, the part of the photo it shows, whether set by hand."""

    use: str
    label: str
    ratio: float
    box: renditions.Box
    by_hand: bool
    by_hand_only: bool
    fields: list[forms.BoundField]
    errors: Any
    view: str  # the part of the photo that the preview shows, as SVG has it


def _percent(**attrs: Any) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": "any", "min": 0, "max": 100, **attrs})


class CropForm(forms.Form):
    """Numbers in percent. A use without numbers is cut by itself, around what matters."""

    focal_x = forms.IntegerField(
        label=gettext_lazy("what matters, from the left"), min_value=0, max_value=100
    )
    focal_y = forms.IntegerField(
        label=gettext_lazy("what matters, from the top"), min_value=0, max_value=100
    )

    def __init__(self, photo: Photo, data: Any = None) -> None:
        self.photo = photo
        initial: dict[str, Any] = {"focal_x": photo.focal_x, "focal_y": photo.focal_y}
        for use, (left, top, width, _height) in photo.crops.items():
            initial |= {f"{use}-left": left, f"{use}-top": top, f"{use}-width": width}
        super().__init__(data, initial=initial)
        for use in renditions.CROPS:
            for side, label in SIDES:
                self.fields[f"{use}-{side}"] = forms.FloatField(
                    label=label, required=False, min_value=0, max_value=100,
                    widget=_percent(),
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.crops: dict[str, list[float]] = {}
        for use in renditions.CROPS:
            given = [cleaned.get(f"{use}-{side}") for side, _label in SIDES]
            if all(value is None for value in given):
                continue
            if any(value is None for value in given):
                self.add_error(f"{use}-width", _("Give all three numbers, or none for the guess."))
                continue
            left, top, width = cast("list[float]", given)
            self._keep(use, left, top, width)
        return cleaned

    def _keep(self, use: str, left: float, top: float, width: float) -> None:
        """A cut that fits, drawn in by a hair where it stands over for its rounding."""
        height = renditions.height_for(self.photo, use, width)
        if width * self.photo.width / 100 < min(NARROWEST, self.photo.width / 2):
            self.add_error(
                f"{use}-width",
                _("This cut is less than %(pixels)d pixels wide.") % {"pixels": NARROWEST},
            )
        elif left + width > 100.5 or top + height > 100.5:
            self.add_error(f"{use}-width", _("This cut stands out over the photo."))
        else:
            left, top = max(0.0, min(left, 100 - width)), max(0.0, min(top, 100 - height))
            height = min(height, 100.0)
            self.crops[use] = [round(side, 2) for side in (left, top, width, height)]

    def cuts(self) -> list[Cut]:
        """What the screen shows: as typed where that fits, else as kept."""
        kept = self.crops if self.is_bound else self.photo.crops
        shown = Photo(
            width=self.photo.width, height=self.photo.height, crops=kept,
            focal_x=self._focal("focal_x"), focal_y=self._focal("focal_y"),
        )  # fmt: skip
        made = []
        for use, crop in renditions.CROPS.items():
            fields = [self[f"{use}-{side}"] for side, _label in SIDES]
            by_hand = use in kept
            box = renditions.box_of(shown, use)
            whole = crop.by_hand_only and not by_hand
            made.append(
                Cut(
                    use=str(use),
                    label=str(Photo.Use(use).label),
                    ratio=crop.ratio,
                    box=box,
                    by_hand=by_hand,
                    by_hand_only=crop.by_hand_only,
                    fields=fields,
                    errors=[error for field in fields for error in field.errors],
                    view=_view(self.photo, (0.0, 0.0, 100.0, 100.0) if whole else box),
                )
            )
        return made

    def _focal(self, name: str) -> int:
        given = self.cleaned_data.get(name) if self.is_bound else None
        return int(getattr(self.photo, name) if given is None else given)


def _view(photo: Photo, box: renditions.Box) -> str:
    """A part of a photo as an SVG viewBox, in pixels; in plain digits, whatever the language."""
    across, down = photo.width / 100, photo.height / 100
    return " ".join(
        f"{value:.1f}" for value in (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    )


@require_http_methods(["GET", "POST"])
def crop(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen for a photo's cuts. Numbers are enough; a script makes them visible."""
    by = cast(User, request.user)
    if not by.has_perm("articles.change_photo"):
        raise PermissionDenied
    photo = get_object_or_404(Photo, pk=pk)
    form = CropForm(photo, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        focal = (form.cleaned_data["focal_x"], form.cleaned_data["focal_y"])
        try:
            stories = photos.crop(photo, by, focal, form.crops)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The cuts are kept."))
            if stories:
                messages.info(
                    request, _("Stories with this photo: %(count)d.") % {"count": len(stories)}
                )
            return redirect("admin:articles_photo_crop", pk)
    return render(
        request,
        "admin/articles/photo/crop.html",
        {
            **admin.site.each_context(request),
            "title": _("Crop and what matters"),
            "opts": Photo._meta,
            "photo": photo,
            "form": form,
            "cuts": form.cuts(),
            "narrowest": min(NARROWEST, photo.width // 2),
        },
    )
