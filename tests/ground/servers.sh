#!/bin/sh
# Sees to a Redis for the tests of several machines, or says in one line what is missing.
set -eu
mkdir -p .cache
if ! .venv/bin/python -m tests.ground.redis >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "      installing the system package redis-server with apt-get (told in .cache/apt.log)"
        # It is started by the tests, on a port of theirs: not by the system.
        {
            apt-get update -qq &&
                RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
                    apt-get install -y -qq --no-install-recommends redis-server
        } </dev/null >.cache/apt.log 2>&1 || tail -n 3 .cache/apt.log >&2
    fi
fi
.venv/bin/python -m tests.ground.redis
