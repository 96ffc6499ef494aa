#!/bin/sh
# Hostile values in every text field of every writer: what is written is read
# back by readers of another language, and holds the value and nothing besides.
# That takes a minute: here each field gets its share of the values, and with
# the argument 1 (tests/clients/hostile.sh) all of them.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
build=${top_builddir:-$top}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

if ! command -v python3 >/dev/null; then
    tap_skip 'hostile values are read as they are' 'python3 is not installed'
    tap_done
fi
python3 -B "$top/tests/hostile/values.py" >"$work/values" || exit 99
# What render says is as good as whole only when it ended well.
{
    "$build/tests/hostile/render" "$work/values" "${1-6}" 2>"$work/said"
    echo $? >"$work/status"
} | python3 -B "$top/tests/hostile/judge.py" "$work/values" >"$work/verdicts"
status=$?
sed '/^1\.\.[0-9]*$/d' "$work/verdicts"
tap_count=$(grep -cE '^(not )?ok ' "$work/verdicts")
tap_failed=$status
tap_verdict 'there are 500 hostile values and more' "$(
    count=$(tr -cd '\0' <"$work/values" | wc -c)
    [ "$count" -ge 500 ] || echo "$count of them")"
tap_verdict 'no value makes a writer crash' \
    "$(cat "$work/said"; grep -v '^0$' "$work/status")"
tap_done
