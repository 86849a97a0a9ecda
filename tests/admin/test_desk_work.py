"""History, notes, assignments, mail, and my day."""

from typing import Any

import pytest
from django.core import mail

from articles.admin import story_record
from articles.models import (
    Assignment,
    Correction,
    Issue,
    ListedWord,
    LogEntry,
    Note,
    Notice,
    Page,
    Placement,
    Story,
    StoryPhoto,
    Version,
)
from articles.rules import assignments, history, notes, telling, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.admin.test_stories import sat_down, save
from tests.cast import EVENING_BEFORE, MONDAY, SIX, Cast, Paper
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper: Paper, cast: Cast) -> Story:
    return people.draft(paper, cast.wen)


# -- history -------------------------------------------------------------------------------------


def test_every_save_is_a_version_and_an_earlier_one_comes_back(story: Story, cast: Cast) -> None:
    client = sat_down(cast.wen)
    save(client, story, headline="第二版", tags="渔港", byline_line="记者 苏明")
    save(client, story, headline="第三版", tags="", byline_line="记者 苏明 林晚潮")
    first = Version.objects.get(content__headline="渔港修好了防波堤")
    assert [v.number for v in Version.objects.order_by("number")] == [1, 2, 3]
    client.post(f"/admin/articles/story/{story.pk}/restore/{first.number}/")
    story.refresh_from_db()
    assert story.headline == "渔港修好了防波堤"
    assert list(story.bylines.values_list("name", flat=True)) == ["林晚潮"]
    newest = history.latest(story)
    assert newest is not None
    assert (newest.number, newest.cause) == (4, "restored")
    assert newest.content == first.content
    assert LogEntry.objects.filter(verb="restore").count() == 1


