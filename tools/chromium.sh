#!/usr/bin/env bash
# Puts Debian's Chromium into .tools/chromium, without installing it: nothing is changed outside, and no root is needed.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=.tools/chromium

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    echo 'no Debian packages here; install Chromium, or name one in SPILLWAY_CHROMIUM' >&2
    exit 1
fi

# Chromium, a font, and of what they need whatever this machine has not installed.
packages() {
    apt-get install --simulate --no-install-recommends chromium fontconfig-config fonts-dejavu-core |
        sed -n 's/^Inst \([^ ]*\) .*/\1/p'
}

download() {
    local missing
    missing=$(packages) && [[ -n $missing ]] || return 1
    # shellcheck disable=SC2086 # one word for each package
    (cd "$FOLDER/packages" && apt-get download $missing)
}

rm -rf "$FOLDER"
mkdir -p "$FOLDER/packages" "$FOLDER/root"
# The package lists of a fresh machine may be missing or old.
download || { apt-get update && download; }
for package in "$FOLDER"/packages/*.deb; do
    dpkg --extract "$package" "$FOLDER/root"
done
rm -r "$FOLDER/packages"
cat >"$FOLDER/chromium" <<'SCRIPT'
#!/usr/bin/env bash
root=$(dirname "$(realpath "$0")")/root
libraries=("$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/pulseaudio)
LD_LIBRARY_PATH=$(IFS=:; echo "${libraries[*]}") exec "$root/usr/lib/chromium/chromium" "$@"
SCRIPT
chmod +x "$FOLDER/chromium"
"$FOLDER/chromium" --version
