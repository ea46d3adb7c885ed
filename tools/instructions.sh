#!/usr/bin/env bash
# Counts the instructions of a request in the filter's core, where there is a valgrind; in CI there must be. With the name
# of a scenario, shows where its instructions go: tools/instructions.sh SPILLWAY [SCENARIO]
set -euo pipefail
cd "$(dirname "$0")/.."
spillway=$1
shift

skip() {
    echo "skipped: the instructions of a request; $*"
    exit 0
}

[[ $(uname -sm) == 'Linux x86_64' ]] || skip 'they were counted on Linux and x86-64, and each other machine has its own'
if ! valgrind=$(tools/find-valgrind.sh); then
    # One that was named and does not run is an error too, not a reason to skip.
    if [[ -n ${CI:-} || -n ${SPILLWAY_VALGRIND:-} ]]; then
        echo 'the instructions of a request cannot be counted: no valgrind' >&2
        exit 1
    fi
    skip 'install valgrind, name one in SPILLWAY_VALGRIND, or run tools/valgrind.sh'
fi
# Flags of the environment would count something else.
env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS cargo build --quiet --profile instructions -p spillway-instructions
config=$(mktemp --suffix .yaml)
trap 'rm -f "$config"' EXIT
tools/render-bench.sh "$spillway" "$config"
python3 tools/instructions.py "$valgrind" "$config" "$@"
