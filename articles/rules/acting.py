"""An act at the desk: all of it or nothing, and over before the hour that it changes strikes.

What waits in the record may be cancelled, moved or added to until its hour. The guards judge when
a row is changed, but readers see the change when it is committed, a little later: an issue held at
05:59:59.9 would be live at 06:00, and gone again. So an act that touches what waits looks at the
clock once more when it is done, and is refused as a whole where the hour is upon it.
"""

import datetime as dt
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from articles.rules.refusal import Refused

P = ParamSpec("P")
R = TypeVar("R")

# What the commit itself may take, and the rest of a request's transaction.
TO_COMMIT = dt.timedelta(milliseconds=250)


class _Running:
    """The outermost act that is being done, and how long it may take."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.leave: dt.timedelta | None = None

    @property
    def is_late(self) -> bool:
        taken = dt.timedelta(seconds=time.monotonic() - self.began)
        return self.leave is not None and taken + TO_COMMIT >= self.leave


_running: ContextVar[_Running | None] = ContextVar("act", default=None)


def act(does: Callable[P, R]) -> Callable[P, R]:
    """Make a function one act: a transaction, refused where it would end after its hour.

    An act may be part of another; then the outermost is the one that counts. Raises Refused, from
    the function that is decorated, where an instant given to `before` has come meanwhile.
    """

    @wraps(does)
    def doing(*args: P.args, **kwargs: P.kwargs) -> R:
        if _running.get() is not None:
            with transaction.atomic():
                return does(*args, **kwargs)
        running = _Running()
        token = _running.set(running)
        try:
            with transaction.atomic():
                done = does(*args, **kwargs)
                if running.is_late:
                    raise Refused(
                        _(
                            "The hour struck while this was done, so nothing was changed. Look again."
                        )
                    )
                return done
        finally:
            _running.reset(token)

    return doing


def before(instant: dt.datetime, at: dt.datetime) -> None:
    """What is done, as of `at`, has to be over before `instant`. For rows that have not started."""
    running = _running.get()
    if running is None or instant <= at:
        return
    leave = instant - at
    running.leave = leave if running.leave is None else min(running.leave, leave)
