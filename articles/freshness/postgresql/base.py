"""Connections that give an answer up where `patience` says how long it may take.

What the system offers for a server that is gone (keepalives, tcp_user_timeout) does not see one
that is there and says nothing, and the server's own statement_timeout does not run while it is
stopped. So the one who waits looks at the clock.
"""

import contextlib
import time
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg.errors import ConnectionTimeout, _WaitTimeout

from articles.freshness import patience

# Seconds for telling a server that lives that nobody waits any longer.
CANCEL = 1.0
# psycopg counts fewer as so many.
SHORTEST = 2

# When an answer was last waited for in vain, by database. What was opened before may stand still,
# too: readers' pages open it anew, or each thread would find that out for itself.
_stood_still: dict[str, float] = {}


class Connection(psycopg.Connection[Any]):
    """One that is closed when an answer does not come in time."""

    alias = ""  # Django's name of the database

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        left = patience.left()
        if left is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, left)
        except _WaitTimeout:
            with contextlib.suppress(psycopg.Error):
                self.cancel_safe(timeout=CANCEL)
            self.close()
            _in_vain(self.alias)
            raise psycopg.OperationalError(
                "the database took a query of a reader's page and did not answer it in time"
            ) from None


class DatabaseWrapper(base.DatabaseWrapper):
    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": Connection.connect})
    _opened = 0.0

    def ensure_connection(self) -> None:
        waited = patience.current()
        if waited is not None:
            if waited.refuses:
                raise OperationalError("the database did not answer a moment ago")
            if not self.in_atomic_block and self._opened <= _stood_still.get(self.alias, -1.0):
                self.close()
        super().ensure_connection()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        left = patience.left()
        if left is not None:
            usual = int(conn_params.get("connect_timeout") or patience.PAGE)
            shortened = max(SHORTEST, min(usual, round(left)))
            conn_params = {**conn_params, "connect_timeout": shortened}
        try:
            made = super().get_new_connection(conn_params)
        except ConnectionTimeout:
            _in_vain("")
            raise
        self._opened = time.monotonic()
        made.alias = self.alias
        return made


def _in_vain(alias: str) -> None:
    if (waited := patience.current()) is not None:
        waited.in_vain = True
    _stood_still[alias] = time.monotonic()
