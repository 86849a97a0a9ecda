"""Loads the demo papers: a week of issues, today's, tomorrow's, and a desk full of work.

Everything goes through the same rules as at a real desk, at instants of the past week: stories are
drafted, read by three people, signed off, placed and scheduled.
"""

import datetime as dt
import re
import secrets
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from articles.demo import drawings
from articles.intake import page_pdf, pictures
from articles.models import (
    Byline,
    Contributor,
    Correction,
    Edition,
    Issue,
    Note,
    Page,
    Photo,
    Placement,
    Section,
    Story,
    StoryPhoto,
    User,
)
from articles.rules import (
    assignments,
    history,
    placing,
    plans,
    portraits,
    publishing,
    workflow,
)
from articles.text import markup, slugs

PAPERS = Path(__file__).parent / "papers"
PASSWORD = "newsroom-demo"
# username -> (role, first name, family name, contributor)
ACCOUNTS = {
    "reporter": ("reporter", "晚潮", "林", "lin-wanchao"),
    "photographer": ("photographer", "海生", "庄", "zhuang-haisheng"),
    "editor": ("editor", "一帆", "梁", None),
    "issue-editor": ("issue editor", "南", "顾", None),
    "publisher": ("publisher", "知秋", "程", None),
}
DAY_MARK = re.compile(r"\{d([+-]\d+)?\}")
ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


