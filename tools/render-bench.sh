#!/usr/bin/env bash
# Renders a gateway without an upstream, the one that `make bench` calls `all` if no other is named:
# tools/render-bench.sh SPILLWAY ENVOY.yaml [GATEWAY.yaml]
set -euo pipefail
gateway=$(mktemp --suffix .yaml)
trap 'rm -f "$gateway"' EXIT
if (($# > 2)); then
    cp "$3" "$gateway"
else
    sed 's/${UPSTREAM}/127.0.0.1:1/' tests/e2e/bench-{models,rules,fallbacks,limits,new-texts}.yaml >"$gateway"
fi
BENCH_KEY=sk-bench-key BENCH_MASTER_KEY=sk-bench-master BENCH_PROVIDER_KEY=sk-bench-provider \
    "$1" render "$gateway" --out "$2"
