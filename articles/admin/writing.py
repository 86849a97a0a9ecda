"""What the writing screen asks of the server while somebody writes.

`pulse` keeps the unsaved words, says who else sits at the story and what the proofing aids found;
`paste` cleans what is pasted; `suggest` completes names and tags. Signing in again happens in
place. All of it is JSON for `writing.js`; without it the form works as any form.
"""

import json
import re
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from articles.admin import panels, story_form
from articles.models import Contributor, Seat, Story, Tag, User, WorkingCopy
from articles.rules import access, history, seats, working_copies
from articles.text import pasting

if TYPE_CHECKING:
    from articles.admin.stories import StoryAdmin

LONGEST_PASTE = 4_000_000
SUGGESTIONS = 8


def urls(stories: "StoryAdmin") -> list[Any]:
    """The addresses under a story's that only the writing screen asks."""

    def asked(address: str, view: Any, name: str) -> Any:
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            # Not Django's redirect to the sign-in page: the screen asks for the password itself.
            if not stories.admin_site.has_permission(request):
                return JsonResponse({"sign_in": True}, status=401)
            response: HttpResponse = view(stories, request, **kwargs)
            response.headers["Cache-Control"] = "no-store, private"
            return response

        return path(address, answer, name=f"articles_story_{name}")

    return [
        asked("pulse/", pulse, "pulse_new"),
        asked("<int:pk>/pulse/", pulse, "pulse"),
        asked("paste/", paste, "paste"),
        asked("suggest/<str:what>/", suggest, "suggest"),
        asked("unsaved/drop/", drop, "drop_unsaved"),
        path("sign-in-again/", sign_in_again, name="articles_story_sign_in_again"),
    ]


# -- unsaved words -------------------------------------------------------------------------------


def unsaved(by: User, story: Story | None) -> list[WorkingCopy]:
    """What this person typed and did not save: of the story, or of stories not begun yet."""
    mine = WorkingCopy.objects.filter(person=by)
    found = mine.filter(story=story) if story else mine.filter(story=None)
    return list(found[:10])


def form_key(request: HttpRequest, taken_up: WorkingCopy | None) -> str:
    """The key under which a form's words are kept.

    What is taken up goes on under a new one: its own window may still be open, and is typed in.
    """
    posted: str = "" if taken_up is not None else request.POST.get("_copy", "")
    return posted if working_copies.FORM_KEY(posted) else working_copies.new_form_key()


def took(request: HttpRequest, taken_up: WorkingCopy | None) -> str:
    """The mark of the words that a form took up, which go once its own are kept or saved."""
    if taken_up is not None:
        return working_copies.mark(taken_up)
    posted: str = request.POST.get("_took", "")[:120]
    return posted


def take_up(request: HttpRequest, story: Story | None) -> WorkingCopy | None:
    """Where unsaved words are to be taken up, give the form these words, as if just typed.

    The form then comes back with them and saves nothing: `StoryForm.taking_up`.
    """
    asked = request.GET.get("take_up", "")
    if request.method != "GET" or not asked:
        return None
    by = cast(User, request.user)
    copy = working_copies.find(by, asked[:60], story)
    if copy is None or (story is not None and not access.may_edit(by, story)):
        return None
    request.method = "POST"
    request.POST = story_form.as_posted(copy.fields, story)  # type: ignore[assignment]
    request._files = MultiValueDict()  # type: ignore[attr-defined]  # else the body is read again
    request.taking_up = True  # type: ignore[attr-defined]
    return copy


