#!/usr/bin/env bash
# Whether a file is newer than all that it is made of, files and folders: tools/training/is-newer.sh FILE OF…
# What modules are trained with is always among them.
set -euo pipefail
file=$1
shift
[[ -e $file ]] || exit 1
of=("$@" tools/training tests/bench/{host,exchange,requests}.mjs tests/bench/configurations.json
    tests/e2e/bench-{body.json,turn.txt} tests/golden/translate)
[[ -z $(find "${of[@]}" -newer "$file" -print -quit) ]]
