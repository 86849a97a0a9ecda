"""What goes cold by a change, kind of page by kind of page: what shows it, and nothing else."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.freshness import stores
from articles.models import Correction, PublishedStory, Story
from articles.models.stories import StoryTag, Tag
from articles.rules import publishing, workflow
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock
from tests.web.test_printed import NAME, run_printed

pytestmark = pytest.mark.django_db(transaction=True)
SHEET = f"/media/pages/{NAME}-900.jpg"
# A new story of this edition and section, by this reporter, is shown or listed by these.
SHOW_A_NEW_STORY = {
    "/", "/daily/", "/sections/daily-news/", "/feeds/daily.xml", "/feeds/daily.json",
    "/feeds/sections/daily-news.xml", "/feeds/sections/daily-news.json", "/about/",
    "/contributors/lin-wanchao/", "/feeds/contributors/lin-wanchao.xml", "/search/?q=防波堤",
    "/news-sitemap.xml",
}  # fmt: skip
DO_NOT = {
    "/tags/港/", "/feeds/tags/港.xml", "/archive/", f"/archive/{MONDAY:%Y/%m}/", "/corrections/",
    f"/daily/{MONDAY}/", f"/daily/{MONDAY}/1/", f"/api/issues/daily/{MONDAY}.json", SHEET,
    "/tide/", "/sections/tide-news/", "/feeds/tide.xml", "/corrections/?edition=tide",
    "/archive/?edition=tide",
}  # fmt: skip


@pytest.fixture
def daily(cast: Cast, clock: Clock) -> Paper:
    """A printed issue with an illustrated, tagged story that was corrected; and another edition."""
    daily, tide = people.found(), people.found("tide", "en")
    story = people.draft(daily, cast.wen)
    tag = Tag.objects.create(slug="港", name="港")
    StoryTag.objects.create(content_object=story, tag=tag)
    people.illustrate(story, cast.lan)
    run_printed(daily, cast, story)
    clock.move_to(SIX)
    english = people.draft(tide, cast.wen, "Boats are in", release="now")
    people.read_through(english, cast, SIX)
    workflow.take_back(story, cast.shen, SIX)
    Correction.objects.create(
        story=story, wrong="二", right="一", text="是一不是二", at=SIX, signed_by=cast.shen
    )
    story = Story.objects.get(pk=story.pk)
    story.body = "<p>一。</p>"
    story.save()
    people.read_through(story, cast, SIX)
    clock.move_to(SIX + SECOND)
    return daily


@pytest.fixture
def reader(daily: Paper) -> Client:
    """One who has asked for everything."""
    reader = Client()
    for address in everything():
        response = reader.get(address)
        assert response.status_code == 200, address
        response.close()
        assert not is_cold(reader, address), f"{address} is not kept"
    return reader


def everything() -> set[str]:
    own = {f"/api/stories/{row.story_id}.json" for row in PublishedStory.objects.all()}
    own |= {row.get_absolute_url() for row in PublishedStory.objects.all()}
    for row in PublishedStory.objects.live(SIX + SECOND):
        for picture in row.payload.get("photos", []):
            own.add(f"/media/{picture['name']}-{picture['widths'][0]}.jpg")
    return own | SHOW_A_NEW_STORY | DO_NOT


def is_cold(reader: Client, address: str) -> bool:
    """Whether asking for it reaches the database."""
    with CaptureQueriesContext(connection) as queries:
        reader.get(address).close()
    return len(queries) > 0


def cold(reader: Client, addresses: set[str]) -> set[str]:
    return {address for address in addresses if is_cold(reader, address)}


def test_a_new_story_makes_cold_what_lists_it(daily: Paper, cast: Cast, reader: Client) -> None:
    known = everything()
    new = people.draft(daily, cast.wen, "新的一条", release="now")
    people.read_through(new, cast, SIX + SECOND)
    assert cold(reader, known) == SHOW_A_NEW_STORY


def test_a_kill_makes_cold_what_showed_the_story(
    daily: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    known = everything()
    row = PublishedStory.objects.live(SIX + SECOND).get(edition=daily.edition)
    pictures = {one for one in known if one.startswith("/media/")} - {SHEET}
    assert pictures
    clock.move_to(SIX + 2 * SECOND)
    workflow.kill(row.story, cast.shen, "失实", SIX + 2 * SECOND)
    gone = {row.get_absolute_url(), f"/api/stories/{row.story_id}.json", SHEET, *pictures}
    shown = {one for one in DO_NOT if "tide" not in one}  # the archive names what led the day
    assert cold(reader, known) == gone | shown | SHOW_A_NEW_STORY
    for address in gone:
        assert reader.get(address).status_code in (404, 410)


def test_what_was_scheduled_and_is_held_changes_no_page(
    daily: Paper, cast: Cast, clock: Clock
) -> None:
    """Eight stories to come under the same tag do not push out what is shown beside a story."""
    old = PublishedStory.objects.live(SIX + SECOND).get(edition=daily.edition)
    tag = Tag.objects.get()
    shown = people.draft(daily, cast.wen, "港口的另一条", release="now")
    StoryTag.objects.create(content_object=shown, tag=tag)
    people.read_through(shown, cast, SIX + SECOND)
    coming = [people.draft(daily, cast.wen, f"将来第{number}条") for number in range(8)]
    for one in coming:
        StoryTag.objects.create(content_object=one, tag=tag)
        people.read_through(one, cast, SIX + SECOND)
    issue = people.plan(daily, *coming, date=MONDAY + dt.timedelta(days=1))
    publishing.schedule(issue, cast.hai, SIX + 600 * SECOND, at=SIX + SECOND)
    reader, address = Client(), PublishedStory.objects.get(story=shown).get_absolute_url()
    before = reader.get(address).content
    assert old.get_absolute_url().encode() in before
    publishing.hold(issue, cast.hai, "等通知", at=SIX + SECOND)
    stores.forget()  # made anew, it is the same
    assert reader.get(address).content == before
