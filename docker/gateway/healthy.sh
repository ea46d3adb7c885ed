#!/usr/bin/env bash
# Whether the gateway answers: 0 when its filter runs and took its configuration.
set -euo pipefail
listen=${SPILLWAY_LISTEN:-0.0.0.0:10000}
# shellcheck disable=SC2016 # the inner shell fills these in
answer=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" &&
    printf "GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n" >&3 && cat <&3' ask "${listen##*:}" 2>/dev/null) || exit 1
[[ $answer == 'HTTP/1.1 200 '* ]]
