"""A story's body as HTML: the only sanitiser, and the one list of what a body may hold.

The editor in the admin offers `EXTENSIONS`; `clean` allows exactly what these produce. A test
holds the two against each other.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import nh3

EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
}

TAGS = frozenset(
    ["p", "br", "strong", "em", "sub", "sup", "h2", "h3", "ul", "ol", "li", "blockquote", "hr", "a"]
)
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start", "type", "data-type"}}
URL_SCHEMES = frozenset({"http", "https", "mailto"})

_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    url_schemes=set(URL_SCHEMES),
    link_rel=None,
    clean_content_tags={"script", "style", "template", "noscript", "iframe", "object"},
)
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote)>|<br>|<hr>")
_TAG = re.compile(r"<[^>]*>")
_INNERMOST_TAG = re.compile(r"<[^<>]*>")
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|\u3000|<br>)*</p>")
# Han paragraphs are indented by the stylesheet, never by typed ideographic spaces.
_TYPED_INDENT = re.compile(r"(<p>)(?:\s|&nbsp;|\u3000)+")


_OPENS_OR_CLOSES = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# No article is nested so deep. The sanitiser's time grows with the square of the depth.
DEEPEST = 200
# Void, or closed by the next of their kind: left open in many a paste, and no deeper for it.
_NEVER_DEEP = frozenset(["br", "hr", "img", "meta", "link", "input", "col", "p", "li", "tr", "td"])


def _is_too_deep(markup: str) -> bool:
    """Whether more than `DEEPEST` elements may be open at once; each is closed by its own name."""
    still_open: Counter[str] = Counter()
    for found in _OPENS_OR_CLOSES.finditer(markup):
        name = found[2].lower()
        if name in _NEVER_DEEP:
            continue
        if not found[1]:
            still_open[name] += 1
        elif still_open[name]:
            still_open[name] -= 1
        if still_open.total() > DEEPEST:
            return True
    return False


def clean(markup: str) -> str:
    """Return `markup` with everything but the allowed tags and attributes taken out.

    Of what is nested absurdly deep only the words are left.
    """
    if _is_too_deep(markup):
        markup = _INNERMOST_TAG.sub(" ", markup)
    cleaned = _cleaner.clean(markup)
    cleaned = _EMPTY_PARAGRAPH.sub("", cleaned)
    return _TYPED_INDENT.sub(r"\1", cleaned).strip()


def paragraphs_to_html(paragraphs: Iterable[str]) -> str:
    """Return plain-text paragraphs as body HTML, every character escaped."""
    return "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)


def plain_text(markup: str) -> str:
    """Return the words of a clean body, one line for each paragraph, heading or list item."""
    text = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup)))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
