"""Freezing: desk rows become an unsaved row of the record. Nothing is written here.

`FROZEN` is the one list of what readers get of a story; a field of the desk is either in it or in
`DESK_ONLY`, or a test fails.
"""

import copy
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from articles.models import (
    Issue,
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Story,
)
from articles.rules import renditions
from articles.text import excerpts, grams, markup, words

SCHEMA = 1
# Characters of a summary, about two lines of a column.
SUMMARY = {"zh-hans": 90, "en": 220}

# What readers get, by desk model: field -> where it goes in the record.
FROZEN: dict[str, dict[str, str]] = {
    "story": {
        "edition": "column edition",
        "section": "column section",
        "language": "column language",
        "slug": "column slug",
        "package": "column package",
        "body": "column body",
        "column": "payload column",
        "kicker": "payload kicker",
        "headline": "payload headline",
        "deck": "payload deck",
        "short_title": "payload short_title",
        "lead_in": "payload lead_in",
        "tags": "payload tags, and PublishedTag",
        "release": "live_from",
        "embargo_until": "column not_before",
        "live_until": "a withdrawal row",
    },
    "byline": {
        "name": "payload bylines",
        "contributor": "payload bylines, and PublishedByline",
        "role": "payload bylines",
        "kind": "payload bylines",
        "position": "order of payload bylines",
    },
    "storyphoto": {
        "photo": "payload photos, and PublishedPicture",
        "caption": "payload photos",
        "position": "order of payload photos",
    },
    "photo": {
        "public_name": "payload photos",
        "width": "payload photos",
        "height": "payload photos",
        "caption": "payload photos",
        "credit": "payload photos",
        "alt": "payload photos",
    },
    "correction": {
        "wrong": "payload corrections",
        "right": "payload corrections",
        "text": "payload corrections",
        "at": "payload corrections",
    },
}
# What stays on the desk.
DESK_ONLY: dict[str, set[str]] = {
    "story": {
        "id",
        "author",
        "status",
        "shared_with",
        "form_key",
        "created_at",
        "updated_at",
    },
    "byline": {"id", "story"},
    "storyphoto": {"id", "story"},
    "photo": {
        "id",
        "original",
        "format",
        "sha256",
        "photographer",
        "uploaded_by",
        "created_at",
    },
    "correction": {"id", "story", "signed_by"},
}


@dataclass
class FrozenStory:
    """An unsaved row of the record and its side rows. `content`: see `content_digest`."""

    story: Story
    row: PublishedStory
    content: str
    tags: list[PublishedTag]
    people: list[PublishedByline]
    pictures: list[PublishedPicture]


@dataclass
class FrozenIssue:
    """An unsaved row of the issue record and its slots."""

    row: PublishedIssue
    slots: list[PublishedSlot]


def freeze(story: Story) -> FrozenStory:
    """Return `story` as readers would get it: unsaved, with no instant yet."""
    return freeze_all([story])[0]


def freeze_all(stories: Iterable[Story]) -> list[FrozenStory]:
    """Freeze stories, in their order, in a number of queries that does not grow with them."""
    given = list(stories)
    return [_freeze(*pair) for pair in zip(given, _with_all(given), strict=True)]


def content_digest(story: Story) -> str:
    """A hash of what a reader at the desk reads: text, headlines, captions, bylines, corrections.

    A read (`Read.content`) stands as long as this stays the same. Tags, section and slug may be
    changed without voiding a read.
    """
    full = _with_all([story])[0]
    return _content_digest(_payload(full), markup.clean(full.body))


def freeze_issue(issue: Issue) -> FrozenIssue:
    """Return the issue's plan as readers would get it: unsaved, with no instant yet."""
    pages = []
    row = PublishedIssue(
        issue=issue,
        edition_id=issue.edition_id,
        date=issue.date,
        number=issue.number,
        schema=SCHEMA,
        act="publish",
    )
    slots = []
    for page in issue.pages.prefetch_related("placements"):
        # A place that is kept for a story still to come is the desk's own affair.
        filled = [p for p in page.placements.all() if p.story_id is not None]
        placements = sorted(filled, key=lambda p: (p.position, p.pk))
        pages.append(
            {
                "number": page.number,
                "name": page.name,
                "editor": page.editor,
                "designer": page.designer,
                "proofreader": page.proofreader,
                "slots": [
                    {"story": p.story_id, "weight": p.weight, "zone": p.zone} for p in placements
                ],
            }
        )
        slots += [
            PublishedSlot(
                row=row, story_id=p.story_id, page_number=page.number, page_name=page.name
            )
            for p in placements
            if p.story_id is not None
        ]
    row.payload = {"pages": pages}
    row.digest = _hash(row.payload, "", [issue.edition_id, str(issue.date), issue.number])
    return FrozenIssue(row=row, slots=slots)


