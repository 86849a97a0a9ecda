"""The one place that writes the record: release, withdraw, schedule, move, hold, redact.

Everything here takes the instant at which it happens (`at`, UTC, now unless given), acts in one
transaction, and logs. Locks are taken in one order, issues before stories and these before photos,
each by number, so that two people at once wait for each other and never block each other for good.
The instant is read after the locks are held: what was decided a second before the hour is judged
by the clock, not by when somebody pressed the button.
"""

from articles.rules.publishing.issues import hold, replan, reschedule, schedule, take_back_issue
from articles.rules.publishing.locks import lock, lock_issue
from articles.rules.publishing.photos import exchange, lock_photos, rows_showing, take_down_copies
from articles.rules.publishing.rehearsal import rehearsal
from articles.rules.publishing.stories import (
    live_row,
    pending,
    redact,
    release_all,
    take_off_the_schedule,
    withdraw,
)

__all__ = [
    "exchange",
    "hold",
    "live_row",
    "lock",
    "lock_issue",
    "lock_photos",
    "pending",
    "redact",
    "rehearsal",
    "release_all",
    "replan",
    "reschedule",
    "rows_showing",
    "schedule",
    "take_back_issue",
    "take_down_copies",
    "take_off_the_schedule",
    "withdraw",
]
