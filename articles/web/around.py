"""Around the stories: sections, tags, contributors, archive, search, corrections."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.freshness import keys, notes
from articles.models import (
    Contributor,
    PublishedStory,
    Section,
)
from articles.rules import portraits
from articles.web import by_side, clock, lists, months
from articles.web.by_side import MOST_COUNTED
from articles.web.chrome import Chrome, Masthead, asked_edition, render
from articles.web.pictures import Picture, picture_of
from articles.web.statements import Statement

MOST_PEOPLE = 200


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    masthead, at = Masthead(), clock.now()
    found = next((one for one in masthead.sections if one.slug == slug), None)
    if found is None:
        raise Http404
    notes.shows(keys.section(found.pk))
    stories = lists.of_section(found.pk, at, _before(request))
    chrome = masthead.by_pk(found.edition_id)
    context = {
        "section": found,
        "title": found.name,
        "stories": stories,
        "feed": (f"/feeds/sections/{found.slug}", f"{chrome.edition.name} · {found.name}"),
    }
    return render(request, "web/stories.html", chrome, at, context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """A tag has a page while a live story bears it."""
    at = clock.now()
    notes.shows(keys.tag(slug))
    stories = by_side.of_tag(slug, at, _before(request))
    if not stories.stories:
        raise Http404
    first = stories.stories[0]
    name = next((one["name"] for one in first.tags if one["slug"] == slug), slug)
    chrome = Masthead().by_pk(first.row.edition_id)
    context = {
        "title": name,
        "stories": stories,
        "feed": (f"/feeds/tags/{slug}", f"{chrome.edition.name} · {name}"),
        "is_tag": True,
    }
    return render(request, "web/stories.html", chrome, at, context)


@require_safe
def contributor(request: HttpRequest, slug: str) -> HttpResponse:
    """A contributor has a page once something of theirs is live."""
    at = clock.now()
    person: Any = _person.first(at, slug)
    if person is None:
        raise Http404
    notes.shows(keys.person(person.pk))
    stories = by_side.of_contributor(person.pk, at, _before(request))
    if not stories.stories:
        raise Http404
    masthead = Masthead()
    chrome = masthead.by_pk(stories.stories[0].row.edition_id)
    context = {
        "person": person,
        "title": person.name,
        "stories": stories,
        "portrait": portrait_of(person),
        "work": _work(person, at, masthead.sections),
        "feed": (f"/feeds/contributors/{slug}", f"{chrome.edition.name} · {person.name}"),
    }
    return render(request, "web/contributor.html", chrome, at, context)


_person = Statement(
    Contributor,
    lambda at, slug: (
        Contributor.objects.select_related("portrait__photographer")
        .filter(slug=slug)
        .annotate(since=Subquery(by_side.first_signed(at).values("published_at")[:1]))
    ),
)


@dataclass
class Work:
    """What somebody has published: how many stories, since when, and in which sections mostly."""

    stories: str
    since: dt.datetime | None
    sections: list[Section]


def _work(person: Any, at: dt.datetime, sections: list[Section]) -> Work:
    """Counted as far as `MOST_COUNTED`, the newest first: an agency has a hundred thousand."""
    told = by_side.sections_of(person.pk, at)
    often = Counter(told[:MOST_COUNTED]).most_common()
    by_number = {section.pk: section for section in sections}
    return Work(
        stories=f"{MOST_COUNTED}+" if len(told) > MOST_COUNTED else str(len(told)),
        since=person.since,
        sections=[by_number[pk] for pk, _n in often if pk in by_number][:4],
    )


def portrait_of(person: Contributor) -> Picture | None:
    """A contributor's portrait by its public copies, where the desk chose one."""
    entry = portraits.entry(person)
    return picture_of(entry, f"/{settings.MEDIA_URL.strip('/')}/") if entry else None


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The masthead page: what the paper is, its sections and its people, and how to follow it."""
    chrome, at = asked_edition(request, Masthead()), clock.now()
    context = {"people": _people.rows(at, chrome.edition.pk)}
    return render(request, "web/about.html", chrome, at, context)


def _with_stories(at: dt.datetime, edition: int) -> "QuerySet[Contributor]":
    live = PublishedStory.objects.live(at).filter(edition_id=edition)
    theirs = live.filter(people__contributor=OuterRef("pk"))
    people = Contributor.objects.filter(Exists(theirs), kind__in=("staff", "intern"))
    return people[:MOST_PEOPLE]


_people = Statement(Contributor, _with_stories)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    masthead, at = Masthead(), clock.now()
    chrome = asked_edition(request, masthead)
    last = months.latest(chrome.edition.pk, at)
    day = last or at.astimezone(chrome.edition.zone).date()
    return _month(request, chrome, at, day.year, day.month)


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    if not 1600 <= year <= 9998:
        raise Http404
    chrome = asked_edition(request, Masthead())
    return _month(request, chrome, clock.now(), year, month)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What was put right in public, the last first."""
    chrome, at = asked_edition(request, Masthead()), clock.now()
    notes.shows(keys.corrections(chrome.edition.pk))
    stories = lists.corrected(chrome.edition.pk, at, _before(request))
    return render(request, "web/corrections.html", chrome, at, {"stories": stories})


def _month(
    request: HttpRequest, chrome: Chrome, at: dt.datetime, year: int, month: int
) -> HttpResponse:
    """A month of issues: its calendar, and what led each of them."""
    first = dt.date(year, month, 1)
    notes.shows(keys.issues(chrome.edition.pk))
    calendar, issues = months.with_leads(chrome.edition.pk, first, at)
    around = months.around(chrome.edition.pk, first, at)
    context = {"month": calendar, "issues": issues, "around": around}
    return render(request, "web/archive.html", chrome, at, context)


def _before(request: HttpRequest) -> str:
    return request.GET.get("before", "")
