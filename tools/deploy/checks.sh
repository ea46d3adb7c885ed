#!/usr/bin/env bash
# Runs a program of this folder with the packages that it needs: tools/deploy/checks.sh PROGRAM ARGUMENT…
# Where they cannot be fetched it is skipped, with the reason; in CI that is a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! tools/deploy/setup.sh; then
    [[ -z ${CI:-} ]] || exit 1
    echo "skipped: $1: its packages could not be fetched"
    exit 0
fi
PYTHONDONTWRITEBYTECODE=1 exec .tools/deploy/python/bin/python "tools/deploy/$1" "${@:2}"
