"""How far somebody's reach goes: what a colleague's story tells those who do not see it (any more)."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail

from articles.models import Assignment, Contributor, Story, StoryPhoto, User
from articles.rules import assignments, notes, preview_links, telling
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_stories import form_of, sat_down
from tests.cast import EVENING_BEFORE, Cast, Paper

pytestmark = pytest.mark.django_db


def reporter(name: str) -> User:
    person = User.objects.create_user(name, password=f"{name}-of-the-desk", is_staff=True)
    person.groups.add(Group.objects.get(name="reporter"))
    return person


@pytest.fixture
def gu(cast: Cast) -> User:
    """Another reporter."""
    return reporter("gu")


@pytest.fixture
def story(paper: Paper, gu: User) -> Story:
    made = people.draft(paper, gu, headline="市长明天辞职")
    made.bylines.all().delete()
    return made


def share(story: Story, person: User) -> None:
    story.shared_with.add(person)


def test_whom_a_draft_was_shared_with_does_not_share_it_on(story: Story, cast: Cast) -> None:
    """By asking a colleague for pictures."""
    share(story, cast.wen)
    other = reporter("he")
    with pytest.raises(Refused, match="看不到这篇稿件"):
        assignments.assign(cast.wen, "请拍", kind="photo", story=story, assignee=other)
    assert not story.shared_with.filter(pk=other.pk).exists()
    assert not story.assignments.exists()
    # Its author may, and editors.
    assignments.assign(story.author, "请拍", kind="photo", story=story, assignee=other)
    assert story.shared_with.filter(pk=other.pk).exists()


def test_whom_a_draft_was_shared_with_puts_nobody_elses_name_over_it(
    story: Story, cast: Cast
) -> None:
    """A name over a story lets its account see it."""
    share(story, cast.wen)
    third = people.contributor("di-san-ren", "第三人")
    Contributor.objects.filter(pk=third.pk).update(user=reporter("he"))
    client = sat_down(cast.wen)
    page = client.post(
        f"/admin/articles/story/{story.pk}/change/",
        form_of(client, story) | {"byline_line": "记者 第三人"},
    )
    assert "看不到这篇稿件" in page.content.decode()
    assert not story.bylines.exists()
    client = sat_down(story.author)
    typed = form_of(client, story) | {"byline_line": "记者 第三人"}
    client.post(f"/admin/articles/story/{story.pk}/change/", typed)
    assert story.bylines.get().contributor == third


def test_a_reporter_gives_no_account_to_a_name(story: Story, cast: Cast) -> None:
    """Whoever has the account of a name sees and changes all that it signed."""
    story.bylines.create(name="记者团", position=0)
    asked = {"name": "记者团", "slug": "jzt", "kind": "staff", "bio": "", "portrait": ""}
    address = "/admin/articles/contributor/add/"
    sat_down(cast.wen).post(address, asked | {"user": cast.wen.pk})
    assert Contributor.objects.get(slug="jzt").user is None
    assert 'name="user"' not in sat_down(cast.wen).get(address).content.decode()
    assert 'name="user"' in sat_down(cast.shen).get(address).content.decode()


def test_a_notice_is_silent_once_the_story_is_shared_no_more(story: Story, cast: Cast) -> None:
    share(story, cast.wen)
    notes.write(story, story.author, "@wen 先别外传")
    assert "先别外传" in day_of(cast.wen)
    story.shared_with.clear()
    assert "先别外传" not in day_of(cast.wen)
    assert "市长明天辞职" not in day_of(cast.wen)


def test_a_digest_tells_nothing_of_a_story_shared_no_more(story: Story, cast: Cast) -> None:
    User.objects.filter(pk=cast.wen.pk).update(mail=User.Mail.DIGEST, email="wen@paper.example")
    share(story, cast.wen)
    notes.write(story, story.author, "@wen 先别外传")
    story.shared_with.clear()
    assert telling.send_digests() == 0
    assert mail.outbox == []


def test_an_assignment_names_no_story_that_is_not_seen_any_more(story: Story, cast: Cast) -> None:
    assignments.assign(cast.qiu, "写边栏", story=story, assignee=cast.wen)
    assert "市长明天辞职" in day_of(cast.wen)
    story.shared_with.clear()
    assigned = Assignment.objects.get()
    for page in (
        day_of(cast.wen),
        sat_down(cast.wen).get("/admin/articles/assignment/").content.decode(),
        sat_down(cast.wen)
        .get(f"/admin/articles/assignment/{assigned.pk}/change/")
        .content.decode(),
    ):
        assert "写边栏" in page
        assert "市长明天辞职" not in page


def test_the_library_finds_no_words_of_a_colleagues_draft(story: Story, cast: Cast) -> None:
    photo = people.photo(cast.lan)
    StoryPhoto.objects.create(story=story, photo=photo, caption="市长收拾办公桌")
    address = f"/admin/articles/photo/{photo.pk}/"
    search = "/admin/articles/photo/?q=收拾办公桌"
    assert address not in sat_down(cast.wen).get(search).content.decode()
    assert address in sat_down(story.author).get(search).content.decode()
    assert address in sat_down(cast.qiu).get(search).content.decode()


def test_a_photos_history_tells_no_words_of_a_colleagues_draft(story: Story, cast: Cast) -> None:
    photo = people.photo(cast.lan)
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    row = {"story": story.pk, "photo": photo.pk, "caption": "市长收拾办公桌", "position": 0}
    typed: dict[str, Any] = {
        "caption": "办公楼",
        "alt": "一幢楼",
        "credit": "庄海生 摄",
        "web_allowed": "on",
    }
    typed |= {f"uses-{name}": value for name, value in rows.items()}
    typed |= {f"uses-0-{name}": value for name, value in row.items()}
    sat_down(cast.lan).post(f"/admin/articles/photo/{photo.pk}/change/", typed)
    assert StoryPhoto.objects.get().caption == "市长收拾办公桌"
    page = sat_down(cast.wen).get(f"/admin/articles/photo/{photo.pk}/history/")
    assert "市长收拾办公桌" not in page.content.decode()


def test_a_link_ends_with_the_account_of_who_made_it(story: Story, cast: Cast) -> None:
    link = preview_links.make(story, cast.qiu, "市长办公室", 24, EVENING_BEFORE)
    assert preview_links.stands(link, EVENING_BEFORE)
    User.objects.filter(pk=cast.qiu.pk).update(is_active=False)
    opened = preview_links.opened(preview_links.token(link))
    assert opened is not None
    assert not preview_links.stands(opened, EVENING_BEFORE)


def day_of(person: User) -> str:
    return sat_down(person).get("/admin/").content.decode()
