"""To press (付印): a whole issue signed off and scheduled in one act; and late changes to it.

Each act here does several things that belong together (sign a story off, place it, bring the
issue up to date, kill another), in one transaction, at one instant that is read after all locks
are held. What one of them refuses, none of them did.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Issue, Page, Placement, Read, Story, StoryPhoto, User
from articles.rules import plans, publishing, readiness, snapshot, workflow
from articles.rules.acting import act
from articles.rules.readiness import Lack
from articles.rules.refusal import Refused
from articles.text import markup, words

Status = Story.Status


@dataclass(frozen=True)
class Waiting:
    """A story on the plan that is not signed off: where it stands, and why it waits.

    `content` is what was seen of it (`snapshot.seen_of`); `why_not` is empty where whoever looks may
    sign it off.
    """

    story: Story
    pages: list[str]
    content: str
    why_not: str


@dataclass
class Checklist:
    """What holds an issue back, for somebody who may sign it off and schedule it."""

    issue: Issue
    pages: list[Page]
    to_sign: list[Waiting] = field(default_factory=list)
    not_to_sign: list[Waiting] = field(default_factory=list)
    changed: list[Waiting] = field(default_factory=list)  # signed off, and then changed
    lacks: list[Lack] = field(default_factory=list)
    signed: int = 0


def checklist(issue: Issue, by: User) -> Checklist:
    """Look an issue over, in a number of queries that does not grow with it."""
    pages = pages_of(issue)
    found = Checklist(issue, pages)
    on_pages: dict[int, list[str]] = {}
    stories: dict[int, Story] = {}
    for page in pages:
        for placement in page.placements.all():
            if placement.story is not None:
                on_pages.setdefault(placement.story.pk, []).append(page.number)
                stories[placement.story.pk] = placement.story
    judged = (Status.FINAL_READ, Status.SIGNED_OFF)
    frozen = snapshot.freeze_all(one for one in stories.values() if one.status in judged)
    contents = {one.story.pk: one.content for one in frozen}
    why_not = workflow.held_back(
        (one for one in frozen if one.story.status == Status.FINAL_READ), by
    )
    finals = Read.objects.filter(story__in=stories, step=Status.FINAL_READ)
    read = set(finals.values_list("story", "content"))
    for number, story in stories.items():
        content = contents.get(number, "")
        seen = snapshot.seen_of(story, content)
        waiting = Waiting(story, on_pages[number], seen, why_not.get(number, ""))
        if story.status == Status.FINAL_READ:
            (found.not_to_sign if waiting.why_not else found.to_sign).append(waiting)
        elif story.status != Status.SIGNED_OFF:
            found.not_to_sign.append(waiting)
        elif (number, content) not in read:
            found.changed.append(waiting)
        else:
            found.signed += 1
    lacks = readiness.plan_lacks(
        pages, illustrated=illustrated(stories), lengths=lengths_of(stories.values())
    )
    found.lacks = [lack for lack in lacks if lack.kind != "unsigned"]
    return found


def pages_of(issue: Issue) -> list[Page]:
    """The issue's pages with their placements and stories, in three queries."""
    return list(issue.pages.prefetch_related("placements__story"))


def illustrated(stories: Iterable[int]) -> set[int]:
    """The numbers of those stories that have a photo."""
    return set(StoryPhoto.objects.filter(story__in=list(stories)).values_list("story", flat=True))


def lengths_of(stories: Iterable[Story]) -> dict[int, int]:
    """How long each story's text is, in characters for Chinese and in words for English."""
    return {story.pk: words.word_count(markup.plain_text(story.body)) for story in stories}


