#!/bin/sh
# The files for Outlook, which does not run here, judged by what is known of how
# it reads them: the PRF by the rules by which lines are dropped, the registry
# files by putting them into the registry that was exported, the XML by the
# elements that Outlook looks for.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
clients=$top/tests/clients
scenarios=$top/tests/scenarios
export_file=$clients/outlook-profiles.reg
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
HOME=$work
export HOME
if ! command -v python3 >/dev/null; then
    tap_skip 'the files for Outlook are what it reads' 'no python3 here'
    tap_done
fi

# The same provider, by STARTTLS and by POP3.
provider=$top/profiles/examples/ann@example.org.xml
sed -e 's/>993</>143</; s/>465</>587</; s/>SSL</>STARTTLS</' "$provider" \
    >"$work/far.xml"
sed -e 's/"imap"/"pop3"/; s/>993</>995</' "$provider" >"$work/pop3.xml"
sed -e 's/davmail.imapPort=1143/davmail.imapPort=/' \
    -e '/^| listen	127.0.0.1	1143	/d' \
    "$scenarios/davmail.scenario" >"$work/davmail-pop3.scenario"

# ways CASE: the options that lead to that account, one a line.
ways()
{
    case $1 in
    starttls) printf '%s\n' --replay "$scenarios/proton-ok.scenario" ;;
    tls) printf '%s\n' --replay "$scenarios/proton-tls.scenario" ;;
    davmail) printf '%s\n' --bridge davmail \
        --replay "$scenarios/davmail.scenario" ;;
    davmail-pop3) printf '%s\n' --bridge davmail \
        --replay "$work/davmail-pop3.scenario" ;;
    provider) printf '%s\n' --from "$provider" ;;
    *) printf '%s\n' --from "$work/$1.xml" ;;
    esac
}

# address CASE
address()
{
    case $1 in
    starttls | tls) echo ann@proton.me ;;
    davmail*) echo ann@corp.example ;;
    *) echo ann@example.org ;;
    esac
}

# put CASE CLIENT OUTPUT OPTION...: what is said goes to $work/said.
put()
{
    case_=$1 client=$2 output=$3
    shift 3
    old=$IFS
    IFS='
'
    # shellcheck disable=SC2046 # a word a line
    set -- $(ways "$case_") "$@"
    IFS=$old
    "$portolan" write "$client" "$(address "$case_")" -o "$output" "$@" \
        >"$work/said" 2>&1
}

# differs GOT WANT
differs()
{
    [ "$1" = "$2" ] || printf 'got:\n%s\nwant:\n%s\n' "$1" "$2"
}

# ---- PRF ----

# prf CASE WANT: kind, address, server, port, SSL, user, and of sending server,
# port, connection, authentication, its method; what is left on the server.
prf()
{
    tap_verdict "$1: a PRF of which no line is dropped" "$(
        put "$1" outlook "$work/$1.prf" --name 'Ann Example' ||
            cat "$work/said"
        python3 "$clients/check_prf.py" "$work/$1.prf" 2>&1 | grep -vx OK
        differs "$(python3 "$clients/check_prf.py" --show "$work/$1.prf")" \
            "$2")"
}

prf starttls 'IMAP ann@proton.me 127.0.0.1 1144 0 ann@proton.me 127.0.0.1 1026 2 1 0 -'
prf tls 'IMAP ann@proton.me 127.0.0.1 1143 1 ann@proton.me 127.0.0.1 1025 1 1 0 -'
prf davmail 'IMAP ann@corp.example 127.0.0.1 1143 0 ann@corp.example 127.0.0.1 1025 0 1 0 -'
prf davmail-pop3 'POP3 ann@corp.example 127.0.0.1 1110 0 ann@corp.example 127.0.0.1 1025 0 1 0 1'
prf provider 'IMAP ann@example.org imap.example.org 993 1 ann@example.org smtp.example.org 465 1 1 0 -'
prf pop3 'POP3 ann@example.org imap.example.org 995 1 ann@example.org smtp.example.org 465 1 1 0 1'

