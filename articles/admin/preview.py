"""Preview: the readers' own screens at another instant, or of an unsaved freeze of a draft.

For people at the desk only; never cached, never indexed. Pictures that are not public yet come
from the desk's own address.
"""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.admin.page_sheets import sheets_at
from articles.admin.photos import COPIES
from articles.models import Issue, PublishedIssue, PublishedStory, Story
from articles.rules import snapshot
from articles.web import screens
from articles.web.chrome import Masthead


def of_story(request: HttpRequest, story: Story, at: dt.datetime) -> HttpResponse:
    """The story's page as readers would get it, if it were signed off as it is now."""
    row = snapshot.freeze(story).row
    row.live_from = row.published_at = at
    chrome = Masthead().by_pk(row.edition_id)
    return _private(screens.story_screen(request, chrome, row, at, pictures_at=_pictures_at()))


def of_issue(
    request: HttpRequest, issue: Issue, at: dt.datetime, page_number: str = ""
) -> HttpResponse:
    """The issue, or a page of it, as readers have it at `at`.

    Where the record has no issue for that instant yet, its plan is frozen as it is now: stories on
    it are shown as far as the record has them then, or as far as they are signed off.
    """
    chrome = Masthead().by_pk(issue.edition_id)
    row = PublishedIssue.objects.live(at).filter(issue=issue).first()
    extra: list[PublishedStory] = []
    if row is None:
        row = snapshot.freeze_issue(issue).row
        row.live_from = at
        extra = [
            _unsaved(story, at)
            for story in Story.objects.filter(
                placements__page__issue=issue, status=Story.Status.SIGNED_OFF
            ).distinct()
        ]
    if page_number:
        response = screens.page_screen(
            request,
            chrome,
            row,
            page_number,
            at,
            pictures_at=_pictures_at(),
            sheets_at=sheets_at(),
            extra=extra,
        )
    else:
        response = screens.issue_screen(
            request,
            chrome,
            row,
            at,
            pictures_at=_pictures_at(),
            sheets_at=sheets_at(),
            extra=extra,
        )
    return _private(response)


def _unsaved(story: Story, at: dt.datetime) -> PublishedStory:
    row = snapshot.freeze(story).row
    row.live_from = row.published_at = at
    return row


def _pictures_at() -> str:
    """The folder of preview pictures, at the desk's own address."""
    return reverse(COPIES, args=["0", 1, "jpg"]).rsplit("/", 1)[0] + "/"


def _private(response: HttpResponse) -> HttpResponse:
    """Never kept by a cache, never indexed; and it says what it is."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    words = _("Preview. Readers do not see this.")
    banner = f'<p class="preview" role="status">{words}</p>'
    response.content = response.content.replace(
        b'<a class="skip"', banner.encode() + b'<a class="skip"', 1
    )
    return response
