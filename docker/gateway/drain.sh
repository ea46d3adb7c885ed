# shellcheck shell=bash
# Letting Envoy finish: no new connections, open requests answered, events delivered; all of it within bounds. Sourced.

# For requests that are still being answered, and then for events that the ledger has not taken.
readonly REQUEST_SECONDS=15 EVENT_SECONDS=10

# Asks a server (HOST:PORT); prints the answer.
ask() {
    local method=$1 server=$2 path=$3
    # shellcheck disable=SC2016 # the inner shell fills these in
    timeout 2 bash -c 'exec 3<>"/dev/tcp/$1/$2" &&
        printf "%s %s HTTP/1.1\r\nhost: %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" "$3" "$4" "$1" >&3 &&
        cat <&3' ask "${server%:*}" "${server##*:}" "$method" "$path" 2>/dev/null
}

# The value of one of Envoy's statistics in an answer of its admin interface, 0 where it is not there.
value() {
    local line
    line=$(grep --max-count=1 "^$2: " <<<"$1") || true
    line=${line##* }
    echo "${line%$'\r'}"
}

# Waits until nothing is under way at two looks between which no request came, and `outbox`, where it is asked for, has
# nothing left, or until Envoy is gone; a number of seconds at most.
until_idle() {
    local admin=$1 outbox=$3 deadline=$((SECONDS + $2)) stats before='' total
    while ((SECONDS < deadline)); do
        stats=$(ask GET "$admin" '/stats?usedonly&filter=downstream_rq_(active|total)$|outbox_bytes$') || return 0
        total=$(value "$stats" http.gateway.downstream_rq_total)
        if [[ $(value "$stats" http.gateway.downstream_rq_active) != [1-9]* ]] &&
            { [[ $outbox != outbox ]] || [[ $(value "$stats" wasmcustom.spillway.outbox_bytes) != [1-9]* ]]; }; then
            [[ $total != "$before" ]] || return 0
        fi
        before=$total
        sleep 0.1
    done
}

drain() {
    # The first closes kept connections with their next answer, the second takes no new ones: see docs/DELIVERY.md.
    ask POST "$1" /healthcheck/fail >/dev/null || return 0
    ask POST "$1" /drain_listeners >/dev/null || return 0
    until_idle "$1" "$REQUEST_SECONDS" requests
    until_idle "$1" "$EVENT_SECONDS" outbox
}
