"""An archive of any size in the record, made quickly for tests of the readers' screens."""

import datetime as dt

from articles.models import (
    Contributor,
    Issue,
    PublishedByline,
    PublishedIssue,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Story,
)
from articles.text import grams
from tests.cast import Cast, Paper

STORIES_AN_ISSUE = 10


def fill(paper: Paper, cast: Cast, stories: int, last: dt.datetime) -> list[PublishedStory]:
    """`stories` live stories, ten an issue, an issue a day, the newest live from `last`."""
    writer, _ = Contributor.objects.get_or_create(slug="writer", defaults={"name": "林晚潮"})
    desk = Story.objects.bulk_create(
        Story(
            edition=paper.edition,
            section=paper.section,
            language=paper.edition.language,
            author=cast.wen,
            headline=f"第{number}条",
            slug=f"story-{number}",
        )
        for number in range(stories)
    )
    rows = PublishedStory.objects.bulk_create(
        _row(paper, cast, story, number, last) for number, story in enumerate(desk)
    )
    PublishedTag.objects.bulk_create(
        PublishedTag(row=row, slug="渔港", name="渔港", published_at=row.published_at)
        for row in rows
    )
    PublishedByline.objects.bulk_create(
        PublishedByline(row=row, contributor=writer, role="text", published_at=row.published_at)
        for row in rows
    )
    days = range(0, stories, STORIES_AN_ISSUE)
    for day, start in enumerate(days):
        _issue(paper, cast, last - dt.timedelta(days=day), rows[start : start + STORIES_AN_ISSUE])
    return list(rows)


def _row(paper: Paper, cast: Cast, story: Story, number: int, last: dt.datetime) -> PublishedStory:
    live_from = last - dt.timedelta(days=number // STORIES_AN_ISSUE)
    return PublishedStory(
        story=story,
        version=1,
        act="publish",
        change="first",
        live_from=live_from,
        edition=paper.edition,
        section=paper.section,
        language=story.language,
        slug=story.slug,
        published_at=live_from,
        payload={
            "headline": story.headline,
            "summary": "潮水退了。",
            "bylines": [
                {"name": "林晚潮", "role": "text", "kind": "staff", "contributor": "writer"}
            ],
            "tags": [{"slug": "渔港", "name": "渔港"}],
            "photos": [],
            "corrections": [],
        },
        body="<p>潮水退了，渔港里只剩下三条船。</p>",
        search_text=grams.indexed([story.headline], ["潮水退了，渔港里只剩下三条船。"]),
        schema=1,
        digest=str(number),
        signed_by=cast.shen,
        created_at=live_from,
    )


def _issue(paper: Paper, cast: Cast, live_from: dt.datetime, rows: list[PublishedStory]) -> None:
    date = live_from.astimezone(paper.edition.zone).date()
    number = 10_000 - (dt.date(2031, 3, 3) - date).days
    issue = Issue.objects.create(edition=paper.edition, date=date, number=number)
    weights = ["lead", "second", *["normal"] * 5, *["brief"] * 3]
    slots = [
        {"story": row.story_id, "weight": weight, "zone": None}
        for row, weight in zip(rows, weights, strict=False)
    ]
    record = PublishedIssue.objects.create(
        issue=issue,
        version=1,
        act="publish",
        live_from=live_from,
        edition=paper.edition,
        date=date,
        number=number,
        payload={
            "pages": [
                {"number": "1", "name": "要闻", "slots": slots[:5]},
                {"number": "2", "name": "民生", "slots": slots[5:]},
            ]
        },
        schema=1,
        digest="x",
        signed_by=cast.shen,
        created_at=live_from,
    )
    PublishedSlot.objects.bulk_create(
        PublishedSlot(row=record, story_id=row.story_id, page_number="1", page_name="要闻")
        for row in rows
    )
