# The daily commands. What they install goes into .venv and .cache, inside this folder. Only
# `make test` ever installs system packages: as root, with apt-get, and it says so first.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test test-next lint fmt messages growth growth-postgresql pictures

# Newsroom runs on the Python that is there; uv is not to fetch another.
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
PORT ?= 8000
# For pytest, e.g. ARGS="-k embargo"; for the bench, e.g. ARGS="--seconds 1 --parts pages".
ARGS ?=
PY := .venv/bin/python
READY := sh tests/ground/ready.sh

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s  %s\n", $$1, $$2 }' Makefile

install: ## what the paper needs to run, into .venv (PYTHON=… to choose the Python)
	@echo "[1/1] Installing into .venv …"
	@$(READY) run

demo: ## install, load the demo papers, serve them on http://127.0.0.1:8000/ (PORT=… to move)
	@echo "[1/4] Installing into .venv …"
	@$(READY) run
	@$(PY) -m tests.ground.port $(PORT)
	@echo "[2/4] Bringing the database up to date …"
	@DEBUG=true $(PY) manage.py migrate -v 0
	@echo "[3/4] Loading the demo papers …"
	@DEBUG=true $(PY) manage.py demo
	@echo "[4/4] Serving. Readers: http://127.0.0.1:$(PORT)/  The desk: http://127.0.0.1:$(PORT)/admin/  Stop: Ctrl-C"
	@exec env DEBUG=true .venv/bin/granian --interface wsgi --host 127.0.0.1 --port $(PORT) \
		--workers 1 --blocking-threads 2 --no-ws --log-level warning newsroom.wsgi:application

test: ## the whole suite, on SQLite, on a real PostgreSQL, in a real Chromium (ARGS=… for pytest)
	@echo "[1/4] Installing into .venv …"
	@$(READY) test
	@echo "[2/4] Looking for Chromium, a Chinese font, exiftool and servers …"
	@sh tests/ground/browser.sh
	@sh tests/ground/exiftool.sh
	@sh tests/ground/servers.sh
	@$(PY) -m tests.ground.suite $(ARGS)

test-next: ## the suite on the newest Django 6 under a newer Python, outside the lock (PYTHON_NEXT=…)
	@echo "[1/4] Installing into .venv …"
	@$(READY) test
	@echo "[2/4] Looking for Chromium, a Chinese font, exiftool and servers …"
	@sh tests/ground/browser.sh
	@sh tests/ground/exiftool.sh
	@sh tests/ground/servers.sh
	@sh tests/ground/next.sh $(ARGS)

lint: ## ruff, mypy, djade, missing migrations, and Django's own check of production settings
	@echo "[lint] Installing into .venv …"
	@$(READY) lint
	@sh tests/ground/lint.sh

fmt: ## put code and templates into form
	@$(READY) lint
	@sh tests/ground/lint.sh --fix

messages: ## bring the translations up to the code: newsroom/locale (needs gettext)
	@$(READY) run
	@command -v msgfmt >/dev/null || { echo "gettext is missing, which reads and writes translations. On Debian: apt install gettext" >&2; exit 1; }
	@DEBUG=true $(PY) manage.py makemessages -l zh_Hans --no-obsolete --no-location -i .venv -i .cache -i tests
	@DEBUG=true $(PY) manage.py compilemessages -v 0 -i .venv -i .cache

SIZES ?= 1000 10000 100000 1000000
# What a paper serves with, whatever the developer's own settings are.
BENCH := DEBUG=true SECRET_KEY=bench $(PY) manage.py bench --stories $(SIZES) --write-into docs/performance.md $(ARGS)

growth: ## measure the pages by size of archive on SQLite, into docs/performance.md (SIZES=…; hours)
	@$(READY) run
	@$(BENCH) --json .cache/growth.json --svg docs/pictures/growth.svg

growth-postgresql: ## the same on a real PostgreSQL
	@$(READY) test
	@env -u DATABASE_URL $(PY) -m tests.ground.postgres sh -c 'DOOR=$$DATABASE_URL; unset DATABASE_URL; $(BENCH) --database "$$DOOR" --json .cache/growth-postgresql.json --svg docs/pictures/growth-postgresql.svg'

pictures: ## take the README's pictures anew (ARGS=/some/folder: every kind of page, for looking at)
	@$(READY) test
	@sh tests/ground/browser.sh
	@$(PY) -m tests.ground.pictures $(ARGS)
