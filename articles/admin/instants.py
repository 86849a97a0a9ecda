"""Dates and instants as people type them, in the edition's own time."""

import datetime as dt
import zoneinfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.rules import years
from articles.rules.refusal import Refused


def bounded(formfield: forms.Field | None) -> forms.Field | None:
    """A form's field that takes, where it is for a date or an instant, no year beyond reach."""
    dated = (forms.DateField, forms.DateTimeField, forms.SplitDateTimeField)
    if isinstance(formfield, dated):
        formfield.validators = [*formfield.validators, _within_years]
    return formfield


def _within_years(when: dt.date) -> None:
    if not years.holds(when):
        raise ValidationError(years.outside(f"{when:%Y-%m-%d}"))


def typed_instant(typed: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """A date and time typed in `zone`, in UTC.

    Raises Refused where it is none: no date and time at all, an hour that the clocks leave out in
    spring, or one that comes twice in autumn and does not say by its offset which it is.
    """
    try:
        local = dt.datetime.fromisoformat(typed)
        if local.tzinfo is None:
            local = local.replace(tzinfo=zone)
        if not years.holds(local):
            raise Refused(years.outside(typed[:30]))
        instant = local.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(
            _("“%(typed)s” is no date and time. Write it like 2026-11-24 06:00.") % {"typed": typed}
        ) from error
    if instant.astimezone(local.tzinfo).replace(fold=0) != local.replace(fold=0):
        raise Refused(_("The clocks go forward over that hour: it does not exist. Choose another."))
    if local.tzinfo is zone and local.utcoffset() != local.replace(fold=1).utcoffset():
        first, second = local.isoformat(), local.replace(fold=1).isoformat()
        raise Refused(
            _(
                "The clocks go back over that hour: it comes twice. "
                "Choose another, or write which: %(first)s or %(second)s."
            )
            % {"first": first, "second": second}
        )
    return instant
