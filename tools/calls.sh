#!/usr/bin/env bash
# Counts what a request asks of Envoy; with two modules, how long it takes in each: tools/calls.sh SPILLWAY MODULE [MODULE]
set -euo pipefail
spillway=$1
shift
config=$(mktemp --suffix .yaml)
trap 'rm -f "$config"' EXIT
# It goes nowhere: the host is a program, see tests/bench/host.mjs.
tools/render-bench.sh "$spillway" "$config"
node tests/bench/calls.mjs "$config" "$@"
