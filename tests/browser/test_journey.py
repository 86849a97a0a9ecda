"""The whole journey with five people: from a printed page's text to the reader's page at the hour."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Issue, PublishedPicture, PublishedStory, Story, StoryPhoto
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
AFTERNOON = dt.datetime(2031, 3, 2, 7, 0, tzinfo=dt.UTC)
# A page as extraction leaves it: narrow lines, a sentence cut by a column's end, the headline last.
PAGE = """本报讯（记者 林晚潮）望潮渔港
的新防波堤昨日合龙。这道 1.2 公
里长的堤坝修了三年，风浪再大，
港里的渔船也不用再躲到外湾去。

“去年台风来，我们把船开到二十

海里外。”船老大蔡添福说，今年可
以把船系在家门口了。

渔港防波堤昨日合龙
二百条渔船今冬回家避风

▲合龙现场，最后一块石料入海

本报讯（通讯员 郑克勤）老码头夜市明晚
重开，六十个摊位沿海堤路摆开，十
点收摊。市场管理处提醒，当晚海堤
路单侧停车，公交改走榕荫路。

老码头夜市明晚重开
"""


def sign_in(page: Page, name: str) -> Page:
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", f"{name}-of-the-desk")
    page.click("input[type=submit]")
    return page


def press(page: Page, move: str) -> None:
    """Take a step; where it asks first, open what it asks."""
    asked = page.locator(f"summary.desk-move-{move}")
    if asked.count():
        asked.click()
    page.click(f"button[name=_move][value={move}]")
    expect(page.locator(".messagelist .success").last).to_be_visible()


def addresses_of_the_issue(paper: Paper) -> list[str]:
    """Every address at which something of the issue could be had."""
    day = f"/{paper.edition.slug}/{MONDAY}"
    found = ["/", f"/{paper.edition.slug}/", f"{day}/", f"{day}/1/", "/sections/daily-news/"]
    found += ["/search/?q=防波堤", "/feeds/daily.xml", "/feeds/sections/daily-news.xml"]
    found += ["/sitemaps/2031-03.xml", "/news-sitemap.xml", f"/api/issues/daily/{MONDAY}.json"]
    found += ["/tags/渔港/", "/contributors/lin-wanchao/", "/archive/", "/archive/2031/03/"]
    for story in Story.objects.all():
        found += [f"/stories/{story.pk}/{story.slug}/", f"/api/stories/{story.pk}.json"]
        found += [f"/media/{file}" for file in people.copies(story)]
    return found


def shows(client: Client, address: str) -> bool:
    answer: Any = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if address.startswith("/media/"):
        return bool(answer.status_code == 200)
    text = re.sub(r'value="[^"]*"|“防波堤”|<title>防波堤 · ', "", body.decode())
    return "防波堤" in text or "fang-bo-di" in text or f"/daily/{MONDAY}" in text


def test_a_printed_page_becomes_a_scheduled_issue_that_readers_open(
    open_page: Callable[..., Page], clock: Clock, shot: Callable[[Page, str], None]
) -> None:
    clock.move_to(AFTERNOON, tick=True)
    cast, paper = people.hire(), people.found(motto="潮起东方")
    people.contributor()

    # Hai pastes the page's text and makes drafts of it, on page 1 of Monday's issue.
    hai = sign_in(open_page(), "hai")
    hai.goto("/admin/articles/story/from-page/")
    hai.fill("[name=text]", PAGE)
    hai.select_option("[name=section]", label="望潮日报 · 要闻")
    hai.fill("[name=date]", str(MONDAY))
    hai.fill("[name=page]", "1")
    hai.select_option("[name=author]", label="wen")
    hai.click("button[name=_read]")
    shot(hai, "journey-1-proposals")
    hai.click("button[name=_draft]")
    expect(hai.locator(".messagelist .success").first).to_be_visible()
    lead = Story.objects.get(headline__contains="防波堤")
    brief = Story.objects.get(headline__contains="夜市")
    assert {story.status for story in Story.objects.all()} == {"draft"}
    assert lead.bylines.get().contributor == people.contributor()

    # Wen mends the draft in the admin: a tag, a photo that Lan sent in, one more sentence.
    photo = people.photo(cast.lan)
    wen = sign_in(open_page("phone"), "wen")
    wen.goto(f"/admin/articles/story/{lead.pk}/change/")
    editor = wen.locator(".prose-editor [contenteditable=true]").first
    editor.click()
    wen.keyboard.press("Control+End")
    wen.keyboard.type("他说，等这一天等了三年。")
    wen.evaluate("document.querySelectorAll('details.where').forEach(one => one.open = true)")
    wen.fill("[name=tags]", "渔港")
    shot(wen, "journey-2-mending")
    press(wen, "submit")
    StoryPhoto.objects.create(story=lead, photo=photo, caption="合龙现场")
    wen.goto(f"/admin/articles/story/{brief.pk}/change/")
    press(wen, "submit")
    lead.refresh_from_db()
    assert "等这一天等了三年" in lead.body
    assert lead.status == "first_read"

    # Qiu and Hai read, Shen signs off.
    for name, move in (("qiu", "pass_first"), ("hai", "pass_second"), ("shen", "sign_off")):
        reader = hai if name == "hai" else sign_in(open_page(), name)
        for story in (lead, brief):
            reader.goto(f"/admin/articles/story/{story.pk}/change/")
            press(reader, move)
    assert {story.status for story in Story.objects.all()} == {"signed_off"}
    assert not PublishedStory.objects.exists()

    # Hai looks at the plan, previews it, and schedules the issue for its usual hour.
    issue = Issue.objects.get()
    hai.goto(f"/admin/articles/issue/{issue.pk}/preview/")
    expect(hai.locator("main")).to_contain_text("防波堤")
    hai.goto(f"/admin/articles/issue/{issue.pk}/press/")
    shot(hai, "journey-3-plan")
    hai.click("summary.main")
    hai.click("button[name=act][value=schedule]")
    expect(hai.locator(".messagelist .success")).to_be_visible()
    issue.refresh_from_db()
    assert issue.goes_live_at == SIX
    assert set(PublishedPicture.objects.values_list("photo", flat=True)) == {photo.pk}

    # One second before the hour: nothing, at any address.
    clock.move_to(SIX - SECOND)
    client = Client()
    early = [address for address in addresses_of_the_issue(paper) if shows(client, address)]
    assert early == []

    # At the hour, with nothing run in between: all of it.
    clock.move_to(SIX)
    assert timezone.now() == SIX
    late = [address for address in addresses_of_the_issue(paper) if not shows(client, address)]
    quiet = [f"/stories/{brief.pk}/{brief.slug}/", f"/api/stories/{brief.pk}.json"]
    assert [address for address in late if address not in quiet] == []

    # A reader opens the paper at breakfast, on a phone, with scripts off.
    reading = open_page("phone", scripts=False)
    reading.goto("/")
    reading.get_by_role("link", name=re.compile("防波堤")).first.click()
    expect(reading.locator("h1")).to_contain_text("防波堤")
    expect(reading.locator(".by")).to_contain_text("林晚潮")
    expect(reading.locator("figcaption").first).to_contain_text("合龙现场")
    shot(reading, "journey-4-story")
