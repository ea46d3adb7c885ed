#!/usr/bin/env bash
# Installs Codex CLI, the client of `make test-clients`, into .tools. Some hundred megabytes, so not a part of setup.
# Quick when there is nothing to do; the last line on the terminal is where Codex is.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FROM=tests/clients/codex TO=.tools/clients/codex

if ! cmp --silent $FROM/package-lock.json $TO/installed.json; then
    printf 'codex: installing …\n' >&2
    rm -rf $TO
    mkdir -p $TO
    cp $FROM/package.json $FROM/package-lock.json $TO
    if ! log=$(npm ci --prefix $TO --ignore-scripts --no-audit --no-fund 2>&1); then
        printf '%s\ncodex: could not be installed\n' "$log" >&2
        exit 1
    fi
    cp $FROM/package-lock.json $TO/installed.json
fi
realpath --no-symlinks $TO/node_modules/.bin/codex
