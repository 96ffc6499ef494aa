#!/bin/sh
# A real DavMail, started on moved ports, taken ports and with a certificate:
# portolan sees what it does each time, and a real Thunderbird takes the file.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan

command -v davmail-server >/dev/null || {
    tap_skip 'DavMail is seen as it is' 'davmail-server is not installed'
    tap_done
}

work=$(mktemp -d) || exit 1
pids=
finish()
{
    for pid in $pids; do
        kill -- "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap finish EXIT
export HOME="$work/home"
mkdir -p "$HOME"
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME

# free_ports N: so many ports nobody listens on, below those handed out.
free_ports()
{
    python3 "$top/tests/fakes/ports.py" "$1"
}

# What DavMail believes to be Exchange: it answers 401, which is enough.
python3 "$top/tests/fakes/exchange.py" "$work/url" &
pids="$pids $!"
while [ ! -s "$work/url" ]; do sleep 0.1; done

# configure IMAP SMTP POP [LINE...]
configure()
{
    cat >"$HOME/.davmail.properties" <<END
davmail.server=true
davmail.mode=EWS
davmail.url=$(cat "$work/url")
davmail.imapPort=$1
davmail.smtpPort=$2
davmail.popPort=$3
davmail.bindAddress=127.0.0.1
davmail.allowRemote=false
davmail.disableUpdateCheck=true
davmail.logFilePath=$work/davmail.log
END
    shift 3
    for line; do
        echo "$line" >>"$HOME/.davmail.properties"
    done
}

# start PORT: until it listens there.
start()
{
    # in a group of its own: the script starts Java and waits for it
    setsid davmail-server "$HOME/.davmail.properties" \
        >"$work/davmail.out" 2>&1 &
    davmail=$!
    pids="$pids -$davmail"
    python3 "$top/tests/fakes/ports.py" --wait "$1"
}

stop()
{
    kill -- "-$davmail" 2>/dev/null
    wait "$davmail" 2>/dev/null
    while kill -0 -- "-$davmail" 2>/dev/null; do sleep 0.1; done
}

# judge WHAT EXPRESSION: of the JSON of DavMail in `bridges`, as d.
judge()
{
    "$portolan" bridges --json >"$work/bridges.json" 2>"$work/err"
    tap_verdict "$1" "$(python3 - "$work/bridges.json" "$2" 2>&1 <<'END'
import json, sys
found = json.load(open(sys.argv[1]))["bridges"]
d = [b for b in found if b["name"] == "davmail"]
if len(d) != 1:
    print("bridges:", found)
else:
    d = d[0]
    e = {x["service"]: x for x in d["endpoints"]}
    if not eval("(" + sys.argv[2] + ")"):
        print(json.dumps(d, indent=1))
END
)"
}

# shellcheck disable=SC2046 # four ports
set -- $(free_ports 4)
imap=$1 smtp=$2 pop=$3 taken=$4

configure "$imap" "$smtp" "$pop"
judge 'before it runs it is stopped' 'd["state"] == "stopped"'
start "$imap"
judge 'on moved ports it is ok, its ports are known from its settings' "
    d['state'] == 'ok' and d['hint'] is None and
    e['imap']['port'] == $imap and e['submission']['port'] == $smtp and
    e['pop3']['port'] == $pop and e['imap']['security'] == 'plain' and
    e['imap']['learned_from'] == 'config' and e['imap']['pid'] > 0 and
    'trunk' in d['version']"
"$portolan" write thunderbird ann@corp.example --bridge davmail \
    -o "$work/ann.zip" 2>"$work/err"
tap_verdict 'a ZIP is written for Thunderbird' \
    "$([ -s "$work/ann.zip" ] || cat "$work/err")"
if [ -x /usr/lib/thunderbird/thunderbird ]; then
    unzip -q -d "$work/zip" "$work/ann.zip"
    tap_verdict 'a real Thunderbird lists exactly those ports' "$(
        timeout 120 python3 "$top/tests/clients/tb_marionette.py" \
            accounts "$work"/zip/* >"$work/tb.json" 2>"$work/err"
        python3 - "$work/tb.json" "$imap" "$smtp" 2>&1 <<'END'
import json, sys
t = json.load(open(sys.argv[1]))
got = ([a["server"]["port"] for a in t["accounts"]
        if a["server"]["type"] != "none"], [s["port"] for s in t["smtp"]])
if got != ([int(sys.argv[2])], [int(sys.argv[3])]):
    print(got)
END
    )"
else
    tap_skip 'a real Thunderbird lists exactly those ports' \
        'thunderbird is not installed'
fi
tap_verdict 'msmtp reaches the port that was written' "$(
    msmtp --serverinfo --host=127.0.0.1 --port="$smtp" --tls=off \
        >"$work/msmtp" 2>&1
    grep -q DavMail "$work/msmtp" || cat "$work/msmtp")"
tap_verdict 'portolan port names it' "$(
    "$portolan" port "$imap" --json >"$work/port.json"
    grep -q '"bridge":	"davmail"' "$work/port.json" ||
        cat "$work/port.json")"
stop

python3 "$top/tests/fakes/greeter.py" "$taken" \
    '220 somebody.example ESMTP elsewhere' &
pids="$pids $!"
python3 "$top/tests/fakes/ports.py" --wait "$taken"
configure "$imap" "$taken" "$pop"
start "$imap"
judge 'a port somebody else took is told, with who holds it' "
    d['state'] == 'port-taken' and 'greeter.py' in d['hint'] and
    '$taken' in d['hint'] and e['imap']['port'] == $imap"
stop

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
openssl pkcs12 -export -in "$work/cert.pem" -inkey "$work/key.pem" \
    -passout pass:changeit -out "$work/store.p12"
configure "$imap" "$smtp" "$pop" "davmail.ssl.keystoreType=PKCS12" \
    "davmail.ssl.keystoreFile=$work/store.p12" \
    "davmail.ssl.keystorePass=changeit" "davmail.ssl.keyPass=changeit" \
    "davmail.ssl.nosecuresmtp=true"
print=$(openssl x509 -in "$work/cert.pem" -outform DER |
    openssl dgst -sha256 -r | cut -d' ' -f1)
start "$imap"
judge 'with a keystore it speaks TLS, with that certificate' "
    d['state'] == 'ok' and e['imap']['security'] == 'tls' and
    e['imap']['certificate_sha256'] == '$print' and
    e['submission']['security'] == 'plain'"
stop
judge 'afterwards it is stopped again' 'd["state"] == "stopped"'
tap_done
