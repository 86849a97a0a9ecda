"""What a person does on the flatplan, read from a request: one act of the rules each.

Every form says what it changes by number, where to by `where`, and by `revision` which plan its
maker had on screen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.models import Issue, Page, Placement, User
from articles.rules import plans, press
from articles.rules.refusal import Refused


@dataclass(frozen=True)
class Where:
    """Where something is put: on a page after another, into a kept place, or instead of another."""

    page: int
    after: int = plans.LAST
    into: int | None = None
    instead: int | None = None


class Form:
    """A form of the flatplan, as sent."""

    def __init__(self, request: HttpRequest, issue: Issue) -> None:
        self.issue = issue.pk
        self._post = request.POST

    def words(self, name: str, most: int = 500) -> str:
        return self._post.get(name, "").strip()[:most]

    def number(self, name: str) -> int:
        """A number that has to be there. Raises Refused where it is none."""
        found = self.number_or_none(name)
        if found is None:
            raise Refused(_("The form was not sent whole. Load the page again."))
        return found

    def number_or_none(self, name: str) -> int | None:
        typed = self.words(name, 30)
        if not typed:
            return None
        if not re.fullmatch(r"-?\d{1,18}", typed):
            raise Refused(_("“%(typed)s” is no number.") % {"typed": typed})
        return int(typed)

    @property
    def seen(self) -> int:
        return self.number("revision")

    @property
    def where(self) -> Where:
        """`<page>:<after>`, `<page>:into:<kept place>` or `<page>:instead:<placement>`."""
        found = re.fullmatch(
            r"(\d{1,18}):(?:(into|instead):(\d{1,18})|(-?\d{1,18}))", self.words("where", 60)
        )
        if found is None:
            raise Refused(_("Say where it goes."))
        page, how, which, after = found.groups()
        if how == "into":
            return Where(int(page), into=int(which))
        if how == "instead":
            return Where(int(page), instead=int(which))
        return Where(int(page), after=int(after))


def _move(form: Form, by: User) -> str:
    where = form.where
    moved = plans.move(
        form.issue,
        form.number("placement"),
        by,
        page=where.page,
        after=where.after,
        seen=form.seen,
    )
    return _standing(_("“%(what)s” stands on page %(page)s now."), moved)


def _place(form: Form, by: User) -> str:
    where = form.where
    if where.instead is not None:
        raise Refused(_("Choose a place of its own: nothing is replaced by planning."))
    placed = plans.place(
        form.issue,
        form.number("story"),
        by,
        page=where.page,
        after=where.after,
        into=where.into,
        weight=form.words("weight", 10) or Placement.Weight.NORMAL,
        planned_length=form.number_or_none("planned_length"),
        seen=form.seen,
    )
    return _standing(_("“%(what)s” stands on page %(page)s now."), placed)


def _late(form: Form, by: User) -> str:
    where = form.where
    if where.instead is not None:
        placed = press.replace(
            form.issue,
            where.instead,
            form.number("story"),
            by,
            form.words("reason"),
            content=form.words("content", 100),
            kill=bool(form.words("kill")),
            notice=form.words("notice", 300),
            seen=form.seen,
        )
    else:
        placed = press.add_late(
            form.issue,
            form.number("story"),
            by,
            form.words("reason"),
            page=where.page,
            after=where.after,
            into=where.into,
            weight=form.words("weight", 10) or Placement.Weight.NORMAL,
            content=form.words("content", 100),
            seen=form.seen,
        )
    return _standing(_("“%(what)s” goes with page %(page)s."), placed)


def _kill(form: Form, by: User) -> str:
    killed = press.kill(
        form.issue,
        form.number("story"),
        by,
        form.words("reason"),
        notice=form.words("notice", 300),
        seen=form.seen,
    )
    return _("“%(story)s” is killed; its place is free.") % {"story": killed.headline}


def _keep(form: Form, by: User) -> str:
    where = form.where
    kept = plans.keep(
        form.issue,
        by,
        page=where.page,
        after=where.after,
        label=form.words("label", 80),
        weight=form.words("weight", 10) or Placement.Weight.NORMAL,
        planned_length=form.number_or_none("planned_length"),
        seen=form.seen,
    )
    return _standing(_("A place is kept on page %(page)s: %(what)s."), kept)


def _weigh(form: Form, by: User) -> str:
    weighed = plans.weigh(
        form.issue,
        form.number("placement"),
        by,
        weight=form.words("weight", 10),
        planned_length=form.number_or_none("planned_length"),
        label=form.words("label", 80),
        seen=form.seen,
    )
    return _("“%(what)s” is now: %(weight)s.") % {
        "what": plans.named(weighed),
        "weight": weighed.get_weight_display(),
    }


def _take_off(form: Form, by: User) -> str:
    plans.take_off(form.issue, form.number("placement"), by, seen=form.seen)
    return _("Taken off the plan.")


def _credits(form: Form, by: User) -> str:
    page = plans.set_credits(
        form.issue,
        form.number("page"),
        by,
        editor=form.words("editor", 61),
        designer=form.words("designer", 61),
        proofreader=form.words("proofreader", 61),
        seen=form.seen,
    )
    return _("The credits of page %(page)s are kept.") % {"page": page.number}


def _page(form: Form, by: User) -> str:
    page = plans.change_page(
        form.issue,
        form.number("page"),
        by,
        number=form.words("number", 10),
        name=form.words("name", 41),
        room=_room(form),
        seen=form.seen,
    )
    return _("Page %(page)s is changed.") % {"page": page.number}


def _add_page(form: Form, by: User) -> str:
    page = plans.add_page(
        form.issue,
        by,
        number=form.words("number", 10),
        name=form.words("name", 41),
        room=_room(form),
        seen=form.seen,
    )
    return _("Page %(page)s is added.") % {"page": page.number}


def _remove_page(form: Form, by: User) -> str:
    plans.remove_page(form.issue, form.number("page"), by, seen=form.seen)
    return _("The page is removed; its stories are in the tray.")


def _copy(form: Form, by: User) -> str:
    source = Issue.objects.filter(pk=form.number("source")).first()
    if source is None:
        raise Refused(_("There is no such issue."))
    added = plans.copy_plan(form.issue, source, by, seen=form.seen)
    return _("Pages taken over: %(number)d.") % {"number": added}


def _template(form: Form, by: User) -> str:
    weekdays = "".join(day for day in "1234567" if form.words(f"day_{day}"))
    kept = plans.save_template(form.issue, by, form.words("name", 60), weekdays=weekdays)
    return _("The plan is kept as “%(name)s”.") % {"name": kept.name}


ACTS: dict[str, Callable[[Form, User], str]] = {
    "move": _move,
    "place": _place,
    "late": _late,
    "kill": _kill,
    "keep": _keep,
    "weigh": _weigh,
    "take_off": _take_off,
    "credits": _credits,
    "page": _page,
    "add_page": _add_page,
    "remove_page": _remove_page,
    "copy": _copy,
    "template": _template,
}


def act(request: HttpRequest, issue: Issue, by: User) -> str:
    """Do what a form asks for, and say what was done. Raises Refused, as the rules do."""
    done = ACTS.get(request.POST.get("act", ""))
    if done is None:
        raise Refused(_("There is no such step."))
    return done(Form(request, issue), by)


def _room(form: Form) -> int | None:
    room = form.number_or_none("room")
    if room is not None and not 0 <= room <= plans.LONGEST:
        raise Refused(_("Room for text is a number from 1 on; empty: not watched."))
    return room or None


def _standing(said: str, placement: Placement) -> str:
    page: Page = placement.page
    return said % {"what": plans.named(placement), "page": page.number}
