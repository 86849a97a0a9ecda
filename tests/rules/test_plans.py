"""Plans: each act is small, seen by everybody else, logged, and never overwrites another's."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from articles.models import (
    Issue,
    LogEntry,
    NoIssueDay,
    Page,
    Placement,
    PlanTemplate,
    PublishedIssue,
    PublishedStory,
    Story,
)
from articles.rules import plans, press, publishing, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(paper: Paper, cast: Cast) -> Issue:
    """Monday's issue, two pages, three stories on the first."""
    stories = [people.draft(paper, cast.wen, f"第{number}条") for number in "一二三"]
    made = people.plan(paper, *stories)
    Page.objects.create(issue=made, number="2", name="民生")
    return made


def order(page: Page) -> list[str]:
    return [str(plans.named(one)) for one in page.placements.order_by("position")]


def page_of(issue: Issue, number: str) -> Page:
    return Page.objects.get(issue=issue, number=number)


def placed(headline: str) -> Placement:
    return Placement.objects.get(story__headline=headline)


def revision(issue: Issue) -> int:
    return Issue.objects.get(pk=issue.pk).plan_revision


# -- moving, placing, keeping --------------------------------------------------------------------


def test_a_story_moves_after_another_on_its_page(issue: Issue, cast: Cast) -> None:
    first = page_of(issue, "1")
    plans.move(issue.pk, placed("第一条").pk, cast.hai, page=first.pk, after=placed("第二条").pk)
    assert order(first) == ["第二条", "第一条", "第三条"]
    plans.move(issue.pk, placed("第三条").pk, cast.hai, page=first.pk, after=plans.FIRST)
    assert order(first) == ["第三条", "第二条", "第一条"]
    plans.move(issue.pk, placed("第三条").pk, cast.hai, page=first.pk)
    assert order(first) == ["第二条", "第一条", "第三条"]
    assert [one.position for one in first.placements.order_by("position")] == [0, 1, 2]


def test_a_story_that_changes_pages_leaves_its_zone_behind(issue: Issue, cast: Cast) -> None:
    moved, seen = placed("第二条"), revision(issue)
    Placement.objects.filter(pk=moved.pk).update(
        zone_left=0, zone_top=0, zone_width=50, zone_height=50
    )
    plans.move(issue.pk, moved.pk, cast.hai, page=page_of(issue, "2").pk)
    assert order(page_of(issue, "1")) == ["第一条", "第三条"]
    assert order(page_of(issue, "2")) == ["第二条"]
    assert placed("第二条").zone is None
    entry = LogEntry.objects.get(verb="plan_move")
    assert (entry.what, entry.came_from, entry.went_to) == ("第二条", "1 要闻", "2 民生")
    assert entry.details["revision"] == revision(issue) == seen + 1


def test_a_place_is_kept_and_filled_later(issue: Issue, paper: Paper, cast: Cast) -> None:
    second = page_of(issue, "2")
    kept = plans.keep(
        issue.pk, cast.hai, page=second.pk, label="两会", weight="lead", planned_length=900
    )
    assert order(second) == ["两会"]
    story = people.draft(paper, cast.wen, "两会开幕")
    filled = plans.place(issue.pk, story.pk, cast.hai, page=second.pk, into=kept.pk)
    assert (filled.pk, filled.weight, filled.planned_length) == (kept.pk, "lead", 900)
    assert order(second) == ["两会开幕"]
    other = people.draft(paper, cast.wen, "两会闭幕")
    with pytest.raises(Refused, match="空"):
        plans.place(issue.pk, other.pk, cast.hai, page=second.pk, into=kept.pk)


def test_weight_and_length_are_said(issue: Issue, cast: Cast) -> None:
    plans.weigh(issue.pk, placed("第二条").pk, cast.hai, weight="brief", planned_length=200)
    assert (placed("第二条").weight, placed("第二条").planned_length) == ("brief", 200)
    for weight, length in (("huge", None), ("lead", 0), ("lead", -3), ("lead", 10**9)):
        with pytest.raises(Refused):
            plans.weigh(
                issue.pk, placed("第二条").pk, cast.hai, weight=weight, planned_length=length
            )


