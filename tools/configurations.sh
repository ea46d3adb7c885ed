#!/usr/bin/env bash
# Compares what branches are counted with to what is rendered, or writes it: tools/configurations.sh SPILLWAY
set -euo pipefail
config=$(mktemp --suffix .yaml)
trap 'rm -f "$config"' EXIT
tools/render-bench.sh "$1" "$config"
node tests/bench/configurations.mjs "$config"
