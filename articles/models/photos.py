"""Photos: the picture as it came in (private), its words, its rights, how it is cropped."""

import datetime as dt
import secrets
from typing import Any, Self

from django.core.files.storage import storages
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.people import Contributor, User


def original_path(photo: "Photo", filename: str) -> str:
    """A name that nobody can guess, in the private folder; the upload's own name is not used."""
    token = secrets.token_hex(16)
    return f"originals/{token[:2]}/{token}.{photo.format.lower() or 'bin'}"


def new_public_name() -> str:
    return secrets.token_hex(16)


def picture_storage() -> Any:
    return storages["default"]


class PhotoQuerySet(models.QuerySet["Photo"]):
    def named(self, name: str) -> Self:
        """The photo that a public copy's name belongs to: see `Photo.secret`."""
        # A range, not LIKE: SQLite uses the index for the one and not for the other. And in its
        # order: in another, the engine may rather look through all photos for the first.
        start = name[:SECRET]
        found = self.filter(public_name__gte=start, public_name__lt=start + "g")
        return found.order_by("public_name")

    def with_rights(self, at: dt.datetime) -> Self:
        """Those that the web edition may show at `at`."""
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at),
            web_allowed=True,
            retired_at__isnull=True,
        )


# Characters of a public copy's name that are the photo's own; the rest tell one copy's content
# from another's.
SECRET = 20


class Photo(models.Model):
    """A photo in the library. Its original never leaves the desk."""

    class Use(models.TextChoices):
        """What a photo is cropped for, beside being shown whole."""

        LEAD = "lead", _("lead of a page")
        SQUARE = "square", _("square, in lists")
        SHARE = "share", _("card of a shared link")

    original = models.FileField(
        _("picture"), upload_to=original_path, storage=picture_storage, max_length=120
    )
    # What the file says it is once decoded, not what its name claims. Filled in by intake.
    format = models.CharField(_("format"), max_length=8, editable=False)
    width = models.PositiveIntegerField(_("width in pixels"), editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # How it looks, as 64 bits in hexadecimal digits (`articles.darkroom.looks`). Empty: all of one
    # colour, like everything and nothing.
    look = models.CharField(max_length=16, editable=False, blank=True)
    # Twelve colours, six hexadecimal digits each: what is shown while the picture is on its way.
    tones = models.CharField(max_length=72, editable=False, blank=True)
    # What the file's own metadata says, by field, until a person has checked it.
    found = models.JSONField(default=dict, editable=False, blank=True)
    checked = models.BooleanField(_("details checked"), default=True, editable=False)
    # What the public copies' names begin with. Copies are made only at publication.
    public_name = models.CharField(
        max_length=32, unique=True, editable=False, default=new_public_name
    )
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True)
    alt = models.CharField(
        _("what is in the picture"),
        max_length=300,
        blank=True,
        help_text=_(
            "For readers who cannot see it: what the picture shows, in a sentence. The caption says "
            "what it means; somebody who hears both should not hear the same twice."
        ),
    )
    long_description = models.TextField(
        _("longer description"),
        blank=True,
        help_text=_("Only where a sentence is not enough: maps, charts, pages of a document."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    keywords = models.CharField(
        _("keywords"), max_length=500, blank=True, help_text=_("Separated by commas.")
    )
    instructions = models.TextField(
        _("instructions"), blank=True, help_text=_("From whoever sent it, for the desk only.")
    )
    copyright = models.CharField(_("copyright"), max_length=200, blank=True)
    usage_terms = models.TextField(_("terms of use"), blank=True)
    web_allowed = models.BooleanField(_("may be shown on the web"), default=True)
    expires_at = models.DateTimeField(
        _("rights run out"), null=True, blank=True, help_text=_("Empty: they do not.")
    )
    # Percent of the width and of the height, from the top left corner.
    focal_x = models.PositiveSmallIntegerField(
        _("what matters, from the left"), default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("what matters, from the top"), default=50, validators=[MaxValueValidator(100)]
    )
    # By use: [left, top, width, height], percent of the upright picture. Only those set by hand.
    crops = models.JSONField(_("crops"), default=dict, blank=True)
    photographer = models.ForeignKey(
        Contributor,
        verbose_name=_("photographer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
    )
    uploaded_by = models.ForeignKey(
        User,
        verbose_name=_("sent in by"),
        on_delete=models.PROTECT,
        editable=False,
        related_name="photos",
    )
    created_at = models.DateTimeField(_("sent in"), auto_now_add=True)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)
    retired_by = models.ForeignKey(
        User,
        verbose_name=_("retired by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    retired_reason = models.TextField(_("why it was retired"), blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="replaces",
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("retire_photo", "Can retire a photo from everything published"),
            ("replace_photo", "Can replace a photo in everything published"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["photographer", "-created_at", "-id"]),
            models.Index(fields=["-taken_at", "-id"], name="photo_by_day_taken"),
            models.Index(fields=["expires_at"], name="photo_by_end_of_rights"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="photo_has_a_size"),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100), name="photo_matters_inside"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | (~Q(retired_reason="")),
                name="photo_is_retired_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.caption[:40] or self.alt[:40] or f"{_('photo')} {self.pk}"

    @property
    def secret(self) -> str:
        """What the names of this photo's public copies begin with: 80 bits that nobody guesses."""
        return self.public_name[:SECRET]

    def desk_copy(self, width: int) -> str:
        """Where in the storage the desk's own small copy lies: beside the original, as private."""
        return f"{str(self.original.name).rsplit('.', 1)[0]}-{width}.jpg"

    @property
    def keyword_list(self) -> list[str]:
        """The keywords, one by one, whichever commas stand between them."""
        plain = self.keywords.replace("，", ",").replace("、", ",").replace(";", ",")
        return [word for part in plain.split(",") if (word := part.strip())]


class PhotoLook(models.Model):
    """A quarter of a photo's look: two photos that look alike have one of four in common.

    With 64 bits in four parts, any two looks that differ in three bits or fewer share a part; so
    that likenesses are found by an index, however large the library.
    """

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="looks")
    part = models.PositiveSmallIntegerField()
    bits = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("look of a photo")
        verbose_name_plural = _("looks of photos")
        constraints = [
            models.UniqueConstraint(fields=["photo", "part"], name="photo_look_part_once")
        ]
        indexes = [models.Index(fields=["part", "bits"], name="photo_look_by_bits")]

    def __str__(self) -> str:
        return f"{self.part}: {self.bits:04x}"
