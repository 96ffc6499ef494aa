#!/bin/sh
# Streams that are closed or full: nothing is lost without a word, and no file
# or socket is taken for a stream.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
scenario=$top/tests/scenarios/proton-ok.scenario
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work/home # where it is remembered what was written
export HOME
mkdir "$HOME"

# ends WANTED GOT
ends()
{
    [ "$1" = "$2" ] || echo "exit status: got $2, want $1"
}

bridges()
{
    "$portolan" bridges --replay "$scenario" "$@"
}

bridges >&- 2>"$work/err"
tap_verdict "a closed standard output is an error" "$(ends 5 $?)"
tap_verdict "and it is said" \
    "$(grep -q 'standard output' "$work/err" || cat "$work/err")"

if [ -c /dev/full ]; then
    bridges >/dev/full 2>"$work/err"
    tap_verdict "so is a full disk" "$(ends 5 $?)"
    bridges --json >/dev/full 2>"$work/err"
    tap_verdict "with --json too" "$(ends 5 $?)"
else
    tap_skip "so is a full disk" "no /dev/full"
fi

bridges >"$work/out" 2>&-
tap_verdict "nobody has to listen to complaints" "$(ends 0 $?)"
bridges >"$work/want"
tap_verdict "the answer is whole" "$(diff "$work/want" "$work/out")"

bridges >"$work/out" 2>&- <&-
tap_verdict "nor has anybody to feed it" \
    "$(ends 0 $?; diff "$work/want" "$work/out")"

"$portolan" find - --replay "$scenario" <&- >"$work/out" 2>"$work/err"
tap_verdict "but who wants addresses read has to give some" "$(ends 2 $?)"
tap_verdict "and is told so" \
    "$(grep -q 'standard input' "$work/err" || cat "$work/err")"

printf 'ann@proton.me%2000sx\n' '' |
    "$portolan" find - --replay "$scenario" >"$work/out" 2>&1
tap_verdict "the end of a long line is not left out" \
    "$(ends 2 $?; grep -q '"bad-input"' "$work/out" || cat "$work/out")"

"$portolan" write json ann@proton.me --replay "$scenario" -o "$work/ann.json" \
    <&- >&- 2>&-
tap_verdict "a file is written with every stream closed" \
    "$(ends 0 $?; grep -q ann@proton.me "$work/ann.json" || echo "it is not")"
tap_done
