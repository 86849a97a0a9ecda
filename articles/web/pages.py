"""Front, issue, page and story: what the addresses answer, always as of now."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from articles.models import PublishedIssue, PublishedStory
from articles.models.record import Act
from articles.web import clock, companions, screens
from articles.web.chrome import ASK_AGAIN, Chrome, Masthead
from articles.web.statements import Statement


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return screens.front_screen(request, Masthead().first(), clock.now())


@require_safe
def edition_front(request: HttpRequest, edition: str) -> HttpResponse:
    return screens.front_screen(request, Masthead().by_slug(edition), clock.now())


@require_safe
def issue(request: HttpRequest, edition: str, date: dt.date) -> HttpResponse:
    chrome, at = Masthead().by_slug(edition), clock.now()
    return screens.issue_screen(request, chrome, live_issue(chrome, date, at), at)


@require_safe
def page(request: HttpRequest, edition: str, date: dt.date, number: str) -> HttpResponse:
    chrome, at = Masthead().by_slug(edition), clock.now()
    return screens.page_screen(request, chrome, live_issue(chrome, date, at), number, at)


@require_safe
def story(request: HttpRequest, story_id: int, slug: str) -> HttpResponse:
    at = clock.now()
    row = standing_row(story_id, at)
    if is_gone(row):
        return screens.gone_screen(request, screens.chrome_of(row), row, at)
    if slug != row.slug:
        query = request.META.get("QUERY_STRING", "")
        moved = HttpResponsePermanentRedirect(
            row.get_absolute_url() + (f"?{query}" if query else "")
        )
        # Kept for good it would turn in a circle once the slug is changed back.
        moved.headers["Cache-Control"] = ASK_AGAIN
        return moved
    return screens.story_screen(request, screens.chrome_of(row), row, at)


def standing_row(story_id: int, at: dt.datetime) -> PublishedStory:
    """The row of a story that stands at `at`, withdrawals too. Raises Http404 where none does."""
    if story_id >= 2**63:
        raise Http404
    row = _standing.first(at, story_id)
    if row is None:
        raise Http404
    return row


_standing = Statement(
    PublishedStory,
    lambda at, story: (
        companions.with_place(PublishedStory.objects.as_of(at).filter(story_id=story), at)
        .defer("search_text")
        .order_by("-live_from", "-pk")[:1]
    ),
)


def is_gone(row: PublishedStory) -> bool:
    return row.act == Act.WITHDRAW or row.redaction_id is not None


def live_issue(chrome: Chrome, date: dt.date, at: dt.datetime) -> PublishedIssue:
    """The edition's issue of `date` as readers have it at `at`. Raises Http404 where none is."""
    row = _live_issue.first(at, chrome.edition.pk, date)
    if row is None:
        raise Http404
    row.edition = chrome.edition  # read already, with the masthead
    return row


_live_issue = Statement(
    PublishedIssue,
    lambda at, edition, date: PublishedIssue.objects.live(at).filter(edition_id=edition, date=date)[
        :1
    ],
)