class DemoRefused(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The demo does not load here; the message says why."""


@dataclass
class Desk:
    """Who does the work, and what they have done so far."""

    people: dict[str, User]
    now: dt.datetime
    tell: Callable[[str], None]
    contributors: dict[str, Contributor] = field(default_factory=dict)


def load(tell: Callable[[str], None] = print, now: dt.datetime | None = None) -> bool:
    """Load the demo papers, telling each step. Returns False where they are there already.

    Raises DemoRefused when DEBUG is off: the accounts' password is known to everybody.
    """
    if not settings.DEBUG:
        raise DemoRefused(
            "The demo makes accounts whose password everybody knows, so it loads only with "
            "DEBUG=true, on your own machine."
        )
    folders = sorted(path.parent for path in PAPERS.glob("*/edition.toml"))
    papers = [(_read(folder / "edition.toml"), folder) for folder in folders]
    papers.sort(key=lambda paper: str(paper[0]["edition"]["language"]), reverse=True)
    if Edition.objects.filter(slug__in=[paper["edition"]["slug"] for paper, _ in papers]).exists():
        return False
    with transaction.atomic():
        desk = Desk(people=_hire(), now=now or timezone.now(), tell=tell)
        for position, (paper, folder) in enumerate(papers):
            _load_paper(desk, paper, folder, position)
        for username, (_, _, _, slug) in ACCOUNTS.items():
            Contributor.objects.filter(slug=slug).update(user=desk.people[username])
    return True


def _hire() -> dict[str, User]:
    people = {}
    for username, (role, first, family, _) in ACCOUNTS.items():
        person, made = User.objects.get_or_create(
            username=username,
            defaults={"first_name": first, "last_name": family, "is_staff": True},
        )
        if made:
            person.set_password(PASSWORD)
            person.save()
        person.groups.add(Group.objects.get(name=role))
        people[username] = person
    return people


def _load_paper(desk: Desk, paper: dict[str, Any], folder: Path, position: int) -> None:
    about = paper["edition"]
    edition = Edition.objects.create(
        name=about["name"],
        slug=about["slug"],
        language=about["language"],
        motto=about.get("motto", ""),
        about=about.get("about", "").strip(),
        time_zone=about["time_zone"],
        usual_hour=dt.time.fromisoformat(about["usual_hour"]),
        position=position,
    )
    for order, section in enumerate(paper["sections"]):
        Section.objects.create(edition=edition, position=order, **section)
    for person in paper["contributors"]:
        desk.contributors[person["slug"]], made = Contributor.objects.get_or_create(
            slug=person["slug"],
            defaults={
                "name": person["name"],
                "kind": person["kind"],
                "bio": person.get("bio", ""),
                "sort_key": slugs.slug_for(person["name"]),
            },
        )
        if made and "portrait" in person:
            _portray(desk, desk.contributors[person["slug"]], person["portrait"])
    today = desk.now.astimezone(edition.zone).date()
    issues = sorted(
        (_read(path) for path in folder.glob("issue-*.toml")),
        key=lambda issue: -int(issue["days_ago"]),
    )
    for order, issue in enumerate(issues):
        date = today - dt.timedelta(days=issue["days_ago"])
        number = about["first_issue_number"] + order
        stories = sum(len(page["stories"]) for page in issue["pages"])
        desk.tell(f"  {edition.name}  {date}  No. {number}: {stories} stories")
        _load_issue(desk, edition, date, number, issue)
    for story in _read(folder / "desk.toml").get("stories", []):
        _load_desk_story(desk, edition, today, story)
    _plan_the_day_after(desk, edition, today)


def _portray(desk: Desk, person: Contributor, seed: int) -> None:
    """Give a contributor a portrait, drawn as the papers' photos are."""
    person.portrait = pictures.store(
        drawings.jpeg("portrait", seed), desk.people["photographer"], alt=person.name
    )
    person.save(update_fields=["portrait"])
    portraits.make_soon(person)


def _plan_the_day_after(desk: Desk, edition: Edition, today: dt.date) -> None:
    """The issue after tomorrow's, half planned: places kept, some filled, a page without names."""
    planner, chinese = desk.people["issue-editor"], edition.language == "zh-hans"
    tomorrow = Issue.objects.get(edition=edition, date=today + dt.timedelta(days=1))
    for page in tomorrow.pages.all():
        Page.objects.filter(pk=page.pk).update(room=1800 if chinese else 1100)
    issue = plans.begin(
        edition, today + dt.timedelta(days=2), planner, like=tomorrow, anyway=True, at=desk.now
    )
    for name in ("副刊", "天下") if chinese else ("Letters", "Weekend"):
        plans.add_page(issue.pk, planner, name=name, room=700 if chinese else 500, at=desk.now)
    pages = list(issue.pages.all())
    for page, label in zip(
        pages[-2:], ("连载", "天气") if chinese else ("Serial", "Weather"), strict=False
    ):
        plans.keep(issue.pk, planner, page=page.pk, label=label, weight="brief", at=desk.now)
    plans.set_credits(
        issue.pk, pages[0].pk, planner, editor="梁一帆", designer="顾南", proofreader="程知秋",
        at=desk.now,
    )  # fmt: skip
    ready = Story.objects.filter(edition=edition, placements=None).exclude(status="killed")
    kept = Placement.objects.filter(page__issue=issue, story=None).order_by("page__position", "pk")
    for story, place in zip(ready.order_by("-status", "pk")[1:4], kept[::2], strict=False):
        plans.place(issue.pk, story.pk, planner, page=place.page_id, into=place.pk, at=desk.now)


def _load_issue(
    desk: Desk, edition: Edition, date: dt.date, number: int, data: dict[str, Any]
) -> None:
    evening = dt.datetime.combine(date, dt.time(19, 0), tzinfo=edition.zone) - dt.timedelta(days=1)
    signed_at = min(evening.astimezone(dt.UTC), desk.now - dt.timedelta(hours=1))
    issue = placing.open_issue(edition, date, number)
    made: dict[str, Story] = {}
    folder = PAPERS / edition.slug
    for page_data in data["pages"]:
        page = Page.objects.create(
            issue=issue,
            number=page_data["number"],
            name=page_data["name"],
            editor=page_data.get("editor", ""),
            designer=page_data.get("designer", ""),
            proofreader=page_data.get("proofreader", ""),
        )
        for story_data in page_data["stories"]:
            story = _draft(desk, edition, date, story_data, desk.people["reporter"], signed_at)
            made[story_data["slug"]] = story
            placing.place(story, page, weight=story_data.get("weight", Placement.Weight.NORMAL))
        printed = folder / f"printed-{page.number}.pdf"
        if data["days_ago"] == 0 and printed.exists():
            _print(page, printed, made)
    for slug, story_data in _stories(data):
        if story_data.get("package"):
            made[slug].package = made[story_data["package"]]
            made[slug].save(update_fields=["package"])
    for story in made.values():
        _read_through(desk, story, signed_at)
    hour = issue.usual_instant
    if data["days_ago"] >= 0:
        hour = min(hour, desk.now - dt.timedelta(minutes=10))  # today's paper is out already
    publishing.schedule(issue, desk.people["issue-editor"], hour, min(signed_at, hour))
    for slug, story_data in _stories(data):
        _what_came_after(desk, issue, made[slug], story_data, hour)


def _print(page: Page, pdf: Path, made: dict[str, Story]) -> None:
    """Give a page its PDF, a picture drawn from it, and the zones of its stories."""
    data = pdf.read_bytes()
    picture = page_pdf.draw(data)
    found = pictures.inspect(picture)
    page.pdf.save("sheet.pdf", ContentFile(data), save=False)
    page.picture.save("sheet.picture", ContentFile(picture), save=False)
    page.picture_width, page.picture_height = found.width, found.height
    page.sheet_name = secrets.token_hex(16)
    page.save()
    for slug, zone in _read(pdf.with_suffix(".toml")).items():
        left, top, width, height = zone
        Placement.objects.filter(page=page, story=made[slug]).update(
            zone_left=left, zone_top=top, zone_width=width, zone_height=height
        )


def _stories(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for page in data["pages"]:
        for story in page["stories"]:
            yield story["slug"], story


def _what_came_after(
    desk: Desk, issue: Issue, story: Story, data: dict[str, Any], hour: dt.datetime
) -> None:
    if killed := data.get("killed"):
        at = hour + dt.timedelta(hours=5)
        reason = killed.get("reason", killed["notice"])
        workflow.kill(story, desk.people["publisher"], reason, at, notice=killed["notice"])
    if correction := data.get("correction"):
        at = hour + dt.timedelta(days=1, hours=2)
        workflow.take_back(story, desk.people["publisher"], at)
        Correction.objects.create(
            story=story,
            wrong=correction.get("wrong", ""),
            right=correction.get("right", ""),
            text=_dated(correction["text"], issue.date, story.language),
            at=at,
            signed_by=desk.people["publisher"],
        )
        _read_through(desk, story, at + dt.timedelta(minutes=40))


def _load_desk_story(desk: Desk, edition: Edition, today: dt.date, data: dict[str, Any]) -> None:
    author = desk.people[data.get("author", "reporter")]
    at = desk.now - dt.timedelta(hours=3)
    story = _draft(desk, edition, today, data, author, at)
    if "embargo_hours" in data:
        story.release = Story.Release.EMBARGO
        story.embargo_until = (desk.now + dt.timedelta(hours=data["embargo_hours"])).replace(
            minute=0, second=0, microsecond=0
        )
        story.save()
    history.keep(story, author, at)
    for note in data.get("notes", []):
        Note.objects.create(story=story, author=desk.people[note["by"]], text=note["text"])
    if "photo_wanted" in data:
        assignments.assign(author, data["photo_wanted"], kind="photo", story=story, at=at)
    status = data["status"]
    if "sent_back" in data:
        read = workflow.submit(story, author, at)
        workflow.send_back(read, _reader_of(desk, read), data["sent_back"], at)
    elif status == "killed":
        reason = data.get("killed", {}).get("notice", "不再采用")
        workflow.kill(story, desk.people["publisher"], reason, at)
    elif status != "draft":
        _read_through(desk, story, at, until=status)


def _read_through(desk: Desk, story: Story, at: dt.datetime, until: str = "signed_off") -> None:
    """Pass a draft through the paper's reads, as far as `until`, or to the next that it has."""
    steps = [*workflow.READS, "signed_off"]
    history.keep(story, story.author, at)
    story = workflow.submit(story, story.author, at)
    while steps.index(story.status) < steps.index(until):
        if story.status == "final_read":
            story = workflow.sign_off(story, desk.people["publisher"], at)
        else:
            story = workflow.pass_read(story, _reader_of(desk, story), at)


def _reader_of(desk: Desk, story: Story) -> User:
    """Who reads a story where it stands."""
    who = {"first_read": "editor", "second_read": "issue-editor", "final_read": "publisher"}
    return desk.people[who[story.status]]


def _draft(
    desk: Desk,
    edition: Edition,
    date: dt.date,
    data: dict[str, Any],
    author: User,
    at: dt.datetime,
) -> Story:
    def dated(text: str) -> str:
        return _dated(text, date, edition.language)

    story = Story.objects.create(
        edition=edition,
        section=Section.objects.get(edition=edition, slug=data["section"]),
        language=edition.language,
        author=author,
        slug=data["slug"],
        column=data.get("column", ""),
        kicker=dated(data.get("kicker", "")),
        headline=dated(data["headline"]),
        deck=dated(data.get("deck", "")),
        lead_in=dated(data.get("lead_in", "")),
        body=_body(dated(data.get("body", ""))),
        release=data.get("release", "issue") if data.get("release") != "embargo" else "issue",
    )
    story.tags.add(*data.get("tags", []))
    for order, byline in enumerate(data.get("bylines", [])):
        Byline.objects.create(
            story=story,
            name=byline["name"],
            contributor=desk.contributors.get(byline.get("slug", "")),
            role=byline.get("role", "text"),
            kind=byline.get("kind", "staff"),
            position=order,
        )
    for order, picture in enumerate(data.get("photos", [])):
        StoryPhoto.objects.create(
            story=story,
            photo=_photo(desk, picture, dated),
            caption=dated(picture["caption"]),
            position=order,
        )
    Story.objects.filter(pk=story.pk).update(created_at=at, updated_at=at)
    return story


def _photo(desk: Desk, data: dict[str, Any], dated: Callable[[str], str]) -> Photo:
    photo = pictures.store(
        drawings.jpeg(data["drawing"], data["seed"]),
        desk.people["photographer"],
        caption=dated(data["caption"]),
        credit=data["credit"],
        alt=data["alt"],
    )
    photo.photographer = next(
        (person for person in desk.contributors.values() if person.name == data["credit"]), None
    )
    photo.save(update_fields=["photographer"])
    return photo


def _body(text: str) -> str:
    """A demo body: paragraphs, `## ` crossheads and `> ` pull quotes, apart by blank lines."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        block = " ".join(line.strip() for line in block.splitlines())
        if block.startswith("## "):
            parts.append(markup.paragraphs_to_html([block[3:]]).replace("p>", "h2>"))
        elif block.startswith("> "):
            quoted = block[2:].split(" -- ")
            parts.append(f"<blockquote>{markup.paragraphs_to_html(quoted)}</blockquote>")
        elif block:
            parts.append(markup.paragraphs_to_html([block]))
    return "".join(parts)


def _dated(text: str, date: dt.date, language: str) -> str:
    """Write out `{d}` and `{d-1}` as the day of the issue and the day before."""

    def day(match: re.Match[str]) -> str:
        meant = date + dt.timedelta(days=int(match[1] or 0))
        if language == "en":
            return f"{meant.day} {ENGLISH_MONTHS[meant.month - 1]}"
        return f"{meant.month}月{meant.day}日"

    return DAY_MARK.sub(day, text)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
