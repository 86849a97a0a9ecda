"""The flatplan of an issue: its pages side by side as on the newsroom's wall, and the tray.

However many pages and stories there are, it is read in the same few queries. What a person does on
it is one act of `articles.rules.plans` or `articles.rules.press`; `flatplan_acts` reads it.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.models import Issue, LogEntry, Page, Placement, Section, Story, StoryPhoto, User
from articles.rules import access, plans, readiness
from articles.rules.readiness import Lack
from articles.text import markup, words

IN_TRAY = 60
TRAY_DAYS = 60  # older stories are found by searching
SEARCHED_DAYS = 800
# Height in pixels of the lines drawn for a text, and the length at which they are as high as can be.
GREEK = {"lead": 64, "second": 44, "normal": 30, "brief": 10, "picture": 8, "notice": 12}
GREEK_FULL = {"zh-hans": 1500, "en": 900}
ORDER = [
    Story.Status.SIGNED_OFF,
    Story.Status.FINAL_READ,
    Story.Status.SECOND_READ,
    Story.Status.FIRST_READ,
    Story.Status.DRAFT,
]


@dataclass
class Card:
    """A placement as it is drawn: a story by its weight, or a place kept."""

    placement: Placement
    title: str
    length: int
    has_photo: bool
    lacks: list[Lack] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return any(lack.kind == "too_long" for lack in self.lacks)

    @property
    def greek(self) -> int:
        """Height in pixels of the lines that stand for the text."""
        most = GREEK[self.placement.weight]
        story = self.placement.story
        if story is None:
            return 0
        full = GREEK_FULL[story.language]
        return max(4, min(most, most * self.length // full // 4 * 4))


@dataclass
class Sheet:
    """A page as it is drawn."""

    page: Page
    cards: list[Card]
    filled: int
    lacks: list[Lack]

    @property
    def percent(self) -> int:
        """How full the page is; 100 at most, for the bar."""
        return min(100, 100 * self.filled // self.page.room) if self.page.room else 0

    @property
    def overfull(self) -> bool:
        return bool(self.page.room and self.filled > self.page.room)

    @property
    def credits(self) -> list[tuple[str, str, str]]:
        """The three names under the page: field, what it is, name."""
        page = self.page
        return [
            ("editor", pgettext("page credits", "Editor"), page.editor),
            ("designer", pgettext("page credits", "Designer"), page.designer),
            ("proofreader", pgettext("page credits", "Proofreader"), page.proofreader),
        ]


@dataclass
class InTray:
    """A story that may be placed, and where it stands already."""

    story: Story
    length: int
    has_photo: bool
    elsewhere: list[str]


@dataclass
class Asked:
    """What somebody looks for in the tray."""

    words: str = ""
    section: str = ""
    status: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        get = request.GET.get
        section, status = get("section", ""), get("status", "")
        return cls(
            get("q", "").strip()[:80],
            section if re.fullmatch(r"\d{1,18}", section) else "",
            status if status in ORDER else "",
        )


def is_live(issue: Issue, now: dt.datetime) -> bool:
    return bool(
        issue.state == Issue.State.SCHEDULED and issue.goes_live_at and issue.goes_live_at <= now
    )


def token(issue: Issue, now: dt.datetime) -> str:
    """Changes whenever something on the flatplan may have changed: the plan, a story, the hour."""
    newest = Story.objects.filter(edition=issue.edition_id).order_by("-updated_at", "-pk")
    saved = newest.values_list("updated_at", flat=True).first()
    parts = (issue.plan_revision, issue.state, issue.goes_live_at, is_live(issue, now), saved)
    return "|".join(str(part) for part in parts)


def pulse(issue: Issue, by: User, seen: int) -> dict[str, Any]:
    """For the other screens: whether anything changed since `seen`, and who changed the plan."""
    news = [] if seen >= issue.plan_revision else plans.news(issue, seen)
    return {
        "token": token(issue, timezone.now()),
        "revision": issue.plan_revision,
        "news": [told(entry) for entry in news if entry.actor_id != by.pk][:3],
    }


def told(entry: LogEntry) -> str:
    """What somebody did, in a line: 顾南 moved on the plan: “…” (1 → 3)."""
    said = f"{entry.actor} {entry.verb_shown}" + _(": “%(what)s”") % {"what": entry.what}
    if entry.came_from or entry.went_to:
        said += f" ({entry.came_from_shown or '—'} → {entry.went_to_shown or '—'})"
    return said


def context(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    """Everything on the screen."""
    user, now = cast(User, request.user), timezone.now()
    asked = Asked.of(request)
    pages = list(issue.pages.prefetch_related("placements__story"))
    placed = [one for page in pages for one in page.placements.all()]
    waiting = list(tray(issue, user, asked, now)[: IN_TRAY + 1])
    numbers = {one.story_id for one in placed if one.story_id} | {one.pk for one in waiting}
    illustrated = set(StoryPhoto.objects.filter(story__in=numbers).values_list("story", flat=True))
    lengths = {one.story.pk: length(one.story) for one in placed if one.story is not None}
    lacks = readiness.plan_lacks(pages, illustrated=illustrated, lengths=lengths)
    sheets = [_sheet(page, illustrated, lengths, lacks) for page in pages]
    hour = issue.goes_live_at or issue.usual_instant
    return {
        "issue": issue,
        "edition": issue.edition,
        "sheets": sheets,
        "spreads": spreads(sheets),
        "lacks": lacks,
        "stories": len([one for one in placed if one.story_id]),
        "signed": len([one for one in placed if one.story and one.story.status == "signed_off"]),
        "tray": _in_tray(waiting[:IN_TRAY], illustrated),
        "tray_has_more": len(waiting) > IN_TRAY,
        "asked": asked,
        "sections": Section.objects.filter(edition=issue.edition_id),
        "statuses": [(status.value, status.label) for status in ORDER],
        "may_plan": user.has_perm("articles.change_issue"),
        "may_schedule": user.has_perm("articles.schedule_issue"),
        "may_kill": user.has_perm("articles.kill_story"),
        "hour": hour.astimezone(issue.edition.zone),
        "is_live": is_live(issue, now),
        "token": token(issue, now),
    }


def length(story: Story) -> int:
    """How long the text is: in characters for Chinese, in words for English."""
    return words.word_count(markup.plain_text(story.body))


def spreads(sheets: list[Sheet]) -> list[list[Sheet]]:
    """Pages as they lie open: 1, then 2 and 3, 4 and 5 …; A1 and B1 begin anew."""
    found: list[list[Sheet]] = []
    letter = None
    for sheet in sheets:
        begins = re.match("[A-Z]?", sheet.page.number)[0]  # type: ignore[index]
        single = found and len(found[-1]) == 1
        if single and begins == letter and _left(found[-1][0]) and not _left(sheet):
            found[-1].append(sheet)
        else:
            found.append([sheet])
        letter = begins
    return found


def _left(sheet: Sheet) -> bool:
    """Even pages lie on the left of an open paper."""
    return int(re.sub(r"\D", "", sheet.page.number)) % 2 == 0


def _sheet(
    page: Page, illustrated: set[int], lengths: dict[int, int], lacks: Iterable[Lack]
) -> Sheet:
    here = [lack for lack in lacks if lack.page == page.pk]
    cards = [
        Card(
            placement=one,
            title=plans.named(one),
            length=lengths.get(one.story_id, 0) if one.story_id else 0,
            has_photo=one.story_id in illustrated,
            lacks=[lack for lack in here if lack.placement == one.pk],
        )
        for one in sorted(page.placements.all(), key=lambda one: (one.position, one.pk))
    ]
    filled = sum(readiness.space_of(card.placement, lengths) for card in cards)
    return Sheet(page, cards, filled, [lack for lack in here if lack.placement is None])


# -- the tray ------------------------------------------------------------------------------------


def tray(issue: Issue, user: User, asked: Asked, now: dt.datetime) -> QuerySet[Story]:
    """Stories that may come on this plan: ready first. Not those that ran, nor those on it."""
    here = Placement.objects.filter(story=OuterRef("pk"), page__issue=issue)
    ran = Placement.objects.filter(
        story=OuterRef("pk"),
        page__issue__state=Issue.State.SCHEDULED,
        page__issue__goes_live_at__lte=now,
    )
    days = SEARCHED_DAYS if asked.words else TRAY_DAYS
    found = (
        access.visible_stories(user)
        .filter(edition=issue.edition_id, updated_at__gte=now - dt.timedelta(days=days))
        .exclude(status=Story.Status.KILLED)
        .filter(~Exists(here), ~Exists(ran))
    )
    if asked.words:
        found = found.filter(headline__icontains=asked.words)
    if asked.section:
        found = found.filter(section=int(asked.section))
    if asked.status:
        found = found.filter(status=asked.status)
    rank = Case(*[When(status=one, then=Value(order)) for order, one in enumerate(ORDER)])
    # What has a place in another issue to come is offered last.
    elsewhere = Exists(Placement.objects.filter(story=OuterRef("pk")))
    return found.select_related("section").order_by(elsewhere, rank, "-updated_at", "-pk")


def _in_tray(stories: list[Story], illustrated: set[int]) -> list[InTray]:
    elsewhere: dict[int, list[str]] = {}
    others = Placement.objects.filter(story__in=stories).select_related("page__issue")
    for one in others.order_by("page__issue__date", "page__position"):
        line = f"{one.page.issue.date:%m-%d} · {one.page.number}"
        elsewhere.setdefault(cast(int, one.story_id), []).append(line)
    return [
        InTray(story, length(story), story.pk in illustrated, elsewhere.get(story.pk, []))
        for story in stories
    ]