def test_a_story_taken_off_stays_on_the_desk(issue: Issue, cast: Cast) -> None:
    plans.take_off(issue.pk, placed("第二条").pk, cast.hai)
    assert order(page_of(issue, "1")) == ["第一条", "第三条"]
    assert Story.objects.filter(headline="第二条", status="draft").exists()


def test_a_story_stands_once_on_a_page(issue: Issue, cast: Cast) -> None:
    story = Story.objects.get(headline="第一条")
    with pytest.raises(Refused, match="第一条"):
        plans.place(issue.pk, story.pk, cast.hai, page=page_of(issue, "1").pk)
    plans.place(issue.pk, story.pk, cast.hai, page=page_of(issue, "2").pk)  # and as a pointer
    second = Placement.objects.get(page__number="2")
    with pytest.raises(Refused, match="第一条"):
        plans.move(issue.pk, second.pk, cast.hai, page=page_of(issue, "1").pk)


def test_a_killed_story_is_not_placed(issue: Issue, paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, "失实")
    workflow.kill(story, cast.shen, "失实")
    with pytest.raises(Refused, match="失实"):
        plans.place(issue.pk, story.pk, cast.hai, page=page_of(issue, "2").pk)


def test_only_those_who_plan_change_a_plan(issue: Issue, cast: Cast) -> None:
    first, second = page_of(issue, "1").pk, page_of(issue, "2").pk
    one, story, seen = placed("第一条").pk, Story.objects.first(), revision(issue)
    assert story is not None
    for by in (cast.wen, cast.lan, cast.qiu):
        acts: list[Callable[[], object]] = [
            lambda by=by: plans.move(issue.pk, one, by, page=second),  # type: ignore[misc]
            lambda by=by: plans.place(issue.pk, story.pk, by, page=second),  # type: ignore[misc]
            lambda by=by: plans.keep(issue.pk, by, page=second),  # type: ignore[misc]
            lambda by=by: plans.weigh(issue.pk, one, by, weight="lead", planned_length=None),  # type: ignore[misc]
            lambda by=by: plans.take_off(issue.pk, one, by),  # type: ignore[misc]
            lambda by=by: plans.replace(issue.pk, one, story.pk, by, "因为"),  # type: ignore[misc]
            lambda by=by: plans.free(issue.pk, story.pk, by, "因为"),  # type: ignore[misc]
            lambda by=by: plans.add_page(issue.pk, by),  # type: ignore[misc]
            lambda by=by: plans.change_page(issue.pk, first, by, number="9", name=""),  # type: ignore[misc]
            lambda by=by: plans.set_credits(  # type: ignore[misc]
                issue.pk, first, by, editor="甲", designer="乙", proofreader="丙"
            ),
            lambda by=by: plans.remove_page(issue.pk, first, by),  # type: ignore[misc]
            lambda by=by: plans.copy_plan(issue.pk, issue, by),  # type: ignore[misc]
            lambda by=by: plans.save_template(issue.pk, by, "周一"),  # type: ignore[misc]
            lambda by=by: plans.begin(issue.edition, MONDAY + dt.timedelta(1), by),  # type: ignore[misc]
        ]
        for act in acts:
            with pytest.raises(Refused):
                act()
    assert revision(issue) == seen


def test_a_page_of_another_issue_is_no_place(issue: Issue, paper: Paper, cast: Cast) -> None:
    tuesday = people.plan(paper, date=MONDAY + dt.timedelta(1))
    with pytest.raises(Refused):
        plans.move(issue.pk, placed("第一条").pk, cast.hai, page=page_of(tuesday, "1").pk)
    with pytest.raises(Refused):
        plans.move(tuesday.pk, placed("第一条").pk, cast.hai, page=page_of(tuesday, "1").pk)


# -- two at once ---------------------------------------------------------------------------------


def test_a_change_to_what_somebody_else_changed_is_refused_with_who_and_what(
    issue: Issue, cast: Cast
) -> None:
    second, moved = page_of(issue, "2"), placed("第一条")
    seen = revision(issue)
    plans.move(issue.pk, moved.pk, cast.hai, page=second.pk, seen=seen)
    with pytest.raises(Refused, match=r"hai.*第一条.*1 要闻 → 2 民生"):
        plans.weigh(issue.pk, moved.pk, cast.shen, weight="brief", planned_length=None, seen=seen)
    assert placed("第一条").weight == "lead"


