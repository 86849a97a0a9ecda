"""The photo's form saved: under the locks of the stories that show it, and its own fields alone."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest

from articles.admin import choosing, meeting, refusing
from articles.models import Photo
from articles.rules import publishing
from articles.rules.acting import act

USES = "uses"


class HeldMixin:
    """The photo's admin: nobody crops, retires or replaces a photo while its form is saved."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        here, parent = cast(Any, self), cast(Any, super())

        def send() -> Any:
            return parent.changeform_view(request, object_id, form_url, extra_context)

        photo = here.get_object(request, object_id) if object_id else None
        shown_only = request.method != "POST" or refusing.refusal(request)
        if photo is None or shown_only or not here.has_change_permission(request, photo):
            return send()
        named = [row.get("story", "") for row in meeting.rows_of(request.POST, USES)]
        stories = [int(story) for story in named if choosing.is_key(story)]
        return _held(photo, stories, send)


@act
def _held(photo: Photo, stories: list[int], send: Callable[[], Any]) -> Any:
    publishing.lock_photos([photo], stories)
    return send()


def save(photo: Photo, form: forms.ModelForm[Photo]) -> None:
    """Save what the form holds, which a person has checked now, and nothing beside it."""
    photo.checked = True
    columns = {field.name for field in photo._meta.concrete_fields}
    photo.save(update_fields=sorted(columns & {*form.cleaned_data, "checked"}))
