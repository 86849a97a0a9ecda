"""What crawlers, hubs, e-readers and browsers without a connection are told."""

import json
import urllib.parse

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from articles.export import hub
from articles.models import Syndication
from articles.rules import workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


def decide(**decided: object) -> Syndication:
    syndication, _ = Syndication.objects.update_or_create(pk=1, defaults=decided)
    return syndication


def test_robots_says_what_the_publisher_decides(paper: Paper) -> None:
    before = Client().get("/robots.txt").content.decode()
    assert "GPTBot" not in before
    assert "Disallow: /admin/" in before
    decide(ai_crawlers="refused", robots="User-agent: SlowBot\nCrawl-delay: 10")
    after = Client().get("/robots.txt").content.decode()
    assert "User-agent: GPTBot" in after
    assert "User-agent: SlowBot\nCrawl-delay: 10" in after
    wrong = Syndication(pk=1, robots="Disallow: /a\nplease go away")
    with pytest.raises(ValidationError, match=r"Line 2|第 2 行"):
        wrong.full_clean()


def test_the_hub_is_told_of_a_scheduled_story_at_its_hour_and_once(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    decide(hub="https://hub.example/", address="https://paper.example", told_until=EVENING_BEFORE)
    people.run(paper, cast, people.draft(paper, cast.wen))
    told: list[str] = []

    def post(address: str, form: bytes) -> None:
        assert address == "https://hub.example/"
        told.extend(urllib.parse.parse_qs(form.decode())["hub.url"])

    assert hub.tell(SIX - SECOND, post) == []
    hub.tell(SIX, post)
    assert "https://paper.example/feeds/daily.xml" in told
    assert "https://paper.example/feeds/sections/daily-news.json" in told
    assert hub.tell(SIX + SECOND, post) == []
    clock.move_to(SIX)
    assert 'rel="hub"' in Client().get("/feeds/daily.xml")["Link"]


def test_a_hub_that_does_not_answer_is_told_again(paper: Paper, cast: Cast) -> None:
    decide(hub="https://hub.example/", address="https://paper.example", told_until=EVENING_BEFORE)
    people.run(paper, cast, people.draft(paper, cast.wen))

    def refuse(address: str, form: bytes) -> None:
        raise hub.NotTold("away")

    with pytest.raises(hub.NotTold):
        hub.tell(SIX, refuse)
    assert hub.tell(SIX, lambda address, form: None) != []


def test_a_share_card_is_there_while_its_story_is(paper: Paper, cast: Cast, clock: Clock) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    clock.move_to(SIX - SECOND)
    assert Client().get(f"/share/{story.pk}-1.jpg").status_code == 404
    clock.move_to(SIX)
    card = Client().get(f"/share/{story.pk}-1.jpg")
    assert card["Content-Type"] == "image/jpeg"
    assert card.content[:3] == b"\xff\xd8\xff"
    page = Client().get(f"/stories/{story.pk}/{story.slug}/").content.decode()
    assert f"/share/{story.pk}-1.jpg" in page
    assert f'<link rel="canonical" href="http://testserver/stories/{story.pk}/' in page
    assert Client().get(f"/share/{story.pk}-9.jpg")["Location"] == f"/share/{story.pk}-1.jpg"
    workflow.kill(story, cast.shen, "失实", SIX)
    clock.move_to(SIX + SECOND)
    assert Client().get(f"/share/{story.pk}-1.jpg").status_code == 404


def test_each_language_of_a_page_names_itself_and_the_other(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    """`hreflang` is heeded where each page named says that it is the canonical one, and names both."""
    people.run(paper, cast, people.draft(paper, cast.wen))
    clock.move_to(SIX)
    plain = "http://testserver/daily/"
    for asked, canonical in (
        ("/", plain),
        ("/?lang=zh-hans", plain),
        ("/?lang=en", f"{plain}?lang=en"),
    ):
        page = Client().get(asked).content.decode()
        assert f'<link rel="canonical" href="{canonical}">' in page, asked
        assert f'hreflang="zh-Hans-CN" href="{plain}">' in page
        assert f'hreflang="en" href="{plain}?lang=en">' in page
        assert f'hreflang="x-default" href="{plain}">' in page


def test_a_feeds_ids_are_the_papers_own_and_stay(paper: Paper, cast: Cast, clock: Clock) -> None:
    """A tag of RFC 4151, the same in both forms of the feed and for whoever mixes papers."""
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    clock.move_to(SIX)
    own = f"tag:testserver,2031-03-02:story:{story.pk}"
    assert f"<id>{own}</id>" in Client().get("/feeds/daily.xml").content.decode()
    assert Client().get("/feeds/daily.json").json()["items"][0]["id"] == own
    # At another host of the paper's, too, once a publisher told its own.
    Syndication.objects.update_or_create(pk=1, defaults={"address": "https://paper.example"})
    assert "tag:paper.example,2031" in Client().get("/feeds/daily.xml").content.decode()


def test_an_edition_can_be_installed_and_an_issue_kept(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen)
    people.illustrate(story, cast.lan)
    people.run(paper, cast, story)
    clock.move_to(SIX)
    client = Client()
    told = json.loads(client.get("/daily/manifest.webmanifest").content)
    assert told["start_url"] == "/daily/"
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    parts = json.loads(client.get(f"/daily/{MONDAY}/offline.json").content)
    assert parts["pages"] == [
        f"/daily/{MONDAY}/",
        f"/daily/{MONDAY}/1/",
        f"/stories/{story.pk}/{story.slug}/",
    ]
    assert len(parts["pictures"]) == 1
    assert len(parts["state"]) == 24
    worker = client.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert not worker.cookies
