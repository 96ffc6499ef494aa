#!/bin/sh
# The files of profiles/examples are what is written, byte for byte; and when
# a bridge's ports change, nothing but the ports does.  --update writes the
# examples anew.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The same bridge, moved from 1144 and 1026 to 2144 and 2026.
sed -e 's/1144/2144/g; s/1026/2026/g' \
    -e 's/^= AAAAAAYI+AgQggg=$/= AAAAAAYI4BAQ6g8=/' \
    "$top/tests/scenarios/proton-ok.scenario" >"$work/moved.scenario"

# write_all SCENARIO DIR
write_all()
{
    "$portolan" write all ann@proton.me --name 'Ann Example' \
        --replay "$1" -o "$work/$2/" 2>"$work/$2.log" ||
        cat "$work/$2.log"
}

# unpack DIR: a ZIP is compared by what is in it.
unpack()
{
    for zip in "$work/$1"/*.zip; do
        unzip -q -d "$zip.d" "$zip" && rm "$zip"
    done
}

if [ "${1-}" = --update ]; then
    "$portolan" write all ann@proton.me --name 'Ann Example' -o \
        "$top/profiles/examples/bridge/" \
        --replay "$top/tests/scenarios/proton-ok.scenario"
    exit
fi

tap_verdict 'every client has its file' \
    "$(write_all "$top/tests/scenarios/proton-ok.scenario" once)"
tap_verdict 'the files are those of profiles/examples/bridge' \
    "$(diff -r "$top/profiles/examples/bridge" "$work/once" 2>&1)"
tap_verdict 'a second run writes the same bytes' \
    "$(write_all "$top/tests/scenarios/proton-ok.scenario" again
    diff -r "$work/once" "$work/again" 2>&1)"
tap_verdict 'the moved bridge is written too' \
    "$(write_all "$work/moved.scenario" moved)"
unpack once
unpack moved
tap_verdict 'the ports did change' \
    "$(for file in $(cd "$work/once" && find . -type f); do
        ! cmp -s "$work/once/$file" "$work/moved/$file" || echo "$file"
    done)"
find "$work/moved" -type f \
    -exec sed -i 's/2144/1144/g; s/2026/1026/g' {} +
tap_verdict 'nothing but the ports did' \
    "$(diff -r "$work/once" "$work/moved" 2>&1)"
tap_verdict 'only the owner may read them' \
    "$(find "$work/once" -maxdepth 1 -type f ! -perm 600)"
tap_verdict 'no password of the bridge is in them' \
    "$(grep -rl notapassword "$work/once" "$work/moved")"
tap_done
