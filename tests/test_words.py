"""The words on screen: every one is there in Chinese, and what is compiled is what is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "newsroom/locale/zh_Hans/LC_MESSAGES/django.po"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def in_python() -> Iterator[tuple[str, str]]:
    for folder in ("articles", "newsroom"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    if node.func.id not in CALLS or not node.args:
                        continue
                    word = node.args[1 if node.func.id.startswith("pgettext") else 0]
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield str(path.relative_to(ROOT)), word.value


def in_templates() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # As Django's templates write it, and as the readers' do.
        for _quote, word in re.findall(r"(?:{%\s*translate\s+|\b_\()(\"|')(.+?)\1", text):
            yield str(path.relative_to(ROOT)), word


def test_every_word_on_screen_is_there_in_chinese() -> None:
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE)) if entry.translated()}
    missing = {
        f"{where}: {word}" for where, word in [*in_python(), *in_templates()] if word not in known
    }
    assert missing == set(), "run `make messages` and translate what is new"


def test_nothing_is_half_translated() -> None:
    catalogue = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []
    for entry in catalogue:
        names = set(re.findall(r"%\((\w+)\)[sd]", entry.msgid))
        said = entry.msgstr or "".join(entry.msgstr_plural.values())
        assert set(re.findall(r"%\((\w+)\)[sd]", said)) == names, entry.msgid


def test_what_is_compiled_is_what_is_written() -> None:
    written = {(e.msgctxt, e.msgid): e.msgstr for e in polib.pofile(str(CATALOGUE))}
    compiled = {
        (e.msgctxt, e.msgid): e.msgstr for e in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }
    assert compiled == written, "run `make messages`"
