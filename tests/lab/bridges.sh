#!/bin/sh
# A faithful fake of Proton Mail Bridge on real sockets, in every state: what
# portolan says of it is right, its password goes nowhere, and nothing
# forbidden is done to it.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck disable=SC2046 # two ports
set -- $(usual_ports)
imap=$1 smtp=$2

# In time: two seconds, and half of one for a start under sanitizers.
in_time='took_ms < 2500'

# start STATE: whatever an earlier one left is gone.
start()
{
    rm -rf "$work/proton-$1"
    start_proton "$1" "$imap" "$smtp"
}

# What its hint has to be, in Python.
hint="b['hint'] is None"

# ok_as STATE HOW [IMAP_SECURITY [SMTP_SECURITY]]
ok_as()
{
    start "$1"
    expect "$1: ports, protection and certificate are right" "
        status == 0 and b['state'] == 'ok' and b['version'] == '3.25.0' and
        $hint and $in_time and len(b['endpoints']) == 2 and
        (e['imap']['port'], e['submission']['port']) == ($imap, $smtp) and
        e['imap']['security'] == '${3-starttls}' and
        e['submission']['security'] == '${4-starttls}' and
        {x['certificate_sha256'] for x in b['endpoints']} ==
            {'$(fingerprint "$HOME/cert.pem")'} and
        {x['learned_from'] for x in b['endpoints']} == {'$2'} and
        {x['pid'] for x in b['endpoints']} == {$proton}" bridges
}

# served ADDRESS: through the bridge that runs.
served()
{
    expect "$state: $1 is had through it" "
        status == 0 and j['status'] == 'ok' and
        j['servers'][0]['chosen'] and j['servers'][0]['port'] == $imap and
        j['servers'][0]['username'] == '$1'" find "$1"
}

# accounts WHICH: of the bridge, in Python.
accounts()
{
    expect "$state: its accounts are right" "b['accounts'] == $1" bridges
}

both="['ann@proton.me', 'ann@pm.me']"

# ---- it runs, and tells itself ----
state=ok
ok_as ok grpc
served ann@proton.me
served ann@pm.me
expect 'ok: an address it does not serve is not' "
    status == 7 and j['status'] == 'needs-bridge'" find bob@proton.me
mkdir "$HOME/written"
run write all -o "$HOME/written" ann@proton.me
judge 'ok: a file for each client is written' 'status == 0'
run find ann@proton.me --explain
judge 'ok: all of it may be shown to people' 'status == 0'
run bridges
judge 'ok: bridges is shown to people' "status == 0 and '$imap' in out"
tap_verdict 'ok: password and token are in no output and in no file' \
    "$(secrets_kept "$HOME/written" "$HOME/.local" "$HOME/.cache")"
tap_verdict 'ok: its certificate is of the kind Proton makes' "$(
    openssl x509 -in "$HOME/cert.pem" -noout -text >"$work/text"
    for bit in 'Subject: C = CH, O = Proton AG, OU = Proton Mail, CN = 127' \
        'Issuer: C = CH, O = Proton AG, OU = Proton Mail, CN = 127.0.0.1' \
        'Public-Key: (2048 bit)' 'CA:TRUE' 'IP Address:127.0.0.1' \
        'TLS Web Server Authentication, TLS Web Client Authentication' \
        'Digital Signature, Key Encipherment, Certificate Sign'; do
        grep -qF "$bit" "$work/text" || echo "not in it: $bit"
    done
    grep -q 'DNS:' "$work/text" && echo 'it has a name beside the address')"
stop_proton ok
expect 'ok, then ended: its socket file is stale, it is stopped' "
    b['state'] == 'stopped' and not e['imap']['listening'] and
    e['imap']['port'] == $imap and $in_time" bridges
expect 'ok, then ended: its last port is named, not used' "
    status == 7 and j['servers'][0]['port'] == $imap and
    not j['servers'][0]['chosen']" find ann@proton.me

for state in tls grpc-tcp; do
    security=starttls
    [ $state = tls ] && security=tls
    ok_as $state grpc $security $security
    stop_proton $state
done
state=mixed
ok_as mixed grpc tls starttls
served ann@proton.me
stop_proton mixed

# ---- users ----
for state in old-users split unknown-fields; do
    ok_as $state grpc
    accounts "$both"
    stop_proton $state
done
state=no-users
ok_as no-users grpc
accounts '[]'
stop_proton no-users
for state in signed-out locked; do
    start $state
    expect "$state: nobody is served, and the hint says who is not" "
        b['state'] == 'ok' and b['accounts'] == [] and
        'ann is signed out' in b['hint']" bridges
    expect "$state: who asks for the address is told to sign in" "
        status == 7 and 'ann is signed out' in j['hints'][0] and
        'sign in there' in j['hints'][1]" find ann@proton.me
    stop_proton $state
