"""The readers' screens, as of an instant. Addresses pass now; the desk's preview passes another."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse

from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web import lists
from articles.web.chrome import Chrome, Masthead, render
from articles.web.reading import Place, Reading, pages_of, place_in, story_ids

LATEST = 12


def front_screen(
    request: HttpRequest, chrome: Chrome, at: dt.datetime, *, pictures_at: str | None = None
) -> HttpResponse:
    """The edition's front: its latest issue in its own hierarchy, then what is new since."""
    notes.shows(keys.edition(chrome.edition.pk))
    issue = PublishedIssue.objects.live(at).filter(edition=chrome.edition).order_by("-date").first()
    live = PublishedStory.objects.live(at).filter(edition=chrome.edition)
    ids = story_ids(issue) if issue else []
    readings = lists.by_story(live, ids, pictures_at=pictures_at) if ids else {}
    pages = pages_of(issue, readings) if issue else []
    latest = lists.newest(live.exclude(story_id__in=ids), length=LATEST)
    return render(
        request,
        "web/front.html",
        chrome,
        at,
        {
            "issue": issue,
            "pages": pages,
            "front_page": pages[0] if pages else None,
            "inside": pages[1:],
            "latest": latest.stories,
        },
    )


def issue_screen(
    request: HttpRequest,
    chrome: Chrome,
    issue: PublishedIssue,
    at: dt.datetime,
    *,
    pictures_at: str | None = None,
    extra: Sequence[PublishedStory] = (),
) -> HttpResponse:
    """An issue: its pages side by side, each with its stories.

    `extra` are unsaved rows that the desk's preview shows where the record has none yet.
    """
    notes.shows(keys.issue(issue.edition_id, issue.date), keys.issues(issue.edition_id))
    readings = _readings(issue, at, pictures_at, extra)
    before, after = _neighbours(issue, at)
    return render(
        request,
        "web/issue.html",
        chrome,
        at,
        {"issue": issue, "pages": pages_of(issue, readings), "before": before, "after": after},
    )


def page_screen(
    request: HttpRequest,
    chrome: Chrome,
    issue: PublishedIssue,
    number: str,
    at: dt.datetime,
    *,
    pictures_at: str | None = None,
    extra: Sequence[PublishedStory] = (),
) -> HttpResponse:
    """A page, typeset from its placements. Raises Http404 where the issue has no such page."""
    notes.shows(keys.issue(issue.edition_id, issue.date))
    readings = _readings(issue, at, pictures_at, extra)
    pages = pages_of(issue, readings)
    numbers = [page.number for page in pages]
    if number not in numbers:
        raise Http404
    at_page = numbers.index(number)
    return render(
        request,
        "web/page.html",
        chrome,
        at,
        {
            "issue": issue,
            "pages": pages,
            "page": pages[at_page],
            "before": pages[at_page - 1] if at_page else None,
            "after": pages[at_page + 1] if at_page + 1 < len(pages) else None,
        },
    )


def story_screen(
    request: HttpRequest,
    chrome: Chrome,
    row: PublishedStory,
    at: dt.datetime,
    *,
    pictures_at: str | None = None,
) -> HttpResponse:
    """A story. `row` may be unsaved: the desk previews drafts with this."""
    reading = Reading(row, pictures_at)
    place = _place(row, at)
    beside = [*place.before, *place.after] if place else []
    package = row.package or row.story_id
    notes.shows(keys.story(row.story_id), keys.place(row.story_id), keys.package(package))
    notes.sees(*map(keys.story, beside))
    family = Q(package=package) | Q(story_id=package)
    others = PublishedStory.objects.live(at).exclude(story_id=row.story_id)
    found = lists.newest(others.filter(family | Q(story_id__in=beside)), length=40).stories
    by_story = {one.pk: one for one in found}
    parts = [one for one in found if package in (one.pk, one.row.package)]
    section = next((one for one in chrome.sections if one.pk == row.section_id), None)
    return render(
        request,
        "web/story.html",
        chrome,
        at,
        {
            "story": reading,
            "body": row.body,
            "ran_in": place,
            "before": _first(by_story, place.before) if place else None,
            "after": _first(by_story, place.after) if place else None,
            "family": sorted(parts, key=lambda one: (one.pk != package, one.pk)),
            "section": section,
        },
    )


def gone_screen(
    request: HttpRequest, chrome: Chrome, row: PublishedStory, at: dt.datetime
) -> HttpResponse:
    """A story that was withdrawn: 410 Gone, with the paper's notice."""
    return render(request, "web/gone.html", chrome, at, {"notice": row.notice}, status=410)


def chrome_of(row: PublishedStory) -> Chrome:
    """The chrome of a row's edition."""
    return Masthead().by_pk(row.edition_id)


def _readings(
    issue: PublishedIssue,
    at: dt.datetime,
    pictures_at: str | None,
    extra: Sequence[PublishedStory],
) -> dict[int, Reading]:
    """The issue's stories as of `at`, by story."""
    found = {row.story_id: Reading(row, pictures_at) for row in extra}
    live = PublishedStory.objects.live(at)
    return found | lists.by_story(live, story_ids(issue), pictures_at=pictures_at)


def issues_of(story: Any, at: dt.datetime) -> "QuerySet[PublishedIssue]":
    """The issues that a story ran in, the first first. `story` may be an OuterRef."""
    return PublishedIssue.objects.live(at).filter(slots__story_id=story).order_by("date", "pk")


def with_place(rows: PublishedStoryQuerySet, at: dt.datetime) -> PublishedStoryQuerySet:
    """Rows that know the issue they ran in first, so that a story's page needs no query more."""
    issues = issues_of(OuterRef("story_id"), at)
    named = JSONObject(date="date", issue_number="number", edition="edition__slug")
    return rows.annotate(
        ran_in=Subquery(issues.values_list(named)[:1]),
        ran_pages=Subquery(issues.values("payload")[:1]),
    )


def _place(row: PublishedStory, at: dt.datetime) -> Place | None:
    """Where a row's story stood in print. A preview's row, which is unsaved, asks for itself."""
    if not hasattr(row, "ran_in"):
        issue = issues_of(row.story_id, at).select_related("edition").first()
        if issue is None:
            return None
        slug, date, number = issue.edition.slug, issue.date, issue.number
        return place_in(row.story_id, issue.payload, slug, date, number)
    if row.ran_in is None:
        return None
    date = dt.date.fromisoformat(row.ran_in["date"])  # engines write dates as text in JSON
    slug, number = row.ran_in["edition"], row.ran_in["issue_number"]
    return place_in(row.story_id, getattr(row, "ran_pages", None), slug, date, number)


def _first(by_story: dict[int, Reading], ids: list[int]) -> Reading | None:
    """The first of these stories that is live."""
    return next((by_story[pk] for pk in ids if pk in by_story), None)


def _neighbours(
    issue: PublishedIssue, at: dt.datetime
) -> tuple[PublishedIssue | None, PublishedIssue | None]:
    """The issues before and after, in one query."""
    live = PublishedIssue.objects.live(at).filter(edition_id=issue.edition_id)
    nearest = Q(pk__in=live.filter(date__lt=issue.date).order_by("-date").values("pk")[:1])
    nearest |= Q(pk__in=live.filter(date__gt=issue.date).order_by("date").values("pk")[:1])
    rows = PublishedIssue.objects.filter(nearest).select_related("edition").defer("payload")
    found = {row.date > issue.date: row for row in rows}
    return found.get(False), found.get(True)
