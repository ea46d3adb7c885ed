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

# Waits until a gauge of Envoy's is 0 or gone, or Envoy is; a number of seconds at most.
until_zero() {
    local admin=$1 gauge=$2 deadline=$((SECONDS + $3)) answer
    while ((SECONDS < deadline)); do
        answer=$(ask GET "$admin" "/stats?usedonly&filter=^$gauge\$") || return 0
        [[ $answer == *"${gauge//\\/}: "[1-9]* ]] || return 0
        sleep 0.1
    done
}

drain() {
    ask POST "$1" /drain_listeners >/dev/null || return 0
    until_zero "$1" 'http\.gateway\.downstream_rq_active' "$REQUEST_SECONDS"
    until_zero "$1" 'wasmcustom\.spillway\.outbox_bytes' "$EVENT_SECONDS"
}
