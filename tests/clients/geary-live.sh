#!/bin/sh
# Geary itself: an account that was added it has, with the password it finds in
# the keyring and the certificate it was told to trust; and when the bridge has
# moved, the account follows, with that password.  While it runs, nothing of
# its is touched.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
for program in geary Xvfb dbus-daemon gnome-keyring-daemon secret-tool; do
    command -v "$program" >/dev/null || {
        tap_skip 'Geary signs in to an account that was added' \
            "$program is not installed"
        tap_done
    }
done
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/bus.sh"
new_home home
XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
ini=$HOME/.config/geary/account_01/geary.ini
start_bus

# make_certificate NAME
make_certificate()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=127.0.0.1 \
        -addext 'subjectAltName=IP:127.0.0.1' -keyout "$work/$1.key" \
        -out "$work/$1.pem" 2>/dev/null
    openssl x509 -in "$work/$1.pem" -outform DER -out "$work/$1.der"
}

# start_stub MODE NAME IMAP SMTP
start_stub()
{
    rm -f "$work/heard"
    python3 "$fakes/mail_stub.py" "$work/heard" "$1" "$work/$2.pem" \
        "$work/$2.key" "$3" "$4" 0 &
    stub=$!
    keep "$stub"
    wait_file "$work/heard" "$stub"
}

# start_desktop: a screen, and a keyring that is open.
start_desktop()
{
    Xvfb -displayfd 3 -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" &
    keep "$!"
    until [ -s "$work/display" ] || ! kill -0 "$!" 2>/dev/null; do
        sleep 0.05
    done
    DISPLAY=:$(cat "$work/display")
    export DISPLAY
    printf password | gnome-keyring-daemon --unlock --components=secrets \
        --foreground >"$work/keyring.log" 2>&1 &
    keep "$!"
    until gdbus call --session -d org.freedesktop.DBus \
        -o /org/freedesktop/DBus -m org.freedesktop.DBus.NameHasOwner \
        org.freedesktop.secrets 2>/dev/null | grep -q true ||
        ! kill -0 "$!" 2>/dev/null; do
        sleep 0.05
    done
}

# remember LOGIN: the password, as Geary keeps it.
remember()
{
    for protocol in IMAP SMTP; do
        printf canary-5ecret |
            secret-tool store --label "Geary $protocol password" \
                xdg:schema org.gnome.Geary proto $protocol host 127.0.0.1 \
                login "$1"
    done
}

# patch ARGS...: what it tells, but that the password is left to do.
patch()
{
    "$top_builddir/tests/clients/patch_clients" geary "$@" 2>&1 |
        grep -v '^Geary asks for the password when it is started$'
}

start_geary()
{
    geary --debug >"$work/geary.log" 2>&1 &
    geary=$!
    keep "$geary"
}

# wait_heard WHAT: until the server has heard it, or 20 seconds.
wait_heard()
{
    for _ in $(seq 100); do
        grep -q "$1" "$work/heard" && return
        sleep 0.2
    done
}

# signs_in LOGIN: under TLS.
signs_in()
{
    wait_heard "imap in TLS '$1'"
    grep -q "imap in TLS '$1'" "$work/heard" || {
        cat "$work/heard"
        grep -iE 'wrn|crt|tls|certif' "$work/geary.log" | tail -n 20
    }
}

# servers FILE: what of it Geary itself does not change.
servers()
{
    grep -E '^(host|port|transport_security|login)=' "$1"
}

make_certificate old
make_certificate new
# shellcheck disable=SC2046 # four ports
set -- $(free_ports 4)
start_desktop
remember ann@proton.me
remember bob@proton.me
start_stub starttls old "$1" "$2"
tap_verdict 'an account is added' "$(
    patch "$1" "$2" starttls "$work/old.der" ann@proton.me
    [ -e "$ini" ] || echo 'there is no file')"
start_geary
tap_verdict 'Geary has it, and signs in without a question' \
    "$(signs_in ann@proton.me)"

tap_verdict 'Geary writes its file anew while it runs' "$(
    for _ in $(seq 50); do
        grep -q '^trash_folder=' "$ini" && break
        sleep 0.2
    done
    grep -q '^trash_folder=' "$ini" || cat "$ini")"
servers "$ini" >"$work/servers"
start_proton_here ok "$3" "$4"
run update --accept-new-certificate --json
judge 'so it is busy then' "status == 8 and
    [c['outcome'] for c in j['clients']] == ['busy']"
tap_verdict 'and its servers stay' "$(servers "$ini" | diff "$work/servers" -)"
end "$geary"
run update --accept-new-certificate --dry-run --json
judge 'once it is closed, it is no more' "status == 0 and
    [c['outcome'] for c in j['clients']] == ['updated']"
stop_proton 'the bridge'

end "$stub"
start_stub tls new "$3" "$4"
cp "$ini" "$work/before.ini"
tap_verdict 'its servers are those of the bridge that has moved' "$(
    patch "$3" "$4" tls "$work/new.der" >/dev/null
    sed -e "s/^port=$1\$/port=$3/; s/^port=$2\$/port=$4/" \
        -e 's/^transport_security=start-tls$/transport_security=transport/' \
        "$work/before.ini" | diff - "$ini")"
start_geary
tap_verdict 'Geary signs in there, with the password it has' \
    "$(signs_in ann@proton.me)"
end "$geary"

cp "$ini" "$work/before.ini"
tap_verdict 'an account is added beside it' "$(
    patch "$3" "$4" tls "$work/new.der" bob@proton.me
    diff "$work/before.ini" "$ini"
    grep -x ordinal=2 "${ini%1/*}2/geary.ini" | grep -vx ordinal=2)"
: >"$work/heard"
start_geary
tap_verdict 'Geary signs in to both' \
    "$(signs_in bob@proton.me; signs_in ann@proton.me)"
end "$geary"
tap_done
