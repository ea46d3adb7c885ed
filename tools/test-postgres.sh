#!/usr/bin/env bash
# Runs the ledger's tests on PostgreSQL, where there is one. In CI there must be.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! tools/find-postgres.sh >/dev/null; then
    if [[ -n ${CI:-} ]]; then
        echo 'the ledger cannot be tested on PostgreSQL: there is none' >&2
        exit 1
    fi
    echo 'skipped: the ledger on PostgreSQL; install it, or name the folder of its programs in SPILLWAY_POSTGRES'
    exit 0
fi
# The packages of `make test-native`, or Cargo would build what they share once more, with fewer features; of their tests
# those that need a database.
tests() {
    cargo test --no-fail-fast --workspace "$@"
}
export -f tests
tools/with-postgres.sh bash -euc 'tests --test ledger && tests --lib -- store:: reconcile::'
