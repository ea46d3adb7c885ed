#!/usr/bin/env bash
# Puts Debian's Chromium into .tools/chromium, without installing it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=.tools/chromium

tools/debian-packages.sh "$FOLDER" chromium fontconfig-config fonts-dejavu-core
cat >"$FOLDER/chromium" <<'SCRIPT'
#!/usr/bin/env bash
root=$(dirname "$(realpath "$0")")/root
libraries=("$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/pulseaudio)
LD_LIBRARY_PATH=$(IFS=:; echo "${libraries[*]}") exec "$root/usr/lib/chromium/chromium" "$@"
SCRIPT
chmod +x "$FOLDER/chromium"
"$FOLDER/chromium" --version
