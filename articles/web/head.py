"""The head of a page as machines read it: its one address, its languages, feeds and share card."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils.encoding import iri_to_uri
from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context

from articles.models import Edition, address
from articles.web import share_card, structured
from articles.web.escaping import shown
from articles.web.reading import HTML_LANGUAGES, Reading
from newsroom.middleware import is_of_the_desk

# The language of the chrome, as `?lang=` and as `hreflang` name it.
CHROMES = tuple(HTML_LANGUAGES.items())
# Where `?edition=` chooses what is shown.
BY_EDITION = ("archive", "archive-month", "corrections", "about")
FEEDS = (("application/atom+xml", "xml"), ("application/feed+json", "json"))
IN_A_SCRIPT = ((">", "\\u003E"), ("<", "\\u003C"), ("&", "\\u0026"))


@pass_context
def machines(context: Context) -> SafeString:
    """Canonical address, languages, feeds, manifest, and what a share or a search engine shows.

    At the desk (previews), and where there is no page, there is nothing for machines: a page that
    is not there looks like any other that never was.
    """
    request, edition = context["request"], context["edition"]
    if is_of_the_desk(request) or context.get("status", 200) != 200:
        return SafeString()
    story, person = context.get("story"), context.get("person")
    # Whether the paper goes by this name was asked when the request came in (CommonMiddleware).
    origin = f"{request.scheme}://{request._get_raw_host()}"
    own = story.get_absolute_url() if story else iri_to_uri(request.path)
    match = request.resolver_match
    if match and match.url_name == "front":
        own = edition.get_absolute_url()  # one page, at two addresses
    if match and match.url_name in BY_EDITION:  # as the sitemaps and every link have it
        own += "?" + urlencode({"edition": edition.slug})
    plain = origin + own
    alternates = [
        # In its edition's language a page has no other address than its plain one.
        (code, html, plain if code == edition.language else _with(plain, code))
        for code, html in CHROMES
    ]
    # Each is the canonical one of its language: search engines heed `hreflang` of such only.
    spoken = context["lang_query"].removeprefix("?lang=")
    canonical = next((other for code, _, other in alternates if code == spoken), plain)
    lines = [
        f'<link rel="canonical" href="{shown(canonical)}">',
        *(_alternate(html, other) for _, html, other in alternates),
        _alternate("x-default", plain),
        *_feed(context.get("feed")),
        context["chrome"].piece(("machines",), partial(_of_the_edition, edition)),
        _property("og:url", canonical),
    ]
    if story:
        lines += _of_a_story(context, story, origin)
    else:
        lines += (
            _property("og:type", "profile" if person else "website"),
            _property("og:title", person.name if person else edition.name),
        )
    return SafeString("\n".join(lines))


def _of_a_story(context: Context, story: Reading, origin: str) -> list[str]:
    """What a story says of itself where it is shared, and to search engines."""
    share = share_card.for_story(story)
    lines = [
        _property("og:type", "article"),
        _property("og:title", story.short_title),
        _property("og:description", story.summary),
        _property("article:published_time", story.published_at.isoformat()),
        _property("article:modified_time", story.modified_at.isoformat()),
        *(_property("article:tag", tag["name"]) for tag in story.tags),
    ]
    if share:
        lines += (
            _property("og:image", origin + share.address),
            _property("og:image:width", share.width),
            _property("og:image:height", share.height),
            _property("og:image:alt", share.words),
            '<meta name="twitter:card" content="summary_large_image">',
        )
    drawn = [origin + share.address] if share and share.is_drawn else []
    section, place = context.get("section"), context.get("ran_in")
    made = structured.article(origin, story, context["edition"], section, place, drawn)
    lines.append(f'<script type="application/ld+json">{_script(made)}</script>')
    return lines


def _property(name: str, content: object) -> str:
    return f'<meta property="{name}" content="{shown(str(content))}">'


def _alternate(language: str, to: str) -> str:
    return f'<link rel="alternate" hreflang="{language}" href="{shown(to)}">'


def _with(address: str, language: str) -> str:
    return address + ("&" if "?" in address else "?") + f"lang={language}"


def _of_the_edition(edition: Edition) -> str:
    """What is the same on all pages of an edition."""
    feed = address.of("feed", edition.slug).removesuffix(".xml")
    lines = [
        *_feed((feed, edition.name)),
        f'<link rel="manifest" href="{shown(address.of("manifest", edition.slug))}">',
        _property("og:site_name", edition.name),
        _property("og:locale", "zh_CN" if edition.language.startswith("zh") else "en_GB"),
    ]
    return "\n".join(lines)


def _feed(feed: tuple[str, str] | None) -> list[str]:
    """A feed that a page belongs to, as (address without its ending, title), in both formats."""
    if feed is None:
        return []
    begins, title = map(shown, feed)
    return [
        f'<link rel="alternate" type="{kind}" title="{title}" href="{begins}.{ending}">'
        for kind, ending in FEEDS
    ]


def _script(data: dict[str, Any]) -> str:
    """JSON that may stand inside a script element."""
    written = orjson.dumps(data).decode()
    for sign, harmless in IN_A_SCRIPT:
        written = written.replace(sign, harmless)
    return written
