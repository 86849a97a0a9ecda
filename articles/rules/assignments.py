"""Assignments: who writes or photographs what, and until when."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Assignment, Notice, Story, User
from articles.rules import access, logbook, telling
from articles.rules.acting import act
from articles.rules.refusal import Refused


@act
def assign(
    by: User,
    brief: str,
    *,
    kind: str = Assignment.Kind.TEXT,
    story: Story | None = None,
    assignee: User | None = None,
    due_at: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> Assignment:
    """Give an assignment, and tell whom it is for. Raises Refused.

    Editors assign anything; a writer may ask for pictures for a story of their own. Whoever is
    given a story that they do not see has it shared with them, if `by` may share it.
    """
    asks_for_pictures = kind == Assignment.Kind.PHOTO and story is not None
    if not by.has_perm("articles.add_assignment") and not (
        asks_for_pictures and story is not None and access.may_edit(by, story)
    ):
        raise Refused(_("Your role does not give assignments."))
    if story is not None and not access.sees(by, story):
        raise Refused(_("You do not see this story."))
    brief = " ".join(brief.split())[:300]
    if not brief:
        raise Refused(_("Say what is to be done."))
    at = at or timezone.now()
    made = Assignment.objects.create(
        kind=kind,
        brief=brief,
        story=story,
        assignee=assignee,
        given_by=by,
        due_at=due_at,
        created_at=at,
    )
    _hand_to(made, by, at)
    return made


@act
def give_to(assignment: Assignment, by: User, at: dt.datetime | None = None) -> Assignment:
    """Save an assignment that is given to somebody else now, and tell them. Raises Refused."""
    if not by.has_perm("articles.change_assignment"):
        raise Refused(_("Your role does not give assignments."))
    assignment.save()
    _hand_to(assignment, by, at or timezone.now())
    return assignment


def _hand_to(given: Assignment, by: User, at: dt.datetime) -> None:
    """Whoever it is for is told and sees its story; the log says so."""
    story, assignee = given.story, given.assignee
    if assignee is not None:
        if story is not None and not access.sees(assignee, story):
            if not access.may_share(by, story):
                raise Refused(_("%(who)s does not see this story. Its author can share it.")
                              % {"who": assignee})  # fmt: skip
            story.shared_with.add(assignee)
        telling.tell([assignee], Notice.Kind.ASSIGNED, by, at=at, story=story, text=given.brief)
    logbook.write(
        by, "assign", story or given, at=at, went_to=assignee.get_username() if assignee else ""
    )


@act
def finish(assignment: Assignment, by: User, at: dt.datetime | None = None) -> None:
    """Mark an assignment as done. Raises Refused unless it is theirs, or they gave it."""
    if not concerns(by, assignment):
        raise Refused(_("This assignment is somebody else's."))
    if assignment.done_at is not None:
        return
    assignment.done_at = at or timezone.now()
    if assignment.assignee_id is None:
        assignment.assignee = by
    assignment.save(update_fields=["done_at", "assignee"])
    logbook.write(by, "finish", assignment.story or assignment, at=assignment.done_at)


def with_sight(rows: "QuerySet[Assignment]", user: User) -> Any:
    """Assignments, each with `sees`: whether `user` sees its story (any more)."""
    seen = access.visible_stories(user).filter(pk=OuterRef("story"))
    return rows.annotate(sees=Exists(seen))


def concerns(by: User, assignment: Assignment) -> bool:
    """Whether `by` may finish an assignment."""
    if by.has_perm("articles.change_assignment") or assignment.given_by_id == by.pk:
        return True
    return open_for(by).filter(pk=assignment.pk).exists()


def open_for(user: User) -> QuerySet[Assignment]:
    """What is still to be done by `user`: theirs, and what waits for anybody of their kind."""
    theirs = Q(assignee=user)
    if not user.has_perm("articles.add_story"):
        theirs |= Q(assignee=None, kind=Assignment.Kind.PHOTO)
    elif not user.has_perm("articles.view_any_story"):
        theirs |= Q(assignee=None, story=None, kind=Assignment.Kind.TEXT)
    return Assignment.objects.filter(theirs, done_at=None).select_related("story", "given_by")
