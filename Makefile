# The daily commands. Everything they install goes into .venv and .cache, inside this folder;
# system packages are installed by `make test` alone, as root with apt, and said so first.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test test-next lint fmt messages pictures

export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export UV_CACHE_DIR ?=
ifeq ($(UV_CACHE_DIR),)
unexport UV_CACHE_DIR
endif
PORT ?= 8000
PY := .venv/bin/python
READY := sh tests/ground/ready.sh

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

install: ## everything the paper needs to run, into .venv
	@$(READY) run

demo: ## install, load the demo papers, and serve them on http://127.0.0.1:8000/ (PORT=… for another)
	@echo "[1/4] Installing into .venv …" && $(READY) run
	@echo "[2/4] Making the database ready …" && DEBUG=true $(PY) manage.py migrate -v 0
	@echo "[3/4] Loading the demo papers …" && DEBUG=true $(PY) manage.py demo
	@$(PY) -c "import socket,sys; s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', $(PORT)))" 2>/dev/null \
	  || { echo "Port $(PORT) is taken by another program. Choose another: PORT=8001 make demo" >&2; exit 1; }
	@echo "[4/4] The paper is on http://127.0.0.1:$(PORT)/  and the desk on http://127.0.0.1:$(PORT)/admin/  (Ctrl-C stops)"
	@DEBUG=true exec .venv/bin/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 1 --blocking-threads 4 --no-ws newsroom.wsgi:application

test: ## the whole suite, on SQLite, on a real PostgreSQL, in a real Chromium
	@echo "[1/4] Installing into .venv …" && $(READY) test
	@echo "[2/4] Looking for Chromium and a Chinese font …" && sh tests/ground/browser.sh
	@$(PY) -m tests.ground.suite

test-next: ## the suite on the newest Django 6, under a newer Python, outside the lock
	@$(READY) test
	@sh tests/ground/next.sh

lint: ## ruff, mypy, djade, migrations, and Django's own check for production
	@$(READY) lint
	@sh tests/ground/lint.sh

fmt: ## put the code into form
	@$(READY) lint
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

messages: ## bring the translations up to the code (needs gettext)
	@$(READY) run
	@DEBUG=true $(PY) manage.py makemessages -l zh_Hans --no-obsolete --no-location -i .venv -i .cache -i tests
	@DEBUG=true $(PY) manage.py compilemessages -v 0 -i .venv

pictures: ## take the README's pictures anew
	@$(READY) test && sh tests/ground/browser.sh
	@$(PY) -m tests.ground.pictures
