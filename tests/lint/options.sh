#!/bin/sh
# Every command and option of --help stands in the manual, and the other way
# round; the manual itself is well-formed.  PORTOLAN: the program to ask.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
program=${PORTOLAN:-${top_builddir:-$top}/src/portolan}
manual=$top/docs/portolan.1
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# help_section NAME: the lines of --help below that heading
help_section()
{
    "$program" --help | awk -v name="$1" '
        $0 == name { inside = 1; next }
        /^[^ ]/ { inside = 0 }
        inside'
}

# manual_section NAME: the lines of the manual below that heading
manual_section()
{
    awk -v name=".Sh $1" '
        $0 == name { inside = 1; next }
        /^\.Sh/ { inside = 0 }
        inside' "$manual"
}

# list_options: each -x and --xxx that begins an entry of the help on stdin
list_options()
{
    sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\).*/\1 \2/p' |
        tr -d ',' | tr -s ' ' '\n' | sed '/^$/d' | LC_ALL=C sort -u
}

# compare WHAT: the lists "help" and "other" must be alike, and not empty
compare()
{
    complaints=$(diff "$work/help" "$work/other")
    test -s "$work/help" || complaints="nothing was found in --help"
    tap_verdict "$1" "$complaints"
}

help_section Options | list_options >"$work/help"
manual_section OPTIONS |
    awk '$1 == ".It" {
        for (i = 2; i < NF; i++)
            if ($i == "Fl")
                print "-" $(i + 1)
    }' | LC_ALL=C sort -u >"$work/other"
compare "the options of --help are those of the manual"

help_section Commands | sed -n 's/^  \([a-z]\{1,\}\).*/\1/p' |
    LC_ALL=C sort >"$work/help"
manual_section COMMANDS | sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' |
    LC_ALL=C sort >"$work/other"
compare "the commands of --help are those of the manual"

while read -r command; do
    "$program" help "$command"
done <"$work/help" | list_options >"$work/other"
help_section Options | list_options >"$work/help"
compare "every option is taken by a command, and --help names them all"

if command -v mandoc >/dev/null; then
    tap_verdict "the manual is well-formed" \
        "$(mandoc -T lint "$manual" 2>&1)"
else
    tap_skip "the manual is well-formed" "mandoc is not installed"
fi

tap_done
