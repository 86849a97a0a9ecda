"""Assignments, the paper's own list of words, and notices that were seen."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import choosing, instants
from articles.models import Assignment, ListedWord, Notice, User
from articles.rules import assignments
from articles.rules.refusal import Refused
from articles.templatetags.desk import desk_time


@admin.register(Assignment)
class AssignmentAdmin(choosing.ChoosingMixin, admin.ModelAdmin[Assignment]):
    """Everything that was asked for: what is open first."""

    list_display = ("brief", "kind", "assignee_shown", "due", "story_shown", "given_by", "done")
    list_filter = ("kind",)
    list_select_related = ("assignee", "given_by", "story")
    search_fields = ("brief",)
    fields = ("kind", "brief", "assignee", "due_at", "story")
    autocomplete_fields = ("story",)
    actions = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """All of them for those who assign; for others, what is theirs or may become theirs."""
        user = cast(User, request.user)
        found = assignments.with_sight(super().get_queryset(request), user)
        found = found.order_by("done_at", "due_at", "pk")
        if user.has_perm("articles.add_assignment"):
            return found
        theirs = assignments.open_for(user).values("pk")
        return found.filter(pk__in=theirs) | found.filter(assignee=user)

    def get_fields(self, request: HttpRequest, obj: Assignment | None = None) -> Any:
        """Without a story that they do not see any more."""
        shown = obj is None or obj.story is None or obj.sees  # type: ignore[attr-defined]
        return [name for name in self.fields if shown or name != "story"]

    @admin.display(description=gettext_lazy("story"), ordering="story")
    def story_shown(self, assignment: Assignment) -> str:
        return str(assignment.story or "—") if assignment.sees else "—"  # type: ignore[attr-defined]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assignee":
            kwargs["queryset"] = User.objects.filter(is_active=True, is_staff=True)
        formfield = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if formfield is not None and db_field.name == "assignee":
            formfield.widget = forms.Select(choices=cast(Any, formfield.choices))
        return formfield

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "brief":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "class": "vTextField"})
        formfield = instants.bounded(super().formfield_for_dbfield(db_field, request, **kwargs))
        for door in ("add", "change", "delete", "view"):
            if formfield is not None and hasattr(formfield.widget, f"can_{door}_related"):
                setattr(formfield.widget, f"can_{door}_related", False)
        return formfield

    def save_model(self, request: HttpRequest, obj: Assignment, form: Any, change: bool) -> None:
        if change:
            if "assignee" in form.changed_data or "story" in form.changed_data:
                assignments.give_to(obj, cast(User, request.user))
            else:
                super().save_model(request, obj, form, change)
            return
        made = assignments.assign(
            cast(User, request.user),
            obj.brief,
            kind=obj.kind,
            story=obj.story,
            assignee=obj.assignee,
            due_at=obj.due_at,
        )
        obj.pk, obj.given_by = made.pk, made.given_by
        obj._state.adding = False

    @admin.display(description=gettext_lazy("for"), ordering="assignee")
    def assignee_shown(self, assignment: Assignment) -> str:
        return str(assignment.assignee or _("whoever takes it"))

    @admin.display(description=gettext_lazy("deadline"), ordering="due_at")
    def due(self, assignment: Assignment) -> str:
        return desk_time(assignment.due_at)

    @admin.display(description=gettext_lazy("done"), boolean=True, ordering="done_at")
    def done(self, assignment: Assignment) -> bool:
        return assignment.done_at is not None

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/done/", wrap(self.done_view), name="articles_assignment_done"),
            path("seen/", wrap(self.seen_view), name="articles_assignment_notices_seen"),
            *super().get_urls(),
        ]

    def done_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The button beside an assignment."""
        if request.method != "POST":
            raise PermissionDenied
        found = Assignment.objects.filter(pk=pk).first() if pk < 2**63 else None
        if found is None:
            raise Http404
        try:
            assignments.finish(found, cast(User, request.user))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("“%(what)s” is done.") % {"what": found.brief})
        return HttpResponseRedirect(reverse("admin:index"))

    def seen_view(self, request: HttpRequest) -> HttpResponse:
        """The button under what concerns me: one notice, or all of them."""
        if request.method != "POST":
            raise PermissionDenied
        unseen = Notice.objects.filter(person=cast(User, request.user), seen_at=None)
        if choosing.is_key(one := request.POST.get("notice", "")):
            unseen = unseen.filter(pk=one)
        unseen.update(seen_at=timezone.now())
        return HttpResponseRedirect(reverse("admin:index"))


@admin.register(ListedWord)
class ListedWordAdmin(admin.ModelAdmin[ListedWord]):
    """The paper's own list: what the proofing aids point at."""

    list_display = ("wrong", "right", "kind", "edition")
    list_filter = ("kind", "edition")
    list_select_related = ("edition",)
    search_fields = ("wrong", "right")
