"""How a page's time grows with the archive: archives of every size, asked in turn by one reader."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from articles.bench import load, serving

# A machine that others use too is half as fast from one second to the next: so one reader asks the
# sizes for a page each, over and over, for so many times the seconds of the other measurements.
TIMES = 10


@dataclass(frozen=True)
class Archive:
    """An archive to serve by `environment`: what is asked of it by kind of page, as whom.

    `pages` is where the findings go, by kind under "single".
    """

    environment: Mapping[str, str]
    asked: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    pages: dict[str, dict[str, Any]]


def measure(archives: Sequence[Archive], workers: int, seconds: float) -> None:
    """Ask each archive for each kind of page, nothing kept, in turn. Fills their `pages`."""
    with contextlib.ExitStack() as stack:
        served = [
            (one, stack.enter_context(serving.granian(
                "newsroom.wsgi:application", {**one.environment, "PAGE_CACHE_MB": "0"}, workers, "/"
            )))
            for one in archives
        ]  # fmt: skip
        for kind in dict.fromkeys(kind for one in archives for kind in one.asked):
            print(f"    {kind}, one reader …", file=sys.stderr, flush=True)
            having = [(one, server) for one, server in served if kind in one.asked]
            asked = [
                load.Asked(server.port, one.asked[kind], one.headers) for one, server in having
            ]
            found = load.in_turn(asked, seconds * TIMES * len(having))
            for (one, _server), single in zip(having, found, strict=True):
                one.pages.setdefault(kind, {})["single"] = single.__dict__
