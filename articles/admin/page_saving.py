"""The page's own form: saved as one act on the plan, by somebody who saw the plan as it is.

The form carries the revision of the plan that it was opened at, and what each of its fields began
from. Where somebody changed the page since, nothing is saved: the form comes back with what was
typed, beside what the others have changed.
"""

from typing import Any, cast

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from articles.admin import meeting, refusing
from articles.admin.choosing import is_key
from articles.models import Page, Placement, User
from articles.rules import plans
from articles.rules.acting import act

PLACEMENTS = "placements"
# What a row of the form says of a place.
ROW = (
    "story", "weight", "planned_length", "position", "zone_left", "zone_top", "zone_width",
    "zone_height",
)  # fmt: skip


class PlacementRow(meeting.MeetingRow):
    """A place on the page. What somebody else has changed meanwhile is not thrown away unseen."""

    def clean(self) -> dict[str, Any]:
        sent = self.data
        cleaned = super().clean()
        if self.data is not sent:
            cast(QueryDict, self.data).pop(self.add_prefix("DELETE"), None)
        return cleaned


class OneActMixin:
    """The page's admin: its form is saved under the plan's lock, and is one act in its log."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        here, parent = cast(Any, self), cast(Any, super())
        page: Page | None = here.get_object(request, object_id) if object_id else None

        def send() -> Any:
            return parent.changeform_view(request, object_id, form_url, extra_context)

        may = (
            here.has_change_permission(request, page) if page else here.has_add_permission(request)
        )
        issue = page.issue_id if page else _number(request.POST.get("issue"))
        if request.method != "POST" or not may or issue is None:
            return send()
        if refusing.refusal(request):
            if page is not None:
                request.POST = met(request.POST, page)  # type: ignore[assignment]
                said = _("What others have changed stands in it, too. Look it over and save again.")
                refusing.refusal(request).append(said)
            return send()
        return _in_turn(request, issue, page, send)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        cast(Any, super()).save_related(request, form, formsets, change)
        cast(Any, request).turn.saved(form.instance)


@act
def _in_turn(request: HttpRequest, issue: int, page: Page | None, send: Any) -> Any:
    seen = _number(request.POST.get("revision")) if page else None
    named = {_number(row.get("story")) for row in meeting.rows_of(request.POST, PLACEMENTS)}
    stories = [story for story in named if story is not None]
    cast(Any, request).turn = plans.FormTurn.begin(
        issue, cast(User, request.user), page=page, seen=seen, stories=stories
    )
    return send()


def met(sent: QueryDict, page: Page) -> QueryDict:
    """What was sent, made to fit the page as it is now: its rows and its revision.

    A row that somebody took away goes, unless something was typed in it; one that came is added.
    What the fields hold is brought together row by row (`meeting.MeetingRow`).
    """
    data = sent.copy()
    page.refresh_from_db()
    places = {str(one.pk): one for one in Placement.objects.filter(page=page)}
    stories = {pk: str(one.story_id or "") for pk, one in places.items()}
    meeting.without_vanished(data, PLACEMENTS, stories, "story")
    rows = meeting.rows_of(data, PLACEMENTS)
    there = {row.get("id") for row in rows}
    come = [_row(one) for pk, one in places.items() if pk not in there]
    if come:
        meeting.set_rows(data, PLACEMENTS, [*rows, *come])
    data["revision"] = str(page.issue.plan_revision)
    return data


def _row(placement: Placement) -> dict[str, str]:
    found = {"id": str(placement.pk), "page": str(placement.page_id)}
    for name in ROW:
        value = getattr(placement, "story_id" if name == "story" else name)
        found[name] = found[f"initial-{name}"] = "" if value is None else str(value)
    return found


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and is_key(typed) else None
