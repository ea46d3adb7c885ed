#!/usr/bin/env bash
# Builds the module in other ways than the Makefile does, one difference at a time, and has requests played to all of
# them in turn: tools/bench-build.sh SPILLWAY MODULE. A `wasm-opt` in the PATH, or named in WASM_OPT, is one of the ways.
set -euo pipefail
cd "$(dirname "$0")/.."
spillway=$1 module=$2
folder=target/variants
mkdir -p "$folder"
modules=()
# What the module uses of WebAssembly, which it does not say itself. With all that the program knows, it writes what V8
# does not.
readonly FEATURES=(--enable-{simd,exception-handling,bulk-memory,bulk-memory-opt,reference-types,sign-ext}
    --enable-{nontrapping-float-to-int,mutable-globals,multivalue})

# A way to build it: a name, and variables for `make module`.
variant() {
    local name=$1
    shift
    echo "$name …"
    env "$@" make --no-print-directory module STAGES="$folder/$name" MODULE="$folder/$name/$(basename "$module")" >/dev/null
    mv "$folder/$name/$(basename "$module")" "$folder/$name.wasm"
    modules+=("$folder/$name.wasm")
}

cp "$module" "$folder/as-it-is.wasm"
modules+=("$folder/as-it-is.wasm")
variant opt-level-2 CARGO_PROFILE_RELEASE_OPT_LEVEL=2
variant opt-level-s CARGO_PROFILE_RELEASE_OPT_LEVEL=s
variant lto-thin CARGO_PROFILE_RELEASE_LTO=thin
variant lto-off CARGO_PROFILE_RELEASE_LTO=off
variant codegen-units-16 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
variant without-vectors MAKEFLAGS='VECTORS='
if optimizer=${WASM_OPT:-$(command -v wasm-opt)}; then
    echo 'wasm-opt …'
    "$optimizer" "${FEATURES[@]}" -O3 "$module" -o "$folder/wasm-opt-O3.wasm"
    modules+=("$folder/wasm-opt-O3.wasm")
else
    echo 'there is no wasm-opt (npm install binaryen), so it is left out'
fi
for module in "${modules[@]}"; do
    echo "$(basename "$module"): $(stat -c %s "$module") bytes"
done
tools/calls.sh "$spillway" "${modules[@]}"
