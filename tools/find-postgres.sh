#!/usr/bin/env bash
# Prints the folder of PostgreSQL's programs (initdb, pg_ctl, postgres): SPILLWAY_POSTGRES, the checkout's, the newest
# of Debian's, or the PATH's. Exits with 1, and nothing printed, when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

# Libraries of programs that were unpacked, not installed.
unpacked=$PWD/.tools/postgres/root
mapfile -t folders < <(
    echo "${SPILLWAY_POSTGRES:-}"
    for root in "$unpacked" ''; do
        ls -d "$root"/usr/lib/postgresql/*/bin 2>/dev/null | sort --version-sort --reverse || true
    done
    dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)"
)
for folder in "${folders[@]}"; do
    if [[ -x $folder/pg_ctl && -x $folder/initdb ]]; then
        echo "$folder"
        exit 0
    fi
done
exit 1
