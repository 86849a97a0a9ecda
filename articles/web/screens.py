"""The readers' screens, as of an instant. Addresses pass now; the desk's preview passes another."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Subquery, TextField, Value, When
from django.http import Http404, HttpRequest, HttpResponse

from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web import companions, lists, months
from articles.web.chrome import Chrome, Masthead, render
from articles.web.reading import PageReading, Reading, pages_of, story_ids
from articles.web.statements import Statement

# On the front: stories looked at beside the issue's, of which each section shows a few.
LATEST = 48
OF_A_SECTION = 4
CORRECTIONS = 4


def front_screen(request: HttpRequest, chrome: Chrome, at: dt.datetime) -> HttpResponse:
    """The edition's front: its latest issue in its own hierarchy, then what is new since."""
    notes.shows(keys.edition(chrome.edition.pk))
    issue = _latest_issue.first(at, chrome.edition.pk)
    ids = story_ids(issue) if issue else []
    readings = _of_the_edition(ids, at, chrome.edition.pk) if ids else {}
    pages = pages_of(issue, readings) if issue else []
    front_page = pages[0] if pages else None
    if front_page:
        _gather_parts(front_page, readings)
    latest = [Reading(row) for row in _newest.rows(at, chrome.edition.pk, ids)]
    hour = issue.live_from if issue else None
    since = [one for one in latest if hour and one.published_at > hour]
    return render(
        request,
        "web/front.html",
        chrome,
        at,
        {
            "issue": issue,
            "pages": pages,
            "front_page": front_page,
            "inside": [page for page in pages[1:] if page.stories],
            "since": since,
            "by_section": _by_section(chrome, [one for one in latest if one not in since]),
            "corrected": [Reading(row) for row in _put_right.rows(at, chrome.edition.pk)],
        },
    )


def _live_in(at: dt.datetime, edition: int) -> PublishedStoryQuerySet:
    live: PublishedStoryQuerySet = PublishedStory.objects.live(at).for_lists()
    return live.filter(edition_id=edition).order_by(*lists.NEWEST)


_latest_issue = Statement(
    PublishedIssue,
    lambda at, edition: (
        PublishedIssue.objects.live(at)
        .filter(edition_id=edition)
        .select_related("edition")
        .order_by("-date")[:1]
    ),
)
_named_in = Statement(
    PublishedStory,
    lambda at, edition, ids: _live_in(at, edition).filter(story_id__in=ids).order_by(),
)
_newest = Statement(
    PublishedStory,
    lambda at, edition, ids: _live_in(at, edition).exclude(story_id__in=ids)[:LATEST],
)
_put_right = Statement(
    PublishedStory,
    # By when they were put right, which is how the index has them.
    lambda at, edition: (
        _live_in(at, edition)
        .filter(change="correction")
        .order_by("-live_from", "-pk")[:CORRECTIONS]
    ),
)


def _of_the_edition(ids: list[int], at: dt.datetime, edition: int) -> dict[int, Reading]:
    """These stories, where they are live and the edition's, by story."""
    notes.sees(*map(keys.story, ids))  # those that are not there, too
    return lists.of_rows(_named_in.rows(at, edition, ids))


def _gather_parts(front_page: PageReading, readings: dict[int, Reading]) -> None:
    """Under a story of the front page, those of its package that stand on other pages."""
    shown = {story.pk for story in front_page.stories}
    for story in front_page.stories:
        story.parts = [
            one for one in readings.values() if one.row.package == story.pk and one.pk not in shown
        ]
        story.parts.sort(key=lambda one: one.pk)


def _by_section(chrome: Chrome, stories: list[Reading]) -> list[dict[str, Any]]:
    """The newest of each section, as {"section", "stories"}; what has none comes under None."""
    found: dict[int | None, list[Reading]] = {section.pk: [] for section in chrome.sections}
    for story in stories:
        of_it = found.setdefault(story.row.section_id, [])
        if len(of_it) < OF_A_SECTION:
            of_it.append(story)
    names = {section.pk: section for section in chrome.sections}
    return [
        {"section": names.get(pk) if pk else None, "stories": of_it}
        for pk, of_it in found.items()
        if of_it
    ]


