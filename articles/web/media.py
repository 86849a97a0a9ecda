"""The picture gate: a public copy is served only while some live story shows it."""

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import PublishedPicture, PublishedStory

TYPES = {"jpg": "image/jpeg", "webp": "image/webp"}
NAME = re.compile(r"^[0-9a-f]{32}$")


@require_safe
def picture(request: HttpRequest, name: str, width: int, extension: str) -> HttpResponseBase:
    """A public copy of a picture. 404 for what no live story shows, whether it exists or not."""
    if extension not in TYPES or not NAME.match(name) or width > 10_000:
        raise Http404
    live = PublishedStory.objects.live(timezone.now()).values("pk")
    if not PublishedPicture.objects.filter(name=name, row__in=live).exists():
        raise Http404
    try:
        file = default_storage.open(f"public/{name}-{width}.{extension}", "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=TYPES[extension])
    # An hour: long enough for a page's visit, short enough for a picture that is taken down.
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    return response
