"""A small named cast for the tests: a paper, its people, and the moves they make."""

import datetime as dt
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib.auth.models import Group
from PIL import Image

from articles.intake import pictures
from articles.models import (
    Byline,
    Contributor,
    Edition,
    Issue,
    Page,
    Photo,
    Placement,
    Section,
    Story,
    StoryPhoto,
    User,
)
from articles.rules import placing, publishing, renditions, snapshot, workflow

# The databases' own clocks decide what has started, so the tests live in the years to come.
MONDAY = dt.date(2031, 3, 3)
SIX = dt.datetime(2031, 3, 2, 22, 0, tzinfo=dt.UTC)  # 06:00 on MONDAY in Shanghai
EVENING_BEFORE = dt.datetime(2031, 3, 2, 12, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ROLES = {
    "wen": "reporter",
    "lan": "photographer",
    "qiu": "editor",
    "hai": "issue editor",
    "shen": "publisher",
}


@dataclass
class Cast:
    """Five people: Wen writes, Lan photographs, Qiu edits, Hai plans, Shen publishes."""

    wen: User
    lan: User
    qiu: User
    hai: User
    shen: User


@dataclass
class Paper:
    """The edition they make, and its one section."""

    edition: Edition
    section: Section


def hire() -> Cast:
    """Five accounts, one in each role."""
    people = {}
    for name, role in ROLES.items():
        person = User.objects.create_user(name, password=f"{name}-of-the-desk", is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        people[name] = person
    return Cast(**people)


def found(slug: str = "daily", language: str = "zh-hans", **kwargs: Any) -> Paper:
    """An edition with a section called `<slug>-news`."""
    edition = Edition.objects.create(
        name=kwargs.pop("name", "望潮日报" if language == "zh-hans" else "The Tide"),
        slug=slug,
        language=language,
        time_zone=kwargs.pop("time_zone", "Asia/Shanghai"),
        **kwargs,
    )
    section = Section.objects.create(
        edition=edition, name="要闻" if language == "zh-hans" else "News", slug=f"{slug}-news"
    )
    return Paper(edition, section)


def draft(paper: Paper, author: User, headline: str = "渔港修好了防波堤", **kwargs: Any) -> Story:
    """A draft that lacks nothing, with a byline."""
    story = Story.objects.create(
        edition=paper.edition,
        section=kwargs.pop("section", paper.section),
        language=paper.edition.language,
        author=author,
        headline=headline,
        body=kwargs.pop("body", "<p>防波堤昨日完工，渔船可以避风了。</p>"),
        **kwargs,
    )
    Byline.objects.create(story=story, name="林晚潮", contributor=contributor())
    return story


def contributor(slug: str = "lin-wanchao", name: str = "林晚潮") -> Contributor:
    person, _ = Contributor.objects.get_or_create(
        slug=slug, defaults={"name": name, "kind": "staff"}
    )
    return person


def photo(by: User, colour: str = "teal", size: tuple[int, int] = (640, 400)) -> Photo:
    """A plain photo in the library."""
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return pictures.store(
        written.getvalue(), by, caption="渔船归港", credit="庄海生", alt="三条渔船停在码头"
    )


def illustrate(story: Story, by: User, **kwargs: Any) -> Photo:
    """A photo with a story."""
    picture = photo(by)
    StoryPhoto.objects.create(story=story, photo=picture, **kwargs)
    return picture


def copy_names(story: Story) -> list[str]:
    """The names that the public copies of a story's photos have, or will have."""
    photos = snapshot.freeze(story).row.payload["photos"]
    return [name for photo in photos for name in renditions.names_in(photo)]


def copies(story: Story) -> list[str]:
    """A file of each of the public copies of a story's photos, whole and cut."""
    photos = snapshot.freeze(story).row.payload["photos"]
    cuts = [cut for photo in photos for cut in (photo, *photo["crops"].values())]
    return [f"{cut['name']}-{cut['widths'][0]}.{cut['formats'][0]}" for cut in cuts]


def read_through(story: Story, cast: Cast, at: dt.datetime) -> Story:
    """Three people read a draft, and the publisher signs it off."""
    story = workflow.submit(story, story.author, at)
    story = workflow.pass_read(story, cast.qiu, at)
    story = workflow.pass_read(story, cast.hai, at)
    return workflow.sign_off(story, cast.shen, at)


def plan(paper: Paper, *stories: Story, date: dt.date = MONDAY) -> Issue:
    """An issue of one page with these stories on it, the first of them as the lead."""
    issue = placing.open_issue(paper.edition, date)
    page, _ = Page.objects.get_or_create(issue=issue, number="1", defaults={"name": "要闻"})
    for number, story in enumerate(stories):
        weight = Placement.Weight.NORMAL if number else Placement.Weight.LEAD
        placing.place(story, page, weight=weight)
    return issue


def run(paper: Paper, cast: Cast, *stories: Story, at: dt.datetime = EVENING_BEFORE) -> Issue:
    """Stories read, placed, and scheduled with their issue, all the evening before."""
    for story in stories:
        read_through(story, cast, at)
    return publishing.schedule(plan(paper, *stories), cast.hai, at=at)
