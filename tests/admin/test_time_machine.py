"""Looking at readers' pages as of an instant: the time machine, previews, what was redacted."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from articles.admin import preview
from articles.models import Correction, PublishedIssue, PublishedStory
from articles.rules import publishing, workflow
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def at(instant: dt.datetime, path: str = "/", wish: str = "record") -> str:
    return preview.address_at(instant, preview.wish_of(wish), path)


def seen(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_every_kind_of_page_is_shown_as_of_its_instant(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    story.tags.add("渔港")
    people.run(paper, cast, story)
    client = sat_down(cast.hai)
    pages = [
        "/",
        "/daily/",
        f"/daily/{MONDAY}/",
        f"/daily/{MONDAY}/1/",
        f"/stories/{story.pk}/{story.slug}/",
        "/sections/daily-news/",
        "/tags/渔港/",
        "/contributors/lin-wanchao/",
        f"/archive/{MONDAY:%Y/%m}/",
    ]
    for page in pages:
        before, then = at(SIX - SECOND, page), at(SIX, page)
        assert "渔港修好了防波堤" not in seen(client, before), page
        shown = client.get(then)
        assert shown.status_code == 200, page
        needed = f"/daily/{MONDAY}/" if "archive" in page else "渔港修好了防波堤"
        assert needed in shown.content.decode(), page
        assert {"no-store", "private"} <= set(shown["Cache-Control"].split(", "))
        assert shown["X-Robots-Tag"].startswith("noindex")


def test_every_link_inside_stays_inside(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    story.tags.add("渔港")
    people.run(paper, cast, story)
    client = sat_down(cast.hai)
    for page in ("/", f"/daily/{MONDAY}/", f"/stories/{story.pk}/{story.slug}/", "/archive/"):
        html = seen(client, at(SIX, page)).split("</aside>", 1)[1]
        for link in re.findall(r'<a [^>]*href="([^"]+)"', html):
            assert link.startswith((at(SIX), "#", "?")), f"{link} on {page}"
    assert get_script_prefix() == "/"
    assert reverse("web:front") == "/"
    assert django_settings.STATIC_URL == "/static/"


def test_a_page_is_seen_as_printed_after_it_was_changed(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    story = workflow.take_back(story, cast.shen, SIX + HOUR)
    story.headline = "渔港防波堤完工"
    story.save()
    people.read_through(story, cast, SIX + 2 * HOUR)
    client = sat_down(cast.hai)
    page = f"/daily/{MONDAY}/1/"
    assert "渔港修好了防波堤" in seen(client, at(SIX, page))
    assert "渔港防波堤完工" in seen(client, at(SIX + 2 * HOUR, page))
    machine = seen(client, reverse("admin:time_machine") + f"?address=/daily/{MONDAY}/")
    assert "2031-03-03T06%3A00%3A00%2B08%3A00" in machine  # the link "as printed"


def test_what_was_redacted_is_gone_and_the_banner_says_so(
    paper: Paper, cast: Cast, clock: Any
) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    publishing.redact(story, cast.shen, "法院裁定", SIX + HOUR)
    client = sat_down(cast.hai)
    for page in (f"/stories/{story.pk}/x/", f"/daily/{MONDAY}/1/", f"/daily/{MONDAY}/"):
        html = seen(client, at(SIX, page))
        assert "渔港修好了防波堤" not in html, page
        assert "涂销" in html, page


def test_what_never_was_is_told_as_such(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.hai)
    assert client.get(at(SIX, "/stories/99/x/")).status_code == 404
    feed = client.get(at(SIX, "/feeds/daily.xml"))
    assert feed.status_code == 404
    assert "订阅源" in feed.content.decode()
    for nonsense in ("tomorrow/record/", "20310303T060000Z/all/", "20310303T060000Z/story-9999/"):
        assert client.get(f"/admin/at/{nonsense}").status_code == 404


def test_an_issue_is_previewed_with_what_is_not_signed_off(paper: Paper, cast: Cast) -> None:
    signed = people.read_through(people.draft(paper, cast.wen), cast, EVENING_BEFORE)
    draft = people.draft(paper, cast.wen, "还没签发的稿子", body="<p>没人读过的话。</p>")
    issue = people.plan(paper, signed, draft)
    client = sat_down(cast.hai)
    page = f"/daily/{MONDAY}/1/"
    plain = seen(client, at(SIX, page, f"issue-{issue.pk}"))
    assert "渔港修好了防波堤" in plain
    assert "还没签发的稿子" not in plain
    whole = seen(client, at(SIX, page, f"issue-{issue.pk}-all"))
    assert "还没签发的稿子" in whole
    there = f"/stories/{draft.pk}/{draft.slug}/"
    assert "没人读过的话" in seen(client, at(SIX, there, f"issue-{issue.pk}-all"))
    assert "还没签发的稿子" in seen(client, at(SIX, "/", f"issue-{issue.pk}-all"))
    # Nothing of a rehearsal stays, and readers had none of it.
    assert not PublishedStory.objects.exists()
    assert not PublishedIssue.objects.exists()
    assert Client().get(there).status_code == 404


def test_a_change_to_a_live_story_is_previewed_everywhere_and_readers_keep_theirs(
    paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, timezone.now() - HOUR)
    story = workflow.take_back(story, cast.shen)
    story.headline = "渔港防波堤完工"
    story.save()
    client, now = sat_down(cast.qiu), timezone.now()
    for page in ("/", "/sections/daily-news/", f"/stories/{story.pk}/{story.slug}/"):
        assert "渔港防波堤完工" in seen(client, at(now, page, f"story-{story.pk}")), page
        assert "渔港修好了防波堤" in seen(Client(), page), page
    assert PublishedStory.objects.count() == 1


def test_an_embargoed_story_is_not_in_a_preview_before_its_end(paper: Paper, cast: Cast) -> None:
    held = people.draft(paper, cast.wen, embargo_until=SIX + 3 * HOUR)
    issue = people.plan(paper, held)
    client, page = sat_down(cast.hai), f"/daily/{MONDAY}/1/"
    wish = f"issue-{issue.pk}-all"
    assert "渔港修好了防波堤" not in seen(client, at(SIX, page, wish))
    assert "渔港修好了防波堤" in seen(client, at(SIX + 3 * HOUR, page, wish))


def test_a_page_may_be_framed_by_the_desk_and_by_nobody_else(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.hai)
    shown = client.get(at(SIX))
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in Client().get("/")["Content-Security-Policy"]
    frame = seen(client, reverse("admin:time_machine") + "?frame=phone&at=2031-03-03T06:00")
    assert f'src="{at(SIX)}"' in frame
    assert "look-phone" in frame


@pytest.mark.parametrize("typed", ["soon", "2031-13-01T00:00", "0001-01-01T00:00"])
def test_an_instant_that_is_none_is_refused_with_a_word(
    paper: Paper, cast: Cast, typed: str
) -> None:
    screen = sat_down(cast.hai).get(reverse("admin:time_machine"), {"at": typed})
    assert screen.status_code == 200
    assert typed in screen.content.decode()
    assert "<iframe" not in screen.content.decode()


def test_public_addresses_take_no_instant(paper: Paper, cast: Cast, clock: Any) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    clock.move_to(SIX - SECOND)
    for query in ("?at=2031-03-03T06:00", "?at=20310303T060000Z", "?with=record&at=2040-01-01"):
        for page in ("/", f"/daily/{MONDAY}/"):
            assert "渔港修好了防波堤" not in seen(Client(), page + query)


def test_reporters_go_on_from_their_own_preview_to_what_readers_have(
    paper: Paper, cast: Cast
) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen, "明天的头条"))
    own = people.draft(paper, cast.wen, "自己的稿子")
    client, now = sat_down(cast.wen), timezone.now()
    mine = f"story-{own.pk}"
    assert "自己的稿子" in seen(client, at(now, f"/stories/{own.pk}/{own.slug}/", mine))
    assert client.get(at(now, "/", mine)).status_code == 200
    assert client.get(at(SIX, "/", mine)).status_code == 403
    assert client.get(at(now)).status_code == 403
    other = people.draft(paper, cast.qiu, "别人的稿子")
    assert client.get(at(now, "/", f"story-{other.pk}")).status_code == 403
    assert Client().get(at(now)).status_code == 302


def test_two_published_versions_are_compared(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    story = workflow.take_back(story, cast.shen, SIX)
    story.body = "<p>防波堤前日完工，渔船可以避风了。</p>"
    story.save()
    people.read_through(story, cast, SIX + HOUR)
    client = sat_down(cast.qiu)
    record = reverse("admin:articles_story_record", args=[story.pk])
    html = seen(client, record + "?a=1&b=2")
    assert "<del>昨</del><ins>前</ins>" in html
    assert client.get(record + "?a=1&b=7").status_code == 404
    assert at(EVENING_BEFORE, f"/stories/{story.pk}/{story.slug}/") in html


def test_a_correction_gets_its_printed_line_and_is_listed(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    story = workflow.take_back(story, cast.shen, SIX + HOUR)
    client = sat_down(cast.qiu)
    change = reverse("admin:articles_story_change", args=[story.pk])
    form = client.get(change).context["adminform"].form
    data = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None}
    data |= {"edition": paper.edition.pk, "section": paper.section.pk, "tags": ""}
    data |= {"story_photos-TOTAL_FORMS": 0, "story_photos-INITIAL_FORMS": 0}
    data |= {"corrections-TOTAL_FORMS": 1, "corrections-INITIAL_FORMS": 0}
    data |= {"corrections-0-wrong": "昨日", "corrections-0-right": "前日", "shared_with": []}
    answer = client.post(change, data)
    assert answer.status_code == 302, answer.context["errors"]
    correction = Correction.objects.get()
    assert correction.text == (
        "本报3月3日第1版《渔港修好了防波堤》一文中，“昨日”应为“前日”，特此更正。"
    )
    assert correction.signed_by == cast.qiu
    # Somebody else reads it now; the one who signs off is told what kind of change it is.
    story.refresh_from_db()
    workflow.submit(story, cast.wen)
    workflow.pass_read(workflow.pass_read(story, cast.qiu), cast.hai)
    assert PublishedStory.objects.filter(change="correction").count() == 0
