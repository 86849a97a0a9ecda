"""Searching: what readers type, what they find, in which order, and what helps when nothing is."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from articles import search
from articles.models import Contributor, Edition, PublishedStory, Section, Story
from articles.rules import publishing, workflow
from articles.text import grams
from articles.web import finding, searching
from tests import cast as people
from tests.cast import EVENING_BEFORE, SECOND, SIX, Cast, Paper
from tests.conftest import Clock
from tests.web import archive

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def reader(clock: Clock) -> Client:
    clock.move_to(SIX)
    return Client()


def out(paper: Paper, cast: Cast, headline: str, body: str, at: Any = None, **kwargs: Any) -> Story:
    """A story that is live since `at`."""
    story = people.draft(paper, cast.wen, headline, body=f"<p>{body}</p>", release="now", **kwargs)
    return people.read_through(story, cast, at or EVENING_BEFORE)


def found(reader: Client, asked: str, **more: str) -> list[str]:
    answer = reader.get("/search/", {"q": asked, **more})
    assert answer.status_code == 200
    return [story.headline for story in answer.context["found"].stories]


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("反诈", True),
        ("诈", True),
        ("钱袋子构建", True),  # the headline is set with a space there
        ("反诈骗", False),
        ("“构建反诈新格局”", True),
        ("「新格局」", True),
        ("格局新", False),
        ("ＡＢＣ", True),
        ("abc公司", True),
        ("abc 公司", True),
        ("公司abc", False),
        ("反詐", True),
        ("龍頭企業", True),
        ("看着", True),
        ("看著", True),
        ("赖杰", True),  # set as 赖  杰
        ("cafe", True),
        ("CAFÉ", True),
        ("harb", True),  # the beginning of a word
        ("arbour", False),  # and not its end
        ('"harb"', False),  # in quotes words are whole
        ('"harbour wall"', True),
        ('"wall harbour"', False),
        ("harbour 反诈", True),
        ("harbour 机场", False),
        ("2026", True),
        ("𬭊", True),  # a name's character beyond the first plane
    ],
)
def test_what_readers_type_finds_what_they_mean(
    paper: Paper, cast: Cast, reader: Client, asked: str, finds: bool
) -> None:
    out(
        paper,
        cast,
        "捂紧百姓钱袋子 构建反诈新格局",
        "ABC公司、龙头企业和Café Harbour Wall在2026年看着𬭊。赖  杰到场。",
    )
    assert bool(found(reader, asked)) is finds


def test_digits_and_latin_beside_chinese_are_marked_too(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    out(paper, cast, "渔港2026年修好", "第5G号船归港。")
    page = reader.get("/search/", {"q": "2026"}).content.decode()
    assert "渔港<mark>2026</mark>年" in page
    assert "第<mark>5G</mark>号" in reader.get("/search/", {"q": "5g"}).content.decode()
    assert "<mark>202" not in reader.get("/search/", {"q": "202"}).content.decode()


def test_simplified_finds_what_is_written_in_traditional(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    out(paper, cast, "漁港修好了防波堤", "臺風過後，漁船歸港。")
    assert found(reader, "渔港 台风")
    page = reader.get("/search/", {"q": "台风"}).content.decode()
    assert "<mark>臺風</mark>過後" in page


def test_a_phrase_does_not_reach_from_one_line_into_the_next(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    out(paper, cast, "港口开工", "甲</p><p>乙船归来")
    assert found(reader, "甲乙") == []
    assert found(reader, "开工甲") == []


def test_headlines_come_first_and_then_the_newest(paper: Paper, cast: Cast, reader: Client) -> None:
    day = dt.timedelta(days=1)
    out(paper, cast, "渔港开工", "今天。", EVENING_BEFORE - 3 * day)
    out(paper, cast, "别的事", "渔港也来了。", EVENING_BEFORE - day)
    out(paper, cast, "又一件事", "渔港还在。", EVENING_BEFORE - 2 * day)
    assert found(reader, "渔港") == ["渔港开工", "别的事", "又一件事"]
    assert found(reader, "渔港", sort="newest") == ["别的事", "又一件事", "渔港开工"]


def test_filters_narrow_a_search(paper: Paper, cast: Cast, reader: Client) -> None:
    other = people.found("tide", "en", position=1)
    life = Section.objects.create(edition=paper.edition, name="民生", slug="life")
    day = dt.timedelta(days=1)
    out(paper, cast, "渔港一", "甲。", EVENING_BEFORE - 2 * day)
    out(paper, cast, "渔港二", "乙。", section=life)
    out(other, cast, "渔港三", "丙。")
    assert len(found(reader, "渔港")) == 3
    assert found(reader, "渔港", section="life") == ["渔港二"]
    assert found(reader, "渔港", paper="tide") == ["渔港三"]
    assert found(reader, "渔港", to="2031-02-28") == ["渔港一"]
    assert found(reader, "渔港", **{"from": "2031-03-01", "to": "2031-03-02"}) != ["渔港一"]
    assert len(found(reader, "渔港", by="林晚潮")) == 3
    assert found(reader, "渔港", by="没有这人") == []
    assert found(reader, "", section="life") == ["渔港二"]


def test_a_wrong_date_is_told_of_and_kept(paper: Paper, cast: Cast, reader: Client) -> None:
    out(paper, cast, "渔港一", "甲。")
    page = reader.get("/search/", {"q": "渔港", "from": "明天", "lang": "en"}).content.decode()
    assert '“<span lang="zh-Hans">明天</span>” is no date' in page
    assert 'value="明天"' in page
    assert "渔港</mark>一" in page
    turned = {"q": "渔港", "from": "2031-03-09", "to": "2031-03-01", "lang": "en"}
    assert "The first day comes after the last" in reader.get("/search/", turned).content.decode()


def test_where_nothing_is_found_something_near_is_suggested(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen, "避风的地方", release="now")
    story.tags.add("渔港建设")
    people.read_through(story, cast, EVENING_BEFORE)
    hidden = people.draft(paper, cast.wen, "渔港机密", release="embargo", embargo_until=SIX + HOUR)
    hidden.tags.add("渔港机密")
    people.read_through(hidden, cast, EVENING_BEFORE)
    answer = reader.get("/search/", {"q": "渔港建筑"})
    assert answer.context["found"].stories == []
    assert answer.context["near"][0].name == "渔港建设"
    assert "渔港机密" not in answer.content.decode()
    clock.move_to(SIX + HOUR)
    assert found(reader, "渔港机密") == ["渔港机密"]


def test_a_scheduled_story_is_found_at_its_very_second(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen, "准点的消息"))
    clock.move_to(SIX - SECOND)
    assert found(reader, "准点") == []
    clock.move_to(SIX)
    assert found(reader, "准点") == ["准点的消息"]


def test_an_update_is_found_by_its_new_words_only(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    story = out(paper, cast, "三百户受益", "甲。", EVENING_BEFORE - HOUR)
    story = workflow.take_back(story, cast.shen, EVENING_BEFORE)
    story.headline = "五百户受益"
    story.save()
    people.read_through(story, cast, EVENING_BEFORE)
    assert found(reader, "三百户") == []
    assert found(reader, "五百户") == ["五百户受益"]


def test_a_redacted_story_is_in_no_index(paper: Paper, cast: Cast, reader: Client) -> None:
    story = out(paper, cast, "当事人姓名", "某某。", EVENING_BEFORE)
    asked = grams.asked("当事人")
    question = search.question(asked, connection.vendor)
    assert search.answering(PublishedStory.objects.all(), *question).count() == 1
    publishing.redact(story, cast.shen, "法院裁定", EVENING_BEFORE + SECOND)
    indexed = search.Holds(search.words(asked, connection.vendor))
    assert PublishedStory.objects.filter(indexed).count() == 0
    assert found(reader, "当事人") == []


def test_what_is_cancelled_before_its_hour_leaves_the_index(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    story = people.draft(paper, cast.wen, "取消的消息")
    issue = people.run(paper, cast, story)
    asked = grams.asked("取消的消息")
    indexed = search.Holds(search.words(asked, connection.vendor))
    assert PublishedStory.objects.filter(indexed).count() == 1
    publishing.hold(issue, cast.hai, "重排", EVENING_BEFORE + SECOND)
    assert PublishedStory.objects.filter(indexed).count() == 0


@pytest.mark.parametrize("sort", ["", "newest"])
def test_what_is_found_goes_on_page_by_page(
    paper: Paper, cast: Cast, reader: Client, sort: str
) -> None:
    archive.fill(paper, cast, 45, SIX)
    seen: list[str] = []
    address = f"/search/?q=渔港&sort={sort}"
    for _ in range(4):
        answer = reader.get(address)
        seen += [story.headline for story in answer.context["found"].stories]
        if not answer.context["found"].next:
            break
        address = f"/search/?{answer.context['found'].next}"
    assert len(seen) == len(set(seen)) == 45


# However rows are found, which SQLite is told by how many there are: from how many of a word they
# are not looked up one by one, and how many are prepared for at least; and PostgreSQL by a sample.
WAYS = {
    "as it comes": {},
    "one prepared": {"search.STRETCH": 1},
    "two prepared": {"search.FEW": 0, "search.STRETCH": 2},
    "seven prepared": {"search.FEW": 1, "search.STRETCH": 7},
    "all looked up": {"search.SAMPLE": 1, "search.LOOKED_UP": 0},
    "a stretch of five, and all looked up": {
        "search.SAMPLE": 2, "search.LOOKED_UP": 1_000, "search.STRETCH": 5,
        "web.finding.LOOKED_AT": 1,
    },
}  # fmt: skip


def turned_through(reader: Client, asked: str) -> list[str]:
    """The headlines of all pages of a search."""
    seen: list[str] = []
    following = asked
    while following:
        screen = reader.get(f"/search/?{following}").context["found"]
        seen += [story.headline for story in screen.stories]
        following = screen.next
        assert len(seen) < 100
    return seen


def headlines(ages: Iterable[int]) -> list[str]:
    return [f"第{age}天" + "的灯塔" * (age % 6 == 1) for age in ages]


def signed_off_in_no_order(paper: Paper, cast: Cast) -> None:
    """A story for each of the last 24 days; an old one is put right this evening."""
    life = Section.objects.create(edition=paper.edition, name="民生", slug="life")
    for age in (number * 7 % 24 for number in range(24)):
        body = "灯塔下的渔港。" if age % 2 else "渔港。" + "沉船。" * (age in (4, 20))
        section = life if age % 3 else paper.section
        at = EVENING_BEFORE - dt.timedelta(days=age)
        out(paper, cast, headlines([age])[0], body, at, section=section)
    old = workflow.take_back(Story.objects.get(headline="第21天"), cast.shen, EVENING_BEFORE)
    old.deck = "修过了"
    old.save()
    people.read_through(old, cast, EVENING_BEFORE)


def test_nothing_is_lost_or_shown_twice_however_rows_are_found(
    paper: Paper, cast: Cast, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old stories come into the paper after younger ones, and four fill a page."""
    signed_off_in_no_order(paper, cast)
    monkeypatch.setattr(searching, "PAGE", 4)
    lit = list(range(1, 24, 2))
    heads, others = lit[::3], [age for age in lit if age % 6 != 1]
    expected = {
        "q=渔港": range(24),
        "q=渔港&sort=newest": range(24),
        "q=灯塔": [*heads, *others],
        "q=灯塔&sort=newest": lit,
        "q=灯塔&section=life&sort=newest": [age for age in lit if age % 3],
        "q=灯塔&from=2031-02-10&to=2031-02-20": [13, 19, 11, 15, 17],
        "q=灯塔&by=林晚潮&sort=newest": lit,
        "q=沉船": [4, 20],
        "q=沉船 灯塔": [],
        "q=修过了": [21],
        "q=船长": [],
    }
    for way, numbers in WAYS.items():
        with monkeypatch.context() as told:
            for name, number in numbers.items():
                told.setattr(f"articles.{name}", number)
            finding.forget()
            for asked, ages in expected.items():
                assert turned_through(reader, asked) == headlines(ages), f"{way}: {asked}"
    finding.forget()


