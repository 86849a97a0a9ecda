#!/bin/sh
# The suite on the newest Django 6 under a newer Python, in .cache/next, outside the lock.
set -eu
uv=$(command -v uv || echo .cache/uv/bin/uv)
python=
for name in ${PYTHON_NEXT:-} python3.14 python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
    found=$(command -v "$name" 2>/dev/null) || continue
    if "$found" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        python=$found
        break
    fi
done
if [ -z "$python" ]; then
    echo "test-next: no Python 3.12 or newer is at hand, which Django 6 needs. Nothing was run." >&2
    echo "Name one: PYTHON_NEXT=/path/to/python3.13 make test-next" >&2
    exit 1
fi
mkdir -p .cache
"$uv" export --frozen --no-hashes --group test --no-emit-project --quiet |
    grep -viE '^django==|^django-stubs==|^mypy|^ *#' >.cache/next.txt
"$uv" venv --quiet --clear --python "$python" .cache/next
"$uv" pip install --quiet --python .cache/next/bin/python -r .cache/next.txt "django>=6,<7"
.cache/next/bin/python -c "import django, sys; print('Django', django.__version__, 'on Python', sys.version.split()[0])"
.cache/next/bin/python -m pytest -q -n "${TEST_WORKERS:-2}" --ignore=tests/browser
