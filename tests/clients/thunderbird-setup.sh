#!/bin/sh
# What people type, with a real Thunderbird: `portolan update` repairs an
# account that Thunderbird has made, also while it runs; `portolan setup` adds
# one, to a profile with accounts, to an empty folder, and where there was none.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
judge=$top/tests/clients/thunderbird_update.py
program=${TB_BIN:-/usr/lib/thunderbird/thunderbird}
[ -x "$program" ] || {
    tap_skip 'Thunderbird follows the bridge' 'thunderbird is not installed'
    tap_done
}
# shellcheck disable=SC2046 # six ports
set -- $(free_ports 6)
in1=$1 out1=$2 in2=$3 out2=$4 in3=$5 out3=$6

# asks ARG...: Thunderbird, in $work/got.
asks()
{
    timeout 100 python3 "$judge" "$@" >"$work/got" 2>"$work/problem" ||
        cat "$work/problem"
}

# signs_in DIR [PASSWORD]: complaints; without one it has kept its own.
signs_in()
{
    asks signs-in "$@"
    printf 'imap ok\nsmtp ok\n' | diff - "$work/got"
}

# cannot_sign_in DIR
cannot_sign_in()
{
    asks signs-in "$1"
    grep ' ok$' "$work/got"
}

# ended STATUS TEXT...: complaints, of what is on either stream.
ended()
{
    [ "$status" = "$1" ] || echo "exit status $status, want $1"
    shift
    for text in "$@"; do
        cat "$work/out" "$work/err" | tr '\n' ' ' | tr -s ' ' |
            grep -qF -e "$text" || {
            echo "not said: $text"
            cat "$work/out" "$work/err"
        }
    done
}

# write_config SERVICE HOST IN OUT SECURITY
write_config()
{
    cat <<END
<clientConfig version="1.1"><emailProvider id="example.org">
<domain>example.org</domain><displayName>Example</displayName>
<incomingServer type="$1"><hostname>$2</hostname><port>$3</port>
<socketType>$5</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>$2</hostname><port>$4</port>
<socketType>$5</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
END
}

# move_to STATE IMAP SMTP: the bridge, which is this test's own.
move_to()
{
    kill "$proton" 2>/dev/null
    wait "$proton" 2>/dev/null
    start_proton_here "$@"
}

remember()
{
    rm -rf "$work/before"
    mkdir "$work/before"
    cp "$profile"/prefs.js "$profile"/cert_override.txt "$work/before"
    [ ! -e "$profile/user.js" ] || cp "$profile/user.js" "$work/before"
}

# unchanged: complaints.
unchanged()
{
    for path in "$work/before"/*; do
        cmp "$path" "$profile/${path##*/}"
    done
}

# same_servers: complaints; Thunderbird that runs writes other things.
same_servers()
{
    for dir in "$work/before" "$profile"; do
        grep -E 'port"|socketType|try_ssl|accounts"' "$dir/prefs.js" \
            >"$work/servers.${dir##*/}"
    done
    diff "$work/servers.before" "$work/servers.ann"
}

# expect_lines LINE...: those that are new, and no others.
expect_lines()
{
    printf '%s\n' "$@" | LC_ALL=C sort >"$work/want"
    for name in prefs.js cert_override.txt; do
        diff "$work/before/$name" "$profile/$name" | sed -n 's/^> //p'
    done | sed -e 's/\.server[0-9][0-9]*\./.SERVER./' \
        -e 's/\.smtp[0-9][0-9]*\./.SMTP./' | LC_ALL=C sort |
        diff "$work/want" -
}

# pref NAME NUMBER
pref()
{
    echo "user_pref(\"mail.$1\", $2);"
}

# exception PORT
exception()
{
    printf '127.0.0.1:%s:\tOID.2.16.840.1.101.3.4.2.1\t%s\t\n' "$1" "$(
        openssl x509 -in "$HOME/cert.pem" -noout -fingerprint -sha256 |
            sed 's/.*=//')"
}

# hold WHAT: Thunderbird runs, as $held.
hold()
{
    rm -f "$work/runs"
    python3 "$judge" holds "$profile" "$work/runs" >"$work/problem" 2>&1 &
    held=$!
    keep "$held"
    wait_file "$work/runs" "$held"
    tap_verdict "$1" "$([ -e "$work/runs" ] || cat "$work/problem")"
}

# start_until TEXT FILE: Thunderbird, as its user starts it, until it has
# written that.
start_until()
{
    (
        MOZ_HEADLESS=1 timeout 20 "$program" --headless >"$work/first" 2>&1 &
        first=$!
        for _ in $(seq 150); do
            ! grep -qs "$1" "$2" || break
            sleep 0.1
        done
        kill "$first"
        wait "$first"
    ) 2>/dev/null
}

# ---- an account of Thunderbird's own ----

start_proton welcoming "$in1" "$out1"
profile=$HOME/.thunderbird/ann
mkdir -p "$profile"
printf '[Profile0]\nIsRelative=1\nPath=ann\n' \
    >"$HOME/.thunderbird/profiles.ini"
