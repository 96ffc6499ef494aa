# world.sh - a small Internet in the lab's own name space: source it after
# lab.sh.  What lives in it: world_domains.py.
# shellcheck shell=sh

PATH=$PATH:/usr/sbin:/sbin
world=$work/world
unset http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY
# Each of these is a name server, a web server, a mail host or a trap.
world_addresses='198.51.100.10 198.51.100.53 198.51.100.54 198.51.100.80
    203.0.113.66 203.0.113.91 203.0.113.92 203.0.113.93 203.0.113.94
    203.0.113.95 203.0.113.96 203.0.113.97 203.0.113.98 10.1.2.3
    169.254.169.254 10.9.9.9 203.0.113.60'

# world_file PATH TEXT: so it reads for us, and for nobody else.
world_file()
{
    printf '%b' "$2" >"$world/$(basename "$1")"
    mount --bind "$world/$(basename "$1")" "$(readlink -f "$1")"
}

# serve NAME COMMAND...: in the background, as part of the world.
serve()
{
    name=$1
    shift
    "$@" >"$world/$name.out" 2>&1 </dev/null &
    keep $!
    served="${served-} $!"
}

# wait_for WHAT COMMAND...: until it succeeds, ten seconds at most.
wait_for()
{
    what=$1
    shift
    for _ in $(seq 200); do
        "$@" >"$world/waited.out" 2>&1 && return 0
        sleep 0.05
    done
    echo "# $what did not begin: " >&2
    tail "$world"/*.out "$world"/*.err "$world"/*.log >&2
    exit 1
}

is_captured()
{
    [ -s "$world/wire.pcap" ]
}

# answers ADDRESS: does it vouch for what is in a signed zone?
answers()
{
    python3 "$fakes/world_heard.py" --ask "$1" srv-in.test
}

# world_lacks: what it cannot do without, and is not here.
world_lacks()
{
    [ "$LAB_ALONE" = yes ] || echo 'name spaces of its own'
    for program in keymgr knotd kdig unbound nginx openssl; do
        command -v "$program" >/dev/null || echo "$program"
    done
}

# begin_world: all of it up, when it returns.  What cannot have it is skipped.
begin_world()
{
    lacks=$(world_lacks | tr '\n' ' ')
    if [ -n "$lacks" ]; then
        tap_skip 'a small Internet' "not here: $lacks"
        tap_done
    fi
    mkdir "$world"
    for address in $world_addresses; do
        ip addr add "$address/32" dev lo
    done
    ip addr add 2001:db8::10/128 dev lo nodad
    ip route add 2001:db8::dead/128 dev lo # where packets are lost
    world_file /etc/resolv.conf \
        'nameserver 127.0.0.1\nsearch searched.example\n'
    world_file /etc/hosts "127.0.0.1 localhost $(uname -n)\n::1 localhost
10.9.9.9 autoconfig.hosted.example\n"
    python3 "$fakes/world.py" "$world" >"$world/made.out" || exit 1
    # all that goes over this wire, whoever sends it
    serve wire python3 "$fakes/world_wire.py" "$world"
    serve knot knotd -c "$world/knot.conf"
    # a resolver that finds nobody at first would not ask again for long
    wait_for knot answers 198.51.100.53
    serve unbound unbound -c "$world/unbound.conf"
    serve nginx nginx -c "$world/nginx.conf" -e "$world/nginx.err"
    serve rogues python3 "$fakes/world_rogues.py" "$world"
    ca=$world/ca.pem
    wait_file "$world/rogues" $!
    wait_for wire is_captured
    wait_for nginx curl -sS --cacert "$ca" -o "$world/page" \
        --resolve wk.example:443:198.51.100.10 https://wk.example/
    wait_for unbound answers 127.0.0.1
}

# end_world: nobody answers any more.
end_world()
{
    for pid in $served; do
        end "$pid"
    done
}

# forget: what was heard so far.
forget()
{
    for log in access.log trapped.log caught.log proxied.log unbound.log \
        wire.pcap; do
        : >>"$world/$log"
        wc -c <"$world/$log" >"$world/$log.from"
    done
}

# overheard WHAT EXPRESSION: of what the servers heard since, in the words of
# world_heard.py.
overheard()
{
    tap_verdict "$1" "$(python3 "$fakes/world_heard.py" "$world" "$2" 2>&1)"
}
