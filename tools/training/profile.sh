#!/usr/bin/env bash
# Has a module that counts what runs play requests, and writes what LLVM makes of that:
# tools/training/profile.sh COUNTING.wasm PROFILE STALE…
# STALE are folders of what was built with another profile, which Cargo would take for what it is to build.
set -euo pipefail
cd "$(dirname "$0")/../.."
counting=$1 profile=$2
shift 2

if tools/training/is-newer.sh "$profile" "$counting"; then
    exit
fi
text=$(mktemp "$profile.XXXXXX") merged=$(mktemp "$profile.XXXXXX")
trap 'rm -f "$text" "$merged"' EXIT
node tools/training/profile.mjs "$counting" "$text"
"$(tools/training/profdata.sh)" merge --output="$merged" "$text"
if cmp --quiet "$merged" "$profile"; then
    touch "$profile"
    exit
fi
rm -rf "$@"
mv "$merged" "$profile"
