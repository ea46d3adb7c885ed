#!/usr/bin/env bash
# Installs the gateways that `make bench-peers` compares with into .tools/peers. Some hundred megabytes, so not a part of
# setup. Quick when there is nothing to do. One that cannot be installed is told of, and the others are installed; the
# benchmark says at its end who is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FROM=tests/bench/peers TO=.tools/peers

# What was installed is kept beside it: another list, another installation. Each command goes on only after the one before.
python_peers() {
    cmp --silent $FROM/python/requirements.txt $TO/python/installed.txt && return
    printf 'peers: LiteLLM and TensorZero …\n' >&2
    rm -rf $TO/python && mkdir -p $TO && python3 -m venv $TO/python &&
        $TO/python/bin/pip install --quiet --disable-pip-version-check --require-hashes \
            --requirement $FROM/python/requirements.txt &&
        cp $FROM/python/requirements.txt $TO/python/installed.txt
}

node_peers() {
    cmp --silent $FROM/node/package-lock.json $TO/node/installed.json && return
    printf 'peers: Portkey …\n' >&2
    rm -rf $TO/node && mkdir -p $TO/node && cp $FROM/node/package.json $FROM/node/package-lock.json $TO/node &&
        (cd $TO/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel error >&2) &&
        cp $FROM/node/package-lock.json $TO/node/installed.json
}

python_peers || printf 'peers: LiteLLM and TensorZero could not be installed\n' >&2
node_peers || printf 'peers: Portkey could not be installed\n' >&2
