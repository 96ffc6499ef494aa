# lan.sh - a local network in the lab's own name space, with `portolan serve`
# and dnsmasq: source it after lab.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # work, portolan: lab.sh

PATH=$PATH:/usr/sbin:/sbin
lan=192.168.77.1 # this machine's address

# use_resolver: the name server at 127.0.0.1, and no other.
use_resolver()
{
    echo 'nameserver 127.0.0.1' >"$work/resolv.conf"
    mount --bind "$work/resolv.conf" "$(readlink -f /etc/resolv.conf)"
}

# begin_lan: this machine has that address, and asks the dnsmasq below.
begin_lan()
{
    ip link add lan0 type veth peer name lan1
    ip addr add $lan/24 dev lan0
    ip link set lan0 up
    ip link set lan1 up
    use_resolver
}

# begin_serve ARGS...: `portolan serve`, as $server, until it listens.
begin_serve()
{
    : >"$work/serve.out"
    "$portolan" serve "$@" >"$work/serve.out" 2>"$work/serve.err" \
        </dev/null &
    server=$!
    keep "$server"
    for _ in $(seq 200); do
        ! grep -q '^listening' "$work/serve.out" || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    tap_verdict 'it serves' "$(cat "$work/serve.err" "$work/serve.out")"
}

# begin_dnsmasq: as $dns, which knows what $work/dnsmasq.conf says, and nothing
# else.
begin_dnsmasq()
{
    dnsmasq --keep-in-foreground --user=root --no-resolv --no-hosts \
        --listen-address=127.0.0.1 --bind-interfaces --pid-file= \
        --conf-file="$work/dnsmasq.conf" 2>>"$work/dnsmasq.err" &
    dns=$!
    keep "$dns"
    for _ in $(seq 100); do
        ! ss -ulnH 'sport = :53' | grep -q . || return 0
        sleep 0.02
    done
    tap_verdict 'dnsmasq takes what it is told' \
        "$(cat "$work/dnsmasq.err" "$work/dnsmasq.conf")"
}