tap_verdict 'several accounts stand in one PRF' "$(
    "$portolan" write outlook ann@example.org bob@example.org \
        --from "$provider" -o "$work/two.prf" >"$work/said" 2>&1 ||
        cat "$work/said"
    python3 "$clients/check_prf.py" "$work/two.prf" 2>&1 | grep -vx OK
    differs "$(python3 "$clients/check_prf.py" --show "$work/two.prf" |
        cut -d ' ' -f 1-3)" 'IMAP ann@example.org imap.example.org
IMAP bob@example.org imap.example.org')"
tap_verdict 'a PRF that would lose STARTTLS across the net is refused' "$(
    put far outlook "$work/lost.prf"
    [ $? = 6 ] || cat "$work/said"
    [ ! -e "$work/lost.prf" ] || echo 'it was written')"
tap_verdict 'a name that a PRF cannot hold gives way to the address' "$(
    for name in '"Ann"' ' Ann' '%PATH% %TEMP%' 'Änn' 'שלום' '🙂'; do
        put provider outlook "$work/name.prf" --name "$name" ||
            cat "$work/said"
        grep -q 'cannot hold your name' "$work/said" || echo "$name: untold"
        python3 "$clients/check_prf.py" "$work/name.prf" 2>&1 | grep -vx OK
        grep -qx "DisplayName=ann@example.org$(printf '\r')" \
            "$work/name.prf" || echo "$name"
    done)"

# ---- Autodiscover ----

# autodiscover CASE WANT
autodiscover()
{
    tap_verdict "$1: Autodiscover's answer has every server" "$(
        put "$1" autodiscover "$work/$1.answer" --name 'Änn "Q" & <🙂>' ||
            cat "$work/said"
        differs "$(python3 "$clients/outlook_files.py" xml \
            "$work/$1.answer" 2>&1)" "Änn \"Q\" & <🙂>
email settings
$2")"
}

autodiscover starttls 'IMAP 127.0.0.1 1144 TLS on off off on ann@proton.me -
SMTP 127.0.0.1 1026 TLS on off off on ann@proton.me on'
autodiscover tls 'IMAP 127.0.0.1 1143 SSL on off off on ann@proton.me -
SMTP 127.0.0.1 1025 SSL on off off on ann@proton.me on'
autodiscover davmail-pop3 'POP3 127.0.0.1 1110 None off off off on ann@corp.example -
SMTP 127.0.0.1 1025 None off off off on ann@corp.example on'
autodiscover far 'IMAP imap.example.org 143 TLS on off off on ann@example.org -
SMTP smtp.example.org 587 TLS on off off on ann@example.org on'

# ---- the registry ----

# changes CASE WANT: of the account that was exported.
changes()
{
    tap_verdict "$1: of the registry only that changes which has to" "$(
        put "$1" outlook-reg "$work/$1.reg" --registry "$export_file" ||
            cat "$work/said"
        differs "$(python3 "$clients/outlook_files.py" changes \
            "$export_file" "$work/$1.reg" 2>&1)" "$2")"
    tap_verdict "$1: once that is done, nothing has to" "$(
        python3 "$clients/outlook_files.py" after "$export_file" \
            "$work/$1.reg" >"$work/after.reg" || echo 'it is no registry'
        put "$1" outlook-reg "$work/again.reg" --registry "$work/after.reg" ||
            cat "$work/said"
        grep -q 'has these settings already' "$work/said" ||
            cat "$work/said"
        python3 "$clients/outlook_files.py" values "$work/again.reg" 2>&1)"
}

