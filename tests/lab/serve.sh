#!/bin/sh
# `portolan serve` on real sockets: the whole way from a request to an answer,
# TLS and its renewal, a bridge that moves, a relay for devices, a good end.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
xml=$top/profiles/examples/ann@example.org.xml
new_home served
served=

# serve ARGS...: begin, until it listens or has ended; its places are in
# $work/places.
serve()
{
    : >"$work/places" # of the one before
    "$portolan" serve "$@" >"$work/places" 2>"$work/told" </dev/null &
    served=$!
    keep "$served"
    for _ in $(seq 100); do
        grep -q '^listening on ' "$work/places" && return
        kill -0 "$served" 2>/dev/null || break
        sleep 0.1
    done
    wait "$served"
    status=$?
}

# port SCHEME: where it listens.
port()
{
    sed -n "s|^listening on $1://.*:||p" "$work/places" | head -n 1
}

# finish: SIGTERM, and how it ended.
finish()
{
    kill "$served" 2>/dev/null
    wait "$served"
    status=$?
    cat "$work/told" >>"$said"
}

# get PATH ARGS...: an answer, with its headers in $work/headers.
get()
{
    path=$1
    shift
    curl -s --max-time 5 --path-as-is -D "$work/headers" \
        -o "$work/body" -w '%{http_code}' "$@" \
        "http://127.0.0.1:$(port http)$path"
}

# answers WHAT WANTED PATH ARGS...
answers()
{
    what=$1
    wanted=$2
    shift 2
    got=$(get "$@")
    tap_verdict "$what" "$([ "$got" = "$wanted" ] ||
        { echo "$got instead of $wanted:" && head -c 300 "$work/body"; })"
}

# has WHAT PATTERN FILE
has()
{
    tap_verdict "$1" "$(grep -qi -- "$2" "$3" ||
        { echo "no $2 in:" && head -n 20 "$3"; })"
}

etag()
{
    sed -n 's/^[Ee][Tt][Aa][Gg]: \(.*\)\r$/\1/p' "$work/headers"
}

# ---- one domain, without TLS ----

serve --bridge none --listen 127.0.0.1:0 --from "$xml" --log example.org
answers 'autoconfig is answered' 200 /mail/config-v1.1.xml
has 'as XML' '^Content-Type: text/xml' "$work/headers"
has 'to scripts of any page' '^Access-Control-Allow-Origin: \*' \
    "$work/headers"
has 'to be asked for again' '^Cache-Control: no-cache' "$work/headers"
known=$(etag)
known_length=$(wc -c <"$work/body")
answers 'who has it already is told so' 304 /mail/config-v1.1.xml \
    -H "If-None-Match: $known"
tap_verdict 'and of what length it is' "$(length=$(
    sed -n 's/^Content-Length: \(.*\)\r$/\1/p' "$work/headers")
    [ "$length" = "$known_length" ] ||
        echo "$length instead of $known_length")"
answers 'whatever the address' 200 \
    '/mail/config-v1.1.xml?emailaddress=canary@example.org'
tap_verdict 'and with the same bytes' "$([ "$(etag)" = "$known" ] ||
    echo "$(etag) instead of $known")"
answers 'HEAD has no body' 200 /mail/config-v1.1.xml -I
answers 'a strange host is refused' 421 /mail/config-v1.1.xml \
    -H 'Host: evil.example'
answers 'an unknown path is not found' 404 /wpad.dat
has 'in plain text' '^Content-Type: text/plain' "$work/headers"
answers 'a password is refused' 400 '/?password=canary-password'
answers 'Authorization is passed over' 200 /mail/config-v1.1.xml \
    -H 'Authorization: Basic Y2FuYXJ5LXBhc3N3b3Jk'
printf '%s' '<Autodiscover><Request><EMailAddress>canary@example.org' \
    '</EMailAddress></Request></Autodiscover>' >"$work/ask"
