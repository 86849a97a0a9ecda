#!/bin/sh
# Puts the locked packages into .venv. One argument: run, test or lint (which groups are wanted).
set -eu
wanted=${1:-run}

find_python() {
    for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$name" ] || continue
        found=$(command -v "$name" 2>/dev/null) || continue
        if "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$found"
            return 0
        fi
    done
    return 1
}

python=$(find_python) || {
    echo "No Python 3.11 or newer was found. Install one, or name it: PYTHON=/path/to/python3.12 make …" >&2
    exit 1
}

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.cache/uv/bin/uv
    if [ ! -x "$uv" ]; then
        echo "      uv is not on PATH: getting it into .cache/uv"
        "$python" -m venv .cache/uv >/dev/null 2>&1 || {
            echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2
            exit 1
        }
        .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9" || {
            echo "uv could not be installed with pip. Is the package index reachable?" >&2
            exit 1
        }
    fi
fi

case $wanted in
    # Nothing is taken out: a demo started after the tests keeps the tests' packages.
    run) groups="--no-default-groups --inexact" ;;
    test | lint) groups="--group test --group lint" ;;
    *) echo "ready.sh: run, test or lint, not '$wanted'" >&2; exit 2 ;;
esac
# shellcheck disable=SC2086
"$uv" sync --frozen --quiet --python "$python" $groups
