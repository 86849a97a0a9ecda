"""The rules of publishing once more, as small as they can be told: what the property test compares.

Nothing here knows of tables, locks or transactions. A story's record is a list of rows, each from
an instant on; the newest that has started is what readers read. The instants are the acts' own.
"""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

MICROSECOND = dt.timedelta(microseconds=1)


class No(Exception):  # noqa: N818 - an answer
    """The rules refuse."""


@dataclass
class Row:
    """What readers get of a story from an instant on; `words` None: nothing."""

    since: dt.datetime
    words: tuple[str, int] | None  # the headline, and how many corrections
    change: str
    issue: str | None = None
    embargo: dt.datetime | None = None
    published: dt.datetime | None = None
    updated: dt.datetime | None = None  # what readers are told
    redacted: bool = False

    @property
    def read(self) -> tuple[str, int] | None:
        return None if self.redacted else self.words


@dataclass
class Told:
    """A story on the desk, and its rows, the oldest first."""

    headline: str = "初稿"
    corrections: int = 0
    status: str = "desk"  # "desk", "signed" or "killed"
    release: str = "issue"  # "issue", "now" or "embargo"
    embargo: dt.datetime | None = None
    ends: dt.datetime | None = None
    rows: list[Row] = field(default_factory=list)
    signed: set[tuple[str, int]] = field(default_factory=set)  # all words ever signed off

    @property
    def words(self) -> tuple[str, int]:
        return self.headline, self.corrections

    def standing(self, at: dt.datetime) -> Row | None:
        started = [row for row in self.rows if row.since <= at]
        return started[-1] if started and started[-1].read else None

    def waiting(self, at: dt.datetime) -> list[Row]:
        return [row for row in self.rows if row.since > at]

    def spell(self, at: dt.datetime) -> Row | None:
        """The row by which the story came to be live, since when it has been without a break."""
        began = None
        for row in [row for row in self.rows if row.since <= at]:
            began = None if not row.read else began or row
        return began

    def cancel(self, at: dt.datetime, but_for: Callable[[Row], bool] = lambda row: False) -> None:
        self.rows = [row for row in self.rows if row.since <= at or but_for(row)]

    def add(self, row: Row) -> None:
        while row.since in [other.since for other in self.rows]:
            row.since += MICROSECOND
        self.rows.append(row)
        self.rows.sort(key=lambda one: one.since)


@dataclass
class Planned:
    """An issue: its hour, what stands on its page, and its rows (instant, stories or None)."""

    state: str = "planning"
    hour: dt.datetime | None = None
    placed: set[str] = field(default_factory=set)
    rows: list[tuple[dt.datetime, frozenset[str] | None]] = field(default_factory=list)

    def standing(self, at: dt.datetime) -> frozenset[str] | None:
        started = [stories for since, stories in self.rows if since <= at]
        return started[-1] if started else None

    def add(self, since: dt.datetime, stories: frozenset[str] | None, at: dt.datetime) -> None:
        self.rows = [row for row in self.rows if row[0] <= at]
        while since in [row[0] for row in self.rows]:
            since += MICROSECOND
        self.rows.append((since, stories))


