"""How long readers' pages wait for a database that takes the call and then stands still.

A server that is stopped, a table that somebody has locked, a network that swallows what is sent:
nothing comes back, no error either. Each page that asks would hold its thread until none is left.
So a reader's page waits so long and no longer (`postgresql/base.py`), and once one has waited in
vain others do not wait at all for a while (`Rest`). What the desk does is never cut off.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Seconds that one page waits for all its answers together.
PAGE = 5.0
# Seconds that an answer has when these are over: the server may be well, and this machine busy.
LEAST = 0.5
# Seconds that /readyz waits.
READY = 2.0
# Seconds for which a server that stood still is not asked again.
REST = 5.0


@dataclass
class Patience:
    """Until when answers are waited for; `in_vain` once one did not come.

    One that `refuses` asks nothing at all.
    """

    until: float
    refuses: bool = False
    in_vain: bool = False


_patience: ContextVar[Patience | None] = ContextVar("how long a page waits", default=None)


@contextmanager
def within(seconds: float, *, refuses: bool = False) -> Iterator[Patience]:
    """What the block asks of a database is answered in so many seconds, or given up."""
    patience = Patience(time.monotonic() + seconds, refuses)
    token = _patience.set(patience)
    try:
        yield patience
    finally:
        _patience.reset(token)


def current() -> Patience | None:
    return _patience.get()


def left() -> float | None:
    """Seconds that the next answer may take; None where it is waited for without end."""
    patience = _patience.get()
    return None if patience is None else max(LEAST, patience.until - time.monotonic())


class Rest:
    """A server that was found to stand still is left alone; then one at a time tries it."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def is_on(self) -> bool:
        """Whether to leave the server alone. Once the rest is over the first to ask is let
        through: for the others it goes on until that one has its answer."""
        if not self._until:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return True
            if self._until:
                self._until = now + PAGE + REST
            return False

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST

    def end(self) -> None:
        if self._until:
            with self._lock:
                self._until = 0.0