answers 'Autodiscover is answered' 200 /AUTODISCOVER/Autodiscover.XML \
    --data-binary "@$work/ask"
has 'for the address' '<LoginName>canary@example.org' "$work/body"
answers 'a body of chunks is refused' 411 /autodiscover/autodiscover.xml \
    -H 'Transfer-Encoding: chunked' --data-binary "@$work/ask"
head -c 9000 /dev/zero | tr '\0' x >"$work/large"
answers 'a large body is refused' 413 /autodiscover/autodiscover.xml \
    --data-binary "@$work/large"
answers 'a POST where there is none is refused, whatever its body' 405 \
    /mail/config-v1.1.xml --data-binary "@$work/large"
has 'and told what may be done' '^Allow: GET, HEAD, OPTIONS' "$work/headers"
answers 'a body that nobody wants is refused' 413 /mail/config-v1.1.xml \
    -X GET --data-binary "@$work/ask"
answers 'an endless path is refused' 414 \
    "/$(head -c 5000 /dev/zero | tr '\0' a)"
answers 'an Apple profile is answered' 200 \
    '/profile.mobileconfig?address=canary@example.org'
has 'of its type' '^Content-Type: application/x-apple-aspen-config' \
    "$work/headers"
answers 'the page is answered' 200 '/?address=canary@example.org'
has 'with the fingerprint that was told at the beginning' "$(
    sed -n 's/^example.org: fingerprint //p' "$work/told")" "$work/body"
has 'with a policy' "^Content-Security-Policy: default-src 'none'" \
    "$work/headers"
answers 'it is healthy' 200 /health
has 'and says so' '"status":"ok"' "$work/body"
answers 'it counts' 200 /metrics
has 'answers by kind' 'route="autoconfig",code="200"} ' "$work/body"
cp "$work/body" "$work/metrics"
cat "$xml" >"$work/copy"
finish
tap_verdict 'SIGTERM ends it well' "$([ "$status" = 0 ] || echo "$status")"
has 'the log says what was answered' '^GET autoconfig 200$' "$work/told"
tap_verdict 'neither an address nor a password is in it' \
    "$(grep -i canary "$work/told" "$work/metrics" "$work/places")"

# ---- a file that changes ----

serve --bridge none --listen 127.0.0.1:0 --from "$work/copy" example.org
answers 'the file is served' 200 /mail/config-v1.1.xml
known=$(etag)
sed 's/<port>993/<port>9993/' "$xml" >"$work/new" && mv "$work/new" "$work/copy"
# until_new: the answer is another, within five seconds
until_new()
{
    for _ in $(seq 50); do
        get "${1-/mail/config-v1.1.xml}" >/dev/null
        [ "$(etag)" != "$known" ] && return
        sleep 0.1
    done
}
until_new
has 'once it has changed, the answer is the new one' '<port>9993' "$work/body"
echo nonsense >"$work/copy"
for _ in $(seq 50); do
    get /health >/dev/null
    grep -q stale "$work/body" && break
    sleep 0.1
done
has 'once it cannot be read, health says so' '"status":"stale"' "$work/body"
answers 'and the last good answer stays' 200 /mail/config-v1.1.xml
has 'as it was' '<port>9993' "$work/body"
finish

# ---- for programs ----

"$portolan" serve --bridge none --listen 127.0.0.1:0 --from "$xml" --json \
    example.org >"$work/out" 2>>"$said" </dev/null &
keep $!
for _ in $(seq 100); do
    [ -s "$work/out" ] && break
    sleep 0.05
done
end $!
tap_verdict 'with --json it says in JSON where it listens, and for whom' "$(
    python3 - "$work/out" 2>&1 <<'END'
import json, re, sys
with open(sys.argv[1]) as f:
    said = json.load(f)
place, domain = said.pop("listening")[0], said.pop("domains")[0]
if (not re.fullmatch(r"http://127\.0\.0\.1:\d+", place) or
        domain["domain"] != "example.org" or domain["why"] is not None or
        not re.fullmatch("([0-9a-f]{4} ?){4}", domain["fingerprint"]) or
        said != {"portolan": 1}):
    print(place, domain, said)
