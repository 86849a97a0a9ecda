"""Datelines and bylines as each language sets them; links that carry the language on."""

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import template
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.models import address
from articles.web.escaping import shown
from articles.web.reading import Credit, Person

register = template.Library()

CHINESE_KINDS = {
    "staff": "记者",
    "correspondent": "通讯员",
    "intern": "实习生",
    "agency": "",
    "contributor": "",
}
CHINESE_ROLES = {"text": "文", "photo": "图", "both": "文/图", "video": "视频", "graphics": "制图"}
ENGLISH_ROLES = {
    "text": "By",
    "both": "Words and photographs by",
    "photo": "Photographs by",
    "video": "Video by",
    "graphics": "Graphics by",
}
WEEKDAYS = "一二三四五六日"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


def _in_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


@register.filter
def long_date(day: dt.date | dt.datetime | None) -> str:
    """2026年11月23日 星期一, or Monday, 23 November 2026; an instant in the edition's zone."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = _local(day)
    if _in_chinese():
        return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


@register.filter
def short_date(day: dt.date | dt.datetime | None) -> str:
    """11月23日, or 23 November."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = _local(day)
    if _in_chinese():
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]}"


@register.filter
def month_name(day: dt.date) -> str:
    """2026年11月, or November 2026."""
    if _in_chinese():
        return f"{day.year}年{day.month}月"
    return f"{MONTHS[day.month - 1]} {day.year}"


@register.filter
def decade(year: int) -> str:
    """1990年代, or 1990s, of any year in it."""
    first = year // 10 * 10
    return f"{first}年代" if _in_chinese() else f"{first}s"


@register.filter
def weekday_name(day: dt.date) -> str:
    """一, or Mon."""
    if _in_chinese():
        return WEEKDAYS[day.weekday()]
    return DAYS[day.weekday()][:3]


@register.filter
def weekday(day: dt.date) -> str:
    """星期一, or Monday."""
    if _in_chinese():
        return f"星期{WEEKDAYS[day.weekday()]}"
    return DAYS[day.weekday()]


@register.filter
def clock_time(instant: dt.datetime | None) -> str:
    """06:05, in the edition's zone."""
    if instant is None:
        return ""
    local = _local(instant)
    return f"{local.hour:02}:{local.minute:02}"


@register.filter
def iso(instant: dt.datetime | dt.date | None) -> str:
    return instant.isoformat() if instant else ""


@register.simple_tag(takes_context=True)
def link(context: dict[str, Any], address: str, **parameters: str) -> str:
    """An address with parameters (empty ones left out), and with `lang` where one was asked for."""
    asked = {name: value for name, value in parameters.items() if value}
    asked |= dict(parse_qsl(context.get("lang_query", "").lstrip("?")))
    return f"{address}?{urlencode(asked)}" if asked else address


# What a screen may be asked beside its language.
ASKED = ("q", "edition", "before", "page", "paper", "section", "by", "from", "to", "sort")


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changes: str) -> str:
    """This screen again, with another `lang`, or `before`: what else was asked for stays asked."""
    given = context["request"].GET
    asked = {name: given[name][:200] for name in ASKED if given.get(name)}
    return link(context, "", **(asked | changes))


@register.simple_tag
def issue_line(number: int) -> str:
    """第18241期, or No. 419."""
    return pgettext("issue number", "No. %(number)d") % {"number": number}


@register.simple_tag(takes_context=True)
def byline(context: dict[str, Any], groups: list[Credit], language: str) -> SafeString:
    """A story's byline in the story's own language, names linked to their pages."""
    query = context.get("lang_query", "")
    if language.startswith("zh"):
        return _chinese(groups, query)
    return _english(groups, query)


def _chinese(groups: list[Credit], query: str) -> SafeString:
    """记者 甲 通讯员 乙 文 丙 图: kinds before names, what they did after, where both are."""
    roles = {credit.role for credit in groups}
    parts: list[str] = []
    for number, credit in enumerate(groups):
        kind = CHINESE_KINDS.get(credit.kind, "")
        names = "\N{EM SPACE}".join(_name(person, query) for person in credit.people)
        last_of_role = number + 1 == len(groups) or groups[number + 1].role != credit.role
        role = CHINESE_ROLES.get(credit.role, "") if last_of_role else ""
        if roles == {"text"}:
            role = ""
        parts.append(" ".join(part for part in (kind, names, role) if part))
    return mark_safe("\N{EM SPACE}".join(parts))  # every name is escaped


def _english(groups: list[Credit], query: str) -> SafeString:
    by_role: dict[str, list[Person]] = {}
    for credit in groups:
        by_role.setdefault(credit.role, []).extend(credit.people)
    parts = []
    for role, people in by_role.items():
        names = [_name(person, query) for person in people]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        parts.append(f"{ENGLISH_ROLES.get(role, 'By')} {listed}")
    return mark_safe(" · ".join(parts))  # every name is escaped


def _name(person: Person, query: str) -> str:
    """A name as HTML."""
    if not person.slug:
        return shown(person.name)
    to = address.of("contributor", person.slug) + query
    return f'<a href="{shown(to)}" rel="author">{shown(person.name)}</a>'


@register.filter
def kind_name(kind: str) -> str:
    """What a contributor is to the paper, in the language of the chrome."""
    names = {
        "staff": _("staff reporter"),
        "correspondent": _("correspondent"),
        "intern": _("intern"),
        "agency": _("agency"),
        "contributor": pgettext("kind of contributor", "contributor"),
    }
    return names.get(kind, "")


def _local(instant: dt.datetime) -> dt.datetime:
    return timezone.localtime(instant)
