#!/bin/sh
# Nothing is forgotten: what lies in src/ and tests/ is built and run.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
cd "$top" || exit 1

# unlisted FILE...: those that Makefile.am does not name.
unlisted()
{
    for file; do
        grep -qE "(^|[[:blank:]=])$file([[:blank:]]|\$)" Makefile.am ||
            echo "$file"
    done
}

programs()
{
    find "$@" | sed 's/\.c$//'
}

seedless()
{
    for target in tests/fuzz/fuzz_*.c; do
        name=$(basename "$target" .c)
        corpus=tests/fuzz/corpus/${name#fuzz_}
        seeds=$(find "$corpus" -type f 2>/dev/null | wc -l)
        [ "$seeds" -ge 2 ] || echo "$corpus holds $seeds seeds"
    done
}

not_executable()
{
    find tests/lint tests/lab tests/clients -name '*.sh' |
        while read -r file; do
            if head -n 1 "$file" | grep -q '^#!'; then
                [ -x "$file" ] || echo "$file begins with #!"
            fi
        done
}

sources=$(find src -name '*.[ch]')
# Word splitting is wanted: no file here has a blank in its name.
# shellcheck disable=SC2046,SC2086
{
    tap_verdict 'every source file is in Makefile.am' "$(unlisted $sources)"
    tap_verdict 'every unit test is in Makefile.am' \
        "$(unlisted $(programs tests/unit -name 'test_*.c'))"
    tap_verdict 'every fuzz target is in Makefile.am' \
        "$(unlisted $(programs tests/fuzz -name 'fuzz_*.c'))"
    tap_verdict 'every lint is in Makefile.am' \
        "$(unlisted $(find tests/lint -name '*.sh'))"
}
tap_verdict 'every fuzz target has two seeds or more' "$(seedless)"
tap_verdict 'every script that is a program may be run' "$(not_executable)"
tap_done
