"""The photo library as a sheet of contact prints: searched, narrowed, with what ran where and when.

A sheet costs the same queries at any size of library: pages follow each other by the photo they
end on, and nothing is counted.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Min, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.admin import big_lists, choosing
from articles.models import (
    Contributor,
    Photo,
    PublishedPicture,
    PublishedSlot,
    PublishedStory,
    StoryPhoto,
    User,
    address,
)
from articles.models.photos import PhotoQuerySet
from articles.models.record import Act
from articles.rules import access, readiness

ON_A_SHEET = 48
# Of the stories in which a photo ran, so many stand under it; the rest stand on its own page.
USES_SHOWN = 2
USES_ON_ITS_PAGE = 100
MOST_USES = 400  # read for a whole sheet
WORDS_IN = ("caption", "credit", "alt", "place", "keywords", "photographer__name")
FIRST_DAY, LAST_DAY = dt.date(1826, 1, 1), dt.date(9998, 12, 31)

RIGHTS = (
    ("", gettext_lazy("all")),
    ("usable", gettext_lazy("may be shown on the web now")),
    ("soon", gettext_lazy("rights run out within a month")),
    ("over", gettext_lazy("rights ran out")),
    ("forbidden", gettext_lazy("not for the web")),
    ("retired", gettext_lazy("retired")),
    ("unchecked", gettext_lazy("details not checked yet")),
)


class LibraryForm(forms.Form):
    """What a person looks for. What cannot be understood is said, and looked past."""

    q = forms.CharField(
        label=gettext_lazy("Words in captions, credits, places or keywords"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    photographer = forms.ModelChoiceField(
        Contributor.objects.none(), label=gettext_lazy("photographer"), required=False
    )
    since = forms.DateField(
        label=gettext_lazy("taken from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("to"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    keyword = forms.CharField(label=gettext_lazy("keyword"), required=False, max_length=100)
    rights = forms.ChoiceField(
        choices=RIGHTS, label=gettext_lazy("rights and checks"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_taken = Exists(Photo.objects.filter(photographer=OuterRef("pk")))
        people = Contributor.objects.filter(has_taken).order_by("sort_key", "name")
        self.fields["photographer"].queryset = people  # type: ignore[attr-defined]
        self.fields["photographer"].empty_label = str(_("all"))  # type: ignore[attr-defined]

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked for."""
        return any(value for name, value in self.cleaned_data.items() if name != "q")

    def photos(self, at: dt.datetime, user: User) -> PhotoQuerySet:
        """The photos that `user` looks for, the last sent in first.

        A story's own wording of a caption is looked through only where they see the story.
        """
        self.is_valid()
        asked = self.cleaned_data
        photos = Photo.objects.order_by("-created_at", "-pk")
        for word in big_lists.words_of(asked.get("q") or ""):
            lookup = big_lists.lookup_for(word)
            worded = StoryPhoto.objects.filter(Q((f"caption__{lookup}", word)))
            if not user.has_perm("articles.view_any_story"):
                worded = worded.filter(story__in=access.visible_stories(user).values("pk"))
            anywhere = Q(Exists(worded.filter(photo=OuterRef("pk"))))
            for column in WORDS_IN:
                anywhere |= Q((f"{column}__{lookup}", word))
            photos = photos.filter(anywhere)
        if person := asked.get("photographer"):
            photos = photos.filter(photographer=person)
        if keyword := asked.get("keyword"):
            photos = photos.filter(Q((f"keywords__{big_lists.lookup_for(keyword)}", keyword)))
        if day := asked.get("since"):
            photos = photos.filter(_by_day("gte", max(day, FIRST_DAY)))
        if day := asked.get("until"):
            photos = photos.filter(_by_day("lt", min(max(day, FIRST_DAY), LAST_DAY) + DAY))
        if asked.get("rights") == "usable":
            return photos.with_rights(at)
        return photos.filter(_of_rights(asked.get("rights") or "", at))


DAY = dt.timedelta(days=1)


def _by_day(lookup: str, day: dt.date) -> Q:
    """Photos by the day they were taken, or, where nobody knows it, were sent in."""
    instant = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    return Q((f"taken_at__{lookup}", instant)) | Q(
        (f"created_at__{lookup}", instant), taken_at__isnull=True
    )


def _of_rights(which: str, at: dt.datetime) -> Q:
    return {
        "soon": Q(expires_at__gt=at, expires_at__lte=at + readiness.RUNS_OUT_SOON),
        "over": Q(expires_at__lte=at),
        "forbidden": Q(web_allowed=False),
        "retired": Q(retired_at__isnull=False),
        "unchecked": Q(checked=False),
    }.get(which, Q())


# -- what ran where and when ---------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """A story in which readers got the photo: since when, and on which page of which issue."""

    headline: str  # empty, as is `address`: readers do not get the story any more
    address: str
    since: dt.datetime
    place: str


@dataclass
class Uses:
    """Where a photo ran, the latest first, and with which stories it is at the desk.

    `more`: in so many stories beyond those in `ran`.
    """

    ran: list[Ran] = field(default_factory=list)
    desk: list[StoryPhoto] = field(default_factory=list)
    more: int = 0