def test_changes_to_different_things_both_stand(issue: Issue, cast: Cast) -> None:
    second, seen = page_of(issue, "2"), revision(issue)
    plans.move(issue.pk, placed("第一条").pk, cast.hai, page=second.pk, seen=seen)
    plans.move(issue.pk, placed("第三条").pk, cast.shen, page=second.pk, seen=seen)
    assert order(second) == ["第一条", "第三条"]
    assert revision(issue) == seen + 2


def test_what_was_taken_off_meanwhile_is_named(issue: Issue, cast: Cast) -> None:
    taken, seen = placed("第一条").pk, revision(issue)
    plans.take_off(issue.pk, taken, cast.hai, seen=seen)
    with pytest.raises(Refused, match=r"hai.*第一条"):
        plans.move(issue.pk, taken, cast.shen, page=page_of(issue, "2").pk, seen=seen)


def test_a_move_after_a_story_that_moved_away_is_refused(issue: Issue, cast: Cast) -> None:
    first, second, seen = page_of(issue, "1"), page_of(issue, "2"), revision(issue)
    anchor = placed("第二条").pk
    plans.move(issue.pk, anchor, cast.hai, page=second.pk, seen=seen)
    with pytest.raises(Refused, match=r"hai.*第二条"):
        plans.move(issue.pk, placed("第一条").pk, cast.shen, page=first.pk, after=anchor, seen=seen)


def test_a_story_that_two_people_place_stands_where_the_first_put_it(
    issue: Issue, paper: Paper, cast: Cast
) -> None:
    story, seen = people.draft(paper, cast.wen, "晚到的稿"), revision(issue)
    plans.place(issue.pk, story.pk, cast.hai, page=page_of(issue, "1").pk, seen=seen)
    with pytest.raises(Refused, match=r"hai.*晚到的稿"):
        plans.place(issue.pk, story.pk, cast.shen, page=page_of(issue, "2").pk, seen=seen)
    assert story.placements.count() == 1


def test_a_page_that_got_a_story_meanwhile_is_not_removed(issue: Issue, cast: Cast) -> None:
    second, seen = page_of(issue, "2"), revision(issue)
    plans.move(issue.pk, placed("第一条").pk, cast.hai, page=second.pk, seen=seen)
    with pytest.raises(Refused, match=r"hai.*第一条"):
        plans.remove_page(issue.pk, second.pk, cast.shen, seen=seen)
    plans.remove_page(issue.pk, second.pk, cast.shen, seen=revision(issue))
    assert not Placement.objects.filter(story__headline="第一条").exists()


def test_credits_typed_by_two_people_do_not_overwrite_each_other(issue: Issue, cast: Cast) -> None:
    first, seen = page_of(issue, "1"), revision(issue)
    plans.set_credits(
        issue.pk, first.pk, cast.hai, editor="顾南", designer="", proofreader="", seen=seen
    )
    with pytest.raises(Refused, match="hai"):
        plans.set_credits(
            issue.pk, first.pk, cast.shen, editor="程知秋", designer="", proofreader="", seen=seen
        )
    assert page_of(issue, "1").editor == "顾南"


def test_ones_own_other_window_is_named_as_ones_own(issue: Issue, cast: Cast) -> None:
    moved, seen = placed("第一条").pk, revision(issue)
    plans.take_off(issue.pk, moved, cast.hai, seen=seen)
    with pytest.raises(Refused, match="另一个窗口"):
        plans.take_off(issue.pk, moved, cast.hai, seen=seen)


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_lose_and_double_nothing(paper: Paper, cast: Cast) -> None:
    stories = [people.draft(paper, cast.wen, f"第{number}条") for number in range(12)]
    issue = people.plan(paper, *stories)
    pages = [page_of(issue, "1")]
    pages += [Page.objects.create(issue=issue, number=str(number)) for number in (2, 3)]
    numbers = list(Placement.objects.values_list("pk", flat=True))
    faults: list[BaseException] = []
    done: list[int] = []
    ready, began = threading.Barrier(3), revision(issue)

    def work(hand: int) -> None:
        by = (cast.hai, cast.shen, cast.hai)[hand]
        try:
            ready.wait(10)
            for turn in range(12):
                seen = revision(issue)
                moved = numbers[(turn * 5 + hand * 7) % len(numbers)]
                try:
                    plans.move(
                        issue.pk,
                        moved,
                        by,
                        page=pages[(turn + hand) % 3].pk,
                        after=plans.FIRST if turn % 2 else plans.LAST,
                        seen=seen,
                    )
                    done.append(hand)
                except Refused:
                    pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(hand,)) for hand in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert Placement.objects.count() == 12
    for page in pages:
        positions = list(page.placements.order_by("position").values_list("position", flat=True))
        assert len(set(positions)) == len(positions)
    revisions = [entry.details["revision"] for entry in LogEntry.objects.filter(verb="plan_move")]
    assert sorted(revisions) == list(range(began + 1, began + len(done) + 1))
    assert revision(issue) == began + len(done)
    assert len(done) >= 12


