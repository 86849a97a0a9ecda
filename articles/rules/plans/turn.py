"""One turn at a plan: the lock, what others did meanwhile, the log, the next revision.

The log is the memory of who changed which thing at which revision: every act on a plan writes its
revision and the things that it touched into its entry.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Issue, LogEntry, Page, Placement, User
from articles.rules import logbook, publishing
from articles.rules.acting import act
from articles.rules.refusal import Refused

# How far back a screen may have been asleep: an older one has to look at the whole plan anew.
KNOWN = 500


def of_placement(number: int) -> str:
    return f"placement:{number}"


def of_story(number: int) -> str:
    return f"story:{number}"


def of_page(number: int) -> str:
    """A page's own number, name and room."""
    return f"page:{number}"


def of_credits(number: int) -> str:
    """Who made a page up."""
    return f"credits:{number}"


def on_page(number: int) -> str:
    """What stands on a page."""
    return f"on:{number}"


@dataclass
class Turn:
    """Somebody's turn at an issue's plan. Made by `begin`, inside a transaction; ended once."""

    issue: Issue
    by: User
    at: dt.datetime
    seen: int | None

    @classmethod
    def begin(
        cls,
        issue: int,
        by: User,
        seen: int | None,
        at: dt.datetime | None,
        stories: Iterable[int] = (),
    ) -> "Turn":
        """Lock the issue and all that a change of its plan may touch.

        `seen`: the revision that this person had on screen; None where no screen is behind the
        act. `at`: the instant, read after the lock unless given. Raises Refused without the
        right, or where the issue is gone.
        """
        if not by.has_perm("articles.change_issue"):
            raise Refused(_("Only issue editors and publishers change the plan of an issue."))
        publishing.lock_issue(issue, stories)
        found = Issue.objects.select_related("edition").filter(pk=issue).first()
        if found is None:
            raise Refused(_("This issue was deleted meanwhile."))
        return cls(found, by, at or timezone.now(), seen)

    def unchanged(self, *things: str) -> None:
        """Raise Refused where somebody changed one of these since this person looked."""
        if self.seen is None:
            return
        if self.issue.plan_revision - self.seen > KNOWN:
            raise Refused(
                _("Much was changed on this plan since you looked. Look at it as it is now.")
            )
        for entry in _since(self.issue.pk, self.seen):
            touched = entry.details.get("things", [])
            if "all" in touched or set(things) & set(touched):
                raise Refused(self._meanwhile(entry))

    def page(self, number: int) -> Page:
        """The issue's page, or Refused with who removed it."""
        found = Page.objects.filter(issue=self.issue, pk=number).first()
        if found is None:
            raise Refused(self._gone(of_page(number), _("That page is not in this issue.")))
        return found

    def placement(self, number: int) -> Placement:
        """The placement, or Refused with who took it off."""
        found = (
            Placement.objects.select_related("story", "page")
            .filter(page__issue=self.issue, pk=number)
            .first()
        )
        if found is None:
            missing = _("That story does not stand on this plan any more.")
            raise Refused(self._gone(of_placement(number), missing))
        return found

    def end(
        self,
        verb: str,
        things: Iterable[str],
        *,
        what: str,
        came_from: str = "",
        went_to: str = "",
        reason: str = "",
        **details: Any,
    ) -> int:
        """Count the revision on, log the act, and bring a scheduled issue up to its plan.

        Returns the new revision. Raises Refused where the issue is scheduled and `by` may not
        change what goes out.
        """
        Issue.objects.filter(pk=self.issue.pk).move(plan_revision=F("plan_revision") + 1)
        self.issue.plan_revision += 1
        logbook.write(
            self.by,
            verb,
            self.issue,
            at=self.at,
            came_from=came_from[:60],
            went_to=went_to[:60],
            reason=reason,
            revision=self.issue.plan_revision,
            things=sorted(set(things)),
            what=what[:200],
            **details,
        )
        if self.issue.state == Issue.State.SCHEDULED:
            publishing.replan(self.issue, self.by, self.at)
        return self.issue.plan_revision

    def _gone(self, thing: str, otherwise: str) -> str:
        for entry in _since(self.issue.pk, self.seen or 0):
            if thing in entry.details.get("things", []):
                return self._meanwhile(entry)
        return otherwise

    def _meanwhile(self, entry: LogEntry) -> str:
        """What somebody did meanwhile, in words."""
        who = _("you, in another window,") if entry.actor_id == self.by.pk else str(entry.actor)
        said = _("Meanwhile %(who)s %(did)s: “%(what)s”") % {
            "who": who,
            "did": entry.verb_shown,
            "what": entry.what,
        }
        if entry.came_from or entry.went_to:
            said += f" ({entry.came_from_shown or '—'} → {entry.went_to_shown or '—'})"
        return said + _(". Your change was not made; look at the plan as it is now.")


def _since(issue: int, seen: int) -> Iterable[LogEntry]:
    """The acts on a plan after the revision `seen`, the newest first."""
    entries = LogEntry.objects.filter(
        subject_type="issue", subject_id=issue, details__revision__gt=seen
    )
    return entries.select_related("actor").order_by("-at", "-pk")[:KNOWN]


def news(issue: Issue, seen: int) -> list[LogEntry]:
    """What was done to the plan after the revision `seen`, the newest first; a few at most."""
    return list(_since(issue.pk, seen))[:5]


@dataclass
class FormTurn:
    """A page's own form, zones and all, saved as one act. Begun and ended inside one."""

    turn: Turn
    things: set[str] = field(default_factory=set)

    @classmethod
    def begin(
        cls,
        issue: int,
        by: User,
        *,
        page: Page | None,
        seen: int | None,
        stories: Iterable[int] = (),
        at: dt.datetime | None = None,
    ) -> "FormTurn":
        """Lock the plan for a form that may name `stories`; no `page`: it adds one.

        Raises Refused where the form does not say at which revision it was opened, or somebody
        changed the page, or anything on it, since.
        """
        begun = cls(Turn.begin(issue, by, seen, at, stories))
        if page is not None:
            if seen is None:
                raise Refused(_("The form was not sent whole. Load the page again."))
            begun.things |= _of_all(begun.turn.page(page.pk))
            begun.turn.unchanged(*begun.things)
        return begun

    def saved(self, page: Page) -> int:
        """The form is saved: the same as after any other act. Returns the new revision."""
        self.things |= _of_all(page)
        return self.turn.end("plan_zones", self.things, what=str(page))


def _of_all(page: Page) -> set[str]:
    """A page and all that stands on it."""
    found = {of_page(page.pk), of_credits(page.pk), on_page(page.pk)}
    for number, story in page.placements.values_list("pk", "story"):
        found |= {of_placement(number)} | ({of_story(story)} if story else set())
    return found


@act
def was_changed_by_form(page: Page, by: User, at: dt.datetime | None = None) -> int:
    """After a page was changed as a whole by other means than its form: a text read in."""
    return FormTurn(Turn.begin(page.issue_id, by, None, at)).saved(page)
