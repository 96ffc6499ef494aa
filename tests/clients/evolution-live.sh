#!/bin/sh
# Evolution runs while the bridge moves: its registry has the new ports within
# seconds of `portolan update`.  That it is to read its files anew is told to
# it; this one (3.46) would look by itself after three seconds, and takes no
# less when it is told.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
registry=/usr/libexec/evolution-source-registry
for program in "$registry" gdbus dbus-daemon; do
    command -v "$program" >/dev/null || {
        tap_skip 'a running Evolution follows a bridge' \
            "$program is not installed"
        tap_done
    }
done
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/bus.sh"
. "$top/tests/fakes/registry.sh"
new_home home
sources=$HOME/.config/evolution/sources
mkdir -p "$sources"
start_bus
export ESR_DEBUG=1
# shellcheck disable=SC2046 # six ports
set -- $(free_ports 6)

# ports: those of the files, sorted.
ports()
{
    sed -n 's/^Port=//p' "$sources"/ann@proton.me*.source | sort | tr '\n' ' '
}

# have IMAP SMTP: what differs from these in the files.
have()
{
    want=$(printf '%s\n%s\n' "$1" "$2" | sort | tr '\n' ' ')
    [ "$(ports)" = "$want" ] || echo "got: $(ports) want: $want"
}

# evolves_within SECONDS: into what the files say of the account.
evolves_within()
{
    rm -rf "$work/now"
    mkdir "$work/now"
    cp "$sources"/ann@proton.me*.source "$work/now"
    agree_within "$1" "$work/now"
}

# move IMAP SMTP: the bridge.
move()
{
    kill "$proton"
    wait "$proton" 2>/dev/null
    start_proton_here ok "$1" "$2"
}

start_proton_here ok "$1" "$2"
# as if Evolution had made it: nobody remembers that it was written
export XDG_STATE_HOME="$work/state"
run write evolution ann@proton.me -o "$sources/"
unset XDG_STATE_HOME
judge 'an account is there' 'status == 0'
printf '[Data Source]\nDisplayName=Bob\nEnabled=true\n' >"$sources/bob.source"
start_registry
tap_verdict 'Evolution has it, once it starts' "$(evolves_within 10)"

move "$3" "$4"
run update --json
judge 'the bridge has moved, and so has the account' \
    "status == 0 and [c['outcome'] for c in j['clients']
        if c['client'] == 'evolution'] == ['updated']"
tap_verdict 'it is told to read its files anew' \
    "$(grep -q 'Reloading' "$work/registry.log" || cat "$work/registry.log")"
tap_verdict 'Evolution has the new ports within seconds' "$(
    have "$3" "$4"
    evolves_within 10)"
judge 'nobody has to be told anything but to trust the certificate' \
    "all('log out' not in (c['todo'] or '') for c in j['clients'])"
run undo
judge 'it is taken back' 'status == 0'
tap_verdict 'and Evolution has the old ports within seconds' "$(
    have "$1" "$2"
    evolves_within 10)"

end "$registry_pid"
run update --json
judge 'when it does not run, nobody needs to be told' \
    "status == 0 and all('told' not in (c['todo'] or '')
        for c in j['clients'])"
DBUS_SESSION_BUS_ADDRESS=tcp:host=127.0.0.1,port=9
move "$5" "$6"
run update --json
judge 'where it might run and cannot be told, a person is' \
    "status == 0 and any('told' in (c['todo'] or '')
        for c in j['clients'])"
stop_proton 'the bridge'
tap_done
