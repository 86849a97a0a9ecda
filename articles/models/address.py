"""Addresses that a page names by the dozen, written without asking the resolver each time."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import quote

from django.urls import NoReverseMatch, get_script_prefix, reverse

# As Django quotes them (django.urls.resolvers.URLResolver).
SAFE = "!$&'()*+,;=" + "/~:@"
# What is written as it is: nearly every slug.
PLAIN = re.compile(r"[a-z0-9-]+").fullmatch
# What differs from page to page, and how one of each is written while an address is learnt.
NUMBER, DAY = 7_000_000_000_000, dt.date(1789, 7, 14)

# Of the page that is being made: Django's own answer costs more than an address.
_prefix: ContextVar[str | None] = ContextVar("where the paper's addresses begin", default=None)


def prefix() -> str:
    """Where the paper's addresses begin: under a server's own prefix, or at "/"."""
    return _prefix.get() or get_script_prefix()


@contextmanager
def of_a_page() -> Iterator[None]:
    """Inside, a page is made: all its addresses begin alike."""
    token = _prefix.set(get_script_prefix())
    try:
        yield
    finally:
        _prefix.reset(token)


def story(pk: int, slug: str) -> str:
    """A story's address. Raises NoReverseMatch where the slug makes none."""
    if not PLAIN(slug):
        if not slug or "/" in slug:
            return reverse("web:story", args=[pk, slug])
        slug = quote(slug, safe=SAFE)
    return f"{_stories(prefix())}{pk}/{slug}/"


def of(name: str, *arguments: object) -> str:
    """The address of a readers' view. Raises NoReverseMatch where the arguments make none."""
    begins = prefix()
    differing = [one for one in arguments if type(one) in (int, dt.date)]
    if differing:
        shape = tuple(type(one) if type(one) in (int, dt.date) else one for one in arguments)
        learnt = _learnt(begins, name, shape)
        if learnt is not None:
            return learnt.format(*differing)
    return _of(begins, name, arguments)


@lru_cache(maxsize=16)
def _stories(prefix: str) -> str:
    """Where the addresses of stories begin, under a server's own `prefix`."""
    return reverse("web:story", args=[1, "a"]).removesuffix("1/a/")


@lru_cache(maxsize=4096)
def _learnt(prefix: str, name: str, shape: tuple[object, ...]) -> str | None:
    """A view's address with {} for each number and date; None where not any would do (a month)."""
    stand_ins = [
        NUMBER + at if one is int else DAY if one is dt.date else one
        for at, one in enumerate(shape)
    ]
    try:
        made = reverse(f"web:{name}", args=stand_ins)
    except NoReverseMatch:
        return None
    for one, kind in zip(stand_ins, shape, strict=True):
        if kind in (int, dt.date):
            if made.count(str(one)) != 1:
                return None
            made = made.replace(str(one), "{}")
    return made


@lru_cache(maxsize=4096)
def _of(prefix: str, name: str, arguments: tuple[object, ...]) -> str:
    return reverse(f"web:{name}", args=arguments)
