#!/bin/sh
# What of the style a script can see.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"

LC_ALL=C
export LC_ALL
cd "$top" || exit 1

code()
{
    find src tests bench -name '*.[ch]' | sort
}

scripts()
{
    echo bootstrap
    find tests bench -type f ! -name '*.[ch]' | sort | while read -r file; do
        if head -c 12 "$file" | grep -q '^#!/bin/sh'; then
            echo "$file"
        fi
    done
}

blanks()
{
    code | xargs grep -nE '	|[ 	]$' | head -n 20
}

# Characters, not bytes: UTF-8 continuation bytes do not count.
long_lines()
{
    # shellcheck disable=SC2016 # awk's own $0
    code | xargs awk '{
        line = $0
        gsub(/[\200-\277]/, "", line)
        if (length(line) > 80)
            print FILENAME ":" FNR ": " length(line) " columns"
    }' | head -n 20
}

leftovers()
{
    # In pieces, so as not to find themselves.
    words='TO''DO|FIX''ME|XX''X|HA''CK|not (yet )?implem''ented'
    grep -rnwE "$words" bootstrap configure.ac Makefile.am README NEWS docs \
        profiles src tests/*/*.c tests/*/*.h tests/*/*.sh | head -n 20
}

# A function's brace stands on a line of its own, at the margin.
long_functions()
{
    code | xargs awk '
        FNR == 1 { open = 0 }
        /^{$/ { open = FNR }
        /^}/ && open {
            if (FNR - open - 1 > 60)
                print FILENAME ":" open ": " FNR - open - 1 " lines"
            open = 0
        }'
}

# A file without a header of its own name is a row of its floor's table, or
# part of a module of its floor: it includes a header of that floor.
homeless()
{
    find src -name '*.c' | sort | while read -r file; do
        own=${file#src/}
        if [ -e "${file%.c}.h" ]; then
            first=$(grep -m 1 '^#include "' "$file")
            [ "$first" = "#include \"${own%.c}.h\"" ] ||
                echo "$file does not include its own header first"
        else
            grep -q "^#include \"${own%%/*}/" "$file" ||
                echo "$file has no header and is part of nothing"
        fi
    done
}

guards()
{
    find src tests -name '*.h' | sort | while read -r file; do
        name=$(echo "PT_${file#src/}" | tr 'a-z/.' 'A-Z__')
        case $file in
        tests/*) name=_$(basename "$file" | tr 'a-z.' 'A-Z_') ;;
        esac
        grep -q "^#ifndef .*${name}\$" "$file" ||
            echo "$file: the include guard is not $name"
    done
}

broken_scripts()
{
    scripts | while read -r file; do
        sh -n "$file" 2>&1
    done
}

shellcheck_says()
{
    scripts | xargs shellcheck -S warning -x -P "$top" -f gcc 2>&1 | head -n 30
}

tap_verdict 'no tabs, and no blanks at the end of a line' "$(blanks)"
tap_verdict 'no line of code is longer than 80 columns' "$(long_lines)"
tap_verdict 'nothing is left over' "$(leftovers)"
tap_verdict 'no function is longer than 60 lines' "$(long_functions)"
tap_verdict 'every source file has a header to be used by' "$(homeless)"
tap_verdict 'every header has the guard its name asks for' "$(guards)"
tap_verdict 'every shell script parses' "$(broken_scripts)"
if command -v shellcheck >/dev/null; then
    tap_verdict 'shellcheck has nothing to say' "$(shellcheck_says)"
else
    tap_skip 'shellcheck has nothing to say' 'no shellcheck here'
fi
tap_done
