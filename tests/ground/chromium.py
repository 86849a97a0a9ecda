"""Finds the Chromium that the browser tests drive. Run as a module, it prints the path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IN_NPM = Path(".cache/npm/node_modules/@sparticuz/chromium")
UNPACK = (
    "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))"
)
MISSING = (
    "No Chromium was found for the browser tests. Install one (on Debian: apt install chromium), "
    "or name it: CHROMIUM=/path/to/chromium make test"
)


def find() -> str:
    """The path of a Chromium: $CHROMIUM, one on PATH, or the one in the npm package.

    Raises FileNotFoundError with the cure.
    """
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).exists():
            raise FileNotFoundError(f"CHROMIUM names {named}, which is not there.")
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if IN_NPM.exists() and shutil.which("node"):
        done = subprocess.run(
            ["node", "--input-type=module", "-e", UNPACK],
            cwd=IN_NPM.parent.parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    raise FileNotFoundError(MISSING)


if __name__ == "__main__":
    try:
        print(f"      Chromium: {find()}")
    except FileNotFoundError as error:
        sys.exit(str(error))
