"""Two people save one story: pictures, hours, sections and colleagues are not overwritten either."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from articles.models import Section, Story, StoryPhoto, User, Version
from articles.rules import workflow
from tests import cast as people
from tests.admin.test_stories import form_of, sat_down, save
from tests.cast import Cast, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen, body="<p>第一段。</p><p>第二段。</p>")


def change(story: Story) -> str:
    return f"/admin/articles/story/{story.pk}/change/"


def opened(client: Client, story: Story) -> dict[str, Any]:
    """The form as a browser holds it: each row with what it began from."""
    data = form_of(client, story)
    rows = [name for name in data if name.startswith("story_photos-") and name[13].isdecimal()]
    data |= {f"initial-{name}": data[name] for name in rows if not name.endswith(("-id", "-story"))}
    return data | {"initial-shared_with": data["shared_with"]}


def again(page: Any, story: Story) -> dict[str, Any]:
    """The form that came back, as the browser would send it again."""
    form = page.context["adminform"].form
    data = {key: form.data.getlist(key) for key in form.data}
    for formset in page.context["inline_admin_formsets"]:
        for row in formset.formset.forms:
            data |= {key: row.data.getlist(key) for key in row.data if row.prefix in key}
    return data


def test_a_caption_is_not_undone_by_somebody_who_did_not_touch_it(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    save(wen, story)
    second = opened(qiu, story) | {"deck": "副题"}
    save(wen, story, **{"story_photos-0-caption": "晚潮写的图说"})
    page = qiu.post(change(story), second)
    assert "晚潮写的图说" in page.content.decode()
    qiu.post(change(story), again(page, story))
    assert StoryPhoto.objects.get().caption == "晚潮写的图说"
    assert Story.objects.get().deck == "副题"


def test_a_caption_that_both_wrote_is_asked_about(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    save(wen, story)
    second = opened(qiu, story) | {"story_photos-0-caption": "一帆写的"}
    save(wen, story, **{"story_photos-0-caption": "晚潮写的"})
    page = qiu.post(change(story), second)
    shown = page.content.decode()
    assert "晚潮写的" in shown
    assert "一帆写的" in shown
    assert StoryPhoto.objects.get().caption == "晚潮写的"
    qiu.post(change(story), again(page, story))
    assert StoryPhoto.objects.get().caption == "一帆写的"


def test_a_caption_of_a_picture_taken_out_meanwhile_is_not_lost(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    qiu = sat_down(cast.qiu)
    save(qiu, story)
    typed = opened(qiu, story) | {"story_photos-0-caption": "正在写的图说"}
    StoryPhoto.objects.all().delete()
    qiu.post(change(story), typed)
    assert StoryPhoto.objects.get().caption == "正在写的图说"


def test_a_picture_taken_out_meanwhile_does_not_come_back_by_itself(
    story: Story, cast: Cast
) -> None:
    people.illustrate(story, cast.lan)
    qiu = sat_down(cast.qiu)
    save(qiu, story)
    typed = opened(qiu, story) | {"deck": "副题"}
    StoryPhoto.objects.all().delete()
    assert qiu.post(change(story), typed).status_code == 302
    assert not StoryPhoto.objects.exists()
    assert Story.objects.get().deck == "副题"


def test_a_picture_that_a_restored_version_brought_anew_is_the_same_picture(
    story: Story, cast: Cast
) -> None:
    picture = people.illustrate(story, cast.lan)
    qiu = sat_down(cast.qiu)
    save(qiu, story)
    typed = opened(qiu, story) | {"story_photos-0-caption": "接着写的图说"}
    StoryPhoto.objects.all().delete()
    StoryPhoto.objects.create(story=story, photo=picture)
    qiu.post(change(story), typed)
    assert StoryPhoto.objects.get().caption == "接着写的图说"


def test_an_embargo_set_meanwhile_stays(story: Story, cast: Cast) -> None:
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    save(wen, story)
    second = opened(qiu, story) | {"deck": "副题"}
    save(
        wen,
        story,
        release="embargo",
        embargo_until_0="2031-03-04",
        embargo_until_1="09:30:00",
    )
    page = qiu.post(change(story), second)
    qiu.post(change(story), again(page, story))
    fresh = Story.objects.get()
    assert (fresh.deck, fresh.release) == ("副题", "embargo")
    assert f"{fresh.embargo_until:%Y-%m-%d %H:%M}" == "2031-03-04 01:30"


def test_sections_that_clash_are_shown_by_their_names(
    story: Story, paper: Paper, cast: Cast
) -> None:
    first = Section.objects.create(edition=paper.edition, name="民生", slug="life")
    other = Section.objects.create(edition=paper.edition, name="经济", slug="money")
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    save(wen, story)
    second = opened(qiu, story) | {"section": other.pk}
    save(wen, story, section=first.pk)
    page = qiu.post(change(story), second)
    [difference] = page.context["adminform"].form.differences
    [clash] = difference.clashes
    assert (clash.base, clash.theirs, clash.mine) == ("要闻", "民生", "经济")
    assert (difference.theirs, difference.theirs_shown) == (str(first.pk), "民生")


def test_tags_of_both_are_kept(story: Story, cast: Cast) -> None:
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    save(wen, story, tags="渔港, 旧词")
    second = opened(qiu, story) | {"tags": "渔港, 旧词, 台风"}
    save(wen, story, tags="渔港, 防波堤")
    page = qiu.post(change(story), second)
    qiu.post(change(story), again(page, story))
    assert set(story.tags.names()) == {"渔港", "防波堤", "台风"}


def test_a_colleague_added_meanwhile_stays(story: Story, cast: Cast) -> None:
    wen = sat_down(cast.wen)
    save(wen, story)
    typed = opened(wen, story) | {"shared_with": [cast.qiu.pk]}
    story.shared_with.add(cast.lan)
    wen.post(change(story), typed)
    assert set(story.shared_with.all()) == {cast.lan, cast.qiu}


def test_what_cannot_be_read_stays_as_it_is_typed(story: Story, cast: Cast) -> None:
    """A headline that is too long is not replaced by theirs when the two meet."""
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    save(wen, story)
    second = opened(qiu, story) | {"headline": "长" * 400}
    save(wen, story, headline="先存的")
    page = qiu.post(change(story), second)
    assert "长" * 400 in page.content.decode()


def test_words_typed_while_the_story_is_signed_off_are_kept_and_not_in_it(
    story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign-off comes between the opening of the request and its save."""
    from articles.rules import publishing

    story = workflow.submit(story, cast.wen)
    qiu = sat_down(cast.qiu)
    typed = opened(qiu, story) | {"headline": "晚了一步"}
    lock = publishing.lock

    def somebody_was_quicker(stories: Any, *rest: Any) -> Any:
        Story.objects.filter(pk=story.pk).move(status="signed_off")
        return lock(stories, *rest)

    monkeypatch.setattr(publishing, "lock", somebody_was_quicker)
    page = qiu.post(change(story), typed)
    assert page.status_code == 200
    assert "晚了一步" in page.content.decode()
    assert Story.objects.get().headline == "渔港修好了防波堤"


