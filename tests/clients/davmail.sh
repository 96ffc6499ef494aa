#!/bin/sh
# A real DavMail, started on moved ports, taken ports and with a certificate:
# portolan sees what it does each time, and a real Thunderbird takes the file.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
command -v davmail-server >/dev/null || {
    tap_skip 'DavMail is seen as it is' 'davmail-server is not installed'
    tap_done
}
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/davmail.sh"
new_home home
start_exchange

# shellcheck disable=SC2046 # four ports
set -- $(free_ports 4)
imap=$1 smtp=$2 pop=$3 taken=$4

set_davmail "$imap" "$smtp" "$pop"
expect 'before it runs it is stopped' "d['state'] == 'stopped'" bridges
start_davmail "$imap"
expect 'on moved ports it is ok, its ports are known from its settings' "
    d['state'] == 'ok' and d['hint'] is None and
    f['imap']['port'] == $imap and f['submission']['port'] == $smtp and
    f['pop3']['port'] == $pop and f['imap']['security'] == 'plain' and
    f['imap']['learned_from'] == 'config' and f['imap']['pid'] > 0 and
    'trunk' in d['version']" bridges
run write thunderbird ann@corp.example --bridge davmail -o "$work/ann.zip"
judge 'a ZIP is written for Thunderbird' 'status == 0'
thunderbird_lists 'a real Thunderbird lists exactly those ports' \
    "$work/ann.zip" "$imap" "$smtp"
tap_verdict 'msmtp reaches the port that was written' "$(
    msmtp --serverinfo --host=127.0.0.1 --port="$smtp" --tls=off \
        >"$work/msmtp" 2>&1
    grep -q DavMail "$work/msmtp" || cat "$work/msmtp")"
expect 'portolan port names it' "j['holders'][0]['bridge'] == 'davmail'" \
    port "$imap"
stop_davmail

listen "$taken" '220 somebody.example ESMTP elsewhere'
set_davmail "$imap" "$taken" "$pop"
start_davmail "$imap"
expect 'a port somebody else took is told, with who holds it' "
    d['state'] == 'port-taken' and 'greeter.py' in d['hint'] and
    '$taken' in d['hint'] and f['imap']['port'] == $imap" bridges
stop_davmail

set_davmail "$imap" "$smtp" "$pop" "$(make_keystore)" \
    davmail.ssl.nosecuresmtp=true
start_davmail "$imap"
expect 'with a keystore it speaks TLS, with that certificate' "
    d['state'] == 'ok' and f['imap']['security'] == 'tls' and
    f['imap']['certificate_sha256'] == '$(fingerprint "$work/cert.pem")' and
    f['submission']['security'] == 'plain'" bridges
stop_davmail
expect 'afterwards it is stopped again' "d['state'] == 'stopped'" bridges
tap_done
