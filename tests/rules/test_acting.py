"""The last second before the hour: an act is over before it, or it was never done."""

import datetime as dt
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from articles.models import Issue, LogEntry, PublishedIssue, PublishedStory, Story
from articles.rules import acting, logbook, publishing, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import EVENING_BEFORE, SECOND, SIX, Cast, Paper

pytestmark = pytest.mark.django_db
SOON = SIX - SECOND


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done takes a second while it is written into the log."""
    spent = 0

    def slowly(write: Callable[..., Any]) -> Callable[..., Any]:
        def writing(*args: Any, **kwargs: Any) -> Any:
            nonlocal spent
            spent += 1
            return write(*args, **kwargs)

        return writing

    monkeypatch.setattr(logbook, "write", slowly(logbook.write))
    monkeypatch.setattr(logbook, "write_all", slowly(logbook.write_all))
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + spent)
    monkeypatch.setattr(acting, "time", clock)


def record() -> list[tuple[object, ...]]:
    stories = PublishedStory.objects.order_by("pk").values_list("pk", "live_from", "act")
    issues = PublishedIssue.objects.order_by("pk").values_list("pk", "live_from", "act")
    return [*stories, *issues]


def test_what_is_done_well_before_the_hour_is_done(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    held = publishing.hold(issue, cast.hai, "台风", at=SOON)
    assert held.state == Issue.State.HELD
    assert not record()


def test_an_issue_held_until_after_its_hour_runs_as_if_nobody_had_tried(
    paper: Paper, cast: Cast, slow: None
) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen), at=EVENING_BEFORE)
    before, told = record(), LogEntry.objects.count()
    with pytest.raises(Refused, match="时刻已到"):
        publishing.hold(issue, cast.hai, "台风", at=SOON)
    assert record() == before
    assert Issue.objects.get(pk=issue.pk).state == Issue.State.SCHEDULED
    assert LogEntry.objects.count() == told


def test_an_issue_moved_until_after_its_hour_stays_where_it_was(
    paper: Paper, cast: Cast, slow: None
) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    before = record()
    with pytest.raises(Refused, match="时刻已到"):
        publishing.reschedule(issue, cast.hai, SIX + dt.timedelta(hours=1), at=SOON)
    assert record() == before


def test_a_story_killed_until_after_its_hour_is_live_and_can_be_killed_then(
    paper: Paper, cast: Cast, slow: None
) -> None:
    story = people.draft(paper, cast.wen)
    people.run(paper, cast, story)
    before = record()
    with pytest.raises(Refused, match="时刻已到"):
        workflow.kill(story, cast.shen, "误报", at=SOON)
    assert record() == before
    assert Story.objects.get(pk=story.pk).status == Story.Status.SIGNED_OFF


def test_an_hour_as_long_away_as_the_commit_may_take_has_struck(paper: Paper, cast: Cast) -> None:
    issue = people.run(paper, cast, people.draft(paper, cast.wen))
    with pytest.raises(Refused, match="时刻已到"):
        publishing.hold(issue, cast.hai, "台风", at=SIX - acting.TO_COMMIT)
    assert Issue.objects.get(pk=issue.pk).state == Issue.State.SCHEDULED


def test_an_act_without_an_hour_may_take_its_time(paper: Paper, cast: Cast, slow: None) -> None:
    story = people.draft(paper, cast.wen)
    assert workflow.submit(story, cast.wen).status != Story.Status.DRAFT