END
)"
run serve --json --dns-help zone --from "$xml" example.org
tap_verdict 'and what is not for programs is refused' \
    "$([ "$status" = 2 ] || echo "$status")"

# ---- TLS ----

serve --bridge none --tls --listen 127.0.0.1:0 --listen http://127.0.0.1:0 \
    --from "$xml" example.org
root=$HOME/.local/state/portolan/authority/root.pem
# get_tls: the answer's status, by our own authority alone
get_tls()
{
    curl -s --max-time 5 -o "$work/body" -w '%{http_code}' --cacert "$root" \
        --resolve "autoconfig.example.org:$(port https):127.0.0.1" \
        "https://autoconfig.example.org:$(port https)/mail/config-v1.1.xml"
}
tap_verdict 'its own authority is good for the names of a domain' \
    "$([ "$(get_tls)" = 200 ] || cat "$work/told")"
answers 'devices can have its certificate' 200 /root.crt
tap_verdict 'which is that one' "$(
    openssl x509 -in "$root" -outform DER | cmp - "$work/body" 2>&1)"
kill -HUP "$served"
sleep 0.3
tap_verdict 'SIGHUP has it go on' \
    "$([ "$(get_tls)" = 200 ] || cat "$work/told")"
finish
tap_verdict 'and it ends well' "$([ "$status" = 0 ] || echo "$status")"

# ---- what cannot be ----

serve --bridge none --listen 127.0.0.1:0 --listen 127.0.0.1:0 --from "$xml" \
    --cert "$root" --key /nonexistent example.org
tap_verdict 'a key that is not there is bad input' \
    "$([ "$status" = 2 ] || echo "$status")"
serve --bridge none --listen 127.0.0.1:0 --from "$work/copy" example.org
tap_verdict 'a file that makes no sense is bad input' \
    "$([ "$status" = 2 ] || { echo "$status" && cat "$work/told"; })"

# refused STATUS SAYS ARGS...: it ends at once, with a sentence.
refused()
{
    wanted=$1
    says=$2
    shift 2
    status=none
    serve --bridge none --from "$xml" "$@"
    [ "$status" = "$wanted" ] && grep -q -- "$says" "$work/told" &&
        return
    printf '%s: %s instead of %s and "%s":\n' "$*" "$status" "$wanted" "$says"
    cat "$work/told"
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$work/a.key" -out "$work/a.crt" -subj /CN=a 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out "$work/b.key"
openssl ec -in "$work/a.key" -aes128 -passout pass:x -out "$work/locked.key" \
    2>/dev/null
tap_verdict 'where it is to listen is a place' "$(
    for place in : :80 127.0.0.1 127.0.0.1: 127.0.0.1:65536 127.0.0.1:+80 \
        '[::1' '[::1]' ftp://127.0.0.1:80 http://127.0.0.1:80/ \
        mail.example.org:80 127.1:80 ' 127.0.0.1:80'; do
        refused 2 'no place to listen' --listen "$place" example.org
    done
    refused 2 'every network' --listen 0.0.0.0:0 example.org
    refused 2 'every network' --listen '[::]:0' example.org
    refused 2 'not the address of a private' --listen 203.0.113.1:80 \
        example.org
    refused 2 'needs a certificate' --listen https://127.0.0.1:0 example.org
    refused 2 'give one of them' --lan --listen 127.0.0.1:0 example.org
    refused 5 'an address of this machine' --listen 192.168.254.254:8080 \
        example.org
    refused 5 'beyond one link' --listen '[fe80::1]:8080' example.org)"
