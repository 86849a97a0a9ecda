"""Telling a CDN what to drop: one request a change, after the commit, in a thread of its own."""

import atexit
import logging
import time
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from django.conf import settings

from articles.freshness import keys

logger = logging.getLogger("newsroom.freshness")
ATTEMPTS = 3
PATIENCE = 5.0  # seconds for one attempt
# CDNs take so many names in one request (Fastly: 256).
AT_ONCE = 200


def is_configured() -> bool:
    return bool(settings.PURGE_URL)


def send(numbers: Iterable[int]) -> None:
    """Ask the CDN to drop the pages that show these keys. Returns at once; failures are logged."""
    if not is_configured():
        return
    names = [keys.surrogate(number) for number in sorted(numbers)]
    for start in range(0, len(names), AT_ONCE):
        _sender().submit(_send, names[start : start + AT_ONCE])


@lru_cache(maxsize=1)
def _sender() -> ThreadPoolExecutor:
    made = ThreadPoolExecutor(max_workers=2, thread_name_prefix="purge")
    atexit.register(made.shutdown, wait=True)  # a command's last purge still goes out
    return made


def _send(names: list[str]) -> None:
    address = settings.PURGE_URL.replace("{keys}", "%20".join(names))
    request = urllib.request.Request(address, data=b"", method="POST")
    request.add_header("Surrogate-Key", " ".join(names))
    if settings.PURGE_HEADER:
        name, _, value = settings.PURGE_HEADER.partition(":")
        request.add_header(name.strip(), value.strip())
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE):
                return
        except (OSError, ValueError) as error:
            # Never with the address: a token may stand in it.
            logger.error("purge failed", extra={"attempt": attempt, "error": type(error).__name__})
        if attempt < ATTEMPTS:
            time.sleep(attempt)
