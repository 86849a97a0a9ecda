"""The readers' screens, as of an instant. Addresses pass now; the desk's preview passes another."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse

from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web import by_side, lists, months
from articles.web.chrome import Chrome, Masthead, render
from articles.web.reading import PageReading, Place, Reading, pages_of, place_in, story_ids
from articles.web.statements import Statement

# On the front: stories looked at beside the issue's, of which each section shows a few.
LATEST = 48
OF_A_SECTION = 4
CORRECTIONS = 4
# Beside a story: others that bear one of its tags.
TAGS_FOLLOWED = 4
RELATED = 6


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
    place = _place(row, at)
    beside = [*place.before, *place.after] if place else []
    package = row.package or row.story_id
    notes.shows(keys.story(row.story_id), keys.place(row.story_id), keys.package(package))
    notes.sees(*map(keys.story, beside))
    slugs = [tag["slug"] for tag in reading.tags[:TAGS_FOLLOWED]]
    notes.sees(*map(keys.tag, slugs))
    by_story = lists.of_rows(_around.rows(at, row.story_id, package, beside, *slugs))
    newest_first = sorted(
        by_story.values(), key=lambda one: (one.published_at, one.row.id), reverse=True
    )
    parts = [one for one in newest_first if package in (one.pk, one.row.package)]
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
            "masthead_date": place.date if place else row.published_at,
            "before": _first(by_story, place.before) if place else None,
            "after": _first(by_story, place.after) if place else None,
            "family": sorted(parts, key=lambda one: (one.pk != package, one.pk)),
            "related": _related(slugs, [one for one in newest_first if one not in parts]),
            "section": section,
        },
    )


def _around_a_story(
    at: dt.datetime, story: int, package: int, beside: list[int], *slugs: str
) -> PublishedStoryQuerySet:
    """Live stories of a story's package, beside it in print, or under one of its tags."""
    # Found by number first, each by its index. With all of it in one condition the engines would
    # read whatever is live, to find these few.
    concerned = Q(package=package) | Q(story_id=package) | Q(story_id__in=beside)
    numbers = PublishedStory.objects.filter(concerned).order_by().values("pk")
    numbers = numbers.union(*(by_side.newest_of_tag(slug, RELATED, at) for slug in slugs))
    others: PublishedStoryQuerySet = PublishedStory.objects.live(at).for_lists().order_by()
    return others.exclude(story_id=story).filter(pk__in=numbers)


_around = Statement(PublishedStory, _around_a_story)


def gone_screen(
    request: HttpRequest, chrome: Chrome, row: PublishedStory, at: dt.datetime
) -> HttpResponse:
    """A story that was withdrawn: 410 Gone, with the paper's notice."""
    return render(request, "web/gone.html", chrome, at, {"notice": row.notice}, status=410)


def chrome_of(row: PublishedStory) -> Chrome:
    """The chrome of a row's edition."""
    return Masthead().by_pk(row.edition_id)


def _related(slugs: list[str], stories: list[Reading]) -> list[Reading]:
    """Those that share tags with a story: the most tags first, then the newest."""
    shared = {one.pk: sum(tag["slug"] in slugs for tag in one.tags) for one in stories}
    akin = [one for one in stories if shared[one.pk]]
    return sorted(akin, key=lambda one: -shared[one.pk])[:RELATED]


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
