#!/bin/sh
# Sees to a Chromium, a font with Chinese characters and a Java (for epubcheck), or says in one line
# what is missing.
set -eu
mkdir -p .cache

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    echo "      installing the system packages $* with apt-get (told in .cache/apt.log)"
    {
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } </dev/null >.cache/apt.log 2>&1 || {
        tail -n 3 .cache/apt.log >&2
        return 1
    }
}

npm_install() {
    echo "      installing the npm package @sparticuz/chromium into .cache/npm; it unpacks itself into ${TMPDIR:-/tmp}"
    npm install --silent --no-fund --no-audit --prefix .cache/npm @sparticuz/chromium \
        </dev/null >.cache/npm.log 2>&1 || {
        tail -n 3 .cache/npm.log >&2
        return 1
    }
}

chinese_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; }

if ! .venv/bin/python -m tests.ground.chromium >/dev/null 2>&1 && [ -z "${CHROMIUM:-}" ]; then
    { may_install && apt_install chromium; } ||
        { command -v npm >/dev/null 2>&1 && npm_install; } || true
fi
.venv/bin/python -m tests.ground.chromium

if ! chinese_font; then
    { may_install && apt_install fonts-noto-cjk fontconfig && chinese_font; } || {
        echo "No font with Chinese characters was found. On Debian: apt install fonts-noto-cjk fontconfig" >&2
        exit 1
    }
fi

if ! java -version >/dev/null 2>&1; then
    { may_install && apt_install default-jre-headless && java -version >/dev/null 2>&1; } || {
        echo "No Java was found, which epubcheck needs. On Debian: apt install default-jre-headless" >&2
        exit 1
    }
fi
