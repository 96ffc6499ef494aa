#!/bin/sh
# Accounts that Thunderbird itself has made, with the passwords it keeps, follow
# a bridge that moves: to other ports, to TLS from the first byte, to another
# certificate.  It signs in before; it cannot once the bridge has moved; it can
# again when its files were changed, and asks nothing.
#
# Then a thousand profiles with every oddity that Thunderbird takes, changed and
# read by another parser, and some of them by Thunderbird.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
patch_clients=${top_builddir:-$top}/tests/clients/patch_clients
judge=$top/tests/clients/thunderbird_update.py
password=canary-5ecret
[ -x "${TB_BIN:-/usr/lib/thunderbird/thunderbird}" ] || {
    tap_skip 'Thunderbird follows the bridge' 'thunderbird is not installed'
    tap_done
}

# make_certificate NAME
make_certificate()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$work/$1.key" \
        -out "$work/$1.pem" 2>"$work/err" &&
        openssl x509 -in "$work/$1.pem" -outform DER -out "$work/$1.der" ||
        cat "$work/err"
}

# start_stub MODE CERTIFICATE IMAP SMTP POP3
start_stub()
{
    rm -f "$work/heard"
    python3 "$fakes/mail_stub.py" "$work/heard" "$1" "$work/$2.pem" \
        "$work/$2.key" "$3" "$4" "$5" &
    stub=$!
    keep "$stub"
    wait_file "$work/heard" "$stub"
}

# write_config SERVICE IN OUT
write_config()
{
    cat <<END
<clientConfig><emailProvider id="example.org"><domain>example.org</domain>
<incomingServer type="$1"><hostname>127.0.0.1</hostname><port>$2</port>
<socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>127.0.0.1</hostname><port>$3</port>
<socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
END
}

# new_profile SERVICE IN OUT: in a home of its own.
new_profile()
{
    root=$work/$1/.thunderbird
    mkdir -p "$root/ann"
    printf '[Profile0]\nIsRelative=1\nPath=ann\n' >"$root/profiles.ini"
    write_config "$1" "$2" "$3" >"$work/config.xml"
    timeout 100 python3 "$judge" create "$root/ann" "$work/config.xml" \
        ann@example.org $password "$work/first.der" "$2" "$3" \
        >"$work/made" 2>"$work/err" || cat "$work/err"
    [ "$(grep -c ^keeps "$work/made")" = 2 ] || cat "$work/made"
    LC_ALL=C sort "$root/ann/cert_override.txt" >"$work/$1.exceptions"
    [ "$(grep -c ^127 "$work/$1.exceptions")" = 2 ] ||
        cat "$work/$1.exceptions"
}

# ask SERVICE: what becomes of signing in, in $work/got.
ask()
{
    timeout 100 python3 "$judge" signs-in "$work/$1/.thunderbird/ann" \
        >"$work/got" 2>"$work/err" || cat "$work/err"
}

# sign_in SERVICE: what is wrong with it, by itself and when it is asked.
sign_in()
{
    timeout 100 python3 "$judge" starts "$work/$1/.thunderbird/ann" \
        "$work/heard" "$1" 2>"$work/err" || cat "$work/err"
    ask "$1"
    printf '%s ok\nsmtp ok\n' "$1" | cmp -s - "$work/got" ||
        sed 's/^/got: /' "$work/got"
}

# differs SERVICE: of its files, the lines that are new.
differs()
{
    dir=$work/$1/.thunderbird/ann
    for name in prefs.js cert_override.txt; do
        diff "$work/$name" "$dir/$name" | sed -n 's/^> //p'
    done | sed -e 's/\.server[0-9][0-9]*\./.SERVER./' \
        -e 's/\.smtp[0-9][0-9]*\./.SMTP./'
}

# change SERVICE IN OUT SECURITY CERTIFICATE, as the bridge is now.
change()
{
    for name in prefs.js cert_override.txt; do
        cp "$work/$1/.thunderbird/ann/$name" "$work/$name"
    done
    HOME=$work/$1 "$patch_clients" thunderbird "$2" "$3" "$4" \
        "$work/$5.der" >"$work/slots" 2>&1 || cat "$work/slots"
}

# expect_lines SERVICE LINE...: those that differ, and no others.
expect_lines()
{
    service=$1
    shift
    printf '%s\n' "$@" | LC_ALL=C sort >"$work/want"
    differs "$service" | LC_ALL=C sort | diff "$work/want" -
}

