#!/bin/sh
# portolan find against real servers: names with DNSSEC and without, HTTPS,
# whatever else a domain may do; and what all of them heard of it.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/world.sh"
begin_world
new_home here

# What a start under sanitizers may take, on a machine that has other work.
start_ms=900

# look WHAT EXPRESSION DOMAIN [ARGS...]: for the address of the lab in DOMAIN.
look()
{
    what=$1 expression=$2 domain=$3
    shift 3
    expect "$domain: $what" "$expression" find "q7-ann@$domain" \
        --ca-file "$ca" "$@"
}

# ---- what each domain comes to ----
# DOMAIN EXIT, and of what is first in line: SOURCE TRUST HOST:PORT:SECURITY.
while read -r domain wanted first; do
    look "exit $wanted${first:+, $first}" "
        status == $wanted and agrees and first == '$first'" "$domain" \
        --timeout 3
done <<'END_OF_DOMAINS'
pacc.example 0 pacc verified imap.pacc.example:993:tls
ac.example 0 autoconfig verified imap.ac.example:993:tls
wk.example 0 autoconfig verified imap.wk.example:993:tls
http.example 3 autoconfig heard imap.http.example:993:tls
srv-in.example 0 srv heard imap.srv-in.example:993:tls
srv-in.test 0 srv verified imap.srv-in.test:993:tls
srv-out.example 3 srv heard imap.hoster.example:993:tls
srv-out.test 0 srv verified imap.hoster.example:993:tls
srv-none.example 1
ispdb.example 0 ispdb third imap.ispdb.example:993:tls
ad.example 0 autodiscover verified imap.ad.example:993:tls
adv2.example 0
mx-out.example 3 mx heard imap.hoster.example:993:tls
mx-out.test 0 mx third imap.hoster.test:993:tls
mx-known.example 0 mx third imap.gmail.com:993:tls
mx-proton.example 7 bridge guessed 127.0.0.1:1143:starttls
mx-suffix.example 1
nothing.example 1
parked.example 4
nobody.example 1
nobody.test 1
conflict.test 0 autoconfig verified imap.conflict.test:993:tls
order.example 0 autoconfig verified imap.order.example:993:tls
plain.example 1 autoconfig verified imap.plain.example:143:plain
six.example 0 autoconfig verified imap.six.example:993:tls
half.example 0 autoconfig verified imap.half.example:993:tls
alias.example 0 autoconfig verified imap.alias.example:993:tls
large.example 0 srv heard imap-00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.large.example:993:tls
hosted.example 0 autoconfig verified imap.hosted.example:993:tls
bücher.example 0 autoconfig verified imap.xn--bcher-kva.example:993:tls
tampered.example 0 autoconfig verified imap.tampered.example:993:tls
five.example 0 autoconfig verified imap.five.example:993:tls
six-hops.example 1
elsewhere.example 0 autoconfig third imap.hoster.example:993:tls
closed.example 1
wild.example 1
doctype.example 1
line.example 1
quote.example 1
nested.example 1
loopback.example 7
localhost.example 7
this-machine.example 1
private.example 1
metadata.example 1
mapped.example 1
any.example 1
mixed.example 0 autoconfig verified imap.mixed.example:993:tls
led-away.example 1
forged.example 4
six-here.example 1
to-here.example 1
to-number.example 1
to-private.example 1
to-metadata.example 1
to-file.example 1
to-gopher.example 1
round.example 1
down.example 1
up.example 3 autoconfig heard imap.hoster.example:993:tls
bait.example 1
ad-loop.example 1
ad-file.example 1
ad-address.example 1
bogus.test 4
e403.example 1
e500.example 4
END_OF_DOMAINS
look 'SMTP comes from the same offer' "
    c['submission']['host'] == 'smtp.ac.example' and
    c['submission']['port'] == 465 and c['submission']['security'] == 'tls' and
    c['submission']['username'] == 'q7-ann@ac.example' and
    not j['incomplete']" ac.example
look 'the web service is what it has' "
    c['ews']['url'] == 'https://mail.adv2.example/EWS/Exchange.asmx'" \
    adv2.example
