#!/bin/sh
# Sees to exiftool, by which the tests read what public copies of pictures say; or says what is missing.
set -eu
mkdir -p .cache
command -v exiftool >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "      installing the system package libimage-exiftool-perl with apt-get (told in .cache/apt-exiftool.log)"
    {
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libimage-exiftool-perl
    } </dev/null >.cache/apt-exiftool.log 2>&1 || tail -n 3 .cache/apt-exiftool.log >&2
fi
command -v exiftool >/dev/null 2>&1 || {
    echo "exiftool was not found: the tests read pictures' metadata with it. On Debian: apt install libimage-exiftool-perl" >&2
    exit 1
}
