#!/bin/sh
# What `serve --dns-help` prints, given to the real servers: dnsmasq and unbound
# before a public zone that says otherwise, knot and nsd with the zone
# fragment, Avahi with its service file.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
PATH=$PATH:/usr/sbin:/sbin
say_dns=${top_builddir:-$top}/tests/lab/say_dns

world=198.51.100.53 # serves the zones as the world sees them

# lacks PROGRAM...: what is not here.
lacks()
{
    [ "$LAB_ALONE" = yes ] || printf '%s ' 'name spaces of its own'
    for program; do
        command -v "$program" >/dev/null || printf '%s ' "$program"
    done
}

# start NAME ADDRESS COMMAND...: a name server that answers there, in
# the background.
start()
{
    name=$1
    address=$2
    shift 2
    "$@" >"$work/$name.out" 2>&1 </dev/null &
    keep $!
    for _ in $(seq 100); do
        kdig +time=1 +retry=0 "@$address" example.org SOA 2>/dev/null |
            grep -q 'status: NOERROR' && return 0
        sleep 0.05
    done
    echo "# $name does not answer:"
    sed 's/^/# /' "$work/$name.out"
    return 1
}

# asks ADDRESS FILE: each line of the file is "NAME TYPE ANSWER...", parted by
# commas where there are several; "-" is none.  What is otherwise.
asks()
{
    while read -r name type want; do
        got=$(kdig +short +time=2 "@$1" "$name" "$type" | sort |
            paste -sd, -)
        [ "${got:--}" = "$want" ] ||
            echo "$name $type: got '$got', want '$want'"
    done <"$2"
}

# public_zone DOMAIN
public_zone()
{
    cat <<END
\$TTL 60
$1. SOA ns.$1. nobody.$1. 1 3600 600 86400 5
$1. NS ns.$1.
ns.$1. A $world
$1. MX 10 mx.$1.
$1. TXT "v=spf1 -all"
$1. A 192.0.3.80
www.$1. A 192.0.3.80
autoconfig.$1. A 192.0.3.80
autoconfig.$1. AAAA 2a00::80
_imaps._tcp.$1. SRV 0 1 993 imap.$1.
_pop3s._tcp.$1. SRV 0 1 995 imap.$1.
imap.$1. A 192.0.3.80
END
}

# knot_conf NAME ADDRESS DOMAIN...: zones NAME.DOMAIN.zone.
knot_conf()
{
    name=$1
    address=$2
    shift 2
    mkdir "$work/$name"
    cat <<END
server:
    rundir: $work/$name
    listen: $address@53
control:
    listen: $work/$name/knot.sock
log:
  - target: stdout
    any: info
database:
    storage: $work/$name
template:
  - id: default
    zonefile-sync: -1
    journal-content: none
zone:
END
    for domain; do
        printf '  - domain: %s\n    file: %s\n' "$domain" \
            "$work/$name.$domain.zone"
    done
}

start_public()
{
    ip addr add "$world/32" dev lo
    for domain in example.org example.net; do
        public_zone "$domain" >"$work/public.$domain.zone"
    done
    knot_conf public "$world" example.org example.net >"$work/public.conf"
    start public "$world" knotd -c "$work/public.conf"
}

# What a device on the LAN is to hear.
lan_answers()
{
    for domain in example.org example.net; do
        cat <<END
autoconfig.$domain A 192.168.1.10
autoconfig.$domain AAAA fd00::10
autodiscover.$domain A 192.168.1.10
_autodiscover._tcp.$domain SRV 0 1 443 autodiscover.$domain.
_imap._tcp.$domain SRV 0 1 1143 bridge.home.arpa.
_imaps._tcp.$domain SRV 0 0 0 .
_submission._tcp.$domain SRV 0 1 1025 bridge.home.arpa.
_submissions._tcp.$domain SRV 0 0 0 .
_caldavs._tcp.$domain SRV 0 1 8443 dav.example.com.
_caldavs._tcp.$domain TXT "path=/dav/calendars/"
$domain MX 10 mx.$domain.
$domain TXT "v=spf1 -all"
$domain A 192.0.3.80
www.$domain A 192.0.3.80
_pop3s._tcp.$domain SRV 0 1 995 imap.$domain.
END
    done
    echo 'bridge.home.arpa A 192.168.1.10'
    echo '_ua-auto-config.example.org TXT' \
        '"v=UAAC1; a=sha256; d=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="'
}

# dnsmasq puts another port beside the target that says no.
lan_answers_dnsmasq()
{
    lan_answers | sed 's/0 0 0 \.$/0 0 1 ./'
}

