#!/bin/sh
# Geary's files, read as Geary reads them: GLib takes them apart, key by key,
# and openssl reads the certificate that is pinned.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
new_home home
python3 "$top/tests/clients/glib_keyfile.py" 2>"$work/lacking" || {
    tap_skip 'GLib reads every key of the files' "$(cat "$work/lacking")"
    tap_done
}
scenarios=$top/tests/scenarios
FULL_NAME='Ann "Q" Exämple; & \n <🙂> =?UTF-8?Q?x?= '

# put NAME ADDRESS... OPTION...: its files, in a folder of that name.
put()
{
    name=$1
    shift
    run write geary "$@" --name "$FULL_NAME" -o "$work/$name/"
    judge "$name: the files are written" 'status == 0'
}

# want NUMBER ADDRESS LOGIN IMAP-HOST PORT SMTP-HOST PORT SECURITY
want()
{
    cat <<END
[Metadata] version=1
[Metadata] status=enabled
[Account] ordinal=$1
[Account] label=
[Account] prefetch_days=14
[Account] save_drafts=true
[Account] save_sent=true
[Account] sender_mailboxes=$FULL_NAME|$2
[Account] service_provider=other
[Account] signature=
[Account] use_signature=false
[Incoming] login=$3
[Incoming] remember_password=true
[Incoming] host=$4
[Incoming] port=$5
[Incoming] transport_security=$8
[Incoming] credentials=custom
[Outgoing] remember_password=true
[Outgoing] host=$6
[Outgoing] port=$7
[Outgoing] transport_security=$8
[Outgoing] credentials=use-incoming
END
}

# is_read NAME NUMBER ARGS...: GLib reads exactly what want ARGS says.
is_read()
{
    file=$work/$1/account_0$2/geary.ini
    what=$1
    shift
    tap_verdict "$what: GLib reads every key of account $1, and no other" "$(
        want "$@" >"$work/want"
        python3 "$top/tests/clients/geary_ini.py" "$file" 2>&1 |
            diff "$work/want" -)"
}

# A login made of all that means something to somebody.
login='CORP\ann;#="%é\n[x]&<'
sed 's|%EMAILADDRESS%|CORP\\ann;#="%é\\n[x]\&amp;\&lt;|' \
    "$top/profiles/examples/ann@example.org.xml" >"$work/ann.xml"
sed -e 's/davmail.imapPort=1143/davmail.imapPort=/' \
    -e '/^| listen	127.0.0.1	1143	/d' \
    "$scenarios/davmail.scenario" >"$work/pop3.scenario"

put starttls ann@proton.me --replay "$scenarios/proton-ok.scenario"
is_read starttls 1 ann@proton.me ann@proton.me \
    127.0.0.1 1144 127.0.0.1 1026 start-tls
put tls ann@proton.me --replay "$scenarios/proton-tls.scenario"
is_read tls 1 ann@proton.me ann@proton.me \
    127.0.0.1 1143 127.0.0.1 1025 transport
put davmail ann@corp.example --bridge davmail \
    --replay "$scenarios/davmail.scenario"
is_read davmail 1 ann@corp.example ann@corp.example \
    127.0.0.1 1143 127.0.0.1 1025 none
put provider ann@example.org bob@example.org --from "$work/ann.xml"
is_read provider 1 ann@example.org "$login" \
    imap.example.org 993 smtp.example.org 465 transport
is_read provider 2 bob@example.org "$login" \
    imap.example.org 993 smtp.example.org 465 transport

run bridges --replay "$scenarios/proton-ok.scenario" --json
print=$(sed -n 's/.*"certificate_sha256":[^"]*"\([0-9a-f]*\)".*/\1/p' \
    "$work/out" | sort -u)
tap_verdict "the certificate pinned is the bridge's" "$(
    openssl x509 -in "$work/starttls/pinned-certs/127.0.0.1.pem" \
        -outform DER 2>&1 | sha256sum | cut -d ' ' -f 1 >"$work/pinned"
    echo "$print" | diff - "$work/pinned")"
tap_verdict 'where there is none to pin, none is' \
    "$(ls "$work/provider/pinned-certs" "$work/davmail/pinned-certs" \
        2>/dev/null)"

run write geary ann@corp.example --bridge davmail \
    --replay "$work/pop3.scenario" -o "$work/pop3/"
judge 'POP3 is refused, by its name' "status == 6 and 'POP3' in err"
tap_verdict 'and leaves no file behind' "$(find "$work/pop3" 2>/dev/null)"
tap_verdict 'no password is in any of them' \
    "$(grep -rl notapassword "$work"/*/account_*)"
tap_done