look 'both are shown, one is chosen' "
    sorted(x['port'] for x in j['servers'] if x['service'] == 'imap') ==
        [993, 1993] and
    [x['why'] for x in j['servers'] if x['port'] == 1993]" conflict.test
look 'a firm no is told' "
    o['srv'] == 'absent' and 'no IMAP' in ' '.join(j['hints'])" \
    srv-none.example
look 'Proton is named' "j['bridge']['name'] == 'proton'" mx-proton.example
look 'it says that it was followed there' "
    c['imap']['origin']['via'] and
    'autoconfig.five.example/5' in c['imap']['origin']['where']" five.example
look 'a long name is shown whole' "
    status == 3 and len(j['needs_accept'][0]) > 140 and
    j['needs_accept'][0].endswith('.evil.example')" long.example
run find q7-ann@long.example --ca-file "$ca"
judge 'long.example: people see all of it too' "
    status == 3 and '.evil.example' in (out + err).replace('\n', '') and
    'login.microsoftonline.com.' + 60 * 'a' in (out + err)"

# ---- consent ----
look 'who vouches for its hosts has it' "
    status == 0 and agrees and first ==
        'srv heard imap.hoster.example:993:tls'" srv-out.example \
    --accept imap.hoster.example --accept smtp.hoster.example
look 'who vouches for one is asked for the other' "
    status == 3 and j['needs_accept'] == ['smtp.hoster.example']" \
    srv-out.example --accept imap.hoster.example
look 'plain HTTP may be vouched for' 'status == 0 and agrees' http.example \
    --accept imap.http.example --accept smtp.http.example
run write apple "q7-ann@srv-out.example" --ca-file "$ca"
judge 'srv-out.example: nothing is written before' "
    status == 3 and out == '' and 'imap.hoster.example' in err"
look 'a resolver elsewhere is not believed about DNSSEC' "
    status == 3 and first == 'srv heard imap.hoster.example:993:tls'" \
    srv-out.test --dns 198.51.100.54
look 'one on this machine is, by IPv6 too' "
    status == 0 and first == 'srv verified imap.hoster.example:993:tls'" \
    srv-out.test --dns '[::1]:53'
look 'but with --trust-ad it is' "
    status == 0 and first == 'srv verified imap.hoster.example:993:tls'" \
    srv-out.test --dns 198.51.100.54 --trust-ad

# ---- no is not the same as no answer ----
# What cannot be asked ends by itself, or with the time there is.
for domain in silent slow endless bomb flood junk hole; do
    look 'no answer is no no' "
        status == 4 and agrees and j['incomplete'] and
        took_ms < 1500 + $start_ms" $domain.example --timeout 1.5
done
forget
for domain in drops expired untrusted other-name; do
    look 'plain HTTP is not what HTTPS falls back to' "
        status == 4 and agrees and j['incomplete'] and first == ''" \
        $domain.example --timeout 3
done
overheard 'nor is it asked' "
    requests and not any(r['scheme'] == 'http' for r in requests) and
    not any(port == 80 for to, port in connections)"
look 'a third party stands in, and it is said' "
    status == 0 and agrees and j['incomplete'] and
    first == 'ispdb third imap.late.example:993:tls' and
    o['autoconfig'] == 'failed' and
    took_ms < 1500 + $start_ms" late.example --timeout 1.5
look 'a better source is waited for, and missed' "
    status == 0 and agrees and j['incomplete'] and o['pacc'] == 'failed' and
    first == 'autoconfig verified imap.waits.example:993:tls' and
    took_ms < 1500 + $start_ms" waits.example --timeout 1.5
look 'the best answer ends the search at once' "
    status == 0 and first == 'pacc verified imap.quick.example:993:tls' and
    not j['incomplete'] and took_ms < 300 + $start_ms" quick.example
look 'without --timeout it takes five seconds' "
    status == 4 and 4900 < took_ms < 5000 + $start_ms" silent.example
for dns in 203.0.113.91 203.0.113.98 203.0.113.98:5353; do
    look "--dns $dns: who is not there cannot be asked" "
        status == 4 and agrees and took_ms < 1500 + $start_ms" ac.example \
        --timeout 1.5 --dns $dns
done

