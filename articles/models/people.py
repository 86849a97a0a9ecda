"""People: those who sign in, and those whose names stand over stories."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models import address
from articles.text.words import is_cjk


class Role(models.TextChoices):
    """What somebody did for a story."""

    TEXT = "text", _("text")
    PHOTO = "photo", _("photo")
    BOTH = "both", _("text and photo")
    VIDEO = "video", _("video")
    GRAPHICS = "graphics", _("graphics")


class Kind(models.TextChoices):
    """How somebody belongs to the paper (记者, 通讯员, 实习生, 通讯社, 供稿)."""

    STAFF = "staff", _("staff reporter")
    CORRESPONDENT = "correspondent", _("correspondent")
    INTERN = "intern", _("intern")
    AGENCY = "agency", _("agency")
    CONTRIBUTOR = "contributor", pgettext_lazy("kind of contributor", "contributor")


class User(AbstractUser):
    """Somebody who signs in at the desk. What they may do comes from their groups."""

    language = models.CharField(
        _("language of the admin"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("Empty: as the browser asks."),
    )

    class Mail(models.TextChoices):
        OFF = "off", _("never")
        AT_ONCE = "at_once", _("at once")
        DIGEST = "digest", _("in a digest")

    mail = models.CharField(
        _("mail about what concerns me"), max_length=10, choices=Mail.choices, default=Mail.OFF
    )
    sections = models.ManyToManyField(
        "articles.Section",
        verbose_name=_("sections"),
        blank=True,
        related_name="editors",
        help_text=_("An editor reads and changes the stories of these sections. None: of all."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("account")  # type: ignore[assignment]
        verbose_name_plural = _("accounts")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    def get_full_name(self) -> str:
        """林晚潮, or Hannah Lowe: a Chinese name has the family name first and no space."""
        if any(map(is_cjk, self.last_name + self.first_name)):
            return f"{self.last_name}{self.first_name}".strip()
        return super().get_full_name()

    def get_short_name(self) -> str:
        return self.get_full_name() or self.get_username()


class Contributor(models.Model):
    """A name that stands over stories or under pictures, with a page of its own."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("place in the address"), max_length=80, unique=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind.choices, default=Kind.CONTRIBUTOR
    )
    bio = models.TextField(_("about"), blank=True)
    user = models.OneToOneField(
        User,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributor",
    )
    portrait = models.ForeignKey(
        "articles.Photo",
        verbose_name=_("portrait"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="portrait_of",
        help_text=_(
            "Shown to readers on the contributor's page, once something of theirs is live."
        ),
    )
    # Sorted by pinyin where the name is Chinese; filled in by the desk when the name is saved.
    sort_key = models.CharField(_("sorted as"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ["sort_key", "name"]
        indexes = [models.Index(fields=["name"]), models.Index(fields=["sort_key", "name"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address.of("contributor", self.slug)
