"""What a story or an issue still lacks."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Page, Photo, Placement, Read, Story


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


@dataclass(frozen=True)
class Lack:
    """Something that an issue's plan lacks, in words, and where: what to go to and mend."""

    kind: str
    words: str
    page: int | None = None
    placement: int | None = None
    story: int | None = None


OVER = 1.1  # a text may be a tenth longer than planned before it is pointed at


def plan_lacks(
    pages: Sequence[Page],
    *,
    illustrated: Collection[int] | None = None,
    lengths: Mapping[int, int] | None = None,
) -> list[Lack]:
    """Everything that the pages of an issue lack, page by page. No query where they come whole.

    `pages` come with placements and their stories. `illustrated`: the numbers of the stories with
    a photo; `lengths`: by the number of each story, its text's length in characters or words.
    What is not given is not judged.
    """
    if not pages:
        return [Lack("no_pages", _("The issue has no pages."))]
    found: list[Lack] = []
    for page in pages:
        found += _page_lacks(page, list(page.placements.all()), illustrated, lengths)
    return found


def _page_lacks(
    page: Page,
    placements: list[Placement],
    illustrated: Collection[int] | None,
    lengths: Mapping[int, int] | None,
) -> list[Lack]:
    at = {"page": page.number}
    found: list[Lack] = []
    if not placements:
        found.append(Lack("empty", _("Page %(page)s has no stories.") % at, page.pk))
    elif all(one.weight != Placement.Weight.LEAD for one in placements):
        found.append(Lack("no_lead", _("Page %(page)s has no lead.") % at, page.pk))
    if placements and illustrated is not None and not _has_picture(placements, illustrated):
        found.append(Lack("no_picture", _("Page %(page)s has no picture.") % at, page.pk))
    if lengths is not None and page.room:
        filled = sum(space_of(one, lengths) for one in placements)
        if filled > page.room:
            said = _("Page %(page)s is overfull: %(filled)d of %(room)d.")
            found.append(
                Lack("overfull", said % {**at, "filled": filled, "room": page.room}, page.pk)
            )
    names = (
        (page.editor, _("editor")),
        (page.designer, _("designer")),
        (page.proofreader, _("proofreader")),
    )
    if without := [what for name, what in names if not name]:
        said = _("Page %(page)s: no name for %(what)s.") % {**at, "what": _(", ").join(without)}
        found.append(Lack("no_credits", said, page.pk))
    for one in placements:
        found += _place_lacks(page, one, lengths)
    return found


def _place_lacks(
    page: Page, placement: Placement, lengths: Mapping[int, int] | None
) -> Iterable[Lack]:
    at = {"page": page.number}
    story = placement.story
    if story is None:
        said = _("Page %(page)s: a place is kept for “%(label)s”.") % {
            **at,
            "label": placement.label or placement.get_weight_display(),
        }
        yield Lack("kept", said, page.pk, placement.pk)
        return
    named = {**at, "story": story.headline}
    if story.status != Story.Status.SIGNED_OFF:
        said = _("Page %(page)s: “%(story)s” is not signed off and will be missing.") % named
        yield Lack("unsigned", said, page.pk, placement.pk, story.pk)
    length = (lengths or {}).get(story.pk)
    if length and placement.planned_length and length > placement.planned_length * OVER:
        said = _("Page %(page)s: “%(story)s” is %(over)d too long.") % {
            **named,
            "over": length - placement.planned_length,
        }
        yield Lack("too_long", said, page.pk, placement.pk, story.pk)


def space_of(placement: Placement, lengths: Mapping[int, int]) -> int:
    """The room that a placement takes: as planned, else as long as its text is."""
    if placement.planned_length:
        return placement.planned_length
    return lengths.get(placement.story_id, 0) if placement.story_id else 0


def _has_picture(placements: Iterable[Placement], illustrated: Collection[int]) -> bool:
    return any(
        one.weight == Placement.Weight.PICTURE or one.story_id in illustrated for one in placements
    )
