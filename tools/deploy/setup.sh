#!/usr/bin/env bash
# Fetches what the files for containers are checked with, where it is missing: schemas into .tools/deploy/python and
# .tools/deploy/crds, Helm into .tools/deploy/helm. Quick when there is nothing to do; without a network it says so and
# exits with 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly LISTS=tools/deploy FOLDER=.tools/deploy
mkdir -p "$FOLDER"

# A copy of the list is kept beside what was installed of it: another list, another installation.
python_packages() {
    cmp --silent "$LISTS/requirements.txt" "$FOLDER/python/installed.txt" && return
    echo 'setup: schemas of Compose and Kubernetes …'
    rm -rf "$FOLDER/python"
    python3 -m venv "$FOLDER/python"
    "$FOLDER/python/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        --requirement "$LISTS/requirements.txt"
    cp "$LISTS/requirements.txt" "$FOLDER/python/installed.txt"
}

# Packages of Node, of the list in folder $1, into $2; $3 is what they are.
node_packages() {
    cmp --silent "$1/package-lock.json" "$2/installed.json" && return
    echo "setup: $3 …"
    rm -rf "$2"
    mkdir -p "$2"
    cp "$1/package.json" "$1/package-lock.json" "$2"
    (cd "$2" && npm ci --ignore-scripts --no-audit --no-fund --silent)
    cp "$1/package-lock.json" "$2/installed.json"
}

python_packages
node_packages "$LISTS/crds" "$FOLDER/crds" 'schemas of custom resources'
# Helm's project publishes in no package registry; this is its program, repackaged, and runs in checks only.
command -v helm >/dev/null || node_packages "$LISTS" "$FOLDER/helm" Helm
