"""The head of a page as machines read it: its one address, its languages, feeds and share card."""

from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils.encoding import iri_to_uri
from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context

from articles.models import address
from articles.web import share_card, structured
from articles.web.reading import HTML_LANGUAGES

# The language of the chrome, as `?lang=` and as `hreflang` name it.
CHROMES = tuple(HTML_LANGUAGES.items())
# Where `?edition=` chooses what is shown.
BY_EDITION = ("archive", "archive-month", "corrections", "about")
IN_A_SCRIPT = ((">", "\\u003E"), ("<", "\\u003C"), ("&", "\\u0026"))


@pass_context
def machines(context: Context) -> SafeString:
    """Canonical address, languages, feeds, manifest, and what a share or a search engine shows.

    At the desk (previews), and where there is no page, there is nothing for machines: a page that
    is not there looks like any other that never was.
    """
    request, edition = context["request"], context["edition"]
    if request.path.startswith("/admin/") or context.get("status", 200) != 200:
        return SafeString()
    story, person = context.get("story"), context.get("person")
    origin = f"{request.scheme}://{request.get_host()}"
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
    canonical = next((address for code, _, address in alternates if code == spoken), plain)
    made: dict[str, Any] = {
        "edition": edition,
        "canonical": canonical,
        "default": plain,
        "alternates": [(html, address) for _, html, address in alternates],
        "feeds": _feeds(context),
        "story": story,
        "person": person,
        "locale": "zh_CN" if edition.language.startswith("zh") else "en_GB",
    }
    if story:
        made["share"] = share = share_card.for_story(story)
        made["structured"] = _script(
            structured.article(
                origin,
                story,
                edition,
                context.get("section"),
                context.get("ran_in"),
                [origin + share.address] if share and share.is_drawn else [],
            )
        )
        if share:
            made["share_address"] = origin + share.address
    return SafeString(context.environment.get_template("web/machines.html").render(made))


def _with(address: str, language: str) -> str:
    return address + ("&" if "?" in address else "?") + f"lang={language}"


def _feeds(context: Context) -> list[tuple[str, str]]:
    """Title and address, without its ending, of the feeds a page belongs to."""
    edition = context["edition"]
    found = []
    if feed := context.get("feed"):
        kind, slug, title = feed
        found.append((title, f"/feeds/{kind}/{slug}"))
    found.append((edition.name, address.of("feed", edition.slug).removesuffix(".xml")))
    return found


def _script(data: dict[str, Any]) -> SafeString:
    """JSON that may stand inside a script element."""
    written = orjson.dumps(data).decode()
    for sign, harmless in IN_A_SCRIPT:
        written = written.replace(sign, harmless)
    return SafeString(written)
