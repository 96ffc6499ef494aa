#!/bin/sh
# The classic: a real DavMail and Proton Mail Bridge (the fake one) both want
# 1143 and 1025.  Whoever comes first has them; portolan says the truth about
# both, what to use instead, and after the move all is right again.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
command -v davmail-server >/dev/null || {
    tap_skip 'two bridges on one port' 'davmail-server is not installed'
    tap_done
}
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/davmail.sh"
# shellcheck disable=SC2046 # ports
set -- $(usual_ports) $(free_ports 1)
imap=$1 smtp=$2 pop=$3
start_exchange

# suggestion SERVICE: of the last run of portolan port.
suggestion()
{
    python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["suggest"][sys.argv[2]])' "$work/out" "$1"
}

# ---- Proton first ----
start_proton ok "$imap" "$smtp"
set_davmail "$imap" "$smtp" "$pop"
start_davmail "$pop"
expect 'Proton first: it has its ports, DavMail is told who took them' "
    b['state'] == 'ok' and e['imap']['pid'] == $proton and
    d['state'] == 'port-taken' and '$proton' in d['hint'] and
    f['pop3']['listening'] and not f['imap']['listening']" bridges
expect 'Proton first: port names it, and offers another pair' "
    j['holders'][0]['bridge'] == 'proton' and
    j['holders'][0]['pid'] == $proton and
    j['suggest']['imap'] == $imap + 1 and
    j['suggest']['smtp'] not in ($smtp, $imap + 1)" port "$imap"
new_imap=$(suggestion imap) new_smtp=$(suggestion smtp)
expect 'Proton first: an address of DavMail does not get its ports' "
    all(s['port'] not in ($imap, $smtp) or not s['chosen']
        for s in j['servers'])" find ann@corp.example --bridge davmail
stop_davmail

# DavMail moves, with a certificate of its own.
set_davmail "$new_imap" "$new_smtp" "$pop" "$(make_keystore)"
start_davmail "$new_imap"
expect 'DavMail moved to what was offered: both are ok' "
    b['state'] == d['state'] == 'ok' and b['hint'] is d['hint'] is None and
    e['imap']['port'] == $imap and e['imap']['security'] == 'starttls' and
    f['imap']['port'] == $new_imap and f['imap']['security'] == 'tls' and
    f['submission']['port'] == $new_smtp and
    f['imap']['certificate_sha256'] == '$(fingerprint "$work/cert.pem")'" \
    bridges
expect 'DavMail moved: each address has its own bridge' "
    {s['port'] for s in j['servers'] if s['chosen']} == {$imap, $smtp}" \
    find ann@proton.me
stop_davmail
stop_proton 'Proton first'

# ---- DavMail first ----
set_davmail "$imap" "$smtp" "$pop"
start_davmail "$imap"
start_proton_here ok "$imap" "$smtp"
expect 'DavMail first: it has its ports, Proton is told who took them' "
    d['state'] == 'ok' and f['imap']['security'] == 'plain' and
    b['state'] == 'port-taken' and 'davmail' in b['hint'].lower() and
    str(f['imap']['pid']) in b['hint'] and
    not e['imap']['listening']" bridges
expect 'DavMail first: port names it, and offers another pair' "
    j['holders'][0]['bridge'] == 'davmail' and
    j['suggest']['imap'] == $imap + 1 and
    'Settings, Advanced settings' in ' '.join(j['hints'])" port "$imap"
new_imap=$(suggestion imap) new_smtp=$(suggestion smtp)
expect 'DavMail first: an address of Proton waits' 'status == 7' \
    find ann@proton.me
stop_proton 'DavMail first'

# Proton moves.
start_proton_here ok "$new_imap" "$new_smtp"
expect 'Proton moved to what was offered: both are ok' "
    b['state'] == d['state'] == 'ok' and b['hint'] is d['hint'] is None and
    e['imap']['port'] == $new_imap and
    e['submission']['port'] == $new_smtp and
    f['imap']['port'] == $imap and f['submission']['port'] == $smtp" bridges
run write thunderbird ann@proton.me -o "$work/ann.zip"
judge 'Proton moved: a ZIP is written for Thunderbird' 'status == 0'
thunderbird_lists 'Proton moved: a real Thunderbird lists exactly its ports' \
    "$work/ann.zip" "$new_imap" "$new_smtp"

# written WHAT: the port of it in the ZIP; other programs are told that one.
unzip -q -p "$work/ann.zip" '*prefs.js' >"$work/prefs.js"
written()
{
    sed -n "s/.*\"mail\\.$1\\..*\\.port\", \\([0-9]*\\).*/\\1/p" \
        "$work/prefs.js" | head -n 1
}
print=$(fingerprint "$HOME/cert.pem" | sed 's/../:&/g; s/^://')
tap_verdict 'msmtp reaches the SMTP port that was written, by STARTTLS' "$(
    msmtp --serverinfo --host=127.0.0.1 --port="$(written smtpserver)" \
        --tls=on --tls-starttls=on --tls-trust-file= \
        --tls-fingerprint="$print" \
        >"$work/msmtp" 2>&1
    grep -q 'TLS session parameters' "$work/msmtp" || cat "$work/msmtp")"
tap_verdict 'curl reaches the IMAP port that was written, and verifies' "$(
    curl -sS -v --max-time 10 --ssl-reqd --cacert "$HOME/cert.pem" \
        -X NOOP "imap://127.0.0.1:$(written server)/" >"$work/curl" 2>&1
    grep -q 'SSL certificate verify ok' "$work/curl" || cat "$work/curl")"
stop_proton 'Proton moved'
stop_davmail
tap_done
