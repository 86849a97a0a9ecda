"""Stories as the desk works on them: text, bylines, pictures with captions, notes, reads."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from articles.models.guarded import Guarded, GuardedQuerySet
from articles.models.paper import Edition, Section
from articles.models.people import Contributor, Kind, Role, User
from articles.models.photos import Photo
from articles.text import markup, slugs


class Tag(TagBase):  # type: ignore[misc]
    """A word that stories are found by. Chinese words keep their own characters in the address."""

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Its place in the address; of one without a letter or a digit, such as ☕, the code points."""
        plain = super().slugify(tag) or "-".join(f"u{ord(one):x}" for one in tag)[:90]
        return plain if i is None else f"{plain}_{i}"


class StoryTag(ItemBase):  # type: ignore[misc]
    """A tag on a story."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="uses")
    content_object = models.ForeignKey("Story", on_delete=models.CASCADE, related_name="story_tags")

    class Meta:
        verbose_name = _("tag of a story")
        verbose_name_plural = _("tags of stories")
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="story_tag_once")
        ]

    def __str__(self) -> str:
        return str(self.tag)


class Story(Guarded):  # type: ignore[django-manager-missing]  # taggit's own
    """A story on the desk. What readers get of it is frozen in the record (`PublishedStory`)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        FIRST_READ = "first_read", _("waiting for the first read")
        SECOND_READ = "second_read", _("waiting for the second read")
        FINAL_READ = "final_read", _("waiting for the final read")
        SIGNED_OFF = "signed_off", _("signed off")
        KILLED = "killed", _("killed")

    class Release(models.TextChoices):
        WITH_ISSUE = "issue", _("with its issue")
        NOW = "now", _("at sign-off (web first)")
        EMBARGO = "embargo", _("when its embargo ends")

    guarded = {"status": "draft"}

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="stories"
    )
    section = models.ForeignKey(
        Section,
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        blank=True,
        help_text=_("The desk's short name, and its place in the address. Empty: made for you."),
    )
    column = models.CharField(
        _("column"),
        max_length=40,
        blank=True,
        help_text=_("A standing heading over the story, such as a campaign's."),
    )
    kicker = models.CharField(_("kicker"), max_length=200, blank=True)
    headline = models.CharField(_("headline"), max_length=200)
    deck = models.CharField(_("deck"), max_length=300, blank=True)
    lead_in = models.CharField(_("lead-in"), max_length=80, blank=True)
    body = ProseEditorField(
        _("text"), blank=True, extensions=markup.EXTENSIONS, sanitize=markup.clean
    )
    short_title = models.CharField(
        _("short title"),
        max_length=80,
        blank=True,
        help_text=_("For shared links and search results. Empty: the headline."),
    )
    package = models.ForeignKey(
        "self",
        verbose_name=_("part of the package"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
    )
    tags = TaggableManager(_("tags"), through=StoryTag, blank=True)
    author = models.ForeignKey(
        User, verbose_name=_("drafted by"), on_delete=models.PROTECT, related_name="stories"
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status.choices,
        default=Status.DRAFT,
        editable=False,
    )
    release = models.CharField(
        _("goes live"), max_length=10, choices=Release.choices, default=Release.WITH_ISSUE
    )
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True, help_text=_("Not before this, in any case.")
    )
    live_until = models.DateTimeField(
        _("taken down at"), null=True, blank=True, help_text=_("Empty: stays.")
    )
    shared_with = models.ManyToManyField(
        User,
        verbose_name=_("shared with"),
        blank=True,
        related_name="shared_stories",
        help_text=_("They see the story and may write on it, as its author may."),
    )
    # The key of the form that it was first saved from: the same form sent twice makes one story.
    form_key = models.CharField(max_length=60, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last saved"), auto_now=True)

    objects = GuardedQuerySet["Story"].as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-updated_at", "-pk"]
        permissions = [
            ("first_read", "Can do the first read of a story"),
            ("second_read", "Can do the second read of a story"),
            ("final_read", "Can do the final read of a story and sign it off"),
            ("take_back", "Can take a signed-off story back to the desk"),
            ("kill_story", "Can kill a story and bring it back"),
            ("override_reads", "Can override the rule of different readers, with a reason"),
            ("redact_story", "Can redact what was published"),
            ("view_any_story", "Can see stories of others"),
            ("edit_any_story", "Can edit stories of others"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(release="embargo") | models.Q(embargo_until__isnull=False),
                name="story_embargo_has_an_end",
                violation_error_message=_("Say when the embargo ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(package__isnull=True) | ~models.Q(package=models.F("id")),
                name="story_is_not_its_own_package",
                violation_error_message=_("A story cannot be a part of itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-updated_at"]),
            models.Index(fields=["author", "status"]),
            models.Index(fields=["-updated_at", "-id"]),
            models.Index(fields=["edition", "-updated_at", "-id"]),
            models.Index(fields=["section", "-updated_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.headline

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a clean body, a slug and a language, but never with another status."""
        self.body = markup.clean(self.body)
        self.slug = self.slug or slugs.slug_for(self.headline)
        self.language = self.language or self.edition.language
        super().save(*args, **kwargs)


class Byline(models.Model):
    """A name over a story, as printed, and whom it means."""

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, related_name="bylines"
    )
    name = models.CharField(_("name as printed"), max_length=80)
    contributor = models.ForeignKey(
        Contributor,
        verbose_name=_("contributor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bylines",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.TEXT)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.STAFF)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["story", "name", "role"], name="byline_once_a_story_and_role"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StoryPhoto(models.Model):
    """A photo with a story, and its caption there. Empty: the photo's own caption."""

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, related_name="story_photos"
    )
    photo = models.ForeignKey(
        Photo, verbose_name=_("photo"), on_delete=models.PROTECT, related_name="uses"
    )
    caption = models.TextField(_("caption in this story"), blank=True)
    grouped = models.BooleanField(
        _("with the photo before it"),
        default=False,
        help_text=_("A group of photos has one caption: that of its first."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("photo of a story")
        verbose_name_plural = _("photos of a story")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["story", "photo"], name="photo_once_a_story")
        ]

    def __str__(self) -> str:
        # The photo's caption and not the story's: this is read in the photo's own history, too.
        return str(self.photo)


class Correction(models.Model):
    """What was wrong in public, what is right, and who put it right."""

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.PROTECT, related_name="corrections"
    )
    wrong = models.CharField(_("wrong"), max_length=300, blank=True)
    right = models.CharField(_("right"), max_length=300, blank=True)
    text = models.TextField(_("as printed"))
    at = models.DateTimeField(_("when"))
    signed_by = models.ForeignKey(
        User, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Note(models.Model):
    """A word between colleagues about a story. Readers never see it."""

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.CASCADE, related_name="notes"
    )
    author = models.ForeignKey(
        User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="notes"
    )
    text = models.TextField(_("note"))
    # The words of the story that the note is about; empty: the whole story.
    passage = models.CharField(_("passage"), max_length=300, blank=True)
    mentions = models.ManyToManyField(User, blank=True, related_name="mentioned_in")
    resolved = models.BooleanField(_("resolved"), default=False)
    resolved_by = models.ForeignKey(
        User,
        verbose_name=_("resolved by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


READS_SHOWN = {
    Story.Status.FIRST_READ.value: _("first read"),
    Story.Status.SECOND_READ.value: _("second read"),
    Story.Status.FINAL_READ.value: _("final read"),
}


class Read(models.Model):
    """One read of a story, passed: who, when, and of which content. Never changed or deleted.

    A read stands as long as the story's content is what was read; `content` tells.
    """

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.PROTECT, related_name="reads"
    )
    step = models.CharField(_("read"), max_length=20, choices=Story.Status.choices)
    reader = models.ForeignKey(
        User, verbose_name=_("read by"), on_delete=models.PROTECT, related_name="reads"
    )
    at = models.DateTimeField(_("when"))
    content = models.CharField(_("digest of what was read"), max_length=64)
    override_reason = models.TextField(_("why the rule was overridden"), blank=True)

    class Meta:
        verbose_name = _("read")
        verbose_name_plural = _("reads")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["story", "content"])]

    def __str__(self) -> str:
        return f"{self.step_shown}: {self.reader}"

    @property
    def step_shown(self) -> str:
        """The read that was passed, in the desk's words."""
        return str(READS_SHOWN.get(self.step, self.step))
