#!/bin/sh
# The files of profiles/examples are what is written, byte for byte: bridge/
# for a bridge, provider/ for what a provider publishes.  And when a bridge's
# ports change, nothing but the ports does.  --update writes the examples anew.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work/home # where it is remembered what was written
export HOME
mkdir "$HOME"

# The same bridge, moved from 1144 and 1026 to 2144 and 2026.
sed -e 's/1144/2144/g; s/1026/2026/g' \
    -e 's/^= AAAAAAYI+AgQggg=$/= AAAAAAYI4BAQ6g8=/' \
    "$top/tests/scenarios/proton-ok.scenario" >"$work/moved.scenario"

# settle DIR: a file that names another does so wherever they all lie.
settle()
{
    find "$work/$1" -type f ! -name '*.zip' \
        -exec sed -i "s|$work/$1|/home/ann/mail|g" {} +
}

# write_bridge SCENARIO DIR
write_bridge()
{
    "$portolan" write all ann@proton.me --name 'Ann Example' \
        --replay "$1" -o "$work/$2/" 2>"$work/log" || cat "$work/log"
    settle "$2"
}

# write_provider DIR: where the file lies is part of the JSON.
write_provider()
{
    (cd "$top/profiles/examples" &&
        "$portolan" write all ann@example.org --name 'Ann Example' \
            --from ann@example.org.xml -o "$work/$1/" 2>"$work/log") ||
        cat "$work/log"
    settle "$1"
}

# unpack DIR: a ZIP is compared by what is in it.
unpack()
{
    for zip in "$work/$1"/*.zip; do
        unzip -q -d "$zip.d" "$zip" && rm "$zip"
    done
}

if [ "${1-}" = --update ]; then
    write_bridge "$top/tests/scenarios/proton-ok.scenario" bridge
    write_provider provider
    rm -rf "$top/profiles/examples/bridge" "$top/profiles/examples/provider"
    cp -R "$work/bridge" "$work/provider" "$top/profiles/examples"
    chmod -R go+rX "$top/profiles/examples"
    exit
fi

# differs DIR DIR: where the lines of index.txt are broken depends on the name
# of the folder.
differs()
{
    diff -r -x index.txt "$1" "$2" 2>&1
    for dir in "$1" "$2"; do
        tr -s ' \n' '\n' <"$dir/index.txt" >"$work/words.${dir##*/}"
    done
    diff "$work/words.${1##*/}" "$work/words.${2##*/}"
}

# missing CLIENT...: complains of any other client that was left out.
missing()
{
    sed -n 's/^left out \([a-z0-9-]*\): .*/\1/p' "$work/log" |
        sort >"$work/left_out"
    printf '%s\n' "$@" | sed '/^$/d' | sort | diff - "$work/left_out"
}

tap_verdict 'every client that reaches a bridge has its file for one' \
    "$(write_bridge "$top/tests/scenarios/proton-ok.scenario" once
    missing android k9s pacc)"
tap_verdict 'the files are those of profiles/examples/bridge' \
    "$(differs "$top/profiles/examples/bridge" "$work/once")"
tap_verdict 'every client has its file for a provider' \
    "$(write_provider theirs; missing '')"
tap_verdict 'the files are those of profiles/examples/provider' \
    "$(differs "$top/profiles/examples/provider" "$work/theirs")"
tap_verdict 'a second run, in another zone, writes the same bytes' \
    "$(export TZ=Asia/Tokyo SOURCE_DATE_EPOCH=86400
    write_bridge "$top/tests/scenarios/proton-ok.scenario" again
    differs "$work/once" "$work/again")"
tap_verdict 'the moved bridge is written too' \
    "$(write_bridge "$work/moved.scenario" moved)"
unpack once
unpack moved
tap_verdict 'the ports did change' \
    "$(for file in $(cd "$work/once" && find . -type f ! -name index.txt \
        ! -name '*.pem' ! -name '*.reg' ! -name '*-identity.source'); do
        ! cmp -s "$work/once/$file" "$work/moved/$file" || echo "$file"
    done)"
find "$work/moved" -type f \
    -exec sed -i 's/2144/1144/g; s/2026/1026/g' {} +
tap_verdict 'nothing but the ports did' \
    "$(differs "$work/once" "$work/moved")"
tap_verdict 'only the owner may read them' \
    "$(find "$work/once" -maxdepth 1 -type f ! -perm 600)"
tap_verdict 'no password of the bridge is in them' \
    "$(grep -rl notapassword "$work/once" "$work/moved")"
tap_done