# -- pages ---------------------------------------------------------------------------------------


def test_pages_are_counted_on_and_each_number_stands_once(issue: Issue, cast: Cast) -> None:
    assert plans.add_page(issue.pk, cast.hai).number == "3"
    plans.add_page(issue.pk, cast.hai, number="b5", name="副刊", room=3000)
    assert plans.add_page(issue.pk, cast.hai).number == "B6"
    for number in ("3", "0", "B07", "AA1", "第一版"):
        with pytest.raises(Refused):
            plans.add_page(issue.pk, cast.hai, number=number)
    assert list(issue.pages.values_list("number", flat=True)) == ["1", "2", "3", "B5", "B6"]


def test_a_page_is_renamed(issue: Issue, cast: Cast) -> None:
    page = page_of(issue, "2")
    plans.change_page(issue.pk, page.pk, cast.hai, number="8", name="副刊", room=2400)
    changed = page_of(issue, "8")
    assert (changed.pk, changed.name, changed.room) == (page.pk, "副刊", 2400)
    with pytest.raises(Refused, match="1"):
        plans.change_page(issue.pk, page.pk, cast.hai, number="1", name="")


# -- beginning -----------------------------------------------------------------------------------


def test_an_issue_begins_with_the_plan_of_the_last_same_weekday(
    issue: Issue, paper: Paper, cast: Cast
) -> None:
    plans.set_credits(
        issue.pk, page_of(issue, "1").pk, cast.hai, editor="顾", designer="", proofreader=""
    )
    people.plan(paper, date=MONDAY + dt.timedelta(5))
    next_monday = MONDAY + dt.timedelta(7)
    assert plans.earlier_plans(paper.edition, next_monday)[0] == issue
    begun = plans.begin(paper.edition, next_monday, cast.hai, like=issue)
    assert begun.number == 3
    assert [str(page) for page in begun.pages.all()] == ["1 要闻", "2 民生"]
    kept = page_of(begun, "1").placements.all()
    assert [(one.story, one.weight) for one in kept] == [
        (None, "lead"), (None, "normal"), (None, "normal")
    ]  # fmt: skip
    assert page_of(begun, "1").editor == ""  # a wrong name is printed, a missing one is seen


def test_copying_a_plan_leaves_the_pages_that_are_there(
    issue: Issue, paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen, "已在版上")
    tuesday = people.plan(paper, story, date=MONDAY + dt.timedelta(1))
    assert plans.copy_plan(tuesday.pk, issue, cast.hai) == 1
    assert order(page_of(tuesday, "1")) == ["已在版上"]
    assert order(page_of(tuesday, "2")) == []
    with pytest.raises(Refused):
        plans.copy_plan(tuesday.pk, issue, cast.hai)


def test_a_plan_is_kept_as_a_template_and_begun_from(
    issue: Issue, paper: Paper, cast: Cast
) -> None:
    plans.set_credits(
        issue.pk, page_of(issue, "2").pk, cast.hai, editor="顾", designer="", proofreader=""
    )
    plans.keep(issue.pk, cast.hai, page=page_of(issue, "2").pk, label="天气", weight="brief")
    made = plans.save_template(issue.pk, cast.hai, "周一八版", weekdays="1")
    again = plans.save_template(issue.pk, cast.shen, "周一八版", weekdays="71x1")
    assert (made.pk, again.weekdays) == (again.pk, "17")
    assert plans.templates_for(paper.edition, MONDAY) == [again]
    begun = plans.begin(
        paper.edition, MONDAY + dt.timedelta(7), cast.hai, template=PlanTemplate.objects.get()
    )
    second = page_of(begun, "2")
    assert (second.editor, order(second)) == ("顾", ["天气"])
    with pytest.raises(Refused):
        plans.save_template(issue.pk, cast.hai, "  ")


