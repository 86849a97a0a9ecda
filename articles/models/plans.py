"""What plans start from: templates of issues, and the days on which the paper does not appear."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.paper import Edition, validate_weekdays


class PlanTemplate(models.Model):
    """The pages that an issue starts with: Tuesday's eight, say, with the places kept on them.

    `pages` is a list of {number, name, editor, designer, proofreader, room, places}, where a place
    is {weight, planned_length, label}; `articles.rules.plans` writes and reads it.
    """

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="templates"
    )
    name = models.CharField(_("name"), max_length=60)
    weekdays = models.CharField(
        _("days of the week"),
        max_length=7,
        blank=True,
        validators=[validate_weekdays],
        help_text=_("1 for Monday to 7 for Sunday: offered first for issues of these days."),
    )
    pages: models.JSONField[Any, Any] = models.JSONField(_("pages"), default=list, editable=False)

    class Meta:
        verbose_name = _("template of an issue")
        verbose_name_plural = _("templates of issues")
        ordering = ["edition__position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "name"], name="template_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class NoIssueDay(models.Model):
    """A date on which an edition does not appear, although its weekday is one of its days."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="no_issue_days"
    )
    date = models.DateField(_("date"))
    reason = models.CharField(_("why"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("day without an issue")
        verbose_name_plural = _("days without an issue")
        ordering = ["date", "edition__position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "date"], name="no_issue_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.date:%Y-%m-%d}"
