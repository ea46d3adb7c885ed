#!/usr/bin/env bash
# Prints the folder of PostgreSQL's programs (initdb, pg_ctl, postgres), the newest that is installed.
set -euo pipefail
for folder in $(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -t/ -k5 -V -r) "$(dirname "$(command -v pg_ctl || echo /none/pg_ctl)")"; do
  if [ -x "$folder/pg_ctl" ] && [ -x "$folder/initdb" ]; then
    echo "$folder"
    exit
  fi
done
echo 'PostgreSQL is not installed: on Debian, apt-get install postgresql' >&2
exit 1
