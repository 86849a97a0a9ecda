"""A photo taken out of, or changed in, everything published: past pages and what waits alike."""

import copy
import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from articles.models import (
    Photo,
    PublishedByline,
    PublishedPicture,
    PublishedStory,
    PublishedTag,
    Story,
    User,
)
from articles.models.record import Act
from articles.rules import renditions, snapshot
from articles.rules.publishing.book import Book
from articles.rules.publishing.locks import hold, issues_of, lock
from articles.rules.snapshot import FrozenStory


def rows_showing(photo: Photo) -> Any:
    """The rows of the record, of any time, that show a photo."""
    shown = Q(pictures__photo=photo.pk) | Q(pictures__name=photo.public_name)
    return PublishedStory.objects.filter(shown).distinct()


def lock_photos(photos: Collection[Photo], stories: Iterable[int] = ()) -> None:
    """Lock these photos, with every story that shows one of them or did, and `stories`.

    No story comes to show one of them while they are locked.
    """
    given, numbers = set(stories), {photo.pk for photo in photos}
    shown = [rows_showing(photo) for photo in photos]

    def concerned() -> tuple[set[int], set[int]]:
        found = set(
            Story.objects.filter(story_photos__photo__in=numbers).values_list("pk", flat=True)
        )
        for rows in shown:
            found |= set(rows.values_list("story", flat=True))
        found |= given
        return found, issues_of(found)

    hold(concerned, numbers)


def exchange(photo: Photo, by: User, at: dt.datetime, other: Photo | None) -> list[int]:
    """Put `other`, or nothing, where the record shows `photo`. Called inside the desk's rules.

    A story that is live gets one row more, with the same words and the same time of its last
    update; past rows stay as they are, but no reader gets them any more. A row that waits is
    replaced by one for the same instant. Returns the stories concerned, by number.
    """
    stories = sorted(set(rows_showing(photo).values_list("story", flat=True)))
    lock(stories)
    book = Book(stories, by, at)
    added: list[PublishedStory] = []
    for number in stories:
        standing = book.standing(number)
        waiting = [row for row in book.pending(number) if row.act == Act.PUBLISH]
        for row in [standing, *waiting]:
            if row is None or not any(_is(entry, photo) for entry in row.payload["photos"]):
                continue
            made = _without(row, photo, other)
            if row is not standing:
                book.cancel([row])
                made.row.issue_id, made.row.not_before = row.issue_id, row.not_before
            book.publish(made, at if row is standing else row.live_from, minor=True)
            added.append(made.row)
    book.write()
    renditions.make_soon(entry for row in added for entry in row.payload["photos"])
    return stories


def take_down_copies(photo: Photo) -> list[str]:
    """Delete all public copies of a photo, of whatever time, once the transaction is through."""
    shown = PublishedPicture.objects.filter(Q(photo=photo.pk) | Q(name=photo.public_name))
    names = sorted(set(shown.values_list("name", flat=True)))
    transaction.on_commit(lambda: renditions.remove(names))
    return names


def _without(row: PublishedStory, photo: Photo, other: Photo | None) -> FrozenStory:
    """A row's content anew, with `other` or nothing for `photo`."""
    payload = copy.deepcopy(row.payload)
    payload["photos"] = _exchanged(payload["photos"], photo, other, row.language)
    made = PublishedStory(
        story_id=row.story_id,
        act=Act.PUBLISH,
        edition_id=row.edition_id,
        section_id=row.section_id,
        language=row.language,
        slug=row.slug,
        package=row.package,
        payload=payload,
        body=row.body,
        schema=row.schema,
    )
    snapshot.describe(made)
    return FrozenStory(
        story=row.story,
        row=made,
        content="",  # no read is made of it
        tags=[PublishedTag(row=made, slug=tag.slug, name=tag.name) for tag in row.tags.all()],
        people=[
            PublishedByline(row=made, contributor_id=one.contributor_id, role=one.role)
            for one in row.people.all()
        ],
        pictures=snapshot.pictures_of(made),
        photos=[],
    )


def _exchanged(
    entries: list[dict[str, Any]], photo: Photo, other: Photo | None, language: str
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    orphan: dict[str, Any] | None = None  # the first of a group that went, with its caption
    for entry in entries:
        if not _is(entry, photo):
            if orphan and orphan.get("group") == entry.get("group") and not entry["caption"]:
                entry["caption"] = orphan["caption"]
            orphan = None
            made.append(entry)
        elif other is None:
            orphan = entry if entry.get("group") is not None else None
        elif not any(_is(one, other) for one in entries):
            made.append(snapshot.entry_in_place_of(entry, other, language))
    return made


def _is(entry: dict[str, Any], photo: Photo) -> bool:
    return bool(entry.get("photo") == photo.pk or entry.get("name") == photo.public_name)
