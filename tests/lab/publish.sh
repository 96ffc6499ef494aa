#!/bin/sh
# What `portolan publish` writes, given to real servers: nginx, lighttpd and
# Caddy serve it by its own snippets, knot and nsd serve its records.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck source=tests/fakes/nginx.sh
. "$top/tests/fakes/nginx.sh"
PATH=$PATH:/usr/sbin:/sbin
caddy=${CADDY:-caddy}
HOME=$work/home
export HOME
mkdir "$HOME"
chmod 755 "$work" # web servers run as others
site=$work/site

# lacks PROGRAM: why a test cannot be made with it; nothing: it can.
lacks()
{
    [ "$LAB_ALONE" = yes ] || echo 'it takes a name space of its own'
    command -v "$1" >/dev/null || echo "$1 is not here"
}

# config DAV: an autoconfig file, with a calendar or without.
config()
{
    cat <<END
<?xml version="1.0"?>
<clientConfig version="1.1">
 <emailProvider id="example.org">
  <domain>example.org</domain>
  <displayName>Example &amp; &lt;Sons&gt;</displayName>
  <incomingServer type="imap">
   <hostname>imap.example.net</hostname><port>993</port>
   <socketType>SSL</socketType><username>%EMAILADDRESS%</username>
   <authentication>password-cleartext</authentication>
  </incomingServer>
  <outgoingServer type="smtp">
   <hostname>smtp.example.net</hostname><port>465</port>
   <socketType>SSL</socketType><username>%EMAILADDRESS%</username>
   <authentication>password-cleartext</authentication>
  </outgoingServer>
 </emailProvider>
$1
</clientConfig>
END
}

config '' >"$work/plain.xml"
# every character that one server or the other might take for its own
odd='https://dav.example.net/a$x;(y)%41/'
config "$(
    for kind in calendar:caldav:"$odd" \
        addressbook:carddav:https://dav.example.net/book/; do
        rest=${kind#*:}
        cat <<END
 <${kind%%:*} type="${rest%%:*}">
  <url>${rest#*:}</url>
  <authentication system="http">basic</authentication>
  <username>%EMAILADDRESS%</username>
 </${kind%%:*}>
END
    done)" >"$work/dav.xml"

# publish ARGUMENTS...
publish()
{
    "$portolan" publish -o "$site" "$@"
}

tap_verdict 'two domains are published' "$(
    publish --host web.example.net --from "$work/dav.xml" example.org \
        2>&1 >"$work/out" | grep -v /conf
    publish --host web.example.net --from "$work/plain.xml" example.com \
        2>&1 >"$work/out" | grep -v /conf)"
(
    umask 022
    mkdir "$work/own"
    echo own >"$work/own/own.txt"
)

# ---- web servers ----

# ask SERVER WHAT [AUTHORITY]: its answers as tests.
ask()
{
    asked=$1
    what="$1, $2"
    shift 2
    python3 "$top/tests/lab/publish_ask.py" "$asked" "$site" "$@" \
        >"$work/asked" 2>&1 ||
        echo "not ok it was asked to the end" >>"$work/asked"
    while read -r word rest; do
        case "$word $rest" in
        'ok '*) tap_verdict "$what: $rest" '' ;;
        'not ok '*) tap_verdict "$what: ${rest#ok }" "${rest#ok }" ;;
        *) echo "# $word $rest" ;;
        esac
    done <"$work/asked"
}

ask_http()
{
    ask "$1" http
}

# ask_both SERVER: by http and by https.
ask_both()
{
    ask_http "$1"
    ask "$1" https "$tls/all.pem"
}

# A certificate for each domain, each its own authority.
tls=$work/tls
mkdir "$tls"
for domain in example.org example.com; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 9 -subj "/CN=$domain" \
        -addext "subjectAltName=DNS:$domain,DNS:*.$domain" \
        -keyout "$tls/$domain.key" -out "$tls/$domain.crt" 2>"$work/openssl.err"
    cat "$tls/$domain.crt" "$tls/$domain.key" >"$tls/$domain.pem"
    cat "$tls/$domain.crt" >>"$tls/all.pem"
