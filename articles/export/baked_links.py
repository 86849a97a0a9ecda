"""Links of a page, as they lead between files: which address a link means, and which file that is."""

import html
import posixpath
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from articles.freshness.kept import digest_of

# Our templates, and the sanitiser, write attributes in double quotes.
LINKS = re.compile(r'(\s(?:href|src|srcset|poster|action)=")([^"]*)(")')
IN_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
# Bytes: disks take 255, and the compressed form beside it has three more.
LONGEST_NAME = 250


def in_page(text: str, turn: Callable[[str], str]) -> str:
    """A page with each of its links turned into another."""

    def turned(found: re.Match[str]) -> str:
        before, written, after = found.groups()
        given = html.unescape(written)
        if "srcset" in before:
            parts = [part.strip().partition(" ") for part in given.split(",")]
            made = ", ".join(f"{turn(link)} {size}".strip() for link, _, size in parts)
        else:
            made = turn(given)
        return before + html.escape(made) + after

    return LINKS.sub(turned, text)


def address_of(link: str, page: str, host: str) -> str | None:
    """The paper's own address that a link on `page` means, its query in one order, else None."""
    parts = urlsplit(urljoin(f"https://{host}{page}", link))
    if parts.scheme not in ("http", "https") or parts.netloc != host:
        return None
    query = urlencode(sorted(parse_qsl(parts.query)))
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._")
    return f"{path}?{query}" if query else path


def file_of(address: str) -> str:
    """Where an address's file lies: `/a/` in `a/index.html`, `/a/?x=1` in `a/q/x=1/index.html`."""
    path, _, query = address.partition("?")
    path = unquote(path)
    if query:
        path = f"{path.rstrip('/')}/q/{re.sub('[^A-Za-z0-9=&._-]', '_', query)}/"
    file = (path + "index.html" if path.endswith("/") else path).lstrip("/")
    return "/".join(_name(one) for one in file.split("/"))


def _name(part: str) -> str:
    """A part of an address as a name that every disk takes: its end is a digest if it is longer."""
    written = part.encode()
    if len(written) <= LONGEST_NAME:
        return part
    return written[: LONGEST_NAME - 25].decode(errors="ignore") + "-" + digest_of(written)


def link_to(address: str, page: str, fragment: str, *, relative: bool) -> str:
    """How `page` links to an address that has a file: from the top, or from where it lies itself."""
    file = file_of(address)
    tail = f"#{fragment}" if fragment else ""
    if relative:
        return quote(posixpath.relpath(file, posixpath.dirname(file_of(page)) or ".")) + tail
    return "/" + quote(file.removesuffix("index.html"), safe="/=&") + tail
