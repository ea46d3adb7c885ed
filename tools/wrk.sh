#!/usr/bin/env bash
# Makes sure that wrk, the load generator of `make bench`, is on the PATH; installs Debian's where we may.
set -euo pipefail

command -v wrk >/dev/null && exit

if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo 'bench: wrk is not on the PATH; install it (Debian, Ubuntu: sudo apt-get install wrk; macOS: brew install wrk)' >&2
    exit 1
fi

install=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends wrk)
printf 'bench: installing wrk …\n'
# The package lists of a fresh machine may be missing or old.
if ! log=$("${install[@]}" 2>&1) && ! log=$( (apt-get update && "${install[@]}") 2>&1); then
    printf '%s\nbench: wrk could not be installed; install it by hand\n' "$log" >&2
    exit 1
fi
