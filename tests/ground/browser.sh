#!/bin/sh
# Sees to a Chromium and a font with Chinese characters, or says in one line what is missing.
set -eu

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    echo "      installing the system package $1 with apt-get"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1"; } >.cache/apt.log 2>&1 ||
        { tail -n 5 .cache/apt.log >&2; return 1; }
}

mkdir -p .cache
if ! .venv/bin/python -m tests.ground.chromium >/dev/null 2>&1; then
    if may_install && apt_install chromium; then
        :
    elif command -v npm >/dev/null 2>&1; then
        echo "      installing the npm package @sparticuz/chromium into .cache/npm"
        npm install --silent --prefix .cache/npm @sparticuz/chromium >/dev/null 2>&1 || true
    fi
fi
.venv/bin/python -m tests.ground.chromium
if ! fc-list :lang=zh 2>/dev/null | grep -q .; then
    if ! { may_install && apt_install fonts-noto-cjk; }; then
        echo "No font with Chinese characters was found. On Debian: apt install fonts-noto-cjk" >&2
        exit 1
    fi
fi
