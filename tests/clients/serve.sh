#!/bin/sh
# A real Thunderbird sets itself up by `portolan serve`, from a mail address and
# a password: DNS by dnsmasq with what --dns-help says, its own search, its own
# account, and log-on to Dovecot and Postfix, by http and by https; and to a
# bridge, before and after that has moved, on this machine and over the LAN.
# What Thunderbird signs in to is real but for the bridge.
# shellcheck disable=SC2154 # work, portolan, fakes, status, proton: lab.sh
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
# shellcheck source=tests/fakes/mail_world.sh
. "$top/tests/fakes/mail_world.sh"
# shellcheck source=tests/fakes/lan.sh
. "$top/tests/fakes/lan.sh"
# shellcheck source=tests/fakes/thunderbird.sh
. "$top/tests/fakes/thunderbird.sh"

lacks=$(thunderbird_lacks dnsmasq curl)
if [ -n "$lacks" ]; then
    tap_skip 'Thunderbird sets itself up' "not here: $(echo "$lacks" |
        tr '\n' ' ')"
    tap_done
fi

# begin_dns ARGS...: dnsmasq, which knows what `serve ARGS... --dns-help` says,
# and nothing else.
begin_dns()
{
    "$portolan" serve "$@" --dns-help dnsmasq >"$work/dnsmasq.conf" \
        2>"$work/dnsmasq.err"
    begin_dnsmasq
}

# take_authority HOST: of the one that serves there; root.pem.
take_authority()
{
    curl -s -m 5 "http://$1/root.crt" | openssl x509 -inform DER \
        >"$work/root.pem" 2>"$work/openssl.err"
}

# etag HOST: of the settings that are told now; nothing: none are.
etag()
{
    curl -s -m 2 -o "$work/config" -D - "http://$1/mail/config-v1.1.xml" |
        sed -n 's/^[Ee][Tt]ag: //p'
}

# follows HOST OLD PORT: soon another ETag, and that port.
follows()
{
    begun=$(date +%s%3N)
    for _ in $(seq 100); do
        new=$(etag "$1")
        if [ "$new" != "$2" ] && grep -q "<port>$3</port>" "$work/config"; then
            echo "# $(($(date +%s%3N) - begun)) ms later" >"$work/took"
            return 0
        fi
        sleep 0.05
    done
    echo "ETag $new, before $2:"
    cat "$work/config"
}

# move_to STATE IMAP SMTP: the bridge, which is this test's own.
move_to()
{
    kill "$proton" 2>/dev/null
    wait "$proton" 2>/dev/null
    start_proton_here "$@"
}

# ---- a provider ----

check_provider()
{
    begin_rogues
    begin_real
    real_xml >"$work/real.xml"
    set -- real.test --from "$work/real.xml" --lan
    begin_serve "$@"
    begin_dns "$@"
    tap_verdict 'by http, and it signs in at real servers' \
        "$(signs_in_at_real xml-from-isp-http "$rogues/ca.pem")"
    end "$server"
    begin_serve "$@" --tls
    take_authority $lan
    tap_verdict 'by https, where it knows our authority' "$(
        signs_in_at_real xml-from-isp-https "$rogues/ca.pem" "$work/root.pem")"
    end "$server"
    end "$dns"
}

# ---- a bridge ----

password=Bridge-Made_Password-1

# by_bridge HOST IMAP SMTP: what Thunderbird must come to.
by_bridge()
{
    sets_up ann@proton.me "$password" "$work/root.pem" \
        "$1=$HOME/cert.pem" <<END
xml-from-isp-https
imap $1 $2 2 ann@proton.me
smtp $1 $3 2 ann@proton.me
imap ok
smtp ok
END
}

check_bridge()
{
    start_proton welcoming 1143 1025
    begin_serve ann@proton.me --tls --listen http://127.0.0.1:80 \
        --listen https://127.0.0.1:443
    take_authority 127.0.0.1
    echo 'host-record=autoconfig.proton.me,127.0.0.1' >"$work/dnsmasq.conf"
    begin_dnsmasq
    # proton.me is on the list of those who are never asked by http
    tap_verdict 'who does not know our authority finds no bridge of Proton' "$(
        echo 'nothing was found' | sets_up ann@proton.me "$password")"
    tap_verdict 'a bridge on this machine' "$(by_bridge 127.0.0.1 1143 1025)"
    old=$(etag autoconfig.proton.me)
    move_to welcoming 1144 1026
    tap_verdict 'it moves: its new port is told' \
        "$(follows autoconfig.proton.me "$old" 1144)"
    cat "$work/took"
    tap_verdict 'and Thunderbird finds it there' \
        "$(by_bridge 127.0.0.1 1144 1026)"
    end "$server"
    end "$dns"
}

# The ports that the LAN sees stay, wherever the bridge goes.
check_relay()
{
    set -- ann@proton.me --lan --relay --tls
    begin_serve "$@"
    take_authority $lan
    begin_dns "$@"
    etag autoconfig.proton.me >"$work/etag"
    # shellcheck disable=SC2046 # two ports
    set -- $(sed -n 's|.*<port>\(.*\)</port>.*|\1|p' "$work/config")
    tap_verdict 'a bridge over the LAN' "$(by_bridge "$lan" "$1" "$2")"
    move_to welcoming 1145 1027
    sleep 1
    tap_verdict 'it moves: over the LAN nothing changes' "$(
        [ "$(etag autoconfig.proton.me)" = "$(cat "$work/etag")" ] ||
            cat "$work/config"
        by_bridge "$lan" "$1" "$2")"
    end "$server"
    end "$dns"
}

begin_lan
new_home ann
check_provider
check_bridge
check_relay
end "$proton"
proton=
tap_done
