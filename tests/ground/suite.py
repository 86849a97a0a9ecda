"""Runs the whole suite on SQLite and on a real PostgreSQL, and says how many tests ran.

What is given goes on to pytest: `python -m tests.ground.suite -k embargo`.
"""

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from tests.ground import postgres

RESULTS = Path(".cache/results")
# Worker processes for the tests without a browser. Those with one run one after another:
# two Chromiums on a small machine make each other miss their time.
WORKERS = os.environ.get("TEST_WORKERS") or str(min(os.cpu_count() or 2, 8))
PARTS = {
    "house": ["-n", WORKERS, "--ignore=tests/browser", "tests"],
    "browser": ["tests/browser"],
}


@dataclass
class Count:
    """How many tests came out how. `failed` counts errors too, and runs that broke off."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    xfailed: int = 0

    def __iadd__(self, other: "Count") -> "Count":
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self

    def __str__(self) -> str:
        line = f"{self.passed} passed, {self.failed} failed"
        if self.skipped:
            line += f", {self.skipped} skipped"
        if self.xfailed:
            line += f", {self.xfailed} expected to fail"
        return line


def count(results: Path) -> Count:
    """Count the tests in a JUnit file."""
    counted = Count()
    for case in ET.parse(results).getroot().iter("testcase"):
        skip = case.find("skipped")
        # A test whose tidying up failed as well is told twice, and counts once for each.
        if case.find("failure") is not None or case.find("error") is not None:
            counted.failed += 1
        elif skip is None:
            counted.passed += 1
        elif skip.get("type") == "pytest.xfail":
            counted.xfailed += 1
        else:
            counted.skipped += 1
    return counted


def outcome(status: int, results: Path) -> Count:
    """What a run of pytest came to. One that did not end in good order never counts as none."""
    counted = count(results) if results.exists() else Count()
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        counted.failed = max(counted.failed, 1)
    return counted


def run(engine: str, database_url: str | None, arguments: list[str]) -> Count:
    """Run both parts of the suite on one engine; pytest's words go by as they come."""
    environment = dict(os.environ)
    environment.pop("DATABASE_URL", None)
    if database_url:
        environment["DATABASE_URL"] = database_url
    counted = Count()
    for part, chosen in PARTS.items():
        results = RESULTS / f"{engine.lower()}-{part}.xml"
        results.unlink(missing_ok=True)
        status = subprocess.call(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={results}", *chosen, *arguments],
            env=environment,
        )
        part_counted = outcome(status, results)
        if status == pytest.ExitCode.NO_TESTS_COLLECTED and not arguments:
            part_counted.failed += 1
            print(f"No tests were found in the part '{part}'.", flush=True)
        elif status != pytest.ExitCode.OK and not part_counted.failed:
            part_counted.failed += 1
        counted += part_counted
    return counted


def main(arguments: list[str]) -> int:
    # A run that is told to end ends its PostgreSQL too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    RESULTS.mkdir(parents=True, exist_ok=True)
    counts: dict[str, Count] = {}
    print(f"[3/4] The suite on SQLite, in {WORKERS} processes, then in the browser …", flush=True)
    counts["SQLite"] = run("SQLite", None, arguments)
    print("[4/4] The same on PostgreSQL 18 …", flush=True)
    try:
        with postgres.server() as url:
            counts["PostgreSQL"] = run("PostgreSQL", url, arguments)
    except postgres.NotStartedError as error:
        print(error, file=sys.stderr, flush=True)
        counts["PostgreSQL"] = Count(failed=1)
    total = Count()
    for engine, counted in counts.items():
        print(f"{engine}: {counted}")
        total += counted
    print(f"Both took {time.monotonic() - began:.0f} seconds.")
    if total.skipped or total.xfailed:
        print(f"Beside these: {total.skipped} skipped, {total.xfailed} expected to fail.")
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
