"""Opening an issue and putting stories on its pages, for what comes from outside: imports, demos.

People at a flatplan change it by `articles.rules.plans`, act by act.
"""

import datetime as dt

from django.db.models import F, Max

from articles.models import Edition, Issue, Page, Placement, Story
from articles.rules import years
from articles.rules.acting import act
from articles.rules.refusal import Refused


def next_number(edition: Edition) -> int:
    """The number after the edition's last issue; 1 for its first."""
    last = Issue.objects.filter(edition=edition).aggregate(Max("number"))["number__max"]
    return (last or 0) + 1


@act
def open_issue(edition: Edition, date: dt.date, number: int | None = None) -> Issue:
    """The edition's issue of `date`, made with the next number where there is none yet.

    Raises Refused for a year out of reach.
    """
    found = Issue.objects.filter(edition=edition, date=date).first()
    if found:
        return found
    if not years.holds(date):
        raise Refused(years.outside(date))
    return Issue.objects.create(edition=edition, date=date, number=number or next_number(edition))


def place(
    story: Story,
    page: Page,
    *,
    weight: str = Placement.Weight.NORMAL,
) -> Placement:
    """Put `story` last on `page`, or leave it where it stands there already."""
    last = Placement.objects.filter(page=page).aggregate(Max("position"))["position__max"]
    placement, made = Placement.objects.get_or_create(
        page=page,
        story=story,
        defaults={"weight": weight, "position": 0 if last is None else last + 1},
    )
    if made:  # open flatplans show it
        Issue.objects.filter(pk=page.issue_id).move(plan_revision=F("plan_revision") + 1)
    return placement