class World:
    """Stories and issues by name, and every act that the desk knows."""

    def __init__(self, stories: str, issues: str) -> None:
        self.stories = {name: Told() for name in stories}
        self.issues = {name: Planned() for name in issues}

    def act(self, name: str, *args: object, at: dt.datetime) -> bool:
        """Do one act, whole or not at all. Returns whether the rules allow it."""
        before = copy.deepcopy((self.stories, self.issues))
        try:
            getattr(self, name)(*args, at=at)
        except No:
            self.stories, self.issues = before
            return False
        return True

    def live(self, at: dt.datetime) -> dict[str, str]:
        """What readers read at `at`: headlines by story."""
        found = {name: told.standing(at) for name, told in self.stories.items()}
        return {name: row.words[0] for name, row in found.items() if row and row.words}

    def live_issues(self, at: dt.datetime) -> dict[str, frozenset[str]]:
        found = {name: issue.standing(at) for name, issue in self.issues.items()}
        return {name: stories for name, stories in found.items() if stories is not None}

    def instants(self) -> set[dt.datetime]:
        """Every instant at which something changes for readers."""
        rows = [row.since for told in self.stories.values() for row in told.rows]
        return {*rows, *(since for issue in self.issues.values() for since, _ in issue.rows)}

    # -- one story ---------------------------------------------------------------------------

    def write(self, name: str, headline: str, *, at: dt.datetime) -> None:
        self._on_the_desk(name).headline = headline

    def correct(self, name: str, *, at: dt.datetime) -> None:
        told = self._on_the_desk(name)
        if not any(row.words and row.since <= at for row in told.rows):
            raise No
        told.corrections += 1

    def set_release(
        self,
        name: str,
        release: str,
        embargo: dt.datetime | None,
        ends: dt.datetime | None,
        *,
        at: dt.datetime,
    ) -> None:
        told = self._on_the_desk(name)
        told.release, told.embargo, told.ends = release, embargo, ends

    def sign_off(self, name: str, minor: bool = False, *, at: dt.datetime) -> None:
        told = self._on_the_desk(name)
        told.status = "signed"
        told.signed.add(told.words)
        self._release(name, at, minor=minor)

    def sign_off_all(self, names: tuple[str, ...], *, at: dt.datetime) -> None:
        for name in names:
            self.sign_off(name, at=at)

    def take_back(self, name: str, *, at: dt.datetime) -> None:
        told = self.stories[name]
        if told.status != "signed":
            raise No
        told.status = "desk"
        self._off_the_schedule(told, at)

    def slip(self, name: str, headline: str, *, at: dt.datetime) -> None:
        """The words of a signed-off story are changed past the form: the sign-off is void.

        Unless they are words that were signed off before: a read stands for what was read.
        """
        told = self.stories[name]
        if told.status != "signed" or told.headline == headline:
            raise No
        told.headline = headline
        if told.words in told.signed:
            return
        told.status = "desk"
        self._off_the_schedule(told, at)

    def kill(self, name: str, *, at: dt.datetime) -> None:
        told = self.stories[name]
        if told.status == "killed":
            raise No
        told.status = "killed"
        self._withdraw(told, "kill", at)

    def revive(self, name: str, *, at: dt.datetime) -> None:
        if self.stories[name].status != "killed":
            raise No
        self.stories[name].status = "desk"

    def redact(self, name: str, *, at: dt.datetime) -> None:
        told = self.stories[name]
        self._withdraw(told, "kill", at)
        for row in told.rows:
            row.redacted = True
        told.status = "killed"

    # -- whole issues ------------------------------------------------------------------------

    def schedule(self, name: str, hour: dt.datetime, *, at: dt.datetime) -> None:
        issue = self.issues[name]
        if issue.state == "scheduled" or hour < at:
            raise No
        issue.state, issue.hour = "scheduled", hour
        self._bring_up(name, at)

    def reschedule(self, name: str, hour: dt.datetime, *, at: dt.datetime) -> None:
        issue = self.issues[name]
        if issue.state != "scheduled" or issue.hour is None or issue.hour <= at or hour < at:
            raise No
        for told in self.stories.values():
            for row in told.waiting(at):
                if row.issue == name:
                    self._to_another_hour(told, row, hour)
        issue.hour = hour
        issue.rows = [(since if since <= at else hour, what) for since, what in issue.rows]
        for other in sorted(issue.placed):
            self._as_planned(other, at)

    def hold(self, name: str, *, at: dt.datetime) -> None:
        issue = self.issues[name]
        if issue.state != "scheduled" or issue.hour is None or issue.hour <= at:
            raise No
        issue.state = "held"
        issue.rows = [row for row in issue.rows if row[0] <= at]
        self._let_go(name, at, set(self.stories))

    def take_back_issue(self, name: str, *, at: dt.datetime) -> None:
        issue = self.issues[name]
        if issue.state != "scheduled" or issue.hour is None or issue.hour > at:
            raise No
        shown = issue.standing(at) or frozenset()
        issue.state = "held"
        issue.add(at, None, at)
        elsewhere = frozenset[str]().union(*self.live_issues(at + MICROSECOND).values())
        elsewhere = frozenset().union(
            *(what for other, what in self.live_issues(at).items() if other != name)
        )
        for one, told in self.stories.items():
            began = told.spell(at)
            if began is None or began.issue is None or one in elsewhere:
                continue
            gone = self.issues[began.issue].state != "scheduled"
            if began.issue == name or (one in shown and gone):
                self._withdraw(told, "taken_back", at)
        self._let_go(name, at, set(self.stories))
        for one in sorted(self.stories):
            self._as_planned(one, at)

    def place(self, name: str, story: str, *, at: dt.datetime) -> None:
        self.issues[name].placed.add(story)
        if self.issues[name].state == "scheduled":
            self._bring_up(name, at)

    def remove(self, name: str, story: str, *, at: dt.datetime) -> None:
        self.issues[name].placed.discard(story)
        if self.issues[name].state == "scheduled":
            self._bring_up(name, at)

    # -- what the acts share -----------------------------------------------------------------

    def _on_the_desk(self, name: str) -> Told:
        if self.stories[name].status != "desk":
            raise No
        return self.stories[name]

    def _hour_of(self, name: str) -> tuple[dt.datetime, str] | None:
        """The first scheduled issue in which the story stands."""
        found = [
            (issue.hour, issue_name)
            for issue_name, issue in self.issues.items()
            if issue.state == "scheduled" and issue.hour and name in issue.placed
        ]
        return min(found) if found else None

    def _start(self, name: str, at: dt.datetime) -> tuple[dt.datetime | None, str | None]:
        told = self.stories[name]
        floor = max(at, told.embargo or at)
        if told.standing(at) or told.release != "issue":
            return floor, None
        first = self._hour_of(name)
        return (max(floor, first[0]), first[1]) if first else (None, None)

    def _release(self, name: str, at: dt.datetime, *, minor: bool = False) -> None:
        told = self.stories[name]
        since, issue = self._start(name, at)
        standing = told.standing(at)
        told.cancel(at)
        if since is None:
            return
        if standing is None or standing.words != told.words:
            first = next((row for row in told.rows if row.words), None)
            last = [row for row in told.rows if row.words]
            corrected = last[-1].words[1] if last and last[-1].read and last[-1].words else 0
            change = "minor" if minor else "update"
            if told.corrections > corrected:
                change = "correction"
            row = Row(since, told.words, change if first else "first", issue, told.embargo)
            told.add(row)
            row.published = first.published if first else row.since
            row.updated = standing.updated if standing else None
            if row.change in ("update", "correction"):
                row.updated = row.since
        last_row = told.rows[-1] if told.rows else None
        if told.ends is None or last_row is None or not last_row.words:
            return
        if told.ends <= last_row.since:
            raise No
        told.add(Row(max(told.ends, at), None, "end"))

    def _as_planned(self, name: str, at: dt.datetime) -> None:
        """A signed-off story that is not live goes with the issues that the plan now gives it."""
        told = self.stories[name]
        if told.status != "signed" or told.release != "issue" or told.standing(at):
            return
        if told.ends and told.ends <= at:
            return
        since, issue = self._start(name, at)
        waiting = [(row.since, row.issue) for row in told.waiting(at) if row.words]
        if waiting != ([(since, issue)] if since else []):
            self._release(name, at)

    def _bring_up(self, name: str, at: dt.datetime) -> None:
        issue = self.issues[name]
        wanted = frozenset(issue.placed)
        if not issue.rows or issue.rows[-1][1] != wanted:
            issue.add(max(issue.hour or at, at), wanted, at)
        self._let_go(name, at, set(self.stories) - issue.placed)
        for story in sorted(issue.placed):
            self._as_planned(story, at)

    def _let_go(self, name: str, at: dt.datetime, stories: set[str]) -> None:
        """Stories that wait for an issue's hour no longer do."""
        for story in sorted(stories):
            told = self.stories[story]
            if any(row.issue == name and row.words for row in told.waiting(at)):
                self._off_the_schedule(told, at)
                self._as_planned(story, at)

    def _off_the_schedule(self, told: Told, at: dt.datetime) -> None:
        stands = told.standing(at) is not None
        told.cancel(at, but_for=lambda row: stands and row.change == "end")

    def _withdraw(self, told: Told, change: str, at: dt.datetime) -> None:
        stands = told.standing(at)
        told.cancel(at)
        if stands:
            told.add(Row(at, None, change))

    def _to_another_hour(self, told: Told, row: Row, hour: dt.datetime) -> None:
        since = max(hour, row.embargo or hour)
        ends = [one.since for one in told.rows if one.change == "end" and one.since > row.since]
        if any(end <= since for end in ends) or since in [
            one.since for one in told.rows if one is not row
        ]:
            raise No
        row.since = since
        told.rows.sort(key=lambda one: one.since)
        if row.change == "first":
            row.published = since
        if row.change in ("update", "correction"):
            row.updated = since
