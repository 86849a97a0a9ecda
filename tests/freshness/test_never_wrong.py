"""Kept pages against the record, byte for byte, whatever the desk does and whenever one looks."""

import datetime as dt
import os
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import PublishedIssue, PublishedStory
from tests import cast as people
from tests.cast import EVENING_BEFORE
from tests.conftest import Clock
from tests.freshness.desk import Desk, Readers

# More of it: FRESHNESS_STEPS=100 FRESHNESS_SEEDS=20 .venv/bin/pytest tests/freshness
STEPS = int(os.environ.get("FRESHNESS_STEPS", "10"))
SEEDS = int(os.environ.get("FRESHNESS_SEEDS", "2"))
ASKED = 12
MICROSECOND = dt.timedelta(microseconds=1)


def instants(now: dt.datetime, desk: Desk) -> list[dt.datetime]:
    """When somebody may look next: just before and just at what is to come, and some time later."""
    coming = [
        *PublishedStory.objects.filter(live_from__gt=now).values_list("live_from", flat=True),
        *PublishedIssue.objects.filter(live_from__gt=now).values_list("live_from", flat=True),
    ]
    zone = desk.papers[0].edition.zone
    tomorrow = now.astimezone(zone).date() + dt.timedelta(days=1)
    coming.append(dt.datetime.combine(tomorrow, dt.time(), zone).astimezone(dt.UTC))
    first = min(coming)
    return [first - MICROSECOND, first, now + dt.timedelta(seconds=desk.chance.choice([1, 9, 900]))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_a_kept_page_is_the_records_at_every_instant(seed: int, clock: Clock) -> None:
    chance = random.Random(seed)
    papers = [people.found(), people.found("tide", "en")]
    desk = Desk(papers, people.hire(), chance)
    readers = Readers()
    now = EVENING_BEFORE
    story = []
    for _step in range(STEPS):
        clock.move_to(now)
        story.append(f"{now.isoformat()} {desk.move(now)}")
        for instant in [now, *sorted(instants(now, desk))[: chance.randrange(4)]]:
            now = max(now, instant)
            clock.move_to(now)
            addresses = desk.addresses()
            asked = chance.sample(addresses, min(len(addresses), ASKED))
            # Twice: as it was kept before, and as it was kept just now.
            wrong = [said for address in (*asked, *asked) if (said := readers.differ(address))]
            assert wrong == [], f"at {now.isoformat()} after:\n" + "\n".join(story)


@pytest.mark.django_db(transaction=True)
def test_publishing_a_story_makes_cold_only_what_shows_it(clock: Clock) -> None:
    papers = [people.found(), people.found("tide", "en")]
    cast = people.hire()
    desk = Desk(papers, cast, random.Random(5))
    clock.move_to(EVENING_BEFORE)
    old, other = (people.draft(paper, cast.wen, release="now") for paper in papers)
    for story in (old, other):
        people.read_through(story, cast, EVENING_BEFORE)
    desk.stories += [old.pk, other.pk]
    readers = Readers()
    addresses = desk.addresses()
    for address in addresses:
        readers.kept.get(address)
    new = people.draft(papers[0], cast.wen, "新的一条", release="now")
    people.read_through(new, cast, EVENING_BEFORE)
    warm = [address for address in addresses if not _is_made_anew(readers, address)]
    shown = PublishedStory.objects.get(story=old).get_absolute_url()
    elsewhere = PublishedStory.objects.get(story=other).get_absolute_url()
    for address in (shown, elsewhere, "/tide/", "/sections/tide-news/", "/feeds/tide.xml"):
        assert address in warm
    for address in ("/", "/daily/", "/sections/daily-news/", "/feeds/daily.xml", "/sitemap.xml"):
        assert address not in warm


def _is_made_anew(readers: Readers, address: str) -> bool:
    """Whether asking for it reaches the database."""
    with CaptureQueriesContext(connection) as queries:
        readers.kept.get(address)
    return len(queries) > 0
