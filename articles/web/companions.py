"""What stands beside a story: where it ran, what ran next to it, its package, and stories akin."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedStory
from articles.models.record import PublishedStoryQuerySet
from articles.web import by_side, lists
from articles.web.reading import Place, Reading, place_in
from articles.web.statements import Statement

# Of so many of a story's tags, the newest others that bear them; so many of these are shown.
TAGS_FOLLOWED = 4
RELATED = 6
# How many rows are read of each tag, by how many there are: some bear several of them.
OF_EACH = (0, 6, 4, 3, 3)
# What a head beside a story shows, and what it is sorted by.
SHOWN = ("story", "language", "slug", "package", "published_at", "payload")


@dataclass
class Companions:
    """What a story's page leads to: readings of live stories, and the place in print."""

    place: Place | None
    before: Reading | None = None
    after: Reading | None = None
    family: list[Reading] = field(default_factory=list)
    related: list[Reading] = field(default_factory=list)


def of_a_story(story: Reading, at: dt.datetime) -> Companions:
    """What stands beside a story at `at`. One query; another where what ran next to it is gone."""
    row = story.row
    place = _place(row, at)
    package = row.package or row.story_id
    slugs = [tag["slug"] for tag in story.tags[:TAGS_FOLLOWED]]
    before, after = (place.before, place.after) if place else ([], [])
    next_to = [*before[:1], *after[:1]]
    notes.shows(keys.package(package))
    notes.sees(*map(keys.story, next_to), *map(keys.tag, slugs))
    by_story = lists.of_rows(_beside.rows(at, row.story_id, package, next_to, *slugs))
    newest_first = sorted(
        by_story.values(), key=lambda one: (one.published_at, one.row.id), reverse=True
    )
    family = [one for one in newest_first if package in (one.pk, one.row.package)]
    return Companions(
        place,
        before=_first_live(before, by_story, at),
        after=_first_live(after, by_story, at),
        family=sorted(family, key=lambda one: (one.pk != package, one.pk)),
        related=_akin(slugs, [one for one in newest_first if one not in family]),
    )


def _beside_a_story(
    at: dt.datetime, story: int, package: int, next_to: list[int], *slugs: str
) -> PublishedStoryQuerySet:
    """Live stories of a story's package, next to it in print, or among the newest of its tags."""
    # Found by number first, each by its index. With all of it in one condition the engines would
    # read whatever is live, to find these few.
    concerned = Q(package=package) | Q(story_id=package) | Q(story_id__in=next_to)
    numbers = PublishedStory.objects.filter(concerned).order_by().values("pk")
    each = OF_EACH[len(slugs)]
    numbers = numbers.union(*(by_side.newest_of_tag(slug, each, at) for slug in slugs))
    others: PublishedStoryQuerySet = PublishedStory.objects.live(at).only(*SHOWN).order_by()
    return others.exclude(story_id=story).filter(pk__in=numbers)


_beside = Statement(PublishedStory, _beside_a_story)


def _akin(slugs: list[str], stories: list[Reading]) -> list[Reading]:
    """Those that share tags with a story: the most tags first, then as they are given."""
    shared = {one.pk: sum(tag["slug"] in slugs for tag in one.tags) for one in stories}
    akin = [one for one in stories if shared[one.pk]]
    return sorted(akin, key=lambda one: -shared[one.pk])[:RELATED]


def _first_live(ids: list[int], read: dict[int, Reading], at: dt.datetime) -> Reading | None:
    """The first of these stories that is live: nearly always the very first, which was read."""
    if ids and ids[0] not in read:
        read = lists.of_stories(ids[1:], at)
    return next((read[pk] for pk in ids if pk in read), None)


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
