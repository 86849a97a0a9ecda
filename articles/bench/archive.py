"""An archive of any size: the desk's rows and the record's, as years of a daily leave them.

Forty stories an issue on eight pages, an issue a day, every fifth of the English edition. One story
in twelve hangs on another in a package; one in twenty was updated, one in fifty corrected, one in a
hundred withdrawn; one in three has a picture. Tags and names are used as in a paper: a few of them
everywhere, most of them rarely.
"""

import datetime as dt
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection, transaction

from articles.bench import prose
from articles.bench.loading import Loader, finish, in_haste
from articles.models import (
    Byline,
    Contributor,
    Edition,
    Issue,
    LogEntry,
    Page,
    Photo,
    Placement,
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Section,
    Story,
    StoryPhoto,
    StoryTag,
    Tag,
    User,
)
from articles.text import grams

AN_ISSUE, A_PAGE = 40, 5
CHUNK = 250  # issues written at a time
SECTIONS = 8
TAGS, NAMES = 400, 60
ASKED = 100  # stories, in turn: more than any cache on the way keeps
WEIGHTS = ("lead", "second", "normal", "normal", "brief")
DAY = dt.timedelta(days=1)


@dataclass
class Archive:
    """What was made, and addresses of it worth asking for."""

    stories: int
    rows: int = 0
    addresses: dict[str, list[str]] = field(default_factory=dict)


def fill(
    stories: int,
    last: dt.datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
    *,
    brief: bool = False,
) -> Archive:
    """Fill empty tables with `stories` stories, the newest issue live from `last` (UTC).

    `brief`: only what the record needs, a sentence for a text, and headlines to search.
    `progress` is told how many are there, and of how many. Raises ValueError where the tables are
    not empty: an archive is made in a database of its own.
    """
    if Story.objects.exists() or Edition.objects.exists():
        raise ValueError("This database has stories already. An archive is made in an empty one.")
    making = _Making(stories, last, brief)
    with in_haste():
        for done in making.issues():
            progress(done, stories)
        finish(making.loaders)
    return Archive(stories, making.rows, making.addresses())


