#!/usr/bin/env bash
# Writes a module with hints for V8 which branches are seldom taken: tools/training/hints.sh MODULE HINTED
# The module counts them while it plays requests in Node. Does nothing where HINTED is newer than all that it is made of.
set -euo pipefail
cd "$(dirname "$0")/../.."
module=$1 hinted=$2

if tools/training/is-newer.sh "$hinted" "$module" tools/branch-hints/src; then
    exit
fi
mkdir -p "$(dirname "$hinted")"
work=$(mktemp -d "$hinted.XXXXXX")
trap 'rm -rf "$work"' EXIT
if tools/training/possible.sh; then
    # The variables for the module's build are not for this one.
    hints() { env -u RUSTFLAGS -u CARGO_TARGET_DIR cargo run --quiet -p branch-hints -- "$@"; }
    read -r counters branches < <(hints count "$module" "$work/counting.wasm")
    node tools/training/branches.mjs "$work/counting.wasm" "$counters" "$branches" "$work/counts"
    echo "branch hints: $(hints apply "$module" "$work/counts" "$work/hinted.wasm")"
else
    cp "$module" "$work/hinted.wasm"
fi
# At once, for others may read it.
mv "$work/hinted.wasm" "$hinted"
