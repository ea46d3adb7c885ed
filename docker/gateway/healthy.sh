#!/usr/bin/env bash
# Whether the gateway answers: 0 when its filter runs and took its configuration.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=docker/gateway/drain.sh
source "$here/drain.sh"
listen=${SPILLWAY_LISTEN:-0.0.0.0:10000}
[[ $(ask GET "127.0.0.1:${listen##*:}" /health) == 'HTTP/1.1 200 '* ]]
