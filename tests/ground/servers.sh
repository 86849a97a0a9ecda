#!/bin/sh
# Sees to a Redis and an nginx for the tests, or says in one line what is missing.
set -eu
mkdir -p .cache

# The module of tests.ground that knows whether it is here, and the system's package.
see_to() {
    if ! .venv/bin/python -m "tests.ground.$1" >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "      installing the system package $2 with apt-get (told in .cache/apt.log)"
            # They are started by the tests, on ports of theirs: not by the system.
            {
                apt-get update -qq &&
                    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
                        apt-get install -y -qq --no-install-recommends "$2"
            } </dev/null >.cache/apt.log 2>&1 || tail -n 3 .cache/apt.log >&2
        fi
    fi
    .venv/bin/python -m "tests.ground.$1"
}

see_to redis redis-server
see_to nginx nginx
