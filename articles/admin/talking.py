"""Notes and assignments on a story, and what concerns whoever looks."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles.admin import choosing
from articles.admin.instants import typed_instant
from articles.models import Assignment, Note, Story, User
from articles.rules import assignments as rules
from articles.rules import notes as notes_rules
from articles.rules.refusal import Refused

if TYPE_CHECKING:
    from articles.admin.stories import StoryAdmin


def urls(stories: "StoryAdmin") -> list[Any]:
    """Writing and resolving notes; giving and finishing assignments."""
    wrap = stories.admin_site.admin_view

    def of_story(view: Any) -> Any:
        def answer(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                raise PermissionDenied
            story = stories.visible(request, pk)
            try:
                view(request, story, cast(User, request.user), **kwargs)
            except Refused as refused:
                messages.error(request, str(refused))
            anchor = "#assignments" if "assign" in request.path else "#notes"
            back = reverse("admin:articles_story_change", args=[story.pk])
            return HttpResponseRedirect(f"{back}{anchor}")

        return wrap(answer)

    return [
        path("<int:pk>/notes/", of_story(write_note), name="articles_story_note"),
        path(
            "<int:pk>/notes/<int:number>/",
            of_story(settle_note),
            name="articles_story_note_settle",
        ),
        path("<int:pk>/assign/", of_story(assign), name="articles_story_assign"),
    ]


def notes(story: Story) -> "QuerySet[Note]":
    """A story's notes: the open ones first, then by time."""
    found = story.notes.select_related("author", "resolved_by").prefetch_related("mentions")
    return found.order_by("resolved", "created_at", "pk")


def assignments(story: Story) -> "QuerySet[Assignment]":
    """What is asked for with a story: the open ones first."""
    return story.assignments.select_related("assignee", "given_by").order_by("done_at", "due_at")


def colleagues(story: Story, by: User) -> list[User]:
    """Whom an assignment for this story may be given to."""
    if not by.has_perm("articles.add_assignment"):
        return []
    return list(User.objects.filter(is_active=True, is_staff=True).order_by("username"))


def write_note(request: HttpRequest, story: Story, by: User) -> None:
    notes_rules.write(
        story, by, request.POST.get("text", ""), passage=request.POST.get("passage", "")
    )


def settle_note(request: HttpRequest, story: Story, by: User, number: int) -> None:
    note = story.notes.filter(pk=number).first() if number < 2**63 else None
    if note is None:
        raise Http404
    notes_rules.settle(note, by, request.POST.get("resolved") == "1")


def assign(request: HttpRequest, story: Story, by: User) -> None:
    kind = request.POST.get("kind", "")
    if kind not in Assignment.Kind.values:
        raise Refused(_("There is no such assignment."))
    asked = request.POST.get("assignee", "")
    assignee = None
    if asked:
        found = User.objects.filter(is_active=True, is_staff=True)
        assignee = found.filter(pk=asked).first() if choosing.is_key(asked) else None
        if assignee is None:
            raise Refused(_("There is no such colleague."))
    due = request.POST.get("due", "")
    rules.assign(
        by,
        request.POST.get("brief", "") or _("Pictures for this story"),
        kind=kind,
        story=story,
        assignee=assignee,
        due_at=typed_instant(due, story.edition.zone) if due else None,
    )
