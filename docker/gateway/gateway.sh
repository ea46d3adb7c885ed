#!/usr/bin/env bash
# What the gateway's image runs: a gateway's file in, Envoy until SIGTERM.
#
# `spillway serve` does the work: it checks and renders the file, writes the credentials for Envoy to read, starts Envoy
# without them in its environment, has it follow the file, and drains it at the end. Arguments are Envoy's
# (`--concurrency 2`, `--log-level debug`). The variables:
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

readonly CONFIG=${SPILLWAY_CONFIG:-/etc/spillway/gateway.yaml}
readonly RUN=${SPILLWAY_RUN:-/run/spillway}

die() {
    printf 'gateway: %s\n' "$*" >&2
    exit 1
}

[[ -r $CONFIG ]] || die "$CONFIG cannot be read: mount the gateway's file there, readable by uid $(id -u)"
[[ -w $RUN ]] || die "$RUN cannot be written: mount a tmpfs there that uid $(id -u) may write"

options=(--data "$RUN/gateway" --variables "${SPILLWAY_SECRETS:-/run/secrets}"
    --listen "${SPILLWAY_LISTEN:-0.0.0.0:10000}" --admin "${SPILLWAY_ADMIN:-127.0.0.1:9901}"
    --wasm "${SPILLWAY_WASM:-/usr/local/lib/spillway/spillway.wasm}"
    --event-log "${SPILLWAY_EVENT_LOG:-/var/log/spillway/events.log}"
    --ca-bundle "${SPILLWAY_CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}"
    --envoy "${SPILLWAY_ENVOY:-envoy}")
[[ -z ${SPILLWAY_LEDGER:-} ]] || options+=(--ledger "$SPILLWAY_LEDGER")
[[ ${SPILLWAY_ACCESS_LOG:-0} != 1 ]] || options+=(--access-log)

# Files of events may be read by the group that shares their volume; credentials are their owner's whatever this says.
umask 027
exec spillway serve "$CONFIG" "${options[@]}" -- "$@"
