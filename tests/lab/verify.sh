#!/bin/sh
# --verify and --login with real servers, and with those nobody should trust:
# what is refused, what takes its place, and who is ever told the password.
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
# shellcheck source=tests/fakes/mail_world.sh
. "$top/tests/fakes/mail_world.sh"

# server TYPE HOST PORT SOCKET: one of an autoconfig file.
server()
{
    direction=incomingServer
    [ "$1" != smtp ] || direction=outgoingServer
    echo "<$direction type='$1'><hostname>$2</hostname><port>$3</port>" \
        "<socketType>$4</socketType><username>${username-%EMAILADDRESS%}" \
        "</username><authentication>password-cleartext</authentication>" \
        "</$direction>"
}

# publish SERVERS: in $work/config.xml.
publish()
{
    printf '%s\n' "<clientConfig version='1.1'><emailProvider id='real.test'>" \
        "<domain>real.test</domain>$1</emailProvider></clientConfig>" \
        >"$work/config.xml"
}

good="$(server imap imap.real.test 993 SSL)$(server smtp smtp.real.test 465 SSL)"
from="--from $work/config.xml --ca-file $rogues/ca.pem"
ask="--login --password-command"

# attempts: what Dovecot was asked, and said, since the last time; in
# $work/attempts.
attempts()
{
    sleep 0.3 # for the log
    tail -n "+$((heard_lines + 1))" "$work/dovecot.log" |
        sed -nE 's/.*Login: user=<([^>]*)>.*/\1 yes/p
            s/.*passwd-file\(([^,]*),.*(mismatch|unknown user).*/\1 no/p' \
        >"$work/attempts"
    heard_lines=$(wc -l <"$work/dovecot.log")
}
heard_lines=0

# outcome SERVICE: how the chosen one was proven.
outcome()
{
    echo "next(s['proof']['outcome'] for s in j['servers']
        if s['chosen'] and s['service'] == '$1')"
}

login()
{
    echo "next(s['proof']['login']['outcome'] for s in j['servers']
        if s['chosen'] and s['service'] == '$1')"
}

check_verify()
{
    publish "$good"
    # shellcheck disable=SC2086 # words
    expect 'servers that answer as they should are proven' \
        "status == 0 and $(outcome imap) == 'works' and
            $(outcome submission) == 'works'" find ann@real.test $from --verify
    publish "$(server imap imap.real.test 144 SSL
        server imap imap.real.test 143 STARTTLS)$(server smtp smtp.real.test \
        465 SSL)"
    # shellcheck disable=SC2086
    expect 'one that does not gives way to the next of the same file' \
        "status == 0 and $(outcome imap) == 'works' and
            j['servers'][0]['port'] == 143" find ann@real.test $from --verify
    publish "$(server imap imap.real.test 143 SSL)$(server smtp \
        smtp.real.test 465 SSL)"
    # shellcheck disable=SC2086
    run write mbsync ann@real.test $from --verify -o "$work/written"
    tap_verdict 'SSL at a STARTTLS port is refused, and said in words' \
        "$([ "$status" = 5 ] && [ ! -e "$work/written" ] &&
            grep -q 'STARTTLS' "$work/err" || cat "$work/out" "$work/err")"
    for kind in '994 nothing.listens' '465 SMTP'; do
        publish "$(server imap imap.real.test "${kind% *}" SSL)$(server smtp \
            smtp.real.test 465 SSL)"
        # shellcheck disable=SC2086
        run write mbsync ann@real.test $from --verify -o "$work/written"
        tap_verdict "IMAP at ${kind% *} is refused, and why is said" \
            "$([ "$status" = 5 ] && [ ! -e "$work/written" ] &&
                grep -q "${kind#* }" "$work/err" ||
                cat "$work/out" "$work/err")"
    done
    publish "$(server imap imap.real.test 143 SSL)$(server smtp \
        smtp.real.test 465 SSL)"
    # shellcheck disable=SC2086
    run write mbsync ann@real.test $from -o "$work/written"
    tap_verdict 'unless nobody asks for a proof' \
        "$([ "$status" = 0 ] && [ -e "$work/written" ] || cat "$work/err")"
}

