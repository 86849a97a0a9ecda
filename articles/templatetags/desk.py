"""What the desk's own screens show."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import format_html

from articles.models import Edition

register = template.Library()


@register.filter
def desk_time(instant: dt.datetime | None, edition: Edition | None = None) -> str:
    """An instant as short as it can be: 14:03 today, 11-23 14:03, else with the year.

    Of an `edition`: in its own zone, which is named where it is another than the screen's.
    """
    if instant is None:
        return "—"
    local, now = timezone.localtime(instant), timezone.localtime()
    here = local.utcoffset()
    if edition:
        local, now = instant.astimezone(edition.zone), now.astimezone(edition.zone)
    elsewhere = f" ({edition.time_zone})" if edition and local.utcoffset() != here else ""
    whole = f"{local:%Y-%m-%d %H:%M}{elsewhere}"
    if local.date() == now.date():
        shown = f"{local:%H:%M}"
    elif local.year == now.year:
        shown = f"{local:%m-%d %H:%M}"
    else:
        shown = f"{local:%Y-%m-%d %H:%M}"
    shown += elsewhere
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), whole, shown)


@register.filter
def html_language(language: str) -> str:
    """A story's language as HTML names it, so that its quotation marks come from the right font."""
    return "en" if language == "en" else "zh-Hans"
