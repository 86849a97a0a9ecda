"""Notes between colleagues, on a story or on a passage of it, and whom they mention."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from articles.models import Note, Notice, Story, User
from articles.rules import access, telling
from articles.rules.acting import act
from articles.rules.refusal import Refused

AT = re.compile(r"[@＠]")


@act
def write(
    story: Story, by: User, text: str, *, passage: str = "", at: dt.datetime | None = None
) -> Note:
    """Write a note on a story that `by` sees, and tell whom it concerns. Raises Refused."""
    _check_sees(story, by)
    text = text.strip()
    if not text:
        raise Refused(_("The note is empty."))
    note = Note.objects.create(
        story=story, author=by, text=text, passage=" ".join(passage.split())[:300]
    )
    at = at or note.created_at
    named = mentioned(text, story)
    note.mentions.set(named)
    telling.tell(named, Notice.Kind.MENTION, by, at=at, story=story, note=note, text=text)
    others = {story.author} - set(named)
    telling.tell(others, Notice.Kind.NOTE, by, at=at, story=story, note=note, text=text)
    return note


def settle(note: Note, by: User, resolved: bool) -> None:
    """Mark a note as resolved, or open it again. Raises Refused."""
    _check_sees(note.story, by)
    note.resolved, note.resolved_by = resolved, by if resolved else None
    note.save(update_fields=["resolved", "resolved_by"])


def mentioned(text: str, story: Story) -> list[User]:
    """The people whom `text` mentions: @ and their account's name or their full name.

    Only people who see the story: a mention is no way to show it to others.
    """
    after = [piece for piece in AT.split(text)[1:] if piece]
    if not after:
        return []
    people = [
        person
        for person in User.objects.filter(is_active=True, is_staff=True)
        if any(_begins(piece, person) for piece in after)
    ]
    return [person for person in people if access.sees(person, story)]


def _begins(piece: str, person: User) -> bool:
    """Whether the words after an @ begin with a person's name, and the name ends there."""
    for name in (person.get_username(), person.get_full_name()):
        if name and piece.lower().startswith(name.lower()):
            rest = piece[len(name) :]
            # After a Latin name another letter would make it another name; Han text runs on.
            if not (rest and rest[0].isascii() and (rest[0].isalnum() or rest[0] in "-_")):
                return True
    return False


def _check_sees(story: Story, by: User) -> None:
    if not access.sees(by, story):
        raise Refused(_("You do not see this story."))
