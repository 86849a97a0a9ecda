"""What is to start in the record, and when: the first instant that concerns a page.

Read once after every change and kept: until the next change, what was to come stays to come. It
is read from some time before a page was begun: what started while the page was made counts, too.
"""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from articles.freshness import keys
from articles.freshness.kept import NEVER
from articles.models import PublishedIssue, PublishedStory
from articles.rules import cold

# Seconds before a page's beginning from which it is read, for others that were begun earlier.
BACK = 60.0


@dataclass(frozen=True)
class Timetable:
    """Instants after `since` (seconds since 1970, in order), each with the keys that change then."""

    since: float
    starts: tuple[tuple[float, frozenset[int]], ...]

    @classmethod
    def read(cls, since: float) -> Self:
        """What the record has that starts after `since`."""
        start = dt.datetime.fromtimestamp(since, dt.UTC)
        at: dict[dt.datetime, set[str]] = defaultdict(set)
        coming = PublishedStory.objects.filter(live_from__gt=start).order_by()
        stories = list(coming.values_list("story_id", "live_from"))
        if stories:
            shown = cold.keys_of_stories({story for story, _ in stories})
            for story, live_from in stories:
                at[live_from] |= shown[story]
        planned = PublishedIssue.objects.filter(live_from__gt=start).order_by()
        issues = list(planned.values_list("issue_id", "live_from"))
        if issues:
            laid = cold.keys_of_issues({issue for issue, _ in issues})
            for issue, live_from in issues:
                at[live_from] |= laid.get(issue, set())
        starts = ((at_.timestamp(), frozenset(keys.numbers(at[at_]))) for at_ in sorted(at))
        return cls(since, tuple(starts))

    def first(self, numbers: Iterable[int], after: float) -> float:
        """The first instant after `after` at which one of these keys changes, or NEVER."""
        wanted = frozenset(numbers)
        for start, changing in self.starts:
            if start > after and not wanted.isdisjoint(changing):
                return start
        return NEVER


class Timetables:
    """The timetable as of a mark of the store."""

    def __init__(self) -> None:
        self._known: tuple[object, int, Timetable] | None = None
        self._lock = threading.Lock()

    def of(self, store: object, mark: int, began: float) -> Timetable:
        """What starts after `began`, with every change up to `mark`; read from the record if need
        be."""
        known = self._as_known(store, mark, began)
        if known is not None:
            return known
        with self._lock:
            known = self._as_known(store, mark, began)
            if known is None:
                known = Timetable.read(began - BACK)
                self._known = (store, mark, known)
        return known

    def _as_known(self, store: object, mark: int, began: float) -> Timetable | None:
        known = self._known
        if known is None or known[0] is not store or known[1] != mark:
            return None
        return known[2] if known[2].since <= began else None
