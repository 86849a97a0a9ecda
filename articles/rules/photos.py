"""What happens to a photo in the library: its words changed, itself retired or replaced."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Photo, Read, Story, StoryPhoto, User, Version
from articles.rules import cold, history, logbook, publishing, readiness, snapshot, workflow
from articles.rules.acting import act
from articles.rules.refusal import Refused


@act
def changed(photo: Photo, by: User, at: dt.datetime | None = None) -> list[Story]:
    """After a photo's words or crops were saved: every story that shows it is a new version.

    Reads of other words are void, as after any change. Returns the stories.
    """
    publishing.lock_photos([photo])
    stories = list(Story.objects.filter(story_photos__photo=photo).distinct().order_by("pk"))
    for story in stories:
        history.keep(story, by, at, cause=Version.Cause.PHOTO)
        workflow.settle(story, by, at)
    return stories


@act
def crop(
    photo: Photo,
    by: User,
    focal: tuple[int, int],
    crops: dict[str, list[float]],
    at: dt.datetime | None = None,
) -> list[Story]:
    """Keep what matters in a photo, and the parts for its uses that were set by hand.

    `focal`: percent from the left and from the top. `crops`: by use, as in `Photo.crops`. What is
    published stays as it ran until its story is signed off again. Returns the stories concerned.
    Raises Refused without the right.
    """
    if not by.has_perm("articles.change_photo"):
        raise Refused(_("Your role does not change photos."))
    publishing.lock_photos([photo])
    photo = Photo.objects.get(pk=photo.pk)
    if (photo.focal_x, photo.focal_y, photo.crops) == (*focal, crops):
        return []
    photo.focal_x, photo.focal_y = focal
    photo.crops = crops
    photo.save(update_fields=["focal_x", "focal_y", "crops"])
    return changed(photo, by, at)


@act
def retire(photo: Photo, by: User, reason: str, at: dt.datetime | None = None) -> list[int]:
    """Take a photo out of everything published, at once, for legal reasons; it is logged.

    Stories that are live stay, without it, and so do those that wait; its public copies are
    deleted. What is on the desk is not signed off with it any more. Returns the published stories
    concerned, by number. Raises Refused without the right or a reason.
    """
    if not by.has_perm("articles.retire_photo"):
        raise Refused(_("Only a publisher may retire a photo."))
    if not reason.strip():
        raise Refused(_("Say by what order, or why, this photo is retired."))
    publishing.lock_photos([photo])
    photo = Photo.objects.get(pk=photo.pk)
    if photo.retired_at is not None:
        raise Refused(_("This photo is retired already."))
    at = at or timezone.now()
    stories = publishing.exchange(photo, by, at, None)
    Photo.objects.filter(pk=photo.pk).update(retired_at=at, retired_by=by, retired_reason=reason)
    cold.tell_photo(Photo, photo)
    copies = publishing.take_down_copies(photo)
    logbook.write(by, "retire_photo", photo, at=at, reason=reason, stories=stories, pictures=copies)
    return stories


@act
def replace(
    photo: Photo, other: Photo, by: User, reason: str, at: dt.datetime | None = None
) -> list[int]:
    """Put another photo where this one is: on the desk, on past pages and in what waits.

    Readers get it at once, under the captions as they were. Stories under way are read anew, as
    after any change; those signed off stay signed off, by the publisher's word, which is kept as
    an override of their reads. Returns the published stories concerned, by number. Raises Refused
    without the right or a reason, or where the other photo may not be shown.
    """
    if not by.has_perm("articles.replace_photo"):
        raise Refused(_("Only a publisher may replace a photo everywhere."))
    if not reason.strip():
        raise Refused(_("Say why the photo is replaced."))
    if other.pk == photo.pk:
        raise Refused(_("Choose another photo than the one that is to be replaced."))
    publishing.lock_photos([photo, other])
    other.refresh_from_db()
    at = at or timezone.now()
    if needed := readiness.not_to_be_shown(other, at):
        raise Refused(
            _("It cannot be replaced by this one. Needed is %(needed)s.") % {"needed": needed}
        )
    uses = StoryPhoto.objects.filter(photo=photo)
    there = set(StoryPhoto.objects.filter(photo=other).values_list("story", flat=True))
    concerned = list(Story.objects.filter(pk__in=uses.values("story")).order_by("pk"))
    uses.filter(story__in=there).delete()
    uses.update(photo=other)
    stories = publishing.exchange(photo, by, at, other)
    Photo.objects.filter(pk=photo.pk).update(replaced_by=other)
    for story in concerned:
        if story.status == Story.Status.SIGNED_OFF:
            _keep_signed(story, by, reason, at)
        history.keep(story, by, at, cause=Version.Cause.PHOTO)
        workflow.settle(story, by, at)
    logbook.write(
        by,
        "replace_photo",
        photo,
        at=at,
        came_from=str(photo.pk),
        went_to=str(other.pk),
        reason=reason,
        stories=stories,
    )
    return stories


def _keep_signed(story: Story, by: User, reason: str, at: dt.datetime) -> None:
    """The reads of a signed-off story stand for the other photo too, by an override."""
    content = snapshot.content_digest(story)
    Read.objects.bulk_create(
        Read(story=story, step=step, reader=by, at=at, content=content, override_reason=reason)
        for step in workflow.route()
    )
