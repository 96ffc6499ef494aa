# mail_world.sh - mail servers in the lab's own name space: a hundred bad ones
# (mail_rogues.py), and good ones: Dovecot for IMAP, POP3 and ManageSieve,
# Postfix for SMTP, with the same certificate.  Source it after lab.sh.
# shellcheck shell=sh

PATH=$PATH:/usr/sbin:/sbin
rogues=$work/rogues # their files; ca.pem is whom all good ones trust
real=198.51.100.10  # imap, mail, pop and smtp.real.test

# begin_rogues: they listen when it returns, and their names are known.
begin_rogues()
{
    ip addr add 198.51.100.1/24 dev lo
    ip addr add 2001:db8::77/128 dev lo nodad
    ip route add 203.0.113.99/32 dev lo # where packets are lost
    ip route add 2001:db8::dead/128 dev lo
    mkdir "$rogues"
    python3 -W ignore "$fakes/mail_rogues.py" "$rogues" 2>"$work/rogues.err" &
    keep $!
    wait_file "$rogues/ready" $!
    mount --bind "$rogues/hosts" "$(readlink -f /etc/hosts)"
}

# begin_real: after the rogues.
begin_real()
{
    begin_dovecot
    begin_postfix
}

# real_lacks: what it cannot do without, and is not here.
real_lacks()
{
    for program in /usr/sbin/dovecot /usr/lib/dovecot/managesieve \
        /usr/sbin/postfix; do
        [ -x "$program" ] || echo "$program"
    done
    [ "$(id -u)" = 0 ] || echo 'root, for Postfix'
}

# begin_dovecot: at the standard ports, and IMAP at 1143, IMAPS at 1993.
# ann@real.test and bob have the password "secret"; dovecot.log tells who signs
# in.
begin_dovecot()
{
    mkdir "$work/dovecot" "$work/mail"
    chown nobody "$work/mail"
    chmod 711 "$work"
    printf 'ann@real.test:{PLAIN}secret\nbob:{PLAIN}secret\n' >"$work/passwd"
    chmod 644 "$work/passwd"
    cat >"$work/dovecot.conf" <<END
base_dir = $work/dovecot
log_path = $work/dovecot.log
auth_verbose = yes
auth_failure_delay = 0
listen = $real
protocols = imap pop3 sieve
ssl = required
ssl_cert = <$rogues/real.pem
ssl_key = <$rogues/real.key
auth_mechanisms = plain login
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~
passdb {
    driver = passwd-file
    args = $work/passwd
}
userdb {
    driver = static
    args = uid=nobody gid=$(id -gn nobody) home=$work/mail/%u
}
service imap-login {
    inet_listener imap {
        port = 143
    }
    inet_listener imaps {
        port = 993
    }
    inet_listener imap_moved {
        port = 1143
    }
    inet_listener imaps_moved {
        port = 1993
        ssl = yes
    }
}
service pop3-login {
    inet_listener pop3 {
        port = 110
    }
    inet_listener pop3s {
        port = 995
    }
}
service managesieve-login {
    inet_listener sieve {
        port = 4190
    }
}
service anvil {
    unix_listener anvil-auth-penalty {
        mode = 0
    }
}
service auth {
    unix_listener auth-postfix {
        mode = 0666
    }
}
END
    /usr/sbin/dovecot -F -c "$work/dovecot.conf" >"$work/dovecot.err" 2>&1 &
    keep $!
    for _ in $(seq 100); do
        ! grep -q 'starting up' "$work/dovecot.log" 2>/dev/null || return 0
        sleep 0.1
    done
    cat "$work/dovecot.err" "$work/dovecot.log"
}

# begin_postfix: relay 25, submission 587, submissions 465, and 2587 and 2465.
# Dovecot says who may sign in.
begin_postfix()
{
    mkdir "$work/postfix" "$work/postfix/queue" "$work/postfix/data"
    chown postfix "$work/postfix/data"
    cat >"$work/postfix/main.cf" <<END
compatibility_level = 3.6
queue_directory = $work/postfix/queue
data_directory = $work/postfix/data
maillog_file = $work/postfix.log
maillog_file_prefixes = $work
myhostname = smtp.real.test
mydestination =
inet_interfaces = all
inet_protocols = ipv4
local_recipient_maps =
smtpd_tls_cert_file = $rogues/real.pem
smtpd_tls_key_file = $rogues/real.key
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = $work/dovecot/auth-postfix
smtpd_tls_auth_only = yes
smtpd_client_connection_rate_limit = 0
END
    postfix_services >"$work/postfix/master.cf"
    /usr/sbin/postfix -c "$work/postfix" start >"$work/postfix.err" 2>&1
    wait_for_ports 25 465 587 2465 2587
    postfix_master=$(tr -d ' ' <"$work/postfix/queue/pid/master.pid")
    keep "$postfix_master"
}

# postfix_services: no chroot, nothing but what a visit needs.
postfix_services()
{
    sasl='-o smtpd_sasl_auth_enable=yes -o smtpd_tls_security_level=encrypt'
    echo "$real:25 inet n - n - - smtpd"
    for port in 587 2587; do
        echo "$real:$port inet n - n - - smtpd $sasl"
    done
    for port in 465 2465; do
        echo "$real:$port inet n - n - - smtpd $sasl" \
            "-o smtpd_tls_wrappermode=yes"
    done
    cat <<END
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
}

wait_for_ports()
{
    for port in "$@"; do
        for _ in $(seq 100); do
            if ss -ltnH "src $real:$port" | grep -q .; then
                break
            fi
            sleep 0.1
        done
    done
}
