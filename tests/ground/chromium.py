"""Finds the Chromium that the browser tests drive. Run as a module, it prints the path."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NPM = Path(".cache/npm")
UNPACK = (
    "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))"
)
MISSING = (
    "No Chromium was found for the browser tests. Install one (on Debian: apt install chromium), "
    "or name it: CHROMIUM=/path/to/chromium make test"
)


def _answers(path: str) -> bool:
    """Whether a program says its version: some systems put a stub where Chromium should be."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _unpacked_from_npm() -> str | None:
    """The Chromium inside the npm package, which puts it into the temporary folder."""
    if not (NPM / "node_modules" / "@sparticuz" / "chromium").exists() or not shutil.which("node"):
        return None
    done = subprocess.run(
        ["node", "--input-type=module", "-e", UNPACK],
        cwd=NPM,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None if done.returncode == 0 else None


@functools.cache
def find() -> str:
    """The path of a Chromium: $CHROMIUM, one on PATH, or the one in the npm package.

    Raises FileNotFoundError with the cure: browser tests are never skipped.
    """
    if named := os.environ.get("CHROMIUM"):
        if not _answers(named):
            raise FileNotFoundError(f"CHROMIUM={named} is not a Chromium that starts.")
        return named
    for name in NAMES:
        if (path := shutil.which(name)) and _answers(path):
            return path
    if (path := _unpacked_from_npm()) and _answers(path):
        return path
    raise FileNotFoundError(MISSING)


if __name__ == "__main__":
    try:
        print(f"      Chromium: {find()}")
    except FileNotFoundError as error:
        sys.exit(str(error))
