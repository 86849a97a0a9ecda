"""For machines: stories and issues as IPTC ninjs 3.0, and whether the paper is up."""

import datetime as dt
import logging
import uuid
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from articles.freshness import keys, notes
from articles.web import clock, lists, ninjs, pages
from articles.web.chrome import ASK_AGAIN, Masthead
from articles.web.reading import HTML_LANGUAGES, Reading, story_ids

logger = logging.getLogger("newsroom.web")


@require_safe
def story(request: HttpRequest, story_id: int) -> HttpResponse:
    """A live story as ninjs; 410 once it is withdrawn."""
    at = clock.now()
    notes.shows(keys.story(story_id), keys.place(story_id))
    row = pages.standing_row(story_id, at)
    if pages.is_gone(row):
        return _json(ninjs.gone_story(request, row), 410)
    return _json(ninjs.whole_story(request, Reading(row)))


@require_safe
def issue(request: HttpRequest, edition: str, date: dt.date) -> HttpResponse:
    """A live issue as a ninjs package: its stories in page order, without their bodies."""
    at = clock.now()
    chrome = Masthead().by_slug(edition)
    row = pages.live_issue(chrome, date, at)
    notes.shows(keys.issue(row.edition_id, row.date))
    readings = lists.of_stories(story_ids(row), at)
    ordered = [readings[pk] for pk in dict.fromkeys(story_ids(row)) if pk in readings]
    language = HTML_LANGUAGES.get(chrome.edition.language, chrome.edition.language)
    return _json(ninjs.issue_item(request, row, chrome.edition.name, language, ordered))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _plain("ok", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, storage and cache answer; else 503 with the name of what does not."""
    for name, ask in (
        ("database", _ask_database),
        ("storage", _ask_storage),
        ("cache", _ask_cache),
    ):
        try:
            ask()
        except Exception:  # whatever it is, it does not answer; the log has the rest
            logger.exception("not ready", extra={"part": name})
            return _plain(f"{name} does not answer", 503)
    return _plain("ok", 200)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_storage() -> None:
    name = default_storage.save(f"probes/{uuid.uuid4().hex}", ContentFile(b"ok"))
    default_storage.delete(name)


def _ask_cache() -> None:
    word = uuid.uuid4().hex
    cache.set("newsroom-probe", word, 10)
    if cache.get("newsroom-probe") is None:
        raise ConnectionError("The cache forgot what it was told.")


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = ASK_AGAIN if status == 200 else "no-store"
    return response


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text + "\n", status=status, content_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