def uses_of(
    photos: Sequence[Photo], person: User, at: dt.datetime, most: int = USES_SHOWN
) -> dict[int, Uses]:
    """What ran where and when until `at`, by photo, and the stories that `person` may see."""
    found = {photo.pk: Uses() for photo in photos}
    shown: dict[int, list[tuple[int, dt.datetime]]] = {}
    ran = PublishedPicture.objects.filter(
        photo__in=found, row__live_from__lte=at, row__redaction__isnull=True
    )
    firsts = ran.values_list("photo", "row__story").annotate(first=Min("row__live_from"))
    for photo, story, first in firsts.order_by("-first")[:MOST_USES]:
        shown.setdefault(photo, []).append((story, first))
    stories = {story for pairs in shown.values() for story, _first in pairs[:most]}
    live = _live(stories, at)
    places = _places(stories, at)
    for photo, pairs in shown.items():
        uses = found[photo]
        uses.more = max(0, len(pairs) - most)
        uses.ran = [
            Ran(*live.get(story, ("", "")), first, places.get(story, ""))
            for story, first in pairs[:most]
        ]
    visible = access.visible_stories(person).values("pk")
    with_it = StoryPhoto.objects.filter(photo__in=found, story__in=visible)
    for use in with_it.select_related("story").order_by("-story__updated_at")[:MOST_USES]:
        uses = found[use.photo_id]
        if len(uses.desk) < most and use.story_id not in {
            story for story, _first in shown.get(use.photo_id, [])
        }:
            uses.desk.append(use)
    return found


def uses_of_one(photo: Photo, person: User) -> Uses:
    """Where one photo ran, as far back as its own page shows it."""
    return uses_of([photo], person, timezone.now(), USES_ON_ITS_PAGE)[photo.pk]


def _live(stories: set[int], at: dt.datetime) -> dict[int, tuple[str, str]]:
    """The headlines with which these stories are live, and their addresses."""
    rows = PublishedStory.objects.live(at).filter(story__in=stories).order_by()
    return {
        story: (headline, address.story(story, slug))
        for story, headline, slug in rows.values_list("story", "payload__headline", "slug")
    }


def _places(stories: set[int], at: dt.datetime) -> dict[int, str]:
    """The issue and page on which these stories stood first."""
    slots = PublishedSlot.objects.filter(
        story_id__in=stories, row__live_from__lte=at, row__act=Act.PUBLISH
    )
    found: dict[int, str] = {}
    for story, day, number, name in slots.order_by("row__live_from").values_list(
        "story_id", "row__date", "page_number", "page_name"
    ):
        page = _("page %(number)s") % {"number": number}
        found.setdefault(story, f"{day:%Y-%m-%d} {page} {name}".strip())
    return found


# -- the sheet -----------------------------------------------------------------------------------


@dataclass
class Print:
    """A photo on the sheet: itself, what holds it back from the web, and its uses."""

    photo: Photo
    uses: Uses
    marks: list[tuple[str, str]]  # a kind for the style, and words


def prints(photos: Sequence[Photo], person: User, at: dt.datetime) -> list[Print]:
    uses = uses_of(photos, person, at)
    return [Print(photo, uses[photo.pk], marks_of(photo, at)) for photo in photos]


def marks_of(photo: Photo, at: dt.datetime) -> list[tuple[str, str]]:
    """What somebody who thinks of using a photo has to know first."""
    marks: list[tuple[str, str]] = []
    if photo.retired_at is not None:
        return [("bad", _("retired"))]
    if not photo.web_allowed:
        marks.append(("bad", _("not for the web")))
    if photo.expires_at is not None:
        day = {"day": timezone.localtime(photo.expires_at).strftime("%Y-%m-%d")}
        if photo.expires_at <= at:
            marks.append(("bad", _("rights ran out on %(day)s") % day))
        elif photo.expires_at <= at + readiness.RUNS_OUT_SOON:
            marks.append(("warn", _("rights until %(day)s") % day))
    if photo.replaced_by_id is not None:
        marks.append(("warn", _("replaced")))
    if not photo.checked:
        marks.append(("warn", _("details not checked yet")))
    return marks


def sheet_of(photos: PhotoQuerySet, before: str) -> tuple[list[Photo], int | None]:
    """A sheet's photos, those after the photo numbered `before`, and where the next one begins."""
    if choosing.is_key(before):
        last = Photo.objects.filter(pk=int(before)).values_list("created_at", "pk").first()
        if last is not None:
            photos = photos.filter(
                Q(created_at__lt=last[0]) | Q(created_at=last[0], pk__lt=last[1])
            )
    rows = list(
        photos.select_related("photographer").defer("found", "instructions")[: ON_A_SHEET + 1]
    )
    more = len(rows) > ON_A_SHEET
    rows = rows[:ON_A_SHEET]
    return rows, rows[-1].pk if more else None


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The library's screen. Asked for with `pick`, only the prints, for a story's own screen."""
    person = cast(User, request.user)
    if not person.has_perm("articles.view_photo"):
        raise PermissionDenied
    at = timezone.now()
    form = LibraryForm(request.GET)
    rows, after = sheet_of(form.photos(at, person), request.GET.get("before", ""))
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context: dict[str, Any] = {
        "form": form,
        "prints": prints(rows, person, at),
        "asked": urlencode(asked),
        "is_narrowed": form.narrowed,
        "after": after,
        "is_first": "before" not in request.GET,
    }
    if "pick" in request.GET:
        return render(request, "admin/articles/photo/pick.html", context)
    context |= {
        **admin.site.each_context(request),
        "title": Photo._meta.verbose_name_plural,
        "opts": Photo._meta,
    }
    return render(request, "admin/articles/photo/library.html", context)
