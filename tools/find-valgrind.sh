#!/usr/bin/env bash
# Prints the path of a valgrind whose callgrind runs: SPILLWAY_VALGRIND, the checkout's, or the PATH's.
# Exits with 1, and nothing printed, when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

for candidate in "${SPILLWAY_VALGRIND:-}" .tools/valgrind/valgrind valgrind; do
    path=$(command -v "${candidate:-/nowhere}" || true)
    if [[ -n $path ]] && "$path" --tool=callgrind --callgrind-out-file=/dev/null true >/dev/null 2>&1; then
        realpath --no-symlinks "$path"
        exit 0
    fi
    # What somebody named is used or refused, never passed over in silence.
    if [[ -n $candidate && $candidate == "${SPILLWAY_VALGRIND:-}" ]]; then
        echo "SPILLWAY_VALGRIND=$candidate is not a valgrind that runs" >&2
        exit 1
    fi
done
exit 1
