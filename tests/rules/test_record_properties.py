"""Whatever the desk does, in whatever order and whenever: readers get exactly what they should.

Random acts at random instants, the last microsecond before an hour and the hour itself among
them, are done by the rules and by a small model of them (`model.py`), which must agree on what is
refused, on every row, and on what is live at every instant. Then the same with several people at
once, on connections of their own, by the databases' real clocks.
"""

import copy
import datetime as dt
import random
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from articles.models import (
    Correction,
    Issue,
    LogEntry,
    Page,
    Placement,
    PublishedIssue,
    PublishedStory,
    Read,
    Story,
    User,
)
from articles.rules import acting, placing, publishing, snapshot, workflow
from articles.rules.refusal import Refused
from tests import cast as people
from tests.cast import MONDAY, SECOND, SIX, Cast, Paper
from tests.rules.model import MICROSECOND, World

pytestmark = pytest.mark.django_db

STORIES, ISSUES = "甲乙丙", "一二"
HEADLINES = ("初稿", "二稿", "三稿")
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
BEGAN = SIX - 30 * HOUR


class Desk:
    """The same acts as the model's, by the rules and in the tables. `by` does all but write."""

    def __init__(self, cast: Cast, paper: Paper, date: dt.date = MONDAY) -> None:
        self.by, self.cast = cast.shen, cast
        self.stories = {
            name: people.draft(paper, cast.wen, headline="初稿", slug="gao").pk for name in STORIES
        }
        self.issues: dict[str, int] = {}
        for number, name in enumerate(ISSUES):
            issue = placing.open_issue(paper.edition, date + dt.timedelta(days=number))
            Page.objects.create(issue=issue, number="1", name="要闻")
            self.issues[name] = issue.pk

    def act(self, name: str, *args: Any, at: dt.datetime | None) -> bool:
        """Do one act. Returns whether the rules allow it."""
        try:
            with transaction.atomic():
                getattr(self, name)(*args, at=at)
        except Refused:
            return False
        return True

    def story(self, name: str) -> Story:
        return Story.objects.select_related("edition").get(pk=self.stories[name])

    def issue(self, name: str) -> Issue:
        return Issue.objects.select_related("edition").get(pk=self.issues[name])

    def _on_the_desk(self, name: str) -> Story:
        publishing.lock([self.stories[name]])
        story = self.story(name)
        if story.status not in ("draft", "final_read"):
            raise Refused("not on the desk")
        return story

    def write(self, name: str, headline: str, *, at: dt.datetime | None) -> None:
        story = self._on_the_desk(name)
        story.headline = headline
        story.save()
        workflow.settle(story, self.by, at)

    def correct(self, name: str, *, at: dt.datetime | None) -> None:
        story = self._on_the_desk(name)
        at = at or timezone.now()
        if not story.record.filter(act="publish", live_from__lte=at).exists():
            raise Refused("not published yet")
        Correction.objects.create(
            story=story, wrong="误", right="正", text="更正", at=at, signed_by=self.cast.shen
        )

    def set_release(
        self,
        name: str,
        release: str,
        embargo: dt.datetime | None,
        ends: dt.datetime | None,
        *,
        at: dt.datetime | None,
    ) -> None:
        story = self._on_the_desk(name)
        story.release = {"issue": Story.Release.WITH_ISSUE, "now": Story.Release.NOW}.get(
            release, Story.Release.EMBARGO
        )
        story.embargo_until, story.live_until = embargo, ends
        story.save()

    def sign_off(self, name: str, minor: bool = False, *, at: dt.datetime | None) -> None:
        story = self.story(name)
        if story.status == "draft":
            story = workflow.submit(story, self.by, at)
        workflow.sign_off(story, self.by, at, minor=minor)

    def sign_off_all(self, names: tuple[str, ...], *, at: dt.datetime | None) -> None:
        for name in names:
            if (story := self.story(name)).status == "draft":
                workflow.submit(story, self.by, at)
        stories = [self.story(name) for name in names]
        seen = {story.pk: snapshot.content_digest(story) for story in stories}
        workflow.sign_off_all(seen, self.by, at)

    def take_back(self, name: str, *, at: dt.datetime | None) -> None:
        workflow.take_back(self.story(name), self.by, at)

    def slip(self, name: str, headline: str, *, at: dt.datetime | None) -> None:
        publishing.lock([self.stories[name]])
        story = self.story(name)
        if story.status != "signed_off" or story.headline == headline:
            raise Refused("nothing to slip by")
        Story.objects.filter(pk=story.pk).update(headline=headline)
        workflow.settle(story, self.by, at)

    def kill(self, name: str, *, at: dt.datetime | None) -> None:
        workflow.kill(self.story(name), self.by, "失实", at)

    def revive(self, name: str, *, at: dt.datetime | None) -> None:
        workflow.revive(self.story(name), self.by, "核实", at)

    def redact(self, name: str, *, at: dt.datetime | None) -> None:
        publishing.redact(self.story(name), self.by, "法院裁定", at)

    def schedule(self, name: str, hour: dt.datetime, *, at: dt.datetime | None) -> None:
        publishing.schedule(self.issue(name), self.by, hour, at)

    def reschedule(self, name: str, hour: dt.datetime, *, at: dt.datetime | None) -> None:
        publishing.reschedule(self.issue(name), self.by, hour, at, "改时间")

    def hold(self, name: str, *, at: dt.datetime | None) -> None:
        publishing.hold(self.issue(name), self.by, "等消息", at)

    def take_back_issue(self, name: str, *, at: dt.datetime | None) -> None:
        publishing.take_back_issue(self.issue(name), self.by, "印错了", at)

    def place(self, name: str, story: str, *, at: dt.datetime | None) -> None:
        publishing.lock_issue(self.issues[name], [self.stories[story]])
        page = Page.objects.get(issue=self.issues[name])
        Placement.objects.get_or_create(page=page, story_id=self.stories[story])
        publishing.replan(self.issue(name), self.by, at)

    def remove(self, name: str, story: str, *, at: dt.datetime | None) -> None:
        publishing.lock_issue(self.issues[name], [self.stories[story]])
        Placement.objects.filter(page__issue=self.issues[name], story=self.stories[story]).delete()
        publishing.replan(self.issue(name), self.by, at)

    # -- what is in the tables -------------------------------------------------------------------

    def live(self, at: dt.datetime) -> dict[str, str]:
        names = {pk: name for name, pk in self.stories.items()}
        rows = list(PublishedStory.objects.live(at))
        assert len({row.story_id for row in rows}) == len(rows), "two versions at once"
        return {names[row.story_id]: row.payload["headline"] for row in rows}

    def live_issues(self, at: dt.datetime) -> dict[str, frozenset[str]]:
        names = {pk: name for name, pk in self.stories.items()}
        titles = {pk: name for name, pk in self.issues.items()}
        rows = list(PublishedIssue.objects.live(at))
        assert len({row.issue_id for row in rows}) == len(rows), "two plans at once"
        return {
            titles[row.issue_id]: frozenset(names[slot.story_id] for slot in row.slots.all())
            for row in rows
        }