@act
def send(
    issue: int,
    by: User,
    *,
    sign: Mapping[int, str],
    hour: dt.datetime | None = None,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Issue:
    """Sign off stories of an issue and schedule it, in one act: all of it, or nothing.

    `sign`: by the number of each story, what was on the screen (`snapshot.seen_of`). `hour`: when
    the issue goes live, its usual hour unless given; an issue that is scheduled already keeps its
    own. `seen`: the revision of the plan on the screen. Raises Refused where a story or the plan
    was changed since, where one may not be signed off, or the hour has passed.
    """
    publishing.lock_issue(issue, sign)
    at = at or timezone.now()
    found = Issue.objects.select_related("edition").get(pk=issue)
    if seen is not None and found.plan_revision != seen:
        last = plans.news(found, seen)
        raise Refused(
            _("The plan was changed while you looked (%(who)s). Look at it again.")
            % {"who": ", ".join(sorted({str(entry.actor) for entry in last}))}
        )
    placed = Placement.objects.filter(page__issue=issue, story__in=list(sign))
    if set(sign) - set(placed.values_list("story", flat=True)):
        raise Refused(_("A story that you were to sign off is not in this issue any more."))
    if found.state != Issue.State.SCHEDULED:
        found = publishing.schedule(found, by, hour, at)
    if sign:
        workflow.sign_off_all(sign, by, at)
    return found


@act
def add_late(
    issue: int,
    story: int,
    by: User,
    reason: str,
    *,
    page: int,
    after: int = plans.LAST,
    into: int | None = None,
    weight: str = Placement.Weight.NORMAL,
    content: str = "",
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Placement:
    """Add a story to an issue that is scheduled, or live already: placed, signed off, published.

    A story that waits for its final read is signed off by `by`, whose screen showed `content`. In
    a live issue it is live at once. Raises Refused without a reason, or where the story has not
    come that far.
    """
    if not reason.strip():
        raise Refused(_("Say why the story is added late."))
    publishing.lock_issue(issue, [story])
    at = at or timezone.now()
    placement = plans.place(
        issue,
        story,
        by,
        page=page,
        after=after,
        into=into,
        weight=weight,
        seen=seen,
        at=at,
        reason=reason,
    )
    _sign_off_too(story, content, by, at)
    return placement


@act
def replace(
    issue: int,
    placement: int,
    story: int,
    by: User,
    reason: str,
    *,
    content: str = "",
    kill: bool = False,
    notice: str = "",
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Placement:
    """Put another story in the place of one, signed off in the same act where it has to be.

    `kill`: the first is killed as well, and readers are told `notice` at its address; else it
    only leaves the page. Arguments and refusals as for `add_late`.
    """
    publishing.lock_issue(issue, [story])
    at = at or timezone.now()
    before = Placement.objects.filter(pk=placement, page__issue=issue).first()
    gone = before.story if before else None
    placed = plans.replace(issue, placement, story, by, reason, seen=seen, at=at)
    _sign_off_too(story, content, by, at)
    if kill and gone is not None:
        workflow.kill(gone, by, reason, at, notice)
    return placed


@act
def kill(
    issue: int,
    story: int,
    by: User,
    reason: str,
    *,
    notice: str = "",
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> Story:
    """Kill a story of an issue (撤稿); its places on the plan stay, free for another story.

    Before the hour nothing of it goes out; after, readers have it no more, from this instant on.
    """
    publishing.lock_issue(issue, [story])
    at = at or timezone.now()
    found = Story.objects.filter(pk=story).first()
    if found is None:
        raise Refused(_("There is no such story."))
    killed = workflow.kill(found, by, reason, at, notice)
    plans.free(issue, story, by, reason, seen=seen, at=at)
    return killed


def _sign_off_too(story: int, content: str, by: User, at: dt.datetime) -> None:
    """Sign a placed story off, unless it is: with what `by` saw of it."""
    found = Story.objects.get(pk=story)
    if found.status == Status.SIGNED_OFF:
        return
    if found.status != Status.FINAL_READ:
        raise Refused(
            _("“%(story)s” is %(status)s. It has to be read first.")
            % {"story": found.headline, "status": found.get_status_display()}
        )
    workflow.sign_off_all({story: content}, by, at)