for kind in expired/expired untrusted/trust other-name/name; do
    look 'people are told what is wrong with the certificate' "
        [x for x in j['sources'] if x['name'] == 'autoconfig' and
            x['outcome'] == 'failed' and 'certificate' in x['detail'] and
            '${kind#*/}' in x['detail']]" "${kind%/*}.example"
done

# ---- a proxy ----
forget
https_proxy=http://203.0.113.60:3128
export https_proxy
look 'it is used' 'status == 0 and agrees' ac.example
unset https_proxy
overheard 'it is given the names, and nobody else is asked for them' "
    'CONNECT autoconfig.ac.example:443 HTTP/1.1' in proxied and
    'autoconfig.ac.example' not in [n for n, t in names] and
    not any(port == 443 and to != '198.51.100.10' or port == 80
        for to, port in connections)"

# ---- the ISPDB ----
forget
look 'it is asked again whether its entry is new' 'status == 0' ispdb.example
overheard 'and says that it is not' "
    [r['status'] for r in requests if r['uri'].endswith('/ispdb.example')] ==
        ['304']"
look 'it may be another' "
    first == 'ispdb third imap.ispdb.example:993:tls' and
    'ispdb.lab.example' in c['imap']['origin']['where']" ispdb.example \
    --ispdb https://ispdb.lab.example/v1.1
forget
look 'with --no-third-party it is not asked' 'status == 1' ispdb.example \
    --no-third-party
overheard 'nor is its name' "
    requests == [] and not any('ispdb' in n and 'ispdb.example' not in n or
        'thunderbird' in n for n, t in names)"

# ---- what must never leave ----
forget
look 'with --no-address it is found as well' 'status == 0' ac.example \
    --no-address
look 'without an address there is no POX' 'status in (0, 1)' ad.example \
    --no-address
overheard 'with --no-address nobody is told the local part' "
    requests and not any('q7' in r['uri'] + r['body'] for r in requests)"
rm "$world"/*.from # what was heard from the beginning
overheard 'the address goes to HTTPS hosts of its own domain, and is asked' "
    strays == [] and
    any('q7-ann@ad.example' in r['body'] for r in requests)"
overheard 'the address is nowhere on the wire in plain' "
    len(wire) > 100000 and b'q7-ann' not in wire"
overheard 'no credentials, no cookies, no referer, no version are sent' "
    {(r['authorization'], r['cookie'], r['referer'], r['agent'])
        for r in requests if not r['agent'].startswith('curl')} ==
    {('', '', '', 'portolan')}"
overheard 'nobody came into a trap' 'trapped == []'
# where nobody knows any server, the usual names are tried
overheard 'a mail host is visited to prove a guess, once a port, or not at all' "
    len(caught) == len(set(caught)) and
    set(caught) <= {str(('203.0.113.66', port))
        for port in (993, 143, 465, 587, 995, 110)}"
overheard 'no TCP but to web and name servers, and bridges of this machine' "
    {port for to, port in connections if to != '127.0.0.1'} -
        {993, 143, 465, 587, 995, 110} == {53, 80, 443, 3128}"
overheard 'nothing was begun to where nothing discovered may lead' "
    not {80, 443} & {port for to, port in connections if to in ('127.0.0.1',
        '0.0.0.0', '::1', '::ffff:127.0.0.1', '10.1.2.3', '169.254.169.254')}"
overheard 'no public suffix is asked about autoconfiguration' "
    set() == {n for n, t in names} & {p + '.' + d
        for p in ('autoconfig', 'autodiscover', 'ua-auto-config',
                  '_ua-auto-config', '_autodiscover._tcp')
        for d in ('example', 'test', 'pl', 'com.pl')}"
overheard 'no search domain is ever tried' "
    not any(n.endswith('searched.example') for n, t in names)"
overheard 'what HTTPS led away to plain HTTP was not fetched' "
    not any(r['uri'] == '/plain.xml' for r in requests)"
overheard 'the names of published mail hosts are not even looked up' "
    set() == {n for n, t in names} & {p + '.' + d for p in ('imap', 'smtp')
        for d in '''pacc.example ac.example wk.example http.example
            srv-in.example srv-in.test srv-out.example srv-none.example
            conflict.test order.example plain.example
            six.example hoster.example'''.split()}"

# ---- the process itself ----
# interrupted: how long it takes to end, by SIGINT, in the midst of it.
interrupted()
{
    python3 - "$portolan" "$ca" <<'END_OF_PYTHON'
import signal
import subprocess
import sys
import time
with subprocess.Popen((sys.argv[1], "find", "q7-ann@silent.example",
                       "--ca-file", sys.argv[2]), stdin=subprocess.DEVNULL,
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                      preexec_fn=lambda: signal.signal(
                          signal.SIGINT, signal.SIG_DFL)) as program:
    time.sleep(1.2)
    begun = time.monotonic()
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=5)
    took_ms = (time.monotonic() - begun) * 1000
    if took_ms > 300 or program.returncode == 0 or b"Sanitizer" in err:
        print(took_ms, "ms", program.returncode, out, err)
END_OF_PYTHON
}

TMPDIR=$HOME/tmp
export TMPDIR
mkdir "$TMPDIR"
find "$HOME" | sort >"$work/before"
tap_verdict 'SIGINT ends it at once' "$(interrupted)"
tap_verdict 'and nothing is left behind' "$(
    find "$HOME" | sort | diff "$work/before" -)"

# trace ADDRESS: processes and threads it begins.
trace()
{
    ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=clone,clone3,fork,vfork \
        -o "$work/trace" "$portolan" find "$1" --ca-file "$ca" --timeout 3 \
        >"$work/out" 2>"$work/err"
    echo $? >>"$work/traced"
    grep -E 'clone|fork' "$work/trace"
}
if strace -o "$work/trace" true 2>/dev/null; then
    tap_verdict 'no thread and no process is begun' "$(
        for domain in ac.example pacc.example mx-out.test silent.example; do
            trace "q7-ann@$domain"
        done
        [ "$(tr '\n' ' ' <"$work/traced")" = '0 0 0 4 ' ] ||
            cat "$work/traced" "$work/err")"
else
    tap_skip 'no thread and no process is begun' 'strace may not trace here'
fi

# ---- records ----
# same_but_for_time FILE: and for whose address it is.
same_but_for_time()
{
    sed 's/"took_ms":[[:space:]]*[0-9]*/"took_ms": 0/; s/q7-ann/someone/g' "$1"
}

