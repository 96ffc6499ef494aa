# mail_real.sh - a real mail server in the lab's own name space: Dovecot for
# IMAP, POP3 and ManageSieve, Postfix for SMTP.  Source it after lab.sh.
# shellcheck shell=sh

# real_lacks: what it cannot do without, and is not here.
real_lacks()
{
    for program in /usr/sbin/dovecot /usr/lib/dovecot/managesieve \
        /usr/sbin/postfix; do
        [ -x "$program" ] || echo "$program"
    done
    [ "$(id -u)" = 0 ] || echo 'root, for Postfix'
}

# begin_dovecot ADDRESS CERT KEY: at standard ports, and at these moved ones:
# IMAP 1143, IMAPS 1993.  ann@real.test and ann have the password "secret",
# and what goes by them is in dovecot.log.
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
listen = $1
protocols = imap pop3 sieve
ssl = required
ssl_cert = <$2
ssl_key = <$3
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

# begin_postfix ADDRESS CERT KEY: relay 25, submission 587, submissions 465,
# and 2587 and 2465.  Who signs in asks Dovecot.
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
smtpd_tls_cert_file = $2
smtpd_tls_key_file = $3
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = $work/dovecot/auth-postfix
smtpd_tls_auth_only = yes
smtpd_client_connection_rate_limit = 0
END
    postfix_services "$1" >"$work/postfix/master.cf"
    /usr/sbin/postfix -c "$work/postfix" start >"$work/postfix.err" 2>&1
    wait_for_ports "$1" 25 465 587 2465 2587
    postfix_master=$(tr -d ' ' <"$work/postfix/queue/pid/master.pid")
    keep "$postfix_master"
}

# postfix_services ADDRESS: no chroot, nothing but what a visit needs.
postfix_services()
{
    sasl='-o smtpd_sasl_auth_enable=yes -o smtpd_tls_security_level=encrypt'
    echo "$1:25 inet n - n - - smtpd"
    for port in 587 2587; do
        echo "$1:$port inet n - n - - smtpd $sasl"
    done
    for port in 465 2465; do
        echo "$1:$port inet n - n - - smtpd $sasl" \
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

# wait_for_ports ADDRESS PORT...
wait_for_ports()
{
    at=$1
    shift
    for port in "$@"; do
        for _ in $(seq 100); do
            if ss -ltnH "src $at:$port" | grep -q .; then
                break
            fi
            sleep 0.1
        done
    done
}
