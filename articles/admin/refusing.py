"""Forms whose saving a rule may refuse: nothing of it is kept, and the form comes back as typed."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from articles.rules.refusal import Refused


class RefusingMixin:
    """A ModelAdmin in whose saving or deleting a rule may raise Refused. First among its bases."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Save, or roll back as a whole and show the form with what was typed and why not."""
        parent = cast(Any, super())
        given = dict(extra_context or {})
        try:
            return parent.changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            said = [str(refused)]
        if request.FILES:
            # They may be moved away by now, and no browser sends a chosen file twice by itself.
            request._files = MultiValueDict()  # type: ignore[attr-defined]
            said.append(_("Choose the file once more before you save again."))
        said.append(_("Nothing was saved. What you typed is still here."))
        request.refused = said  # type: ignore[attr-defined]
        return parent.changeform_view(request, object_id, form_url, given)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        try:
            return cast(Any, super()).delete_view(request, object_id, extra_context)
        except Refused as refused:
            messages.error(request, str(refused))
        opts = cast(Any, self).opts
        form = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id])
        return HttpResponseRedirect(form)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = cast(Any, super()).get_form(request, obj, change, **kwargs)
        said = refusal(request)
        return type(form.__name__, (_Refused, form), {"said": said}) if said else form


def refusal(request: HttpRequest) -> list[str]:
    """Why what this request sends was refused, where it has been: its form is only shown now."""
    return cast("list[str]", getattr(request, "refused", []))


class _Refused(forms.BaseForm):
    said: list[str]

    def clean(self) -> Any:
        cleaned = super().clean()
        for line in self.said:
            self.add_error(None, line)
        return cleaned