# pref NAME NUMBER
pref()
{
    echo "user_pref(\"mail.$1\", $2);"
}

# exception PORT CERTIFICATE
exception()
{
    printf '127.0.0.1:%s:\tOID.2.16.840.1.101.3.4.2.1\t%s\t\n' "$1" "$(
        openssl x509 -in "$work/$2.pem" -noout -fingerprint -sha256 |
            sed 's/.*=//')"
}

# check_lost SERVICE WHAT: the bridge is no longer as it was.
check_lost()
{
    tap_verdict "$1: when $2, it cannot sign in" "$(
        ask "$1"
        grep ' ok$' "$work/got"
        sed 's/ .*//' "$work/got" | tr '\n' ' ' |
            grep -qxE "$1 smtp |dialog " || cat "$work/got")"
}

check_service()
{
    service=$1
    # shellcheck disable=SC2046 # five ports
    set -- $(free_ports 5)
    in=$1
    out=$2
    case $service in
    imap) first="$1 $2 $5" second="$3 $4 $5" ;;
    pop3) first="$5 $2 $1" second="$5 $4 $3" ;;
    esac
    # shellcheck disable=SC2086 # three ports
    start_stub starttls first $first
    tap_verdict "$service: Thunderbird makes an account" \
        "$(new_profile "$service" "$in" "$out")"
    tap_verdict "$service: and signs in by itself" "$(sign_in "$service")"
    end "$stub"

    # shellcheck disable=SC2086
    start_stub starttls first $second
    check_lost "$service" 'ports have moved'
    tap_verdict "$service: ports are changed" \
        "$(change "$service" "$3" "$4" starttls first)"
    tap_verdict "$service: it signs in, and asks nothing" \
        "$(sign_in "$service")"
    tap_verdict "$service: these lines are different, and no others" "$(
        expect_lines "$service" "$(pref server.SERVER.port "$3")" \
            "$(pref smtpserver.SMTP.port "$4")" \
            "$(exception "$3" first)" "$(exception "$4" first)")"
    end "$stub"

    # shellcheck disable=SC2086
    start_stub starttls second $second
    check_lost "$service" 'the certificate is another'
    tap_verdict "$service: the certificate is changed" \
        "$(change "$service" "$3" "$4" starttls second)"
    tap_verdict "$service: it signs in with the new one" \
        "$(sign_in "$service")"
    tap_verdict "$service: its preferences are untouched" "$(
        expect_lines "$service" \
            "$(exception "$3" second)" "$(exception "$4" second)")"
    end "$stub"

    # shellcheck disable=SC2086
    start_stub tls second $first
    check_lost "$service" 'it is TLS from the first byte, at the old ports'
    tap_verdict "$service: ports and protection are changed" \
        "$(change "$service" "$in" "$out" tls second)"
    tap_verdict "$service: it signs in over TLS" "$(sign_in "$service")"
    tap_verdict "$service: ports, protection and exceptions differ, no more" "$(
        expect_lines "$service" "$(pref server.SERVER.port "$in")" \
            "$(pref server.SERVER.socketType 3)" \
            "$(pref smtpserver.SMTP.port "$out")" \
            "$(pref smtpserver.SMTP.try_ssl 3)" \
            "$(exception "$in" second)" "$(exception "$out" second)")"
    end "$stub"
}

# ---- every oddity ----

patch_homes()
{
    for home in "$work/odd"/[0-9]*; do
        HOME=$home "$patch_clients" thunderbird 2143 2025 starttls - \
            >"$work/said" 2>&1 || grep '^patch_clients' "$work/said"
    done
}

check_odd()
{
    mkdir "$work/odd"
    python3 "$judge" generate "$work/odd" 1000
    tap_verdict 'a thousand odd profiles are changed' "$(patch_homes)"
    tap_verdict 'in each, only what was to be different is' "$(
        python3 "$judge" check "$work/odd" 2143 2025 2 >"$work/said" 2>&1
        echo 'checked 1000' | diff - "$work/said")"
    tap_verdict 'Thunderbird says so of ten, and complains of none' "$(
        timeout 300 python3 "$judge" view "$work/odd" 10 2143 2025 2 \
            >"$work/said" 2>"$work/err" || cat "$work/err"
        echo 'seen 10' | diff - "$work/said")"
}

make_certificate first
make_certificate second
check_service imap
check_service pop3
check_odd
tap_done
