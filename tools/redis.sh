#!/usr/bin/env bash
# Puts Debian's Redis server into .tools/redis, without installing it: nothing is started, and no root is needed.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly FOLDER=.tools/redis

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    echo 'no Debian packages here; install redis-server (macOS: brew install redis)' >&2
    exit 1
fi

# The server, under another name, is in redis-tools. Of what that needs, the C library is always there, and must
# be the machine's own.
packages() {
    echo redis-tools
    apt-cache depends redis-tools | sed -n 's/^ *\(Pre\)\?Depends: *\(lib.*\)/\2/p' | grep -v '^libc6$'
}

download() {
    # shellcheck disable=SC2046 # one word for each package
    (cd "$FOLDER/packages" && apt-get download $(packages))
}

rm -rf "$FOLDER"
mkdir -p "$FOLDER/packages" "$FOLDER/root"
# The package lists of a fresh machine may be missing or old.
download || { apt-get update && download; }
for package in "$FOLDER"/packages/*.deb; do
    dpkg --extract "$package" "$FOLDER/root"
done
ln -sf redis-check-rdb "$FOLDER/root/usr/bin/redis-server"
cat >"$FOLDER/redis-server" <<'EOF'
#!/usr/bin/env bash
root=$(dirname "$(realpath "$0")")/root
libraries=("$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu)
LD_LIBRARY_PATH=$(IFS=:; echo "${libraries[*]}") exec "$root/usr/bin/redis-server" "$@"
EOF
chmod +x "$FOLDER/redis-server"
"$FOLDER/redis-server" --version
