#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own: new, on a socket in a temporary folder, gone afterwards.
# The command finds its address in SPILLWAY_TEST_POSTGRES, its first process in SPILLWAY_TEST_POSTGRES_PID, and in
# SPILLWAY_TEST_POSTGRES_CONTROL a program that is `pg_ctl` for it: `… restart -m immediate` is a crash. Started by root,
# the server runs as `nobody`, for it refuses root. POSTGRES_FSYNC=on makes it write as in earnest.
# POSTGRES_SETTINGS='shared_buffers=1GB …' are further settings.
set -euo pipefail
tools=$(dirname "$(realpath "$0")")

if ! bin=$("$tools/find-postgres.sh"); then
    echo 'PostgreSQL is not installed (on Debian: apt-get install postgresql), nor named in SPILLWAY_POSTGRES' >&2
    exit 1
fi
# Of a server that was unpacked and not installed.
root=${bin%/usr/lib/postgresql/*}
if [[ -n $root ]]; then
    libraries=("$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu)
    export LD_LIBRARY_PATH=$(IFS=:; echo "${libraries[*]}")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi
folder=$(mktemp -d)
as=()
if [[ $(id -u) == 0 ]]; then
    chown nobody "$folder"
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
fi

# Everything that `pg_ctl` is told each time, in a program of its own.
control=$folder/control
options="-k '$folder' -c listen_addresses='' -c max_connections=400 -c fsync=${POSTGRES_FSYNC:-off}"
for setting in ${POSTGRES_SETTINGS:-}; do
    options+=" -c $setting"
done
{
    echo '#!/usr/bin/env bash'
    printf 'cd %q\n' "$folder"
    printf 'exec'
    printf ' %q' "${as[@]}" "$bin/pg_ctl" -D data -w -s -l "$folder/log" -o "$options"
    echo ' "$@" >/dev/null'
} >"$control"
chmod +x "$control"

stop() {
    "$control" stop -m immediate 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT

if ! (
    cd "$folder"
    "${as[@]}" "$bin/initdb" -D data -U spillway --auth=trust --encoding=UTF8 --locale=C --no-sync >initdb.log 2>&1
) || ! "$control" start; then
    cat "$folder/initdb.log" "$folder/log" >&2 || true
    exit 1
fi
SPILLWAY_TEST_POSTGRES_PID=$(head -1 "$folder/data/postmaster.pid")
SPILLWAY_TEST_POSTGRES="postgres://spillway@${folder//\//%2F}/postgres"
SPILLWAY_TEST_POSTGRES_CONTROL=$control
export SPILLWAY_TEST_POSTGRES SPILLWAY_TEST_POSTGRES_PID SPILLWAY_TEST_POSTGRES_CONTROL
"$@"
