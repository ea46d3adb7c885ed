#!/usr/bin/env bash
# Prints the path of a Chromium: SPILLWAY_CHROMIUM, the checkout's, or the PATH's.
# Exits with 1, and nothing printed, when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

for candidate in "${SPILLWAY_CHROMIUM:-}" .tools/chromium/chromium chromium chromium-browser google-chrome; do
    path=$(command -v "${candidate:-/nowhere}" || true)
    if [[ -n $path ]] && "$path" --version >/dev/null 2>&1; then
        realpath --no-symlinks "$path"
        exit 0
    fi
    # What somebody named is used or refused, never passed over in silence.
    if [[ -n $candidate && $candidate == "${SPILLWAY_CHROMIUM:-}" ]]; then
        echo "SPILLWAY_CHROMIUM=$candidate is not a Chromium that runs" >&2
        exit 1
    fi
done
exit 1
