#!/usr/bin/env bash
# Puts Debian's valgrind into .tools/valgrind, without installing it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=.tools/valgrind

tools/debian-packages.sh "$FOLDER" valgrind
# Where its tools are is compiled into it.
cat >"$FOLDER/valgrind" <<'SCRIPT'
#!/usr/bin/env bash
root=$(dirname "$(realpath "$0")")/root
VALGRIND_LIB=$root/usr/libexec/valgrind exec "$root/usr/bin/valgrind" "$@"
SCRIPT
chmod +x "$FOLDER/valgrind"
ln -s root/usr/bin/callgrind_annotate "$FOLDER/callgrind_annotate"
tools/find-valgrind.sh >/dev/null
"$FOLDER/valgrind" --version
