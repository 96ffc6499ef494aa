#!/bin/sh
# A real DavMail is moved by its settings and started again: msmtp, mbsync,
# NeoMutt and Evolution, set up at its old ports, follow, and reach it.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
for program in davmail-server msmtp mbsync neomutt; do
    command -v "$program" >/dev/null || {
        tap_skip 'clients follow DavMail' "$program is not installed"
        tap_done
    }
done
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/davmail.sh"
. "$top/tests/fakes/bus.sh"
. "$top/tests/fakes/registry.sh"
registry=/usr/libexec/evolution-source-registry
new_home home
start_exchange
# shellcheck disable=SC2046 # six ports
set -- $(free_ports 6)
imap=$1 smtp=$2 pop=$3 imap2=$4 smtp2=$5 pop2=$6
sources=$HOME/.config/evolution/sources

# move IMAP SMTP POP
move()
{
    set_davmail "$@"
    start_davmail "$1"
    wait_port "$2"
}

# msmtp_reaches PORT: complaints.
msmtp_reaches()
{
    msmtp -C "$HOME/.msmtprc" --serverinfo >"$work/msmtp" 2>&1
    grep -q DavMail "$work/msmtp" || cat "$work/msmtp"
    grep -q "port.*$1\|:$1" "$work/msmtp" ||
        msmtp -C "$HOME/.msmtprc" -P </dev/null 2>&1 |
        grep -q "^port *= *$1" || echo "not at $1"
}

# mbsync_reaches PORT: it says where it goes, and that DavMail answers.
mbsync_reaches()
{
    timeout 20 mbsync -c "$HOME/.mbsyncrc" -D -l ann@corp.example \
        >"$work/mbsync" 2>&1 </dev/null
    grep -q "127.0.0.1:$1\|port $1" "$work/mbsync" || echo "not at $1"
    grep -qi 'OK \[CAPABILITY' "$work/mbsync" || cat "$work/mbsync"
}

# neomutt_has PORT PORT
neomutt_has()
{
    neomutt -n -F "$HOME/.config/mutt/muttrc" -Q folder -Q smtp_url \
        >"$work/neomutt" 2>&1 </dev/null
    for port; do
        grep -q ":$port/\|:$port\"" "$work/neomutt" || cat "$work/neomutt"
    done
}

# evolution_has IMAP SMTP: as its registry sees the files.
evolution_has()
{
    for port; do
        grep -qs "^Port=$port$" "$sources"/*.source || echo "no port $port"
    done
    [ -x "$registry" ] || return
    rm -rf "$work/now"
    mkdir "$work/now"
    cp "$sources"/ann@corp.example*.source "$work/now"
    agree_within 10 "$work/now"
}

[ ! -x "$registry" ] || start_bus
[ ! -x "$registry" ] || start_registry

move "$imap" "$smtp" "$pop"
for client in msmtp mbsync mutt evolution; do
    run setup "$client" ann@corp.example --bridge davmail
    judge "$client is set up at its ports" 'status == 0'
done
mkdir -p "$HOME/Mail/ann@corp.example" # as setup told
# no secret is at hand here, and none is wanted: a word that is no password
sed -i 's/^passwordeval .*/password none/' "$HOME/.msmtprc"
sed -i 's/^PassCmd .*/Pass none/' "$HOME/.mbsyncrc"
tap_verdict 'msmtp reaches it' "$(msmtp_reaches "$smtp")"
tap_verdict 'mbsync reaches it' "$(mbsync_reaches "$imap")"
stop_davmail

move "$imap2" "$smtp2" "$pop2"
run update --json
judge 'update finds that it has moved, and proves it' '
    status == 0 and
    {c["client"]: c["outcome"] for c in j["clients"]} ==
    dict.fromkeys(["msmtp", "mbsync", "mutt", "evolution"], "updated") and
    all(p["outcome"] == "works" for c in j["clients"] for p in c["proof"]) and
    all(c["proof"] for c in j["clients"])'
tap_verdict 'msmtp follows' "$(msmtp_reaches "$smtp2")"
tap_verdict 'mbsync follows' "$(mbsync_reaches "$imap2")"
tap_verdict 'NeoMutt follows' "$(neomutt_has "$imap2" "$smtp2")"
tap_verdict 'Evolution follows' "$(evolution_has "$imap2" "$smtp2")"
run update
judge 'and then all is right' 'status == 0 and "is right" in out and "updated" not in out'
stop_davmail

run update
judge 'while it is not running, that is said' \
    'status == 7 and "DavMail is not running" in out'
move "$imap" "$smtp" "$pop" "$(make_keystore)" davmail.ssl.nosecuresmtp=true
run update
tap_verdict 'it comes back at the old ports, and IMAP speaks TLS: they follow' \
    "$(grep -qs 'SSLType IMAPS\|TLSType IMAPS' "$HOME/.mbsyncrc" ||
        cat "$HOME/.mbsyncrc"
    msmtp_reaches "$smtp"
    neomutt_has "$imap" "$smtp"
    grep -q '"imaps:' "$work/neomutt" || cat "$work/neomutt"
    evolution_has "$imap" "$smtp")"
stop_davmail
tap_done
