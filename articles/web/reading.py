"""Rows of the record as templates read them: typed, and tolerant of older schemas."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.conf import settings

from articles.freshness import keys, notes
from articles.models import PublishedIssue, PublishedStory
from articles.web import clock
from articles.web.pictures import Figure, Picture, figures_of, picture_of

T = TypeVar("T")

# Credits stand in this order; "both" first, as the desk sets 文/图.
ROLE_ORDER = ("both", "text", "photo", "video", "graphics")


@dataclass(frozen=True)
class Person:
    """A name over a story; `slug` leads to the contributor's page, where there is one."""

    name: str
    role: str
    kind: str
    slug: str | None


@dataclass(frozen=True)
class Credit:
    """People who did the same thing: role and kind say what is set before and after them."""

    role: str
    kind: str
    people: tuple[Person, ...]


class _Told(Generic[T]):
    """What a story's payload says under this name, read when it is first asked for."""

    def __init__(self, else_: T) -> None:
        self._else = else_

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, story: "Reading", owner: type) -> T:
        told: T = story.row.payload.get(self._name, self._else)
        story.__dict__[self._name] = told
        return told


class Reading:
    """A published story as a template reads it."""

    column = _Told("")
    kicker = _Told("")
    headline = _Told("")
    deck = _Told("")
    lead_in = _Told("")
    summary = _Told("")
    length = _Told(0)
    tags = _Told[list[dict[str, str]]]([])

    def __init__(self, row: PublishedStory) -> None:
        self.pk: int = row.story_id
        notes.sees(keys.story(self.pk))
        self.row = row
        self._pictures_at = clock.pictures_at()
        self.language: str = row.language
        self.published_at: dt.datetime = row.published_at
        self.weight = "normal"
        self.zone: list[float] | None = None
        self.parts: list[Reading] = []  # of its package, on the front
        self.snippet = self.marked_headline = ""  # where a search found its words

    def get_absolute_url(self) -> str:
        return self.row.get_absolute_url()

    @property
    def short_title(self) -> str:
        return self.row.payload.get("short_title", "") or self.headline

    @property
    def html_language(self) -> str:
        return HTML_LANGUAGES.get(self.language, self.language)

    @property
    def body(self) -> str:
        """The clean text, where the screen asked for it: whole, or of one page's stories."""
        return getattr(self.row, "page_body", "") or ""

    @property
    def full_title(self) -> str:
        """Kicker and headline: in lists, a slogan needs its facts beside it."""
        return f"{self.kicker} {self.headline}".strip()

    @property
    def updated_at(self) -> dt.datetime | None:
        return _instant(self.row.payload.get("updated_at"))

    @property
    def modified_at(self) -> dt.datetime:
        return self.updated_at or self.published_at

    @cached_property
    def bylines(self) -> list[Person]:
        return [
            Person(
                name=byline.get("name", ""),
                role=byline.get("role", "text"),
                kind=byline.get("kind", "staff"),
                slug=byline.get("contributor"),
            )
            for byline in self.row.payload.get("bylines", [])
        ]

    @property
    def names(self) -> str:
        """Everybody in the byline, once, for machines: 甲、乙, or A, B."""
        comma = "、" if self.language.startswith("zh") else ", "
        return comma.join(dict.fromkeys(person.name for person in self.bylines))

    @cached_property
    def credits(self) -> list[Credit]:
        return group_credits(self.bylines)

    @cached_property
    def pictures(self) -> list[Picture]:
        base = self._pictures_at or f"/{settings.MEDIA_URL.strip('/')}/"
        return [picture_of(photo, base) for photo in self.row.payload.get("photos", [])]

    @property
    def lead_picture(self) -> Picture | None:
        return self.pictures[0] if self.pictures else None

    @cached_property
    def figures(self) -> list[Figure]:
        return figures_of(self.pictures)

    @property
    def lead_figure(self) -> Figure | None:
        return self.figures[0] if self.figures else None

    @property
    def more_figures(self) -> list[Figure]:
        return self.figures[1:]

    @property
    def corrections(self) -> list[dict[str, Any]]:
        return [
            {**correction, "at": _instant(correction.get("at"))}
            for correction in self.row.payload.get("corrections", [])
        ]


