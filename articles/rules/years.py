"""The years in which a paper has its dates: beyond them calendars and databases break."""

import datetime as dt

from django.utils.translation import gettext as _

FIRST, LAST = 1601, 2999


def holds(when: dt.date) -> bool:
    """Whether a date or an instant is one that a paper may have."""
    return FIRST <= when.year <= LAST


def outside(typed: object) -> str:
    """What is said of a date that is not."""
    return _("“%(typed)s” is out of reach: a year is between %(first)d and %(last)d.") % {
        "typed": typed,
        "first": FIRST,
        "last": LAST,
    }
