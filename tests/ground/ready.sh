#!/bin/sh
# Puts the locked packages into .venv. One argument, run, test or lint: which groups are wanted.
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

case ${1:-} in
    # Nothing is taken out: a demo started after the tests leaves the tests' packages in place.
    run) groups="--inexact" ;;
    test | lint) groups="--group test --group lint" ;;
    *) fail "ready.sh: say run, test or lint" ;;
esac

# The full path of a Python that runs (a pyenv shim may not) and is new enough.
real_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11) or print(sys.executable))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        real_python "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer. Name another."
        return
    fi
    # What .venv was made with is kept, so that a second command does not install all anew.
    for name in .venv/bin/python python3.13 python3.12 python3.11 python3 python; do
        if real_python "$name"; then return; fi
    done
    fail "No Python 3.11 or newer was found. Install one, or name it: PYTHON=/path/to/python3.12 make …"
}

# Older releases of uv know no dependency groups.
new_enough() {
    "$python" -c 'import sys; sys.exit(tuple(map(int, sys.argv[2].split(".")[:2])) < (0, 6))' \
        $("$1" --version) 2>/dev/null
}

python=$(find_python)
mine=.cache/uv/bin/uv
if command -v uv >/dev/null 2>&1 && new_enough uv; then
    uv=uv
else
    uv=$mine
    if ! "$uv" --version >/dev/null 2>&1; then
        echo "      no recent uv on PATH: getting one into .cache/uv"
        rm -rf .cache/uv
        # A venv cannot be made from a venv's own python when that one's base has gone.
        base=$("$python" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))')
        "$base" -m venv .cache/uv >/dev/null 2>&1 || {
            rm -rf .cache/uv
            fail "This Python has no venv module. On Debian or Ubuntu: apt install python3-venv"
        }
        .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.6" || {
            rm -rf .cache/uv
            fail "uv could not be installed. Is the package index within reach?"
        }
    fi
fi

# An activated environment elsewhere is not the one meant.
unset VIRTUAL_ENV
# shellcheck disable=SC2086
"$uv" sync --frozen --quiet --python "$python" $groups ||
    fail "The packages could not be installed (uv's own words are above)."
