"""What readers' templates may use. They are Jinja2's (docs/decisions/026): compiled to Python, once.

The desk's templates are Django's. Both read `templatetags/web.py` for dates, bylines and links.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

from django.templatetags.static import static
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, npgettext
from jinja2 import ChainableUndefined, Environment, pass_context
from jinja2.runtime import Context

from articles.models import address
from articles.templatetags import web
from articles.web import head, setting
from articles.web.chrome import Chrome


class ReadersEnvironment(Environment):
    """Jinja2's, with what templates may use in one table: its own looks through two at each page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def environment(**options: Any) -> Environment:
    """The readers' templates, with the functions and filters that they use."""
    made = ReadersEnvironment(**{**options, "undefined": ChainableUndefined})
    made.globals |= {
        "_": words,
        "language": translation.get_language,
        "static": static,
        "url": address.of,
        "standing": standing,
        "pages_in_words": pages_in_words,
        "all_pages_in_words": all_pages_in_words,
        "machines": head.machines,
        "beginning": setting.beginning,
        "story_body": setting.story_body,
        "heads": setting.heads,
        "issue_line": web.issue_line,
        "byline": pass_context(web.byline),
        "here": pass_context(web.here),
        "link": pass_context(web.link),
    }
    dates = (web.long_date, web.short_date, web.month_name, web.weekday, web.weekday_name,
             web.clock_time, web.iso)  # fmt: skip
    of_lines = (setting.clauses, setting.head_size, setting.name_size)
    made.filters |= {one.__name__: one for one in (*dates, *of_lines, web.kind_name)}
    made.filters |= {"linebreaks": paragraphs, "truncatechars": shortened}
    return made


@pass_context
def words(context: Context, message: str) -> str:
    """{{ _("…") }}: what the page says, in its language. They are the same as long as it runs."""
    language = context.get("page_language")
    if language is None:
        return gettext(message)
    said = _said.get((language, message))
    if said is None:
        said = _said[language, message] = gettext(message)
    return said


_said: dict[tuple[str, str], str] = {}


@pass_context
def standing(context: Context, name: str, *varying: Any, caller: Callable[[], str]) -> str:
    """{% call standing("name", one.pk) %} … {% endcall %}: what only editions and sections say.

    It is rendered once for each edition, language and value named, and stands as long as what was
    read of the editions and sections does. Nothing else may be shown in it.
    """
    key = (name, context["page_language"], context["lang_query"], *varying)
    chrome: Chrome = context["chrome"]
    return chrome.piece(key, caller)


def pages_in_words(count: int) -> str:
    return ngettext("%(n)s page", "%(n)s pages", count) % {"n": count}


def all_pages_in_words(count: int) -> str:
    return npgettext("on the front", "%(n)s page", "All %(n)s pages", count) % {"n": count}


def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs and lines of HTML."""
    return mark_safe(linebreaks(text, autoescape=True))


def shortened(text: str, length: int) -> str:
    return Truncator(text).chars(length)
