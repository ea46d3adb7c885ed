#!/usr/bin/env bash
# Compares what the module is trained with to what is rendered, or writes it: tools/configurations.sh SPILLWAY
set -euo pipefail
bench=$(mktemp --suffix .yaml) providers=$(mktemp --suffix .yaml)
trap 'rm -f "$bench" "$providers"' EXIT
tools/render-bench.sh "$1" "$bench"
tools/render-bench.sh "$1" "$providers" tests/bench/providers.yaml
node tests/bench/configurations.mjs bench="$bench" providers="$providers"