# What a device with IPv6 would go to instead: for an address that the help has
# none of, nobody outside is asked.
lan_answers_v4()
{
    lan_answers_dnsmasq | sed 's/fd00::10/-/'
}

# dnsmasq_conf ADDRESS HELP
dnsmasq_conf()
{
    cat <<END
no-resolv
no-hosts
stop-dns-rebind
server=$world
listen-address=$1
bind-interfaces
user=$(id -un)
pid-file=
conf-file=$2
END
}

# test_dnsmasq KIND ADDRESS
test_dnsmasq()
{
    "$say_dns" "$1" lan >"$work/$1.help"
    dnsmasq_conf "$2" "$work/$1.help" >"$work/$1.conf"
    tap_verdict "dnsmasq finds no fault with the help for $1" \
        "$(dnsmasq --test -C "$work/$1.conf" 2>&1 | grep -v 'syntax check OK')"
    start "$1" "$2" dnsmasq -k -C "$work/$1.conf"
    tap_verdict "dnsmasq with the help for $1 says all of it, and the rest" \
        "$(asks "$2" "$work/lan.dnsmasq")"
}

test_dnsmasq_v4()
{
    grep -v ':' "$work/dnsmasq.help" >"$work/v4.help"
    dnsmasq_conf 127.0.0.3 "$work/v4.help" >"$work/v4.conf"
    start v4 127.0.0.3 dnsmasq -k -C "$work/v4.conf"
    tap_verdict 'dnsmasq: no AAAA of outside stands beside our A' \
        "$(asks 127.0.0.3 "$work/lan4")"
}

# unbound_conf ADDRESS HELP
unbound_conf()
{
    cat <<END
server:
    directory: "$work"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    num-threads: 1
    interface: $1
    module-config: "iterator"
    private-address: 192.168.0.0/16
include: "$2"
forward-zone:
    name: "."
    forward-addr: $world
remote-control:
    control-enable: no
END
}

test_unbound()
{
    "$say_dns" unbound lan >"$work/unbound.help"
    unbound_conf 127.0.0.4 "$work/unbound.help" >"$work/unbound.conf"
    tap_verdict 'unbound finds no fault with the help' \
        "$(unbound-checkconf "$work/unbound.conf" 2>&1 | grep -v 'no errors')"
    start unbound 127.0.0.4 unbound -c "$work/unbound.conf"
    tap_verdict 'unbound says all of it, and the rest of the public zone' \
        "$(asks 127.0.0.4 "$work/lan")"
}

# By name: where it leads is looked up outside.
test_unbound_alias()
{
    "$say_dns" unbound world >"$work/alias.help"
    unbound_conf 127.0.0.5 "$work/alias.help" >"$work/alias.conf"
    start alias 127.0.0.5 unbound -c "$work/alias.conf"
    echo 'autoconfig.example.org A 192.0.3.80,www.example.org.' \
        >"$work/alias"
    tap_verdict 'unbound follows an alias to where the world has it' \
        "$(asks 127.0.0.5 "$work/alias")"
}

# ---- a zone ----

# zone_of FILE: a zone that includes the help.
zone_of()
{
    cat <<END
\$ORIGIN example.org.
\$TTL 60
@ SOA ns nobody 1 3600 600 86400 5
@ NS ns
ns A 198.51.100.54
@ MX 10 mx
www A 198.51.100.80
\$INCLUDE $1
behind A 198.51.100.81
END
}

world_answers()
{
    cat <<END
autoconfig.example.org CNAME www.example.org.
autodiscover.example.org CNAME www.example.org.
ua-auto-config.example.org CNAME www.example.org.
_ua-auto-config.example.org TXT \
"v=UAAC1; a=sha256; d=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
_autodiscover._tcp.example.org SRV 0 1 443 autodiscover.example.org.
_imaps._tcp.example.org SRV 0 1 993 imap.example.org.
_imap._tcp.example.org SRV -
_submissions._tcp.example.org SRV 0 1 465 smtp.example.org.
_pop3._tcp.example.org SRV 0 1 110 imap.example.org.
_carddavs._tcp.example.org SRV 0 1 443 dav.example.org.
_jmap._tcp.example.org SRV 0 1 443 jmap.example.org.
behind.example.org A 198.51.100.81
example.org MX 10 mx.example.org.
END
}

nsd_conf()
{
    cat <<END
server:
    ip-address: 198.51.100.55
    username: ""
    chroot: ""
    zonesdir: "$work"
    database: ""
    pidfile: "$work/nsd.pid"
    xfrdfile: "$work/xfrd"
    zonelistfile: "$work/zonelist"
    server-count: 1
remote-control:
    control-enable: no
zone:
    name: example.org
    zonefile: "$work/own.example.org.zone"
END
}

