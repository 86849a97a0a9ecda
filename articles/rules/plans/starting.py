"""How an issue begins: its date, its number, and the pages of a template or of an earlier issue."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from articles.models import Edition, Issue, NoIssueDay, Page, Placement, PlanTemplate, User
from articles.rules import placing, years
from articles.rules.acting import act
from articles.rules.plans.turn import Turn
from articles.rules.refusal import Refused

LOOKED_AHEAD = 370  # days in which a next date is looked for
PAGE_FIELDS = ("number", "name", "room")
CREDITS = ("editor", "designer", "proofreader")


@act
def begin(
    edition: Edition,
    date: dt.date,
    by: User,
    *,
    number: int | None = None,
    template: PlanTemplate | None = None,
    like: Issue | None = None,
    anyway: bool = False,
    at: dt.datetime | None = None,
) -> Issue:
    """Begin the edition's issue of `date`, with the number after its last one.

    Its pages come from `template`, or are those of the issue `like`; else it has none yet.
    `anyway`: although the paper does not usually appear on that day. Raises Refused where it has
    an issue of that date or number already, or does not appear that day.
    """
    if not by.has_perm("articles.add_issue"):
        raise Refused(_("Only issue editors and publishers begin issues."))
    if not years.holds(date):
        raise Refused(years.outside(date))
    # Two people at once do not count on from the same number.
    Edition.objects.select_for_update().get(pk=edition.pk)
    _check_free(others := Issue.objects.filter(edition=edition), date=date)
    if not anyway and (why_not := does_not_appear(edition, date)):
        raise Refused(why_not)
    _check_free(others, number=number or None)
    issue = placing.open_issue(edition, date, number)
    turn = Turn.begin(issue.pk, by, None, at)
    if template is not None:
        if template.edition_id != edition.pk:
            raise Refused(_("That template belongs to another edition."))
        _lay_out(issue, template.pages)
    elif like is not None:
        _lay_out(issue, plan_of(like, with_credits=False))
    source = template or like
    made_from, made = (str(source), str(issue)) if source else ("", "")
    turn.end("plan_begin", ["all"], what=str(issue), came_from=made_from, went_to=made)
    return Issue.objects.get(pk=issue.pk)


@act
def change_issue(
    issue: int,
    by: User,
    *,
    edition: Edition,
    date: dt.date,
    number: int,
    began: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> Issue:
    """Give an issue that was never scheduled another edition, date or number.

    `began` are these three as `by` saw them: one that they did not touch stays as it is now.
    Raises Refused where the record knows it, where another issue has that date or number, or
    where somebody else changed the same meanwhile.
    """
    turn = Turn.begin(issue, by, None, at)
    given: dict[str, Any] = {"edition": edition, "date": date, "number": number}
    for name, seen in (began or {}).items():
        now = getattr(turn.issue, name)
        if given[name] == seen:
            given[name] = now
        elif now not in (seen, given[name]):
            raise Refused(
                _("Somebody else changed this meanwhile: it is %(issue)s, number %(number)d now.")
                % {"issue": turn.issue, "number": turn.issue.number}
            )
    edition, date, number = given["edition"], given["date"], given["number"]
    if turn.issue.state != Issue.State.PLANNING or turn.issue.record.exists():
        raise Refused(_("This issue was scheduled before. Its date and its number stay."))
    if not years.holds(date):
        raise Refused(years.outside(date))
    others = Issue.objects.filter(edition=edition).exclude(pk=issue)
    _check_free(others, date=date, number=number)
    before = f"{turn.issue}, {turn.issue.number}"
    Issue.objects.filter(pk=issue).update(edition=edition, date=date, number=number)
    turn.issue.refresh_from_db()
    after = f"{turn.issue}, {number}"
    turn.end("change_issue", [], what=after, came_from=before, went_to=after)
    return turn.issue


def _check_free(
    issues: "QuerySet[Issue]", *, date: dt.date | None = None, number: int | None = None
) -> None:
    """Raise Refused where one of these issues has that date or that number."""
    if date and issues.filter(date=date).exists():
        raise Refused(_("There is an issue of %(date)s already.") % {"date": f"{date:%Y-%m-%d}"})
    if number is not None and issues.filter(number=number).exists():
        raise Refused(_("Number %(number)d was used already.") % {"number": number})


@act
def delete_issue(issue: int, by: User, at: dt.datetime | None = None) -> None:
    """Throw an issue away that was never scheduled, with its plan. Its stories stay on the desk."""
    turn = Turn.begin(issue, by, None, at)
    if turn.issue.record.exists():
        raise Refused(_("This issue was scheduled before. Its date and its number stay."))
    placed = Placement.objects.filter(page__issue=issue, story__isnull=False)
    stories = sorted(set(placed.values_list("story", flat=True)))
    pages = [page.number for page in turn.issue.pages.all()]
    turn.end("delete_issue", ["all"], what=str(turn.issue), pages=pages, stories=stories)
    turn.issue.delete()


def does_not_appear(edition: Edition, date: dt.date) -> str:
    """Why the edition has no issue on `date`; empty where it may have one."""
    day = NoIssueDay.objects.filter(edition=edition, date=date).first()
    if day is not None:
        why = f" ({day.reason})" if day.reason else ""
        return _("The paper does not appear on %(date)s%(why)s.") % {"date": date, "why": why}
    if edition.appears_on and str(date.isoweekday()) not in edition.appears_on:
        return _("The paper does not appear on that day of the week.")
    return ""


def next_date(edition: Edition, after: dt.date) -> dt.date:
    """The first date after `after` on which the edition appears and has no issue yet."""
    last = after + dt.timedelta(days=LOOKED_AHEAD)
    within = {"edition": edition, "date__gt": after, "date__lte": last}
    taken = set(Issue.objects.filter(**within).values_list("date", flat=True))
    taken |= set(NoIssueDay.objects.filter(**within).values_list("date", flat=True))
    for days in range(1, LOOKED_AHEAD + 1):
        date = after + dt.timedelta(days=days)
        usual = not edition.appears_on or str(date.isoweekday()) in edition.appears_on
        if usual and date not in taken:
            return date
    return after + dt.timedelta(days=1)


def earlier_plans(edition: Edition, date: dt.date, most: int = 6) -> list[Issue]:
    """Earlier issues whose plan may be copied: the last one of the same weekday comes first."""
    issues = (
        Issue.objects.filter(edition=edition, date__lt=date)
        .select_related("edition")
        .annotate(page_count=Count("pages"))
        .filter(page_count__gt=0)
        .order_by("-date")[:60]
    )
    found: list[Issue] = list(issues)
    same = [one for one in found if one.date.isoweekday() == date.isoweekday()][: most // 2]
    rest = [one for one in found if one not in same]
    return same + rest[: most - len(same)]


def templates_for(edition: Edition, date: dt.date) -> list[PlanTemplate]:
    """The edition's templates, those of the date's weekday first."""
    day = str(date.isoweekday())
    found = PlanTemplate.objects.filter(edition=edition)
    return sorted(found, key=lambda one: (day not in one.weekdays, one.name))


@act
def copy_plan(
    issue: int,
    source: Issue,
    by: User,
    *,
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> int:
    """Give an issue the pages of an earlier one, with a place kept for each story there.

    Pages that it has already stay as they are. Names under pages are not copied: a wrong name is
    printed, a missing one is pointed at. Returns how many pages were added.
    """
    turn = Turn.begin(issue, by, seen, at)
    if source.edition_id != turn.issue.edition_id:
        raise Refused(_("That issue belongs to another edition."))
    added = _lay_out(turn.issue, plan_of(source, with_credits=False))
    if not added:
        raise Refused(_("This issue has all those pages already."))
    turn.end("plan_copy", ["all"], what=str(source))
    return added


@act
def save_template(
    issue: int,
    by: User,
    name: str,
    *,
    weekdays: str = "",
    at: dt.datetime | None = None,
) -> PlanTemplate:
    """Keep an issue's pages as a template of its edition; one of the same name is replaced."""
    turn = Turn.begin(issue, by, None, at)
    name = name.strip()[:60]
    if not name:
        raise Refused(_("Give the template a name."))
    weekdays = "".join(sorted(set(weekdays) & set("1234567")))
    pages = plan_of(turn.issue, with_credits=True)
    if not pages:
        raise Refused(_("The issue has no pages to keep."))
    template, _made = PlanTemplate.objects.update_or_create(
        edition=turn.issue.edition, name=name, defaults={"weekdays": weekdays, "pages": pages}
    )
    turn.end("plan_template", [], what=name)
    return template


