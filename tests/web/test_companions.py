"""What stands beside a story on its page."""

import datetime as dt
import re

import pytest
from django.test import Client

from articles.models import PublishedStory, PublishedTag
from articles.rules import workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, SIX, Cast, Paper
from tests.conftest import Clock
from tests.web import archive

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def related(reader: Client, row: PublishedStory) -> list[str]:
    """The stories under “related” on a story's page, by their numbers."""
    page = reader.get(row.get_absolute_url()).content.decode()
    under = re.search(r'<nav aria-labelledby="related">.*?</nav>', page, re.DOTALL)
    return re.findall(r'href="/stories/(\d+)/', under[0]) if under else []


def test_a_story_leads_to_the_next_on_its_page_that_can_be_read(
    paper: Paper, cast: Cast, client: Client, clock: Clock
) -> None:
    stories = [people.draft(paper, cast.wen, f"第{number}条报道") for number in range(4)]
    people.run(paper, cast, *stories, at=EVENING_BEFORE)
    clock.move_to(SIX + HOUR)
    first = PublishedStory.objects.get(story=stories[0])
    page = client.get(first.get_absolute_url()).content.decode()
    assert re.search(r'rel="next" href="[^"]*"[^>]*>第1条报道', page)
    for killed in stories[1:3]:
        killed.refresh_from_db()
        workflow.kill(killed, cast.shen, "失实", SIX + HOUR)
    page = client.get(first.get_absolute_url()).content.decode()
    assert re.search(r'rel="next" href="[^"]*"[^>]*>第3条报道', page)
    stories[3].refresh_from_db()
    workflow.kill(stories[3], cast.shen, "失实", SIX + HOUR)
    assert 'rel="next"' not in client.get(first.get_absolute_url()).content.decode()


def test_a_story_that_was_updated_often_leaves_room_for_others(
    paper: Paper, cast: Cast, client: Client, clock: Clock
) -> None:
    rows = archive.fill(paper, cast, 12, SIX)
    newest = rows[0]
    for number in range(2, 12):
        update = PublishedStory.objects.get(pk=newest.pk)
        update.pk, update.version = None, number
        update.live_from = SIX + dt.timedelta(seconds=number)
        update.change = "update"
        update.save(force_insert=True)
        PublishedTag.objects.create(
            row=update, slug="渔港", name="渔港", published_at=update.published_at
        )
    clock.move_to(SIX + HOUR)
    shown = related(client, rows[-1])
    assert len(shown) == len(set(shown)) == 6
    assert str(newest.story_id) in shown


def test_who_shares_more_tags_comes_first(
    paper: Paper, cast: Cast, client: Client, clock: Clock
) -> None:
    stories = [
        people.draft(paper, cast.wen, f"第{number}条报道", release="now", slug=f"s-{number}")
        for number in range(4)
    ]
    for story, tags in zip(
        stories, (["渔港", "台风"], ["渔港"], ["渔港", "台风"], ["台风"]), strict=True
    ):
        story.tags.add(*tags)
        people.read_through(story, cast, EVENING_BEFORE)
    clock.move_to(SIX)
    row = PublishedStory.objects.get(story=stories[0])
    assert related(client, row) == [str(stories[at].pk) for at in (2, 3, 1)]
