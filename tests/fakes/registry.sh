# registry.sh - Evolution's registry of accounts, and what it makes of files:
# source it after bus.sh, with $registry set.
# shellcheck shell=sh

# has_registry: is one on the bus?
has_registry()
{
    gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus \
        -m org.freedesktop.DBus.NameHasOwner \
        org.gnome.evolution.dataserver.Sources5 2>/dev/null | grep -q true
}

# start_registry: as $registry_pid.
start_registry()
{
    "$registry" >"$work/registry.log" 2>&1 &
    registry_pid=$!
    keep "$registry_pid"
    until has_registry || ! kill -0 "$registry_pid" 2>/dev/null; do
        sleep 0.05
    done
}

# agree DIR: what Evolution has otherwise than the files there.
agree()
{
    timeout 60 python3 "$top/tests/clients/eds_sources.py" "$1" 2>&1
}

# agree_within SECONDS DIR: the same, once the registry had its time to look.
agree_within()
{
    for _ in $(seq $(($1 * 5))); do
        agree "$2" >"$work/differences"
        [ -s "$work/differences" ] || return
        sleep 0.2
    done
    cat "$work/differences"
}
