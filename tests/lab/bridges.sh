#!/bin/sh
# A faithful fake of Proton Mail Bridge on real sockets, in every state: what
# portolan says of it is right, and nothing forbidden is done to it.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
work=$(mktemp -d) || exit 1
fake=
finish()
{
    [ -z "$fake" ] || kill "$fake" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
# shellcheck disable=SC2046 # two ports
set -- $(python3 "$top/tests/fakes/ports.py" 2)
imap=$1 smtp=$2

# start STATE: a fake in a home of its own.
start()
{
    HOME=$work/$1
    export HOME
    mkdir "$HOME"
    python3 "$top/tests/fakes/proton_bridge.py" "$1" "$HOME" \
        "$imap" "$smtp" 2>"$work/fake.err" &
    fake=$!
    while [ ! -e "$HOME/ready" ]; do
        kill -0 "$fake" 2>/dev/null || break
        sleep 0.1
    done
}

stop()
{
    kill "$fake" 2>/dev/null
    wait "$fake" 2>/dev/null
    fake=
}

# judge WHAT EXPRESSION ARGS...: of the JSON portolan prints, as j, and its
# exit status, as status; never more than four seconds.
judge()
{
    what=$1
    expression=$2
    shift 2
    timeout 4 "$portolan" "$@" --json >"$work/out" 2>"$work/err"
    tap_verdict "$what" "$(python3 - "$work/out" "$?" "$expression" 2>&1 <<'END'
import json, sys
status = int(sys.argv[2])
j = json.load(open(sys.argv[1]))
b = {x["name"]: x for x in j.get("bridges", [])}.get("proton")
e = {x["service"]: x for x in b["endpoints"]} if b else {}
if not eval("(" + sys.argv[3] + ")"):
    print("exit", status, json.dumps(j, indent=1))
END
)"
}

unharmed()
{
    tap_verdict "$1: nothing forbidden was done to it" \
        "$(cat "$HOME/violations" "$work/fake.err" 2>/dev/null)"
}

# fingerprint: of the certificate of the fake that runs.
fingerprint()
{
    openssl x509 -in "$HOME/cert.pem" -outform DER |
        openssl dgst -sha256 -r | cut -d' ' -f1
}

for mode in ok tls cli; do
    security=starttls
    learned=grpc
    [ "$mode" = tls ] && security=tls
    [ "$mode" = cli ] && learned=socket
    start $mode
    judge "$mode: ports, protection and certificate are right" "
        status == 0 and b['state'] == 'ok' and b['version'] == '3.25.0' and
        e['imap']['port'] == $imap and e['submission']['port'] == $smtp and
        e['imap']['security'] == e['submission']['security'] == '$security' and
        e['imap']['certificate_sha256'] == '$(fingerprint)' and
        e['imap']['learned_from'] == '$learned' and
        e['imap']['pid'] == $fake" bridges
    judge "$mode: its addresses are had through it" "
        status == 0 and j['status'] == 'ok' and
        j['servers'][0]['port'] == $imap and j['servers'][0]['chosen']" \
        find ann@proton.me
    unharmed "$mode"
    [ $mode = ok ] && judge 'ok: an address it does not serve is not' "
        status == 7 and j['status'] == 'needs-bridge'" find bob@proton.me
    stop
done


start offline
judge 'offline: closed listeners are not a changed port' "
    b['state'] == 'offline' and e['imap']['port'] == $imap and
    not e['imap']['listening']" bridges
judge 'offline: the address waits for the bridge' 'status == 7' \
    find ann@proton.me
unharmed offline
stop

start mismatch
judge 'mismatch: a port that is set and not there is told' "
    b['state'] == 'mismatch' and '$imap' in b['hint']" bridges
unharmed mismatch
stop

start silent
judge 'silent: it is given up in time' "b['state'] == 'unknown'" bridges
unharmed silent
stop

start half-frame
judge 'half a gRPC frame: sockets and greetings still tell' "
    b['state'] == 'ok' and e['imap']['port'] == $imap and
    e['imap']['learned_from'] == 'socket'" bridges
unharmed half-frame
stop

python3 "$top/tests/fakes/greeter.py" "$imap" '220 somebody ESMTP' &
fake=$!
python3 "$top/tests/fakes/ports.py" --wait "$imap"
judge "port: who holds it is told, and a free pair" "
    status == 0 and not j['free'] and j['holders'][0]['pid'] == $fake and
    j['holders'][0]['program'] == 'greeter.py' and
    j['suggest']['imap'] not in (0, $imap)" port "$imap"
stop
judge 'a bridge that is gone is stopped, its last port named' "
    status == 7 and j['servers'][0]['port'] == $imap and
    not j['servers'][0]['chosen']" find ann@proton.me
tap_done
