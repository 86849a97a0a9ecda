"""What is to start in the record, and when: the first instant that concerns a page.

Read once after every change and kept: until the next change, what was to come stays to come.
"""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.utils import timezone

from articles.freshness import keys
from articles.freshness.kept import NEVER
from articles.models import PublishedIssue, PublishedStory
from articles.rules import cold


@dataclass(frozen=True)
class Timetable:
    """Instants to come (seconds since 1970, in order), each with the keys that change then."""

    starts: tuple[tuple[float, frozenset[int]], ...]

    @classmethod
    def read(cls) -> Self:
        """What the record has that is yet to start."""
        now = timezone.now()
        at: dict[dt.datetime, set[str]] = defaultdict(set)
        coming = PublishedStory.objects.filter(live_from__gt=now).order_by()
        stories = list(coming.values_list("story_id", "live_from"))
        if stories:
            shown = cold.keys_of_stories({story for story, _ in stories})
            for story, live_from in stories:
                at[live_from] |= shown[story]
        planned = PublishedIssue.objects.filter(live_from__gt=now).order_by()
        issues = list(planned.values_list("issue_id", "live_from"))
        if issues:
            laid = cold.keys_of_issues({issue for issue, _ in issues})
            for issue, live_from in issues:
                at[live_from] |= laid.get(issue, set())
        return cls(tuple((at_.timestamp(), frozenset(keys.numbers(at[at_]))) for at_ in sorted(at)))

    def first(self, numbers: Iterable[int], after: float) -> float:
        """The first instant after `after` at which one of these keys changes, or NEVER."""
        wanted = frozenset(numbers)
        for start, changing in self.starts:
            if start > after and not wanted.isdisjoint(changing):
                return start
        return NEVER

    def after(self, instant: float) -> float:
        """The first instant after `instant` at which anything changes, or NEVER."""
        return next((start for start, _ in self.starts if start > instant), NEVER)


class Timetables:
    """The timetable as of a mark of the store."""

    def __init__(self) -> None:
        self._known: tuple[object, int, Timetable] | None = None
        self._lock = threading.Lock()

    def of(self, store: object, mark: int) -> Timetable:
        """What is to come, with every change up to `mark`; read from the record if need be."""
        known = self._known
        if known is not None and known[0] is store and known[1] == mark:
            return known[2]
        with self._lock:
            read = Timetable.read()
            self._known = (store, mark, read)
        return read