def test_postgresql_walks_to_what_is_common_and_looks_up_what_is_rare() -> None:
    def way(held: int, record: int, to_find: int = 21, looked_at: int = 105) -> search.Way:
        stretch = max(search.STRETCH, finding.LOOKED_AT * to_find)
        sample = search.Sample((), {"it": held}, None, to_find, looked_at, stretch, record)
        return sample.way("it")

    assert way(held=50, record=100_000) is search.Way.LINES
    assert way(held=8, record=100_000, to_find=501) is search.Way.LINES
    assert way(held=0, record=100_000) is search.Way.FEW
    assert way(held=1, record=100_000) is search.Way.FEW  # a stretch may not have enough of it
    assert way(held=7, record=1_000) is search.Way.FEW  # seventy rows in all
    assert way(held=1, record=100_000, looked_at=40) is search.Way.LINES  # of a day's rows
    assert way(held=0, record=100_000, looked_at=40) is search.Way.NONE


def test_a_contributors_name_is_a_filter_by_name_or_address(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    out(paper, cast, "渔港一", "甲。")
    Contributor.objects.create(slug="other", name="庄海生")
    assert found(reader, "渔港", by="lin-wanchao") == ["渔港一"]
    assert found(reader, "渔港", by="庄海生") == []
    assert found(reader, "渔港", by="林晚") == ["渔港一"]
    assert found(reader, "渔港", by="晚潮") == []
    for name, typed in (("Jane Harper", "harp"), ("陈国栋", "陳國棟"), ("Émile Lin", "ÉMILE")):
        Contributor.objects.filter(slug="lin-wanchao").update(name=name)
        assert found(reader, "渔港", by=typed) == ["渔港一"], typed


def test_searching_says_nothing_of_drafts(paper: Paper, cast: Cast, reader: Client) -> None:
    people.draft(paper, cast.wen, "没有签发的渔港")
    assert found(reader, "渔港") == []
    assert Edition.objects.count() == 1
