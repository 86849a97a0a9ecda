"""Links by which somebody without an account reads one story before it is published.

The mayor's office checks a quote: it sees that story, as it was when the link was made, with its
pictures, until the link ends, and nothing else. An address is signed, and its row must say the
same: either alone opens nothing.
"""

import datetime as dt
import secrets
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import PreviewLink, PublishedStory, Story, User
from articles.rules import access, logbook, renditions, snapshot
from articles.rules.acting import act
from articles.rules.refusal import Refused

SALT = "articles.preview-link"
# Hours that a link may be made for.
LIFETIMES = (4, 24, 72, 168)
COLUMNS = ("edition_id", "section_id", "language", "slug", "package", "body", "schema", "payload")


def may_make(by: User, story: Story) -> bool:
    """Whether `by` may show the story to somebody outside: editors, stories of their sections."""
    return (
        by.has_perm("articles.edit_any_story")
        and access.sees(by, story)
        and access.in_their_sections(by, story)
    )


@act
def make(
    story: Story, by: User, reader: str, hours: int, at: dt.datetime | None = None
) -> PreviewLink:
    """A link to the story as it is now, for `reader`, that ends after `hours`.

    Raises Refused without the right, without a name, or for another lifetime than are offered.
    """
    if not may_make(by, story):
        raise Refused(_("Only editors show a story to somebody outside."))
    if not reader.strip():
        raise Refused(_("Say for whom the link is."))
    if hours not in LIFETIMES:
        raise Refused(_("Choose one of the lifetimes that are offered."))
    at = at or timezone.now()
    row = snapshot.freeze(story).row
    link = PreviewLink.objects.create(
        story=story,
        reader=reader.strip()[:120],
        made_by=by,
        made_at=at,
        expires_at=at + dt.timedelta(hours=hours),
        content={
            "key": secrets.token_urlsafe(24),
            "row": {name: getattr(row, name) for name in COLUMNS},
        },
    )
    logbook.write(by, "link", story, at=at, reason=link.reader, went_to=link.expires_at.isoformat())
    return link


@act
def end(link: PreviewLink, by: User, at: dt.datetime | None = None) -> PreviewLink:
    """End a link now. One that has ended already stays as it is. Raises Refused without the right."""
    if not may_make(by, link.story):
        raise Refused(_("Only editors end a link."))
    at = at or timezone.now()
    fresh = PreviewLink.objects.select_for_update().get(pk=link.pk)
    if fresh.ended_at is None and fresh.expires_at > at:
        fresh.ended_at = at
        fresh.save(update_fields=["ended_at"])
        logbook.write(by, "end_link", link.story, at=at, reason=link.reader)
    return fresh


def token(link: PreviewLink) -> str:
    """The word that opens a link's address: signed, and with the row's own random key."""
    return signing.Signer(salt=SALT).sign_object([link.pk, link.content["key"]])


def opened(word: str) -> PreviewLink | None:
    """The link that a word opens, ended or not; None where it opens none.

    A word that is not signed by us asks nothing of the database.
    """
    try:
        number, key = signing.Signer(salt=SALT).unsign_object(word)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    link = PreviewLink.objects.select_related("story__edition", "made_by").filter(pk=number).first()
    if link is None or not secrets.compare_digest(str(link.content.get("key", "")), str(key)):
        return None
    return link


def stands(link: PreviewLink, at: dt.datetime) -> bool:
    """Whether a link may still be read at `at`: not once the account of who made it is closed."""
    return link.ended_at is None and at < link.expires_at and link.made_by.is_active


def row_of(link: PreviewLink) -> PublishedStory:
    """The story as it was when the link was made: an unsaved row of the record."""
    columns: dict[str, Any] = dict(link.content["row"])
    return PublishedStory(
        story_id=link.story_id,
        live_from=link.made_at,
        published_at=link.made_at,
        act="publish",
        change="first",
        **columns,
    )


def shows_picture(link: PreviewLink, name: str) -> bool:
    """Whether the story of the link shows the picture whose copies have that name."""
    photos = link.content["row"]["payload"].get("photos", [])
    return any(name in renditions.names_in(photo) for photo in photos)
