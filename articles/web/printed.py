"""The gate of pages as printed: a copy is served only while all that stands on it is live.

A page's picture shows every story on it, so it waits for the last of them (an embargo), and goes
with the first that is taken down.
"""

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedSheet, PublishedSlot, PublishedStory
from articles.web import clock
from articles.web.chrome import ASK_AGAIN
from articles.web.media import NAME, from_storage

TYPES = {"jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf"}


@require_safe
@from_storage
def sheet(request: HttpRequest, name: str, width: int, extension: str) -> HttpResponseBase:
    """A public copy of a printed page. 404 for what may not be shown, whether it exists or not."""
    if extension not in TYPES or not NAME.match(name) or width > 10_000:
        raise Http404
    at = clock.now()
    notes.shows(keys.sheet(name))
    live = PublishedStory.objects.live(at).filter(story_id=OuterRef("story_id"))
    hidden = PublishedSlot.objects.filter(
        ~Exists(live), row=OuterRef("row"), page_number=OuterRef("page_number")
    )
    shown = PublishedSheet.objects.filter(~Exists(hidden), name=name).order_by().values("row")
    if not PublishedIssue.objects.live(at).filter(pk__in=shown).exists():
        raise Http404
    copy = f"{name}-{width}.{extension}"
    tag = quote_etag(copy)  # other bytes have another name
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return _kept(unchanged)
    try:
        file = default_storage.open(f"public/pages/{copy}", "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, content_type=TYPES[extension], as_attachment=extension == "pdf", filename=copy
    )
    response.headers["ETag"] = tag
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    return _kept(response)


def _kept(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = ASK_AGAIN
    return response
