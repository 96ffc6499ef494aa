#!/bin/sh
# Several accounts into one directory: what they share is one file, and what
# only looks alike is not written over.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=$(cd "${top_builddir:-$top}" && pwd)/src/portolan
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
HOME=$work/home
export HOME
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
mkdir "$HOME"

# write_all DIR ADDRESS...: everything, of a provider.
write_all()
{
    dir=$work/$1
    shift
    "$portolan" write all "$@" -o "$dir/" \
        --from "$top/profiles/examples/ann@example.org.xml" \
        >"$work/said" 2>&1
}

# fails WANTED STATUS: what it said goes with it.
fails()
{
    [ "$1" -eq "$2" ] || {
        echo "exit status: got $2, want $1"
        cat "$work/said"
    }
}

# differs NAME: complains unless that file of "both" is that of "one".
differs()
{
    cmp "$work/one/$1" "$work/both/$1" 2>&1
}

write_all one ann@example.org
write_all both ann@example.org bob@example.org
tap_verdict 'two accounts of one domain are written together' "$(fails 0 $?)"
tap_verdict "what is the domain's is one file, and the same" "$(
    for name in example.org.xml example.org.pacc.json; do
        differs "$name"
    done)"
tap_verdict 'each has its own files besides' "$(
    for name in ann bob; do
        [ -s "$work/both/$name@example.org.txt" ] || echo "none of $name"
    done)"
tap_verdict 'both are in the files that hold several' "$(
    for name in ann bob; do
        grep -q "^user $name@example.org\$" "$work"/both/*.msmtprc ||
            echo "no $name"
    done)"

# '/' and '?' are '_' in a file's name.
write_all alike a/b@example.org 'a?b@example.org'
tap_verdict 'accounts whose files would have one name are refused' \
    "$(fails 6 $?)"
tap_verdict 'and nothing of them is written' \
    "$(find "$work/alike" -type f 2>/dev/null)"
tap_done
