#!/usr/bin/env bash
# Prints the path of an Envoy: SPILLWAY_ENVOY, the checkout's, or the PATH's. What somebody named may be as old as the
# gateway runs on; what is only found must take the examples, which are rendered for 1.40.
# Exits with 1, and nothing printed, when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

# `…/envoy  version: COMMIT/1.40.0/Clean/RELEASE/BoringSSL` → is it 1.$2 or newer?
new_enough() {
    local version
    version=$("$1" --version 2>/dev/null | sed -n 's|.*version: [^/]*/\([0-9]*\)\.\([0-9]*\)\..*|\1 \2|p')
    [[ -n $version ]] || return 1
    local major=${version% *} minor=${version#* }
    ((major > 1 || (major == 1 && minor >= $2)))
}

for candidate in "${SPILLWAY_ENVOY:-}" .tools/venv/bin/envoy "$(command -v envoy || true)"; do
    [[ -n $candidate && -x $candidate ]] || continue
    oldest=40
    [[ $candidate != "${SPILLWAY_ENVOY:-}" ]] || oldest=39
    if new_enough "$candidate" $oldest; then
        realpath --no-symlinks "$candidate"
        exit 0
    fi
    # What somebody named is used or refused, never passed over in silence.
    if [[ $candidate == "${SPILLWAY_ENVOY:-}" ]]; then
        echo "SPILLWAY_ENVOY=$candidate is not Envoy 1.$oldest or newer" >&2
        exit 1
    fi
done
exit 1
