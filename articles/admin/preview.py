"""The readers' own screens for people at the desk: as of any instant, and of what is not signed off.

An address is `/admin/at/<instant>/<wish>/<readers' address>`. The screen at the readers' address is
made by the readers' own code, as of that instant; its links lead on in the same way, because
addresses inside are made under that prefix. What was not signed off is shown by a rehearsal
(`rules.publishing.rehearsal`). Nothing of it is kept by a cache, indexed, or linked in public.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import cast

from csp.constants import SELF
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import ResolverMatch, get_script_prefix, resolve, reverse, set_script_prefix
from django.urls.exceptions import Resolver404
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.admin.page_sheets import sheets_at
from articles.admin.photos import COPIES
from articles.models import Edition, Issue, PublishedIssue, PublishedStory, Story, User
from articles.models.record import Act
from articles.rules import publishing, years
from articles.web import clock
from articles.web.chrome import Masthead, render

# The readers' screens that can be looked at as of an instant. Each asks `clock.now()`.
SHOWN = frozenset(
    {
        "front",
        "edition",
        "issue",
        "page",
        "story",
        "section",
        "tag",
        "contributor",
        "archive",
        "archive-month",
        "search",
        "corrections",
    }
)
RECORD = "record"
FORMAT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class Wish:
    """What is shown beside the record: nothing, a story as it is now, or an issue's plan.

    `unsigned`: the stories on the issue's plan with their changes that are not signed off yet.
    """

    story: Story | None = None
    issue: Issue | None = None
    unsigned: bool = False

    def __str__(self) -> str:
        if self.story is not None:
            return f"story-{self.story.pk}"
        if self.issue is not None:
            return f"issue-{self.issue.pk}" + ("-all" if self.unsigned else "")
        return RECORD

    @property
    def edition(self) -> Edition | None:
        if self.story is not None:
            return self.story.edition
        return self.issue.edition if self.issue else None


def wish_of(word: str) -> Wish:
    """The wish that an address names. Raises Http404 where it names none."""
    if word == RECORD:
        return Wish()
    if not (named := re.fullmatch(r"(story|issue)-(\d{1,15})(-all)?", word)):
        raise Http404
    number = int(named[2])
    if named[1] == "story":
        story = Story.objects.select_related("edition").filter(pk=number).first()
        if story is None:
            raise Http404
        return Wish(story=story)
    issue = Issue.objects.select_related("edition").filter(pk=number).first()
    if issue is None:
        raise Http404
    return Wish(issue=issue, unsigned=bool(named[3]))


def address_at(at: dt.datetime, wish: Wish, path: str = "/") -> str:
    """Where the desk looks at the readers' address `path` as of `at`."""
    stamp = at.astimezone(dt.UTC).strftime(FORMAT).replace(".000000", "")
    plain, mark, query = path.lstrip("/").partition("?")
    return (
        reverse("admin:look", args=[stamp, str(wish), *([plain] if plain else [])]) + mark + query
    )


def instant_of(stamp: str) -> dt.datetime:
    """The instant that an address names, 20310303T060000Z. Raises Http404 where it names none."""
    for written in (FORMAT, "%Y%m%dT%H%M%SZ"):
        try:
            at = dt.datetime.strptime(stamp, written).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
        if years.holds(at):
            return at
    raise Http404


def of_story(request: HttpRequest, story: Story, at: dt.datetime) -> HttpResponse:
    """The story's page as readers would get it, if it were signed off as it is now."""
    path = reverse("web:story", args=[story.pk, story.slug])
    return shown(request, Wish(story=story), at, path)


def of_issue(
    request: HttpRequest,
    issue: Issue,
    at: dt.datetime,
    page_number: str = "",
    *,
    unsigned: bool = False,
) -> HttpResponse:
    """The issue, or a page of it, as readers have it at `at`.

    Where the record has no issue for that instant yet, its plan is rehearsed as it is now: stories
    on it are shown as far as the record has them then, or as far as they are signed off; with
    `unsigned`, all of them, as they are now.
    """
    path = issue.get_absolute_url() + (f"{page_number}/" if page_number else "")
    return shown(request, Wish(issue=issue, unsigned=unsigned), at, path)


