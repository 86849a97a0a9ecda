"""Writing the desk's log."""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.db import models

from articles.models import LogEntry, User

logger = logging.getLogger("newsroom.desk")


def write(
    actor: User,
    verb: str,
    subject: models.Model,
    *,
    at: dt.datetime,
    came_from: str = "",
    went_to: str = "",
    reason: str = "",
    **details: Any,
) -> LogEntry:
    """Add one act to the log. Call it in the transaction that does the act.

    `verb` is a short English word that the desk's screens translate; `came_from` and `went_to`
    are states or instants; `details` is whatever else a later reader of the log may need.
    """
    return write_all(
        actor,
        verb,
        [subject],
        at=at,
        came_from=came_from,
        went_to=went_to,
        reason=reason,
        **details,
    )[0]


def write_all(
    actor: User,
    verb: str,
    subjects: Iterable[models.Model],
    *,
    at: dt.datetime,
    came_from: str = "",
    went_to: str = "",
    reason: str = "",
    **details: Any,
) -> list[LogEntry]:
    """Add the same act on several subjects to the log, in one query. Arguments as for `write`."""
    entries = LogEntry.objects.bulk_create(
        LogEntry(
            actor=actor,
            verb=verb,
            subject_type=subject._meta.model_name or "",
            subject_id=subject.pk,
            subject=str(subject)[:200],
            at=at,
            came_from=came_from,
            went_to=went_to,
            reason=reason,
            details=details,
        )
        for subject in subjects
    )
    for entry in entries:
        # The same for whoever watches the server; a name and a number, never a story's words.
        logger.info(
            verb,
            extra={
                "actor": actor.get_username(),
                "subject_type": entry.subject_type,
                "subject_id": entry.subject_id,
                "came_from": came_from,
                "went_to": went_to,
            },
        )
    return entries
