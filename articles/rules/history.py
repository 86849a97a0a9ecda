"""The versions of a story: every save is kept, compared with others, and can be brought back."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from articles.models import (
    Byline,
    Contributor,
    Edition,
    Photo,
    Section,
    Story,
    StoryPhoto,
    Tag,
    User,
    Version,
)
from articles.rules import access, logbook, packages, publishing, snapshot, workflow
from articles.rules.acting import act
from articles.rules.refusal import Refused

# The fields of a story that a version keeps as they are.
PLAIN = (
    "column", "kicker", "headline", "deck", "lead_in", "body", "short_title", "slug", "language",
    "release",
)  # fmt: skip
INSTANTS = ("embargo_until", "live_until")
# Fields that point at something else: to which model.
LINKS: dict[str, type[Edition] | type[Section] | type[Story]] = {
    "edition": Edition,
    "section": Section,
    "package": Story,
}


def content(story: Story) -> dict[str, Any]:
    """A story's whole content as JSON: what a version holds.

    {plain field: str, instant: ISO 8601 or None, link: primary key or None, "tags": [name],
    "bylines": [{name, contributor, role, kind}], "photos": [{photo, caption, grouped}]}
    """
    kept: dict[str, Any] = {name: getattr(story, name) for name in PLAIN}
    for name in INSTANTS:
        instant = getattr(story, name)
        kept[name] = instant.astimezone(dt.UTC).isoformat() if instant else None
    kept |= {name: getattr(story, f"{name}_id") for name in LINKS}
    kept["tags"] = sorted(story.tags.values_list("name", flat=True))
    kept["bylines"] = list(story.bylines.values("name", "contributor", "role", "kind"))
    kept["photos"] = list(story.story_photos.values("photo", "caption", "grouped"))
    return kept


def latest(story: Story) -> Version | None:
    """The version that a story was last saved as."""
    return story.versions.select_related("by").first()


@act
def keep(
    story: Story,
    by: User,
    at: dt.datetime | None = None,
    *,
    cause: str = Version.Cause.SAVED,
) -> Version:
    """Keep a story as it is now as its next version, if it is not as it was last kept."""
    publishing.lock([story.pk])
    last = latest(story)
    fresh = Story.objects.get(pk=story.pk)
    now = content(fresh)
    if last is not None and last.content == now:
        return last
    return Version.objects.create(
        story=story,
        number=last.number + 1 if last else 1,
        by=by,
        at=at or timezone.now(),
        cause=cause,
        content=now,
        digest=snapshot.content_digest(fresh),
    )


@act
def restore(version: Version, by: User, at: dt.datetime | None = None) -> Version:
    """Make an earlier version the newest. Raises Refused where `by` may not change the story.

    What has gone since (a photo, a tag's owner) is left out; reads made of other words are void.
    """
    publishing.lock([version.story_id])
    story = Story.objects.get(pk=version.story_id)
    if not access.may_edit(by, story):
        raise Refused(_("You may not change this story now."))
    keep(story, by, at)
    _write(story, version.content)
    made = keep(story, by, at, cause=Version.Cause.RESTORED)
    logbook.write(
        by,
        "restore",
        story,
        at=at or timezone.now(),
        version=made.number,
        restored=version.number,
    )
    workflow.settle(story, by, at)
    return made


def _write(story: Story, kept: dict[str, Any]) -> None:
    for name in PLAIN:
        setattr(story, name, kept[name])
    for name in INSTANTS:
        setattr(story, name, parse_datetime(kept[name]) if kept[name] else None)
    for name, model in LINKS.items():
        if name == "package" and packages.leads_back(story.pk, kept[name]):
            continue  # it has become a part of this story meanwhile
        if kept[name] is None or model.objects.filter(pk=kept[name]).exists():
            setattr(story, f"{name}_id", kept[name])
    story.save()
    story.tags.set([Tag.objects.get_or_create(name=name)[0] for name in kept["tags"]])
    story.bylines.all().delete()
    people = set(Contributor.objects.values_list("pk", flat=True))
    for position, one in enumerate(kept["bylines"]):
        who = one["contributor"] if one["contributor"] in people else None
        Byline.objects.create(
            story=story,
            position=position,
            name=one["name"],
            contributor_id=who,
            role=one["role"],
            kind=one["kind"],
        )
    story.story_photos.all().delete()
    there = set(
        Photo.objects.filter(pk__in=[one["photo"] for one in kept["photos"]]).values_list(
            "pk", flat=True
        )
    )
    for position, one in enumerate(kept["photos"]):
        if one["photo"] in there:
            StoryPhoto.objects.create(
                story=story,
                position=position,
                photo_id=one["photo"],
                caption=one["caption"],
                grouped=one.get("grouped", False),  # versions from before groups were kept
            )
