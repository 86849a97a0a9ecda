"""What a list is asked for by its address, made fit for any database before anybody looks it up."""

import datetime as dt
import re

from django.http import HttpRequest

from articles.rules import years

SEARCHES = ("q", "term")
LONGEST = 200  # characters of a search; SQLite takes no longer pattern than 50,000
# Django's way through a list by its dates: date__year, date__month, date__day.
STEP = re.compile(r"(\w+)__(year|month|day)")


def tidy(request: HttpRequest) -> None:
    """Cut searches that nobody typed, and drop days that no calendar has."""
    asked = request.GET
    long = [name for name in SEARCHES if len(asked.get(name, "")) > LONGEST]
    steps = {name: found for name in asked if (found := STEP.fullmatch(name))}
    fields = {found[1] for found in steps.values()}
    wrong = {field for field in fields if not _is_day(request, field)}
    if not long and not wrong:
        return
    tidied = asked.copy()
    for name in long:
        tidied[name] = asked[name][:LONGEST]
    for name, found in steps.items():
        if found[1] in wrong:
            del tidied[name]
    tidied._mutable = False
    request.GET = tidied  # type: ignore[assignment]


def _is_day(request: HttpRequest, field: str) -> bool:
    typed = [request.GET.get(f"{field}__{step}", "") for step in ("year", "month", "day")]
    year, month, day = (one or str(other) for one, other in zip(typed, (2000, 1, 1), strict=True))
    if not all(re.fullmatch("[0-9]{1,4}", one) for one in (year, month, day)):
        return False
    try:
        return years.holds(dt.date(int(year), int(month), int(day)))
    except ValueError:
        return False