look 'it is recorded' 'status == 0' ac.example --record "$work/recorded"
same_but_for_time "$work/out" >"$work/lived"
run find --json --replay "$work/recorded" someone@ac.example
judge 'a record can be replayed' 'status == 0 and agrees'
tap_verdict 'a record replays to the same' "$(
    same_but_for_time "$work/out" | diff "$work/lived" - 2>&1)"
tap_verdict 'a record does not keep the local part' "$(
    grep -c ac.example "$work/recorded" >"$work/count" ||
        echo 'nothing was recorded'
    grep -n q7-ann "$work/recorded")"
mkdir "$work/full"
mount -t tmpfs -o size=4k none "$work/full"
head -c 4096 /dev/zero >"$work/full/all"
look 'a full disk for the record: it is said, and the answer is there' "
    status == 5 and c['imap'] and 'full' in err" ac.example \
    --record "$work/full/record"
umount "$work/full"

# ---- without the world ----
look 'the ISPDB is kept' 'status == 0' ispdb.example
end_world
look 'with nobody there it stands in, and it is said' "
    status == 0 and first == 'ispdb third imap.ispdb.example:993:tls' and
    j['incomplete']" ispdb.example --timeout 2
look 'with nobody there nothing is known' "
    status == 4 and agrees and took_ms < 2000 + $start_ms" ac.example \
    --timeout 2

# aloof ARGS...: run it where there is no network at all.
aloof()
{
    begun=$(date +%s%3N)
    unshare --net timeout 10 "$portolan" "$@" >"$work/out" 2>"$work/err"
    status=$?
    took_ms=$(($(date +%s%3N) - begun))
}
aloof find q7-ann@ac.example --json
judge 'no network at all: nothing is known, at once' "
    status == 4 and agrees and took_ms < 5000 + $start_ms"
aloof find q7-ann@ac.example
judge 'no network at all: people are told' "
    status == 4 and 'network' in (out + err).lower()"
tap_done
