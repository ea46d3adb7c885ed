#!/usr/bin/env bash
# Renders the gateway that `make bench` calls `all`, without an upstream: tools/render-bench.sh SPILLWAY ENVOY.yaml
set -euo pipefail
gateway=$(mktemp --suffix .yaml)
trap 'rm -f "$gateway"' EXIT
sed 's/${UPSTREAM}/127.0.0.1:1/' tests/e2e/bench-{models,rules,fallbacks,limits,new-texts}.yaml >"$gateway"
BENCH_KEY=sk-bench-key BENCH_MASTER_KEY=sk-bench-master BENCH_PROVIDER_KEY=sk-bench-provider \
    "$1" render "$gateway" --out "$2"
