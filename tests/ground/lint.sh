#!/bin/sh
# Reads the code without running it. Everything is run; any complaint fails. --fix mends form.
set -u
bin=.venv/bin
status=0

# Of Django's templates; the readers' are Jinja2's.
djade() { find templates/admin articles -name '*.html' -print0 | xargs -0 "$bin/djade" --target-version 5.2 "$@"; }

if [ "${1:-}" = --fix ]; then
    "$bin/ruff" check --fix . || status=1
    "$bin/ruff" format . || status=1
    djade # says by its status that it changed something, which is no failure here
    exit $status
fi

# The developer's own settings are not what is judged.
unset DATABASE_URL DATABASE_REPLICA_URL CACHE_URL STORAGE_URL SEARCH_URL EMAIL_URL
SECRET_KEY=$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))')
export SECRET_KEY ALLOWED_HOSTS=paper.example DEBUG=false DATABASE_URL=sqlite://:memory:

step() {
    echo "[lint] $1"
    shift
    "$@" || status=1
}
step "ruff check" "$bin/ruff" check .
step "ruff format" "$bin/ruff" format --check .
step "mypy" "$bin/mypy" newsroom articles tests
step "djade" djade --check
step "migrations (mended by: manage.py makemigrations)" \
    "$bin/python" manage.py makemigrations --check --dry-run
step "manage.py check --deploy, as in production" \
    "$bin/python" manage.py check --deploy --fail-level WARNING

[ "$status" = 0 ] && echo "[lint] Nothing to complain about." || echo "[lint] See above." >&2
exit $status
