"""What stands around every screen: masthead, sections, the other edition, the language switch."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils import timezone, translation

from articles.freshness import keys, notes
from articles.models import Edition, Section
from articles.web.reading import HTML_LANGUAGES
from articles.web.statements import Statement
from newsroom.middleware import asked_language

# May be kept by any cache, and is asked for again before each use: never shown past its instant.
ASK_AGAIN = "public, max-age=0, must-revalidate"


@dataclass
class Chrome:
    """The editions and their sections, and which edition's screen this is. One query."""

    edition: Edition
    editions: list[Edition]
    sections: list[Section]

    @property
    def other_editions(self) -> list[Edition]:
        return [edition for edition in self.editions if edition.pk != self.edition.pk]


_sections = Statement(
    Section,
    lambda: Section.objects.select_related("edition").order_by(
        "edition__position", "edition_id", "position", "pk"
    ),
)


class Masthead:
    """Editions and sections, read together."""

    def __init__(self) -> None:
        notes.sees(keys.CHROME)
        self.sections = _sections.rows()
        self.editions: dict[int, Edition] = {}
        for section in self.sections:
            self.editions.setdefault(section.edition_id, section.edition)
        if not self.editions:  # a paper whose sections are yet to come
            self.editions = {edition.pk: edition for edition in Edition.objects.all()}

    def of(self, edition: Edition) -> Chrome:
        known = self.editions.get(edition.pk, edition)
        own = [section for section in self.sections if section.edition_id == known.pk]
        return Chrome(known, list(self.editions.values()), own)

    def first(self) -> Chrome:
        """The chrome of the paper's first edition. Raises Http404 where there is none."""
        for edition in self.editions.values():
            return self.of(edition)
        raise Http404

    def by_slug(self, slug: str) -> Chrome:
        for edition in self.editions.values():
            if edition.slug == slug:
                return self.of(edition)
        found = Edition.objects.filter(slug=slug).first()
        if found is None:
            raise Http404
        return self.of(found)

    def by_pk(self, pk: int) -> Chrome:
        if pk in self.editions:
            return self.of(self.editions[pk])
        return self.of(Edition.objects.get(pk=pk))


def asked_edition(request: HttpRequest, masthead: Masthead) -> Chrome:
    """The chrome of the edition that `?edition=` names, else of the first."""
    asked = request.GET.get("edition", "")
    for edition in masthead.editions.values():
        if edition.slug == asked:
            return masthead.of(edition)
    return masthead.first()


@contextmanager
def speaking(request: HttpRequest, edition: Edition) -> Iterator[str]:
    """Speak the language asked for by `?lang=`, else the edition's; tell the edition's time."""
    language = asked_language(request) or edition.language
    with translation.override(language), timezone.override(edition.zone):
        yield language


def render(
    request: HttpRequest,
    template: str,
    chrome: Chrome,
    at: dt.datetime,
    context: dict[str, Any],
    *,
    status: int = 200,
    content_type: str | None = None,
) -> HttpResponse:
    """Render a screen in its edition's language, for readers' browsers and shared caches.

    A page may be kept by a cache but is asked for again before each use (`ETag` answers 304): a
    copy is never shown past the instant at which something on it changes.
    """
    with speaking(request, chrome.edition) as language:
        asked = asked_language(request)
        response = render_template(
            request,
            template,
            {
                "chrome": chrome,
                "status": status,
                "edition": chrome.edition,
                "at": at,
                "today": partial(_today, chrome.edition, at),  # called where it is shown
                "page_language": HTML_LANGUAGES.get(language, language),
                "content_language": HTML_LANGUAGES.get(
                    chrome.edition.language, chrome.edition.language
                ),
                "other_language": "en" if language.startswith("zh") else "zh-hans",
                "lang_query": f"?lang={asked}" if asked else "",
                **context,
            },
            status=status,
            content_type=content_type,
        )
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = ASK_AGAIN if status == 200 else "no-store"
    return response


def _today(edition: Edition, at: dt.datetime) -> dt.date:
    """The date on an edition's page, which is another from midnight on."""
    today = at.astimezone(edition.zone).date()
    tomorrow = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), edition.zone)
    notes.until(tomorrow.astimezone(dt.UTC))
    return today
