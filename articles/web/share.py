"""Share cards: drawn when first asked for, and only while their story is live."""

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles.freshness.kept import digest_of
from articles.models import PublishedStory
from articles.web import clock, share_card
from articles.web.chrome import ASK_AGAIN
from articles.web.media import from_storage
from articles.web.reading import Reading

A_DAY = 24 * 60 * 60


@require_safe
@from_storage
def card(request: HttpRequest, story_id: int, version: int) -> HttpResponse:
    """A live story's card. An earlier version's address leads to the card of what is live now."""
    if story_id >= 2**63 or share_card.font_path() is None:
        raise Http404
    rows = PublishedStory.objects.live(clock.now()).filter(story_id=story_id)
    row = rows.for_lists().select_related("edition").first()
    if row is None:
        raise Http404
    if version != row.version:
        current = HttpResponseRedirect(reverse("web:share", args=[story_id, row.version]))
        current.headers["Cache-Control"] = ASK_AGAIN
        return current
    # The edition's name is on it, which may change.
    which = f"{row.pk}:{row.digest[:12]}:{digest_of(row.edition.name.encode())}"
    tag = quote_etag(f"share:{which}")
    response = get_conditional_response(request, etag=tag)
    if response is None:
        key = f"share:{which}"
        drawn = cache.get(key)
        if drawn is None:
            drawn = share_card.draw(Reading(row), row.edition.name)
            cache.set(key, drawn, A_DAY)
        response = HttpResponse(drawn, content_type="image/jpeg")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = ASK_AGAIN
    return response
