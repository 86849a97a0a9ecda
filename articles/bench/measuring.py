"""One archive measured: run as a program of its own, with the scratch database in its environment.

`python -m articles.bench.measuring` reads its orders as JSON from standard input, prints progress
to standard error, and its findings as JSON to standard output.
"""

import contextlib
import datetime as dt
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

MOST_KEPT = 8
# What is set against what. A machine that others use too is not as fast in one second as in the
# next: each figure is the median of some measurements made in turn, and each ratio that of the
# ratios of one turn, whose measurements are seconds apart.
AGAINST = (("warm", "bare"), ("cold", "bare"), ("baked", "nginx"))
# What grows at the desk could: its lists.
AT_THE_DESK = {
    "story list": ["/admin/articles/story/"],
    "search at the desk": ["/admin/articles/story/?q=%E5%9B%BE%E4%B9%A6%E9%A6%86"],
}
NOT_COMPRESSED = ("css", "js", "mjs", "svg", "txt", "json", "map", "html", "md", "webmanifest",
                  "woff", "woff2", "png", "ico", "jpg", "gif", "webp", "xml")  # fmt: skip


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(orders: dict[str, Any]) -> dict[str, Any]:
    """Make the archive, and measure what `orders["parts"]` names. Returns the findings."""
    from django.conf import settings
    from django.core.management import call_command

    folder = Path(orders["folder"])
    say(f"  {orders['stories']:,} stories: making the archive …")
    call_command("migrate", verbosity=0)
    if not any((folder / "static").glob("*")):
        # Pages name them by their digests; they themselves are not asked for, and compressing
        # them takes longer than all else that a small run does.
        settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = NOT_COMPRESSED
        call_command("collectstatic", interactive=False, verbosity=0)
    made, found = _fill(orders["stories"])
    if "pages" in orders["parts"]:
        found |= pages(made.addresses, orders, folder)
    if "desk" in orders["parts"]:
        from articles.bench import desk

        say("  the desk …")
        found["desk"] = desk.measure(orders["an_issue"])
    return found


def _fill(stories: int) -> tuple[Any, dict[str, Any]]:
    from articles.bench import archive

    began, told = time.monotonic(), 0

    def progress(done: int, of: int) -> None:
        nonlocal told
        if done - told >= 50_000:
            told = done
            say(f"    {done:,} of {of:,}, {time.monotonic() - began:.0f} s")

    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    last = _twentieth(before=now - dt.timedelta(hours=2))
    made = archive.fill(stories, last, progress)
    took = time.monotonic() - began
    return made, {"stories": stories, "rows": made.rows, "filled_in": round(took, 1)}


def _twentieth(before: dt.datetime) -> dt.datetime:
    """The last 20th of a month, at its hour: that month then has as many issues in the smallest
    archive worth measuring, of 25 days, as in the largest."""
    return next(day for back in range(31) if (day := before - dt.timedelta(days=back)).day == 20)


def pages(addresses: dict[str, list[str]], orders: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Every kind of page, cold and warm, against the bare view and nginx, in this one run."""
    from articles.bench import load, serving

    table: dict[str, dict[str, Any]] = {}
    bare = folder / "bare"
    bare.mkdir(exist_ok=True)
    quoted = {kind: list(map(load.quoted, asked)) for kind, asked in addresses.items()}
    for number, (kind, asked) in enumerate(addresses.items()):
        table[kind] = _once(asked[len(asked) // 2])
        (bare / str(number)).write_bytes(table[kind].pop("body"))
    seconds, workers = orders["seconds"], orders["workers"]
    with contextlib.ExitStack() as stack:
        cold = stack.enter_context(
            serving.granian("newsroom.wsgi:application", {"PAGE_CACHE_MB": "0"}, workers, "/")
        )
        warm = stack.enter_context(
            serving.granian("newsroom.wsgi:application", {"PAGE_CACHE_MB": "64"}, workers, "/")
        )
        plain = stack.enter_context(
            serving.granian("articles.bench.bare:application", {"BENCH_BARE": str(bare)}, workers,
                            "/0")
        )  # fmt: skip
        file = stack.enter_context(serving.nginx(bare, workers, folder))
        tree = _bake(folder)
        baked = stack.enter_context(
            serving.nginx_as_in_the_guide(tree, serving.free_port(), workers, folder, "/archive/")
        )
        for number, (kind, paths) in enumerate(quoted.items()):
            say(f"    {kind} …")
            own = [f"/{number}"]
            row = table[kind]
            # Each worker keeps pages of its own: a few, so that all of them are kept by all.
            known = paths[:MOST_KEPT]
            # What is measured is a page, and not the start of a process: its first pages compile
            # templates, write queries and open connections.
            for port, asked_first in ((plain.port, own), (cold.port, paths), (warm.port, known)):
                load.press(port, asked_first, min(seconds, load.RUN_UP), folder)
            there = [path for path in paths if (tree / path.strip("/") / "index.html").exists()]
            asking = {
                "bare": (plain.port, own),
                "cold": (cold.port, paths),
                "warm": (warm.port, known),
            }
            if file is not None:
                asking["nginx"] = (file.port, own)
            if baked is not None and there:
                asking["baked"] = (baked.port, there)
            # Side by side in time: what else the machine does falls on all of them.
            rounds = [
                {name: load.press(port, asked, seconds, folder)
                 for name, (port, asked) in asking.items()}
                for _ in range(orders["rounds"])
            ]  # fmt: skip
            row |= {name: load.median([one[name] for one in rounds]).__dict__ for name in asking}
            row["ratios"] = {
                f"{name} ÷ {other}": load.ratio([(one[name], one[other]) for one in rounds])
                for name, other in AGAINST
                if name in asking and other in asking
            }
        return {
            "pages": table,
            "started_in": round(cold.started_in, 2),
            "memory": {"cold": cold.memory(), "warm": warm.memory(), "bare": plain.memory()},
            "asked": quoted | AT_THE_DESK,
            "headers": _signed_in(),
        }


def _bake(folder: Path) -> Path:
    """The paper of the last days as plain files. Returns the folder that a web server serves."""
    from articles.export.bake import Bakery
    from articles.models import PublishedIssue

    class LastDays(Bakery):
        def is_inside(self, address: str) -> bool:
            # The archive's pictures have no files; and what leads back through the years would be
            # most of the work, and is not asked for.
            elsewhere = address.startswith(("/media/", "/archive/")) or address.endswith(".epub")
            return not elsewhere and "?" not in address and super().is_inside(address)

    say("    baking the last days …")
    since = PublishedIssue.objects.latest("date").date - dt.timedelta(days=3)
    LastDays(folder / "baked", "127.0.0.1", since=since).bake()
    return folder / "baked" / "current"


def _once(address: str) -> dict[str, Any]:
    """A page asked for once in this process: its body, and the queries that it takes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.get(address, secure=True, headers={"host": "127.0.0.1"})  # templates are compiled now
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, secure=True, headers={"host": "127.0.0.1"})
        counted = len(queries)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return {"queries": counted, "bytes": len(response.content), "body": response.content}


def _signed_in() -> dict[str, str]:
    """The header of somebody who is signed in at the desk."""
    from django.test import Client

    from articles.models import User

    client = Client()
    client.force_login(User.objects.get(username="bench-publisher"))
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


def end_once(*_: object) -> None:
    """Told to end: the servers are ended and the files taken away, whatever comes meanwhile."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    sys.exit(143)


if __name__ == "__main__":
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, end_once)
    # Each act at the desk is a line of the log, which is not what is read here.
    logging.disable(logging.INFO)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    print(json.dumps(measure(json.load(sys.stdin))))
