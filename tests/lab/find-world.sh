#!/bin/sh
# The small Internet of the lab is what the other tests take it for: zones are
# signed or not, certificates good or not, and whoever does what portolan must
# not do is heard.  Without this their silence would prove nothing.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/world.sh"
begin_world

# ---- names ----
# answer WHAT PATTERN NAME TYPE [ARGS...]: as kdig shows it.
answer()
{
    what=$1 pattern=$2
    shift 2
    kdig @127.0.0.1 +timeout=1 +retry=0 +adflag "$@" >"$work/body" 2>&1
    tap_verdict "$what" "$(grep -qE -- "$pattern" "$work/body" || {
        echo "wanted: $pattern"
        cat "$work/body"
    })"
}
answer 'below .test, zones are signed' 'Flags: qr rd ra ad' \
    _imaps._tcp.srv-in.test SRV
answer 'that there is nothing is signed too' 'Flags: qr rd ra ad' \
    nobody.test MX
answer 'below .example, no zone is' 'Flags: qr rd ra;' \
    _imaps._tcp.srv-in.example SRV
answer 'who signs with the wrong key is not heard' 'SERVFAIL' bogus.test MX
answer 'whose name server never answers is not either' \
    'timeout|SERVFAIL|failed' hole.example MX
answer 'a large answer takes TCP' '\(TCP\)' _imaps._tcp.large.example SRV
answer 'there is nothing of the real Internet' 'NXDOMAIN' google.com MX

# ---- web ----
# gets WHAT WANTED URL [ARGS...]: curl's idea of the HTTP status, and its own.
gets()
{
    what=$1 wanted=$2 url=$3
    shift 3
    got=$(curl -s --cacert "$ca" --max-time 1 -o "$work/body" \
        -w '%{http_code}' "$@" "$url")
    got="$got $?"
    tap_verdict "$what" "$([ "$got" = "$wanted" ] || echo "$got, not $wanted")"
}

config=/mail/config-v1.1.xml
gets 'a good certificate' '200 0' https://autoconfig.ac.example$config
gets 'IPv6 alone' '200 0' https://autoconfig.six.example$config
gets 'IPv6 that leads nowhere, and IPv4' '200 0' \
    https://autoconfig.half.example$config
gets 'another name for a name' '200 0' https://autoconfig.alias.example$config
gets 'a name of the hosts file' '200 0' \
    https://autoconfig.hosted.example$config
gets 'a proxy' '200 0' https://autoconfig.ac.example$config \
    -x http://203.0.113.60:3128
for kind in expired untrusted other-name; do
    gets "a certificate that is no good: $kind" '000 60' \
        "https://autoconfig.$kind.example$config"
    gets "$kind: plain HTTP would say something" '200 0' \
        "http://autoconfig.$kind.example$config"
done
gets 'no HTTPS at all' '000 7' https://autoconfig.http.example$config
gets 'who sees a name and drops' '000 35' https://autoconfig.drops.example/
gets 'who drops has plain HTTP ready' '200 0' \
    http://autoconfig.drops.example$config
gets 'who never answers' '000 28' https://autoconfig.silent.example/
gets 'a byte a second' '200 28' https://autoconfig.slow.example/
gets 'a hundred MiB' '200 0' https://autoconfig.endless.example/ --max-time 9
tap_verdict 'a hundred MiB are as many' "$(
    [ "$(wc -c <"$work/body")" = 104857600 ] || wc -c "$work/body")"
gets 'a bomb: little on the wire' '200 0' https://autoconfig.bomb.example/
tap_verdict 'a bomb: much when unpacked' "$(
    [ "$(gzip -dc "$work/body" | wc -c)" -gt 60000000 ] || echo 'too little')"
gets 'headers without an end' '200 56' https://autoconfig.flood.example/
gets 'five redirects' '200 0' https://autoconfig.five.example$config \
    -L --max-redirs 5
gets 'six redirects' '302 47' https://autoconfig.six-hops.example$config \
    -L --max-redirs 5
gets 'a name in no zone, by a wildcard' '200 0' \
    https://autoconfig.wild.example/whatever
etag()
{
    sed -n 's/^etag: *\([^[:space:]]*\).*/\1/Ip' "$work/head"
}
gets 'an entry of the ISPDB' '200 0' https://v1.ispdb.net/ispdb.example \
    -D "$work/head"
gets 'the same again is not sent again' '304 0' \
    https://v1.ispdb.net/ispdb.example -H "If-None-Match: $(etag)"

# ---- who is heard ----
forget
gets 'a request that gives everything away' '200 0' \
    "https://autoconfig.ac.example$config?a=q7-ann%40wk.example" \
    -u ann:secret -b a=b
overheard 'its credentials are heard' "
    len(requests) == 1 and requests[0]['authorization'] and
    requests[0]['cookie']"
overheard 'an address where it does not belong is heard' 'len(strays) == 1'
forget
gets 'the address, to its own domain' '200 0' \
    "https://autodiscover.ad.example/autodiscover/autodiscover.xml" \
    -d '<EMailAddress>q7-ann@ad.example</EMailAddress>'
overheard 'that is no stray, but it is heard' "
    strays == [] and 'q7-ann@ad.example' in requests[0]['body']"
overheard 'by HTTPS, it is not on the wire' "wire and b'q7-ann' not in wire"
gets 'the same by plain HTTP' '200 0' \
    "http://autoconfig.http.example$config?a=q7-ann@http.example"
overheard 'it is a stray, and on the wire' "
    len(strays) == 1 and b'q7-ann' in wire"
forget
for to in 127.0.0.1 10.1.2.3 169.254.169.254; do
    gets "a trap at $to" '200 0' "http://$to$config"
done
overheard 'whoever is led there is heard' 'len(trapped) == 3'
gets 'a mail host' '000 52' http://imap.ac.example:143/
overheard 'whoever connects to one is heard' "
    len(caught) == 1 and ('203.0.113.66', 143) in connections"
overheard 'so are the names that were asked for' "
    ('imap.ac.example', 'A') in names"
end_world
forget
gets 'when the world ends, nobody answers' '000 6' \
    https://autoconfig.ac.example$config
tap_done