check_login()
{
    publish "$good"
    attempts
    # shellcheck disable=SC2086
    expect 'the right password is accepted by both servers' \
        "status == 0 and $(login imap) == $(login submission) == 'accepted'" \
        find ann@real.test $from $ask 'echo secret'
    attempts
    tap_verdict 'with one try at each' \
        "$(echo 'ann@real.test yes' | diff - "$work/attempts")"
    # shellcheck disable=SC2086
    expect 'a wrong one is denied' "status == 1 and $(login imap) == 'denied'" \
        find ann@real.test $from $ask 'echo wrong'
    attempts
    tap_verdict 'after one try at each, by the name that is published' \
        "$(printf 'ann@real.test no\n%.0s' 1 2 | diff - "$work/attempts")"
    expect 'who signs in by the part before the @ is found out' \
        "status == 0 and $(login imap) == $(login submission) == 'accepted' and
            {s['username'] for s in j['servers'] if s['chosen']} == {'bob'}" \
        find bob@real.test --only guess --ca-file "$rogues/ca.pem" $ask \
        'echo secret'
    attempts
    tap_verdict 'with the whole address first, and the right one next time' \
        "$(printf 'bob@real.test no\nbob yes\n' | diff - "$work/attempts")"
    expect 'a wrong one for a name nobody publishes' 'status == 1' \
        find ann@real.test --only guess --ca-file "$rogues/ca.pem" $ask \
        'echo wrong'
    attempts
    tap_verdict 'is tried twice at the first server, once at the next' \
        "$(printf '%s no\n' ann@real.test ann ann@real.test |
            diff - "$work/attempts")"
    publish "$(server imap expired-imaps.rogue.test 993 SSL)$(server smtp \
        stripped-smtp.rogue.test 587 STARTTLS)"
    # shellcheck disable=SC2086
    expect 'nobody signs in where the certificate is no good, or there is none' \
        'status != 0' find ann@real.test $from $ask 'echo canary-5ecret'
    tap_verdict 'and nothing was said there that could be a password' \
        "$(grep -iE 'auth|login|Y2FuYXJ5|canary' "$rogues/heard")"
    for rogue in refuses leaves inject inject-late self-signed; do
        publish "$(server imap $rogue-imap.rogue.test 143 STARTTLS)$(server \
            smtp $rogue-smtp.rogue.test 587 STARTTLS)"
        # shellcheck disable=SC2086
        expect "nor where it is so: $rogue" 'status != 0' \
            find ann@real.test $from --timeout 9 $ask 'echo canary-5ecret'
    done
    publish "$(server imap no-way-in-imap.rogue.test 993 SSL)$(server smtp \
        no-way-in-smtp.rogue.test 465 SSL)"
    # shellcheck disable=SC2086
    expect 'where no password is taken, that is told' \
        "$(login imap) == $(login submission) == 'no-method'" \
        find ann@real.test $from $ask 'echo canary-5ecret'
    tap_verdict 'these servers were visited' "$(for rogue in refuses-imap \
        inject-late-smtp no-way-in-imap no-way-in-smtp; do
        grep -q "\"$rogue\"" "$rogues/heard" || echo "not $rogue"
    done)"
    tap_verdict 'and not told anything either' \
        "$(grep -iE 'auth|login|Y2FuYXJ5|canary' "$rogues/heard")"
    for command in 'exit 3' true; do
        # shellcheck disable=SC2086
        run find ann@real.test $from $ask "$command"
        tap_verdict "a command that gives no password ends it: $command" \
            "$([ "$status" = 2 ] && grep -q 'hint: ' "$work/err" ||
                cat "$work/err")"
    done
    # shellcheck disable=SC2086
    run find ann@real.test $from --login
    tap_verdict 'without a terminal and a command there is no password' \
        "$([ "$status" = 2 ] && grep -q 'hint: ' "$work/err" ||
            cat "$work/err")"
    # shellcheck disable=SC2086
    run find ann@real.test $from $ask 'echo canary-5ecret' \
        --record "$work/recorded"
    tap_verdict 'no password is in what was said or recorded' \
        "$([ -e "$work/recorded" ] || echo 'not recorded'
            grep -lE 'canary-5ecret|Y2FuYXJ5|5ecret' "$work/recorded" "$said")"
}

# visits: how often somebody came to Dovecot, and left without signing in.
visits()
{
    grep -c 'no auth attempts' "$work/dovecot.log"
}

check_crowd()
{
    before=$(visits)
    seq -f 'u%g@real.test' 200 | timeout 60 "$portolan" find - --only guess \
        --ca-file "$rogues/ca.pem" >"$work/out" 2>"$work/err"
    sleep 0.5 # for the log
    tap_verdict 'two hundred addresses of one domain are guessed' \
        "$([ "$(grep -c '"status":"ok"' "$work/out")" = 200 ] ||
            head -c 2000 "$work/out" "$work/err")"
    came=$(($(visits) - before))
    tap_verdict 'and its servers see few visits' \
        "$([ "$came" -le 8 ] || echo "$came visits")"
    publish "$good"
    before=$(visits)
    # shellcheck disable=SC2086
    seq -f 'u%g@real.test' 200 | timeout 60 "$portolan" find - $from --verify \
        >"$work/out" 2>"$work/err"
    sleep 0.5
    came=$(($(visits) - before))
    tap_verdict 'nor many when each of them is to be proven' \
        "$([ "$(grep -o '"outcome":"works"' "$work/out" | wc -l)" = 400 ] &&
            [ "$came" -le 8 ] || echo "$came visits" \
            "$(head -c 1000 "$work/out" "$work/err")")"
}

lacks=$(real_lacks | tr '\n' ' ')
[ "$LAB_ALONE" = yes ] || lacks="$lacks name spaces of its own"
if [ -n "$lacks" ]; then
    tap_skip 'proving settings' "not here: $lacks"
    tap_done
fi
new_home ann
begin_rogues
begin_real
check_verify
check_login
check_crowd
tap_done
