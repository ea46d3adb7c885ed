#!/usr/bin/env bash
# Prints the path of a Redis server: SPILLWAY_REDIS, the checkout's, or the PATH's.
# Exits with 1, and nothing printed, when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

for candidate in "${SPILLWAY_REDIS:-}" .tools/redis/redis-server "$(command -v redis-server || true)"; do
    if [[ -n $candidate ]] && "$candidate" --version >/dev/null 2>&1; then
        realpath --no-symlinks "$candidate"
        exit 0
    fi
done
exit 1
