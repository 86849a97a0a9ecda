"""The documentation: every setting, command and address is told of, in both languages."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import get_resolver

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def settings_read() -> set[str]:
    """The environment's names that newsroom/settings.py asks for."""
    tree = ast.parse((ROOT / "newsroom/settings.py").read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func).startswith("env.")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value.isupper()
    }


def commands() -> set[str]:
    folder = ROOT / "articles/management/commands"
    return {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}


def public_routes() -> set[str]:
    routes = set()
    for entry in get_resolver().url_patterns:
        for pattern in getattr(entry, "url_patterns", []):
            if not str(entry.pattern).startswith("admin"):
                routes.add(f"/{entry.pattern}{pattern.pattern}")
    return routes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_setting_and_command_is_documented(language: str) -> None:
    text = (DOCS / language / "running.md").read_text(encoding="utf-8")
    names = settings_read()
    assert len(names) > 8
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []
    assert [name for name in sorted(commands()) if f"manage.py {name}" not in text] == []


def test_every_public_address_is_documented() -> None:
    text = (DOCS / "addresses.md").read_text(encoding="utf-8")
    # `/stories/<int:story_id>/` in the code is `/stories/<story_id>/` in the docs.
    plain = {re.sub(r"<\w+:", "<", route) for route in public_routes()}
    assert [route for route in sorted(plain) if f"`{route}`" not in text] == []


@pytest.mark.parametrize("page", [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"], ids=str)
def test_links_in_the_docs_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
