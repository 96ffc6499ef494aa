#!/bin/sh
# `portolan serve --check-lan` on real sockets: what it says of a network whose
# dnsmasq has what --dns-help says and where `portolan serve` answers, by http
# and by https; and of such where something is in the way.
# shellcheck disable=SC2154 # work, portolan, fakes, status: lab.sh
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
# shellcheck source=tests/fakes/lan.sh
. "$top/tests/fakes/lan.sh"
xml=$top/profiles/examples/ann@example.org.xml

missing=$(
    [ "$LAB_ALONE" = yes ] || echo 'name spaces of its own'
    for name in dnsmasq openssl ss; do
        command -v "$name" >/dev/null || echo "$name"
    done
)
if [ -n "$missing" ]; then
    tap_skip 'what mail programs find on a LAN' "not here: $(echo "$missing" |
        paste -sd ' ')"
    tap_done
fi

# ---- the network ----

begin_network()
{
    begin_lan
    for host in 10 11 12 13 14 15 16; do
        ip addr add 198.51.100.$host/32 dev lo
    done
    ip addr add 2001:db8::80/128 dev lo nodad
}

make_certificate()
{
    cat >"$work/openssl.conf" <<END
[req]
distinguished_name = name
x509_extensions = own
[name]
[own]
subjectAltName = DNS:example.org, DNS:*.example.org
END
    openssl req -x509 -config "$work/openssl.conf" -newkey ec -nodes -days 9 \
        -pkeyopt ec_paramgen_curve:P-256 -subj /CN=web \
        -keyout "$work/web.key" -out "$work/web.pem" 2>"$work/openssl.err"
}

# pox PORT PROTECTION: what Autodiscover says of two servers.
pox()
{
    ns=http://schemas.microsoft.com/exchange/autodiscover
    echo "<Autodiscover xmlns='$ns/responseschema/2006'>" \
        "<Response xmlns='$ns/outlook/responseschema/2006a'><Account>" \
        '<AccountType>email</AccountType><Action>settings</Action>'
    for server in IMAP:imap:$1 SMTP:smtp:587; do
        echo "<Protocol><Type>${server%%:*}</Type>" \
            "<Server>$(echo "$server" | cut -d: -f2).example.org</Server>" \
            "<Port>${server##*:}</Port>$2</Protocol>"
    done
    echo '</Account></Response></Autodiscover>'
}

# starttls PORT: settings of IMAP at that port, and SMTP at 587.
starttls()
{
    sed -e "s/>993</>$1</; s/>465</>587</; s/>SSL</>STARTTLS</" "$xml"
}

# What the web servers say that stand in the way of some.
write_documents()
{
    sed 's/>993</>9993</' "$xml" >"$work/other.xml"
    starttls 1143 >"$work/1143.xml"
    starttls 143 >"$work/143.xml"
    pox 1143 '<SSL>on</SSL><Encryption>TLS</Encryption>' >"$work/1143.pox"
    pox 143 '<SSL>off</SSL><Encryption>TLS</Encryption>' >"$work/143.pox"
    echo '<!doctype html><title>Welcome<br></title>' >"$work/page"
}

# begin_webs NAME: those whose lines are on standard input.
begin_webs()
{
    cat >"$work/rows"
    python3 "$fakes/web_in_the_way.py" "$work/web.pem" "$work/web.key" \
        "$work/$1" <"$work/rows" &
    webs=$!
    keep $webs
    wait_file "$work/$1" $webs
}

# begin_ours ARGS...: `portolan serve`, and what its --dns-help says as $help.
begin_ours()
{
    set -- --bridge none "$@" example.org
    begin_serve "$@"
    help=$("$portolan" serve "$@" --dns-help dnsmasq 2>"$work/help.err")
}

# begin_dns NAMES: dnsmasq, which knows these lines and nothing else.
begin_dns()
{
    printf 'local=/org/net/\n%s\n' "$1" >"$work/dnsmasq.conf"
    begin_dnsmasq
}

# finds WHAT SETTINGS NAMES EXPRESSION: as check-lan sees the network that has
# these names.
finds()
{
    begin_dns "$3"
    expect "$1" "$4" serve --check-lan --bridge none --from "$2" \
        --ca-file "$work/trusted" ann@example.org
    end "$dns"
}

# at NAME HOST: a line for dnsmasq; HOST is the last number of an address.
at()
{
    echo "host-record=$1,198.51.100.$2"
}

# ---- by https ----

begin_network
make_certificate
write_documents
begin_webs webs <<END
198.51.100.10 404 - - -
198.51.100.11 204 - - -
198.51.100.12 200 text/html $work/page $work/page
198.51.100.13 404 text/xml $work/other.xml -
198.51.100.14 404 application/octet-stream $xml -
198.51.100.15 404 - - $work/1143.pox
198.51.100.16 404 - - $work/143.pox
2001:db8::80 404 application/xml $work/other.xml -
END
new_home ann
root=$HOME/.local/state/portolan/authority/root.pem
cp "$work/web.pem" "$work/trusted"
set -- --from "$xml" --listen http://$lan:80 --listen https://$lan:443 --tls
begin_ours "$@"
finds 'who does not know our authority goes by http, where it can' \
    "$xml" "$help
$(at example.org 10)" \
    'status == 1 and
     w == "Thunderbird, Thunderbird for Android, KMail, Evolution"
     and "certificate" in v["Geary"] and "--cert" in v["Geary"]'
