"""Photos: the picture as it came in (private), its caption, credit and words for the blind."""

import secrets
from typing import Any

from django.core.files.storage import storages
from django.db import models
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


class Photo(models.Model):
    """A photo in the library. Its original never leaves the desk."""

    original = models.FileField(
        _("picture"), upload_to=original_path, storage=picture_storage, max_length=120
    )
    # What the file says it is once decoded, not what its name claims. Filled in by intake.
    format = models.CharField(_("format"), max_length=8, editable=False)
    width = models.PositiveIntegerField(_("width in pixels"), editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # The public copies' name. Copies are made only at publication; the name says nothing.
    public_name = models.CharField(
        max_length=32, unique=True, editable=False, default=new_public_name
    )
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True)
    alt = models.CharField(
        _("what is in the picture"),
        max_length=300,
        blank=True,
        help_text=_("For readers who cannot see it. Not the caption again."),
    )
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

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(width__gt=0, height__gt=0), name="photo_has_a_size"
            )
        ]

    def __str__(self) -> str:
        return self.caption[:40] or self.alt[:40] or f"{_('photo')} {self.pk}"