write_config imap 127.0.0.1 "$in1" "$out1" STARTTLS >"$work/config.xml"
openssl x509 -in "$HOME/cert.pem" -outform DER -out "$work/cert.der"
asks create "$profile" "$work/config.xml" ann@proton.me canary-5ecret \
    "$work/cert.der" "$in1" "$out1"
tap_verdict 'Thunderbird makes an account, and signs in' \
    "$(signs_in "$profile")"
run update
tap_verdict 'which is right' "$(ended 0 'is right')"

move_to welcoming "$in2" "$out2"
tap_verdict 'once the bridge has moved, it cannot' \
    "$(cannot_sign_in "$profile")"
remember
run update
tap_verdict 'after an update it can, and asks nothing' \
    "$(ended 0; signs_in "$profile")"
tap_verdict 'ports and exceptions are different, and nothing else' "$(
    expect_lines "$(pref server.SERVER.port "$in2")" \
        "$(pref smtpserver.SMTP.port "$out2")" \
        "$(exception "$in2")" "$(exception "$out2")")"

move_to welcoming-tls "$in2" "$out2"
tap_verdict 'once the bridge has TLS from the first byte, it cannot' \
    "$(cannot_sign_in "$profile")"
remember
run update
tap_verdict 'after an update it can again' \
    "$(ended 0; signs_in "$profile")"
tap_verdict 'the protection is different, and nothing else' "$(
    expect_lines "$(pref server.SERVER.socketType 3)" \
        "$(pref smtpserver.SMTP.try_ssl 3)")"

rm -rf "$work/vault"
move_to welcoming-tls "$in2" "$out2"
tap_verdict 'once the certificate is another, it cannot' \
    "$(cannot_sign_in "$profile")"
remember
run update
tap_verdict 'which is nothing to be updated unasked' \
    "$(ended 5 '--accept-new-certificate'; unchanged)"
run update --accept-new-certificate
tap_verdict 'but when it was asked for, it can again' \
    "$(ended 0; signs_in "$profile")"
tap_verdict 'the exceptions are different, and nothing else' \
    "$(expect_lines "$(exception "$in2")" "$(exception "$out2")")"

# ---- one that runs ----

hold 'Thunderbird runs'
move_to welcoming "$in3" "$out3"
remember
run update
tap_verdict 'while it runs, nothing is touched' \
    "$(ended 8 '--defer'; same_servers
    cmp "$work/before/cert_override.txt" "$profile/cert_override.txt"
    cmp "$work/before/user.js" "$profile/user.js")"
write_config imap mail.example.org 995 465 SSL >"$work/config.xml"
run setup thunderbird bea@example.org --from "$work/config.xml"
tap_verdict 'nor is an account added' \
    "$(ended 8 'close it'; same_servers
    cmp "$work/before/user.js" "$profile/user.js")"
run update --defer
tap_verdict 'what is deferred is told, and is not in its preferences' "$(
    ended 0 'start it again'
    same_servers
    grep -c portolan "$profile/user.js" | grep -vx 2)"
cp "$profile/user.js" "$work/user.js"
run update --defer
tap_verdict 'deferred again, nothing is added' \
    "$(ended 0 'is right'; cmp "$work/user.js" "$profile/user.js")"
end "$held"
tap_verdict 'closed, it has not taken it, and has not lost it' "$(
    grep -q "port\", $in3" "$profile/prefs.js" && echo 'taken too early'
    grep -q "^127.0.0.1:$in3:" "$profile/cert_override.txt" ||
        cat "$profile/cert_override.txt")"
tap_verdict 'it starts, and signs in' "$(signs_in "$profile")"
hold 'it is started again'
end "$held"
tap_verdict 'then it has taken it' "$(
    [ "$(grep -cE "port\", ($in3|$out3)\)" "$profile/prefs.js")" = 2 ] ||
        grep port "$profile/prefs.js")"
cp "$profile/prefs.js" "$work/prefs.js"
run update
tap_verdict 'and the next update takes away what waited' "$(
    ended 0 'taken'
    grep -n portolan "$profile/user.js"
    grep -nE "port\", ($in3|$out3)\)" "$profile/user.js"
    cmp "$work/prefs.js" "$profile/prefs.js")"
tap_verdict 'it signs in as before' "$(signs_in "$profile")"
run update
tap_verdict 'after which all is right' "$(ended 0 'is right')"

hold 'Thunderbird runs once more'
move_to welcoming "$in1" "$out1"
run update --defer
end "$held"
run update
tap_verdict 'what was never taken is put where it belongs' "$(
    ended 0
    grep -n portolan "$profile/user.js"
    [ "$(grep -cE "port\", ($in1|$out1)\)" "$profile/prefs.js")" = 2 ] ||
        grep port "$profile/prefs.js"
    signs_in "$profile")"

# ---- accounts that are added ----

