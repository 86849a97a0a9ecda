"""What a story or an issue still lacks."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Issue, Page, Photo, Read, Story


def missing(
    story: Story, *, photos: Sequence[Photo] | None = None, at: dt.datetime | None = None
) -> list[str]:
    """What a story must have before it can be submitted or passed on. Empty: nothing.

    `photos`: the story's, where they are at hand; they are asked for otherwise.
    """
    if photos is None:
        photos = [use.photo for use in story.story_photos.select_related("photo")]
    lacks = []
    if not story.headline.strip():
        lacks.append(_("a headline"))
    if not story.section_id:
        lacks.append(_("a section"))
    if not story.body.strip() and not photos:
        lacks.append(_("a text or a photo"))
    if story.release == Story.Release.EMBARGO and not story.embargo_until:
        lacks.append(_("the end of the embargo"))
    at = at or timezone.now()
    shown_from = max(at, story.embargo_until or at)
    return lacks + [why for photo in photos if (why := not_to_be_shown(photo, shown_from))]


def not_to_be_shown(photo: Photo, at: dt.datetime) -> str:
    """Why the web edition may not show a photo at `at`, as something that a story still needs."""
    named = {"photo": str(photo)}
    if photo.retired_at is not None:
        return _("another photo than “%(photo)s”, which was retired") % named
    if not photo.web_allowed:
        return _("another photo than “%(photo)s”, whose terms forbid the web") % named
    if photo.expires_at is not None and photo.expires_at <= at:
        return _("another photo than “%(photo)s”, whose rights ran out on %(day)s") % {
            **named,
            "day": timezone.localtime(photo.expires_at).strftime("%Y-%m-%d"),
        }
    return ""


RUNS_OUT_SOON = dt.timedelta(days=30)


def warnings(story: Story) -> list[str]:
    """What an editor should look at; nothing is held back by it."""
    warned = []
    if not story.bylines.exists():
        warned.append(_("No byline."))
    for use in story.story_photos.select_related("photo"):
        if not use.photo.alt:
            warned.append(_("A photo has no words for readers who cannot see it."))
        if not (use.caption or use.photo.caption):
            warned.append(_("A photo has no caption."))
        if not use.photo.credit:
            warned.append(_("A photo has no credit."))
        if not use.photo.checked:
            warned.append(_("Nobody has checked yet what a photo’s file says of it."))
        soon = use.photo.expires_at
        if soon is not None and timezone.now() < soon < timezone.now() + RUNS_OUT_SOON:
            warned.append(_("The rights to a photo run out within a month."))
    return warned


def standing_reads(story: Story, content: str) -> set[str]:
    """The reads that stand on this content, by step. `content` is the story's content digest.

    Reads from before the story last came back from being a draft count as long as the content is
    the same: nothing changed since they were made.
    """
    return set(Read.objects.filter(story=story, content=content).values_list("step", flat=True))


def issue_warnings(issue: Issue, pages: Sequence[Page] | None = None) -> list[str]:
    """What an issue lacks for its hour; an issue is scheduled all the same.

    `pages`: the issue's, with placements and their stories, where these are at hand.
    """
    warned: list[str] = []
    if pages is None:
        pages = list(issue.pages.prefetch_related("placements__story"))
    if not pages:
        warned.append(_("The issue has no pages."))
    for page in pages:
        placements = list(page.placements.all())
        if not placements:
            warned.append(_("Page %(page)s has no stories.") % {"page": page.number})
        warned += [
            _("Page %(page)s: “%(story)s” is not signed off and will be missing.")
            % {"page": page.number, "story": story.headline}
            for story in _not_signed(placement.story for placement in placements if placement.story)
        ]
    return warned


def _not_signed(stories: Iterable[Story]) -> list[Story]:
    return [story for story in stories if story.status != Story.Status.SIGNED_OFF]
