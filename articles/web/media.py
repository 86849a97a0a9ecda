"""The picture gate: a public copy is served only while some live story shows it, or its contributor."""

import logging
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles.freshness import keys, notes
from articles.models import PublishedPicture, PublishedStory
from articles.rules import portraits, renditions
from articles.web import clock
from articles.web.chrome import ASK_AGAIN

TYPES = {"avif": "image/avif", "jpg": "image/jpeg", "webp": "image/webp"}
View = Callable[..., HttpResponseBase]
NAME = re.compile(r"^[0-9a-f]{32}$")


logger = logging.getLogger("newsroom.pictures")


def from_storage(view: View) -> View:
    """A view that reads pictures; where the storage does not answer, it says so, and nobody keeps it."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except OSError as error:
            logger.error("the storage of pictures does not answer", extra={"error": str(error)})
            told = "The pictures are away. Try again in a moment.\n"
            headers = {"Retry-After": "5", "Cache-Control": "no-store"}
            return HttpResponse(told, "text/plain", status=503, headers=headers)

    return asked


@require_safe
@from_storage
def picture(request: HttpRequest, name: str, width: int, extension: str) -> HttpResponseBase:
    """A public copy of a picture. 404 for what no live story shows, whether it exists or not."""
    if extension not in TYPES or not NAME.match(name) or width > 10_000:
        raise Http404
    notes.shows(keys.picture(name))
    live = PublishedStory.objects.live(clock.now())
    # The few that show it are found first: the other way SQLite reads all that is live.
    shown = PublishedPicture.objects.filter(name=name).order_by().values("row")
    row = next(iter(live.filter(pk__in=shown).order_by().values_list("pk", flat=True)[:1]), None)
    portrait = portraits.find(name) if row is None else None
    if portrait is not None:
        person, entry = portrait
        notes.sees(keys.person(person.pk))
        if not live.filter(people__contributor=person).exists():
            raise Http404
    if portrait is None and row is None:
        raise Http404
    copy = f"{name}-{width}.{extension}"
    tag = quote_etag(copy)  # a copy's name is its picture's: other bytes have another name
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return _kept(unchanged)

    def payload() -> Mapping[str, Any]:
        return (
            {"photos": [entry]}
            if row is None
            else live.values_list("payload", flat=True).get(pk=row)
        )

    try:
        file = renditions.opened(name, width, extension, payload)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=TYPES[extension])
    response.headers["ETag"] = tag
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    return _kept(response)


def _kept(response: HttpResponseBase) -> HttpResponseBase:
    """A copy may be kept, but is asked for before each use: a killed story's picture goes too."""
    response.headers["Cache-Control"] = ASK_AGAIN
    return response
