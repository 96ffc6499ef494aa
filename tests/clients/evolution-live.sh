#!/bin/sh
# Evolution runs while an account is added, and while the bridge moves: its
# registry has what the files say within seconds of `portolan setup`, `update`
# and `undo`.  That it is to read its files anew is told to
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

# evolves_within SECONDS [ADDRESS]: into what the files say of the account.
evolves_within()
{
    rm -rf "$work/now"
    mkdir "$work/now"
    cp "$sources/${2-ann@proton.me}"*.source "$work/now"
    agree_within "$1" "$work/now"
}

# count_told WANT: how often it was told to read its files anew.
count_told()
{
    got=$(grep -c 'Reloading' "$work/registry.log")
    [ "$got" = "$1" ] || echo "got: $got want: $1"
}

# forgets: Evolution has none of the files in $work/gone, within ten seconds.
forgets()
{
    for _ in $(seq 50); do
        agree "$work/gone" >"$work/left"
        [ "$(grep -c 'does not list' "$work/left")" = 3 ] && return
        sleep 0.2
    done
    cat "$work/left"
}

# move IMAP SMTP: the bridge.
move()
{
    kill "$proton"
    wait "$proton" 2>/dev/null
    start_proton_here ok "$1" "$2"
}

start_proton_here ok "$1" "$2"
start_registry
run setup evolution ann@proton.me --json
judge 'an account is added where there is none' "status == 0 and
    [c['outcome'] for c in j['clients']] == ['updated']"
judge 'the password is what is left to do' \
    "'asks for the password' in j['clients'][0]['todo']"
tap_verdict 'Evolution has it within seconds' "$(
    have "$1" "$2"
    evolves_within 10)"
cp "$sources"/ann@proton.me*.source "$work"
printf '[Data Source]\nDisplayName=Bob\nEnabled=true\n' >"$sources/bob.source"
run setup evolution ann@pm.me --json
judge 'a second one is added' "status == 0 and
    [c['outcome'] for c in j['clients']] == ['updated']"
tap_verdict 'Evolution has both within seconds' "$(
    evolves_within 10 ann@pm.me
    evolves_within 10)"
tap_verdict 'the files of the first stay' "$(
    for file in "$work"/ann@proton.me*.source; do
        cmp "$file" "$sources/${file##*/}" 2>&1
    done)"
run setup evolution ann@pm.me --json
judge 'it is not added again' "status == 0 and
    [c['outcome'] for c in j['clients']] == ['current']"
mkdir "$work/gone"
cp "$sources"/ann@pm.me*.source "$work/gone"
run undo
judge 'it is taken back' 'status == 0'
tap_verdict 'Evolution forgets it within seconds' "$(forgets)"

move "$3" "$4"
run update --json
judge 'the bridge has moved, and so has the account' \
    "status == 0 and [c['outcome'] for c in j['clients']
        if c['client'] == 'evolution'] == ['updated']"
tap_verdict 'it was told of each, and of nothing else' \
    "$(count_told 4)"
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