@dataclass
class PageReading:
    """A page of a published issue, with those of its stories that are live.

    `sheet` is the page as printed, while every story on it is live.
    """

    number: str
    name: str
    editor: str
    designer: str
    proofreader: str
    sheet: Picture | None = None
    pdf: str = ""  # its address
    stories: list[Reading] = field(default_factory=list)

    def of_weight(self, *weights: str) -> list[Reading]:
        return [story for story in self.stories if story.weight in weights]

    @property
    def lead_story(self) -> Reading | None:
        """What stands for the page: its lead, else its first story."""
        return next(iter(self.leads or self.stories), None)

    @property
    def lead_picture(self) -> Picture | None:
        """The first picture on the page, which stands for it where it is shown small."""
        first = [self.lead_story] if self.lead_story else []
        shown = (story.lead_picture for story in [*first, *self.stories])
        return next((picture for picture in shown if picture), None)

    @property
    def other_stories(self) -> list[Reading]:
        return [story for story in self.stories if story is not self.lead_story]

    @property
    def zoned(self) -> list[Reading]:
        """The stories whose place on the printed page is drawn."""
        return [story for story in self.stories if story.zone]

    @property
    def other_than_leads(self) -> list[Reading]:
        return [story for story in self.stories if story.weight != "lead"]

    @property
    def leads(self) -> list[Reading]:
        return self.of_weight("lead")

    @property
    def seconds(self) -> list[Reading]:
        return self.of_weight("second", "picture")

    @property
    def normals(self) -> list[Reading]:
        return self.of_weight("normal")

    @property
    def briefs(self) -> list[Reading]:
        return self.of_weight("brief", "notice")


@dataclass(frozen=True)
class Place:
    """Where a story stood in print, and which stories stood before and after it on its page."""

    edition: str
    date: dt.date
    issue_number: int
    number: str
    name: str
    before: list[int]  # the nearest first, in both
    after: list[int]
    zone: list[float] | None = None  # left, top, width, height in percent of the page


# Neighbours looked at on each side: those that are not live are stepped over.
NEAREST = 5


def place_in(
    story_id: int, payload: Any, edition: str, date: dt.date, issue_number: int
) -> Place | None:
    """The place of a story in an issue's pages, or None where they do not name it."""
    for page in (payload or {}).get("pages", []):
        ids = [slot["story"] for slot in page.get("slots", [])]
        if story_id in ids:
            at = ids.index(story_id)
            return Place(
                edition=edition,
                date=date,
                issue_number=issue_number,
                number=page.get("number", ""),
                name=page.get("name", ""),
                before=ids[:at][::-1][:NEAREST],
                after=ids[at + 1 :][:NEAREST],
                zone=page["slots"][at].get("zone"),
            )
    return None


# As HTML names the languages: with the region, so that browsers choose the right glyphs.
HTML_LANGUAGES = {"zh-hans": "zh-Hans-CN", "en": "en"}


def story_ids(row: PublishedIssue) -> list[int]:
    """The stories that an issue's slots name, in page order."""
    return [
        slot["story"] for page in row.payload.get("pages", []) for slot in page.get("slots", [])
    ]


def pages_of(row: PublishedIssue, readings: dict[int, Reading]) -> list[PageReading]:
    """The issue's pages with the stories found in `readings`; a slot without one is not shown."""
    looked_at = clock.sheets_at()
    base = f"/{settings.MEDIA_URL.strip('/')}/pages/" if looked_at is None else looked_at
    pages = []
    for page in row.payload.get("pages", []):
        made = PageReading(
            number=page.get("number", ""),
            name=page.get("name", ""),
            editor=page.get("editor", ""),
            designer=page.get("designer", ""),
            proofreader=page.get("proofreader", ""),
        )
        slots = page.get("slots", [])
        if base and "sheet" in page and all(slot["story"] in readings for slot in slots):
            made.sheet = _sheet(page["sheet"], f"{made.number} {made.name}".strip(), base)
            made.pdf = f"{base}{made.sheet.name}-0.pdf" if page["sheet"].get("pdf") else ""
        for slot in slots:
            if (reading := readings.get(slot["story"])) is not None:
                reading.weight = slot.get("weight", "normal")
                reading.zone = slot.get("zone")
                made.stories.append(reading)
        pages.append(made)
    return pages


def _sheet(frozen: dict[str, Any], alt: str, base: str) -> Picture:
    return Picture(
        name=frozen["name"],
        width=frozen["width"],
        height=frozen["height"],
        widths=tuple(frozen["widths"]),
        caption="",
        credit="",
        alt=alt,
        base=base,
    )


def group_credits(people: Iterable[Person]) -> list[Credit]:
    """People in the order of a byline: by role, within it as given, one group a kind."""
    groups: list[Credit] = []
    for person in sorted(people, key=lambda one: _rank(one.role)):
        last = groups[-1] if groups else None
        if last and (last.role, last.kind) == (person.role, person.kind):
            groups[-1] = Credit(last.role, last.kind, (*last.people, person))
        else:
            groups.append(Credit(person.role, person.kind, (person,)))
    return groups


def _rank(role: str) -> int:
    return ROLE_ORDER.index(role) if role in ROLE_ORDER else len(ROLE_ORDER)


def _instant(written: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None
