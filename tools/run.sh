#!/usr/bin/env bash
# `make run`: a gateway that stays up, of FILE=…; else against real providers when their keys are in the
# environment; else against mock providers, which are started and stopped with it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly MOCKS=${SPILLWAY_MOCKS:-127.0.0.1:8090}
file=${FILE:-}
bin=${SPILLWAY_BIN_DIR:-target/release}
mocks=

if [[ -z ${SPILLWAY_MASTER_KEY:-}${LITELLM_MASTER_KEY:-} && -z $file ]]; then
    export SPILLWAY_MASTER_KEY=sk-local-only
    echo 'run: the master key is sk-local-only; set SPILLWAY_MASTER_KEY for another'
fi
if [[ -n $file ]]; then
    echo "run: $file"
elif [[ -n ${OPENAI_API_KEY:-} ]]; then
    file=envoy/run/openai.yaml
    echo "run: OPENAI_API_KEY is set: OpenAI, as in $file"
elif [[ -n ${AZURE_API_KEY:-} && -n ${AZURE_API_BASE:-} ]]; then
    file=envoy/run/azure.yaml
    echo "run: AZURE_API_KEY and AZURE_API_BASE are set: Azure OpenAI, as in $file"
else
    mkdir -p .run
    export SPILLWAY_MOCK_KEY=sk-mock
    file=.run/mock.yaml
    sed "s/\${MOCKS}/$MOCKS/g" envoy/run/mock.yaml >"$file"
    echo "run: no provider's key is set (OPENAI_API_KEY; AZURE_API_KEY and AZURE_API_BASE): mock providers on $MOCKS"
    "$bin/mock-providers" --listen "$MOCKS" --quiet &
    mocks=$!
    trap 'kill "$mocks" 2>/dev/null || true' EXIT
fi
# Not `exec`: the trap is to run when the gateway has stopped. It handles Ctrl-C itself.
trap ':' INT TERM
# shellcheck disable=SC2086  # ARGS is a list of words
"$bin/spillway" up "$file" ${ARGS:-} &
gateway=$!
while kill -0 "$gateway" 2>/dev/null; do
    wait "$gateway" && status=0 || status=$?
    kill -0 "$gateway" 2>/dev/null && kill -TERM "$gateway"
done
exit "${status:-0}"
