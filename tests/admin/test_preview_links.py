"""Links for somebody outside: one story, for a while, and nothing else."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from articles.models import LogEntry, PreviewLink, Story, StoryPhoto
from articles.rules import preview_links as rules
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_stories import sat_down
from tests.cast import EVENING_BEFORE, SECOND, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def address(link: PreviewLink) -> str:
    return reverse("admin:preview_link", args=[rules.token(link)])


def told(story: Story, cast: Cast, hours: int = 4) -> PreviewLink:
    return rules.make(story, cast.qiu, "市长办公室", hours, EVENING_BEFORE)


def test_an_editor_makes_a_link_and_ends_it(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    client, screen = sat_down(cast.qiu), reverse("admin:articles_story_links", args=[story.pk])
    html = client.post(
        screen, {"reader": "市长办公室", "hours": "24"}, follow=True
    ).content.decode()
    link = PreviewLink.objects.get()
    assert link.expires_at - link.made_at == 24 * HOUR
    assert address(link) in html
    assert Client().get(address(link)).status_code == 200
    client.post(screen, {"end": link.pk})
    ended = Client().get(address(link), headers={"accept-language": "zh-CN"})
    assert ended.status_code == 410
    assert "链接已失效" in ended.content.decode()
    verbs = list(LogEntry.objects.order_by("pk").values_list("verb", "reason"))
    assert verbs == [("link", "市长办公室"), ("end_link", "市长办公室")]


def test_whoever_has_it_reads_the_story_as_it_was_then(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen)
    link = told(story, cast)
    Story.objects.filter(pk=story.pk).update(headline="后来的标题", body="<p>后来的话。</p>")
    clock.move_to(EVENING_BEFORE + 4 * HOUR - SECOND)
    html = Client().get(address(link)).content.decode()
    assert "渔船可以避风了" in html
    assert "后来的" not in html
    clock.move_to(EVENING_BEFORE + 4 * HOUR)
    gone = Client().get(address(link))
    assert gone.status_code == 410
    assert "避风" not in gone.content.decode()


def test_nothing_leads_on_from_it(paper: Paper, cast: Cast, clock: Clock) -> None:
    people.read_through(
        people.draft(paper, cast.wen, "别的稿子", release="now"), cast, EVENING_BEFORE
    )
    package = people.draft(paper, cast.wen, "组稿")
    story = people.draft(paper, cast.wen, package=package)
    story.tags.add("渔港")
    people.illustrate(story, cast.lan)
    link = told(story, cast)
    clock.move_to(EVENING_BEFORE)
    html = Client().get(address(link)).content.decode()
    assert re.findall(r"<(?:a|form|script|nav|iframe|button)[ >]", html) == []
    assert "别的稿子" not in html
    for address_in_it in re.findall(r'(?:src|srcset)="([^"]+)"', html):
        assert address_in_it.startswith(address(link)), address_in_it


def test_its_pictures_are_served_and_no_other(paper: Paper, cast: Cast, clock: Clock) -> None:
    story = people.draft(paper, cast.wen)
    people.illustrate(story, cast.lan)
    other = people.draft(paper, cast.wen, "别的稿子")
    StoryPhoto.objects.create(story=other, photo=people.photo(cast.lan, "red"))
    [shown, *_crops], [hidden, *_rest] = people.copy_names(story), people.copy_names(other)
    link = told(story, cast)
    clock.move_to(EVENING_BEFORE)

    def picture(name: str) -> Any:
        return Client().get(f"{address(link)}{name}-480.jpg")

    got = picture(shown)
    assert got["Content-Type"] == "image/jpeg"
    assert "no-store" in got["Cache-Control"]
    assert picture(hidden).status_code == 404
    clock.move_to(EVENING_BEFORE + 5 * HOUR)
    assert picture(shown).status_code == 410


def test_nobody_keeps_indexes_frames_or_passes_on_the_address(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    link = told(people.draft(paper, cast.wen), cast)
    for moment in (EVENING_BEFORE, EVENING_BEFORE + 5 * HOUR):
        clock.move_to(moment)
        answer = Client().get(address(link))
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Frame-Options"] == "DENY"
        assert "Set-Cookie" not in answer
    clock.move_to(EVENING_BEFORE)
    for sitemap in ("/sitemap.xml", "/news-sitemap.xml", "/feeds/daily.xml"):
        assert "seen" not in Client().get(sitemap).content.decode()


def test_a_word_that_we_did_not_sign_opens_nothing_and_asks_nothing(
    paper: Paper, cast: Cast, django_assert_num_queries: Any
) -> None:
    link = told(people.draft(paper, cast.wen), cast)
    word = rules.token(link)
    content = [link.pk, link.content["key"]]
    other_key = signing.Signer(key="other" * 10, salt=rules.SALT).sign_object(content)
    other_use = signing.Signer(salt="something else").sign_object(content)
    forged = [word[:-1], word + "x", "x", ":", other_key, other_use]
    for wrong in forged:
        with django_assert_num_queries(0):
            assert rules.opened(wrong) is None
        assert Client().get(f"/admin/seen/{wrong}/").status_code == 404
    # Signed by us, but not what the row says.
    for payload in ([link.pk, "another key"], [link.pk + 1, link.content["key"]], "nonsense", 7):
        assert rules.opened(signing.Signer(salt=rules.SALT).sign_object(payload)) is None
    link.delete()
    assert rules.opened(word) is None


def test_only_editors_show_a_story_outside(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    for person in (cast.wen, cast.lan):
        with pytest.raises(Refused):
            rules.make(story, person, "某人", 4)
        screen = reverse("admin:articles_story_links", args=[story.pk])
        assert sat_down(person).post(screen, {"reader": "某人", "hours": 4}).status_code == 403
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize(("reader", "hours"), [(" ", 4), ("市长办公室", 9999), ("市长办公室", 0)])
def test_a_link_is_for_somebody_and_for_a_while(
    paper: Paper, cast: Cast, reader: str, hours: int
) -> None:
    story = people.draft(paper, cast.wen)
    with pytest.raises(Refused):
        rules.make(story, cast.qiu, reader, hours)
    screen = reverse("admin:articles_story_links", args=[story.pk])
    again = sat_down(cast.qiu).post(screen, {"reader": reader, "hours": hours})
    assert again.status_code == 200
    assert not PreviewLink.objects.exists()


def test_a_killed_or_redacted_story_is_read_by_no_link(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    from articles.rules import publishing, workflow

    clock.move_to(EVENING_BEFORE)
    killed, ordered = (
        people.draft(paper, cast.wen, "写错了"),
        people.draft(paper, cast.wen, "法院令"),
    )
    words = []
    for story in (killed, ordered):
        words.append(rules.token(rules.make(story, cast.qiu, "市府办", 24, EVENING_BEFORE)))
        people.read_through(story, cast, EVENING_BEFORE)
    workflow.kill(killed, cast.shen, "失实", EVENING_BEFORE)
    publishing.redact(ordered, cast.shen, "法院裁定", EVENING_BEFORE)
    for word in words:
        page = Client().get(reverse("admin:preview_link", args=[word]))
        assert page.status_code in (404, 410)
        assert "防波堤" not in page.content.decode()
    assert PreviewLink.objects.get(story=ordered).content == {}
