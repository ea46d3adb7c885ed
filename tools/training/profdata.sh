#!/usr/bin/env bash
# Where the toolchain's `llvm-profdata` is, if it is there.
set -euo pipefail
host=$(rustc -vV | sed -n 's/^host: //p')
echo "$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata"
