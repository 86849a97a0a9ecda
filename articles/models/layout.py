"""Layout: which story stands on which page, how heavily, and where; and places kept for one."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.paper import Page
from articles.models.stories import Story


class Placement(models.Model):
    """A story's place on a page, or a place kept for one that is still to come.

    A zone is in percent of the page picture's width and height.
    """

    class Weight(models.TextChoices):
        LEAD = "lead", _("lead")
        SECOND = "second", _("second")
        NORMAL = "normal", _("normal")
        BRIEF = "brief", _("brief")
        PICTURE = "picture", _("picture")
        NOTICE = "notice", _("notice")

    page = models.ForeignKey(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="placements"
    )
    story = models.ForeignKey(
        Story,
        verbose_name=_("story"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
    )
    label = models.CharField(
        _("kept for"), max_length=80, blank=True, help_text=_("What is to come, without a story.")
    )
    weight = models.CharField(
        _("weight"), max_length=10, choices=Weight.choices, default=Weight.NORMAL
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    planned_length = models.PositiveIntegerField(
        _("space planned"),
        null=True,
        blank=True,
        help_text=_("In characters for Chinese, in words for English."),
    )
    zone_left = models.DecimalField(
        _("zone, left %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    zone_top = models.DecimalField(
        _("zone, top %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    zone_width = models.DecimalField(
        _("zone, width %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    zone_height = models.DecimalField(
        _("zone, height %"), max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["page", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "story"], name="story_once_a_page"),
            models.CheckConstraint(
                condition=models.Q(
                    zone_left__isnull=True,
                    zone_top__isnull=True,
                    zone_width__isnull=True,
                    zone_height__isnull=True,
                )
                | models.Q(
                    zone_left__gte=0,
                    zone_top__gte=0,
                    zone_width__gt=0,
                    zone_height__gt=0,
                    zone_left__lte=Decimal(100) - models.F("zone_width"),
                    zone_top__lte=Decimal(100) - models.F("zone_height"),
                ),
                name="zone_within_the_page",
                violation_error_message=_(
                    "A zone has all four numbers, in percent, and lies within the page."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.story or self.label}"

    @property
    def zone(self) -> list[float] | None:
        """[left, top, width, height] in percent, or None where no zone is drawn."""
        sides = (self.zone_left, self.zone_top, self.zone_width, self.zone_height)
        return None if None in sides else [float(side) for side in sides if side is not None]
