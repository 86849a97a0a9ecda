"""What readers see: front, issue, page, story and what stands around them."""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

import pytest
from django.test import Client

from articles.models import (
    Byline,
    Contributor,
    Correction,
    Edition,
    Photo,
    Placement,
    PublishedByline,
    PublishedIssue,
)
from articles.rules import publishing, workflow
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper
from tests.conftest import Clock
from tests.web import archive

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def paper() -> Paper:
    return people.found(motto="潮起东方")


@pytest.fixture
def reader(clock: Clock) -> Client:
    clock.move_to(SIX)
    return Client()


def html(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_the_front_shows_todays_issue(paper: Paper, cast: Cast, reader: Client) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen, kicker="三年工期"))
    front = html(reader, "/")
    assert "渔港修好了防波堤" in front
    assert "三年工期" in front
    assert "2031年3月3日 星期一" in front
    assert html(reader, "/daily/") == front


def test_an_issue_and_its_page_are_there_at_the_hour_and_not_before(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    for address in (f"/daily/{MONDAY}/", f"/daily/{MONDAY}/1/"):
        assert "渔港修好了防波堤" in html(reader, address)
    clock.move_to(SIX - SECOND)
    for address in (f"/daily/{MONDAY}/", f"/daily/{MONDAY}/1/"):
        html(reader, address, 404)


def test_a_story_that_is_not_signed_off_leaves_no_gap_on_its_page(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    ready, late = people.draft(paper, cast.wen), people.draft(paper, cast.wen, "没签发")
    people.read_through(ready, cast, EVENING_BEFORE)
    publishing.schedule(people.plan(paper, ready, late), cast.hai, at=EVENING_BEFORE)
    page = html(reader, f"/daily/{MONDAY}/1/")
    assert "渔港修好了防波堤" in page
    assert "没签发" not in page


def test_a_stale_slug_leads_to_the_story(paper: Paper, cast: Cast, reader: Client) -> None:
    story = people.draft(paper, cast.wen, slug="fang-bo-di")
    people.run(paper, cast, story)
    answer = reader.get(f"/stories/{story.pk}/jiu-de/?lang=en")
    assert answer.status_code == 301
    assert answer["Location"] == f"/stories/{story.pk}/fang-bo-di/?lang=en"


def test_a_story_page_has_everything_a_story_has(paper: Paper, cast: Cast, reader: Client) -> None:
    story = people.draft(
        paper, cast.wen, kicker="三年工期", deck="可泊船二百艘", lead_in="本报讯", column="港区纪事"
    )
    Byline.objects.create(story=story, name="庄海生", role="photo", position=1)
    people.illustrate(story, cast.lan, caption="渔船回港")
    story.tags.add("渔港")
    people.run(paper, cast, story)
    page = html(reader, f"/stories/{story.pk}/{story.slug}/")
    for words in (
        "三年工期", "可泊船二百艘", "港区纪事", "渔船回港", "庄海生", "渔船可以避风了",
        '<span class="lead-in">本报讯</span> 防波堤', "/tags/%E6%B8%94%E6%B8%AF/",
        "/contributors/lin-wanchao/", f"/daily/{MONDAY}/1/", 'alt="三条渔船停在码头"',
    ):  # fmt: skip
        assert words in page, words


def test_a_package_leads_from_each_part_to_the_others(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    parent = people.draft(paper, cast.wen, "一港三变")
    child = people.draft(paper, cast.wen, "一变：防波堤", package=parent)
    other = people.draft(paper, cast.wen, "二变：冷库", package=parent)
    people.run(paper, cast, parent, child, other)
    assert "二变：冷库" in html(reader, f"/stories/{child.pk}/{child.slug}/")
    assert "一变：防波堤" in html(reader, f"/stories/{parent.pk}/{parent.slug}/")


def test_a_killed_story_is_gone_with_its_notice(paper: Paper, cast: Cast, reader: Client) -> None:
    story = people.draft(paper, cast.wen, release="now")
    story.tags.add("渔港")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.kill(story, cast.shen, "失实", EVENING_BEFORE, notice="本文已由本报撤回。")
    page = html(reader, f"/stories/{story.pk}/{story.slug}/", 410)
    assert "本文已由本报撤回。" in page
    assert 'role="search"' in page  # where to go on from here
    assert "渔港修好" not in page
    assert reader.get(f"/api/stories/{story.pk}.json").status_code == 410
    html(reader, "/tags/渔港/", 404)
    html(reader, "/contributors/lin-wanchao/", 404)
    for address in ("/", "/sections/daily-news/", "/feeds/daily.xml", "/search/?q=渔港"):
        assert "修好了防波堤" not in html(reader, address)


def test_a_correction_stands_under_the_story_and_in_the_list(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.take_back(story, cast.shen, EVENING_BEFORE)
    Correction.objects.create(
        story=story, text="“二百艘”应为“一百艘”。", at=EVENING_BEFORE, signed_by=cast.shen
    )
    people.read_through(story, cast, EVENING_BEFORE + SECOND)
    story.refresh_from_db()
    assert "“二百艘”应为“一百艘”。" in html(reader, f"/stories/{story.pk}/{story.slug}/")
    assert "“二百艘”应为“一百艘”。" in html(reader, "/corrections/")


@pytest.mark.parametrize("first", ["/sections/daily-news/", "/tags/渔港/", "/contributors/writer/"])
def test_lists_go_on_where_the_last_one_ended(
    paper: Paper, cast: Cast, reader: Client, first: str
) -> None:
    archive.fill(paper, cast, 65, SIX)
    seen: list[str] = []
    address = first
    for _ in range(5):
        answer = reader.get(address)
        stories = answer.context["stories"]
        seen += [story.headline for story in stories.stories]
        if not stories.next:
            break
        address = f"{first}?before={stories.next}"
    assert len(seen) == len(set(seen)) == 65


def test_a_contributors_page_counts_each_story_once(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    rows = archive.fill(paper, cast, 41, SIX)
    writer = Contributor.objects.get(slug="writer")
    PublishedByline.objects.create(
        row=rows[0], contributor=writer, role="photo", published_at=rows[0].published_at
    )
    answer = reader.get("/contributors/writer/")
    work = answer.context["work"]
    assert work.stories == "41"
    assert work.since == rows[-1].published_at
    assert work.sections == [paper.section]
    assert len({one.pk for one in answer.context["stories"].stories}) == 30


def test_of_one_issue_the_lead_is_first_in_lists(paper: Paper, cast: Cast, reader: Client) -> None:
    heads = ["头条新闻", "第二条新闻", "第三条新闻"]
    drafts = [people.draft(paper, cast.wen, head) for head in heads]
    people.run(paper, cast, *drafts)
    for address in ("/sections/daily-news/", "/feeds/daily.xml"):
        page = html(reader, address)
        places = [page.index(head) for head in heads]
        assert places == sorted(places), address


def test_addresses_that_readers_guess_lead_on(paper: Paper, cast: Cast, reader: Client) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    own = f"/stories/{story.pk}/{story.slug}/"
    assert reader.get(f"/stories/{story.pk}/?lang=en")["Location"] == f"{own}?lang=en"
    assert reader.get("/stories/99999/").status_code == 404
    assert reader.get("/favicon.ico")["Location"].endswith(".png")
    for address in ("/corrections/", "/about/", "/archive/"):
        canonical = f'<link rel="canonical" href="http://testserver{address}?edition=daily">'
        assert canonical in html(reader, address)
        assert canonical in html(reader, f"{address}?edition=daily")


def test_a_lead_that_is_not_first_on_its_page_is_first_in_lists(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    heads = ["先排的一条", "后来的头条", "第三条新闻"]
    drafts = [people.draft(paper, cast.wen, head) for head in heads]
    for draft in drafts:
        people.read_through(draft, cast, EVENING_BEFORE)
    issue = people.plan(paper, *drafts)
    for draft, weight in zip(drafts, ("normal", "lead", "normal"), strict=True):
        Placement.objects.filter(story=draft).update(weight=weight)
    publishing.schedule(issue, cast.hai, at=EVENING_BEFORE)
    page = html(reader, "/sections/daily-news/")
    places = [page.index(heads[number]) for number in (1, 0, 2)]
    assert places == sorted(places)


def test_an_address_that_is_not_there_is_told_of_in_its_editions_language(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    people.found("tide", "en")
    assert '<html lang="en">' in html(reader, "/tide/2031-03-09/", 404)
    assert '<html lang="en">' in html(reader, "/nowhere/?edition=tide", 404)
    assert '<html lang="zh-Hans-CN">' in html(reader, "/nowhere/", 404)


@pytest.mark.parametrize("cursor", ["x", "a" * 500, "MjAzMS0wMXwx", "fHw", "中文"])
def test_a_cursor_that_makes_no_sense_is_as_none(
    paper: Paper, cast: Cast, reader: Client, cursor: str
) -> None:
    archive.fill(paper, cast, 3, SIX)
    assert "第0条" in html(reader, f"/sections/daily-news/?before={cursor}")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("渔港", True),
        ("防波堤 渔船", True),
        ("“渔船可以避风”", True),
        ('"渔船可以避风"', True),
        ("防波 避雨", False),
        ("ＡＢＣ", True),
        ("abc", True),
        ("机场", False),
    ],
)
def test_search_finds_two_characters_phrases_and_folded_forms(
    paper: Paper, cast: Cast, reader: Client, asked: str, found: bool
) -> None:
    story = people.draft(
        paper, cast.wen, release="now", body="<p>防波堤昨日完工，渔船可以避风了。ABC公司承建。</p>"
    )
    people.read_through(story, cast, EVENING_BEFORE)
    answer = reader.get("/search/", {"q": asked})
    assert answer.status_code == 200
    page = answer.content.decode().replace("<mark>", "").replace("</mark>", "")
    assert ("修好了防波堤" in page) is found


@pytest.mark.parametrize(
    "asked", ["", '"', "%", "_", "'; DROP TABLE", "<script>alert(1)</script>", "潮" * 5000]
)
def test_a_hostile_search_is_only_a_search(
    paper: Paper, cast: Cast, reader: Client, asked: str
) -> None:
    archive.fill(paper, cast, 2, SIX)
    answer = reader.get("/search/", {"q": asked})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_a_like_sign_is_searched_as_itself(paper: Paper, cast: Cast, reader: Client) -> None:
    archive.fill(paper, cast, 2, SIX)
    assert reader.get("/search/", {"q": "%"}).context["found"].stories == []


def test_the_archive_links_only_days_with_an_issue(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    archive.fill(paper, cast, 20, SIX)
    month = html(reader, "/archive/2031/03/")
    calendar, days = month.split("</table>")
    assert f'href="/daily/{MONDAY}/"' in calendar
    assert calendar.count('href="/daily/2031') == days.count('class="day"') == 2
    html(reader, "/archive/2031/13/", 404)


@pytest.mark.parametrize(
    ("first", "month", "years", "decades"),
    [
        pytest.param(2012, "2031/03", range(2031, 2011, -1), [], id="twenty-years"),
        pytest.param(1968, "2031/03", [2031, 2030], range(2020, 1950, -10), id="this-decade"),
        pytest.param(1968, "1969/12", [1969, 1968], range(2030, 1960, -10), id="its-first"),
        pytest.param(1968, "1700/01", [], range(2030, 1950, -10), id="before-the-first-issue"),
    ],
)
def test_a_long_archive_is_chosen_by_decade(
    paper: Paper,
    cast: Cast,
    reader: Client,
    first: int,
    month: str,
    years: Iterable[int],
    decades: Iterable[int],
) -> None:
    archive.fill(paper, cast, 20, SIX)
    oldest = PublishedIssue.objects.order_by("date")[0]
    PublishedIssue.objects.filter(pk=oldest.pk).update(date=dt.date(first, 5, 4))
    found = html(reader, f"/archive/{month}/")
    choice = found.split('<nav class="years"')[1].split("</nav>")[0]
    links = re.findall(r'href="/archive/(\d+)/(\d+)/[^>]*>(.*?)</a>', choice)
    said = [*map(str, years), *(f"{decade}年代" for decade in decades)]
    assert [words for _, _, words in links] == said
    for year, number, words in links:
        assert number == month[-2:]
        assert first <= int(year) <= 2031
        assert year[:3] == words[:3]
    assert choice.count("aria-current") == bool(years)


def test_the_archive_says_what_led_each_day_and_an_issue_shows_its_month(
    paper: Paper, cast: Cast, reader: Client, clock: Clock
) -> None:
    second, lead = (
        people.draft(paper, cast.wen, "次要的一条"),
        people.draft(paper, cast.wen, "头条"),
    )
    people.run(paper, cast, lead, second)
    assert "头条</a>" in html(reader, "/archive/2031/03/").split("</table>")[1]
    issue = html(reader, f"/daily/{MONDAY}/")
    assert 'aria-current="date"' in issue
    assert "2031年3月</caption>" in issue
    workflow.kill(lead, cast.shen, "失实", SIX + SECOND)
    clock.move_to(SIX + SECOND)
    assert "次要的一条</a>" in html(reader, "/archive/2031/03/").split("</table>")[1]


def test_a_long_name_and_a_long_head_are_set_smaller(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen, "二十九个字以上的标题" * 3))
    assert 'class="head long"' in html(reader, "/")
    assert 'class="name"' in html(reader, "/")
    Edition.objects.update(name="汐浦新区社区工作与精神文明建设通讯报")
    assert 'class="name longest"' in html(reader, "/")


def test_a_picture_in_a_frame_shows_what_matters(paper: Paper, cast: Cast, reader: Client) -> None:
    story = people.draft(paper, cast.wen)
    photo = people.illustrate(story, cast.lan)
    Photo.objects.filter(pk=photo.pk).update(focal_x=21, focal_y=78)
    people.run(paper, cast, story)
    for address in ("/", "/sections/daily-news/", f"/daily/{MONDAY}/"):
        assert 'class="fx20 fy80"' in html(reader, address), address


def test_the_chrome_speaks_the_editions_language_unless_asked(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    chinese = reader.get("/", headers={"accept-language": "en"})
    assert chinese["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans-CN">' in chinese.content.decode()
    english = reader.get("/?lang=en")
    assert english["Content-Language"] == "en"
    assert "Archive" in english.content.decode()
    assert "?lang=en" in english.content.decode()
    assert reader.get("/?lang=xx").content == chinese.content


def test_two_editions_have_a_front_each(paper: Paper, cast: Cast, reader: Client) -> None:
    other = people.found("tide", "en", position=1)
    story = people.draft(other, cast.wen, "The wall is mended", release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    assert "The wall is mended" in html(reader, "/tide/")
    assert "The wall is mended" not in html(reader, "/")
    assert "The Tide" in html(reader, "/")


def test_public_pages_set_no_cookie_and_vary_on_none(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    for address in ("/", f"/daily/{MONDAY}/", "/search/?q=x", "/archive/", "/no/such/page/"):
        answer = reader.get(address)
        assert not answer.cookies
        assert "cookie" not in answer.get("Vary", "").lower()
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        for script in re.findall(r"<script[^>]*>", answer.content.decode()):
            assert 'src="' in script or 'type="application/ld+json"' in script
        assert "style=" not in answer.content.decode()


def test_an_unchanged_page_is_answered_with_304(paper: Paper, cast: Cast, reader: Client) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    first = reader.get("/")
    again = reader.get("/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_feeds_are_atom_with_the_newest_first(paper: Paper, cast: Cast, reader: Client) -> None:
    archive.fill(paper, cast, 12, SIX)
    for address in ("/feeds/daily.xml", "/feeds/sections/daily-news.xml"):
        feed = ET.fromstring(reader.get(address).content)
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) == 12
        assert entries[0].find(f"{ATOM}title").text.startswith("第")  # type: ignore[union-attr]
    html(reader, "/feeds/nothing.xml", 404)


def test_sitemaps_hold_what_is_live(paper: Paper, cast: Cast, reader: Client) -> None:
    rows = archive.fill(paper, cast, 12, SIX)
    for address in ("/sitemaps/2031-03.xml", "/news-sitemap.xml"):
        tree = ET.fromstring(reader.get(address).content)
        text = ET.tostring(tree, encoding="unicode")
        assert rows[0].get_absolute_url() in text
    assert "/sitemaps/2031-03.xml" in html(reader, "/sitemap.xml")
    assert "Sitemap:" in html(reader, "/robots.txt")


def test_a_story_is_told_to_machines_as_ninjs(paper: Paper, cast: Cast, reader: Client) -> None:
    story = people.draft(paper, cast.wen, kicker="三年工期")
    people.illustrate(story, cast.lan)
    people.run(paper, cast, story)
    item = json.loads(reader.get(f"/api/stories/{story.pk}.json").content)
    assert item["standard"]["version"] == "3.0"
    assert item["headlines"][0] == {"role": "kicker", "value": "三年工期"}
    assert item["bodies"][0]["value"].startswith("<p>")
    whole = json.loads(reader.get(f"/api/issues/daily/{MONDAY}.json").content)
    assert [one["uri"] for one in whole["associations"]] == [item["uri"]]


def test_the_probes_answer(reader: Client, paper: Paper) -> None:
    assert html(reader, "/healthz") == "ok\n"
    assert html(reader, "/readyz") == "ok\n"


def test_pictures_are_served_while_a_live_story_shows_them(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.illustrate(story, cast.lan)
    people.read_through(story, cast, EVENING_BEFORE)
    address = f"/media/{people.copy_names(story)[0]}-480.webp"
    answer = reader.get(address)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)[:4] == b"RIFF"  # type: ignore[attr-defined]
    workflow.kill(story, cast.shen, "失实", EVENING_BEFORE)
    html(reader, address, 404)


@pytest.mark.parametrize(
    "address",
    [
        "/media/../originals/x-480.jpg",
        "/media/%2e%2e%2foriginals%2fx-480.jpg",
        f"/media/{'0' * 32}-480.jpg",
        f"/media/{'0' * 32}-480.svg",
        f"/media/{'0' * 31}-99999999999999999999.jpg",
        "/stories/99999999999999999999999/x/",
        "/daily/2031-02-30/",
        "/daily/2031-03-03/0/",
        "/archive/0000/01/",
        "/archive/9999/12/",
    ],
)
def test_addresses_that_make_no_sense_are_not_found(
    paper: Paper, reader: Client, address: str
) -> None:
    html(reader, address, 404)


def test_the_paper_without_any_edition_says_so(reader: Client, db: None) -> None:
    html(reader, "/", 404)


@pytest.mark.parametrize(
    "address", ["/search/?q=%00", "/tags/%00/", "/stories/1/%00/", "/media/%00-1.jpg", "/?lang=%00"]
)
def test_a_nul_in_an_address_is_refused(reader: Client, db: None, address: str) -> None:
    assert reader.get(address).status_code == 400


def test_readers_cannot_post(paper: Paper, reader: Client) -> None:
    assert reader.post("/").status_code == 405


def test_a_tag_without_a_letter_has_its_place_in_the_address(
    paper: Paper, cast: Cast, reader: Client
) -> None:
    story = people.draft(paper, cast.wen, "早茶", release="now")
    story.tags.add("☕", "……", "☕️")
    people.read_through(story, cast, EVENING_BEFORE)
    page = reader.get(story.record.get().get_absolute_url())
    assert page.status_code == 200
    leads = set(re.findall(r'href="(/tags/[^"]*/)"', page.content.decode()))
    assert len(leads) == 3
    for address in leads:
        assert "早茶" in reader.get(address).content.decode()
