#!/usr/bin/env bash
# Where the toolchain's `llvm-profdata` is, if it is there.
set -euo pipefail
unset MAKEFLAGS MFLAGS # of make's job server, which rustc would warn that it cannot reach
host=$(rustc -vV | sed -n 's/^host: //p')
echo "$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata"
