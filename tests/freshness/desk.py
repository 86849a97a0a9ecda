"""A desk that does anything at any time, and a reader who asks for everything.

Each move is one that people make, drawn by a seeded chance. `Readers` asks every address twice:
as readers do, through the kept pages, and past them.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client, override_settings

from articles.models import Contributor, Correction, Issue, PublishedIssue, PublishedStory, Story
from articles.models.stories import StoryTag, Tag
from articles.rules import publishing, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import MONDAY, Cast, Paper

KEEPING = "articles.web.keeping.KeepingMiddleware"


class Readers:
    """One reads what is kept, one what the record says at the same instant."""

    def __init__(self) -> None:
        self.kept = Client()
        self.plain = Client()
        without = [name for name in settings.MIDDLEWARE if name != KEEPING]
        with override_settings(MIDDLEWARE=without):
            self.plain.handler.load_middleware()

    def differ(self, address: str) -> str:
        """What is wrong with the kept page, or nothing."""
        shown, right = self.kept.get(address), self.plain.get(address)
        if shown.status_code != right.status_code:
            return f"{address}: {shown.status_code} for {right.status_code}"
        if body(shown) != body(right):
            return f"{address}: other bytes than the record's"
        if shown.cookies:
            return f"{address}: a cookie"
        return ""


def body(response: Any) -> bytes:
    if getattr(response, "streaming", False):
        return b"".join(response)
    content: bytes = response.content
    return content


@dataclass
class Desk:
    """The moves. Whatever the rules refuse is as if it had not been tried."""

    papers: list[Paper]
    cast: Cast
    chance: random.Random
    stories: list[int] = field(default_factory=list)
    issues: list[int] = field(default_factory=list)
    days: int = 0

    def move(self, at: dt.datetime) -> str:
        """Do one thing; returns what."""
        moves = [self.publish, self.plan, self.reschedule, self.hold, self.kill, self.update]
        moves += [self.redact, self.take_back, self.rename, self.publish, self.update, self.rewrite]
        chosen = self.chance.choice(moves)
        try:
            done = chosen(at)
        except Refused:
            done = False
        return f"{chosen.__name__}{'' if done else ' (refused)'}"

    def publish(self, at: dt.datetime) -> bool:
        story = self._draft(at, release="now")
        people.read_through(story, self.cast, at)
        return True

    def plan(self, at: dt.datetime) -> bool:
        """An issue of the next days with two stories and one that is live already, scheduled."""
        self.days += 1
        paper = self.chance.choice(self.papers)
        placed = [self._draft(at, paper) for _ in range(2)]
        for story in placed:
            people.read_through(story, self.cast, at)
        if self.stories:
            old = Story.objects.get(pk=self.chance.choice(self.stories))
            if old.edition_id == paper.edition.pk and old not in placed:
                placed.append(old)
        issue = people.plan(paper, *placed, date=MONDAY + dt.timedelta(days=self.days))
        self.issues.append(issue.pk)
        publishing.schedule(issue, self.cast.hai, at + self._while(), at=at)
        return True

    def reschedule(self, at: dt.datetime) -> bool:
        issue = self._issue()
        if issue is None:
            return False
        publishing.reschedule(issue, self.cast.hai, at + self._while(), at=at)
        return True

    def hold(self, at: dt.datetime) -> bool:
        issue = self._issue()
        if issue is None:
            return False
        publishing.hold(issue, self.cast.hai, "等通知", at=at)
        return True

    def take_back(self, at: dt.datetime) -> bool:
        issue = self._issue()
        if issue is None:
            return False
        publishing.take_back_issue(issue, self.cast.shen, "出错", at=at, notice="收回")
        return True

    def kill(self, at: dt.datetime) -> bool:
        story = self._story()
        if story is None:
            return False
        workflow.kill(story, self.cast.shen, "失实", at, notice="本文已撤回。")
        return True

    def redact(self, at: dt.datetime) -> bool:
        story = self._story()
        if story is None or self.chance.random() < 0.5:
            return False
        publishing.redact(story, self.cast.shen, "法院通知", at)
        return True

    def update(self, at: dt.datetime) -> bool:
        """A story is put right in public, or gets another section, or an end."""
        story = self._story()
        if story is None:
            return False
        workflow.take_back(story, self.cast.shen, at)
        story = Story.objects.get(pk=story.pk)
        if self.chance.random() < 0.5:
            Correction.objects.create(
                story=story,
                wrong="二",
                right="一",
                text=f"更正{at}",
                at=at,
                signed_by=self.cast.shen,
            )
        story.body = f"<p>改于{at.isoformat()}</p>"
        if self.chance.random() < 0.3:
            story.live_until = at + self._while()
        if self.chance.random() < 0.3:
            story.slug = f"moved-{self.chance.randrange(99)}"
        story.save()
        people.read_through(story, self.cast, at)
        return True

    def rename(self, at: dt.datetime) -> bool:
        """A section, an edition or a contributor gets another name."""
        paper = self.chance.choice(self.papers)
        new = f"名{self.chance.randrange(10_000)}"
        chosen = self.chance.randrange(3)
        if chosen == 0:
            paper.section.name = new
            paper.section.save()
        elif chosen == 1:
            paper.edition.name = new
            paper.edition.save()
        else:
            person = Contributor.objects.first()
            if person is None:
                return False
            person.name = new
            person.save()
        return True

    def rewrite(self, at: dt.datetime) -> bool:
        """A draft that nobody is to see."""
        self._draft(at)
        return True

    def addresses(self) -> list[str]:
        """Everything that readers may ask for."""
        found = ["/", "/archive/", "/corrections/", "/sitemap.xml", "/news-sitemap.xml"]
        found += ["/search/?q=防波堤", "/robots.txt", "/tags/港/", "/contributors/lin-wanchao/"]
        for paper in self.papers:
            slug = paper.edition.slug
            found += [f"/{slug}/", f"/{slug}/?lang=en", f"/sections/{paper.section.slug}/"]
            found += [f"/feeds/{slug}.xml", f"/feeds/sections/{paper.section.slug}.xml"]
            found += [f"/archive/?edition={slug}", f"/archive/{MONDAY:%Y/%m}/?edition={slug}"]
        for row in PublishedStory.objects.order_by("pk"):
            found += [f"/stories/{row.story_id}/{row.slug}/", f"/api/stories/{row.story_id}.json"]
            for picture in row.payload.get("photos", []):
                found.append(f"/media/{picture['name']}-{picture['widths'][0]}.jpg")
        for issue in PublishedIssue.objects.select_related("edition").order_by("pk"):
            at = f"{issue.edition.slug}/{issue.date}"
            found += [f"/{at}/", f"/{at}/1/", f"/api/issues/{at}.json"]
        return list(dict.fromkeys(found))

    def _draft(self, at: dt.datetime, paper: Paper | None = None, **kwargs: object) -> Story:
        paper = paper or self.chance.choice(self.papers)
        name = f"渔港修好了防波堤{len(self.stories)}"
        if self.stories and self.chance.random() < 0.3:
            kwargs["package"] = Story.objects.get(pk=self.chance.choice(self.stories))
        if self.chance.random() < 0.2:
            kwargs["embargo_until"] = at + self._while()
        if self.chance.random() < 0.2:
            kwargs["live_until"] = at + dt.timedelta(days=3) + self._while()
        story = people.draft(paper, self.cast.wen, name, **kwargs)
        if self.chance.random() < 0.5:
            tag, _ = Tag.objects.get_or_create(slug="港", defaults={"name": "港"})
            StoryTag.objects.create(content_object=story, tag=tag)
        if self.chance.random() < 0.25:
            people.illustrate(story, self.cast.lan)
        self.stories.append(story.pk)
        return story

    def _while(self) -> dt.timedelta:
        """From a second to two days: most of it soon."""
        return dt.timedelta(seconds=self.chance.choice([1, 30, 600, 3_600, 40_000, 170_000]))

    def _story(self) -> Story | None:
        if not self.stories:
            return None
        return Story.objects.get(pk=self.chance.choice(self.stories))

    def _issue(self) -> Issue | None:
        if not self.issues:
            return None
        return Issue.objects.get(pk=self.chance.choice(self.issues))
