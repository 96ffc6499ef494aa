#!/bin/sh
# What Thunderbird for Android is given: the QR codes say, to the byte, what a
# real Thunderbird's own export says of the same accounts; scanned off a picture
# and off a terminal, they say it still.  The settings file goes by the rules of
# the app's reader.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
clients=$top/tests/clients
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
HOME=$work/home PYTHONDONTWRITEBYTECODE=1
export HOME PYTHONDONTWRITEBYTECODE
name='Ann "Q" Exämple & \<🙂>'

# server ELEMENT TYPE HOST PORT SECURITY USER AUTHENTICATION
server()
{
    printf '<%s type="%s"><hostname>%s</hostname><port>%s</port>' \
        "$1" "$2" "$3" "$4"
    printf '<socketType>%s</socketType><username>%s</username>' "$5" "$6"
    printf '<authentication>%s</authentication></%s>\n' "$7" "$1"
}

# publish NAME INCOMING OUTGOING: what the domain of NAME would.
publish()
{
    # shellcheck disable=SC2086 # words
    printf '<clientConfig version="1.1"><emailProvider id="example.org">
        <domain>example.org</domain><displayName>Example</displayName>
        %s%s</emailProvider></clientConfig>\n' \
        "$(server incomingServer $2)" "$(server outgoingServer $3)" \
        >"$work/$1.xml"
}

publish tls 'imap imap.example.org 993 SSL %EMAILADDRESS% password-cleartext' \
    'smtp smtp.example.org 465 SSL %EMAILADDRESS% password-cleartext'
publish starttls \
    'imap imap.example.org 143 STARTTLS %EMAILADDRESS% password-encrypted' \
    'smtp smtp.example.org 587 STARTTLS sender password-encrypted'
publish pop3 'pop3 pop.example.org 995 SSL %EMAILLOCALPART% password-cleartext' \
    'smtp smtp.example.org 2525 STARTTLS %EMAILADDRESS% none'
publish oauth2 'imap imap.gmail.com 993 SSL %EMAILADDRESS% OAuth2' \
    'smtp smtp.gmail.com 465 SSL %EMAILADDRESS% OAuth2'

# write_case CLIENT CASE ADDRESS...
write_case()
{
    client=$1 case=$2
    shift 2
    "$portolan" write "$client" "$@" --name "$name" --from "$work/$case.xml" \
        -o "$work/$case.$client/" >"$work/said" 2>&1 || cat "$work/said"
}

# scan IMAGE: what the code in it says.
scan()
{
    zbarimg --nodbus --raw -q "$1" 2>&1
}

# codes CASE: its codes, in order, off their pictures.
codes()
{
    for svg in "$work/$1.android"/*.svg; do
        python3 "$clients/qr_image.py" svg "$svg" "$work/image.pgm" 2>&1 &&
            scan "$work/image.pgm"
    done | sort
}

cases='tls starttls pop3 oauth2 several'
address_of()
{
    case $1 in
    several) echo tls1@example.org tls2@example.org tls3@example.org \
        tls4@example.org ;;
    *) echo "$1@example.org" ;;
    esac
}
cp "$work/tls.xml" "$work/several.xml"
mkdir "$work/zips"
for case in $cases; do
    # shellcheck disable=SC2046 # addresses
    set -- $(address_of "$case")
    tap_verdict "$case: a QR code and a file are written" "$(
        write_case android "$case" "$@"
        write_case k9s "$case" "$@")"
    tap_verdict "$case: the app takes the file" "$(
        python3 "$clients/check_android.py" k9s "$work/$case.k9s"/*.k9s 2>&1 |
            grep -vx OK)"
    for address in "$@"; do
        write_case thunderbird "$case" "$address"
    done
    mv "$work/$case.thunderbird"/*.zip "$work/zips"
    echo "$@" >>"$work/zips/groups"
done

if ! command -v zbarimg >/dev/null; then
    tap_skip 'the codes can be scanned' 'zbarimg is not installed'
    tap_done
fi
for case in $cases; do
    codes "$case" >"$work/$case.codes"
    tap_verdict "$case: the app takes what is scanned" "$(
        [ -s "$work/$case.codes" ] || echo nothing is scanned
        while IFS= read -r code; do
            printf '%s' "$code" >"$work/code"
            python3 "$clients/check_android.py" qr "$work/code" 2>&1
        done <"$work/$case.codes" | grep -vx OK)"
done

if command -v rsvg-convert >/dev/null; then
    tap_verdict 'another program draws a code that can be scanned too' "$(
        rsvg-convert -w 800 -o "$work/drawn.png" \
            "$work/tls.android"/*.svg 2>&1
        scan "$work/drawn.png" | diff "$work/tls.codes" - 2>&1)"
else
    tap_skip 'another program draws a code that can be scanned too' \
        'rsvg-convert is not installed'
fi

# In a terminal: the one of a new session of its own.
# shellcheck disable=SC2046 # addresses
set -- $(address_of several)
cat >"$work/show.sh" <<END
NO_COLOR='' TERM=\$1 exec "$portolan" write android \${2-$*} \\
    --from "$work/tls.xml" --name '$name'
END
script -qec "sh $work/show.sh xterm-256color" /dev/null >"$work/shown" </dev/null
for ground in light dark; do
    tap_verdict "off a terminal that is $ground all codes can be scanned" "$(
        python3 "$clients/qr_image.py" "$ground" "$work/shown" \
            "$work/shown.pgm" 2>&1
        scan "$work/shown.pgm" | sort | diff "$work/several.codes" - 2>&1)"
done

script -qec "sh $work/show.sh dumb $1" /dev/null >"$work/shown" </dev/null
tap_verdict 'a terminal without colours is shown the picture as text' "$(
    grep -q '<svg' "$work/shown" || cat "$work/shown"
    grep "$(printf '\033')" "$work/shown")"

if [ -x "${TB_BIN:-/usr/lib/thunderbird/thunderbird}" ]; then
    timeout 200 python3 "$clients/thunderbird_qr.py" "$work/zips" \
        >"$work/exported" 2>"$work/err" || cat "$work/err"
    for case in $cases; do
        cat "$work/$case.codes"
    done >"$work/scanned"
    tap_verdict "to the byte they are Thunderbird's own" \
        "$(diff "$work/exported" "$work/scanned" 2>&1)"
    tap_verdict 'of all of these accounts' "$(
        [ "$(wc -l <"$work/exported")" = 6 ] || cat "$work/err")"
else
    tap_skip "to the byte they are Thunderbird's own" \
        'thunderbird is not installed'
fi
tap_done
