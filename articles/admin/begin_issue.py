"""Beginning an issue: for each edition its next date, its next number, and what to start from."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.admin.choosing import is_key, picked
from articles.models import Edition, Issue, PlanTemplate, User
from articles.rules import placing, plans, years
from articles.rules.refusal import Refused

WEEKDAY = "weekday"  # start from the last issue of the same day of the week
EMPTY = ""


@dataclass
class Offer:
    """What the screen offers for an edition."""

    edition: Edition
    date: dt.date
    number: int
    templates: list[PlanTemplate]
    like: Issue | None
    start: str  # what is chosen
    # As typed, where this edition's form was refused.
    date_typed: str
    number_typed: str

    @property
    def chosen(self) -> int | None:
        """The template that is chosen, by number."""
        typed = self.start.removeprefix("template:")
        return int(typed) if is_key(typed) else None


def context(request: HttpRequest) -> dict[str, Any]:
    """The editions' offers; a date that was typed or linked to (`?date=`) comes first."""
    typed = request.POST if request.method == "POST" else request.GET
    offers = []
    for edition in Edition.objects.all():
        mine = typed.get("edition", str(edition.pk)) == str(edition.pk)
        asked = typed.get("date", "").strip() if mine else ""
        date = _date(asked)
        if date is None or not years.holds(date):
            today = timezone.now().astimezone(edition.zone).date()
            date = plans.next_date(edition, today)
        templates = plans.templates_for(edition, date)
        earlier = plans.earlier_plans(edition, date)
        same = [one for one in earlier if one.date.isoweekday() == date.isoweekday()]
        for_the_day = [one for one in templates if str(date.isoweekday()) in one.weekdays]
        start = WEEKDAY if same else EMPTY
        if for_the_day:
            start = f"template:{for_the_day[0].pk}"
        offers.append(
            Offer(
                edition,
                date,
                placing.next_number(edition),
                templates,
                same[0] if same else None,
                typed.get("start", start),
                asked or f"{date:%Y-%m-%d}",
                typed.get("number", "") if mine else "",
            )
        )
    return {"offers": offers, "typed": typed}


def begin(request: HttpRequest) -> Issue:
    """Begin the issue that a form asks for. Raises Refused, as `plans.begin` does."""
    post = request.POST
    edition = picked(Edition, post.get("edition", ""))
    if edition is None:
        raise Refused(_("Choose an edition."))
    date = _date(post.get("date", ""))
    if date is None:
        raise Refused(_("Type a date, such as 2026-11-27."))
    if not years.holds(date):
        raise Refused(years.outside(date))
    number = post.get("number", "").strip()
    if number and not (re.fullmatch("[0-9]{1,10}", number) and 0 < int(number) < 2**31):
        raise Refused(_("“%(typed)s” is no issue number.") % {"typed": number[:30]})
    start, template, like = post.get("start", EMPTY), None, None
    if start == WEEKDAY:
        earlier = plans.earlier_plans(edition, date)
        like = next((one for one in earlier if one.date.isoweekday() == date.isoweekday()), None)
        if like is None:
            raise Refused(_("There is no earlier issue of that day of the week to start from."))
    elif start:
        template = picked(PlanTemplate, start.removeprefix("template:"))
        if template is None:
            raise Refused(_("There is no such template."))
    return plans.begin(
        edition,
        date,
        cast(User, request.user),
        number=int(number) if number else None,
        template=template,
        like=like,
        anyway=bool(post.get("anyway")),
    )


def _date(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        return None
