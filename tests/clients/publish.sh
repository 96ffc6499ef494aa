#!/bin/sh
# A real Thunderbird sets itself up by what `portolan publish` wrote, from a mail
# address and a password: knot says the records, nginx serves the files by
# https, and what it signs in to is Dovecot and Postfix.  By autoconfig; and by
# Autodiscover where there is no autoconfig: by the document for everybody, in
# which no login name stands.
# shellcheck disable=SC2154 # work, portolan, rogues: lab.sh, mail_world.sh
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
# shellcheck source=tests/fakes/nginx.sh
. "$top/tests/fakes/nginx.sh"
# shellcheck source=tests/fakes/thunderbird.sh
. "$top/tests/fakes/thunderbird.sh"

lacks=$(thunderbird_lacks nginx knotd kdig)
if [ -n "$lacks" ]; then
    tap_skip 'Thunderbird sets itself up' "not here: $(echo "$lacks" |
        tr '\n' ' ')"
    tap_done
fi
site=$work/site

# begin_knot: real.test, as its administrator has it, with our records included.
begin_knot()
{
    cat >"$work/real.test.zone" <<END
\$ORIGIN real.test.
@ 300 IN SOA ns.real.test. root.real.test. 1 3600 600 86400 300
@ 300 IN NS ns.real.test.
@ 300 IN A 127.0.0.1
ns 300 IN A 127.0.0.1
web 300 IN A 127.0.0.1
imap 300 IN A $real
smtp 300 IN A $real
\$INCLUDE $site/dns/real.test.zone
END
    mkdir "$work/knot"
    cat >"$work/knot.conf" <<END
server:
    listen: 127.0.0.1@53
    rundir: $work
database:
    storage: $work/knot
zone:
  - domain: real.test
    file: $work/real.test.zone
END
    knotd -c "$work/knot.conf" >"$work/knot.out" 2>&1 </dev/null &
    keep $!
    for _ in $(seq 100); do
        [ -z "$(kdig +short +time=1 +retry=0 @127.0.0.1 autoconfig.real.test \
            2>"$work/kdig.err")" ] || return 0
        sleep 0.05
    done
    tap_verdict 'knot takes the records' "$(cat "$work/knot.out")"
}

# make_certificate: for all names of real.test, by whom Thunderbird trusts.
make_certificate()
{
    mkdir "$work/tls"
    openssl req -x509 -CA "$rogues/ca.pem" -CAkey "$rogues/ca.key" \
        -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
        -subj /CN=real.test \
        -addext 'subjectAltName=DNS:real.test,DNS:*.real.test' \
        -addext basicConstraints=CA:FALSE \
        -keyout "$work/real.key" -out "$work/real.crt" 2>"$work/openssl.err"
    cat "$work/real.crt" "$work/real.key" >"$work/tls/real.test.pem"
    chmod 644 "$work/tls/real.test.pem"
}

begin_nginx()
{
    {
        nginx_head
        cat <<END
    access_log $work/nginx.log;
    include "$site/conf/nginx.conf";
    server {
        listen 443 ssl;
        server_name real.test;
        ssl_certificate $work/tls/real.test.pem;
        ssl_certificate_key $work/tls/real.test.pem;
        include "$site/conf/nginx-locations.conf";
    }
    server {
        listen 443 ssl;
        server_name ~^(?:autoconfig|autodiscover|ua-auto-config)\.;
        ssl_certificate $work/tls/\$portolan_certified.pem;
        ssl_certificate_key $work/tls/\$portolan_certified.pem;
        include "$site/conf/nginx-names.conf";
    }
}
END
    } >"$work/nginx.conf"
    nginx -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 </dev/null &
    keep $!
    wait_port 443
}

new_home ann
begin_rogues
begin_real
use_resolver
real_xml >"$work/real.xml"
tap_verdict 'real.test is published' "$(
    "$portolan" publish -o "$site" --host web.real.test \
        --from "$work/real.xml" real.test >"$work/out" 2>"$work/err" ||
        cat "$work/out" "$work/err")"
make_certificate
begin_knot
begin_nginx
tap_verdict 'by autoconfig, and it signs in at real servers' \
    "$(signs_in_at_real xml-from-isp-https "$rogues/ca.pem")"
rm -r "$site/www/real.test/mail" "$site/www/real.test/.well-known/autoconfig"
tap_verdict 'by Autodiscover, where there is no autoconfig' \
    "$(signs_in_at_real exchange-from-url1 "$rogues/ca.pem")"
tap_verdict 'the document that everybody gets has no login name' "$(
    grep -i loginname "$site/www/real.test/autodiscover/autodiscover.xml")"
tap_verdict 'the web server has logged no address' \
    "$(grep -E 'ann|%40' "$work/nginx.log" "$work/nginx.out")"
tap_done