@pytest.mark.django_db(transaction=True)
def test_two_saves_in_the_same_moment_overwrite_nothing() -> None:
    """Whichever the database lets in second sees the first: it is asked, and nothing is lost."""
    cast, paper = people.hire(), people.found()
    story = people.draft(paper, cast.wen)
    clients = [sat_down(cast.wen), sat_down(cast.qiu)]
    save(clients[0], story)
    forms = [opened(client, story) for client in clients]
    ready = threading.Barrier(2)
    answers: list[int] = []

    def press(number: int) -> None:
        try:
            ready.wait()
            answer = clients[number].post(
                change(story), forms[number] | {"headline": f"标题{number}"}
            )
            answers.append(answer.status_code)
        finally:
            connection.close()

    pressed = [threading.Thread(target=press, args=(number,)) for number in (0, 1)]
    for one in pressed:
        one.start()
    for one in pressed:
        one.join()
    assert sorted(answers) == [200, 302]
    kept = list(Version.objects.order_by("number").values_list("content__headline", flat=True))
    assert kept == ["渔港修好了防波堤", Story.objects.get().headline]


# -- what no form of ours sends -------------------------------------------------------------------

HUGE = "9" * 30


@pytest.mark.parametrize(
    "forged",
    [
        {"shared_with": [HUGE]},
        {"initial-shared_with": [HUGE]},
        {"shared_with": ["9" * 5000]},
        {"package": HUGE},
        {"section": HUGE},
        {"edition": HUGE},
        {"base": "9" * 5000},
        {"base": HUGE},
        {"base": "-1"},
        {"story_photos-TOTAL_FORMS": "9" * 5000},
        {"story_photos-TOTAL_FORMS": "1", "story_photos-0-photo": HUGE},
        {"embargo_until_0": "9" * 30, "embargo_until_1": "99:99"},
        {"key": "k" * 500},
        {"tags": "," * 3000},
        {"byline_line": "记者" * 60},
    ],
)
def test_a_forged_form_is_an_error_on_the_form_and_none_of_the_server(
    forged: dict[str, Any], story: Story, cast: Cast
) -> None:
    client = sat_down(cast.wen)
    save(client, story)
    answer = client.post(change(story), opened(client, story) | forged)
    assert answer.status_code in (200, 302, 400)
    assert Story.objects.get().headline == "渔港修好了防波堤"


