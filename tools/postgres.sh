#!/usr/bin/env bash
# Puts Debian's PostgreSQL into .tools/postgres, without installing it: no service is set up.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=.tools/postgres

tools/debian-packages.sh "$FOLDER" postgresql
"$(tools/find-postgres.sh)/postgres" --version
