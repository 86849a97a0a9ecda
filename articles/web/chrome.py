"""What stands around every screen: masthead, sections, the other edition, the language switch.

It is read once, and stands until an edition or a section is saved: so a page that is made anew has
only its own news to ask for.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from articles.freshness import keys, notes, stores
from articles.freshness.local import LocalStore
from articles.models import Edition, Section, address
from articles.text.tongues import told_apart
from articles.web.reading import HTML_LANGUAGES
from articles.web.statements import Statement
from newsroom.middleware import asked_language

# May be kept by any cache, and is asked for again before each use: never shown past its instant.
ASK_AGAIN = "public, max-age=0, must-revalidate"


@dataclass
class Chrome:
    """The editions and their sections, and which edition's screen this is.

    `pieces` are parts of pages that say nothing but this (`{% standing %}`): they go with it.
    """

    edition: Edition
    editions: list[Edition]
    sections: list[Section]
    pieces: dict[tuple[object, ...], str] = field(default_factory=dict)

    def piece(self, key: tuple[object, ...], make: Callable[[], str]) -> str:
        """The part of the edition's pages that `key` names, made where it is first asked for."""
        own = (*key, self.edition.pk, address.prefix())
        made = self.pieces.get(own)
        if made is None:
            made = self.pieces[own] = make()
        return made

    @property
    def other_editions(self) -> list[Edition]:
        return [edition for edition in self.editions if edition.pk != self.edition.pk]


_sections = Statement(
    Section,
    lambda: Section.objects.select_related("edition").order_by(
        "edition__position", "edition_id", "position", "pk"
    ),
)


@dataclass
class Standing:
    """Editions and sections, and the mark of the store before they were read."""

    sections: list[Section]
    editions: dict[int, Edition]
    of_edition: dict[int, list[Section]]
    store: object
    mark: int
    pieces: dict[tuple[object, ...], str] = field(default_factory=dict)


_last: Standing | None = None
_number = cache(keys.number)  # of the one key that is asked for with every page


def _standing() -> Standing:
    """What this process read last, while nothing of it has changed; else read now. One query."""
    global _last
    store = stores.current()
    noted = notes.current()
    if (
        not isinstance(store, LocalStore)  # a look into Redis costs what the query does
        or connection.in_atomic_block  # may hold what nobody else sees
        or (noted is not None and noted.replica)  # may not have what the mark knows of
    ):
        return _read(None, 0)
    mark, last = store.stamps.mark(), _last
    if (
        last is not None
        and last.store is store
        and not store.stamps.changed((_number(keys.CHROME),), last.mark)
    ):
        return last
    _last = _read(store, mark)
    return _last


def _read(store: object, mark: int) -> Standing:
    sections = _sections.rows()
    editions: dict[int, Edition] = {}
    of_edition: dict[int, list[Section]] = {}
    for section in sections:
        editions.setdefault(section.edition_id, section.edition)
        of_edition.setdefault(section.edition_id, []).append(section)
    if not editions:  # a paper whose sections are yet to come
        editions = {edition.pk: edition for edition in Edition.objects.all()}
    return Standing(sections, editions, of_edition, store, mark)


class Masthead:
    """Editions and sections, read together."""

    def __init__(self) -> None:
        notes.sees(keys.CHROME)
        self._standing = standing = _standing()
        self.sections, self.editions = standing.sections, standing.editions
        self.pieces = standing.pieces

    def of(self, edition: Edition) -> Chrome:
        known = self.editions.get(edition.pk, edition)
        own = self._standing.of_edition.get(known.pk, [])
        return Chrome(known, list(self.editions.values()), own, self.pieces)

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
    zone = edition.zone
    # What is so already is not set: that would take longer than to write a head.
    is_spoken = translation.get_language() == language
    is_told = timezone.get_current_timezone() is zone
    with (
        nullcontext() if is_spoken else translation.override(language),
        nullcontext() if is_told else timezone.override(zone),
    ):
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
    with speaking(request, chrome.edition) as language, address.of_a_page():
        asked = asked_language(request)
        page = render_to_string(
            template,
            {
                "request": request,
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
            using="readers",
        )
    written = told_apart(page) if content_type is None else page
    response = HttpResponse(written.encode(), content_type=content_type, status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = ASK_AGAIN if status == 200 else "no-store"
    return response


def _today(edition: Edition, at: dt.datetime) -> dt.date:
    """The date on an edition's page, which is another from midnight on."""
    today = at.astimezone(edition.zone).date()
    tomorrow = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), edition.zone)
    notes.until(tomorrow.astimezone(dt.UTC))
    return today
