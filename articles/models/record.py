"""The record: what readers get. Append-only; the newest row that has started wins.

A row that has started is never changed, in either database: triggers see to it (`articles.models.guards`).
Only `articles.rules.publishing` writes here. Public views read these tables, and of the rest only
sections, editions and contributors.
"""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from articles.models import address
from articles.models.paper import Edition, Issue, Section
from articles.models.people import Contributor, Role, User
from articles.models.stories import Story


class Act(models.TextChoices):
    """What a row of the record does."""

    PUBLISH = "publish", _("publish")
    WITHDRAW = "withdraw", _("withdraw")


class Redaction(models.Model):
    """An order by which something published was taken out of the record, for courts and privacy."""

    story = models.ForeignKey(
        Story, verbose_name=_("story"), on_delete=models.PROTECT, related_name="redactions"
    )
    by = models.ForeignKey(
        User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="redactions"
    )
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("why"))

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.reason[:60]}"


class Month(Func):
    """The month of an instant in UTC, counted from the year 0: a number that both engines index."""

    output_field = models.IntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        year, month = (f"CAST(SUBSTR(%(expressions)s, {at}) AS INTEGER)" for at in ("1, 4", "6, 2"))
        return self.as_sql(compiler, connection, template=f"({year} * 12 + {month} - 1)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        year, month = (
            f"EXTRACT({part} FROM %(expressions)s AT TIME ZONE 'UTC')::integer"
            for part in ("YEAR", "MONTH")
        )
        return self.as_sql(compiler, connection, template=f"({year} * 12 + {month} - 1)", **context)


# What a list shows of a story, and what it is found and sorted by.
LISTED = ("story", "version", "live_from", "edition", "section", "language", "slug", "package",
          "published_at", "payload")  # fmt: skip


class PublishedStoryQuerySet(models.QuerySet["PublishedStory"]):
    def as_of(self, at: dt.datetime) -> Self:
        """The row of each story that stands at `at`: the newest that has started."""
        newer = PublishedStory.objects.filter(
            story_id=OuterRef("story_id"), live_from__lte=at, live_from__gt=OuterRef("live_from")
        )
        return self.filter(~Exists(newer), live_from__lte=at)

    def live(self, at: dt.datetime) -> Self:
        """What readers can read at `at`: the standing rows, neither withdrawn nor redacted."""
        return self.as_of(at).filter(act=Act.PUBLISH, redaction__isnull=True)

    def with_month(self) -> "models.QuerySet[Any, Any]":
        """With `month`, that of first publication (`Month`)."""
        return self.annotate(month=Month("published_at"))

    def for_lists(self) -> Self:
        """With what lists show: not the text, nor what only the desk asks."""
        return self.only(*LISTED)


class PublishedStory(models.Model):
    """A story as readers get it from `live_from` on, or its withdrawal."""

    class Change(models.TextChoices):
        FIRST = "first", _("first publication")
        UPDATE = "update", _("update")
        MINOR = "minor", _("minor fix")
        CORRECTION = "correction", _("correction")
        KILL = "kill", _("killed")
        END = "end", _("planned end")
        TAKEN_BACK = "taken_back", _("taken back with its issue")

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="record")
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    change = models.CharField(_("change"), max_length=12, choices=Change.choices)
    live_from = models.DateTimeField(_("live from"))
    # Not before this, whatever happens to the issue's hour.
    not_before = models.DateTimeField(_("embargo until"), null=True)
    # The issue whose hour this row goes by; None for web first and embargoes.
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, null=True, related_name="released")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="record")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="record")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    slug = models.CharField(_("slug"), max_length=80)
    # The story under which this one is grouped, as a number: the record stands on no desk row.
    package = models.BigIntegerField(_("package"), null=True)
    # First publication; lists go by it, so that a minor fix does not bring a story up again.
    published_at = models.DateTimeField(_("published"))

    payload = models.JSONField(_("content"), default=dict)
    body = models.TextField(_("text"), blank=True)
    search_text = models.TextField(_("words searched"), blank=True)
    schema = models.PositiveSmallIntegerField(_("schema of the content"))
    digest = models.CharField(_("digest of the content"), max_length=64)
    notice = models.CharField(_("notice to readers"), max_length=300, blank=True)

    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signed")
    created_at = models.DateTimeField(_("signed off at"))
    # Without an index: nearly every row has none, and SQLite would look rows up by just that.
    redaction = models.ForeignKey(
        Redaction, on_delete=models.PROTECT, null=True, related_name="rows", db_index=False
    )

    objects = PublishedStoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("published story")
        verbose_name_plural = _("record of stories")
        ordering = ["-live_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["story", "live_from"], name="record_story_instant"),
            models.UniqueConstraint(fields=["story", "version"], name="record_story_version"),
            models.CheckConstraint(
                condition=Q(redaction__isnull=True)
                | Q(body="", search_text="", payload={}, digest=""),
                name="record_redacted_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(act="publish") | Q(body="", search_text="", payload={}),
                name="record_withdrawal_has_no_text",
            ),
            models.CheckConstraint(
                condition=Q(not_before__isnull=True)
                | Q(live_from__gte=models.F("not_before"))
                | Q(act="withdraw"),
                name="record_keeps_the_embargo",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "-published_at", "-id"], name="record_by_edition"),
            models.Index(fields=["section", "-published_at", "-id"], name="record_by_section"),
            # Most stories are in none: an index of them too would look useless to SQLite.
            models.Index(
                fields=["package"], condition=Q(package__isnull=False), name="record_by_package"
            ),
            models.Index(fields=["live_from"], name="record_by_instant"),
            models.Index(
                fields=["-published_at", "-id", "live_from"], name="record_by_publication"
            ),
            # The months of the sitemaps, and when something of each last changed.
            models.Index(Month("published_at"), F("live_from").desc(), name="record_by_month"),
            models.Index(
                fields=["edition", "-live_from"],
                condition=Q(change="correction"),
                name="record_corrections",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payload.get('headline', self.get_act_display())} ({self.version})"

    def get_absolute_url(self) -> str:
        return address.story(self.story_id, self.slug)


