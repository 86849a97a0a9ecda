"""Readers' templates are Jinja2's: each compiles, and what stands in it is escaped."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in (FOLDER / "web").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_template_of_the_readers_compiles(name: str) -> None:
    """One written in Django's way (`{% load %}`, `{% url %}`) is told of here, by its name."""
    engines["readers"].get_template(name)


def test_what_is_shown_is_escaped() -> None:
    made = engines["readers"].from_string("{{ word }} {{ nothing.at.all }}")
    assert made.render({"word": "<script>&"}) == "&lt;script&gt;&amp; "
