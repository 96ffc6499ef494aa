#!/bin/sh
# The same answers in another order lead to the same conclusion: every
# scenario again, three times, with its delays dealt out anew.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
run=${top_builddir:-$top}/tests/scenarios/run
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# deal SEED FILE: answers that come soon come at another time, but soon.
deal()
{
    awk -v seed="$1" '
        BEGIN { srand(seed) }
        function soon() { return "after " int(rand() * 10) }
        asked && !/^after / { print soon() }
        { asked = 0 }
        /^ask / { asked = 1 }
        /^after [0-9]+$/ && $2 <= 20 { print soon(); next }
        { print }' "$2"
}

# conclusions FILE: all that portolan said, but for how long it took.
conclusions()
{
    sed -n 's/"took_ms":[[:blank:]]*[0-9]*/TIME/; s/[0-9]* ms/TIME/g
        s/  */ /g; s/ ━.* [0-9][0-9]* / TIME /; /^run /p; /^exit /p; /^[>!]/p' "$1"
}

for file in "$top"/tests/scenarios/*.scenario; do
    name=$(basename "$file")
    conclusions "$file" >"$work/want"
    complaints=
    for seed in 1 2 3; do
        deal $seed "$file" >"$work/$name"
        "$run" --update "$work/$name" >"$work/out" || cat "$work/out"
        conclusions "$work/$name" >"$work/got"
        complaints=$complaints$(diff "$work/want" "$work/got")
    done
    tap_verdict "$name: the order of the answers does not matter" "$complaints"
done
tap_done
