"""Writing at the desk: two people on one story, unsaved words, typed bylines, rights."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from articles.models import Byline, Contributor, Seat, Story, Tag, User, Version, WorkingCopy
from articles.rules import seats, workflow
from tests import cast as people
from tests.admin.test_stories import form_of, sat_down, save
from tests.cast import EVENING_BEFORE, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen, body="<p>第一段。</p><p>第二段。</p><p>第三段。</p>")


def change(story: Story) -> str:
    return f"/admin/articles/story/{story.pk}/change/"


def base_on(page: Any) -> str:
    return re.search(r'name="base" value="(\d+)"', page.content.decode())[1]  # type: ignore[index]


# -- two people, one story -----------------------------------------------------------------------


def test_two_people_who_change_different_paragraphs_lose_no_word(story: Story, cast: Cast) -> None:
    first, second = sat_down(cast.wen), sat_down(cast.qiu)
    save(first, story)
    opened = form_of(second, story)
    save(first, story, body="<p>第一段改了。</p><p>第二段。</p><p>第三段。</p>")
    opened |= {"body": "<p>第一段。</p><p>第二段。</p><p>第三段也改了。</p>", "deck": "副题"}
    page = second.post(change(story), opened)
    assert page.status_code == 200
    assert "一起" in page.content.decode() or "together" in page.content.decode()
    form = page.context["adminform"].form
    assert form.differences == []
    both = "<p>第一段改了。</p><p>第二段。</p><p>第三段也改了。</p>"
    assert form["body"].value() == both
    second.post(change(story), opened | {"body": both, "base": base_on(page)})
    story.refresh_from_db()
    assert (story.body, story.deck) == (both, "副题")


def test_the_second_saver_of_the_same_words_sees_all_three_texts(story: Story, cast: Cast) -> None:
    first, second = sat_down(cast.wen), sat_down(cast.qiu)
    save(first, story)
    opened = form_of(second, story)
    save(first, story, headline="先存的标题")
    page = second.post(change(story), opened | {"headline": "后存的标题"})
    shown = page.content.decode()
    assert Story.objects.get().headline == "先存的标题"
    assert all(words in shown for words in ("渔港修好了防波堤", "先存的标题", "后存的标题"))
    again = opened | {"headline": "后存的标题", "base": base_on(page)}
    second.post(change(story), again)
    assert Story.objects.get().headline == "后存的标题"
    kept = [version.content["headline"] for version in Version.objects.order_by("number")]
    assert kept == ["渔港修好了防波堤", "先存的标题", "后存的标题"]


def test_a_form_sent_twice_is_saved_once(story: Story, cast: Cast) -> None:
    client = sat_down(cast.wen)
    save(client, story)
    opened = form_of(client, story) | {"headline": "只存一次"}
    assert client.post(change(story), opened).status_code == 302
    assert client.post(change(story), opened).status_code == 302
    assert Version.objects.filter(content__headline="只存一次").count() == 1


def test_a_new_storys_form_sent_twice_makes_one_story(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    page = client.get("/admin/articles/story/add/")
    key = page.context["adminform"].form.initial["key"]
    data = {
        "key": key,
        "headline": "一稿不两投",
        "edition": paper.edition.pk,
        "language": "zh-hans",
        "release": "issue",
        "byline_line": "",
        "story_photos-TOTAL_FORMS": 0,
        "story_photos-INITIAL_FORMS": 0,
    }
    first = client.post("/admin/articles/story/add/", data)
    second = client.post("/admin/articles/story/add/", data)
    assert first["Location"] == second["Location"]
    assert Story.objects.count() == 1


def test_somebody_elses_key_opens_nothing(paper: Paper, cast: Cast) -> None:
    """A key is random, but not a right."""
    story = people.draft(paper, cast.qiu, form_key="k1")
    data = {"key": "k1", "headline": "甲", "edition": paper.edition.pk, "language": "zh-hans"}
    sat_down(cast.wen).post("/admin/articles/story/add/", data)
    assert Story.objects.get(pk=story.pk).headline == "渔港修好了防波堤"


def test_a_photo_deleted_by_somebody_else_does_not_keep_a_form_from_being_saved(
    story: Story, cast: Cast
) -> None:
    people.illustrate(story, cast.lan)
    client = sat_down(cast.wen)
    save(client, story)
    typed = form_of(client, story) | {"deck": "打了一半"}
    client.post(f"/admin/articles/story/{story.pk}/pulse/", typed)
    story.story_photos.all().delete()
    page = client.get(change(story) + "?take_up=1")
    form = page.context["inline_admin_formsets"][0].formset
    assert form.is_valid(), form.non_form_errors()
    assert "打了一半" in page.content.decode()


def test_a_seat_left_in_the_very_moment_of_sitting_down_breaks_nothing(
    story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats.sit(story, cast.wen, "window")

    def left(seat: Seat) -> None:
        seats.leave(story, "window")

    monkeypatch.setattr(Seat, "save", left)
    assert seats.sit(story, cast.wen, "window").person == cast.wen


# -- unsaved words -------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_taken_up_again(story: Story, cast: Cast) -> None:
    client = sat_down(cast.wen)
    typed = form_of(client, story) | {"headline": "打了一半的标题"}
    told = client.post(f"/admin/articles/story/{story.pk}/pulse/", typed).json()
    assert told["kept"]
    assert Story.objects.get().headline == "渔港修好了防波堤"
    assert "打了一半的标题" in client.get(change(story)).content.decode()
    page = client.get(change(story) + "?take_up=1")
    assert page.context["adminform"].form["headline"].value() == "打了一半的标题"
    assert Story.objects.get().headline == "渔港修好了防波堤"
    client.post(change(story), typed)
    assert Story.objects.get().headline == "打了一半的标题"
    assert not WorkingCopy.objects.exists()


def test_two_windows_of_one_person_keep_their_words_apart(story: Story, cast: Cast) -> None:
    client = sat_down(cast.wen)
    pulse = f"/admin/articles/story/{story.pk}/pulse/"
    windows = [form_of(client, story) for _ in range(2)]
    assert windows[0]["_copy"] != windows[1]["_copy"]
    client.post(pulse, windows[0] | {"headline": "第一个窗口里的话"})
    client.post(pulse, windows[1] | {"headline": "第二个窗口里的话"})
    page = client.get(change(story)).content.decode()
    assert "第一个窗口里的话" in page  # the copies' words, in what each offer would take up
    client.post(change(story), windows[1] | {"headline": "第二个窗口里的话"})
    left = WorkingCopy.objects.get()
    assert left.key == f"story-{story.pk}-{windows[0]['_copy']}"
    again = client.get(change(story) + f"?take_up={left.key}")
    assert again.context["adminform"].form["headline"].value() == "第一个窗口里的话"
    client.post("/admin/articles/story/unsaved/drop/", {"key": left.key})
    assert not WorkingCopy.objects.exists()


def take_up(client: Client, story: Story, left: dict[str, Any]) -> dict[str, Any]:
    """The form that takes up what was left in another, as the browser would post it."""
    page = client.get(f"{change(story)}?take_up=story-{story.pk}-{left['_copy']}")
    return left | {"_copy": page.context["form_key"], "_took": page.context["took"]}


def test_words_taken_up_go_on_in_a_form_of_their_own(story: Story, cast: Cast) -> None:
    """The window in which they were typed may still be open, and is typed in: nothing is lost."""
    client, pulse = sat_down(cast.wen), f"/admin/articles/story/{story.pk}/pulse/"
    left = form_of(client, story) | {"headline": "昨夜的标题"}
    client.post(pulse, left)
    here, there = take_up(client, story, left), take_up(client, story, left)
    assert WorkingCopy.objects.get().key.endswith(left["_copy"])  # looking writes nothing
    client.post(pulse, here | {"deck": "这里接着写"})
    assert WorkingCopy.objects.get().key.endswith(here["_copy"])
    client.post(pulse, there | {"deck": "那里也接着写"})
    client.post(pulse, left | {"headline": "原来的窗口还开着"})
    assert WorkingCopy.objects.count() == 3
    client.post(change(story), here | {"deck": "这里接着写"})
    assert Story.objects.get().deck == "这里接着写"
    assert WorkingCopy.objects.count() == 2


def test_saving_what_was_taken_up_lets_it_go_unless_it_was_typed_on(
    story: Story, cast: Cast
) -> None:
    client, pulse = sat_down(cast.wen), f"/admin/articles/story/{story.pk}/pulse/"
    left = form_of(client, story) | {"headline": "昨夜的标题"}
    client.post(pulse, left)
    client.post(change(story), take_up(client, story, left))
    assert not WorkingCopy.objects.exists()
    left = form_of(client, story) | {"deck": "又写"}
    client.post(pulse, left)
    taken = take_up(client, story, left)
    client.post(pulse, left | {"deck": "又写了一句"})
    client.post(change(story), taken)
    assert "%E5%8F%A5" in WorkingCopy.objects.get().fields  # 句


@pytest.mark.parametrize(
    "took",
    ["x", "x y", "x 2031-03-03", "x 2031-13-45T00:00:00+00:00", "x 0001-01-01T00:00:00+14:00"],
)
def test_a_forged_mark_takes_nothing_away(story: Story, cast: Cast, took: str) -> None:
    client, pulse = sat_down(cast.wen), f"/admin/articles/story/{story.pk}/pulse/"
    for number in range(2):
        client.post(pulse, form_of(client, story) | {"deck": str(number), "_took": took})
    assert WorkingCopy.objects.count() == 2


def test_words_kept_before_the_story_moved_on_can_still_be_read(story: Story, cast: Cast) -> None:
    client = sat_down(cast.wen)
    typed = form_of(client, story) | {"body": "<p>没来得及存的一段</p>"}
    client.post(f"/admin/articles/story/{story.pk}/pulse/", typed)
    assert "没来得及存的一段" not in client.get(change(story)).content.decode()  # it is taken up
    workflow.submit(story, cast.wen, EVENING_BEFORE)
    page = client.get(change(story)).content.decode()
    assert "没来得及存的一段" in page
    assert "take_up=" not in page


def test_one_key_in_the_morning_does_not_replace_the_words_of_the_night(
    story: Story, cast: Cast
) -> None:
    client = sat_down(cast.wen)
    pulse = f"/admin/articles/story/{story.pk}/pulse/"
    client.post(pulse, form_of(client, story) | {"headline": "昨夜写的三千字"})
    client.post(pulse, form_of(client, story) | {"headline": "早"})
    assert "昨夜写的三千字" in client.get(change(story)).content.decode()


def test_a_form_that_comes_back_with_an_error_goes_on_under_its_key(
    story: Story, cast: Cast
) -> None:
    client = sat_down(cast.wen)
    typed = form_of(client, story) | {"headline": ""}
    client.post(f"/admin/articles/story/{story.pk}/pulse/", typed)
    page = client.post(change(story), typed)
    assert page.context["form_key"] == typed["_copy"]


def test_nobody_takes_up_the_words_of_others(story: Story, cast: Cast) -> None:
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    typed = form_of(wen, story) | {"headline": "只给我看"}
    wen.post(f"/admin/articles/story/{story.pk}/pulse/", typed)
    assert "只给我看" not in qiu.get(change(story) + "?take_up=1").content.decode()
    qiu.post("/admin/articles/story/unsaved/drop/", {"key": f"story-{story.pk}"})
    assert WorkingCopy.objects.count() == 1


def test_a_story_not_begun_yet_is_kept_under_its_forms_key(paper: Paper, cast: Cast) -> None:
    client = sat_down(cast.wen)
    client.post("/admin/articles/story/pulse/", {"key": "abc", "headline": "没存的新稿"})
    assert "没存的新稿" in client.get("/admin/").content.decode()
    page = client.get("/admin/articles/story/add/?take_up=abc")
    assert page.context["adminform"].form["headline"].value() == "没存的新稿"
    assert Story.objects.count() == 0


def test_an_ended_session_is_told_as_such_and_begun_anew_in_place(story: Story, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=False)
    address = f"/admin/articles/story/{story.pk}/pulse/"
    assert client.post(address, {"headline": "x"}).status_code == 401
    again = "/admin/articles/story/sign-in-again/"
    wrong = client.post(again, {"username": "wen", "password": "no", "person": cast.wen.pk})
    assert wrong.status_code == 400
    other = client.post(
        again, {"username": "qiu", "password": "qiu-of-the-desk", "person": cast.wen.pk}
    )
    assert other.status_code == 400
    assert client.post(address, {"headline": "x"}).status_code == 401
    right = client.post(
        again, {"username": "wen", "password": "wen-of-the-desk", "person": cast.wen.pk}
    )
    assert right.json()["token"]
    assert client.post(address, {"headline": "x"}).status_code == 200


def test_unsaved_words_of_a_story_out_of_reach_are_refused(story: Story, cast: Cast) -> None:
    stranger = User.objects.create_user("fang", password="x", is_staff=True)
    stranger.groups.add(cast.wen.groups.get())
    address = f"/admin/articles/story/{story.pk}/pulse/"
    assert sat_down(stranger).post(address, {"headline": "x"}).status_code == 404


# -- seats ---------------------------------------------------------------------------------------


def beat(client: Client, story: Story, window: str, act: str = "") -> Any:
    data = {"_window": window} | ({"_act": act} if act else {})
    return client.post(f"/admin/articles/story/{story.pk}/pulse/", data).json()["seat"]


def test_the_second_who_opens_a_story_sees_who_is_in_it(story: Story, cast: Cast) -> None:
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    assert beat(wen, story, "w1")["mine"]
    seat = beat(qiu, story, "q1")
    assert (seat["mine"], seat["who"]) == (False, "wen")
    assert "wen" in qiu.get(change(story)).content.decode()
    beat(qiu, story, "q1", "ask")
    assert beat(wen, story, "w1")["asked_by"] == "qiu"
    beat(wen, story, "w1", "leave")
    assert beat(qiu, story, "q1")["mine"]


def test_a_story_taken_over_is_logged_and_told(story: Story, cast: Cast) -> None:
    wen, qiu = sat_down(cast.wen), sat_down(cast.qiu)
    beat(wen, story, "w1")
    assert beat(qiu, story, "q1", "take_over")["mine"]
    assert not beat(wen, story, "w1")["mine"]
    entry = story_log(story)[0]
    assert (entry.verb, entry.actor) == ("take_over", cast.qiu)
    assert cast.wen.notices.get().kind == "taken_over"


def story_log(story: Story) -> Any:
    from articles.models import LogEntry

    return LogEntry.objects.filter(subject_type="story", subject_id=story.pk)


def test_a_silent_window_gives_its_seat_up(story: Story, cast: Cast, clock: Clock) -> None:
    clock.move_to(EVENING_BEFORE)
    seats.sit(story, cast.wen, "w1")
    clock.move_to(EVENING_BEFORE + seats.SILENCE + people.SECOND)
    assert seats.taken(story) is None
    assert seats.sit(story, cast.qiu, "q1").person == cast.qiu
    assert Seat.objects.count() == 1


def test_who_only_reads_takes_no_seat(story: Story, cast: Cast) -> None:
    workflow.submit(story, cast.wen)
    told = sat_down(cast.wen).post(f"/admin/articles/story/{story.pk}/pulse/", {"_window": "w1"})
    assert told.json()["seat"] is None
    assert not Seat.objects.exists()


# -- bylines and tags as they are typed -----------------------------------------------------------


def test_a_typed_byline_becomes_people_with_roles(story: Story, cast: Cast) -> None:
    Contributor.objects.create(name="苏明", slug="su-ming", kind="staff")
    save(sat_down(cast.wen), story, byline_line="记者 林晚潮 通讯员 苏明 文 庄海生 图")
    rows = Byline.objects.order_by("position").values_list(
        "name", "role", "kind", "contributor__slug"
    )
    assert list(rows) == [
        ("林晚潮", "text", "staff", "lin-wanchao"),
        ("苏明", "text", "correspondent", "su-ming"),
        ("庄海生", "photo", "correspondent", None),
    ]


def test_new_names_get_pages_where_one_asks_for_it(story: Story, cast: Cast) -> None:
    save(
        sat_down(cast.wen), story, byline_line="By Ann Lee; photos Bo Dean", make_contributors="on"
    )
    assert set(Contributor.objects.values_list("slug", flat=True)) >= {"ann-lee", "bo-dean"}
    assert Byline.objects.filter(contributor=None).count() == 0


def test_a_byline_without_a_name_is_sent_back_to_be_mended(story: Story, cast: Cast) -> None:
    page = save(sat_down(cast.wen), story, byline_line="。。。")
    assert page.context["errors"]
    assert Byline.objects.get().name == "林晚潮"


def test_new_tags_are_made_only_by_those_who_may(story: Story, cast: Cast) -> None:
    cast.wen.groups.get().permissions.remove(
        *cast.wen.groups.get().permissions.filter(codename="add_tag")
    )
    page = save(sat_down(cast.wen), story, tags="渔港, 全新的")
    assert page.context["errors"]
    assert not Tag.objects.exists()
    Tag.objects.create(name="渔港", slug="渔港")
    save(sat_down(cast.wen), story, tags="渔港")
    assert story.tags.get().name == "渔港"


def test_a_line_break_in_a_headline_is_a_space(story: Story, cast: Cast) -> None:
    save(sat_down(cast.wen), story, headline="捂紧钱袋子\r\n构建新格局")
    assert Story.objects.get().headline == "捂紧钱袋子 构建新格局"


# -- whose stories -------------------------------------------------------------------------------


def test_a_shared_story_is_seen_and_written_by_the_colleague(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.qiu)
    assert sat_down(cast.wen).get(change(story)).status_code == 302
    save(sat_down(cast.qiu), story, shared_with=[cast.wen.pk])
    save(sat_down(cast.wen), story, headline="同事改的标题")
    assert Story.objects.get().headline == "同事改的标题"


def test_a_section_editor_changes_and_reads_only_their_section(paper: Paper, cast: Cast) -> None:
    other = people.found("weekend").section
    cast.qiu.sections.add(other)
    story = workflow.submit(people.draft(paper, cast.wen), cast.wen)
    assert not sat_down(cast.qiu).get(change(story)).context["has_change_permission"]
    assert workflow.refusal(cast.qiu, story, "pass_first")
    assert workflow.refusal(cast.qiu, story, "send_back")
    cast.qiu.sections.add(paper.section)
    cast.qiu = User.objects.get(pk=cast.qiu.pk)
    assert workflow.refusal(cast.qiu, story, "pass_first") == ""


# -- pasting and completing ------------------------------------------------------------------------


def test_pasted_html_comes_back_clean(paper: Paper, cast: Cast) -> None:
    told = sat_down(cast.wen).post(
        "/admin/articles/story/paste/",
        {"html": "<p style='color:red' onclick='x()'>字<script>alert(1)</script></p>"},
    )
    assert told.json()["html"] == "<p>字</p>"


def test_only_people_of_the_desk_are_told_names(story: Story, cast: Cast) -> None:
    address = "/admin/articles/story/suggest/people/?" + urlencode({"q": "林"})
    assert Client().get(address).status_code == 401
    assert sat_down(cast.wen).get(address).json()["found"][0]["value"] == "林晚潮"