def test_no_issue_begins_on_a_day_without_one(paper: Paper, cast: Cast) -> None:
    paper.edition.appears_on = "12345"
    paper.edition.save()
    NoIssueDay.objects.create(edition=paper.edition, date=MONDAY, reason="春节")
    saturday = MONDAY - dt.timedelta(2)
    with pytest.raises(Refused, match="春节"):
        plans.begin(paper.edition, MONDAY, cast.hai)
    with pytest.raises(Refused):
        plans.begin(paper.edition, saturday, cast.hai)
    assert plans.next_date(paper.edition, saturday - dt.timedelta(1)) == MONDAY + dt.timedelta(1)
    assert plans.begin(paper.edition, MONDAY, cast.hai, anyway=True).number == 1
    with pytest.raises(Refused):
        plans.begin(paper.edition, MONDAY, cast.hai, anyway=True)


# -- a scheduled issue ---------------------------------------------------------------------------


@pytest.fixture
def scheduled(paper: Paper, cast: Cast) -> Issue:
    """Monday's issue, scheduled the evening before, one story signed off on it."""
    return people.run(paper, cast, people.draft(paper, cast.wen, "头条"))


def live(at: dt.datetime) -> list[str]:
    return sorted(row.payload["headline"] for row in PublishedStory.objects.live(at))


def on_the_page(at: dt.datetime) -> list[int]:
    row = PublishedIssue.objects.live(at).get()
    return [slot["story"] for page in row.payload["pages"] for slot in page["slots"]]


def test_a_change_to_a_scheduled_plan_changes_what_goes_out(scheduled: Issue, cast: Cast) -> None:
    plans.take_off(scheduled.pk, placed("头条").pk, cast.hai, at=EVENING_BEFORE)
    assert (live(SIX), on_the_page(SIX)) == ([], [])
    assert LogEntry.objects.filter(verb="replan").exists()


def test_a_change_that_the_schedule_refuses_is_not_made(scheduled: Issue, cast: Cast) -> None:
    Story.objects.update(headline="改过的头条")  # behind the desk's back
    second = Page.objects.create(issue=scheduled, number="2")
    story, seen = Story.objects.get(), revision(scheduled)
    PublishedStory.objects.all().delete()
    with pytest.raises(Refused):
        plans.move(
            scheduled.pk, story.placements.get().pk, cast.hai, page=second.pk, at=EVENING_BEFORE
        )
    assert story.placements.get().page.number == "1"
    assert revision(scheduled) == seen


def final(paper: Paper, cast: Cast, headline: str) -> tuple[Story, str]:
    """A story that waits for its final read, and the digest of what is on the publisher's screen."""
    story = people.draft(paper, cast.wen, headline)
    story = workflow.submit(story, cast.wen, EVENING_BEFORE)
    story = workflow.pass_read(story, cast.qiu, EVENING_BEFORE)
    story = workflow.pass_read(story, cast.hai, EVENING_BEFORE)
    return story, publishing_digest(story)


def publishing_digest(story: Story) -> str:
    from articles.rules import snapshot

    return snapshot.content_digest(story)


def test_a_late_story_is_live_at_once_in_a_live_issue(
    scheduled: Issue, paper: Paper, cast: Cast
) -> None:
    story, seen = final(paper, cast, "刚刚发生")
    page, at = page_of(scheduled, "1"), SIX + 60 * SECOND
    with pytest.raises(Refused):
        press.add_late(scheduled.pk, story.pk, cast.shen, " ", page=page.pk, content=seen, at=at)
    press.add_late(
        scheduled.pk, story.pk, cast.shen, "突发", page=page.pk, after=plans.FIRST,
        content=seen, at=at,
    )  # fmt: skip
    assert live(at - SECOND) == ["头条"]
    assert live(at) == ["刚刚发生", "头条"]
    assert on_the_page(at - SECOND) == [placed("头条").story_id]
    assert on_the_page(at) == [story.pk, placed("头条").story_id]
    assert LogEntry.objects.get(verb="plan_place").reason == "突发"