def _with_all(stories: list[Story]) -> list[Story]:
    """Copies of these stories with all that hangs on them, as it is in the tables now.

    Copies, so that the caller's story keeps no rows that may be old when it is asked again.
    """
    full = [copy.copy(story) for story in stories]
    for story in full:
        story._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    prefetch_related_objects(
        full, "bylines__contributor", "story_photos__photo", "tags", "corrections"
    )
    return full


def _freeze(story: Story, full: Story) -> FrozenStory:
    payload = _payload(full)
    body = markup.clean(full.body)
    row = PublishedStory(
        story=story,
        edition_id=full.edition_id,
        section_id=full.section_id,
        language=full.language,
        slug=full.slug,
        package=full.package_id,
        payload=payload,
        body=body,
        search_text=_search_text(payload, body),
        schema=SCHEMA,
        act="publish",
    )
    row.digest = _hash(
        payload | {"updated_at": None},
        body,
        [row.edition_id, row.section_id, row.language, row.slug, row.package],
    )
    return FrozenStory(
        story=story,
        row=row,
        content=_content_digest(payload, body),
        tags=[PublishedTag(row=row, **tag) for tag in payload["tags"]],
        people=[
            PublishedByline(row=row, contributor=byline.contributor, role=byline.role)
            for byline in full.bylines.all()
            if byline.contributor is not None
        ],
        pictures=[PublishedPicture(row=row, name=photo["name"]) for photo in payload["photos"]],
    )


# Of the payload, what is read at the desk; the text comes beside it.
READ = (
    "column",
    "kicker",
    "headline",
    "deck",
    "short_title",
    "lead_in",
    "bylines",
    "photos",
    "corrections",
)


def _content_digest(payload: dict[str, Any], body: str) -> str:
    return _hash({key: payload[key] for key in READ}, body, [])


def _payload(story: Story) -> dict[str, Any]:
    """The content of a story that came through `_with_all`."""
    text = markup.plain_text(story.body)
    return {
        "column": story.column,
        "kicker": story.kicker,
        "headline": story.headline,
        "deck": story.deck,
        "short_title": story.short_title,
        "lead_in": story.lead_in,
        "summary": excerpts.shorten(text, SUMMARY[story.language]),
        "length": words.word_count(text),
        "bylines": [
            {
                "name": byline.name,
                "role": byline.role,
                "kind": byline.kind,
                "contributor": byline.contributor.slug if byline.contributor else None,
            }
            for byline in story.bylines.all()
        ],
        "photos": [
            {
                "name": use.photo.public_name,
                "width": use.photo.width,
                "height": use.photo.height,
                "widths": renditions.widths_of(use.photo),
                "caption": use.caption or use.photo.caption,
                "credit": use.photo.credit,
                "alt": use.photo.alt,
            }
            for use in story.story_photos.all()
        ],
        "tags": [
            # Sorted here: the two engines sort words each in its own way.
            {"slug": tag.slug, "name": tag.name}
            for tag in sorted(story.tags.all(), key=lambda tag: (tag.name, tag.pk))
        ],
        "corrections": [
            {
                "at": correction.at.isoformat(),
                "wrong": correction.wrong,
                "right": correction.right,
                "text": correction.text,
            }
            for correction in story.corrections.all()
        ],
        "updated_at": None,
    }


def _search_text(payload: dict[str, Any], body: str) -> str:
    heads = [payload[key] for key in ("kicker", "headline")]
    heads += [tag["name"] for tag in payload["tags"]]
    lines = [payload[key] for key in ("column", "deck", "short_title", "lead_in")]
    lines += [byline["name"] for byline in payload["bylines"]]
    lines += [photo["caption"] for photo in payload["photos"]]
    lines += markup.plain_text(body).splitlines()
    return grams.indexed(heads, lines)


def _hash(payload: dict[str, Any], body: str, columns: list[Any]) -> str:
    canonical = json.dumps([payload, body, columns], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
