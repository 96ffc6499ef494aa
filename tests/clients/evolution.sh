#!/bin/sh
# Evolution's sources, read by who reads them: its registry lists every one,
# and its library has a value of its own for each key, which is what we wrote.
# It watches the folder: a port that changed is seen within seconds.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
registry=/usr/libexec/evolution-source-registry
for program in "$registry" gdbus dbus-daemon; do
    command -v "$program" >/dev/null || {
        tap_skip 'Evolution has every value of what was written' \
            "$program is not installed"
        tap_done
    }
done
. "$top/tests/fakes/lab.sh"
new_home home
scenarios=$top/tests/scenarios
sources=$HOME/.config/evolution/sources
mkdir -p "$sources"

. "$top/tests/fakes/bus.sh"
. "$top/tests/fakes/registry.sh"
start_bus

# agree_soon NAME: what Evolution has otherwise than the files of NAME.
agree_soon()
{
    agree_within 10 "$work/$1"
}

# put NAME ADDRESS OPTION...: its files, kept as NAME and where Evolution looks.
put()
{
    name=$1
    shift
    run write evolution "$@" --name 'Ann "Q" Exämple; & \n <🙂>' \
        -o "$work/$name/"
    judge "$name: the files are written" 'status == 0'
    cp "$work/$name"/*.source "$sources"
}

# differing NAME: which keys of these files have another value there.
differing()
{
    agree "$work/$1" | sed 's/: got .*//'
}

sed -e 's/1144/2144/g; s/1026/2026/g' \
    -e 's/^= AAAAAAYI+AgQggg=$/= AAAAAAYI4BAQ6g8=/' \
    "$scenarios/proton-ok.scenario" >"$work/moved.scenario"
# DavMail with IMAP turned off: POP3 is what there is.
sed -e 's/davmail.imapPort=1143/davmail.imapPort=/' \
    -e '/^| listen	127.0.0.1	1143	/d' \
    "$scenarios/davmail.scenario" >"$work/pop3.scenario"
# A login made of all that means something to somebody.
sed 's|%EMAILADDRESS%|CORP\\ann;#="%é\\n[x]\&amp;\&lt;|' \
    "$top/profiles/examples/ann@example.org.xml" >"$work/ann.xml"

put starttls ann@proton.me --replay "$scenarios/proton-ok.scenario"
start_registry
tap_verdict 'starttls: Evolution has every value of the files, once it starts' \
    "$(agree_soon starttls)"
put davmail ann@corp.example --bridge davmail \
    --replay "$scenarios/davmail.scenario"
put provider ann@example.org --from "$work/ann.xml"
for name in davmail provider; do
    tap_verdict "$name: a running one has them all within seconds" \
        "$(agree_soon "$name")"
done
tap_verdict 'calendars and address books are among them' "$(
    for what in Calendar Contacts; do
        grep -qx "${what}Url=http://127.0.0.1:1080/" \
            "$work"/davmail/*-dav.source || echo "no $what"
    done)"

cat >"$work/ports" <<END
ann@proton.me-transport.source: [Authentication] Port
ann@proton.me.source: [Authentication] Port
END
put moved ann@proton.me --replay "$work/moved.scenario"
tap_verdict 'of a bridge that moved Evolution has both ports within seconds' \
    "$(agree_soon moved)"
tap_verdict 'the ports are all that has changed' "$(
    differing starttls | diff "$work/ports" -)"
put tls ann@proton.me --replay "$scenarios/proton-tls.scenario"
put pop3 ann@corp.example --bridge davmail --replay "$work/pop3.scenario"
for name in tls pop3; do
    tap_verdict "$name: Evolution has every value of the files" \
        "$(agree_soon "$name")"
done
tap_verdict 'POP3 leaves the mail on the server' "$(
    grep -qx KeepOnServer=true "$work/pop3/ann@corp.example.source" ||
        cat "$work/pop3/ann@corp.example.source")"
tap_verdict 'no password is in any of them' \
    "$(grep -ril notapassword "$sources")"
tap_done