def test_a_late_story_that_was_changed_while_it_was_read_goes_nowhere(
    scheduled: Issue, paper: Paper, cast: Cast
) -> None:
    story, seen = final(paper, cast, "刚刚发生")
    Story.objects.filter(pk=story.pk).update(headline="刚刚发生了别的")
    with pytest.raises(Refused, match="刚刚发生了别的"):
        press.add_late(
            scheduled.pk, story.pk, cast.shen, "突发", page=page_of(scheduled, "1").pk,
            content=seen, at=SIX,
        )  # fmt: skip
    assert not story.placements.exists()


def test_one_story_takes_the_place_of_another(scheduled: Issue, paper: Paper, cast: Cast) -> None:
    story, seen = final(paper, cast, "换上的稿")
    place, old = placed("头条"), Story.objects.get(headline="头条")
    press.replace(
        scheduled.pk, place.pk, story.pk, cast.shen, "来稿有误", content=seen,
        at=SIX - SECOND,
    )  # fmt: skip
    assert live(SIX) == ["换上的稿"]
    assert on_the_page(SIX) == [story.pk]
    old.refresh_from_db()
    assert old.status == "signed_off"
    assert place.pk == placed("换上的稿").pk
    # And once more after the hour, with the first killed in the same act.
    other, seen = final(paper, cast, "再换一篇")
    press.replace(
        scheduled.pk, place.pk, other.pk, cast.shen, "失实", content=seen, kill=True,
        notice="已撤回。", at=SIX + SECOND,
    )  # fmt: skip
    assert live(SIX) == ["换上的稿"]
    assert live(SIX + SECOND) == ["再换一篇"]
    assert on_the_page(SIX + SECOND) == [other.pk]
    assert Story.objects.get(pk=story.pk).status == "killed"


@pytest.mark.parametrize("before", [SECOND, -SECOND], ids=["before the hour", "after the hour"])
def test_a_late_kill_leaves_the_place_free(
    scheduled: Issue, cast: Cast, before: dt.timedelta
) -> None:
    at, story = SIX - before, Story.objects.get()
    with pytest.raises(Refused):
        press.kill(scheduled.pk, story.pk, cast.hai, "失实", at=at)
    press.kill(scheduled.pk, story.pk, cast.shen, "失实", notice="已撤回。", at=at)
    assert live(max(SIX, at)) == []
    assert on_the_page(max(SIX, at)) == []
    assert order(page_of(scheduled, "1")) == ["代替“头条”"]
    # What readers had in the second between stays on record.
    assert live(SIX) == ([] if before > dt.timedelta() else ["头条"])


# -- to press ------------------------------------------------------------------------------------


def test_an_issue_is_signed_off_and_scheduled_in_one_act(paper: Paper, cast: Cast) -> None:
    signed = people.draft(paper, cast.wen, "早已签发")
    people.read_through(signed, cast, EVENING_BEFORE)
    one, _ = final(paper, cast, "等终审甲")
    two, _ = final(paper, cast, "等终审乙")
    own = people.draft(paper, cast.shen, "总编自己的稿")
    issue = people.plan(paper, signed, one, two, own)
    found = press.checklist(issue, cast.shen)
    assert found.signed == 1
    assert [waiting.story.headline for waiting in found.to_sign] == ["等终审甲", "等终审乙"]
    assert [waiting.story.headline for waiting in found.not_to_sign] == ["总编自己的稿"]
    assert {lack.kind for lack in found.lacks} == {"no_picture", "no_credits"}
    sign = {waiting.story.pk: waiting.content for waiting in found.to_sign}
    sent = press.send(issue.pk, cast.shen, sign=sign, seen=revision(issue), at=EVENING_BEFORE)
    assert (sent.state, sent.goes_live_at) == ("scheduled", SIX)
    assert live(SIX - SECOND) == []
    assert live(SIX) == ["早已签发", "等终审乙", "等终审甲"]
    assert LogEntry.objects.filter(verb="sign_off").count() == 3


