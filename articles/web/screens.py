"""The readers' screens, as of an instant. Addresses pass now; the desk's preview passes another."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse

from articles.models import PublishedIssue, PublishedSlot, PublishedStory
from articles.web import lists
from articles.web.chrome import Chrome, Masthead, render
from articles.web.reading import Reading, pages_of, story_ids

LATEST = 12


def front_screen(
    request: HttpRequest, chrome: Chrome, at: dt.datetime, *, pictures_at: str | None = None
) -> HttpResponse:
    """The edition's front: its latest issue in its own hierarchy, then what is new since."""
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
    ran_in = getattr(row, "ran_in", None) or places_of(row.story_id, at).first()
    package = row.package or row.story_id
    family = lists.newest(
        PublishedStory.objects.live(at).filter(_family(package)).exclude(story_id=row.story_id),
        length=20,
    ).stories
    section = next((one for one in chrome.sections if one.pk == row.section_id), None)
    return render(
        request,
        "web/story.html",
        chrome,
        at,
        {
            "story": reading,
            "body": row.body,
            "ran_in": _place(ran_in),
            "family": sorted(family, key=lambda one: (one.pk != package, one.pk)),
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


def places_of(story: Any, at: dt.datetime) -> "QuerySet[PublishedSlot, dict[str, Any]]":
    """Where a story ran, the first page first, as one JSON column. `story` may be an OuterRef."""
    return (
        PublishedSlot.objects.filter(
            story_id=story, row__in=PublishedIssue.objects.live(at).values("pk")
        )
        .order_by("row__date", "pk")
        .values_list(
            JSONObject(
                date="row__date",
                issue_number="row__number",
                edition="row__edition__slug",
                number="page_number",
                name="page_name",
            ),
            flat=True,
        )
    )


def _place(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """A place with its date as a date; engines write it as text in JSON."""
    return {**found, "date": dt.date.fromisoformat(found["date"])} if found else None


def _family(package: int) -> Q:
    return Q(package=package) | Q(story_id=package)


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