def pulse(stories: "StoryAdmin", request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Keep what was typed, keep the seat, and tell the screen what it should show.

    POST: the form as it is, where something was typed since the last time; `_window` the window's
    own key; `_act` "ask", "take_over" or "leave" for the seat. Answers {"kept", "seat", "newer",
    "panels"}.
    """
    if request.method != "POST":
        return JsonResponse({}, status=405)
    by = cast(User, request.user)
    story = stories.visible(request, pk) if pk is not None else None
    answer: dict[str, Any] = {"kept": "", "seat": None}
    window = request.POST.get("_window", "")[:40]
    if story is not None and window:
        answer |= _sit(request, story, by, window)
    if "headline" in request.POST:
        if story is not None and not access.may_edit(by, story):
            answer["closed"] = _("The story was moved on and cannot be written on now.")
        if story is None and not by.has_perm("articles.add_story"):
            return JsonResponse({"closed": _("Your role does not write stories.")}, status=403)
        answer |= _keep(request, story, by)
    return JsonResponse(answer)


def _keep(request: HttpRequest, story: Story | None, by: User) -> dict[str, Any]:
    data = request.POST.copy()
    for name in list(data):
        if name.startswith("_") or name == "csrfmiddlewaretoken":
            del data[name]
    key = working_copies.key_of(story, request.POST.get("_copy" if story else "key", ""))
    fields = data.urlencode()
    if not key or len(fields) > working_copies.LONGEST:
        return {"kept": ""}
    now = timezone.now()
    mark = request.POST.get("_took", "") if story else ""
    headline = data.get("headline", "")
    working_copies.keep(by, key, fields, story=story, headline=headline, took=mark, at=now)
    language = data.get("language") or (story.language if story else "zh-hans")
    texts = {name: data.get(name, "") for name in panels.TEXTS}
    found = panels.of_texts(story, texts, data.get("byline_line", "")[:120], language)
    return {
        "kept": timezone.localtime(now, story.edition.zone if story else None).strftime("%H:%M:%S"),
        "panels": panels.as_html(found),
    }


def _sit(request: HttpRequest, story: Story, by: User, window: str) -> dict[str, Any]:
    last = history.latest(story)
    answer: dict[str, Any] = {
        "newer": {
            "version": last.number if last else 0,
            "who": str(last.by) if last else "",
            "mine": bool(last and last.by_id == by.pk),
        }
    }
    if not access.may_edit(by, story):
        return answer
    act = request.POST.get("_act", "")
    if act == "leave":
        seats.leave(story, window)
        return answer
    if act == "take_over":
        seat: Seat = seats.take_over(story, by, window)
    else:
        seat = seats.sit(story, by, window)
        if act == "ask":
            seats.ask(story, by)
    mine = seat.window == window
    return answer | {
        "seat": {
            "mine": mine,
            "who": str(seat.person),
            "same_person": seat.person_id == by.pk,
            "since": timezone.localtime(seat.since, story.edition.zone).strftime("%H:%M"),
            "asked_by": str(seat.asked_by) if mine and seat.asked_by else "",
        }
    }


def drop(stories: "StoryAdmin", request: HttpRequest) -> HttpResponse:
    """Throw unsaved words away: the person chose so."""
    if request.method != "POST":
        return JsonResponse({}, status=405)
    key = request.POST.get("key", "")
    working_copies.drop(cast(User, request.user), key)
    if request.POST.get("_json"):
        return JsonResponse({})
    if of_story := re.match(r"story-(\d{1,18})(?!\d)", key):
        return HttpResponseRedirect(reverse("admin:articles_story_change", args=[of_story[1]]))
    return HttpResponseRedirect(reverse("admin:articles_story_add"))


# -- pasting and completing ----------------------------------------------------------------------


def paste(stories: "StoryAdmin", request: HttpRequest) -> HttpResponse:
    """Pasted HTML or text as a clean body."""
    if request.method != "POST" or not stories.has_add_permission(request):
        return JsonResponse({}, status=405 if request.method != "POST" else 403)
    html, text = request.POST.get("html", ""), request.POST.get("text", "")
    if len(html) > LONGEST_PASTE or len(text) > LONGEST_PASTE:
        return JsonResponse({"html": ""}, status=413)
    language = request.POST.get("language", "")
    cleaned = pasting.from_html(html, language) if html.strip() else pasting.from_text(text)
    return JsonResponse({"html": cleaned})


def suggest(stories: "StoryAdmin", request: HttpRequest, what: str) -> HttpResponse:
    """Names and tags that begin with, or hold, what was typed: {"found": [{"value", "about"}]}."""
    typed = request.GET.get("q", "").strip()[:60]
    user = cast(User, request.user)
    if what == "tags" and user.has_perm("articles.view_tag"):
        tags = Tag.objects.filter(name__icontains=typed).order_by("name")[:SUGGESTIONS]
        found = [{"value": tag.name, "about": ""} for tag in tags]
    elif what == "people" and user.has_perm("articles.view_contributor"):
        people = Contributor.objects.filter(
            Q(name__icontains=typed) | Q(sort_key__startswith=typed.lower())
        )
        found = [
            {"value": person.name, "about": str(person.get_kind_display())}
            for person in people[:SUGGESTIONS]
        ]
    elif what == "colleagues":
        staff = User.objects.filter(is_active=True, is_staff=True).order_by("username")
        named = [
            person
            for person in staff
            if typed.lower() in f"{person} {person.get_username()}".lower()
        ]
        found = [
            {"value": str(person), "about": person.get_username()} for person in named[:SUGGESTIONS]
        ]
    else:
        raise Http404
    return JsonResponse({"found": found})


# -- a session that ended while somebody wrote ---------------------------------------------------


@sensitive_post_parameters("password")
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign in from the writing screen, without leaving it. Answers the new CSRF token.

    Only the person whose words are on the screen: somebody else would save them as their own.
    """
    if request.method != "POST":
        return JsonResponse({}, status=405)
    form = AuthenticationForm(request, data=request.POST)
    if not form.is_valid():
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"errors": wrong}, status=400)
    user = form.get_user()
    if str(user.pk) != request.POST.get("person") or not user.is_staff:
        return JsonResponse(
            {"errors": [_("Somebody else's words are on this screen. Sign in as them.")]},
            status=400,
        )
    login(request, user)
    return HttpResponse(json.dumps({"token": get_token(request)}), content_type="application/json")