def rows_of(desk: Desk, name: str) -> list[tuple[Any, ...]]:
    titles = {pk: title for title, pk in desk.issues.items()} | {None: None}
    return [
        (
            row.live_from,
            None
            if row.redaction_id or row.act == "withdraw"
            else (row.payload["headline"], len(row.payload["corrections"])),
            row.change,
            titles[row.issue_id],
            row.published_at if row.act == "publish" else None,
            row.payload.get("updated_at") if row.act == "publish" and row.payload else None,
        )
        for row in PublishedStory.objects.filter(story=desk.stories[name]).order_by("live_from")
    ]


def rows_told(world: World, name: str) -> list[tuple[Any, ...]]:
    return [
        (
            row.since,
            row.read,
            row.change,
            row.issue,
            row.published if row.words else None,
            row.updated.isoformat() if row.updated and row.read else None,
        )
        for row in world.stories[name].rows
    ]


def started(at: dt.datetime) -> dict[tuple[str, int], Any]:
    """Every row that has started, whole."""
    found: dict[tuple[str, int], Any] = {}
    for model in (PublishedStory, PublishedIssue):
        for values in model.objects.filter(live_from__lte=at).values():
            found[model.__name__, values["id"]] = values
    return found


def assert_as_told(desk: Desk, world: World) -> None:
    """Every row, and what is live at, before and after each instant at which anything changes."""
    for name in STORIES:
        assert rows_of(desk, name) == rows_told(world, name)
    signed = set(Read.objects.filter(step="final_read").values_list("story", "content"))
    assert not PublishedStory.objects.exclude(story__in=[pk for pk, _ in signed]).exists()
    for instant in sorted(world.instants()):
        for at in (instant - MICROSECOND, instant, instant + SECOND):
            assert desk.live(at) == world.live(at)
            assert desk.live_issues(at) == world.live_issues(at)


# -- one after another ---------------------------------------------------------------------------

