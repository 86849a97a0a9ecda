"""The record: what readers get, from which instant on, and that it is never changed."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles.models import (
    Correction,
    Issue,
    LogEntry,
    Placement,
    PublishedIssue,
    PublishedPicture,
    PublishedStory,
    Story,
)
from articles.rules import publishing, renditions, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import EVENING_BEFORE, MONDAY, SECOND, SIX, Cast, Paper

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def headlines(at: dt.datetime) -> list[str]:
    return sorted(row.payload["headline"] for row in PublishedStory.objects.live(at))


def test_a_story_goes_live_with_its_issue_to_the_second(paper: Paper, cast: Cast) -> None:
    people.run(paper, cast, people.draft(paper, cast.wen))
    assert headlines(SIX - SECOND) == []
    assert headlines(SIX) == ["渔港修好了防波堤"]
    assert not PublishedIssue.objects.live(SIX - SECOND).exists()
    assert PublishedIssue.objects.live(SIX).get().date == MONDAY


def test_web_first_goes_live_at_sign_off(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    assert headlines(EVENING_BEFORE - SECOND) == []
    assert headlines(EVENING_BEFORE) == ["渔港修好了防波堤"]


def test_an_embargoed_story_waits_for_its_end(paper: Paper, cast: Cast) -> None:
    end = EVENING_BEFORE + 3 * HOUR
    people.read_through(
        people.draft(paper, cast.wen, release="embargo", embargo_until=end), cast, EVENING_BEFORE
    )
    assert headlines(end - SECOND) == []
    assert headlines(end) == ["渔港修好了防波堤"]


def test_an_embargo_holds_a_story_back_from_its_issue(paper: Paper, cast: Cast) -> None:
    end = SIX + 3 * HOUR
    issue = people.run(paper, cast, people.draft(paper, cast.wen, embargo_until=end))
    assert headlines(SIX) == []
    assert headlines(end) == ["渔港修好了防波堤"]
    publishing.reschedule(issue, cast.hai, SIX + HOUR, EVENING_BEFORE)
    assert headlines(end - SECOND) == []
    publishing.reschedule(issue, cast.hai, SIX + 5 * HOUR, EVENING_BEFORE)
    assert headlines(SIX + 5 * HOUR - SECOND) == []
    assert headlines(SIX + 5 * HOUR) == ["渔港修好了防波堤"]


def test_a_story_signed_off_after_its_issue_was_scheduled_goes_with_it(
    paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen)
    publishing.schedule(people.plan(paper, story), cast.hai, at=EVENING_BEFORE)
    people.read_through(story, cast, EVENING_BEFORE + HOUR)
    assert headlines(SIX - SECOND) == []
    assert headlines(SIX) == ["渔港修好了防波堤"]


def test_a_story_signed_off_after_the_hour_goes_live_at_once(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    publishing.schedule(people.plan(paper, story), cast.hai, at=EVENING_BEFORE)
    people.read_through(story, cast, SIX + HOUR)
    assert headlines(SIX + HOUR - SECOND) == []
    assert headlines(SIX + HOUR) == ["渔港修好了防波堤"]


def test_moving_an_issue_moves_what_is_not_yet_live(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    publishing.reschedule(issue, cast.hai, SIX + HOUR, EVENING_BEFORE, "印厂停电")
    assert headlines(SIX) == []
    assert headlines(SIX + HOUR) == ["渔港修好了防波堤"]
    row = PublishedStory.objects.get()
    assert row.published_at == SIX + HOUR
    entry = LogEntry.objects.get(verb="reschedule")
    assert (entry.came_from, entry.went_to, entry.reason) == (
        SIX.isoformat(),
        (SIX + HOUR).isoformat(),
        "印厂停电",
    )


def test_a_live_issue_is_not_moved(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    with pytest.raises(Refused):
        publishing.reschedule(issue, cast.hai, SIX + HOUR, SIX)


def test_a_held_issue_goes_live_only_when_scheduled_anew(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    publishing.hold(issue, cast.hai, "等市里消息", EVENING_BEFORE)
    assert headlines(SIX + HOUR) == []
    assert not PublishedIssue.objects.live(SIX + HOUR).exists()
    publishing.schedule(issue, cast.hai, SIX + 2 * HOUR, EVENING_BEFORE)
    assert headlines(SIX + 2 * HOUR) == ["渔港修好了防波堤"]


def test_a_second_sign_off_supersedes_at_its_instant(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    story.refresh_from_db()
    workflow.take_back(story, cast.shen, SIX + HOUR)
    story.headline = "渔港防波堤完工"
    story.save()
    people.read_through(story, cast, SIX + 2 * HOUR)
    assert headlines(SIX + 2 * HOUR - SECOND) == ["渔港修好了防波堤"]
    assert headlines(SIX + 2 * HOUR) == ["渔港防波堤完工"]
    assert [row.change for row in PublishedStory.objects.order_by("live_from")] == [
        "first",
        "update",
    ]
    assert {row.published_at for row in PublishedStory.objects.all()} == {SIX}


def test_an_unfinished_change_to_a_live_story_reaches_nobody(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    story.refresh_from_db()
    workflow.take_back(story, cast.shen, SIX + HOUR)
    story.headline = "写了一半的标题"
    story.save()
    workflow.submit(story, cast.wen, SIX + HOUR)
    assert headlines(SIX + 9 * HOUR) == ["渔港修好了防波堤"]


def test_a_story_taken_back_before_the_hour_misses_it(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    workflow.take_back(story, cast.shen, EVENING_BEFORE)
    assert headlines(SIX + HOUR) == []


def test_signing_off_the_same_words_again_adds_nothing(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    story.refresh_from_db()
    workflow.take_back(story, cast.shen, EVENING_BEFORE + HOUR)
    people.read_through(story, cast, EVENING_BEFORE + 2 * HOUR)
    assert PublishedStory.objects.count() == 1


def test_a_correction_is_one_more_row(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.take_back(story, cast.shen, SIX)
    Correction.objects.create(
        story=story, wrong="二百艘", right="一百艘", text="特此更正。", at=SIX, signed_by=cast.shen
    )
    people.read_through(story, cast, SIX)
    standing = PublishedStory.objects.live(SIX).get()
    assert standing.change == "correction"
    assert standing.payload["corrections"][0]["right"] == "一百艘"
    assert PublishedStory.objects.live(SIX - SECOND).get().payload["corrections"] == []


def test_a_killed_story_is_withdrawn_at_once(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    workflow.kill(story, cast.shen, "失实", SIX + HOUR, notice="本文已撤回。")
    assert headlines(SIX + HOUR - SECOND) == ["渔港修好了防波堤"]
    assert headlines(SIX + HOUR) == []
    standing = PublishedStory.objects.as_of(SIX + HOUR).get()
    assert (standing.act, standing.notice) == ("withdraw", "本文已撤回。")


def test_killing_a_story_before_its_hour_leaves_no_trace_in_the_record(
    paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    workflow.kill(story, cast.shen, "失实", EVENING_BEFORE)
    assert not PublishedStory.objects.exists()


def test_a_planned_end_is_a_withdrawal_in_the_future(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now", live_until=SIX)
    people.read_through(story, cast, EVENING_BEFORE)
    assert headlines(SIX - SECOND) == ["渔港修好了防波堤"]
    assert headlines(SIX) == []


def test_taking_a_live_story_back_keeps_its_planned_end(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now", live_until=SIX)
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.take_back(story, cast.shen, EVENING_BEFORE + HOUR)
    assert headlines(SIX) == []


def test_a_story_in_two_issues_goes_with_the_first(paper: Paper, cast: Cast) -> None:
    story = people.read_through(people.draft(paper, cast.wen), cast, EVENING_BEFORE)
    tuesday = people.plan(paper, story, date=MONDAY + dt.timedelta(days=1))
    monday = people.plan(paper, story)
    publishing.schedule(tuesday, cast.hai, at=EVENING_BEFORE)
    publishing.schedule(monday, cast.hai, at=EVENING_BEFORE)
    assert headlines(SIX) == ["渔港修好了防波堤"]
    publishing.reschedule(monday, cast.hai, SIX + 30 * HOUR, EVENING_BEFORE)
    assert headlines(SIX + 23 * HOUR) == []
    assert headlines(SIX + 24 * HOUR) == ["渔港修好了防波堤"]
    publishing.hold(tuesday, cast.hai, "等消息", EVENING_BEFORE)
    assert headlines(SIX + 29 * HOUR) == []
    assert headlines(SIX + 30 * HOUR) == ["渔港修好了防波堤"]
    Placement.objects.filter(page__issue=monday).delete()
    publishing.replan(monday, cast.hai, EVENING_BEFORE)
    assert headlines(SIX + 300 * HOUR) == []


def test_moving_a_story_off_a_scheduled_page_takes_it_out(paper: Paper, cast: Cast) -> None:
    first, second = people.draft(paper, cast.wen), people.draft(paper, cast.wen, "第二条")
    issue = people.run(paper, cast, first, second)
    Placement.objects.filter(story=second).delete()
    publishing.replan(issue, cast.hai, EVENING_BEFORE)
    assert headlines(SIX) == ["渔港修好了防波堤"]
    slots = PublishedIssue.objects.live(SIX).get().payload["pages"][0]["slots"]
    assert [slot["story"] for slot in slots] == [first.pk]


def test_a_story_put_on_a_scheduled_page_goes_with_it(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    late = people.read_through(people.draft(paper, cast.wen, "最后一条"), cast, EVENING_BEFORE)
    people.plan(paper, late)
    assert publishing.replan(issue, cast.hai, EVENING_BEFORE)
    assert headlines(SIX) == sorted(["渔港修好了防波堤", "最后一条"])


def test_a_story_changed_behind_its_sign_off_stops_the_schedule(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    people.read_through(story, cast, EVENING_BEFORE)
    story.refresh_from_db()
    story.body = "<p>没有人读过的话。</p>"
    story.save()
    with pytest.raises(Refused):
        publishing.schedule(people.plan(paper, story), cast.hai, at=EVENING_BEFORE)
    assert Issue.objects.get().state == "planning"
    assert not PublishedStory.objects.exists()


def test_a_reporter_schedules_nothing(paper: Paper, cast: Cast) -> None:
    issue = people.plan(paper, people.draft(paper, cast.wen))
    for person in (cast.wen, cast.lan, cast.qiu):
        with pytest.raises(Refused):
            publishing.schedule(issue, person, at=EVENING_BEFORE)


def test_an_hour_that_has_passed_is_refused(paper: Paper, cast: Cast) -> None:
    issue = people.plan(paper, people.draft(paper, cast.wen))
    with pytest.raises(Refused):
        publishing.schedule(issue, cast.hai, at=SIX + SECOND)


def test_public_copies_of_pictures_are_made_at_publication_only(
    paper: Paper,
    cast: Cast,
    settings: object,
    tmp_path: Path,
    django_capture_on_commit_callbacks: object,
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    story = people.draft(paper, cast.wen, release="now")
    people.illustrate(story, cast.lan)
    whole, square, share = people.copy_names(story)
    assert not (tmp_path / "public").exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        people.read_through(story, cast, EVENING_BEFORE)
    renditions.finish()
    copies = {path.name for path in (tmp_path / "public").rglob("*.*")}
    endings = ("avif", "webp", "jpg")
    assert copies == {
        *(f"{whole}-{width}.{ending}" for width in (480, 640) for ending in endings),
        *(f"{square}-{width}.{ending}" for width in (240, 400) for ending in endings),
        f"{share}-640.jpg",
    }


def test_redaction_empties_every_version_and_takes_the_pictures(
    paper: Paper,
    cast: Cast,
    settings: object,
    tmp_path: Path,
    django_capture_on_commit_callbacks: object,
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    story = people.draft(paper, cast.wen, release="now")
    people.illustrate(story, cast.lan)
    # Really started: redaction is the one thing that the triggers let through.
    at = timezone.now() - HOUR
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        people.read_through(story, cast, at)
    renditions.finish()
    assert list((tmp_path / "public").rglob("*.jpg"))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        publishing.redact(story, cast.shen, "法院裁定", timezone.now())
    rows = PublishedStory.objects.all()
    assert len(rows) == 2
    assert {(row.body, row.search_text, str(row.payload)) for row in rows} == {("", "", "{}")}
    assert not PublishedPicture.objects.exists()
    assert list((tmp_path / "public").rglob("*.*")) == []
    assert LogEntry.objects.get(verb="redact").reason == "法院裁定"
    assert tmp_path == django_settings.MEDIA_ROOT


def test_only_a_publisher_redacts(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    with pytest.raises(Refused):
        publishing.redact(story, cast.qiu, "不想要了")


def test_a_started_row_is_never_changed_nor_deleted(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    story.tags.add("渔港")
    people.illustrate(story, cast.lan)
    people.run(paper, cast, people.draft(paper, cast.wen, "别的"), at=EVENING_BEFORE)
    people.read_through(story, cast, timezone.now() - HOUR)
    row = PublishedStory.objects.get(story=story)
    attempts: list[Callable[[], object]] = [
        lambda: PublishedStory.objects.filter(pk=row.pk).update(body="<p>改过的历史</p>"),
        lambda: PublishedStory.objects.filter(pk=row.pk).update(live_from=SIX),
        lambda: row.tags.all().delete(),
        lambda: row.people.all().update(role="photo"),
        lambda: row.pictures.all().delete(),
        lambda: PublishedStory.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: LogEntry.objects.all().delete(),
        lambda: LogEntry.objects.update(reason="没有的事"),
        lambda: story.reads.all().delete(),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert PublishedStory.objects.get(pk=row.pk).body == row.body


def test_a_started_issue_is_never_changed(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    issue = people.plan(paper, story, date=dt.date(2020, 1, 2))
    publishing.schedule(issue, cast.hai, at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    row = PublishedIssue.objects.get()
    for attempt in (
        lambda: PublishedIssue.objects.update(number=1),
        lambda: PublishedIssue.objects.all().delete(),
        lambda: row.slots.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_one_row_for_a_story_and_instant(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.kill(story, cast.shen, "失实", EVENING_BEFORE)
    instants = list(PublishedStory.objects.values_list("live_from", flat=True))
    assert len(set(instants)) == 2
    assert headlines(EVENING_BEFORE + SECOND) == []


@pytest.mark.parametrize(
    ("zone", "date", "expected"),
    [
        ("Asia/Shanghai", dt.date(2031, 1, 1), dt.datetime(2030, 12, 31, 22, 0, tzinfo=dt.UTC)),
        # Clocks go forward in London on 30 March 2031 at 01:00 UTC, and back on 26 October.
        ("Europe/London", dt.date(2031, 3, 29), dt.datetime(2031, 3, 29, 6, 0, tzinfo=dt.UTC)),
        ("Europe/London", dt.date(2031, 3, 30), dt.datetime(2031, 3, 30, 5, 0, tzinfo=dt.UTC)),
        ("Europe/London", dt.date(2031, 10, 26), dt.datetime(2031, 10, 26, 6, 0, tzinfo=dt.UTC)),
    ],
)
def test_the_usual_hour_is_the_editions_own(
    cast: Cast, zone: str, date: dt.date, expected: dt.datetime
) -> None:
    paper = people.found(slug="zoned", time_zone=zone)
    issue = people.plan(paper, people.draft(paper, cast.wen), date=date)
    with time_machine.travel(expected - HOUR, tick=False):
        assert publishing.schedule(issue, cast.hai).goes_live_at == expected


def test_a_story_can_be_read_again_after_being_taken_back(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.kill(story, cast.shen, "失实", SIX)
    workflow.revive(story, cast.shen, "核实无误", SIX + HOUR)
    people.read_through(story, cast, SIX + 2 * HOUR)
    assert headlines(SIX + HOUR) == []
    assert headlines(SIX + 2 * HOUR) == ["渔港修好了防波堤"]
    assert Story.objects.get().status == "signed_off"


def test_an_end_that_is_over_does_not_hold_a_story_back(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now", live_until=SIX - 5 * HOUR)
    people.read_through(story, cast, EVENING_BEFORE)
    story = workflow.take_back(story, cast.shen, SIX - 4 * HOUR)
    story.release, story.live_until = "issue", None
    story.save()
    issue = people.run(paper, cast, story, at=SIX - 3 * HOUR)
    publishing.reschedule(issue, cast.hai, SIX + HOUR, SIX - 2 * HOUR)
    assert headlines(SIX) == []
    assert headlines(SIX + HOUR) == ["渔港修好了防波堤"]


def test_a_change_that_waits_tells_readers_the_hour_it_was_moved_to(
    paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.kill(story, cast.shen, "失实", EVENING_BEFORE + HOUR)
    story = workflow.revive(story, cast.shen, "核实", EVENING_BEFORE + HOUR)
    story.release = "issue"
    story.save()
    issue = people.run(paper, cast, story, at=EVENING_BEFORE + 2 * HOUR)
    publishing.reschedule(issue, cast.hai, SIX + HOUR, EVENING_BEFORE + 3 * HOUR)
    [row] = PublishedStory.objects.live(SIX + HOUR)
    assert row.payload["updated_at"] == (SIX + HOUR).isoformat()


def test_a_story_of_an_issue_taken_back_goes_with_the_next_issue_it_stands_in(
    paper: Paper, cast: Cast
) -> None:
    story = people.draft(paper, cast.wen)
    monday = people.run(paper, cast, story)
    tuesday = people.plan(paper, story, date=MONDAY + dt.timedelta(days=1))
    publishing.schedule(tuesday, cast.hai, at=EVENING_BEFORE)
    publishing.take_back_issue(monday, cast.hai, "印错了", SIX + HOUR)
    assert headlines(SIX + HOUR) == []
    assert headlines(SIX + 24 * HOUR) == ["渔港修好了防波堤"]


def test_taking_an_issue_back_leaves_what_waits_for_another_reason(
    paper: Paper, cast: Cast
) -> None:
    story, end = people.draft(paper, cast.wen), SIX + 5 * HOUR
    issue = people.run(paper, cast, story)
    workflow.kill(story, cast.shen, "失实", SIX + HOUR)
    story = workflow.revive(story, cast.shen, "核实", SIX + HOUR)
    story.release, story.embargo_until = "embargo", end
    story.save()
    people.read_through(story, cast, SIX + 2 * HOUR)
    publishing.take_back_issue(issue, cast.hai, "印错了", SIX + 3 * HOUR)
    assert headlines(end - SECOND) == []
    assert headlines(end) == ["渔港修好了防波堤"]


def test_both_issues_taken_back_leave_nothing_of_their_story(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen)
    monday = people.run(paper, cast, story)
    tuesday = people.plan(paper, story, date=MONDAY + dt.timedelta(days=1))
    publishing.schedule(tuesday, cast.hai, at=EVENING_BEFORE)
    at = SIX + 25 * HOUR
    publishing.take_back_issue(monday, cast.hai, "印错了", at)
    assert headlines(at) == ["渔港修好了防波堤"]
    publishing.take_back_issue(tuesday, cast.hai, "印错了", at + HOUR)
    assert headlines(at + HOUR) == []


def test_a_correction_is_told_once(paper: Paper, cast: Cast) -> None:
    story = people.draft(paper, cast.wen, release="now")
    people.read_through(story, cast, EVENING_BEFORE)
    workflow.take_back(story, cast.shen, EVENING_BEFORE + HOUR)
    Correction.objects.create(
        story=story, wrong="二百艘", right="一百艘", text="更正", at=SIX, signed_by=cast.shen
    )
    people.read_through(story, cast, EVENING_BEFORE + 2 * HOUR)
    workflow.kill(story, cast.shen, "失实", SIX)
    workflow.revive(story, cast.shen, "核实", SIX + HOUR)
    people.read_through(story, cast, SIX + 2 * HOUR)
    changes = [row.change for row in PublishedStory.objects.order_by("live_from")]
    assert changes == ["first", "correction", "kill", "update"]