def issue_screen(
    request: HttpRequest,
    chrome: Chrome,
    issue: PublishedIssue,
    at: dt.datetime,
) -> HttpResponse:
    """An issue: its pages side by side, each with its stories."""
    notes.shows(keys.issue(issue.edition_id, issue.date), keys.issues(issue.edition_id))
    readings = _readings(issue, at)
    before, after = _neighbours(issue, at)
    return render(
        request,
        "web/issue.html",
        chrome,
        at,
        {
            "issue": issue,
            "masthead_date": issue.date,
            "pages": pages_of(issue, readings),
            "month": months.month_of(issue.edition_id, issue.date, at),
            "before": before,
            "after": after,
        },
    )


def page_screen(
    request: HttpRequest,
    chrome: Chrome,
    issue: PublishedIssue,
    number: str,
    at: dt.datetime,
) -> HttpResponse:
    """A page, typeset from its placements. Raises Http404 where the issue has no such page."""
    notes.shows(keys.issue(issue.edition_id, issue.date), keys.issues(issue.edition_id))
    numbers = [page.get("number", "") for page in issue.payload.get("pages", [])]
    if number not in numbers:
        raise Http404
    at_page = numbers.index(number)
    readings = _readings(issue, at, bodies_of=number)
    pages = pages_of(issue, readings)
    earlier, later = _neighbours(issue, at)
    return render(
        request,
        "web/page.html",
        chrome,
        at,
        {
            "issue": issue,
            "masthead_date": issue.date,
            "pages": pages,
            "page": pages[at_page],
            "before": pages[at_page - 1] if at_page else None,
            "after": pages[at_page + 1] if at_page + 1 < len(pages) else None,
            "earlier": earlier,
            "later": later,
        },
    )


def story_screen(
    request: HttpRequest,
    chrome: Chrome,
    row: PublishedStory,
    at: dt.datetime,
) -> HttpResponse:
    """A story. `row` may be unsaved: the desk previews drafts with this."""
    reading = Reading(row)
    notes.shows(keys.story(row.story_id), keys.place(row.story_id))
    beside = companions.of_a_story(reading, at)
    place = beside.place
    return render(
        request,
        "web/story.html",
        chrome,
        at,
        {
            "story": reading,
            "body": row.body,
            "ran_in": place,
            "masthead_date": place.date if place else row.published_at,
            "before": beside.before,
            "after": beside.after,
            "family": beside.family,
            "related": beside.related,
            "section": next((one for one in chrome.sections if one.pk == row.section_id), None),
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
    bodies_of: str = "",
) -> dict[int, Reading]:
    """The issue's stories as of `at`, by story; those of the page `bodies_of` with their text."""
    on_page = [
        slot["story"]
        for page in issue.payload.get("pages", [])
        for slot in page.get("slots", [])
        if bodies_of and page.get("number") == bodies_of
    ]
    ids = story_ids(issue)
    if not on_page:
        return lists.of_stories(ids, at)
    notes.sees(*map(keys.story, ids))  # those that are not there, too
    return lists.of_rows(_with_texts.rows(at, ids, on_page))


def _of_an_issue_with_texts(
    at: dt.datetime, ids: list[int], on_page: list[int]
) -> PublishedStoryQuerySet:
    text = When(story_id__in=on_page, then=F("body"))
    return lists.live_among(at, ids).annotate(
        page_body=Case(text, default=Value(""), output_field=TextField())
    )


_with_texts = Statement(PublishedStory, _of_an_issue_with_texts)


def _neighbours(
    issue: PublishedIssue, at: dt.datetime
) -> tuple[PublishedIssue | None, PublishedIssue | None]:
    """The issues before and after, in one query."""
    rows = _nearest.rows(at, issue.edition_id, issue.date)
    found = {row.date > issue.date: row for row in rows}
    return found.get(False), found.get(True)


def _nearest_issues(at: dt.datetime, edition: int, date: dt.date) -> "QuerySet[PublishedIssue]":
    live = PublishedIssue.objects.live(at).filter(edition_id=edition)
    # By `=` and not by `IN`: so PostgreSQL finds them by their numbers and reads no others.
    earlier = live.filter(date__lt=date).order_by("-date").values("pk")[:1]
    later = live.filter(date__gt=date).order_by("date").values("pk")[:1]
    nearest = Q(pk=Subquery(earlier)) | Q(pk=Subquery(later))
    return PublishedIssue.objects.filter(nearest).select_related("edition").defer("payload")


_nearest = Statement(PublishedIssue, _nearest_issues)