done
start two-users
expect 'two-users: one is served, the other told to sign in' "
    b['state'] == 'ok' and b['accounts'] == $both and
    'bob is signed out' in b['hint']" bridges
stop_proton two-users

# ---- gRPC that cannot be had: sockets and greetings tell ----
for state in cli unlisted no-socket refused half-frame huge-frame endless \
    leftovers flatpak log-wrong; do
    ok_as $state socket
    stop_proton $state
done
hint="'did not tell its accounts' in b['hint']"
for state in other-token other-cert mute; do
    ok_as $state socket
    expect "$state: whether it serves an address is no firm no" "
        status == 4 and j['status'] == 'unreachable' and j['incomplete'] and
        {'bridge': 'failed'}.items() <=
        {s['name']: s['outcome'] for s in j['sources']}.items() and
        '--bridge proton' in j['hints'][0]" find ann@custom.example
    stop_proton $state
done
hint="b['hint'] is None"
state=cli-mixed
ok_as cli-mixed socket tls starttls
served ann@proton.me
stop_proton cli-mixed
state=bare
ok_as bare socket starttls tls
stop_proton bare

# ---- it is root's, and an ordinary user asks ----
if is_foreigner_possible; then
    start cli
    chmod 711 "$work"
    cp "$portolan" "$work/portolan"
    cp -r "$top/profiles" "$work/profiles"
    mkdir "$work/nobody"
    HOME=$work/nobody PORTOLAN_PROFILES=$work/profiles setpriv \
        --reuid 65534 --regid 65534 --clear-groups timeout 10 \
        "$work/portolan" bridges --json >"$work/out" 2>"$work/err"
    status=$?
    judge "root's bridge is seen by its greetings" "
        status == 0 and b['state'] == 'ok' and b['hint'] is None and
        (e['imap']['port'], e['submission']['port']) == ($imap, $smtp) and
        {x['learned_from'] for x in b['endpoints']} == {'socket'} and
        not any(x['foreign'] for x in b['endpoints'])"
    stop_proton cli
else
    tap_skip "root's bridge is seen by its greetings" 'not root'
fi

# ---- it runs, and does not serve ----
start offline
expect 'offline: closed listeners are not a changed port' "
    b['state'] == 'offline' and e['imap']['port'] == $imap and
    not e['imap']['listening'] and 'did not change' in b['hint']" bridges
expect 'offline: the address waits for the bridge' 'status == 7' \
    find ann@proton.me
stop_proton offline
start offline-focus
expect 'offline, known by its focus service alone: it lives' "
    b['state'] == 'offline' and b['version'] == '3.25.0' and
    e['imap']['port'] == $imap and e['imap']['learned_from'] == 'log'" bridges
stop_proton offline-focus
start mismatch
expect 'mismatch: a port that is set and not there is told' "
    b['state'] == 'mismatch' and '$imap' in b['hint']" bridges
stop_proton mismatch
for state in silent silent-mute; do
    start $state
    expect "$state: it is given up in time" "
        b['state'] == 'unknown' and $in_time" bridges
    stop_proton $state
done
listen "$imap" '220 somebody.example ESMTP elsewhere'
for state in ok cli; do
    start $state
    expect "$state, port taken: whoever holds it is named" "
        b['state'] == 'port-taken' and 'greeter.py' in b['hint'] and
        '$listener' in b['hint'] and '$imap' in b['hint'] and
        e['submission']['listening']" bridges
    stop_proton "$state, port taken"
done
end "$listener"

# ---- it has ended: what the log of each generation still knows ----
last_known()
{
    stop_proton "$state"
    expect "$state: when it has ended, the log names its last ports" "
        b['state'] == 'stopped' and e['imap']['port'] == $imap and
        e['submission']['port'] == $smtp and
        e['imap']['learned_from'] == 'log' and
        e['submission']['security'] == '$1'" bridges
}
state=log-3.2
ok_as $state socket starttls tls
last_known tls
for state in log-3.5 log-rotated; do
    ok_as $state socket
    last_known starttls
done
state=log-3.0
ok_as log-3.0 socket
stop_proton log-3.0
expect 'log-3.0: it names no port; when it has ended none is made up' "
    b['state'] == 'stopped' and b['endpoints'] == []" bridges
expect 'log-3.0: the defaults are named as such' "
    status == 7 and j['servers'][0]['origin']['trust'] == 'guessed'" \
    find ann@proton.me
tap_verdict 'in no state did password or token get out' "$(secrets_kept)"
tap_done
