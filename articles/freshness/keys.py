"""The names of what pages show, and the numbers that stand for them."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from django.conf import settings

# Two keys may share a number: then a page is made anew once too often, never once too seldom.
BUCKETS = 1 << 16

RECORD = "record"  # anything at all in the record; a page that says nothing else shows all of it
CHROME = "chrome"  # names and order of editions and sections, which stand around every page


def story(pk: int) -> str:
    """A story's words, or that it is not there."""
    return f"story:{pk}"


def place(pk: int) -> str:
    """Where a story stands in print."""
    return f"place:{pk}"


def package(pk: int) -> str:
    """Which stories are grouped under this one."""
    return f"package:{pk}"


def edition(pk: int) -> str:
    """Which stories and issues an edition has: its front and feed."""
    return f"edition:{pk}"


def corrections(pk: int) -> str:
    """Which stories of an edition were put right in public."""
    return f"corrections:{pk}"


def section(pk: int) -> str:
    """Which stories a section has."""
    return f"section:{pk}"


def tag(slug: str) -> str:
    """Which stories bear a tag."""
    return f"tag:{slug}"


def person(pk: int) -> str:
    """A contributor, and which stories are theirs."""
    return f"person:{pk}"


def picture(name: str) -> str:
    """Whether a live story shows the picture of this public name."""
    return f"picture:{name}"


def sheet(name: str) -> str:
    """Whether a live issue shows the printed page of this public name, and all on it is live."""
    return f"sheet:{name}"


def issue(edition: int, date: dt.date) -> str:
    """An edition's issue of a date: which pages it has, and what stands on them."""
    return f"issue:{edition}:{date.isoformat()}"


def issues(edition: int) -> str:
    """Which issues an edition has: the archive, and the ways to the issue before and after."""
    return f"issues:{edition}"


@lru_cache(maxsize=100_000)
def number(key: str) -> int:
    """The number of a key, below BUCKETS. Nobody without the paper's secret knows whose it is."""
    made = blake2b(key.encode(), digest_size=8, key=settings.SECRET_KEY.encode()[:64]).digest()
    return int.from_bytes(made, "big") % BUCKETS


def numbers(keys: Iterable[str]) -> tuple[int, ...]:
    """The numbers of keys, sorted, each once."""
    return tuple(sorted({number(key) for key in keys}))


def surrogate(number: int) -> str:
    """A number as the `Surrogate-Key` header and the purge hook write it."""
    return f"n{number:04x}"
