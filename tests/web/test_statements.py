"""Queries written once say what Django's own would, whatever they are asked with."""

import datetime as dt
import gc
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client

from articles.models import PublishedStory, Section
from articles.web.statements import Statement
from tests import cast as people
from tests.cast import EVENING_BEFORE, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
live = PublishedStory.objects.live


@pytest.fixture
def stories(paper: Paper, cast: Cast) -> list[int]:
    made = []
    for number in range(6):
        story = people.draft(paper, cast.wen, f"第{number}条", release="now")
        people.read_through(story, cast, EVENING_BEFORE + dt.timedelta(minutes=number))
        made.append(story.pk)
    return made


def test_a_list_of_any_length_is_asked_for(stories: list[int]) -> None:
    named = Statement(
        PublishedStory,
        lambda at, ids: live(at).filter(story_id__in=ids).order_by("pk"),
    )
    at = EVENING_BEFORE + dt.timedelta(hours=1)
    for length in range(7):
        found = [row.story_id for row in named.rows(at, stories[:length])]
        assert found == stories[:length]
    assert named.rows(at, list(range(10_000, 10_300))) == []


def test_the_instant_is_the_one_that_is_asked_for(stories: list[int]) -> None:
    newest = Statement(PublishedStory, lambda at: live(at).order_by("-published_at")[:1])
    for number, story in enumerate(stories):
        row = newest.first(EVENING_BEFORE + dt.timedelta(minutes=number))
        assert row is not None
        assert row.story_id == story
    assert newest.first(EVENING_BEFORE - dt.timedelta(minutes=1)) is None


def test_its_rows_are_the_same_as_djangos(stories: list[int], paper: Paper) -> None:
    def asked(at: dt.datetime, edition: int) -> Any:
        rows = live(at).filter(edition_id=edition).select_related("section", "section__edition")
        return rows.defer("body").annotate(said=Value("x")).order_by("pk")

    at = EVENING_BEFORE + dt.timedelta(hours=1)
    mine = Statement(PublishedStory, asked).rows(at, paper.edition.pk)
    theirs = list(asked(at, paper.edition.pk))
    assert len(mine) == len(stories)
    for one, other in zip(mine, theirs, strict=True):
        assert one.get_deferred_fields() == other.get_deferred_fields() == {"body"}
        assert (one.said, one.payload, one.published_at) == (other.said, other.payload, other.published_at)  # type: ignore[attr-defined]  # fmt: skip
        assert one.section == other.section
        assert one.section is not None
        assert one.section.edition.name == paper.edition.name
        assert one.body == other.body  # asked for afterwards


@pytest.mark.parametrize("by_values", [False, True])
def test_columns_alone_are_the_same_as_djangos(
    stories: list[int], paper: Paper, by_values: bool
) -> None:
    def asked(at: dt.datetime, edition: int) -> Any:
        rows = live(at).filter(edition_id=edition).annotate(said=Value("x")).order_by("-pk")
        return rows.values_list("published_at", "payload", "said", "section__name")

    at = EVENING_BEFORE + dt.timedelta(minutes=3)
    columns = Statement(PublishedStory, asked, by_values=by_values)
    told = columns.tuples(at, paper.edition.pk)
    assert told == list(asked(at, paper.edition.pk))
    assert len(told) == 4
    assert columns.tuples(at, 0) == []


def test_sqlite_goes_the_same_way_whichever_way_it_is_asked(
    stories: list[int], client: Client, clock: Clock
) -> None:
    """Its driver is asked for columns as they are kept: no list may be sorted for that."""
    clock.move_to(EVENING_BEFORE + dt.timedelta(hours=1))
    for address in ("/", "/sections/daily-news/", "/search/?q=第", "/search/?q=第&sort=newest",
                    "/archive/", "/feeds/daily.xml", "/corrections/", "/about/",
                    f"/stories/{stories[0]}/"):  # fmt: skip
        assert client.get(address, follow=True).status_code == 200, address
    # By `type`: other objects that are about may be lazy, and would wake up to be asked.
    statements = [one for one in gc.get_objects() if type(one) is Statement]
    made = [made for one in statements for made in one._made.values()]
    assert len(made) > 10
    for one in made:
        if connection.vendor != "sqlite":
            assert one.own_style == ""
            continue
        djangos = one.sql.replace("%s", "?").replace("%%", "%")
        assert _plan(one.own_style, one.params) == _plan(djangos, one.params), djangos


def _plan(sql: str, params: list[Any]) -> list[str]:
    """How SQLite goes about a query, step by step."""
    steps = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    return [step for *_, step in steps]


def test_a_value_that_does_not_come_out_is_refused(paper: Paper) -> None:
    forgets = Statement(Section, lambda slug: Section.objects.all())
    with pytest.raises(ValueError, match="not in its SQL"):
        forgets.rows("news")
