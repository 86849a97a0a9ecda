"""Preview: the readers' own views at another instant, or of an unsaved freeze of a draft.

Never cached, never indexed, for people at the desk only. Pictures that are not public yet come
from the desk's own address.
"""

import datetime as dt

from django.http import HttpRequest, HttpResponse

from articles.models import Issue, Story
from articles.rules import snapshot


def of_story(request: HttpRequest, story: Story, at: dt.datetime) -> HttpResponse:
    """The story's page as readers would get it, if it were signed off as it is now."""
    row = snapshot.freeze(story).row
    row.live_from = row.published_at = at
    raise NotImplementedError


def of_issue(
    request: HttpRequest, issue: Issue, at: dt.datetime, page_number: str = ""
) -> HttpResponse:
    raise NotImplementedError