def test_nothing_is_scheduled_where_one_story_is_not_signed_off(paper: Paper, cast: Cast) -> None:
    one, seen = final(paper, cast, "等终审甲")
    two, other = final(paper, cast, "等终审乙")
    issue = people.plan(paper, one, two)
    Story.objects.filter(pk=two.pk).update(headline="等终审丙")
    with pytest.raises(Refused, match="等终审丙"):
        press.send(issue.pk, cast.shen, sign={one.pk: seen, two.pk: other}, at=EVENING_BEFORE)
    issue.refresh_from_db()
    assert issue.state == "planning"
    assert set(Story.objects.values_list("status", flat=True)) == {"final_read"}
    assert not PublishedStory.objects.exists()


@pytest.mark.parametrize("what", ["release", "embargo_until", "live_until", "section", "language"])
def test_where_and_when_a_story_appears_is_as_the_publisher_saw_it(
    paper: Paper, cast: Cast, what: str
) -> None:
    story, _ = final(paper, cast, "等终审")
    issue = people.plan(paper, story)
    seen = {one.story.pk: one.content for one in press.checklist(issue, cast.shen).to_sign}
    other = people.found("evening").section
    changed: dict[str, Any] = {
        "release": "now", "embargo_until": SIX + SECOND, "live_until": SIX + 9 * SECOND,
        "section": other.pk, "language": "en",
    }  # fmt: skip
    Story.objects.filter(pk=story.pk).update(**{what: changed[what]})
    with pytest.raises(Refused, match="等终审"):
        press.send(issue.pk, cast.shen, sign=seen, at=EVENING_BEFORE)
    assert not PublishedStory.objects.exists()
    seen = {one.story.pk: one.content for one in press.checklist(issue, cast.shen).to_sign}
    press.send(issue.pk, cast.shen, sign=seen, at=EVENING_BEFORE)
    assert Story.objects.get(pk=story.pk).status == "signed_off"


def test_a_plan_that_changed_while_it_was_looked_over_is_looked_over_again(
    issue: Issue, cast: Cast
) -> None:
    seen = revision(issue)
    plans.move(issue.pk, placed("第一条").pk, cast.hai, page=page_of(issue, "2").pk)
    with pytest.raises(Refused, match="hai"):
        press.send(issue.pk, cast.shen, sign={}, seen=seen, at=EVENING_BEFORE)


def test_an_issue_editor_schedules_what_others_signed_off(paper: Paper, cast: Cast) -> None:
    one, seen = final(paper, cast, "等终审")
    issue = people.plan(paper, one)
    assert press.checklist(issue, cast.hai).to_sign == []
    with pytest.raises(Refused):
        press.send(issue.pk, cast.hai, sign={one.pk: seen}, at=EVENING_BEFORE)
    press.send(issue.pk, cast.hai, sign={}, at=EVENING_BEFORE)
    assert live(SIX) == []
    press.send(issue.pk, cast.shen, sign={one.pk: seen}, at=EVENING_BEFORE)  # scheduled already
    assert live(SIX) == ["等终审"]


def test_words_changed_behind_a_sign_off_stand_on_the_checklist(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, "签发后动过")
    people.read_through(story, cast, EVENING_BEFORE)
    Story.objects.update(deck="偷偷加上的一行")
    found = press.checklist(people.plan(paper, story), cast.shen)
    assert [waiting.story.pk for waiting in found.changed] == [story.pk]


def test_the_hour_that_has_passed_signs_nothing_off(paper: Paper, cast: Cast) -> None:
    one, seen = final(paper, cast, "等终审")
    issue = people.plan(paper, one)
    with pytest.raises(Refused):
        press.send(issue.pk, cast.shen, sign={one.pk: seen}, at=SIX + SECOND)
    one.refresh_from_db()
    assert one.status == "final_read"


def test_a_live_issue_is_taken_back_and_scheduled_anew(scheduled: Issue, cast: Cast) -> None:
    at = SIX + 60 * SECOND
    publishing.take_back_issue(scheduled, cast.hai, "错版", at)
    assert live(at) == []
    assert not PublishedIssue.objects.live(at).exists()
    assert PublishedIssue.objects.live(at - SECOND).exists()
    publishing.schedule(scheduled, cast.hai, at + 60 * SECOND, at + SECOND)
    assert live(at + 59 * SECOND) == []
    assert live(at + 60 * SECOND) == ["头条"]
    assert on_the_page(at + 60 * SECOND) == [placed("头条").story_id]
