#!/bin/sh
# The suite on the newest Django 6 under a newer Python, in .cache/next, outside the lock.
set -eu

if command -v uv >/dev/null 2>&1; then uv=uv; else uv=.cache/uv/bin/uv; fi
python=
for name in ${PYTHON_NEXT:-} python3.14 python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if "$found" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        python=$found
        break
    fi
done
if [ -z "$python" ]; then
    echo "Django 6 needs Python 3.12 or newer, and none was found: nothing was run." \
        "Name one: PYTHON_NEXT=/path/to/python3.13 make test-next" >&2
    exit 1
fi

echo "[3/4] Installing the newest Django 6 and the locked rest into .cache/next …"
mkdir -p .cache
"$uv" export --frozen --quiet --no-hashes --group test >.cache/locked.txt
# All at their locked versions but Django.
grep -viE '^django==|^ *#' .cache/locked.txt >.cache/next.txt
"$uv" venv --quiet --clear --python "$python" .cache/next
"$uv" pip install --quiet --python .cache/next/bin/python -r .cache/next.txt "django>=6,<7"

.cache/next/bin/python -c \
    "import django, sys; print('[4/4] Django', django.__version__, 'on Python', sys.version.split()[0], '…')"
# What Django 7 will not have is told, and is not yet a fault.
exec .cache/next/bin/python -m pytest -q -W default::DeprecationWarning \
    -W default::PendingDeprecationWarning "$@"
