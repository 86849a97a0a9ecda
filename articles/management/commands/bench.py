"""manage.py bench: what the paper's pages cost, at any size of archive, in a scratch database."""

import contextlib
import json
import os
import platform
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.bench import growing, report, scratch

PARTS = ("pages", "desk")
LONGEST = 3 * 3600  # seconds for one archive
LONGEST_MEASURED = 3600  # seconds for one measurement


def engine_of(options: dict[str, Any]) -> str:
    """What the marks in a text, and the JSON, call the database."""
    return "PostgreSQL" if options["database"] else "SQLite"


class Command(BaseCommand):
    help = "Make archives in a scratch database, serve them as in production, and measure."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stories", type=int, nargs="+", default=[10_000])
        parser.add_argument("--seconds", type=float, default=3.0, help="for each measurement")
        parser.add_argument("--rounds", type=int, default=3, help="measurements of each, in turn")
        parser.add_argument("--parts", default=",".join(PARTS), help="pages, desk")
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--an-issue", type=int, default=200, help="stories signed off at once")
        parser.add_argument("--database", default="", help="a PostgreSQL server; else SQLite")
        parser.add_argument("--json", type=Path, metavar="FILE")
        parser.add_argument("--svg", type=Path, metavar="FILE")
        parser.add_argument("--write-into", type=Path, metavar="FILE",
                            help="a text with the marks <!-- measured ENGINE --> and <!-- end -->")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        parts = [part for part in options["parts"].split(",") if part]
        if unknown := set(parts) - set(PARTS):
            raise CommandError(f"There is no part {', '.join(unknown)}: {', '.join(PARTS)}.")
        if min(options["stories"]) < 100 or not 0 < options["seconds"] <= LONGEST_MEASURED:
            raise CommandError("Measure with 100 stories or more, for up to an hour each.")
        for name in ("rounds", "workers", "an_issue"):
            if options[name] < 1:
                raise CommandError(f"--{name.replace('_', '-')} is one or more.")
        self._look_at_files(options)
        url = options["database"]
        if url and scratch.is_the_papers(url, dict(settings.DATABASES["default"])):
            raise CommandError("That is the paper's own database. Name another for the bench.")
        # Told to end, it takes away what it made.
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self._measure(parts, url, options)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _look_at_files(self, options: dict[str, Any]) -> None:
        """Whether what is found can be written, before an hour of finding it."""
        try:
            for path in filter(None, (options["json"], options["svg"])):
                path.open("a").close()
            if into := options["write_into"]:
                with into.open("r+", encoding="utf-8") as text:
                    report.put_into(text.read(), engine_of(options), [])
        except (OSError, ValueError) as error:
            raise CommandError(f"What is found could not be written: {error}") from error

    def _measure(self, parts: list[str], url: str, options: dict[str, Any]) -> None:
        runs: list[dict[str, Any]] = []
        archives: list[growing.Archive] = []
        secret = secrets.token_urlsafe(64)
        with scratch.folder() as folder, contextlib.ExitStack() as databases:
            for stories in sorted(options["stories"]):
                orders = {key: options[key] for key in ("seconds", "rounds", "workers", "an_issue")}
                orders |= {"stories": stories, "parts": parts, "folder": str(folder)}
                try:
                    made = databases.enter_context(scratch.database(url, folder))
                except scratch.NotHereError as error:
                    raise CommandError(str(error)) from error
                environment = self._environment(made, folder, secret)
                run = self._run(orders, environment)
                if "pages" in parts:
                    asked, headers = run.pop("asked"), run.pop("headers")
                    archives.append(growing.Archive(environment, asked, headers, run["pages"]))
                runs.append(run)
                self._print(run)
            if archives:
                self.stderr.write("  all sizes in turn …")
                growing.measure(archives, options["workers"], options["seconds"])
                self.stdout.write("\n".join(report.one_at_a_time(runs)))
        self._keep(runs, options)

    def _environment(self, database: str, folder: Path, secret: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database,
            "DATABASE_REPLICA_URL": "",
            "DEBUG": "false",
            "SECRET_KEY": secret,
            "ALLOWED_HOSTS": "127.0.0.1",
            "MEDIA_ROOT": str(folder / "media"),
            "STATIC_ROOT": str(folder / "static"),
            "CACHE_URL": "locmem://",
            "PAGE_CACHE_MB": "0",
            "EDITORIAL_READS": "1",
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "TMPDIR": str(folder),  # what processes tell each other goes with it
        }

    def _run(self, orders: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
        with subprocess.Popen(
            [sys.executable, "-m", "articles.bench.measuring"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment, cwd=settings.BASE_DIR,
        ) as child:  # fmt: skip
            try:
                told, _ = child.communicate(json.dumps(orders), timeout=LONGEST)
            except BaseException:  # Ctrl-C too: it ends its servers before this goes on
                child.terminate()
                child.wait(60)
                raise
        if child.returncode:
            raise CommandError("The measurement broke off; its own words stand above.")
        found: dict[str, Any] = json.loads(told)
        return found

    def _print(self, run: dict[str, Any]) -> None:
        self.stdout.write(
            f"\n{run['stories']:,} stories, {run['rows']:,} rows, made in {run['filled_in']} s. "
            f"Load of the machine: {', '.join(f'{one:.1f}' for one in os.getloadavg())}."
        )
        if "pages" in run:
            client = next(iter(run["pages"].values()))["cold"]["client"]
            self.stdout.write(f"Load by {client}.\n" + "\n".join(report.table(run)))
        for name, value in run.get("desk", {}).items():
            self.stdout.write(f"{name}: {value}")

    def _keep(self, runs: list[dict[str, Any]], options: dict[str, Any]) -> None:
        engine = engine_of(options)
        if into := options["write_into"]:
            lines = report.written(runs, options["workers"])
            text = into.read_text(encoding="utf-8")
            into.write_text(report.put_into(text, engine, lines), encoding="utf-8")
        if options["json"]:
            kept = {
                "engine": engine,
                "python": platform.python_version(),
                "processors": os.cpu_count(),
                "workers": options["workers"],
                "load": os.getloadavg(),
                "runs": runs,
            }
            options["json"].write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
        if options["svg"] and len(runs) > 1 and "pages" in runs[0]:
            options["svg"].write_text(report.plot(runs), encoding="utf-8")
