#!/usr/bin/env bash
# Writes a module with hints for V8 which branches are seldom taken: tools/branch-hints.sh MODULE HINTED
# The module counts them while it plays requests in Node. Does nothing where HINTED is newer than all that it is made of.
set -euo pipefail
cd "$(dirname "$0")/.."
module=$1 hinted=$2

is_newer() {
    local of
    for of in "$module" tools/branch-hints.sh tools/branch-hints/{play.mjs,src/*.rs} \
        tests/bench/{host,exchange,requests}.mjs tests/bench/configurations.json tests/e2e/bench-{body.json,turn.txt}; do
        [[ $hinted -nt $of ]] || return 1
    done
}

if is_newer; then
    exit
fi
mkdir -p "$(dirname "$hinted")"
work=$(mktemp -d "$hinted.XXXXXX")
trap 'rm -rf "$work"' EXIT
if command -v node >/dev/null; then
    # The variables for the module's build are not for this one.
    hints() { env -u RUSTFLAGS -u CARGO_TARGET_DIR cargo run --quiet -p branch-hints -- "$@"; }
    read -r counters branches < <(hints count "$module" "$work/counting.wasm")
    node tools/branch-hints/play.mjs "$work/counting.wasm" "$counters" "$branches" "$work/counts"
    echo "branch hints: $(hints apply "$module" "$work/counts" "$work/hinted.wasm")"
else
    echo 'there is no node: the module is built without branch hints, and takes a tenth more of CPU' >&2
    cp "$module" "$work/hinted.wasm"
fi
# At once, for others may read it.
mv "$work/hinted.wasm" "$hinted"
