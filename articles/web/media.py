"""The picture gate: a public copy is served only while some live story shows it, or its contributor."""

import re
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles.models import Contributor, PublishedByline, PublishedPicture, PublishedStory
from articles.web.chrome import ASK_AGAIN

TYPES = {"jpg": "image/jpeg", "webp": "image/webp"}
NAME = re.compile(r"^[0-9a-f]{32}$")


@require_safe
def picture(request: HttpRequest, name: str, width: int, extension: str) -> HttpResponseBase:
    """A public copy of a picture. 404 for what no live story shows, whether it exists or not."""
    if extension not in TYPES or not NAME.match(name) or width > 10_000:
        raise Http404
    live = PublishedStory.objects.live(timezone.now()).values("pk")
    shown = PublishedPicture.objects.filter(name=name, row__in=live).exists()
    if not shown and not _is_portrait(name, live):
        raise Http404
    copy = f"{name}-{width}.{extension}"
    tag = quote_etag(copy)  # a copy's name is its picture's: other bytes have another name
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return _kept(unchanged)
    try:
        file = default_storage.open(f"public/{copy}", "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=TYPES[extension])
    response.headers["ETag"] = tag
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    return _kept(response)


def _is_portrait(name: str, live: "QuerySet[PublishedStory, Any]") -> bool:
    """Whether it is the portrait of a contributor who has something live."""
    people = Contributor.objects.filter(portrait__public_name=name)
    return PublishedByline.objects.filter(contributor__in=people, row__in=live).exists()


def _kept(response: HttpResponseBase) -> HttpResponseBase:
    """A copy may be kept, but is asked for before each use: a killed story's picture goes too."""
    response.headers["Cache-Control"] = ASK_AGAIN
    return response
