"""A body's HTML: what the editor offers is what the sanitiser allows, and nothing else."""

import time

import pytest
from django_prose_editor.config import allowlist_from_extensions, expand_extensions

from articles.text import markup


def test_the_editor_offers_what_the_sanitiser_allows() -> None:
    offered = allowlist_from_extensions(expand_extensions(markup.EXTENSIONS))
    assert set(offered["tags"]) == set(markup.TAGS)
    for tag, names in offered["attributes"].items():
        assert set(names) <= markup.ATTRIBUTES.get(tag, set()), tag


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>渔港<script>alert(1)</script></p>", "<p>渔港</p>"),
        ('<p style="color:red" class="MsoNormal">字</p>', "<p>字</p>"),
        ('<a href="javascript:alert(1)">链接</a>', "<a>链接</a>"),
        ('<img src="https://tracker.example/x.gif">', ""),
        ("<svg><script>1</script></svg>", ""),
        ("<p>　　两格缩进</p>", "<p>两格缩进</p>"),
        ("<p></p><p>&nbsp;</p><p>话</p>", "<p>话</p>"),
        ("<h1>大</h1><h2>小标题</h2>", "大<h2>小标题</h2>"),
        ("<iframe src=//x></iframe><style>p{}</style>", ""),
    ],
)
def test_what_is_not_allowed_goes(typed: str, kept: str) -> None:
    assert markup.clean(typed) == kept


def test_cleaning_twice_changes_nothing() -> None:
    once = markup.clean('<p>甲 &amp; 乙 <a href="https://a.example/?x=1&y=2">三</a></p>')
    assert markup.clean(once) == once


def test_plain_paragraphs_are_escaped() -> None:
    made = markup.paragraphs_to_html(["甲 < 乙 & <b>丙</b>"])
    assert made == "<p>甲 &lt; 乙 &amp; &lt;b&gt;丙&lt;/b&gt;</p>"
    assert markup.plain_text(made) == "甲 < 乙 & <b>丙</b>"


@pytest.mark.parametrize("nest", ["<div>", "<div></b>", "<b><i>", "<ul><li>"])
def test_what_is_nested_absurdly_deep_leaves_its_words_at_once(nest: str) -> None:
    began = time.perf_counter()
    assert "渔港" in markup.clean(nest * 20_000 + "<p>渔港</p>")
    assert time.perf_counter() - began < 2


def test_paragraphs_and_items_left_open_are_no_deeper_for_it() -> None:
    assert markup.clean("<p>段" * 500).count("<p>") == 500
    assert markup.clean("<ul>" + "<li>条" * 500 + "</ul>").count("<li>") == 500