def test_nul_characters_are_taken_out_of_what_is_posted(story: Story, cast: Cast) -> None:
    """PostgreSQL keeps none; an answer of 500 would lose the words around them."""
    client, of_it = sat_down(cast.qiu), f"/admin/articles/story/{story.pk}"
    save(client, story, headline="渔\0港", body="<p>字\0词</p>")
    fresh = Story.objects.get()
    assert (fresh.headline, fresh.body) == ("渔港", "<p>字词</p>")
    for address, data in (
        (f"{of_it}/notes/", {"text": "问\0一句", "passage": "\0"}),
        (f"{of_it}/assign/", {"kind": "photo", "brief": "拍\0照", "due": "\0"}),
        (f"{of_it}/pulse/", {"headline": "\0", "key": "\0", "_window": "w\0", "_act": "\0"}),
        ("/admin/articles/story/pulse/", {"headline": "a\0b", "key": "k\0"}),
        ("/admin/articles/story/unsaved/drop/", {"key": "\0"}),
        ("/admin/articles/story/add/", {"key": "\0", "headline": "\0"}),
        ("/admin/articles/story/paste/", {"text": "一\0二"}),
        ("/admin/articles/story/sign-in-again/", {"username": "\0", "password": "\0"}),
        (f"{of_it}/move/", {"_move": "kill\0", "_reason": "\0"}),
    ):
        assert client.post(address, data).status_code < 500, address
    assert story.notes.get().text == "问一句"
    assert story.assignments.get().brief == "拍照"


HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}javascript:alert(1)"


def test_no_field_of_the_desk_shows_a_script_as_one(paper: Paper, cast: Cast) -> None:
    """The same hostile words in every field, note, assignment, name and reason."""
    for person in (cast.wen, cast.qiu):
        User.objects.filter(pk=person.pk).update(first_name=HOSTILE[:150])
    story = people.draft(
        paper, cast.wen, HOSTILE, kicker=HOSTILE, deck=HOSTILE, column=HOSTILE[:40],
        lead_in=HOSTILE[:60], body=f"<p>{HOSTILE}</p>", short_title=HOSTILE[:60],
    )  # fmt: skip
    people.illustrate(story, cast.lan, caption=HOSTILE)
    client, of_it = sat_down(cast.qiu), f"/admin/articles/story/{story.pk}"
    save(client, story, deck=f"{HOSTILE}2", byline_line=f"记者 {HOSTILE[:40]}", tags=HOSTILE[:60])
    client.post(f"{of_it}/notes/", {"text": f"@wen {HOSTILE}", "passage": HOSTILE})
    client.post(f"{of_it}/assign/", {"kind": "photo", "brief": HOSTILE, "assignee": cast.wen.pk})
    client.post(f"{of_it}/pulse/", form_of(client, story) | {"kicker": f"{HOSTILE}3"})
    workflow.submit(Story.objects.get(), cast.wen)
    workflow.send_back(Story.objects.get(), cast.qiu, HOSTILE)
    for person in (cast.wen, cast.qiu, cast.shen):
        for address in (
            "/admin/",
            "/admin/articles/story/",
            f"{of_it}/change/",
            f"{of_it}/change/?take_up=1",
            f"{of_it}/history/",
            f"{of_it}/compare/?a=1&b=2",
            f"{of_it}/preview/",
            "/admin/articles/assignment/",
        ):
            shown = sat_down(person).get(address).content.decode()
            for sign in ("<script>alert", "<img src=x", 'href="javascript:', "onerror=alert(1)>"):
                assert sign not in shown.replace("&lt;img src=x onerror=alert(1)&gt;", ""), address
