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

tap_done()
{
    echo "1..$tap_count"
    exit "$tap_failed"
}