def shown(request: HttpRequest, wish: Wish, at: dt.datetime, path: str) -> HttpResponse:
    """The readers' screen at `path` as of `at`, with what `wish` adds, under a banner."""
    match = screen_at(path)
    sheet = static("newsroom/preview.css")  # asked for first: it is no part of what is prefixed
    prefix = address_at(at, wish)
    with ExitStack() as stack:
        instant = stack.enter_context(_as_if(cast(User, request.user), wish, at))
        stack.enter_context(clock.looking(instant, _pictures_at(), sheets_at()))
        stack.enter_context(_links_under(prefix))
        try:
            if match is None:
                raise Http404
            response = cast(HttpResponse, match.func(request, *match.args, **match.kwargs))
        except Http404:
            response = render(
                request, "web/not_found.html", Masthead().first(), instant, {}, status=404
            )
        redacted = _redacted(match, instant)
    edition = wish.edition or edition_of(match)
    banner = render_to_string(
        "admin/articles/look/banner.html",
        {
            "wish": wish,
            "shows": in_words(wish),
            "at": timezone.localtime(at, edition.zone) if edition else at,
            "zone": edition.time_zone if edition else "UTC",
            "path": path,
            "is_past": at <= timezone.now(),
            "no_screen": match is None,
            "redacted": redacted,
            "framed": request.headers.get("Sec-Fetch-Dest") == "iframe",
            "machine": reverse("admin:time_machine"),
        },
        request,
    )
    return private(response, banner, sheet)


def screen_at(path: str) -> ResolverMatch | None:
    """The readers' screen at an address; None where there is none, or no page."""
    try:
        match = resolve("/" + path.lstrip("/").split("?")[0])
    except (Resolver404, ValueError):
        return None
    return match if match.namespaces == ["web"] and match.url_name in SHOWN else None


def edition_of(match: ResolverMatch | None) -> Edition | None:
    """The edition that a readers' address names, or the paper's first."""
    editions = list(Edition.objects.all())
    named = match.kwargs.get("edition") if match else None
    return next((one for one in editions if one.slug == named), editions[0] if editions else None)


def private(response: HttpResponse, banner: str = "", sheet: str = "") -> HttpResponse:
    """Never kept by a cache, never indexed, in a frame of the desk alone; and it says what it is."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    if banner and response.get("Content-Type", "").startswith("text/html"):
        html = response.content.decode()
        html = re.sub(r"(<body[^>]*>)", lambda body: body[1] + banner, html, count=1)
        link = f'<link rel="stylesheet" href="{sheet}">'
        html = html.replace("</head>", f'{link}<meta name="robots" content="noindex"></head>', 1)
        response.content = html.encode()
    return response


@contextmanager
def _as_if(by: User, wish: Wish, at: dt.datetime) -> Iterator[dt.datetime]:
    """The record with what is wished for, and the instant at which to look."""
    stories: list[Story] = [wish.story] if wish.story else []
    plan = None
    if wish.issue is not None:
        placed = Story.objects.filter(placements__page__issue=wish.issue).distinct()
        planned = PublishedIssue.objects.live(at).filter(issue=wish.issue)
        if wish.unsigned:
            stories, plan = _due(placed.exclude(status=Story.Status.KILLED), at), wish.issue
        elif not planned.exists():
            signed = placed.filter(status=Story.Status.SIGNED_OFF)
            known = PublishedStory.objects.live(at).values("story")
            stories, plan = _due(signed.exclude(pk__in=known), at), wish.issue
    if not stories and plan is None:
        yield at
        return
    with publishing.rehearsal(by, at, stories=stories, issue=plan) as instant:
        yield instant


def _due(stories: Iterable[Story], at: dt.datetime) -> list[Story]:
    """Those of these stories that neither an embargo nor a planned end keeps from `at`."""
    return [
        story
        for story in stories
        if (story.embargo_until is None or story.embargo_until <= at)
        and (story.live_until is None or story.live_until > at)
    ]


@contextmanager
def _links_under(prefix: str) -> Iterator[None]:
    """Addresses made inside lead on under `prefix`, and so stay within what is looked at."""
    for name in ("STATIC_URL", "MEDIA_URL"):
        getattr(
            settings, name
        )  # Django keeps them with the prefix at which they are first asked for
    plain = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(plain)


def _redacted(match: ResolverMatch | None, at: dt.datetime) -> int:
    """How many stories of this screen were live at `at` and have been redacted since."""
    rows = PublishedStory.objects.as_of(at).filter(act=Act.PUBLISH, redaction__isnull=False)
    if match is None:
        return 0
    if match.url_name == "story":
        return rows.filter(story_id=match.kwargs["story_id"]).count()
    if match.url_name in ("issue", "page"):
        issues = PublishedIssue.objects.live(at).filter(
            edition__slug=match.kwargs["edition"], date=match.kwargs["date"]
        )
        return rows.filter(story_id__in=issues.values("slots__story_id")).count()
    return 0


def _pictures_at() -> str:
    """The folder of preview pictures, at the desk's own address."""
    return reverse(COPIES, args=["0", 1, "jpg"]).rsplit("/", 1)[0] + "/"


def in_words(wish: Wish) -> str:
    """What a wish adds to the record, for the banner and the form."""
    if wish.story is not None:
        return _("“%(story)s” as it is now, not signed off") % {"story": wish.story.headline}
    if wish.issue is not None and wish.unsigned:
        return _("%(issue)s with all its stories as they are now") % {"issue": wish.issue}
    if wish.issue is not None:
        return _("%(issue)s as it is planned and signed off") % {"issue": wish.issue}
    return _("what is published or scheduled")