tap_verdict 'a certificate has its key' "$(
    refused 2 'name both' --listen 127.0.0.1:0 --cert "$work/a.crt" example.org
    refused 2 'name both' --listen 127.0.0.1:0 --key "$work/a.key" example.org
    refused 2 'give one of them' --tls --cert "$work/a.crt" \
        --key "$work/a.key" example.org
    refused 2 'is not that of' --listen 127.0.0.1:0 --cert "$work/a.crt" \
        --key "$work/b.key" example.org
    refused 2 'is encrypted' --listen 127.0.0.1:0 --cert "$work/a.crt" \
        --key "$work/locked.key" example.org
    refused 2 'no certificate in' --listen 127.0.0.1:0 --cert "$work/a.key" \
        --key "$work/a.crt" example.org
    refused 2 'it is a directory' --listen 127.0.0.1:0 --cert "$work" \
        --key "$work/a.key" example.org)"
tap_verdict 'what is served is a domain, named once' "$(
    refused 2 'the address is empty' --listen 127.0.0.1:0 ''
    refused 2 'it is an IP address' --listen 127.0.0.1:0 127.0.0.1
    # shellcheck disable=SC2046 # very many
    refused 2 'takes 10000 at most' $(seq -f 'd%g.test' 10001)
    refused 2 'named twice' --listen 127.0.0.1:0 example.org EXAMPLE.ORG)"
tap_verdict 'a rate is a number, and a host a name' "$(
    for rate in -1 +5 1.5 x 99999999999; do
        refused 2 'not a number of requests' --rate "$rate" example.org
    done
    for host in 'a b' a/b http://a b:80 '*.example.org' -a; do
        refused 2 'not the name of a host' --host "$host" example.org
    done)"
serve --bridge none --listen 127.0.0.1:0 --from "$xml" example.org
taken=$(port http)
first=$served
tap_verdict 'a port that is taken is told, and who knows by whom' "$(
    refused 5 "'portolan port $taken' says" --listen "127.0.0.1:$taken" \
        example.org)"
served=$first
: >"$work/told"
finish
tap_verdict 'who cannot say where it listens does not listen' "$(
    timeout 10 "$portolan" serve --bridge none --listen 127.0.0.1:0 \
        --from "$xml" example.org >/dev/full 2>"$work/told"
    status=$?
    [ "$status" = 5 ] || { echo "$status" && cat "$work/told"; })"

# ---- a bridge ----

# shellcheck disable=SC2046 # two ports
set -- $(usual_ports)
imap=$1 smtp=$2
start_proton ok "$imap" "$smtp"
serve --listen 127.0.0.1:0 --no-third-party ann@proton.me
answers 'the bridge is served on its own machine' 200 \
    '/mail/config-v1.1.xml?emailaddress=ann@proton.me'
has 'with its port' "<port>$imap<" "$work/body"
known=$(etag)
kill "$proton" && wait "$proton" 2>/dev/null
# shellcheck disable=SC2046 # two ports
set -- $(free_ports 2)
start_proton_here ok "$1" "$2"
until_new
has 'once it has moved, the answer is the new port' "<port>$1<" "$work/body"
finish
run serve --dns-help dnsmasq --relay --host bridge.home.arpa ann@proton.me
has 'a name server is told of the bridge by the name of this machine' \
    "^srv-host=_imap._tcp.proton.me,bridge.home.arpa,$1," "$work/out"
