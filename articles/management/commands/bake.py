"""Writes the live web edition as plain files; see docs/en/running.md."""

import datetime as dt
import time
from argparse import ArgumentTypeError
from pathlib import Path
from time import sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, connection
from django.http.request import split_domain_port, validate_host

from articles.export.bake import Bakery, Report
from articles.models import Edition
from articles.rules import cold

LOOKS_EVERY = 1.0


def day(text: str) -> dt.date:
    """A day as it is written on the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no day: write it like 2026-01-31.") from error


class Command(BaseCommand):
    help = "Writes the live web edition as plain files into DIR/current, only what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--edition", action="append", default=[], help="Only this one.")
        parser.add_argument("--since", type=day, help="Stories from this day on.")
        parser.add_argument("--host", help="The paper's own host; else the first allowed one.")
        parser.add_argument("--relative", action="store_true", help="Links from file to file.")
        parser.add_argument("--all", action="store_true", help="Also what has not changed.")
        parser.add_argument("--watch", action="store_true", help="Go on, at every change.")

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Edition.objects.values_list("slug", flat=True))
        for slug in options["edition"]:
            if slug not in known:
                raise CommandError(f"There is no edition “{slug}”. There are: {', '.join(known)}.")
        host = options["host"] or next(iter(settings.ALLOWED_HOSTS), "")
        if not host or host.startswith((".", "*")):
            raise CommandError("Say --host: the host name under which readers know the paper.")
        if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            raise CommandError(f"The paper does not answer as “{host}”: add it to ALLOWED_HOSTS.")
        self.stdout.write(f"The paper as its readers know it at {host}, into {options['folder']}.")
        bakery = Bakery(
            options["folder"], host, options["edition"], options["since"], options["relative"],
            tell=self.stdout.write,
        )  # fmt: skip
        try:
            report = self._bake(bakery, everything=options["all"])
        except OSError as error:  # an AwayError too
            raise CommandError(f"{bakery.folder} is left as it was: {error}") from error
        if report.broken and not options["watch"]:
            raise CommandError("Pages broke, and were left out; the paper's log says why.")
        while options["watch"]:
            sleep(LOOKS_EVERY)
            try:
                if cold.recent() - report.seen or (report.until and time.time() >= report.until):
                    report = self._bake(bakery)
            except (DatabaseError, InterfaceError, OSError) as error:
                # The tree stays as it is; what changed is looked for again.
                self.stderr.write(f"not baked: {error}")
                connection.close()

    def _bake(self, bakery: Bakery, *, everything: bool = False) -> Report:
        report = bakery.bake(everything=everything)
        for address in report.missing:
            what = "broke" if address in report.broken else "does not answer"
            self.stderr.write(f"{what}: {address}")
        self.stdout.write(
            f"{len(report.made)} made, {len(report.kept)} as they were, {len(report.gone)} gone"
        )
        return report
