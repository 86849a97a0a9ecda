"""What a story or an issue still lacks."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from articles.models import Issue, Page, Read, Story


def missing(story: Story, *, has_photos: bool | None = None) -> list[str]:
    """What a story must have before it can be submitted or passed on. Empty: nothing.

    `has_photos`: where that is known already; it is asked for otherwise.
    """
    lacks = []
    if not story.headline.strip():
        lacks.append(_("a headline"))
    if not story.section_id:
        lacks.append(_("a section"))
    if not story.body.strip():
        if has_photos is None:
            has_photos = story.story_photos.exists()
        if not has_photos:
            lacks.append(_("a text or a photo"))
    if story.release == Story.Release.EMBARGO and not story.embargo_until:
        lacks.append(_("the end of the embargo"))
    return lacks


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
