#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own: new, on a socket in a temporary folder, gone afterwards.
# The command finds its address in SPILLWAY_TEST_POSTGRES, its
# first process in SPILLWAY_TEST_POSTGRES_PID. As root the server runs as `nobody`, for it refuses root.
set -euo pipefail
bin="$("$(dirname "$0")/find-postgres.sh")"
folder="$(mktemp -d)"
as=()
if [ "$(id -u)" = 0 ]; then
  chown nobody "$folder"
  as=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
fi
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop > /dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
(
  cd "$folder"
  "${as[@]}" "$bin/initdb" -D "$folder/data" -U spillway --auth=trust --encoding=UTF8 --locale=C --no-sync > /dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-k '$folder' -c listen_addresses='' -c max_connections=400 -c fsync=${POSTGRES_FSYNC:-off}" start > /dev/null
) || { cat "$folder/log" >&2; exit 1; }
host="${folder//\//%2F}"
SPILLWAY_TEST_POSTGRES_PID="$(head -1 "$folder/data/postmaster.pid")" SPILLWAY_TEST_POSTGRES="postgres://spillway@$host/postgres" "$@"