def test_the_timeline_tells_saves_steps_and_publications(
    paper: Paper, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    save(sat_down(cast.wen), story, deck="副题")
    workflow.recall(workflow.submit(story, cast.wen), cast.wen)
    people.read_through(story, cast, EVENING_BEFORE)
    client = sat_down(cast.qiu)
    address = f"/admin/articles/story/{story.pk}/history/"
    page = client.get(address)
    kinds = {event.kind for event in page.context["events"]}
    assert kinds == {"save", "step", "published"}
    with django_assert_max_num_queries(20):
        client.get(address)


def test_versions_are_compared_by_characters_and_words(story: Story, cast: Cast) -> None:
    client = sat_down(cast.wen)
    save(client, story, body="<p>防波堤今日完工，渔船可以避风了。The old pier</p>")
    save(client, story, body="<p>防波堤昨日完工，渔船可以避风了。The new pier</p>")
    shown = client.get(f"/admin/articles/story/{story.pk}/compare/?a=2&b=3").content.decode()
    assert "<del>今</del><ins>昨</ins>" in shown
    assert "<del>old</del><ins>new</ins>" in shown
    for asked in ("?a=9&b=1", "?a=x&b=1", "", "?a=99999999999999999999&b=1"):
        address = f"/admin/articles/story/{story.pk}/compare/{asked}"
        assert client.get(address).status_code == 404


def test_a_signed_off_story_is_not_restored(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    save(sat_down(cast.wen), story, headline="第二版")
    people.read_through(story, cast, EVENING_BEFORE)
    with pytest.raises(Refused):
        history.restore(story.versions.get(number=1), cast.shen)
    assert Story.objects.get().headline == "第二版"


def test_a_restored_story_is_read_anew(story: Story, cast: Cast) -> None:
    save(sat_down(cast.wen), story, headline="第二版")
    workflow.pass_read(workflow.submit(story, cast.wen), cast.qiu)
    history.restore(story.versions.get(number=1), cast.hai)
    assert Story.objects.get().status == "first_read"


def test_a_group_of_pictures_is_a_group_again_in_a_version_brought_back(
    story: Story, cast: Cast
) -> None:
    people.illustrate(story, cast.lan, position=0)
    second = StoryPhoto.objects.create(
        story=story, photo=people.photo(cast.lan, "navy"), position=1, grouped=True
    )
    history.keep(story, cast.wen)
    second.grouped = False
    second.save()
    history.keep(story, cast.wen)
    assert story.versions.count() == 2
    history.restore(story.versions.get(number=1), cast.hai)
    shown = story.story_photos.order_by("position").values_list("grouped", flat=True)
    assert list(shown) == [False, True]


def test_a_version_from_before_groups_were_kept_comes_back(story: Story, cast: Cast) -> None:
    people.illustrate(story, cast.lan)
    first = history.keep(story, cast.wen)
    older = history.content(story)
    del older["photos"][0]["grouped"]
    Version.objects.filter(pk=first.pk).update(content=older)
    first.refresh_from_db()
    history.restore(first, cast.hai)
    assert [use.grouped for use in story.story_photos.all()] == [False]


def test_a_picture_is_put_with_the_one_before_it_in_the_story_form(
    story: Story, cast: Cast
) -> None:
    people.illustrate(story, cast.lan, position=0)
    StoryPhoto.objects.create(story=story, photo=people.photo(cast.lan, "navy"), position=1)
    save(sat_down(cast.wen), story, **{"story_photos-1-grouped": "on"})
    assert [use.grouped for use in story.story_photos.order_by("position")] == [False, True]


# -- notes ---------------------------------------------------------------------------------------


def test_a_note_on_a_passage_tells_whom_it_mentions_and_the_writer(
    story: Story, cast: Cast
) -> None:
    client = sat_down(cast.qiu)
    client.post(
        f"/admin/articles/story/{story.pk}/notes/",
        {"text": "@hai 请看，@lan补一张图", "passage": "昨日完工"},
    )
    note = Note.objects.get()
    assert (note.author, note.passage) == (cast.qiu, "昨日完工")
    assert set(note.mentions.all()) == {cast.hai, cast.lan}
    told = dict(Notice.objects.values_list("person__username", "kind"))
    assert told == {"hai": "mention", "lan": "mention", "wen": "note"}
    assert "昨日完工" in client.get(f"/admin/articles/story/{story.pk}/change/").content.decode()
    assert "note-mark" in client.get("/admin/articles/story/").content.decode()
    client.post(f"/admin/articles/story/{story.pk}/notes/{note.pk}/", {"resolved": "1"})
    note.refresh_from_db()
    assert (note.resolved, note.resolved_by) == (True, cast.qiu)
    assert "note-mark" not in client.get("/admin/articles/story/").content.decode()


def test_a_mention_shows_nobody_a_story_they_may_not_see(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.qiu)
    notes.write(story, cast.qiu, "@wen 看看")
    assert not Notice.objects.exists()
    with pytest.raises(Refused):
        notes.write(story, cast.wen, "我也说一句")


def test_a_note_of_another_story_cannot_be_resolved_through_this_one(
    paper: Paper, story: Story, cast: Cast
) -> None:
    other = people.draft(paper, cast.qiu, "别人的稿")
    note = notes.write(other, cast.qiu, "只在别人的稿上")
    address = f"/admin/articles/story/{story.pk}/notes/{note.pk}/"
    assert sat_down(cast.wen).post(address, {"resolved": "1"}).status_code == 404


# -- assignments ---------------------------------------------------------------------------------


def test_a_writer_asks_for_pictures_and_a_photographer_takes_it(story: Story, cast: Cast) -> None:
    sat_down(cast.wen).post(
        f"/admin/articles/story/{story.pk}/assign/", {"kind": "photo", "brief": "码头清晨"}
    )
    asked = Assignment.objects.get()
    page = sat_down(cast.lan).get("/admin/")
    assert "码头清晨" in page.content.decode()
    sat_down(cast.lan).post(f"/admin/articles/assignment/{asked.pk}/done/")
    asked.refresh_from_db()
    assert asked.done_at is not None
    assert asked.assignee == cast.lan


def test_an_assignment_has_a_deadline_and_shows_the_story(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.qiu)
    sat_down(cast.qiu).post(
        f"/admin/articles/story/{story.pk}/assign/",
        {"kind": "text", "brief": "补采", "assignee": cast.wen.pk, "due": "2031-03-02T17:00"},
    )
    asked = Assignment.objects.get()
    assert asked.due_at is not None
    assert asked.due_at.isoformat() == "2031-03-02T09:00:00+00:00"
    assert cast.wen.notices.get().kind == "assigned"
    assert sat_down(cast.wen).get(f"/admin/articles/story/{story.pk}/change/").status_code == 200


def test_a_reporter_gives_nobody_work(story: Story, cast: Cast) -> None:
    with pytest.raises(Refused):
        assignments.assign(cast.wen, "写稿", assignee=cast.qiu)
    with pytest.raises(Refused):
        assignments.assign(cast.lan, "拍照", kind="photo", story=story)


# -- mail ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_only_to_those_who_wish_it(story: Story, cast: Cast) -> None:
    cast.wen.email, cast.wen.mail = "wen@paper.example", "at_once"
    cast.hai.email, cast.hai.mail = "hai@paper.example", "digest"
    for person in (cast.wen, cast.hai):
        person.save()
    notes.write(story, cast.qiu, "@hai 请看")
    notes.write(story, cast.qiu, "@hai 再看")
    assert [sent.to for sent in mail.outbox] == [["wen@paper.example"]] * 2
    assert "请看" not in mail.outbox[0].body
    assert telling.send_digests() == 1
    assert mail.outbox[-1].to == ["hai@paper.example"]
    assert telling.send_digests() == 0


# -- my day --------------------------------------------------------------------------------------


def test_my_day_has_what_waits_for_each_in_a_constant_number_of_queries(
    paper: Paper, cast: Cast, clock: Clock, django_assert_max_num_queries: Any
) -> None:
    clock.move_to(EVENING_BEFORE)
    sent_back = people.draft(paper, cast.wen, "退回来的")
    workflow.send_back(workflow.submit(sent_back, cast.wen), cast.qiu, "数字不对")
    for number in range(12):
        story = people.draft(paper, cast.wen, f"待审{number}")
        save(sat_down(cast.wen), story)
        workflow.submit(story, cast.wen)
    people.plan(paper, story)
    client = sat_down(cast.wen)
    page = client.get("/admin/")
    assert [one.headline for one in page.context["sent_back"]] == ["退回来的"]
    assert "数字不对" in page.content.decode()
    assert page.context["counts"] == {"drafts": 0, "sent_back": 1, "waiting": 12}
    reader = sat_down(cast.qiu).get("/admin/")
    assert reader.context["to_read_count"] == 12
    assert reader.context["to_read"][0].story == story  # it has an hour, and so comes first
    planner = sat_down(cast.hai)
    assert planner.get("/admin/").context["issues"][0].issue.date == MONDAY
    for who, most in ((client, 16), (sat_down(cast.qiu), 18), (planner, 22)):
        with django_assert_max_num_queries(most):
            who.get("/admin/")


def test_my_day_says_of_an_issue_what_its_flatplan_says(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    """A place that is kept is no story; a page with nothing but it lacks much."""
    clock.move_to(EVENING_BEFORE)
    issue = Issue.objects.create(edition=paper.edition, date=MONDAY, number=1)
    page = Page.objects.create(issue=issue, number="1", name="要闻")
    Placement.objects.create(page=page, weight="lead", label="头条")
    client = sat_down(cast.hai)
    (coming,) = client.get("/admin/").context["issues"]
    wall = client.get(f"/admin/articles/issue/{issue.pk}/flatplan/").context
    assert coming.stories == wall["stories"] == 0
    assert coming.lacks == [lack.words for lack in wall["lacks"]]
    assert any("头条" in words for words in coming.lacks)


def test_what_one_has_read_or_written_does_not_wait_for_ones_own_read(
    paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen)
    save(sat_down(cast.wen), story)
    workflow.submit(story, cast.wen)
    assert sat_down(cast.qiu).get("/admin/").context["to_read_count"] == 1
    workflow.pass_read(story, cast.qiu)
    assert sat_down(cast.qiu).get("/admin/").context["to_read_count"] == 0
    assert sat_down(cast.hai).get("/admin/").context["to_read_count"] == 1
    own = people.draft(paper, cast.hai)
    save(sat_down(cast.hai), own)
    workflow.submit(own, cast.hai)
    assert sat_down(cast.hai).get("/admin/").context["to_read_count"] == 1


# -- proofing ------------------------------------------------------------------------------------


def test_words_on_the_papers_list_are_pointed_at(story: Story, cast: Cast) -> None:
    ListedWord.objects.create(wrong="防波堤", right="防浪堤")
    shown = sat_down(cast.wen).get(f"/admin/articles/story/{story.pk}/change/").content.decode()
    assert "防浪堤" in shown


def test_only_a_publisher_keeps_the_list(cast: Cast) -> None:
    for person, may in ((cast.wen, False), (cast.hai, False), (cast.shen, True)):
        answer = sat_down(person).get("/admin/articles/listedword/add/")
        assert (answer.status_code == 200) is may


def test_a_story_sent_back_long_ago_is_not_hidden_behind_new_drafts(
    paper: Paper, cast: Cast
) -> None:
    back = workflow.submit(people.draft(paper, cast.wen, "久等的一篇"), cast.wen)
    workflow.send_back(back, cast.qiu, "补一句出处")
    for number in range(31):
        people.draft(paper, cast.wen, f"草稿{number}")
    Story.objects.filter(pk=back.pk).update(updated_at=EVENING_BEFORE.replace(year=2020))
    found = sat_down(cast.wen).get("/admin/").context
    assert [story.headline for story in found["sent_back"]] == ["久等的一篇"]
    assert (found["counts"]["sent_back"], found["counts"]["drafts"]) == (1, 31)


def test_an_assignment_given_to_somebody_else_is_told_to_them(story: Story, cast: Cast) -> None:
    given = assignments.assign(cast.qiu, "潮位", story=story, assignee=cast.wen)
    sat_down(cast.qiu).post(
        f"/admin/articles/assignment/{given.pk}/change/",
        {"kind": "text", "brief": "潮位", "assignee": cast.lan.pk, "story": story.pk,
         "due_at_0": "", "due_at_1": ""},
    )  # fmt: skip
    given.refresh_from_db()
    assert given.assignee == cast.lan
    assert cast.lan.notices.get().kind == "assigned"
    assert LogEntry.objects.filter(verb="assign", went_to="lan").exists()


def test_the_next_hour_is_read_first_and_a_section_stands_once(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    clock.move_to(EVENING_BEFORE)
    from articles.models import Section

    late = Section.objects.create(edition=paper.edition, name="副刊", slug="late", position=0)
    soon = people.draft(paper, cast.wen, "明早的")
    later = people.draft(paper, cast.wen, "后天的", section=late)
    also = people.draft(paper, cast.wen, "也是后天的")
    for one in (soon, later, also):
        workflow.submit(one, cast.wen)
    people.plan(paper, soon)
    people.plan(paper, later, also, date=MONDAY.replace(day=5))
    read = sat_down(cast.qiu).get("/admin/").context["to_read"]
    assert [one.story.headline for one in read] == ["明早的", "也是后天的", "后天的"]


def test_a_story_sent_back_stands_on_my_day_once(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, "只出现一次")
    workflow.send_back(workflow.submit(story, cast.wen), cast.qiu, "数字不对")
    page = sat_down(cast.wen).get("/admin/")
    assert [one.headline for one in page.context["sent_back"]] == ["只出现一次"]
    assert page.content.decode().count("只出现一次") == 1


def test_the_history_says_what_each_save_changed_and_leads_to_it(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    client = sat_down(cast.wen)
    save(client, story, headline="第一次的标题")
    save(client, story, headline="改了的标题", deck="改了的副题")
    page = client.get(f"/admin/articles/story/{story.pk}/history/")
    newest = next(one for one in page.context["events"] if one.version == 3)
    assert newest.fields == "主题、副题"
    assert f"/admin/articles/story/{story.pk}/compare/?a=2&amp;b=3" in page.content.decode()


def test_a_reporter_is_not_shown_a_box_for_corrections(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    clock.move_to(EVENING_BEFORE)
    story = people.draft(paper, cast.wen)
    Story.objects.filter(pk=story.pk).update(release="now")
    people.read_through(Story.objects.get(pk=story.pk), cast, EVENING_BEFORE)
    workflow.take_back(Story.objects.get(pk=story.pk), cast.shen, EVENING_BEFORE)
    address = f"/admin/articles/story/{story.pk}/change/"
    assert "corrections-TOTAL_FORMS" not in sat_down(cast.wen).get(address).content.decode()
    assert "corrections-TOTAL_FORMS" in sat_down(cast.qiu).get(address).content.decode()


def test_django_speaks_in_the_desks_words(cast: Cast) -> None:
    page = sat_down(cast.qiu).get("/admin/articles/assignment/").content.decode()
    assert "新建任务" in page
    assert "筛选" in page
    assert "内容" in page
    assert "做了什么" not in page


def test_a_correction_quotes_the_headline_as_it_was_printed(
    paper: Paper, cast: Cast, clock: Clock
) -> None:
    story = people.draft(paper, cast.wen, "印出来的标题")
    people.run(paper, cast, story)
    clock.move_to(SIX)
    workflow.take_back(Story.objects.get(pk=story.pk), cast.shen, SIX)
    Story.objects.filter(pk=story.pk).update(headline="后来改的标题")
    correction = Correction(story=Story.objects.get(pk=story.pk), wrong="三人", right="两人")
    story_record.complete(correction)
    assert "印出来的标题" in correction.text
    assert "后来改的标题" not in correction.text