keys='\9375cff0413111d3b88a00104b2a6676'
changes starttls "büro [alt]$keys\\00000002 imap port ('dword', 1143) ('dword', 1144)
büro [alt]$keys\\00000002 imap use ssl ('dword', 1) ('dword', 0)
büro [alt]$keys\\00000002 smtp port ('dword', 1025) ('dword', 1026)
büro [alt]$keys\\00000002 smtp secure connection ('dword', 1) ('dword', 2)
outlook$keys\\00000002 imap port ('dword', 1143) ('dword', 1144)
outlook$keys\\00000002 smtp port ('dword', 1025) ('dword', 1026)"
changes tls "outlook$keys\\00000002 imap use ssl ('dword', 0) ('dword', 1)
outlook$keys\\00000002 smtp secure connection ('dword', 2) ('dword', 1)"
changes davmail "work$keys\\00000007 imap port ('dword', 2143) ('dword', 1143)
work$keys\\00000007 smtp port ('dword', 2025) ('dword', 1025)
work$keys\\00000007 smtp secure connection ('dword', 1) ('dword', 0)"
changes provider "outlook$keys\\00000004 imap port ('dword', 143) ('dword', 993)
outlook$keys\\00000004 imap use ssl ('dword', 0) ('dword', 1)
outlook$keys\\00000004 smtp port ('dword', 587) ('dword', 465)
outlook$keys\\00000004 smtp secure connection ('dword', 2) ('dword', 1)"

tap_verdict 'an export that somebody saved as UTF-8 gives the same' "$(
    iconv -f utf-16 -t utf-8 "$export_file" >"$work/utf8.reg" || echo iconv
    put starttls outlook-reg "$work/utf8.out" --registry "$work/utf8.reg" ||
        cat "$work/said"
    cmp "$work/utf8.out" "$work/starttls.reg" 2>&1)"
tap_verdict 'an account that was not exported is refused' "$(
    put davmail-pop3 outlook-reg "$work/none.reg" --registry "$export_file"
    [ $? = 6 ] || cat "$work/said"
    [ ! -e "$work/none.reg" ] || echo 'it was written')"
tap_verdict 'no secret and no identifier of the export is copied' "$(
    for file in "$work"/*.reg; do
        case ${file##*/} in after.reg | utf8.reg) continue ;; esac
        iconv -f utf-16 "$file" | grep -i 'hex\|password\|uid\|email'
    done)"

# Whatever the export is: an answer, and never a key that was not in it.
judge_spoilt()
{
    mkdir "$work/spoilt"
    python3 "$clients/outlook_files.py" spoil "$export_file" "$work/spoilt"
    for file in "$work"/spoilt/*; do
        rm -f "$work/spoilt.reg"
        put starttls outlook-reg "$work/spoilt.reg" --registry "$file"
        status=$?
        case $status in
        0) python3 "$clients/outlook_files.py" values "$work/spoilt.reg" 2>&1 |
            grep -v '^[0-9a-z]* \(IMAP Port\|IMAP Use SSL\) dword [0-9]*$' |
            grep -v '^[0-9a-z]* SMTP Port dword 1026$' |
            grep -v '^[0-9a-z]* SMTP Secure Connection dword 2$' ;;
        2 | 6) ;;
        *)
            echo "${file##*/}: $status"
            cat "$work/said"
            ;;
        esac
        echo "$status" >>"$work/statuses"
    done
    [ "$(grep -cx 0 "$work/statuses")" -gt 9 ] &&
        [ "$(grep -cx 2 "$work/statuses")" -gt 9 ] ||
        sort "$work/statuses" | uniq -c # too few of one kind
}
tap_verdict 'a hundred spoilt exports are read or refused' "$(judge_spoilt)"

# ---- an account to be added ----

mkdir "$work/add"
tap_verdict 'without an export Outlook is led to the file beside it' "$(
    put starttls outlook-reg "$work/add/" || cat "$work/said"
    differs "$(python3 "$clients/outlook_files.py" values \
        "$work/add/ann@proton.me.reg" 2>&1)" \
        'AutoDiscover proton.me text C:\portolan\ann@proton.me.outlook.xml
AutoDiscover PreferLocalXML dword 1
Setup DisableOffice365SimplifiedAccountCreation dword 1'
    put starttls autodiscover "$work/same.xml" || cat "$work/said"
    cmp "$work/same.xml" "$work/add/ann@proton.me.outlook.xml" 2>&1)"
tap_done