class _Making:
    """The loaders, and the numbers that the next rows get."""

    def __init__(self, stories: int, last: dt.datetime, brief: bool) -> None:
        self.stories, self.last, self.brief, self.rows = stories, last, brief, 0
        self.chance = random.Random(prose.SEED)
        self.texts = {language: prose.texts(language, brief) for language in ("zh-hans", "en")}
        self.now = self._instant(last)
        self.people()
        self.correction = json.dumps(
            {
                "at": last.isoformat(),
                "wrong": "二十",
                "right": "三十",
                "text": "“二十”应为“三十”。",
            },
            ensure_ascii=False,
        )
        self._paper()
        self._words()
        self._loaders()
        self.story_id = self.row_id = self.issue_id = self.page_id = 0

    @property
    def loaders(self) -> list[Loader]:
        return list(self.into.values())

    def people(self) -> None:
        """Who wrote it all, and who signed it."""
        self.writer = User.objects.create(username="bench-writer", is_staff=True)
        self.writer.groups.add(*Group.objects.filter(name="reporter"))
        self.publisher = User.objects.create(
            username="bench-publisher", is_staff=True, is_superuser=True
        )

    def _paper(self) -> None:
        self.editions = [
            Edition.objects.create(name="潮声日报", slug="daily", language="zh-hans", position=1),
            Edition.objects.create(name="The Tide", slug="weekly", language="en", position=2),
        ]
        self.sections = {
            edition.pk: [
                Section.objects.create(
                    edition=edition,
                    name=f"栏目{number}" if edition.slug == "daily" else f"Section {number}",
                    slug=f"{edition.slug}-{number}",
                    position=number,
                ).pk
                for number in range(1, SECTIONS + 1)
            ]
            for edition in self.editions
        }

    def _words(self) -> None:
        self.names = Contributor.objects.bulk_create(
            Contributor(name=f"记者{number}", slug=f"name-{number}", kind="staff")
            for number in range(NAMES)
        )
        self.tags = Tag.objects.bulk_create(
            Tag(name=f"标签{number}", slug=f"tag-{number}") for number in range(TAGS)
        )
        # As in a paper: the first stands on one story in eight, the last on one in thousands.
        self.often = {size: [1 / (place + 1) for place in range(size)] for size in (TAGS, NAMES)}
        pairs = [{self._one_of(TAGS), self._one_of(TAGS)} for _ in range(5_000)]
        self.tag_pairs = [[self.tags[number] for number in sorted(pair)] for pair in pairs]
        self.signed = [self.names[self._one_of(NAMES)] for _ in range(5_000)]

    def _one_of(self, size: int) -> int:
        return self.chance.choices(range(size), self.often[size])[0]

    def _loaders(self) -> None:
        self.into = {
            Story: Loader(Story, ("id", "edition_id", "section_id", "language", "slug", "headline",
                                  "body", "package_id", "author_id", "status",
                                  "created_at", "updated_at")),
            Byline: Loader(Byline, ("story_id", "name", "contributor_id")),
            StoryTag: Loader(StoryTag, ("tag_id", "content_object_id")),
            Photo: Loader(Photo, ("id", "original", "format", "width", "height", "sha256",
                                  "public_name", "caption", "uploaded_by_id", "created_at")),
            StoryPhoto: Loader(StoryPhoto, ("story_id", "photo_id")),
            Issue: Loader(Issue, ("id", "edition_id", "date", "number", "state", "goes_live_at",
                                  "created_at")),
            Page: Loader(Page, ("id", "issue_id", "number", "name", "position")),
            Placement: Loader(Placement, ("page_id", "story_id", "weight", "position")),
            LogEntry: Loader(LogEntry, ("at", "actor_id", "verb", "subject_type", "subject_id",
                                        "subject")),
            PublishedIssue: Loader(PublishedIssue, ("id", "issue_id", "version", "act", "live_from",
                                                    "edition_id", "date", "number", "payload",
                                                    "schema", "digest", "signed_by_id",
                                                    "created_at")),
            PublishedSlot: Loader(PublishedSlot, ("row_id", "story_id", "page_number",
                                                  "page_name")),
            PublishedStory: Loader(PublishedStory, ("id", "story_id", "version", "act", "change",
                                                    "live_from", "issue_id", "edition_id",
                                                    "section_id", "language", "slug", "package",
                                                    "published_at", "payload", "body",
                                                    "search_text", "schema", "digest",
                                                    "signed_by_id", "created_at")),
            PublishedTag: Loader(PublishedTag, ("row_id", "slug", "name", "published_at")),
            PublishedByline: Loader(PublishedByline, ("row_id", "contributor_id", "role",
                                                      "published_at")),
            PublishedPicture: Loader(PublishedPicture, ("row_id", "name")),
        }  # fmt: skip

    def issues(self) -> Any:
        """Make issue after issue, the oldest first. Gives the number of stories made so far."""
        count = -(-self.stories // AN_ISSUE)
        for number in range(count):
            self._issue(number, self.last - DAY * (count - 1 - number))
            if number % CHUNK == CHUNK - 1 or number == count - 1:
                with transaction.atomic():
                    self.rows += sum(loader.write() for loader in self.loaders)
                yield self.story_id

    def _issue(self, number: int, live_from: dt.datetime) -> None:
        # The newest issue is the daily's, whatever their number.
        self.issue_id += 1
        from_last = -(-self.stories // AN_ISSUE) - 1 - number
        edition = self.editions[1 if from_last % 5 == 1 else 0]
        date = live_from.astimezone(edition.zone).date()
        at = self._instant(live_from)
        day = connection.ops.adapt_datefield_value(date)
        self.into[Issue].add(self.issue_id, edition.pk, day, self.issue_id, "scheduled", at, at)
        pages: list[dict[str, Any]] = []
        for page in range(AN_ISSUE // A_PAGE):
            slots = self._page(edition, page, live_from)
            if slots:
                pages.append({"number": str(page + 1), "name": f"版{page + 1}", "slots": slots})
        payload = json.dumps({"pages": pages}, ensure_ascii=False)
        self.into[PublishedIssue].add(
            self.issue_id, self.issue_id, 1, "publish", at, edition.pk, day, self.issue_id,
            payload, 1, f"{self.issue_id:064d}", self.publisher.pk, at,
        )  # fmt: skip
        for made in pages:
            for slot in made["slots"]:
                self.into[PublishedSlot].add(
                    self.issue_id, slot["story"], made["number"], made["name"]
                )

    def _page(self, edition: Edition, page: int, live_from: dt.datetime) -> list[dict[str, Any]]:
        self.page_id += 1
        self.into[Page].add(self.page_id, self.issue_id, str(page + 1), f"版{page + 1}", page + 1)
        slots = []
        for place, weight in enumerate(WEIGHTS):
            if self.story_id == self.stories:
                break
            self.story_id += 1
            self._story(edition, live_from)
            if not self.brief:
                self.into[Placement].add(self.page_id, self.story_id, weight, place)
            slots.append({"story": self.story_id, "weight": weight, "zone": None})
        return slots

    def _story(self, edition: Edition, live_from: dt.datetime) -> None:
        number, language = self.story_id, edition.language
        text = self.texts[language][number * 7 % prose.VARIANTS]
        headline = f"{text.headline} {number}"
        section = self.sections[edition.pk][number % SECTIONS]
        slug, at = f"story-{number}", self._instant(live_from)
        package = number - number % 25 if number > 25 and number % 25 in (1, 2) else None
        name = self.signed[number * 31 % len(self.signed)]
        tags = self.tag_pairs[number * 37 % len(self.tag_pairs)]
        self.into[Story].add(
            number, edition.pk, section, language, slug, headline, text.body, package,
            self.writer.pk, "signed_off", at, at,
        )  # fmt: skip
        picture = f"{number:020x}{number:012x}" if number % 3 == 0 else ""
        if not self.brief:
            self._desk(headline, at, name, tags, picture)
        payload = self._payload(headline, text, name, tags, picture)
        corrected = payload.replace('"corrections": []', f'"corrections": [{self.correction}]')
        # As `indexed` would make it of the whole: both parts have a space at either end.
        names = [name.name, *(tag.name for tag in tags)]
        searched = f"{grams.indexed([headline], names)}{grams.BREAK}{text.grams}"
        if self.brief:
            searched = grams.indexed([headline], [])
        for version, (act, change, after) in enumerate(self._history(number), start=1):
            self.row_id += 1
            shown = act == "publish"
            self.into[PublishedStory].add(
                self.row_id, number, version, act, change, self._instant(live_from + after),
                self.issue_id if version == 1 else None, edition.pk, section, language, slug,
                package, at,
                (corrected if change == "correction" else payload) if shown else "{}", text.body if shown else "",
                searched if shown else "", 1, f"{self.row_id:064d}", self.publisher.pk, at,
            )  # fmt: skip
            if shown:
                self._sides(tags, name, picture, at)

    def _desk(
        self, headline: str, at: Any, name: Contributor, tags: list[Tag], picture: str
    ) -> None:
        """What the desk keeps of a story beside its words."""
        number = self.story_id
        self.into[Byline].add(number, name.name, name.pk)
        for tag in tags:
            self.into[StoryTag].add(tag.pk, number)
        self.into[LogEntry].add(at, self.publisher.pk, "sign_off", "story", number, headline)
        if picture:
            self.into[Photo].add(
                number, f"originals/{picture}.jpeg", "JPEG", 1600, 1067, f"{number:064x}",
                picture, "渔船归港", self.writer.pk, at,
            )  # fmt: skip
            self.into[StoryPhoto].add(number, number)

    def _sides(self, tags: list[Tag], name: Contributor, picture: str, at: Any) -> None:
        for tag in tags:
            self.into[PublishedTag].add(self.row_id, tag.slug, tag.name, at)
        self.into[PublishedByline].add(self.row_id, name.pk, "text", at)
        if picture:
            self.into[PublishedPicture].add(self.row_id, picture)

    def _history(self, number: int) -> list[tuple[str, str, dt.timedelta]]:
        """A story's rows: what each does, why, and how long after the first hour."""
        rows = [("publish", "first", dt.timedelta())]
        if number % 20 == 7:
            rows.append(("publish", "update", dt.timedelta(minutes=40)))
        if number % 50 == 29:
            rows.append(("publish", "correction", dt.timedelta(minutes=50)))
        if number % 100 == 13:
            rows.append(("withdraw", "kill", dt.timedelta(minutes=60)))
        return rows

    def _payload(
        self, headline: str, text: prose.Text, name: Contributor, tags: list[Tag], picture: str
    ) -> str:
        photos = [
            {"name": picture, "width": 1600, "height": 1067, "widths": [480, 960, 1600],
             "caption": "渔船归港", "credit": "庄海生", "alt": "三条渔船停在码头"}
        ] if picture else []  # fmt: skip
        return json.dumps(
            {
                "column": "",
                "kicker": "",
                "headline": headline,
                "deck": text.summary[:40],
                "short_title": "",
                "lead_in": "",
                "summary": text.summary,
                "length": text.length,
                "bylines": [
                    {"name": name.name, "role": "text", "kind": "staff", "contributor": name.slug}
                ],
                "photos": photos,
                "tags": [{"slug": tag.slug, "name": tag.name} for tag in tags],
                "corrections": [],
                "updated_at": None,
            },
            ensure_ascii=False,
        )

    def _instant(self, instant: dt.datetime) -> Any:
        """An instant as the engine writes it."""
        return connection.ops.adapt_datetimefield_value(instant)

    def addresses(self) -> dict[str, list[str]]:
        """Pages worth asking for, by kind: the latest issue's, and stories from all the years."""
        newest = self.last.astimezone(self.editions[0].zone).date()
        # From the newest back, all the years: the first of them are in a tree baked of late.
        standing = [
            number for number in range(self.stories, 0, -max(1, self.stories // ASKED))
            if number % 100 != 13
        ]  # fmt: skip
        return {
            "front": ["/"],
            "issue": [f"/daily/{newest}/"],
            "page": [f"/daily/{newest}/1/"],
            "story": [f"/stories/{number}/story-{number}/" for number in standing],
            "section": ["/sections/daily-1/"],
            "tag": ["/tags/tag-0/"],
            # Few archives are large enough for a tag that is rare to be there at all.
            **({"rare tag": [f"/tags/tag-{TAGS // 2}/"]} if self.stories >= 10_000 else {}),
            "contributor": ["/contributors/name-0/"],
            "archive": [f"/archive/{newest:%Y/%m}/"],
            "search": ["/search/?q=图书馆"],
            "feed": ["/feeds/daily.xml"],
        }
