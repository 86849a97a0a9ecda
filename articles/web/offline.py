"""To read without a connection: the installable paper, the issues it keeps, an issue as a book."""

import datetime as dt
import hashlib
from functools import cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles.export import epub
from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedStory
from articles.web import clock, pages
from articles.web.chrome import ASK_AGAIN, Chrome, Masthead, asked_edition, render
from articles.web.media import from_storage
from articles.web.pictures import Picture
from articles.web.reading import HTML_LANGUAGES, Reading, pages_of, story_ids

WORKER = "newsroom/sw.js"
# A picture in a kept issue: wide enough for a phone.
KEPT_WIDTH = 960


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, so that it may serve every reader's page."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


@cache
def _worker() -> str:
    """The worker's text, from where the static files are or were collected."""
    if path := finders.find(WORKER):
        with open(path, encoding="utf-8") as file:
            return file.read()
    with staticfiles_storage.open(WORKER) as collected:
        return str(collected.read(), "utf-8")


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """For browsers and readers of feeds that look for the paper's icon here, not in its pages."""
    return HttpResponseRedirect(static("newsroom/icon-192.png"))


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """What the worker shows for a page that it has not kept."""
    chrome = asked_edition(request, Masthead())
    return render(request, "web/offline.html", chrome, clock.now(), {})


@require_safe
def manifest(request: HttpRequest, edition: str) -> HttpResponse:
    """The edition as an installable app (W3C Web Application Manifest)."""
    own = Masthead().by_slug(edition).edition
    icons = [
        {"src": static(f"newsroom/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    maskable = {**icons[-1], "purpose": "maskable"}
    told = {
        "id": own.get_absolute_url(),
        "name": own.name,
        "short_name": own.name[:12],
        "description": own.motto or own.name,
        "lang": HTML_LANGUAGES.get(own.language, own.language),
        "start_url": own.get_absolute_url(),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fdfcf8",
        "theme_color": "#fdfcf8",
        "icons": [*icons, maskable],
        "shortcuts": [
            {"name": section.name, "url": section.get_absolute_url()}
            for section in Masthead().of(own).sections[:4]
        ],
    }
    response = JsonResponse(
        told, json_dumps_params={"ensure_ascii": False}, content_type="application/manifest+json"
    )
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


@require_safe
def parts(request: HttpRequest, edition: str, date: dt.date) -> HttpResponse:
    """Every address that reading an issue needs: its pages, its live stories, their pictures.

    `state` is another once anything of it has changed or is gone.
    """
    chrome, at = Masthead().by_slug(edition), clock.now()
    row, stories = _issue(chrome, date, at)
    addresses = [row.get_absolute_url()]
    addresses += [
        reverse("web:page", args=[edition, date, page["number"]])
        for page in row.payload.get("pages", [])
    ]
    addresses += [story.get_absolute_url() for story in stories]
    sheets = [page.sheet for page in pages_of(row, {one.pk: one for one in stories}) if page.sheet]
    pictures = [
        cut for story in stories for picture in story.pictures for cut in (picture, picture.lead)
    ]
    told = {
        "state": _state(row, stories),
        "pages": addresses,
        "pictures": list(dict.fromkeys(map(_kept_copy, [*pictures, *sheets]))),
    }
    response = JsonResponse(told)
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


def _kept_copy(picture: Picture) -> str:
    """The one copy of a picture that is kept: every browser that keeps issues knows WebP."""
    width = min(picture.widths, key=lambda width: abs(width - KEPT_WIDTH))
    return picture.source(width, "webp")


def _state(row: PublishedIssue, stories: list[Reading]) -> str:
    """What an issue and its stories say at this instant, as one short word."""
    edition = row.edition
    named = [edition.name, edition.motto, edition.language]
    said = "|".join([*named, row.digest, *(f"{one.row.pk}:{one.row.version}" for one in stories)])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


@require_safe
@from_storage
def book(request: HttpRequest, edition: str, date: dt.date) -> HttpResponse:
    """An issue as EPUB 3, made from the record as it is now."""
    chrome, at = Masthead().by_slug(edition), clock.now()
    row, stories = _issue(chrome, date, at)
    tag = quote_etag(f"epub-{_state(row, stories)}")
    response = get_conditional_response(request, etag=tag)
    if response is None:
        rows = {story.pk: story.row for story in stories}
        base = request.build_absolute_uri("/").rstrip("/")
        made = epub.make(chrome.edition, row, rows, base)
        response = HttpResponse(made, content_type="application/epub+zip")
        name = f"{chrome.edition.slug}-{date.isoformat()}.epub"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


def _issue(chrome: Chrome, date: dt.date, at: dt.datetime) -> tuple[PublishedIssue, list[Reading]]:
    """A live issue and its live stories, bodies too, in page order."""
    row = pages.live_issue(chrome, date, at)
    row.edition = chrome.edition
    ids = story_ids(row)
    notes.shows(keys.issue(row.edition_id, row.date))
    notes.sees(*map(keys.story, ids))  # those that are not there, too
    rows = PublishedStory.objects.live(at).filter(story_id__in=ids).defer("search_text")
    found = {one.story_id: Reading(one) for one in rows}
    return row, [found[pk] for pk in dict.fromkeys(ids) if pk in found]