done
chmod 644 "$tls"/*

# begin SERVER COMMAND...: in the foreground of its own process.
begin()
{
    name=$1
    shift
    "$@" >"$work/$name.out" 2>&1 </dev/null &
    server=$!
    keep "$server"
    wait_port 80
}

# finish SERVER: and what it complained of.
finish()
{
    kill "$server"
    wait "$server" 2>/dev/null
    tap_verdict "$1 has nothing to complain about" \
        "$(grep -iE 'emerg|\[alert|\[crit|warn|"level":"error"' \
            "$work/$1.out" | grep -vE "$2" | head -n 5)"
}

# as_told FILE: the server { } that its comment shows, with our certificates.
as_told()
{
    sed -n 's/^# //; /^    server {/,/^    }/p' "$1" |
        sed "s|/etc/ssl/mail|$tls|"
}

with_nginx()
{
    {
        nginx_head
        cat <<END
    access_log off;
    include "$site/conf/nginx.conf";
    server {
        listen 80;
        listen 443 ssl;
        server_name example.org example.com;
        ssl_certificate $tls/\$portolan_certified.pem;
        ssl_certificate_key $tls/\$portolan_certified.pem;
        root "$work/own";
        include "$site/conf/nginx-locations.conf";
    }
    server {
        listen 80 default_server;
        listen 443 ssl default_server;
        ssl_certificate $tls/example.org.pem;
        ssl_certificate_key $tls/example.org.pem;
        return 421;
    }
END
        as_told "$site/conf/nginx.conf"
        echo '}'
    } >"$work/nginx.conf"
    begin nginx nginx -c "$work/nginx.conf"
    ask_both nginx
    finish nginx 'the "user" directive|client sent invalid'
}

lighttpd_tls()
{
    cat <<END
server.modules += ( "mod_openssl" )
\$SERVER["socket"] == ":443" {
    ssl.engine = "enable"
    ssl.pemfile = "$tls/example.org.pem"
}
\$HTTP["host"] =~ "(^|\.)example\.com\$" {
    ssl.pemfile = "$tls/example.com.pem"
}
END
}

with_lighttpd()
{
    cat >"$work/lighttpd.conf" <<END
server.document-root = "$work/own"
server.port = 80
server.errorlog = "/dev/stderr"
mimetype.assign = ( ".txt" => "text/plain" )
END
    if [ -e /usr/lib/lighttpd/mod_openssl.so ]; then
        lighttpd_tls >>"$work/lighttpd.conf"
        asks=ask_both
    else
        tap_skip 'lighttpd, https' 'its mod_openssl is not here'
        asks=ask_http
    fi
    echo "include \"$site/conf/lighttpd.conf\"" >>"$work/lighttpd.conf"
    begin lighttpd lighttpd -D -f "$work/lighttpd.conf"
    $asks lighttpd
    finish lighttpd 'invalid chars|bad host|invalid request'
}

# caddy_tls DOMAIN: its sites with TLS.
caddy_tls()
{
    cat <<END
https://*.$1 {
    tls $tls/$1.crt $tls/$1.key
    import portolan
}
https://$1 {
    tls $tls/$1.crt $tls/$1.key
    import own
}
END
}

with_caddy()
{
    cat >"$work/Caddyfile" <<END
{
    auto_https off
    admin off
}
import "$site/conf/Caddyfile"
(own) {
    import portolan_domain
    root * "$work/own"
    file_server
}
http://autoconfig.*, http://autoconfig.*.*, http://autodiscover.*.*, http://ua-auto-config.*.* {
    import portolan
}
http://example.org, http://example.com {
    import own
}
$(caddy_tls example.org)
$(caddy_tls example.com)
http:// {
    respond 421
}
https:// {
    tls $tls/example.org.crt $tls/example.org.key
    respond 421
}
END
    XDG_DATA_HOME=$work/caddy XDG_CONFIG_HOME=$work/caddy \
        begin caddy "$caddy" run --config "$work/Caddyfile" \
        --adapter caddyfile
    ask_both caddy
    finish caddy 'No files matching|not formatted|"level":"warn"'
}

for name in nginx lighttpd caddy; do
    program=$name
    [ $name != caddy ] || program=$caddy
    why=$(lacks "$program")
    if [ -n "$why" ]; then
        tap_skip "$name serves it" "$why"
    else
        with_$name
    fi
done

# ---- name servers ----

# Zones as an administrator has them, with ours included.
for domain in example.org example.com; do
    cat >"$work/$domain.zone" <<END
\$ORIGIN $domain.
@ 3600 IN SOA ns.$domain. root.$domain. 1 3600 600 86400 300
@ 3600 IN NS ns.$domain.
ns 3600 IN A 127.0.0.1
@ 3600 IN A 192.0.2.80
\$INCLUDE $site/dns/$domain.zone
END
done

# wanted: what dig has to say, by the documents.
digest=$(openssl dgst -sha256 -binary \
    "$site/www/example.org/.well-known/user-agent-configuration.json" |
    base64)
cat >"$work/wanted" <<END
autoconfig.example.org CNAME web.example.net.
autodiscover.example.com CNAME web.example.net.
ua-auto-config.example.org CNAME web.example.net.
_autodiscover._tcp.example.org SRV 0 1 443 autodiscover.example.org.
_imaps._tcp.example.org SRV 0 1 993 imap.example.net.
_submissions._tcp.example.com SRV 0 1 465 smtp.example.net.
_carddavs._tcp.example.org SRV 0 1 443 dav.example.net.
_carddavs._tcp.example.org TXT "path=/book/"
_ua-auto-config.example.org TXT "v=UAAC1; a=sha256; d=$digest"
END

# differences: between what is wanted and what the server at 5353 says.
differences()
{
    while read -r name type rest; do
        got=$(kdig +short +retry=0 -p 5353 @127.0.0.1 "$name" "$type" 2>&1)
        [ "$got" = "$rest" ] || echo "$name $type: $got"
    done <"$work/wanted"
}

# await_dns: until it answers.
await_dns()
{
    for _ in $(seq 100); do
        kdig +time=1 +retry=0 -p 5353 @127.0.0.1 example.org SOA 2>&1 |
            grep -q NOERROR && return
        sleep 0.1
    done
}

with_knot()
{
    mkdir "$work/knot"
    cat >"$work/knot.conf" <<END
server:
    listen: 127.0.0.1@5353
    rundir: $work
database:
    storage: $work/knot
zone:
  - domain: example.org
    file: $work/example.org.zone
  - domain: example.com
    file: $work/example.com.zone
END
    tap_verdict 'knot finds no fault with the zones' \
        "$(knotc -c "$work/knot.conf" zone-check 2>&1 |
            grep -E 'error|warning')"
    knotd -c "$work/knot.conf" >"$work/knot.out" 2>&1 </dev/null &
    server=$!
    keep "$server"
    await_dns
    tap_verdict 'knot says what is published' "$(differences)"
    kill "$server"
    wait "$server" 2>/dev/null
}

with_nsd()
{
    cat >"$work/nsd.conf" <<END
server:
    ip-address: 127.0.0.1@5353
    zonesdir: $work
    pidfile: $work/nsd.pid
    xfrdfile: $work/nsd.xfrd
    zonelistfile: $work/nsd.list
    database: ""
    username: ""
remote-control:
    control-enable: no
zone:
    name: example.org
    zonefile: $work/example.org.zone
zone:
    name: example.com
    zonefile: $work/example.com.zone
END
    for domain in example.org example.com; do
        tap_verdict "nsd finds no fault with the zone of $domain" \
            "$(nsd-checkzone "$domain" "$work/$domain.zone" 2>&1 |
                grep -v ' is ok$')"
    done
    nsd -d -c "$work/nsd.conf" >"$work/nsd.out" 2>&1 </dev/null &
    server=$!
    keep "$server"
    await_dns
    tap_verdict 'nsd says what is published' "$(differences)"
    kill "$server"
    wait "$server" 2>/dev/null
}

for pair in knot:knotd nsd:nsd; do
    why=$(lacks "${pair#*:}")
    [ -n "$why" ] || why=$(lacks kdig)
    if [ -n "$why" ]; then
        tap_skip "${pair%:*} serves the records" "$why"
    else
        "with_${pair%:*}"
    fi
done
tap_done