# lookups: how often a domain was looked for.
lookups()
{
    get /metrics >/dev/null
    sed -n 's/^portolan_lookups_total //p' "$work/body"
}
if [ "$LAB_ALONE" = yes ]; then
    domains=$(seq -f 'd%g.test' 50)
    for domain in $domains; do
        echo "srv-host=_imaps._tcp.$domain,mail.$domain,993"
        echo "srv-host=_submissions._tcp.$domain,mail.$domain,465"
    done >"$work/dnsmasq.conf"
    PATH=$PATH:/usr/sbin
    dnsmasq --keep-in-foreground --user=root --no-resolv --no-hosts \
        --port=5353 --listen-address=127.0.0.1 --bind-interfaces --pid-file= \
        --local=/test/ --conf-file="$work/dnsmasq.conf" \
        2>"$work/dnsmasq.err" &
    keep $!
    wait_port 5353
    # shellcheck disable=SC2086 # many domains
    serve --listen 127.0.0.1:0 --no-third-party --dns 127.0.0.1:5353 \
        $domains ann@proton.me
    answers 'beside a bridge, many domains are served' 200 /v1.1/d50.test
    config=/v1.1/proton.me
    get "$config" >/dev/null
    known=$(etag)
    before=$(lookups)
    kill "$proton" && wait "$proton" 2>/dev/null
    # shellcheck disable=SC2046 # two ports
    set -- $(free_ports 2)
    start_proton_here ok "$1" "$2"
    until_new "$config"
    has 'the bridge moves: the answer is new' "<port>$1<" "$work/body"
    tap_verdict 'and what it has nothing to do with is not looked for' "$(
        more=$(($(lookups) - before))
        [ "$more" -ge 1 ] && [ "$more" -lt 50 ] || echo "$more lookups"
    )"
    finish
else
    tap_skip 'many domains beside a bridge' 'it needs a network of its own'
fi
if [ "$LAB_ALONE" = yes ]; then
    ip address add 192.168.77.1/24 dev lo
    serve --listen 192.168.77.1:8080 ann@proton.me
    tap_verdict 'on the LAN it is refused' \
        "$([ "$status" = 6 ] || { echo "$status" && cat "$work/told"; })"
    has 'and a relay proposed' 'relay' "$work/told"
    serve --listen 192.168.77.1:8080 --listen 127.0.0.1:0 --relay ann@proton.me
    curl -s --max-time 5 -o "$work/body" \
        http://192.168.77.1:8080/mail/config-v1.1.xml
    has 'with a relay, devices are told of it' '<hostname>192.168.77.1<' \
        "$work/body"
    has 'and whose word it is' '<displayName>.*Bridge on 192.168.77.1' \
        "$work/body"
    has 'what devices make of its certificate is told' 'cert import' \
        "$work/told"
    tap_verdict 'the relay leads to the bridge' "$(
        python3 -c 'import socket, sys
with socket.create_connection(("192.168.77.1", int(sys.argv[1])), 3) as s:
    hello = s.recv(100)
    s.sendall(b"a LOGOUT\r\n")
    s.recv(100)
    if not hello.startswith(b"* OK"):
        print(hello)' "$1" 2>&1)"
    kill "$proton" && wait "$proton" 2>/dev/null
    for _ in $(seq 50); do
        curl -s --max-time 5 http://192.168.77.1:8080/health |
            grep -q stale && break
        sleep 0.1
    done
    listen "$1" "* OK somebody else"
    tap_verdict 'once the bridge is gone, it leads to nobody who has its port' "$(
        python3 -c 'import socket, sys
with socket.create_connection(("192.168.77.1", int(sys.argv[1])), 3) as s:
    try:
        print(s.recv(100).decode(), end="")
    except ConnectionResetError:
        pass' "$1" 2>&1)"
    finish
    known=$1
    # shellcheck disable=SC2046 # two ports
    set -- $(free_ports 2)
    start_proton_here ok "$1" "$2"
    serve --listen 192.168.77.1:8080 --listen 127.0.0.1:0 --relay ann@proton.me
    curl -s --max-time 5 -o "$work/body" \
        http://192.168.77.1:8080/mail/config-v1.1.xml
    has 'begun anew, it has the port that devices know' "<port>$known<" \
        "$work/body"
    finish
    run serve --dns-help dnsmasq --relay --host bridge.home.arpa ann@proton.me
    has 'and so it is told to name servers' \
        "^srv-host=_imap._tcp.proton.me,bridge.home.arpa,$known," "$work/out"
else
    tap_skip 'on the LAN it is refused' 'it needs a network of its own'
fi
stop_proton 'a bridge that is served'
tap_verdict 'nothing secret was told' "$(secrets_kept)"
tap_done
