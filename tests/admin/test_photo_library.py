"""The photo library: what is found in it, what ran where, and what a sheet costs."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.admin import photo_library
from articles.models import Photo, StoryPhoto, User
from articles.rules import workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/articles/photo/"
DAY = dt.timedelta(days=1)


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shelve(by: User, number: int = 1, **fields: Any) -> list[Photo]:
    """Photos without files: their rows are all that a sheet reads."""
    words = {"caption": "渔船归港", "credit": "庄海生"} | fields
    return Photo.objects.bulk_create(
        Photo(
            original=f"originals/{n}.jpeg", format="JPEG", width=1500, height=1000,
            uploaded_by=by, **words,
        )
        for n in range(number)
    )  # fmt: skip


def shown(client: Client, **asked: Any) -> list[Photo]:
    return [one.photo for one in client.get(LIBRARY, asked).context["prints"]]


# -- finding -------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["归港", "庄海", "石狮", "台风", "三条船", "这篇稿里", "HARBOUR"])
def test_a_word_is_found_wherever_it_stands_chinese_too(
    word: str, cast: Cast, paper: Paper
) -> None:
    (photo,) = shelve(
        cast.lan, caption="渔船归港 Harbour", credit="庄海生", place="石狮", keywords="台风，渔港",
        alt="三条船",
    )  # fmt: skip
    other = shelve(cast.lan, caption="学校", credit="林晚潮")[0]
    story = people.draft(paper, cast.wen)
    StoryPhoto.objects.create(story=story, photo=photo, caption="这篇稿里的图说")
    client = at_desk(cast.lan)
    assert shown(client, q=word) == [photo]
    assert shown(client, q=f"{word} 没有的词") == []
    assert shown(client) == [other, photo]


def test_photos_are_narrowed_by_photographer_and_keyword(cast: Cast) -> None:
    lin = people.contributor()
    (hers,) = shelve(cast.lan, photographer=lin, keywords="渔港")
    (not_hers,) = shelve(cast.lan, keywords="台风")
    client = at_desk(cast.lan)
    assert shown(client, photographer=lin.pk) == [hers]
    assert shown(client, keyword="台风") == [not_hers]
    page = client.get(LIBRARY, {"photographer": lin.pk})
    assert [one.pk for one in page.context["form"].fields["photographer"].queryset] == [lin.pk]


def test_a_photo_goes_by_the_day_it_was_taken_else_by_the_day_it_came(cast: Cast) -> None:
    day = dt.date(2020, 5, 4)  # a minute before midnight in Shanghai
    (old,) = shelve(cast.lan, taken_at=dt.datetime(2020, 5, 4, 15, 59, tzinfo=dt.UTC))
    (unknown,) = shelve(cast.lan)
    client = at_desk(cast.lan)
    assert shown(client, since=day, until=day) == [old]
    assert shown(client, since=day + DAY) == [unknown]
    assert shown(client, until=day - DAY) == []
    today = timezone.localdate()
    assert shown(client, since=today, until=today) == [unknown]


def test_photos_are_narrowed_by_rights(cast: Cast) -> None:
    now = timezone.now()
    (free,) = shelve(cast.lan)
    (forbidden,) = shelve(cast.lan, web_allowed=False)
    (over,) = shelve(cast.lan, expires_at=now - DAY)
    (soon,) = shelve(cast.lan, expires_at=now + 3 * DAY)
    (retired,) = shelve(cast.lan, retired_at=now, retired_by=cast.shen, retired_reason="裁定")
    (unchecked,) = shelve(cast.lan, checked=False)
    client = at_desk(cast.lan)
    assert shown(client, rights="usable") == [unchecked, soon, free]
    assert shown(client, rights="soon") == [soon]
    assert shown(client, rights="over") == [over]
    assert shown(client, rights="forbidden") == [forbidden]
    assert shown(client, rights="retired") == [retired]
    assert shown(client, rights="unchecked") == [unchecked]


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "gestern"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"photographer": "9" * 30},
        {"rights": "x"},
        {"before": "x"},
        {"before": "9" * 30},
        {"before": "99999"},
        {"q": "%_\\'\""},
    ],
)
def test_nonsense_in_the_address_breaks_nothing(asked: dict[str, str], cast: Cast) -> None:
    shelve(cast.lan)
    assert at_desk(cast.lan).get(LIBRARY, asked).status_code == 200


# -- sheets --------------------------------------------------------------------------------------


def test_sheets_follow_each_other_without_a_gap_or_a_double(cast: Cast) -> None:
    photos = shelve(cast.lan, photo_library.ON_A_SHEET * 2 + 5)
    client = at_desk(cast.lan)
    seen: list[Photo] = []
    asked: dict[str, Any] = {"q": "归港"}
    for _sheet in range(3):
        page = client.get(LIBRARY, asked)
        seen += [one.photo for one in page.context["prints"]]
        shelve(cast.lan)  # somebody sends photos in meanwhile
        asked["before"] = page.context["after"]
    assert asked["before"] is None
    assert seen == photos[::-1]


def test_a_sheet_costs_the_same_however_much_there_is(
    cast: Cast, paper: Paper, clock: Clock
) -> None:
    clock.move_to(SIX)
    client = at_desk(cast.wen)
    client.get(LIBRARY)

    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(LIBRARY, {"q": "归港", "rights": "usable"}).status_code == 200
        return len(told)

    shelve(cast.lan)
    alone = cost()
    stories = [people.draft(paper, cast.wen, f"第{n}条") for n in range(5)]
    for n, story in enumerate(stories):
        StoryPhoto.objects.create(story=story, photo=shelve(cast.lan, 10)[n])
    people.run(paper, cast, *stories[:3])
    assert cost() <= alone + 2  # the live rows and the pages they stood on, once there are any
    assert alone <= 12


# -- what ran where and when ---------------------------------------------------------------------


def test_under_a_photo_stands_where_and_since_when_it_ran(
    cast: Cast, paper: Paper, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen, "防波堤完工")
    photo = people.illustrate(story, cast.lan)
    people.run(paper, cast, story)
    clock.move_to(EVENING_BEFORE)
    waiting = photo_library.uses_of([photo], cast.shen, EVENING_BEFORE)[photo.pk]
    assert (waiting.ran, [use.story for use in waiting.desk]) == ([], [story])
    clock.move_to(SIX)
    (ran,) = photo_library.uses_of([photo], cast.lan, SIX)[photo.pk].ran
    assert (ran.headline, ran.since) == ("防波堤完工", SIX)
    assert "2031-03-03" in ran.place
    assert "要闻" in ran.place
    for address in (LIBRARY, f"{LIBRARY}{photo.pk}/change/"):
        page = at_desk(cast.lan).get(address).content.decode()
        assert "防波堤完工" in page, address
        assert "要闻" in page, address


def test_a_killed_story_still_counts_as_a_use(cast: Cast, paper: Paper) -> None:
    story = people.draft(paper, cast.wen, "撤下的", release="now")
    photo = people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.kill(story, cast.shen, "失实", EVENING_BEFORE + DAY, notice="已撤回。")
    (ran,) = photo_library.uses_of([photo], cast.lan, EVENING_BEFORE + 2 * DAY)[photo.pk].ran
    assert (ran.headline, ran.address) == ("", "")


def test_anothers_draft_is_not_told_of_to_a_reporter(cast: Cast, paper: Paper) -> None:
    story = people.draft(paper, cast.qiu, "编辑部的秘密")
    people.illustrate(story, cast.lan)
    assert "编辑部的秘密" not in at_desk(cast.wen).get(LIBRARY).content.decode()
    assert "编辑部的秘密" in at_desk(cast.shen).get(LIBRARY).content.decode()