def plan_of(issue: Issue, *, with_credits: bool) -> list[dict[str, Any]]:
    """An issue's pages and places without its stories, as a template holds them."""
    found = []
    for page in issue.pages.prefetch_related("placements"):
        placed = sorted(page.placements.all(), key=lambda one: (one.position, one.pk))
        fields = {field: getattr(page, field) for field in PAGE_FIELDS}
        if with_credits:
            fields |= {field: getattr(page, field) for field in CREDITS}
        places = [
            {
                "weight": one.weight,
                "planned_length": one.planned_length,
                "label": one.label if one.story_id is None else "",
            }
            for one in placed
        ]
        found.append(fields | {"places": places})
    return found


def _lay_out(issue: Issue, pages: Iterable[dict[str, Any]]) -> int:
    """Make the pages that the issue does not have yet; returns how many."""
    there = set(issue.pages.values_list("number", flat=True))
    added = 0
    for plan in pages:
        if plan["number"] in there:
            continue
        page = Page.objects.create(
            issue=issue,
            **{field: plan[field] for field in (*PAGE_FIELDS, *CREDITS) if field in plan},
        )
        Placement.objects.bulk_create(
            Placement(page=page, position=position, **place)
            for position, place in enumerate(plan.get("places", []))
        )
        added += 1
    return added
