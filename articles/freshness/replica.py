"""The readers' own database, which follows the desk's: used while it has caught up.

The newest change's position in the primary's log is kept with the stamps. A replica that has not
replayed the log up to there is passed by: a reader who saw a change never sees the paper without.
"""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from articles.freshness import notes, patience

REPLICA = "replica"
# Seconds that it may take to say how far it is: the desk's database is there, too.
SAYS = 2.0
# Where nobody could say how far the primary's log was: no replica has come so far. It holds until
# the next change whose position is known, which is behind this one.
FAR = 1 << 62

_rest = patience.Rest()
_reached = -1  # the last position that the replica is known to have replayed: it never goes back


class ReadersRouter:
    """Reads that make a reader's page go where its notes say; all else to the desk's database."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        noted = notes.current()
        return REPLICA if noted is not None and noted.replica else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        return True  # both are the same database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


def is_configured() -> bool:
    return REPLICA in settings.DATABASES


def position() -> int:
    """Where the primary's log is now, in bytes; 0 where there is no replica to compare, FAR where
    the primary does not say it (it went just after a commit)."""
    if not is_configured():
        return 0
    try:
        with connections["default"].cursor() as cursor:
            # What is not on its disk yet may be seen already (synchronous_commit=off).
            cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            return int(cursor.fetchone()[0])
    except (DatabaseError, InterfaceError):
        return FAR


def further(known: int, told: int) -> int:
    """The position to keep of two, the second of which was told later."""
    return told if known == FAR else max(known, told)


def has_reached(wanted: int) -> bool:
    """Whether the replica answers and has replayed the primary's log up to `wanted`."""
    global _reached
    if not is_configured() or _rest.is_on():
        return False
    if _reached >= wanted:
        return True
    try:
        with patience.within(SAYS), connections[REPLICA].cursor() as cursor:
            # A replica that became a primary replays nothing: it has all that it will get.
            cursor.execute(
                "SELECT coalesce(pg_last_wal_replay_lsn(), 'FFFFFFFF/0') - '0/0'::pg_lsn"
            )
            replayed = int(cursor.fetchone()[0])
    except (DatabaseError, InterfaceError):
        rest()
        return False
    answered()
    if replayed >= wanted:
        _reached = wanted
    return replayed >= wanted


def rest() -> None:
    """The replica failed: leave it alone for a while."""
    _rest.begin()
    connections[REPLICA].close()


def answered() -> None:
    """The replica gave what it was asked for: it needs no rest."""
    _rest.end()