cat "$root" >>"$work/trusted"
finds 'by https all of them find it, each by its own way' \
    "$xml" "$help
$(at example.org 10)" \
    'status == 0 and len(w.split(", ")) == 7
     and u["Thunderbird"] == "GET https://autoconfig.example.org/mail/"
         "config-v1.1.xml?emailaddress=ann%40example.org"
     and u["Geary"] == "GET https://autoconfig.example.org/mail/"
         "config-v1.1.xml"
     and u["Outlook (classic)"] == "POST https://autodiscover.example.org/"
         "autodiscover/autodiscover.xml"
     and not any("Strict-Transport" in hint for hint in j["hints"])'
begin_dns "$help
$(at example.org 10)"
run serve --check-lan --bridge none --from "$xml" --ca-file "$work/trusted" \
    ann@example.org
judge 'which is told to people too' \
    'status == 0
     and "7 of 7 mail programs find its settings here" in out
     and "works: Thunderbird goes by https://autoconfig." in
         " ".join(out.split())'
end "$dns"
end "$server"
set -- "$@" --from "$work/1143.xml"
begin_ours "$@"
finds 'that Outlook cannot be told of STARTTLS at 1143 is no failure' \
    "$work/1143.xml" "$help" \
    'status == 0 and len(w.split(", ")) == 6
     and [x["possible"] for x in j["clients"]] == 6 * [True] + [False]
     and "Autodiscover cannot say STARTTLS at port 1143" in
         v["Outlook (classic)"]'
end "$server"

# ---- by http ----

set -- --from "$xml" --listen http://$lan:80
begin_ours "$@"
finds 'by http those find it that ask by http' \
    "$xml" "$help
$(at example.org 10)" \
    'status == 1
     and w == "Thunderbird, Thunderbird for Android, KMail, Evolution"
     and u["Evolution"].startswith("GET http://autoconfig.example.org/mail/")
     and "agreed to" in v["Thunderbird for Android"]
     and "by https alone" in v["Outlook (classic)"]
     and any("Strict-Transport-Security" in hint for hint in j["hints"])'
finds 'where nobody knows autoconfig, nobody does' \
    "$xml" "$(at example.org 10)" \
    'status == 1 and w == ""
     and "--dns-help" in v["Thunderbird"]
     and any("autoconfig.example.org has no address" in hint
             for hint in j["hints"])'
finds 'a web server of the domain that answers 204 stops Thunderbird' \
    "$xml" "$help
$(at example.org 11)" \
    'status == 1 and w == "Thunderbird for Android, KMail, Evolution"
     and "stops at https://example.org/.well-known/" in v["Thunderbird"]
     and "answers 204" in v["Thunderbird"]'
finds 'so does one that has a page for everything' \
    "$xml" "$help
$(at example.org 12)" \
    'status == 1 and w == "Thunderbird for Android, KMail, Evolution"
     and "answers 200 with a page" in v["Thunderbird"]
     and "answer 404" in v["Thunderbird"]'
finds 'settings of the domain itself go before ours, when they come by https' \
    "$xml" "$help
$(at example.org 13)" \
    'status == 1 and w == "KMail, Evolution"
     and "names other servers, and so never takes http://autoconfig." in
         v["Thunderbird"]
     and "goes by https://example.org/.well-known/" in
         v["Thunderbird for Android"]
     and any("imap.example.org:9993" in step["outcome"]
             for step in j["clients"][0]["steps"])'
finds 'an AAAA that is left in the public zone leads away' \
    "$xml" "$help
host-record=autoconfig.example.org,2001:db8::80" \
    'status == 1 and w == ""
     and any("public addresses beside private ones" in hint
             for hint in j["hints"])'
begin_webs deaf <<END
deaf $lan
END
finds 'a port 443 that drops costs five seconds' \
    "$xml" "$help" \
    'status == 1 and 5000 <= took_ms < 7000
     and w == "Thunderbird, Thunderbird for Android, KMail, Evolution"
     and "after waiting 5 seconds" in v["Thunderbird"]
     and any("port 443 of autoconfig.example.org drops" in hint
             for hint in j["hints"])'
end "$server"

# ---- by others ----

finds 'a Content-Type that is none of XML stops Thunderbird alone' \
    "$xml" "$(at autoconfig.example.org 14)" \
    'status == 1
     and w == "Thunderbird for Android, Delta Chat, KMail, Evolution, Geary"
     and "the Content-Type application/octet-stream" in v["Thunderbird"]'
finds 'Autodiscover with STARTTLS at 1143 misleads Thunderbird alone' \
    "$work/1143.xml" "$(at autodiscover.example.org 15)" \
    'status == 1 and w == "Delta Chat, Outlook (classic)"
     and "another protection: imap.example.org:1143 (SSL/TLS)" in
         j["clients"][0]["steps"][5]["outcome"]
     and "takes the protection there for another" in v["Thunderbird"]'
finds 'SSL off beside Encryption TLS is STARTTLS to Outlook alone' \
    "$work/143.xml" "$(at autodiscover.example.org 16)" \
    'status == 1 and w == "Outlook (classic)"
     and "another protection: imap.example.org:143 (none)" in
         j["clients"][0]["steps"][5]["outcome"]'
tap_done
