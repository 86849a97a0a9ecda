"""A full issue that waits for its sign-off: for measures, and for tests of large issues."""

import time

from articles.models import Contributor, Edition, Issue, Page, Placement, Section, Story, User
from articles.models.stories import Byline
from articles.rules import plans, press, workflow

PARAGRAPH = "海风从外湾吹来，渔船在天亮以前靠岸，码头上的灯一盏一盏熄灭。"


def lay_out(
    issue: Issue, author: User, readers: list[User], *, pages: int = 40, stories: int = 200
) -> list[Story]:
    """Give an issue `pages` pages with `stories` stories that wait for their final read.

    `readers` are those who pass the reads before it, two at most; nobody of them is the author.
    """
    planner = readers[-1]
    edition: Edition = issue.edition
    section = Section.objects.filter(edition=edition).first()
    person = Contributor.objects.first()
    made = []
    sheets = [
        Page.objects.get_or_create(issue=issue, number=str(number), defaults={"room": 2400})[0]
        for number in range(1, pages + 1)
    ]
    for number in range(stories):
        story = Story.objects.create(
            edition=edition,
            section=section,
            language=edition.language,
            author=author,
            headline=f"第{number + 1}条消息",
            body="".join(f"<p>{PARAGRAPH * 6}</p>" for _ in range(6)),
        )
        Byline.objects.create(story=story, name="林晚潮", contributor=person)
        story = workflow.submit(story, author)
        for reader in readers:
            if story.status != Story.Status.FINAL_READ:
                story = workflow.pass_read(story, reader)
        made.append(story)
    Placement.objects.bulk_create(
        Placement(
            page=sheets[number % pages],
            story=story,
            position=number // pages,
            weight=Placement.Weight.NORMAL if number >= pages else Placement.Weight.LEAD,
        )
        for number, story in enumerate(made)
    )
    plans.was_changed_by_form(sheets[0], planner)
    return made


def sign_off(issue: Issue, publisher: User) -> float:
    """Sign a whole issue off and schedule it, as from the checklist; returns the seconds it took.

    The checklist is read before, as on a publisher's screen, and is not counted.
    """
    check = press.checklist(issue, publisher)
    sign = {waiting.story.pk: waiting.content for waiting in check.to_sign}
    seen = Issue.objects.get(pk=issue.pk).plan_revision
    began = time.perf_counter()
    press.send(issue.pk, publisher, sign=sign, seen=seen)
    return time.perf_counter() - began
