"""Freezing: desk rows become an unsaved row of the record. Nothing is written here.

`FROZEN` is the one list of what readers get of a story; a field of the desk is either in it or in
`DESK_ONLY`, or a test fails.
"""

import copy
import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from articles.models import (
    Issue,
    Photo,
    PublishedByline,
    PublishedIssue,
    PublishedPicture,
    PublishedSheet,
    PublishedSlot,
    PublishedStory,
    PublishedTag,
    Story,
    StoryPhoto,
)
from articles.rules import renditions, sheets
from articles.text import captions, excerpts, grams, markup, words

# 2: photos with copies' names of their own for each caption and crop, formats, tones, groups.
SCHEMA = 2
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
        "grouped": "payload photos",
        "position": "order of payload photos",
    },
    "photo": {
        "id": "payload photos, and PublishedPicture",
        "public_name": "payload photos, in the copies' names",
        "sha256": "payload photos, in the copies' names",
        "width": "payload photos",
        "height": "payload photos",
        "tones": "payload photos",
        "focal_x": "payload photos",
        "focal_y": "payload photos",
        "crops": "payload photos",
        "caption": "payload photos",
        "credit": "payload photos",
        "alt": "payload photos",
        "long_description": "payload photos",
        "photographer": "payload photos, in the copies' label",
        "copyright": "payload photos, in the copies' label",
        "usage_terms": "payload photos, in the copies' label",
        "retired_at": "a retired photo is left out",
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
        "original",
        "format",
        "look",
        "found",
        "checked",
        "place",
        "taken_at",
        "keywords",
        "instructions",
        "web_allowed",
        "expires_at",
        "uploaded_by",
        "created_at",
        "retired_by",
        "retired_reason",
        "replaced_by",
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
    photos: list[Photo]  # those on the desk, retired ones too

    @property
    def seen(self) -> str:
        """What whoever looks at the story now has seen of it: see `seen_of`."""
        return seen_of(self.story, self.content)


@dataclass
class FrozenIssue:
    """An unsaved row of the issue record, its slots, and its pages as printed."""

    row: PublishedIssue
    slots: list[PublishedSlot]
    sheets: list[PublishedSheet]


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
    return _content_digest(full, _payload(full), markup.clean(full.body))


def seen_of(story: Story, content: str) -> str:
    """What a screen keeps of a story that is read on it: its content, and the terms it goes out on.

    A read stands for the content alone. But whoever signs a story off signs for where and when it
    appears as well, and has to look again where that was changed while they read.
    """
    return f"{content}.{terms_digest(story)}"


def terms_digest(story: Story) -> str:
    """A short hash of where a story appears and in which language, from when, and until when."""
    instants = (story.embargo_until, story.live_until)
    terms: list[Any] = [story.edition_id, story.section_id, story.release]
    terms += [story.package_id, story.language]
    terms += [one.astimezone(dt.UTC).isoformat() if one else None for one in instants]
    return _hash({}, "", terms)[:16]


def freeze_issue(issue: Issue) -> FrozenIssue:
    """Return the issue's plan as readers would get it: unsaved, with no instant yet."""
    pages: list[dict[str, Any]] = []
    row = PublishedIssue(
        issue=issue,
        edition_id=issue.edition_id,
        date=issue.date,
        number=issue.number,
        schema=SCHEMA,
        act="publish",
    )
    slots = []
    printed = []
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
        if (sheet := sheets.frozen(page)) is not None:
            pages[-1]["sheet"] = sheet
            printed.append(
                PublishedSheet(
                    row=row,
                    name=sheet["name"],
                    page_number=page.number,
                    has_pdf=sheet["pdf"],
                )
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
    return FrozenIssue(row=row, slots=slots, sheets=printed)


def _with_all(stories: list[Story]) -> list[Story]:
    """Copies of these stories with all that hangs on them, as it is in the tables now.

    Copies, so that the caller's story keeps no rows that may be old when it is asked again.
    """
    full = [copy.copy(story) for story in stories]
    for story in full:
        story._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    prefetch_related_objects(
        full, "bylines__contributor", "story_photos__photo__photographer", "tags", "corrections"
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
    row.digest = digest_of(row)
    return FrozenStory(
        story=story,
        row=row,
        content=_content_digest(full, payload, body),
        tags=[PublishedTag(row=row, **tag) for tag in payload["tags"]],
        people=[
            PublishedByline(row=row, contributor=byline.contributor, role=byline.role)
            for byline in full.bylines.all()
            if byline.contributor is not None
        ],
        pictures=pictures_of(row),
        photos=[use.photo for use in full.story_photos.all()],
    )


def digest_of(row: PublishedStory) -> str:
    """The digest of a row's content: two rows with the same say the same to readers."""
    return _hash(
        row.payload | {"updated_at": None},
        row.body,
        [row.edition_id, row.section_id, row.language, row.slug, row.package],
    )


def pictures_of(row: PublishedStory) -> list[PublishedPicture]:
    """The side rows by which the copies of a row's pictures are served."""
    named = {
        name: photo.get("photo")
        for photo in row.payload["photos"]
        for name in renditions.names_in(photo)
    }
    return [PublishedPicture(row=row, name=name, photo=photo) for name, photo in named.items()]


def describe(row: PublishedStory) -> None:
    """Fill in what follows from a row's payload and body: the words searched, and the digest."""
    row.search_text = _search_text(row.payload, row.body)
    row.digest = digest_of(row)


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


def _content_digest(full: Story, payload: dict[str, Any], body: str) -> str:
    """Of a photo, what is seen and read at the desk counts, not the names and sizes of its copies;
    of a byline, who is meant, not where their page is.

    A photo that was retired since is still part of what was read: a read does not become void by
    it.
    """
    read = {key: payload[key] for key in READ}
    read["bylines"] = [
        [byline.name, byline.role, byline.kind, byline.contributor_id]
        for byline in full.bylines.all()
    ]
    read["photos"] = [
        [
            use.photo_id,
            use.photo.crops,
            use.grouped,
            use.caption or use.photo.caption,
            use.photo.credit,
            use.photo.alt,
            use.photo.long_description,
        ]
        for use in full.story_photos.all()
    ]
    return _hash(read, body, [])


def entry_in_place_of(entry: dict[str, Any], photo: Photo, language: str) -> dict[str, Any]:
    """Another photo for one in a row's payload: under the same caption, with its own credit."""
    credit = captions.credit_line(photo.credit, language)
    caption = entry.get("label", {}).get("caption") or entry["caption"]
    made = renditions.describe(photo, caption=caption, credit=credit)
    if caption != entry["caption"]:
        made["label"]["caption"] = caption
    return {
        **made,
        "caption": entry["caption"],
        "credit": credit,
        "alt": photo.alt,
        "description": photo.long_description,
        "group": entry.get("group"),
    }


def photo_entries(uses: Sequence[StoryPhoto], language: str) -> list[dict[str, Any]]:
    """A story's photos as readers get them, with captions and credits in the paper's style."""
    entries: list[dict[str, Any]] = []
    group = -1
    for at, use in enumerate(uses):
        group += not (use.grouped and at)
        size = 1 + sum(1 for _ in itertools.takewhile(lambda one: one.grouped, uses[at + 1 :]))
        if use.photo.retired_at is not None:
            continue
        # A group has one caption, its first photo's; the others' own goes into their files only.
        words = captions.for_web(use.caption or use.photo.caption, language, size)
        shown = captions.for_web(use.caption, language, size) if use.grouped and at else words
        credit = captions.credit_line(use.photo.credit, language)
        entry = renditions.describe(use.photo, caption=words, credit=credit)
        if shown != words:
            entry["label"]["caption"] = words
        entries.append(
            {
                **entry,
                "caption": shown,
                "credit": credit,
                "alt": use.photo.alt,
                "description": use.photo.long_description,
                "group": group,
            }
        )
    return entries


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
        "photos": photo_entries(list(story.story_photos.all()), story.language),
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
    lines += [photo.get("caption", "") for photo in payload["photos"]]
    lines += markup.plain_text(body).splitlines()
    return grams.indexed(heads, lines)


def _hash(payload: dict[str, Any], body: str, columns: list[Any]) -> str:
    canonical = json.dumps([payload, body, columns], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
