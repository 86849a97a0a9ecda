"""What the paper says to machines: crawlers, and the hub that passes its feeds on."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A line of robots.txt (RFC 9309, and what crawlers read beside it), a comment, or nothing.
_LINE = re.compile(
    r"^\s*(?:#.*|(?:user-agent|allow|disallow|crawl-delay|sitemap|content-signal)\s*:.*|)\s*$",
    re.IGNORECASE,
)


def validate_robots(text: str) -> None:
    """Raise ValidationError naming the first line that robots.txt does not know."""
    for number, line in enumerate(text.splitlines(), 1):
        if not _LINE.match(line):
            raise ValidationError(
                _(
                    "Line %(number)s is none of robots.txt: “%(line)s”. A line begins with "
                    "User-agent:, Allow:, Disallow:, Crawl-delay: or Sitemap:, or with # for a note."
                ),
                params={"number": number, "line": line[:80]},
            )


def validate_address(url: str) -> None:
    """Raise ValidationError unless `url` is a site's address and nothing more."""
    parts = urlsplit(url)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValidationError(_("Only the site's own address, such as https://paper.example"))


class Syndication(models.Model):
    """The one row of what a publisher decides about machines."""

    class Crawlers(models.TextChoices):
        WELCOME = "welcome", _("may read the paper")
        REFUSED = "refused", _("may not read the paper")

    address = models.URLField(
        _("the paper's address"),
        blank=True,
        validators=[validate_address],
        help_text=_("Such as https://paper.example. Needed to tell a hub which feeds changed."),
    )
    hub = models.URLField(
        _("hub"),
        blank=True,
        help_text=_("Address of a WebSub hub, which brings news to those who follow a feed."),
    )
    ai_crawlers = models.CharField(
        _("crawlers that collect texts for AI"),
        max_length=10,
        choices=Crawlers.choices,
        default=Crawlers.WELCOME,
    )
    robots = models.TextField(
        _("more lines for robots.txt"),
        blank=True,
        validators=[validate_robots],
        max_length=20_000,
        help_text=_("They come after the paper's own. The desk and searches are always closed."),
    )
    # What went live up to here the hub has been told of.
    told_until = models.DateTimeField(_("hub told until"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("crawlers and hub")
        verbose_name_plural = _("crawlers and hub")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="syndication_is_one"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> "Syndication":
        """What is decided; a paper that decided nothing has the defaults."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
