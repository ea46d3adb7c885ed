#!/usr/bin/env bash
# Runs the tests in a browser, where there is one. In CI there must be.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! browser=$(tools/find-chromium.sh); then
    # One that was named and does not run is an error too, not a reason to skip.
    if [[ -n ${CI:-} || -n ${SPILLWAY_CHROMIUM:-} ]]; then
        echo 'the monitor cannot be tested: no Chromium' >&2
        exit 1
    fi
    echo 'skipped: the monitor in a browser; install Chromium, name one in SPILLWAY_CHROMIUM, or run tools/chromium.sh'
    exit 0
fi
SPILLWAY_CHROMIUM=$browser exec node tests/monitor/run.mjs "$@"