# says DIR FILE: what Thunderbird says of its accounts.
says()
{
    asks says "$1"
    cp "$work/got" "$2"
}

# like_its_own SERVICE DIFFERENCE...: is an account that is added to what
# Thunderbird has as one that Thunderbird adds itself?  What is different: that
# a password is the way to sign in, Thunderbird need not be told.
like_its_own()
{
    service=$1
    shift
    write_config "$service" mail.example.org 995 465 SSL >"$work/config.xml"
    for who in ours its; do
        mkdir -p "$work/$service"
        cp -a "$work/populated" "$work/$service/$who"
    done
    asks makes "$work/$service/its" "$work/config.xml" bea@example.org
    run setup thunderbird bea@example.org --name 'Ann Example' \
        --from "$work/config.xml" --profile "$work/$service/ours"
    ended 0 'password'
    for who in ours its; do
        says "$work/$service/$who" "$work/$service/$who.says"
    done
    printf '%s\n' "$@" >"$work/want"
    diff "$work/$service/its.says" "$work/$service/ours.says" |
        sed -n 's/^\([<>]\) mail\.server\.server[0-9]*\./\1 /p;t
            /^[<>]/p' | LC_ALL=C sort | diff "$work/want" -
}

cp -a "$profile" "$work/populated"
rm -f "$work/populated/user.js" "$work/populated/lock" \
    "$work/populated/.parentlock"
tap_verdict 'an account that is added is as one of its own' \
    "$(like_its_own imap '> authMethod 3')"
tap_verdict 'to receive by POP3, too, but for what would empty the mailbox' \
    "$(like_its_own pop3 '< delete_by_age_from_server True' \
        '< delete_mail_left_on_server True' \
        '< num_days_to_leave_on_server 14' '> authMethod 3')"
tap_verdict 'what was there is as it was' "$(
    diff "$work/populated/prefs.js" "$work/imap/ours/prefs.js" |
        grep '^<' | sed 's/.*"\(mail[^"]*\)".*/\1/' | LC_ALL=C sort |
        tr '\n' ' ' | grep -vx 'mail.account.lastKey mail.accountmanager.accounts mail.smtpservers ')"
tap_verdict 'and signs in as before' \
    "$(asks signs-in "$work/imap/ours"
        [ "$(grep -c ' ok$' "$work/got")" = 2 ] || cat "$work/got")"
cp "$work/imap/ours/prefs.js" "$work/prefs.js"
write_config imap mail.example.org 995 465 SSL >"$work/config.xml"
run setup thunderbird bea@example.org --from "$work/config.xml" \
    --profile "$work/imap/ours"
tap_verdict 'it is not added a second time' \
    "$(ended 0 'is right'; cmp "$work/prefs.js" "$work/imap/ours/prefs.js")"

mkdir "$work/empty"
run setup thunderbird ann@proton.me --profile "$work/empty"
tap_verdict 'an account is added to an empty folder' "$(ended 0 password)"
tap_verdict 'where Thunderbird signs in, once it was told the password' \
    "$(signs_in "$work/empty" any)"
run setup thunderbird ann@proton.me --profile "$work/nowhere"
tap_verdict 'but not to one that is not there' "$(ended 2 "nowhere'")"

mv "$HOME/.thunderbird" "$work/old"
run setup thunderbird ann@proton.me
fresh=$HOME/.thunderbird/portolan.default
tap_verdict 'where Thunderbird never ran, a profile is made' \
    "$(ended 0 password; ls "$fresh/prefs.js" 2>&1 >/dev/null)"
tap_verdict 'in which it signs in' "$(signs_in "$fresh" any)"
start_until localfoldersserver "$fresh/prefs.js"
tap_verdict 'and which is its own from the first start' "$(
    grep -q localfoldersserver "$fresh/prefs.js" || ls "$fresh"
    for path in "$HOME"/.thunderbird/*default*; do
        [ "$path" = "$fresh" ] || echo "$path"
    done)"
run undo
tap_verdict 'undone, what Thunderbird has changed since is left, and told' \
    "$(ended 5 'prefs.js')"

rm -rf "$HOME/.thunderbird"
start_until Locked=1 "$HOME/.thunderbird/installs.ini"
opened=$(sed -n 's/^Default=//p' "$HOME/.thunderbird/installs.ini")
run setup thunderbird ann@proton.me
tap_verdict 'of the profiles of a first start, the one it opens gets it' "$(
    ended 0 password
    case $opened in *default*) ;; *) ls "$HOME/.thunderbird" ;; esac
    grep -ls ann@proton.me "$HOME"/.thunderbird/*/prefs.js |
        grep -vx "$HOME/.thunderbird/$opened/prefs.js")"
tap_verdict 'and signs in from there' \
    "$(signs_in "$HOME/.thunderbird/$opened" any)"
run undo
tap_verdict 'undone, it has no account again' "$(
    ended 0
    grep -ls ann@proton.me "$HOME"/.thunderbird/*/prefs.js)"
tap_done
