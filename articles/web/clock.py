"""The readers' clock. It says now: only the desk, looking for itself, sets it to another instant.

No address of the readers' takes an instant. The desk's preview and its time machine call the very
same screens inside `looking`, in a request of their own, whose answer nobody keeps.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Look:
    """The instant at which somebody at the desk looks, and where pictures come from meanwhile."""

    at: dt.datetime
    pictures_at: str
    sheets_at: str


_look: ContextVar[Look | None] = ContextVar("look", default=None)


def now() -> dt.datetime:
    """The instant as of which readers' screens are made, in UTC."""
    look = _look.get()
    return look.at if look else timezone.now()


def pictures_at() -> str:
    """The folder that pictures are served from, where it is not the public one; else empty."""
    look = _look.get()
    return look.pictures_at if look else ""


def sheets_at() -> str | None:
    """The folder that pages as printed are served from, where it is not the public one; else None.

    Empty: they are not shown.
    """
    look = _look.get()
    return look.sheets_at if look else None


@contextmanager
def looking(at: dt.datetime, pictures_at: str, sheets_at: str = "") -> Iterator[None]:
    """Readers' screens made inside are as of `at`, in UTC. For the desk alone."""
    token = _look.set(Look(at, pictures_at, sheets_at))
    try:
        yield
    finally:
        _look.reset(token)
