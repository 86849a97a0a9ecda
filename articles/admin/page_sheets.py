"""A page as printed, on the desk: its picture and PDF taken in, and shown under its zones."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles.admin import meeting
from articles.intake import page_pdf, pictures
from articles.models import Page
from articles.rules import sheets

DESK_WIDTH = 1600


class SheetForm(meeting.MeetingRow):
    """A page; a new picture or PDF of it is checked before it is kept.

    A PDF that comes without a picture is drawn as one.
    """

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Page
        fields = (
            "issue",
            "number",
            "name",
            "editor",
            "designer",
            "proofreader",
            "room",
            "picture",
            "pdf",
        )
        widgets = {
            "picture": forms.ClearableFileInput(attrs={"accept": "image/*"}),
            "pdf": forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.issue_id is not None:
            self.initial["revision"] = self.instance.issue.plan_revision

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not {"picture", "pdf"} & set(self.changed_data) or self.errors:
            return cleaned
        picture, pdf = cleaned.get("picture"), cleaned.get("pdf")
        if "pdf" in self.changed_data and pdf:
            drawn = self._checked("pdf", pdf, page_pdf.draw)
            if drawn and "picture" not in self.changed_data:
                picture = cleaned["picture"] = ContentFile(drawn, name="drawn.jpg")
        if picture and not self.errors and (picture is not self.instance.picture):
            found = self._checked("picture", picture, pictures.inspect)
            if found:
                self.instance.picture_width = found.width
                self.instance.picture_height = found.height
        self.instance.sheet_name = secrets.token_hex(16)
        return cleaned

    def _checked(self, field: str, upload: Any, check: Any) -> Any:
        data = upload.read()
        upload.seek(0)
        upload.name = "sheet.pdf" if field == "pdf" else "sheet.picture"
        try:
            return check(data)
        except (pictures.PictureError, page_pdf.PdfError) as error:
            self.add_error(field, ValidationError(str(error)))
            return None


class SheetMixin:
    """For the page's admin, beside `SheetForm`: the picture with its zones, and the desk's copies of it."""

    class Media:
        css = {"all": ["newsroom/zones.css"]}
        js = ["newsroom/zones.js"]

    @property
    def _site(self) -> Any:
        return self.admin_site  # type: ignore[attr-defined]

    @staticmethod
    def shown_with_zones(page: Page) -> str:
        """The page's picture, over which zones are drawn (`zones.js`)."""
        if not page.pk or not page.picture:
            return _("Send a picture or a PDF of the printed page and save; then draw the zones.")
        return format_html(
            '<div class="zones" data-none="{}" data-help="{}" data-clear="{}">'
            '<img src="{}" alt="{}" width="{}" height="{}"></div>',
            _("Save the stories of this page first."),
            _("Choose a story, then drag over its place on the page. Or type the numbers below."),
            _("Clear this zone"),
            reverse("admin:articles_page_sheet", args=[page.sheet_name, DESK_WIDTH, "jpg"]),
            str(page),
            page.picture_width,
            page.picture_height,
        )

    def sheet_urls(self) -> list[Any]:
        return [
            path(
                "sheets/<str:name>-<int:width>.<str:extension>",
                self._site.admin_view(self.sheet_view),
                name="articles_page_sheet",
            )
        ]

    def sheet_view(
        self, request: HttpRequest, name: str, width: int, extension: str
    ) -> HttpResponse:
        """The page as printed, for people at the desk: its picture, or with width 0 its PDF."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        page = Page.objects.filter(sheet_name=name).exclude(sheet_name="").first()
        if page is None or width > 4000:
            raise Http404
        if width == 0:
            if extension != "pdf" or not page.pdf:
                raise Http404
            with page.pdf.open("rb") as source:
                response = HttpResponse(source.read(), content_type="application/pdf")
            response["Content-Disposition"] = "attachment"
        else:
            response = HttpResponse(sheets.desk_copy(page, width), content_type="image/jpeg")
        response["Cache-Control"] = "private, max-age=300"
        return response


def sheets_at() -> str:
    """The folder of pages as printed at the desk's own address, for previews."""
    return reverse("admin:articles_page_sheet", args=["0", 1, "jpg"]).rsplit("/", 1)[0] + "/"
