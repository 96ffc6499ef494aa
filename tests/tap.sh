# tap.sh - what tap.h is, for tests in shell: source it, end with tap_done.
# shellcheck shell=sh

tap_count=0
tap_failed=0

# tap_verdict WHAT COMPLAINTS: passes when there is nothing to complain about.
tap_verdict()
{
    tap_count=$((tap_count + 1))
    if [ -z "$2" ]; then
        echo "ok $tap_count - $1"
        return 0
    fi
    echo "not ok $tap_count - $1"
    printf '%s\n' "$2" | sed 's/^/# /'
    tap_failed=1
}

# tap_skip WHAT WHY
tap_skip()
{
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# tap_adopt FILE: the checks of a helper, which it printed there, numbered on.
tap_adopt()
{
    grep -v '^\(not \)\{0,1\}ok' "$1"
    while read -r tap_line; do
        tap_count=$((tap_count + 1))
        echo "$tap_line" | sed "s/ok [0-9]*/ok $tap_count/"
    done <<END
$(grep '^\(not \)\{0,1\}ok' "$1")
END
}

tap_done()
{
    echo "1..$tap_count"
    exit "$tap_failed"
}
