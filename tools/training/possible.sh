#!/usr/bin/env bash
# Whether a module can be trained here; says why not.
set -euo pipefail
cd "$(dirname "$0")/../.."
untrained() {
    echo "the module is built without training, and takes a fifth more of CPU: $*" >&2
    exit 1
}
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || untrained 'node is missing or older than 20'
[[ -x $(tools/training/profdata.sh) ]] || untrained 'the toolchain has no llvm-tools (rustup component add llvm-tools)'
