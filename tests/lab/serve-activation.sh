#!/bin/sh
# serve as systemd runs it: its units, the sockets that are opened for it, and
# what it tells of itself.
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"

# ---- the units ----

# The way of one user's, with the program where it lies now.
units()
{
    mkdir "$work/units"
    for unit in portolan-serve@.service portolan-serve@.socket \
        portolan-serve-tls@.socket; do
        sed "s|@exec@|$(readlink -f "$portolan") serve|" \
            "$top/profiles/systemd/$unit" \
            >"$work/units/$(echo "$unit" | sed 's/@/@ann/')"
    done
}

verify_units()
{
    (cd "$work/units" && SYSTEMD_UNIT_PATH=$work/units: \
        systemd-analyze verify --man=no ./*) 2>&1
}

# exposure UNIT MOST: what systemd itself thinks of it, in tenths.
exposure()
{
    SYSTEMD_UNIT_PATH=$work/units: systemd-analyze security --offline=yes \
        --threshold="$2" "$1" >"$work/exposure" 2>&1 ||
        tail -n 3 "$work/exposure"
}

if command -v systemd-analyze >/dev/null; then
    units
    tap_verdict 'systemd understands every line of the units' "$(verify_units)"
    tap_verdict 'and finds little that the service is exposed to' \
        "$(exposure portolan-serve@ann.service 20)"
    sed -i '/^SystemCallFilter/d' "$work/units/portolan-serve@ann.service"
    tap_verdict 'with less around it, it would complain' \
        "$([ -n "$(exposure portolan-serve@ann.service 20)" ] ||
            echo 'it does not')"
else
    tap_skip 'the units' 'there is no systemd-analyze'
fi

# ---- the program ----

new_home activated
# shellcheck disable=SC2046 # two numbers
set -- $(free_ports 2)
if command -v systemd-socket-activate >/dev/null; then
    python3 "$top/tests/lab/serve_activation.py" "$portolan" \
        "$top/profiles/examples/ann@example.org.xml" "$1" "$2" "$work" \
        "$LAB_ALONE" >"$work/checks" 2>&1 || tap_failed=1
    tap_adopt "$work/checks"
else
    tap_skip 'sockets opened by systemd' 'there is no systemd-socket-activate'
fi
tap_done
