#!/usr/bin/env bash
# What the gateway's image runs: a gateway's file in, Envoy until SIGTERM.
#
# The file is checked and rendered, the credentials that it names are written for Envoy to read, and Envoy is started
# without them in its environment. Arguments are Envoy's (`--concurrency 2`, `--log-level debug`). The variables:
#
#   SPILLWAY_CONFIG       the gateway's file            /etc/spillway/gateway.yaml
#   SPILLWAY_LEDGER       the ledger, HOST:PORT         what the file says
#   SPILLWAY_LISTEN       where clients connect         0.0.0.0:10000
#   SPILLWAY_ADMIN        Envoy's admin interface       127.0.0.1:9901
#   SPILLWAY_ACCESS_LOG   1: log each request           off
#   SPILLWAY_SECRETS      a folder of files, each named like a variable that it holds the value of
#                                                       /run/secrets
#   SPILLWAY_RUN          a private folder in memory    /run/spillway
#
# Where this is not run in the image: SPILLWAY_WASM, SPILLWAY_EVENT_LOG, SPILLWAY_CA_BUNDLE, SPILLWAY_ENVOY.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=docker/gateway/credentials.sh
source "$here/credentials.sh"
# shellcheck source=docker/gateway/drain.sh
source "$here/drain.sh"

readonly CONFIG=${SPILLWAY_CONFIG:-/etc/spillway/gateway.yaml}
readonly RUN=${SPILLWAY_RUN:-/run/spillway}
readonly ADMIN=${SPILLWAY_ADMIN:-127.0.0.1:9901}
readonly EVENT_LOG=${SPILLWAY_EVENT_LOG:-/var/log/spillway/events.log}

die() {
    printf 'gateway: %s\n' "$*" >&2
    exit 1
}

render() {
    local options=(--out "$RUN/envoy.yaml" --secrets "$RUN/secrets" --admin "$ADMIN"
        --wasm "${SPILLWAY_WASM:-/usr/local/lib/spillway/spillway.wasm}"
        --listen "${SPILLWAY_LISTEN:-0.0.0.0:10000}" --event-log "$EVENT_LOG"
        --ca-bundle "${SPILLWAY_CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}")
    [[ -z ${SPILLWAY_LEDGER:-} ]] || options+=(--ledger "$SPILLWAY_LEDGER")
    [[ ${SPILLWAY_ACCESS_LOG:-0} != 1 ]] || options+=(--access-log)
    spillway render "$CONFIG" "${options[@]}"
}

# A gateway with `durable_events` promises that its events are on the disk soon after the answer.
durable_options() {
    grep --quiet --fixed-strings "path: $EVENT_LOG" "$RUN/envoy.yaml" || return 0
    [[ -w $(dirname "$EVENT_LOG") ]] ||
        die "$CONFIG has durable_events, and the folder of $EVENT_LOG cannot be written: mount a volume there"
    echo --file-flush-min-size-kb 0 --file-flush-interval-msec 100
}

# Lets Envoy finish, then ends it.
stop() {
    drain "$ADMIN"
    kill -TERM "$envoy" 2>/dev/null || true
}

# Runs Envoy, which gets no variable that may be a key, until it ends; its exit status is ours.
run_envoy() {
    local durable
    # Files of events may be read by the group that shares their volume.
    umask 027
    durable=$(durable_options)
    # shellcheck disable=SC2086 # one word for each option
    env -i PATH="$PATH" TMPDIR="${TMPDIR:-/tmp}" "${SPILLWAY_ENVOY:-envoy}" --config-path "$RUN/envoy.yaml" \
        --disable-hot-restart $durable "$@" &
    envoy=$!
    trap stop TERM INT
    # A signal ends `wait` too, before Envoy does.
    while kill -0 "$envoy" 2>/dev/null; do
        wait "$envoy" || true
    done
    wait "$envoy"
}

[[ -r $CONFIG ]] || die "$CONFIG cannot be read: mount the gateway's file there, readable by uid $(id -u)"
[[ -w $RUN ]] || die "$RUN cannot be written: mount a tmpfs there that uid $(id -u) may write"
umask 077
read_secret_files "${SPILLWAY_SECRETS:-/run/secrets}"
render
write_credentials "$RUN/envoy.yaml" "$RUN/secrets"
run_envoy "$@"