a_story = st.sampled_from(STORIES)
an_issue = st.sampled_from(ISSUES)
a_headline = st.sampled_from(HEADLINES)
hours = st.integers(0, 40)
ends = st.one_of(st.none(), st.none(), hours)
some = st.sets(a_story, min_size=1).map(lambda names: tuple(sorted(names)))
acts = st.one_of(
    st.tuples(st.just("write"), a_story, a_headline),
    st.tuples(st.just("correct"), a_story),
    st.tuples(st.just("set_release"), a_story, st.sampled_from(["issue", "now", "embargo"]), ends, ends),
    st.tuples(st.just("sign_off"), a_story, st.booleans()),
    st.tuples(st.just("sign_off"), a_story, st.booleans()),
    st.tuples(st.just("sign_off_all"), some),
    st.tuples(st.just("take_back"), a_story),
    st.tuples(st.just("slip"), a_story, a_headline),
    st.tuples(st.just("kill"), a_story),
    st.tuples(st.just("revive"), a_story),
    st.tuples(st.just("redact"), a_story),
    st.tuples(st.just("schedule"), an_issue, hours),
    st.tuples(st.just("schedule"), an_issue, hours),
    st.tuples(st.just("reschedule"), an_issue, hours),
    st.tuples(st.just("hold"), an_issue),
    st.tuples(st.just("take_back_issue"), an_issue),
    st.tuples(st.just("place"), an_issue, a_story),
    st.tuples(st.just("remove"), an_issue, a_story),
    # What a desk does all day, several acts at a time.
    st.tuples(st.just("appear"), an_issue, some, hours),
    st.tuples(st.just("appear"), an_issue, some, hours),
    st.tuples(st.just("bring up to date"), a_story, a_headline, st.booleans()),
    st.tuples(st.just("put right"), a_story),
)  # fmt: skip
passing = st.sampled_from(
    ["same", "second", "while", "while", "night", "eve", "hour", "just after"]
)


