"""What a page shows, noted while it is made.

A page that never says `shows` is taken to show the whole record: made anew at every change. One
that does says all of it: `shows(keys.section(2))`, and each story read adds itself (`sees`).
Outside the making of a page that may be kept, noting does nothing.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from articles.freshness import keys


@dataclass
class Notes:
    """The keys of a page, and the instants after which its own words are others.

    `until` are instants at which only the calendar changes it (midnight, the end of a window): the
    one kind that may pass while the database is away. `replica` says where it is read from.
    """

    seen: set[str] = field(default_factory=set)
    is_told: bool = False
    until: dt.datetime | None = None
    replica: bool = False

    @property
    def keys(self) -> set[str]:
        return self.seen if self.is_told else {*self.seen, keys.RECORD}


_notes: ContextVar[Notes | None] = ContextVar("notes of a page", default=None)


@contextmanager
def taking(*, replica: bool = False) -> Iterator[Notes]:
    """Take notes while the block makes a page."""
    notes = Notes(replica=replica)
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def current() -> Notes | None:
    return _notes.get()


def shows(*shown: str) -> None:
    """The page shows what these keys name, and nothing that it does not note."""
    if (notes := _notes.get()) is not None:
        notes.is_told = True
        notes.seen.update(shown)


def sees(*seen: str) -> None:
    """The page shows this, among other things."""
    if (notes := _notes.get()) is not None:
        notes.seen.update(seen)


def until(instant: dt.datetime) -> None:
    """From `instant` on the page reads differently, though nothing in the record has changed."""
    if (notes := _notes.get()) is not None and (notes.until is None or instant < notes.until):
        notes.until = instant
