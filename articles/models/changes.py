"""What readers' pages are to be made anew for: one row a change, written with it.

The row is for the processes that were not told: another machine's, or one whose writer died
between its commit and its word.
"""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def any_number() -> int:
    # Not counted up: a database that was put back to an earlier day must not give a number again.
    return secrets.randbits(62)


class Change(models.Model):
    """Keys (`articles.freshness.keys`) of what changed in one transaction, or a part of one."""

    id = models.BigIntegerField(primary_key=True, default=any_number)
    at = models.DateTimeField(_("when"))
    keys = models.JSONField(default=list)

    class Meta:
        verbose_name = _("change for readers")
        verbose_name_plural = _("changes for readers")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="change_by_instant")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {len(self.keys)}"
