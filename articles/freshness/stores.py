"""Which store this process keeps its pages in: Redis where CACHE_URL names one, else its memory."""

import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connections

from articles.freshness.local import LocalStore
from articles.freshness.remote import AwayError, RemoteStore
from articles.freshness.stamps import Stamps

logger = logging.getLogger("newsroom.freshness")
Store = LocalStore | RemoteStore
REDIS = ("redis://", "rediss://", "unix://")

_lock = threading.Lock()
_store: Store | None = None
_is_open = False
# What brings a store up to the record: given by the room that may read it (`rules.cold`).
_reconcile: Callable[[Store], object] | None = None


def reconcile_by(function: Callable[[Store], object]) -> None:
    """From now on a store that may have forgotten something is told by `function`."""
    global _reconcile
    _reconcile = function


def current() -> Store | None:
    """The store, opened at the first call. None where what is fresh cannot be known.

    One without room (`keeps` is false) knows it, and keeps no page.
    """
    if not _is_open:
        with _lock:
            _open()
    return _store


def forget() -> None:
    """Close the store: pages are forgotten, and the next call opens it anew."""
    global _store, _is_open
    with _lock:
        if _store is not None:
            _store.clear()
        _store, _is_open = None, False


def stamp_file() -> Path:
    """Where the stamps are: beside a database in a file, else in a folder of this account's."""
    database = connections["default"].settings_dict
    name = str(database["NAME"])
    if database["ENGINE"].endswith("sqlite3") and not name.startswith("file:"):
        return Path(f"{name}.stamps")
    which = "|".join([name, str(database["HOST"]), str(database["PORT"])])
    folder = Path(tempfile.gettempdir()) / f"newsroom-{os.getuid()}"
    return folder / f"{hashlib.sha256(which.encode()).hexdigest()[:16]}.stamps"


def _open() -> None:
    global _store, _is_open
    if _is_open:
        return
    room = max(0, settings.PAGE_CACHE_MB) * 1024 * 1024
    if room and settings.CACHE_ADDRESS.startswith(REDIS):
        _store = RemoteStore(settings.CACHE_ADDRESS, _reconcile or _nothing)
    else:
        try:
            _store = LocalStore(Stamps(stamp_file()), room)
        except OSError:
            logger.exception("pages are not kept: the stamp file cannot be opened")
            _store = None
    _is_open = True


def _nothing(store: Store) -> None:
    raise AwayError("Nobody knows what the store may have forgotten.")