test_zone()
{
    "$say_dns" zone world >"$work/zone.help"
    zone_of "$work/zone.help" >"$work/own.example.org.zone"
    knot_conf own 198.51.100.54 example.org >"$work/own.conf"
    tap_verdict 'knot finds no fault with a zone that has the help' \
        "$(knotc -c "$work/own.conf" zone-check 2>&1 | grep -v '^OK')"
    tap_verdict 'nor does nsd-checkzone' \
        "$(nsd-checkzone example.org "$work/own.example.org.zone" 2>&1 |
            grep -v 'is ok')"
    ip addr add 198.51.100.54/32 dev lo
    ip addr add 198.51.100.55/32 dev lo
    world_answers >"$work/world"
    start own 198.51.100.54 knotd -c "$work/own.conf"
    tap_verdict 'knot serves all of it' "$(asks 198.51.100.54 "$work/world")"
    nsd_conf >"$work/nsd.conf"
    start nsd 198.51.100.55 nsd -d -c "$work/nsd.conf"
    tap_verdict 'nsd serves all of it' "$(asks 198.51.100.55 "$work/world")"
}

# ---- what is no name server ----

test_hosts()
{
    "$say_dns" hosts lan >"$work/hosts"
    for domain in example.org example.net; do
        getent_with_hosts "autoconfig.$domain"
    done >"$work/got"
    tap_verdict 'a hosts file is read by the C library' \
        "$(printf '%s\n' 192.168.1.10 192.168.1.10 | diff - "$work/got")"
}

# getent_with_hosts NAME: its IPv4 address, by the hosts file of the help.
getent_with_hosts()
{
    # shellcheck disable=SC2016 # of the inner shell
    unshare --mount sh -c 'mount --bind "$1" /etc/hosts &&
        getent ahostsv4 "$2"' sh "$work/hosts" "$1" |
        sed -n 's/ .*STREAM.*//p'
}

test_avahi()
{
    "$say_dns" avahi lan >"$work/portolan.service"
    if [ -e /usr/share/avahi/avahi-service.dtd ]; then
        cp /usr/share/avahi/avahi-service.dtd "$work"
        tap_verdict "Avahi's DTD takes the service file" \
            "$(xmllint --nonet --noout --valid "$work/portolan.service" 2>&1)"
    else
        tap_skip "Avahi's DTD takes the service file" 'there is none here'
    fi
}

# adguard_rules: the rules, as user_rules of AdGuard Home's YAML would have
# them.
adguard_rules()
{
    echo 'user_rules:'
    "$say_dns" adguard lan | sed -n "s/^|.*/  - '&'/p"
}

test_adguard()
{
    if ! python3 -c 'import yaml' 2>/dev/null; then
        tap_skip "AdGuard Home's rules are items of YAML" 'no python3-yaml'
        return
    fi
    adguard_rules >"$work/AdGuardHome.yaml"
    tap_verdict "AdGuard Home's rules are items of YAML as they stand" "$(
        python3 - "$work/AdGuardHome.yaml" <<'END' 2>&1
import re
import sys

import yaml

rule = re.compile(r"\|[a-z0-9._-]+\^\$dnsrewrite=NOERROR;"
                  r"(A;[0-9.]+|AAAA;[0-9a-f:]+|TXT;[^,|]+"
                  r"|SRV;\d+ \d+ \d+ ([a-z0-9.-]+))")
rules = yaml.safe_load(open(sys.argv[1]))["user_rules"]
if len(rules) < 20:
    print("only", len(rules), "rules")
for r in rules:
    if not rule.fullmatch(r):
        print(r)
END
    )"
}

missing=$(lacks knotd knotc nsd nsd-checkzone dnsmasq unbound \
    unbound-checkconf kdig xmllint)
if [ -n "$missing" ]; then
    tap_skip 'DNS help, given to real servers' "not here: $missing"
    tap_done
fi
lan_answers >"$work/lan"
lan_answers_dnsmasq >"$work/lan.dnsmasq"
lan_answers_v4 >"$work/lan4"
start_public
tap_verdict 'outside they say otherwise' "$(
    echo 'autoconfig.example.org AAAA 2a00::80' >"$work/outside"
    asks "$world" "$work/outside"
)"
test_dnsmasq dnsmasq 127.0.0.1
test_dnsmasq pihole 127.0.0.2
test_dnsmasq_v4
test_unbound
test_unbound_alias
test_zone
test_hosts
test_avahi
test_adguard
for pid in $pids; do
    end "$pid" # before its folder goes
done
tap_done
