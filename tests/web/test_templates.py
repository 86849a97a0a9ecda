"""Readers' templates are Jinja2's: each compiles, calls what it names, and escapes what it shows."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from jinja2 import UndefinedError
from markupsafe import Markup

from articles.web.escaping import shown

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in (FOLDER / "web").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_template_of_the_readers_compiles(name: str) -> None:
    """One written in Django's way (`{% load %}`, `{% url %}`) is told of here, by its name."""
    engines["readers"].get_template(name)


def rendered(source: str, **context: Any) -> str:
    template: Any = engines["readers"].from_string(source)
    return str(template.render({"page_language": "en", "lang_query": "", **context}))


@pytest.mark.parametrize(
    ("given", "as_html"),
    [
        ("Gale & tide <now> \"here\" 'there'",
         "Gale &amp; tide &lt;now&gt; &#34;here&#34; &#39;there&#39;"),
        ("潮水退了", "潮水退了"),
        (SafeString("<b>渔港</b>"), "<b>渔港</b>"),
        (Markup("<b>渔港</b>"), "<b>渔港</b>"),
        (format_html("<b>{}</b>", "<i>"), "<b>&lt;i&gt;</b>"),
        (gettext_lazy("Tags & more"), "Tags &amp; more"),
        (12, "12"),
        (None, "None"),
    ],
)  # fmt: skip
def test_text_is_escaped_unless_it_says_that_it_is_html(given: object, as_html: str) -> None:
    assert shown(given) == as_html
    assert rendered("{{ given }}", given=given) == as_html


def test_a_template_calls_with_the_context_who_asks_for_it() -> None:
    with translation.override("en"):
        assert rendered('{{ _("Tags") }} {{ pages_in_words(2) }}') == "Tags 2 pages"
    assert rendered("{{ one.strip('x') }}{{ link('/search/', q='<') }}", one="xax") == (
        "a/search/?q=%3C"
    )
    assert rendered("{{ f(*given, **named) }}", f=max, given=[1, 7], named={}) == "7"


def test_what_is_not_there_is_nothing_and_cannot_be_called() -> None:
    assert rendered("{{ section.name }}{{ story.tags.first }}{{ empty.name }}", empty={}) == ""
    with pytest.raises(UndefinedError):
        rendered("{{ section.get_absolute_url() }}")
