"""The paper itself: editions, their sections, dated issues and the pages of an issue."""

import datetime as dt
import secrets
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import address
from articles.models.guarded import Guarded, GuardedQuerySet


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(name)s is no time zone. Use a name such as Asia/Shanghai."),
            params={"name": name},
        )


def validate_weekdays(digits: str) -> None:
    """Raise ValidationError unless `digits` are days of the week, 1 to 7, each once, in order."""
    if digits != "".join(sorted(set(digits) & set("1234567"))):
        raise ValidationError(_("Write days as digits, 1 for Monday to 7 for Sunday."))


class Edition(models.Model):
    """A title that appears: a daily, a weekend or an English edition."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("place in the address"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^(?!(?:about|admin|api|archive|contributors|corrections|feeds|healthz|media|"
                r"offline|readyz|search|sections|share|sitemaps|static|stories|tags)$)",
                _("This word is an address of the site already."),
            )
        ],
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    motto = models.CharField(_("line under the masthead"), max_length=120, blank=True)
    about = models.TextField(_("about the paper"), blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Shanghai", validators=[validate_time_zone]
    )
    usual_hour = models.TimeField(_("usual hour of appearing"), default=dt.time(6, 0))
    appears_on = models.CharField(
        _("appears on"),
        max_length=7,
        default="1234567",
        blank=True,
        validators=[validate_weekdays],
        help_text=_("Days of the week, 1 for Monday to 7 for Sunday. Empty: on no fixed day."),
    )
    paragraphs = models.CharField(
        _("how paragraphs part"),
        max_length=10,
        choices=[("indented", _("by an indent")), ("spaced", _("by a space"))],
        default="indented",
        help_text=_("In Chinese an indent is two characters. One of the two, never both."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address.of("edition", self.slug)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def usual_instant(self, date: dt.date) -> dt.datetime:
        """The instant at which an issue of `date` usually goes live, in UTC."""
        local = dt.datetime.combine(date, self.usual_hour, tzinfo=self.zone)
        return local.astimezone(dt.UTC)


class Section(models.Model):
    """Where a story lives on the web, whatever page it ran on."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="sections"
    )
    name = models.CharField(_("name"), max_length=40)
    slug = models.SlugField(_("place in the address"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["edition__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="section_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address.of("section", self.slug)


class Issue(Guarded):
    """One dated appearance of an edition, as the desk plans it."""

    guarded = {"state": "planning", "goes_live_at": None, "plan_revision": 0}

    class State(models.TextChoices):
        PLANNING = "planning", _("planning")
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("held")

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="issues"
    )
    date = models.DateField(_("date"))
    number = models.PositiveIntegerField(_("issue number"))
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=State.choices,
        default=State.PLANNING,
        editable=False,
    )
    goes_live_at = models.DateTimeField(_("goes live at"), null=True, blank=True, editable=False)
    # Counts the changes to the plan, so that two people at one flatplan see each other's.
    plan_revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = GuardedQuerySet["Issue"].as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-date", "edition__position"]
        permissions = [("schedule_issue", "Can schedule, move and hold issues")]
        constraints = [
            models.UniqueConstraint(fields=["edition", "date"], name="issue_once_a_date"),
            models.UniqueConstraint(fields=["edition", "number"], name="issue_number_once"),
            models.CheckConstraint(
                condition=models.Q(state="planning") | models.Q(goes_live_at__isnull=False),
                name="issue_scheduled_has_an_hour",
            ),
        ]
        indexes = [models.Index(fields=["-date"])]

    def __str__(self) -> str:
        return f"{self.edition} {self.date:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return address.of("issue", self.edition.slug, self.date)

    @property
    def usual_instant(self) -> dt.datetime:
        return self.edition.usual_instant(self.date)


def sheet_path(page: "Page", filename: str) -> str:
    """A name that nobody can guess, in the private folder; the upload's own name is not used."""
    token = secrets.token_hex(16)
    kind = "pdf" if filename.endswith(".pdf") else "picture"
    return f"originals/{token[:2]}/{token}.{kind}"


class Page(models.Model):
    """A page of an issue, with its heading and the people who made it up."""

    issue = models.ForeignKey(
        Issue, verbose_name=_("issue"), on_delete=models.CASCADE, related_name="pages"
    )
    number = models.CharField(
        _("page number"),
        max_length=4,
        validators=[
            RegexValidator(
                r"^[A-Z]?[1-9][0-9]{0,2}$", _("A page number is like 1, 12 or A6, without zeros.")
            )
        ],
    )
    name = models.CharField(_("page name"), max_length=40, blank=True)
    editor = models.CharField(_("page editor"), max_length=60, blank=True)
    designer = models.CharField(_("designer"), max_length=60, blank=True)
    proofreader = models.CharField(_("proofreader"), max_length=60, blank=True)
    room = models.PositiveIntegerField(
        _("room for text"),
        null=True,
        blank=True,
        help_text=_("In characters for Chinese, in words for English. Empty: not watched."),
    )
    # The page as printed. Private, as photos are; copies are made at publication.
    picture = models.FileField(
        _("picture of the printed page"),
        upload_to=sheet_path,
        blank=True,
        help_text=_(
            "With zones, readers open stories from it. Left empty, it is drawn from the PDF."
        ),
    )
    picture_width = models.PositiveIntegerField(default=0, editable=False)
    picture_height = models.PositiveIntegerField(default=0, editable=False)
    pdf = models.FileField(_("PDF of the printed page"), upload_to=sheet_path, blank=True)
    # The public copies' name, another with every upload; it says nothing.
    sheet_name = models.CharField(max_length=32, editable=False, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), editable=False, default=0)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["issue", "position"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "number"], name="page_number_once_an_issue")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, sorted by letter and then by number: 1, 2, 10, A1, A2, B1."""
        letter = ord(self.number[0]) - 64 if self.number[:1].isalpha() else 0
        self.position = letter * 1000 + int(self.number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        super().save(*args, **kwargs)
