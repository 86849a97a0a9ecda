#!/bin/sh
# Everything that reads the code without running it. All of it runs; any complaint fails.
set -u
status=0
say() { echo "[lint] $1"; }

say "ruff check" && .venv/bin/ruff check . || status=1
say "ruff format" && .venv/bin/ruff format --check . || status=1
say "mypy" && SECRET_KEY=lint .venv/bin/mypy newsroom articles tests || status=1
say "djade" && find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2 --check || status=1
say "migrations" && DEBUG=true .venv/bin/python manage.py makemigrations --check --dry-run -v 0 || {
    echo "A model changed without its migration: run manage.py makemigrations." >&2
    status=1
}
say "manage.py check --deploy, as in production"
SECRET_KEY=$(.venv/bin/python -c "import secrets; print(secrets.token_urlsafe(64))") \
    ALLOWED_HOSTS=paper.example DEBUG=false \
    .venv/bin/python -W error::DeprecationWarning:articles manage.py check --deploy --fail-level WARNING || status=1
exit $status
