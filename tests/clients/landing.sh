#!/bin/sh
# The landing page of serve in a real Chromium: it asks for nothing from
# elsewhere, obeys its own policy, fits every width, can be read in light and
# dark, goes by the keyboard and makes sense to a screen reader; and its codes
# are scanned off the picture.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
write=${top_builddir:-$top}/tests/clients/write_landing
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work/home
export HOME
mkdir "$HOME"

mozilla='Mozilla/5.0'
iphone="$mozilla (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1"
mac="$mozilla (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15"
android="$mozilla (Linux; Android 15; Pixel 8) Chrome/140.0 Mobile"
windows="$mozilla (Windows NT 10.0; Win64; x64) Firefox/140.0"
linux="$mozilla (X11; Linux x86_64; rv:140.0) Firefox/140.0"

# page NAME SAMPLE USER_AGENT BASE [ROOT]
page()
{
    name=$1
    shift
    "$write" "$@" >"$work/$name.html" || echo "no page $name"
}

tap_verdict 'pages are written for all devices' "$(
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$work/key" -subj /CN=portolan -outform DER \
        -out "$work/root" 2>&1 | grep -i error
    "$write" policy >"$work/policy" || echo no policy
    page none none "$linux" http://192.168.1.10
    page problem problem "$windows" http://192.168.1.10
    page iphone lan "$iphone" http://192.168.1.10 "$work/root"
    page mac lan "$mac" http://192.168.1.10
    page android lan "$android" 'http://[fd00::10]:8080'
    page windows abroad "$windows" https://mail.example.org "$work/root"
    page linux here "$linux" http://127.0.0.1:8080
    page other lan '' http://setup.local)"

tap_verdict 'as HTML and as XML they are well formed' "$(
    for file in "$work"/*.html; do
        xmllint --noout "$file" 2>&1
        # libxml2 knows no element of HTML5
        xmllint --html --noout "$file" 2>&1 | grep error |
            grep -vE 'Tag (header|main|footer|section|details|summary|figure|figcaption|svg|circle|path|rect|wbr|title) invalid'
    done)"

if ! command -v "${CHROMIUM:-chromium}" >/dev/null ||
    ! command -v node >/dev/null; then
    tap_skip 'a browser shows them well' 'chromium or node is not installed'
    tap_done
fi

timeout 180 node "$top/tests/clients/landing_look.js" "$work" \
    >"$work/said" 2>"$work/err"

# verdict KEY WHAT: what the browser said of it; each is to be looked at.
verdict()
{
    tap_verdict "$2" "$(
        sed -n "s/^$1	\(..*\)/\1/p" "$work/said" | head -n 20
        grep -qx "$1	" "$work/said" || cat "$work/err")"
}

verdict requests 'a browser asks nobody for anything but the page'
verdict console 'it has nothing to complain about, and the policy holds'
verdict width 'nothing is cut off or scrolls sideways, from 320 pixels on'
verdict contrast 'each text has a contrast of 4.5, in light and in dark'
verdict fingers 'what is tapped is 44 pixels high'
verdict keyboard 'Tab reaches all there is, in order, and shows where it is'
verdict reader 'a screen reader finds landmarks, names and levels'
verdict form 'Enter asks for what was typed, whatever it is'

if ! command -v zbarimg >/dev/null; then
    tap_skip 'the codes are scanned off the screen' 'zbarimg is not installed'
    tap_done
fi

# codes NAME: what is scanned off its pictures, all of which have to agree.
codes()
{
    rm -f "$work/codes"
    for image in "$work/$1"-*.png; do
        zbarimg --nodbus --raw -q "$image" 2>&1 | sort >"$work/scanned"
        [ -e "$work/codes" ] || cp "$work/scanned" "$work/codes"
        cmp -s "$work/codes" "$work/scanned" ||
            echo "$(basename "$image"): $(cat "$work/scanned")"
    done
    cat "$work/codes"
}

# app HOST: what Thunderbird for Android is told of the sample.
app()
{
    ann=ann@example.org
    printf '[1,[1,1],[0,"%s",1143,2,1,"%s","%s",""],' "$1" $ann $ann
    printf '[[[0,"%s",1025,2,1,"%s",""],["%s","%s"]]]]\n' "$1" $ann $ann $ann
}

link='profile.mobileconfig?address=ann%40example.org'
tap_verdict 'the codes are scanned off the screen, light or dark' "$(
    for name in iphone mac; do
        { app 192.168.1.10 && echo "http://192.168.1.10/$link"; } |
            sort >"$work/want"
        codes "$name" | diff "$work/want" - 2>&1
    done
    { app 192.168.1.10 && echo "http://[fd00::10]:8080/$link"; } |
        sort >"$work/want"
    codes android | diff "$work/want" - 2>&1
    { app mail.example.org && echo "https://mail.example.org/$link"; } |
        sort >"$work/want"
    codes windows | diff "$work/want" - 2>&1)"
tap_verdict 'where no phone gets there is no code' "$(codes linux)"
tap_done
