#!/bin/sh
# What nobody honest sends to `portolan serve` (tests/fakes/serve_cases.py), and
# how many at once: it answers whoever is honest, as before, keeps nothing, and
# tells nothing.
# shellcheck disable=SC2154 # work, portolan, fakes: lab.sh
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"

if [ "$LAB_ALONE" != yes ]; then
    tap_skip 'whom serve must bear' 'not here: name spaces of its own'
    tap_done
fi
# a server may be asked by as many as the system lets it
# shellcheck disable=SC3045 # dash has it, and so has every other sh here
ulimit -n "$(ulimit -Hn)"
certificate=$work/cert.pem
settings=$top/profiles/examples/ann@example.org.xml

# begin_serve ARGS...: ready when it returns; $server, $http and $https are its
# process and its ports.
begin_serve()
{
    : >"$work/serve.out"
    "$portolan" serve ann@example.org --from "$settings" --log "$@" \
        >"$work/serve.out" 2>>"$work/serve.err" </dev/null &
    server=$!
    keep "$server"
    for _ in $(seq 200); do
        ! grep -q '^listening' "$work/serve.out" || break
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    http=$(sed -n 's|^listening on http://.*:||p' "$work/serve.out" |
        head -n 1)
    https=$(sed -n 's|^listening on https://.*:||p' "$work/serve.out")
}

# end_serve WHAT: it is still the one that was started, and ends in order.
end_serve()
{
    kill "$server"
    wait "$server"
    code=$?
    cat "$work/serve.out" >>"$said"
    tap_verdict "$1: it lived through all of that, and ends in order" \
        "$([ "$code" = 0 ] || echo "exit status $code")"
}

# judge_serve WHAT...: the checks of serve_hostile.py, as checks of ours.
judge_serve()
{
    python3 -W ignore "$fakes/serve_hostile.py" "$@" >"$work/judged" \
        2>"$work/judge.err" ||
        tap_verdict "$1: can be judged" "$(cat "$work/judge.err")"
    grep '^#' "$work/judge.err"
    while IFS="$(printf '\t')" read -r what problem; do
        tap_verdict "$what" "$problem"
    done <"$work/judged"
}

# fetch PATH: from our own name, for what is said of the server itself.
fetch()
{
    curl -s "http://127.0.0.1:$http$1"
}

# server_errors: those of its own making, as it counted them.
server_errors()
{
    fetch /metrics | grep 'code="5'
}

# told: what it says that nobody may know.
told()
{
    fetch /metrics >"$work/metrics"
    fetch /health >"$work/health"
    grep -nai 'canary' "$work/metrics" "$work/health" "$work/serve.out" \
        "$work/serve.err" | cut -c 1-300 | head
}

new_home ann
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
    -subj /CN=serve -addext subjectAltName=DNS:autoconfig.example.org \
    -keyout "$work/key.pem" -out "$certificate" 2>"$work/openssl.err"

begin_serve --rate 0 --listen http://127.0.0.1:0 \
    --listen https://127.0.0.1:0 --cert "$certificate" --key "$work/key.pem"
judge_serve table "$http" "$https" "$server"
judge_serve crowds "$http" "$https" "$server"
tap_verdict 'none of its answers told of an error of its own' \
    "$(server_errors)"
tap_verdict 'what was secret is nowhere, in no log and no figure' "$(told)"
tap_verdict 'the log has what it is to have: method, route and status' \
    "$(grep -q '^GET autoconfig 200$' "$work/serve.err" ||
        head -n 5 "$work/serve.err")"
end_serve 'hostile'

begin_serve --rate 5 --listen http://127.0.0.1:0
judge_serve pace "$http" 0 "$server"
end_serve 'in a hurry'

# an address of a LAN, and peers at one like it, and at one of the world
ip link add lan0 type veth peer name lan1
ip addr add 192.168.77.1/24 dev lan0
ip addr add 192.168.77.2/24 dev lo
ip addr add 203.0.113.9/32 dev lo
ip link set lan0 up
ip link set lan1 up
begin_serve --lan
judge_serve strangers "192.168.77.1:$http" 192.168.77.2 203.0.113.9
tap_verdict 'nobody is answered at other addresses' "$(
    ! curl -s -m 3 "http://127.0.0.1:$http/health" || echo 'loopback is')"
end_serve 'on the LAN'

tap_verdict 'no sanitizer had anything to say' \
    "$(grep -a -A 20 'Sanitizer\|runtime error' "$work/serve.err" | head -60)"
tap_done
