"""How a page's time grows with the archive: archives of every size, asked in turn by one reader."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.bench import load, serving

SINGLE = 1
# Half an hour apart a machine that others use too may be half as fast: so the sizes are measured
# within seconds of each other, a second each, and a figure is the median of so many measurements.
ROUNDS, EACH = 11, 1.0


@dataclass(frozen=True)
class Archive:
    """An archive to serve by `environment`: what is asked of it by kind of page, as whom.

    `pages` is where the findings go, by kind under "single".
    """

    environment: Mapping[str, str]
    asked: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    pages: dict[str, dict[str, Any]]


def measure(archives: Sequence[Archive], workers: int, seconds: float, folder: Path) -> None:
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
            for one, server in having:
                _press(one, server, kind, min(seconds, load.RUN_UP), folder)
            rounds = [
                [_press(one, server, kind, min(seconds, EACH), folder) for one, server in having]
                for _ in range(ROUNDS)
            ]
            for (one, _server), measured in zip(having, zip(*rounds, strict=True), strict=True):
                found = one.pages.setdefault(kind, {})
                found["single"] = load.median(measured).__dict__


def _press(
    one: Archive, server: serving.Server, kind: str, seconds: float, folder: Path
) -> load.Load:
    return load.press(
        server.port, one.asked[kind], seconds, folder, connections=SINGLE, headers=one.headers
    )
