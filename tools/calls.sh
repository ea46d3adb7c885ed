#!/usr/bin/env bash
# Counts what a request asks of Envoy; with two modules, how long it takes in each: tools/calls.sh SPILLWAY MODULE [MODULE]
set -euo pipefail
spillway=$1
shift
config=$(mktemp --suffix .yaml)
trap 'rm -f "$config" "$config.gateway"' EXIT
# It goes nowhere: the host is a program, see tests/bench/host.mjs.
sed 's/${UPSTREAM}/127.0.0.1:1/' tests/e2e/bench-{models,rules,fallbacks,limits}.yaml >"$config.gateway"
BENCH_KEY=sk-bench-key BENCH_MASTER_KEY=sk-bench-master BENCH_PROVIDER_KEY=sk-bench-provider \
    "$spillway" render "$config.gateway" --out "$config"
node tests/bench/calls.mjs "$config" "$@"
