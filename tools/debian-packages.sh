#!/usr/bin/env bash
# Unpacks Debian packages, and of what they need whatever this machine has not installed, into a folder: nothing is
# changed outside it, and no root is needed.
#
#   tools/debian-packages.sh FOLDER PACKAGE…    files are in FOLDER/root
set -euo pipefail
cd "$(dirname "$0")/.."
readonly FOLDER=$1
shift

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    echo "no Debian packages here; install $* by hand" >&2
    exit 1
fi

download() {
    local missing
    missing=$(apt-get install --simulate --no-install-recommends "$@" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
    [[ -n $missing ]] || return 1
    # shellcheck disable=SC2086 # one word for each package
    (cd "$FOLDER/packages" && apt-get download $missing)
}

rm -rf "$FOLDER"
mkdir -p "$FOLDER/packages" "$FOLDER/root"
# The package lists of a fresh machine may be missing or old.
download "$@" || { apt-get update && download "$@"; }
for package in "$FOLDER"/packages/*.deb; do
    dpkg --extract "$package" "$FOLDER/root"
done
rm -r "$FOLDER/packages"
