"""Instants as people type them, in the edition's own time."""

import datetime as dt
import zoneinfo

from django.utils.translation import gettext as _

from articles.rules.refusal import Refused


def typed_instant(typed: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """A date and time typed in `zone`, in UTC. Raises Refused where it is none."""
    try:
        local = dt.datetime.fromisoformat(typed)
    except ValueError as error:
        raise Refused(
            _("“%(typed)s” is no date and time. Write it like 2026-11-24 06:00.") % {"typed": typed}
        ) from error
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone)
    if local.astimezone(dt.UTC).astimezone(local.tzinfo).replace(fold=0) != local.replace(fold=0):
        raise Refused(_("The clocks go forward over that hour: it does not exist. Choose another."))
    return local.astimezone(dt.UTC)