def acts_in(drawn: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The single acts that something drawn stands for."""
    match drawn:
        case "appear", issue, stories, hour:
            signed = [("sign_off", story, False) for story in stories]
            placed = [("place", issue, story) for story in stories]
            return [*signed, *placed, instants_in(("schedule", issue, hour))]
        case "bring up to date", story, headline, minor:
            written = ("write", story, headline)
            return [("take_back", story), written, ("sign_off", story, minor)]
        case "put right", story:
            return [("take_back", story), ("correct", story), ("sign_off", story, False)]
    return [instants_in(drawn)]


def instants_in(act: tuple[Any, ...]) -> tuple[Any, ...]:
    """The act, its hours (counted from the beginning) as instants. No two of them fall together."""
    name = act[0]
    if name == "set_release":
        embargo = BEGAN + act[3] * HOUR + 10 * MINUTE if act[3] is not None else None
        until = BEGAN + act[4] * HOUR + 40 * MINUTE if act[4] is not None else None
        if act[2] == "embargo" and embargo is None:
            embargo = BEGAN + 3 * HOUR
        return (name, act[1], act[2], embargo, until)
    if name in ("schedule", "reschedule"):
        offset = 20 * MINUTE * ISSUES.index(act[1])
        return (name, act[1], BEGAN + act[2] * HOUR + offset)
    return act


def after(passed: str, at: dt.datetime, world: World) -> dt.datetime:
    """When the next act happens; a good part of them right at the next hour."""
    coming = sorted(instant for instant in world.instants() if instant > at)
    match passed:
        case "second":
            return at + SECOND
        case "while":
            return at + 47 * MINUTE
        case "night":
            return at + 9 * HOUR + 13 * MINUTE
        case "eve" if coming:
            return max(at, coming[0] - MICROSECOND)
        case "hour" if coming:
            return coming[0]
        case "just after" if coming:
            return coming[0] + MICROSECOND
    return at


@pytest.fixture
def one_read(settings: Any) -> None:
    settings.EDITORIAL_READS = 1


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An act takes no time, and so may be done in the last microsecond before an hour."""
    monkeypatch.setattr(acting, "TO_COMMIT", dt.timedelta(0))
    monkeypatch.setattr(acting, "time", SimpleNamespace(monotonic=lambda: 0.0))


class Undone(Exception):  # noqa: N818
    """An example is over: nothing of it stays."""


# Nothing is made smaller where an example fails: each takes a second, and tells a story as it is.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=50, phases=WITHOUT_SHRINKING)
@given(steps=st.lists(st.tuples(passing, acts), min_size=6, max_size=24))
def test_at_every_instant_exactly_what_should_be_live_is_live(
    one_read: None, no_time_passes: None, steps: list[tuple[str, tuple[Any, ...]]]
) -> None:
    try:
        with transaction.atomic():
            play(steps)
            raise Undone
    except Undone:
        pass


def play(steps: list[tuple[str, tuple[Any, ...]]]) -> None:
    """The acts of an example, by the rules and by the model."""
    desk, world = Desk(people.hire(), people.found()), World(STORIES, ISSUES)
    at = BEGAN
    for passed, drawn in steps:
        at = after(passed, at, world)
        for act in acts_in(drawn):
            before = started(at)
            allowed = world.act(*act, at=at)
            assert desk.act(*act, at=at) is allowed, f"{act} at {at}"
            if act[0] != "redact":
                now = started(at)
                assert {key: now.get(key) for key in before} == before, f"{act} changed history"
            for name in STORIES:
                told = rows_told(world, name)
                assert rows_of(desk, name) == told, f"{name} after {act} at {at}"
    assert_as_told(desk, world)


# -- all at once, by the real clock --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_people_at_once_come_to_what_one_after_another_would(one_read: None, seed: int) -> None:
    """Four publishers act at once on the same stories and issues, while hours strike.

    Afterwards the acts, in the order in which they happened, are told to the model: the record
    must be what it says. Here the databases' own clocks say what has started.
    """
    began = timezone.now()
    paper = people.found()
    desk = Desk(people.hire(), paper, began.date())
    journals: list[list[tuple[dt.datetime, tuple[Any, ...]]]] = []
    faults: list[BaseException] = []
    threads = []
    for number in range(4):
        publisher = User.objects.create_user(f"publisher-{number}", is_staff=True)
        publisher.groups.add(Group.objects.get(name="publisher"))
        journal: list[tuple[dt.datetime, tuple[Any, ...]]] = []
        journals.append(journal)
        clerk = copy.copy(desk)
        clerk.by = publisher
        chance = random.Random(seed * 100 + number)
        threads.append(
            threading.Thread(target=_work, args=(clerk, chance, journal, faults), daemon=True)
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "somebody waits for ever"
    assert faults == []
    world = World(STORIES, ISSUES)
    acts_done = sorted((entry for journal in journals for entry in journal), key=lambda one: one[0])
    assert len(acts_done) > 30
    for at, act in acts_done:
        assert world.act(*act, at=at), f"the rules allowed {act} at {at}"
    assert_as_told(desk, world)


def _work(
    desk: Desk,
    chance: random.Random,
    journal: list[tuple[dt.datetime, tuple[Any, ...]]],
    faults: list[BaseException],
) -> None:
    """Thirty random acts of one person, each noted with the instant at which it happened."""
    try:
        for _ in range(30):
            act = _any_act(chance)
            happened: list[dt.datetime] = []
            if _noted(desk, act, happened):
                journal.append((happened[0], act))
    except BaseException as fault:
        faults.append(fault)
        raise
    finally:
        connections.close_all()


def _any_act(chance: random.Random) -> tuple[Any, ...]:
    story, issue = chance.choice(STORIES), chance.choice(ISSUES)
    soon = timezone.now() + dt.timedelta(milliseconds=chance.randint(20, 900))
    later = soon + dt.timedelta(milliseconds=chance.randint(100, 900))
    until = chance.choice([None, None, later])
    release = chance.choice(["issue", "issue", "now", "embargo"])
    embargo = soon if release == "embargo" else None
    return chance.choice(
        [
            ("write", story, chance.choice(HEADLINES)),
            ("correct", story),
            ("set_release", story, release, embargo, until),
            ("sign_off", story, False),
            ("sign_off", story, True),
            ("take_back", story),
            ("kill", story),
            ("revive", story),
            ("schedule", issue, soon),
            ("schedule", issue, soon),
            ("reschedule", issue, later),
            ("hold", issue),
            ("take_back_issue", issue),
            ("place", issue, story),
            ("remove", issue, story),
        ]
    )


def _noted(desk: Desk, act: tuple[Any, ...], happened: list[dt.datetime]) -> bool:
    """Do an act, by the clock; where it is allowed, note when it happened."""
    logged = LogEntry.objects.filter(actor=desk.by)
    before = logged.count()
    try:
        with transaction.atomic():
            if act[0] in ("write", "correct", "set_release"):  # nothing of these is logged
                publishing.lock([desk.stories[act[1]]])
            if act[0] in ("place", "remove"):
                publishing.lock_issue(desk.issues[act[1]], [desk.stories[act[2]]])
            now = timezone.now()
            getattr(desk, act[0])(*act[1:], at=None)
            told = logged.order_by("-pk").first() if logged.count() > before else None
            happened.append(told.at if told else now)
    except Refused:
        return False
    return True
