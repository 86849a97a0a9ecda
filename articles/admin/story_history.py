"""A story's history: every save, step and publication, compared, and brought back."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import LogEntry, Photo, PublishedStory, Section, Story, User
from articles.models.desk import Version
from articles.rules import access, history
from articles.rules.refusal import Refused
from articles.text import markup
from articles.text.byline_typing import typed
from articles.text.bylines import Person
from articles.text.compare import Piece, compare

if TYPE_CHECKING:
    from articles.admin.stories import StoryAdmin

SHOWN = {
    "column": gettext_lazy("column"),
    "kicker": gettext_lazy("kicker"),
    "headline": gettext_lazy("headline"),
    "deck": gettext_lazy("deck"),
    "bylines": gettext_lazy("byline"),
    "lead_in": gettext_lazy("lead-in"),
    "body": gettext_lazy("body text"),
    "photos": gettext_lazy("photos"),
    "tags": gettext_lazy("tags"),
    "section": gettext_lazy("section"),
    "short_title": gettext_lazy("short title"),
    "slug": gettext_lazy("slug"),
    "release": gettext_lazy("goes live"),
    "embargo_until": gettext_lazy("embargo until"),
    "live_until": gettext_lazy("taken down at"),
}


@dataclass(frozen=True)
class Event:
    """One line of a story's history."""

    at: dt.datetime
    who: str
    what: str
    why: str = ""
    version: int | None = None
    kind: str = "step"
    fields: str = ""  # what a save changed, by the names of the fields


@dataclass(frozen=True)
class Change:
    """What changed in one field."""

    label: str
    pieces: list[Piece]
    only_form: bool = False  # the words are the same, their form (bold, a heading) is not


def urls(stories: "StoryAdmin") -> list[Any]:
    """Comparing and restoring."""
    wrap = stories.admin_site.admin_view

    def compared(request: HttpRequest, pk: int) -> HttpResponse:
        return comparison(stories, request, stories.visible(request, pk))

    def restored(request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return restore(stories, request, stories.visible(request, pk), number)

    return [
        path("<int:pk>/compare/", wrap(compared), name="articles_story_compare"),
        path("<int:pk>/restore/<int:number>/", wrap(restored), name="articles_story_restore"),
    ]


def timeline(stories: "StoryAdmin", request: HttpRequest, story: Story) -> HttpResponse:
    """All that happened to a story, the newest first."""
    with timezone.override(story.edition.zone):
        context = {
            **stories.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": story.headline,
            "story": story,
            "opts": stories.opts,
            "events": events(story),
            "may_restore": access.may_edit(cast(User, request.user), story),
            "last": (history.latest(story) or Version(number=0)).number,
        }
        return TemplateResponse(request, "admin/articles/story/history.html", context).render()


def events(story: Story) -> list[Event]:
    """Saves, steps and publications, the newest first; in three queries."""
    saves = []
    before: dict[str, Any] = {}
    for row in story.versions.select_related("by").order_by("number"):
        changed = [
            str(label) for name, label in SHOWN.items() if before.get(name) != row.content.get(name)
        ]
        saves.append(
            Event(
                row.at,
                str(row.by),
                str(row.get_cause_display()),
                version=row.number,
                kind="save",
                fields=_(", ").join(changed) if before else "",
            )
        )
        before = row.content
    log = LogEntry.objects.filter(subject_type="story", subject_id=story.pk).exclude(verb="restore")
    steps = [
        Event(entry.at, str(entry.actor), _step(entry), entry.reason)
        for entry in log.select_related("actor")
    ]
    rows = PublishedStory.objects.filter(story=story).select_related("signed_by")
    published = [
        Event(
            row.live_from,
            str(row.signed_by),
            _("version %(number)d for readers: %(change)s")
            % {"number": row.version, "change": row.get_change_display()},
            kind="published",
        )
        for row in rows.defer("body", "search_text")
    ]
    return sorted([*saves, *steps, *published], key=lambda event: event.at, reverse=True)


def _step(entry: LogEntry) -> str:
    if not (entry.came_from or entry.went_to):
        return entry.verb_shown
    return f"{entry.verb_shown} ({entry.came_from_shown} → {entry.went_to_shown})"


def comparison(stories: "StoryAdmin", request: HttpRequest, story: Story) -> HttpResponse:
    """Two versions side by side in one text: `?a=` and `?b=`, version numbers."""
    first = _version(story, request.GET.get("a", ""))
    second = _version(story, request.GET.get("b", ""))
    with timezone.override(story.edition.zone):
        context = {
            **stories.admin_site.each_context(request),
            "title": _("What changed"),
            "subtitle": story.headline,
            "story": story,
            "opts": stories.opts,
            "first": first,
            "second": second,
            "changes": changes(first.content, second.content),
            "may_restore": access.may_edit(cast(User, request.user), story),
            "last": (history.latest(story) or Version(number=0)).number,
        }
        return TemplateResponse(request, "admin/articles/story/compare.html", context).render()


def _version(story: Story, number: str) -> Version:
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    found = story.versions.select_related("by").filter(number=int(number)).first()
    if found is None:
        raise Http404
    return found


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields that differ between two versions' contents, each with its pieces."""
    made = []
    for name, label in SHOWN.items():
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        was, now = _in_words(name, old, before), _in_words(name, new, after)
        made.append(Change(str(label), compare(was, now), only_form=was == now))
    return made


def _in_words(name: str, value: Any, content: dict[str, Any]) -> str:
    """A field of a version as people read it."""
    if not value:
        return ""
    if name == "body":
        return markup.plain_text(value)
    if name == "tags":
        return ", ".join(value)
    if name == "bylines":
        people = [Person(one["name"], one["role"], one["kind"]) for one in value]
        return typed(people, content["language"])
    if name == "photos":
        captions = dict(
            Photo.objects.filter(pk__in=[one["photo"] for one in value]).values_list(
                "pk", "caption"
            )
        )
        return "\n".join(
            f"№ {one['photo']} {one['caption'] or captions.get(one['photo']) or '—'}"
            + (" " + _("(grouped with the photo before it)") if one.get("grouped") else "")
            for one in value
        )
    if name == "section":
        return str(Section.objects.filter(pk=value).first() or "—")
    if name == "release":
        return str(dict(Story.Release.choices).get(value, value))
    if name in history.INSTANTS:
        return f"{timezone.localtime(dt.datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    return str(value)


def restore(stories: "StoryAdmin", request: HttpRequest, story: Story, number: int) -> HttpResponse:
    """Make an earlier version the newest."""
    if request.method != "POST":
        raise PermissionDenied
    try:
        history.restore(_version(story, str(number)), cast(User, request.user))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("Version %(number)d is back, as the newest version. Nothing is lost.")
            % {"number": number},
        )
    return HttpResponseRedirect(reverse("admin:articles_story_change", args=[story.pk]))