class PublishedTag(models.Model):
    """A tag that a published story is found by."""

    row = models.ForeignKey(PublishedStory, on_delete=models.CASCADE, related_name="tags")
    slug = models.CharField(_("slug"), max_length=100)
    name = models.CharField(_("name"), max_length=100)
    # The row's own, here too: so a tag's stories are read in their order, however many they are.
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("published tag")
        verbose_name_plural = _("published tags")
        constraints = [models.UniqueConstraint(fields=["row", "slug"], name="record_tag_once")]
        indexes = [
            models.Index(fields=["slug", "-published_at", "-row"], name="record_by_tag"),
        ]

    def __str__(self) -> str:
        return self.name


class PublishedByline(models.Model):
    """A contributor that a published story is found by."""

    row = models.ForeignKey(PublishedStory, on_delete=models.CASCADE, related_name="people")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="record")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    published_at = models.DateTimeField(_("published"))  # the row's own, as with tags

    class Meta:
        verbose_name = _("published byline")
        verbose_name_plural = _("published bylines")
        constraints = [
            models.UniqueConstraint(
                fields=["row", "contributor", "role"], name="record_byline_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["contributor", "-published_at", "-row"], name="record_by_contributor"
            ),
        ]

    def __str__(self) -> str:
        return str(self.contributor)


class PublishedPicture(models.Model):
    """A picture that a published story shows. Public copies are served by this row alone."""

    row = models.ForeignKey(PublishedStory, on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(_("public name"), max_length=32)
    # The photo that it is a copy of, as a number: the record stands on no desk row. Empty in rows
    # from before photos had names of their own for each caption and crop.
    photo = models.BigIntegerField(_("photo"), null=True)

    class Meta:
        verbose_name = _("published picture")
        verbose_name_plural = _("published pictures")
        constraints = [models.UniqueConstraint(fields=["row", "name"], name="record_picture_once")]
        indexes = [
            models.Index(fields=["name"], name="record_picture_name"),
            models.Index(fields=["photo"], name="record_picture_photo"),
        ]

    def __str__(self) -> str:
        return self.name


class PublishedIssueQuerySet(models.QuerySet["PublishedIssue"]):
    def as_of(self, at: dt.datetime) -> Self:
        """The row of each issue that stands at `at`: the newest that has started."""
        newer = PublishedIssue.objects.filter(
            issue_id=OuterRef("issue_id"), live_from__lte=at, live_from__gt=OuterRef("live_from")
        )
        return self.filter(~Exists(newer), live_from__lte=at)

    def live(self, at: dt.datetime) -> Self:
        return self.as_of(at).filter(act=Act.PUBLISH)


class PublishedIssue(models.Model):
    """An issue as readers get it from `live_from` on: its pages, and which story stands where.

    Slots name stories, not versions: at the hour the page is as printed, later it shows
    corrections.
    """

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="record")
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    live_from = models.DateTimeField(_("live from"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="issue_record")
    date = models.DateField(_("date"))
    number = models.PositiveIntegerField(_("issue number"))
    payload = models.JSONField(_("content"), default=dict)
    schema = models.PositiveSmallIntegerField(_("schema of the content"))
    digest = models.CharField(_("digest of the content"), max_length=64)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signed_issues")
    created_at = models.DateTimeField(_("signed off at"))

    objects = PublishedIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("published issue")
        verbose_name_plural = _("record of issues")
        ordering = ["-date", "-live_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "live_from"], name="record_issue_instant"),
            models.UniqueConstraint(fields=["issue", "version"], name="record_issue_version"),
        ]
        indexes = [
            models.Index(fields=["edition", "-date", "-live_from"], name="record_issue_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.date:%Y-%m-%d} ({self.version})"

    def get_absolute_url(self) -> str:
        return address.of("issue", self.edition.slug, self.date)


class PublishedSlot(models.Model):
    """Where a published issue shows a story: from a story's page to the page it ran on."""

    row = models.ForeignKey(PublishedIssue, on_delete=models.CASCADE, related_name="slots")
    story_id = models.BigIntegerField(_("story"))
    page_number = models.CharField(_("page number"), max_length=4)
    page_name = models.CharField(_("page name"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("published slot")
        verbose_name_plural = _("published slots")
        constraints = [
            models.UniqueConstraint(
                fields=["row", "story_id", "page_number"], name="record_slot_once"
            )
        ]
        indexes = [models.Index(fields=["story_id"], name="record_slot_story")]

    def __str__(self) -> str:
        return f"{self.page_number} {self.story_id}"


class PublishedSheet(models.Model):
    """A page as printed that a published issue shows. Public copies are served by this row alone."""

    row = models.ForeignKey(PublishedIssue, on_delete=models.CASCADE, related_name="printed")
    name = models.CharField(_("public name"), max_length=32)
    page_number = models.CharField(_("page number"), max_length=4)
    has_pdf = models.BooleanField(_("with its PDF"), default=False)

    class Meta:
        verbose_name = _("published page picture")
        verbose_name_plural = _("published page pictures")
        constraints = [models.UniqueConstraint(fields=["row", "name"], name="record_sheet_once")]
        indexes = [models.Index(fields=["name"], name="record_sheet_name")]

    def __str__(self) -> str:
        return f"{self.page_number} {self.name}"
