"""The desk at work: versions, working copies, who sits at a story, assignments, notices.

Nothing in this file is ever shown to readers.
"""

import uuid
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.paper import Edition
from articles.models.people import User
from articles.models.stories import Note, Story


class Version(models.Model):
    """A story as it was saved once: who, when, and the whole content. Never changed or deleted."""

    class Cause(models.TextChoices):
        SAVED = "saved", _("saved")
        IMPORTED = "imported", _("drafted from a printed page")
        RESTORED = "restored", _("an earlier version restored")
        PHOTO = "photo", _("changed in the photo library")

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    by = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="versions"
    )
    at = models.DateTimeField(_("when"))
    cause = models.CharField(_("why"), max_length=10, choices=Cause.choices, default=Cause.SAVED)
    content = models.JSONField(_("content"))  # its shape: articles.rules.history
    # The digest of what readers would get of it, as reads hold it.
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="version_number_once_a_story")
        ]

    def __str__(self) -> str:
        return f"{self.story} ({self.number})"


class WorkingCopy(models.Model):
    """What somebody has typed and not yet saved: the fields of the form, as the browser sends them.

    `key` is "story-12" for a story, or the form's own random key for one that is not saved yet.
    """

    person = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.CASCADE, related_name="working_copies"
    )
    key = models.CharField(_("which"), max_length=60)
    story = models.ForeignKey(
        Story,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="working_copies",
    )
    fields = models.TextField(_("what was typed"))
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    saved_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="working_copy_once_a_person")
        ]

    def __str__(self) -> str:
        return self.headline or self.key

    @property
    def body(self) -> str:
        """The text that was typed, as the editor made it: not clean."""
        return QueryDict(self.fields).get("body", "")


class Seat(models.Model):
    """Who sits at a story and writes, since when, and who asked for it."""

    story = models.OneToOneField(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, related_name="seat"
    )
    person = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.CASCADE, related_name="seats"
    )
    # The window that writes: the same person in a second window is told so, too.
    window = models.CharField(max_length=40)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))
    asked_by = models.ForeignKey(
        User,
        verbose_name=_("asked for by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")

    def __str__(self) -> str:
        return f"{self.person}: {self.story}"


class Assignment(models.Model):
    """Something to be written or photographed, by whom, and until when."""

    class Kind(models.TextChoices):
        TEXT = "text", _("to write")
        PHOTO = "photo", _("to photograph")
        OTHER = "other", _("to do")

    kind = models.CharField(
        pgettext_lazy("assignment", "kind"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.TEXT,
    )
    brief = models.CharField(pgettext_lazy("assignment", "what"), max_length=300)
    story = models.ForeignKey(
        Story,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignments",
    )
    assignee = models.ForeignKey(
        User,
        verbose_name=_("for"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        help_text=_("Empty: whoever of the photographers, or of the reporters, takes it."),
    )
    given_by = models.ForeignKey(
        User, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="given_assignments"
    )
    due_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["assignee", "done_at", "due_at"])]

    def __str__(self) -> str:
        return self.brief


class Notice(models.Model):
    """Something that concerns a person: shown on their day, and mailed where they wish it."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("mentioned you in a note")
        NOTE = "note", _("wrote a note on your story")
        SENT_BACK = "sent_back", _("sent your story back")
        ASSIGNED = "assigned", _("gave you an assignment")
        ASKED = "asked", _("asks for the story you have open")
        TAKEN_OVER = "taken_over", _("took over the story you had open")

    person = models.ForeignKey(
        User, verbose_name=_("for"), on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    by = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, null=True, related_name="+"
    )
    note = models.ForeignKey(
        Note, verbose_name=_("note"), on_delete=models.CASCADE, null=True, related_name="+"
    )
    text = models.CharField(_("text"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"))
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "seen_at", "-at"])]

    def __str__(self) -> str:
        return f"{self.by} {self.get_kind_display()}"


class ListedWord(models.Model):
    """A word on the paper's own list: a name's right form, a banned or a sensitive word."""

    class Kind(models.TextChoices):
        FORM = "form", _("form of a name")
        BANNED = "banned", _("banned")
        SENSITIVE = "sensitive", _("sensitive")

    wrong = models.CharField(_("as typed"), max_length=60)
    right = models.CharField(_("right"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FORM)
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        help_text=_("Empty: in all editions."),
    )

    class Meta:
        verbose_name = _("word to look out for")
        verbose_name_plural = _("words to look out for")
        ordering = ["wrong"]
        constraints = [
            models.UniqueConstraint(fields=["wrong", "edition"], name="listed_word_once"),
            models.UniqueConstraint(
                fields=["wrong"],
                condition=models.Q(edition__isnull=True),
                name="listed_word_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}" if self.right else self.wrong


def new_key() -> str:
    """A random key for a form whose story is not saved yet."""
    return uuid.uuid4().hex


class PreviewLink(models.Model):
    """A signed, expiring address at which somebody without an account reads one story.

    `content` is the story as it was when the link was made, frozen as for the record: what the
    desk writes afterwards is not seen there.
    """

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, related_name="preview_links"
    )
    reader = models.CharField(_("for whom"), max_length=120)
    made_by = models.ForeignKey(
        User, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("link to a preview")
        verbose_name_plural = _("links to previews")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.reader
