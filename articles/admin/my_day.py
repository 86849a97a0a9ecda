"""My day: what waits for whoever signs in, in a constant number of queries."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from articles.models import (
    Assignment,
    Byline,
    Issue,
    LogEntry,
    Notice,
    Placement,
    PublishedStory,
    Read,
    Story,
    User,
    Version,
    WorkingCopy,
)
from articles.rules import access, assignments, press, readiness, telling, workflow

SHOWN = 30
ISSUES = 5
DAYS = 7


@dataclass
class ToRead:
    """A story that waits for this person's read, and the hour it is for."""

    story: Story
    hour: dt.datetime | None
    overdue: bool


@dataclass
class Coming:
    """An issue to come and what it lacks."""

    issue: Issue
    hour: dt.datetime
    pages: int
    stories: int
    lacks: list[str]


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything on the screen, each part only for those whom it concerns."""
    user, now = cast(User, request.user), timezone.now()
    found: dict[str, Any] = {"now": now, "notices": _notices(user)}
    found["assignments"] = _to_do(user)
    if user.has_perm("articles.add_story"):
        found |= _writing(user, now)
    if steps := readable_steps(user):
        waiting = to_read(user, steps)
        found["to_read_count"] = waiting.count()
        found["to_read"] = _with_hours(waiting[:SHOWN], now)
    if user.has_perm("articles.change_issue"):
        found["issues"] = coming(now)
    return found


# -- for those who write -------------------------------------------------------------------------


def _writing(user: User, now: dt.datetime) -> dict[str, Any]:
    mine = own(user)
    told = with_last_word(mine)
    back = Q(status=Story.Status.DRAFT, last_word="send_back")
    counts = told.filter(status__in=[Story.Status.DRAFT, *workflow.READS]).aggregate(
        drafts=Count("pk", filter=Q(status=Story.Status.DRAFT)),
        sent_back=Count("pk", filter=back),
        waiting=Count("pk", filter=Q(status__in=workflow.READS)),
    )
    counts["drafts"] -= counts["sent_back"]
    # Each by itself: a story sent back long ago must not hide behind the newest drafts.
    rows = told.select_related("section", "edition").order_by("-updated_at", "-pk")
    return {
        "counts": counts,
        "drafts": rows.filter(Q(last_word=None) | Q(last_word="submit"), status=Story.Status.DRAFT)[
            :SHOWN
        ],
        "sent_back": rows.filter(back)[:SHOWN],
        "waiting": mine.filter(status__in=workflow.READS)
        .select_related("section", "edition")
        .order_by("-updated_at", "-pk")[:SHOWN],
        "ran": PublishedStory.objects.live(now)
        .filter(story__in=mine.values("pk"), published_at__gte=now - dt.timedelta(days=DAYS))
        .select_related("edition")
        .defer("body", "search_text")
        .order_by("-published_at", "-pk")[:10],
        "unsaved": WorkingCopy.objects.filter(person=user).select_related("story")[:10],
    }


def own(user: User) -> "QuerySet[Story]":
    """The stories that `user` drafted, signed, or shares."""
    signed = Byline.objects.filter(contributor__user=user).values("story")
    shared = Story.shared_with.through.objects.filter(user=user).values("story")
    return Story.objects.filter(Q(author=user) | Q(pk__in=signed) | Q(pk__in=shared))


def with_last_word(stories: "QuerySet[Story]") -> "QuerySet[Story]":
    """Drafts, each with the last step that made it one, who made it, and why."""
    last = LogEntry.objects.filter(
        subject_type="story", subject_id=OuterRef("pk"), verb__in=("submit", "send_back")
    ).order_by("-at", "-pk")
    return stories.annotate(
        last_word=Subquery(last.values("verb")[:1]),
        last_reason=Subquery(last.values("reason")[:1]),
        last_at=Subquery(last.values("at")[:1]),
    )


def _to_do(user: User) -> list[Assignment]:
    """What is still to be done; of a story that they do not see any more, without the story."""
    rows = assignments.with_sight(assignments.open_for(user), user)
    found = list(rows.select_related("story__edition").order_by("due_at", "pk")[:SHOWN])
    for one in found:
        if not one.sees:
            one.story = None
    return found


def _notices(user: User) -> list[Notice]:
    unseen = telling.still_theirs(Notice.objects.filter(person=user, seen_at=None), user)
    if user.has_perm("articles.add_story"):
        unseen = unseen.exclude(kind=Notice.Kind.SENT_BACK)  # such a story has its own place here
    return list(unseen.select_related("by", "story", "note")[:SHOWN])


# -- for those who read --------------------------------------------------------------------------


def readable_steps(user: User) -> list[str]:
    """The reads that this person's role does, on this paper's route."""
    return [
        step
        for step in workflow.route()
        if user.has_perm(workflow.READ_PERMISSION[Story.Status(step)])
    ]


def to_read(user: User, steps: list[str]) -> "QuerySet[Story]":
    """The stories that `user` may read now: nobody's own, none read by them at another step.

    The soonest hour first; what has no place in an issue comes last.
    """
    signed = Byline.objects.filter(story=OuterRef("pk"), contributor__user=user)
    newest = Version.objects.filter(story=OuterRef("story")).order_by("-number").values("digest")
    read_before = Read.objects.filter(
        ~Q(step=OuterRef("status")), story=OuterRef("pk"), reader=user, content=Subquery(newest[:1])
    )
    place = Placement.objects.filter(story=OuterRef("pk")).order_by("page__issue__date")
    stories = access.visible_stories(user).filter(status__in=steps).exclude(author=user)
    sections = list(user.sections.values_list("pk", flat=True))
    if sections:
        stories = stories.filter(Q(section__in=sections) | Q(section=None))
    return (
        stories.filter(~Exists(signed), ~Exists(read_before))
        .annotate(
            issue_date=Subquery(place.values("page__issue__date")[:1]),
            issue_hour=Subquery(place.values("page__issue__goes_live_at")[:1]),
            page_number=Subquery(place.values("page__number")[:1]),
        )
        .select_related("edition", "section", "author")
        .order_by(F("issue_date").asc(nulls_last=True), "section__position", "updated_at", "pk")
    )


def _with_hours(stories: "QuerySet[Story]", now: dt.datetime) -> list[ToRead]:
    found = []
    for story in stories:
        hour = story.issue_hour  # type: ignore[attr-defined]
        if hour is None and story.issue_date:  # type: ignore[attr-defined]
            hour = story.edition.usual_instant(story.issue_date)  # type: ignore[attr-defined]
        found.append(ToRead(story, hour, bool(hour and hour <= now)))
    # A section once, the one with the soonest hour first, and its stories by their hours. Two
    # editions of one date have their own hours; what has no place in an issue comes last.
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    soonest: dict[int | None, dt.datetime] = {}
    for one in found:
        section, hour = one.story.section_id, one.hour or never
        soonest[section] = min(hour, soonest.get(section, never))
    return sorted(
        found,
        key=lambda one: (
            soonest[one.story.section_id],
            one.story.section_id or 0,
            one.hour or never,
        ),
    )


# -- for those who plan --------------------------------------------------------------------------


def coming(now: dt.datetime) -> list[Coming]:
    """The next issues and what each lacks, as the flatplan says it, in five queries."""
    issues = (
        Issue.objects.filter(date__gte=(now - dt.timedelta(days=1)).date())
        .exclude(goes_live_at__lte=now)
        .select_related("edition")
        .prefetch_related("pages__placements__story")
        .order_by("date", "edition__position")[:ISSUES]
    )
    planned = {issue: list(issue.pages.all()) for issue in issues}
    stories = {
        one.story.pk: one.story
        for pages in planned.values()
        for page in pages
        for one in page.placements.all()
        if one.story is not None
    }
    illustrated, lengths = press.illustrated(stories), press.lengths_of(stories.values())
    found = []
    for issue, pages in planned.items():
        placed = [one for page in pages for one in page.placements.all() if one.story_id]
        lacks = readiness.plan_lacks(pages, illustrated=illustrated, lengths=lengths)
        hour = issue.goes_live_at or issue.usual_instant
        found.append(Coming(issue, hour, len(pages), len(placed), [one.words for one in lacks]))
    return found
