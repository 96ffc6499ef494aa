#!/bin/sh
# The floors of src/: includes go down only, and every header compiles alone.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
. "$top/tests/tap.sh"

# From the ground up; docs/architecture.md has the picture.
floors='base model net format source resolve writer client api serve cli'

unknown_floors()
{
    for dir in */; do
        case " $floors " in
        *" ${dir%/} "*) ;;
        *) echo "src/$dir is not among the floors" ;;
        esac
    done
}

upward_includes()
{
    higher=$floors
    for floor in $floors; do
        higher=${higher#"$floor"}
        higher=${higher# }
        if [ -d "$floor" ] && [ -n "$higher" ]; then
            pattern=$(echo "$higher" | tr ' ' '|')
            grep -nE "^# *include \"($pattern)/" "$floor"/*.[ch]
        fi
    done
}

# Prints the headers that include each other, in a ring.
rings()
{
    grep -E '^# *include "' ./*/*.h |
        sed 's|^\./\([^:]*\):# *include "\([^"]*\)".*|\1 \2|' |
        { tsort >/dev/null; } 2>&1
}

# In the build directory, because that is what CPPFLAGS is relative to.
compile_alone()
{
    # shellcheck disable=SC2086 # CPPFLAGS is a list
    (cd "$build" && ${CC:-cc} -std=gnu17 -D_GNU_SOURCE ${CPPFLAGS:-} \
        -I"$top/src" -fsyntax-only -x c "$top/src/$1" 2>&1) | head -n 5
}

cd "$top/src" || exit 1
tap_verdict 'every directory of src is a floor' "$(unknown_floors)"
tap_verdict 'no floor includes from a floor above it' "$(upward_includes)"
tap_verdict 'no headers include each other' "$(rings)"
for header in */*.h; do
    tap_verdict "$header compiles alone" "$(compile_alone "$header")"
done
tap_done
