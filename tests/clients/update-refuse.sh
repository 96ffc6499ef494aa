#!/bin/sh
# What `portolan update` must not do: each is refused with one sentence that
# says why, and every byte of the clients' files stays.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck disable=SC2046 # six ports
set -- $(free_ports 6)
imap1=$1 smtp1=$2 imap2=$3 smtp2=$4 imap3=$5 smtp3=$6

# add_profile NAME: of Thunderbird, with an account at the first ports.
add_profile()
{
    mkdir -p "$HOME/.thunderbird/$1"
    cat >"$HOME/.thunderbird/$1/prefs.js" <<END
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.identity.id1.smtpServer", "smtp1");
user_pref("mail.identity.id1.useremail", "ann@proton.me");
user_pref("mail.server.server1.hostname", "127.0.0.1");
user_pref("mail.server.server1.port", $imap1);
user_pref("mail.server.server1.socketType", 2);
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.userName", "ann@proton.me");
user_pref("mail.smtpserver.smtp1.hostname", "127.0.0.1");
user_pref("mail.smtpserver.smtp1.port", $smtp1);
user_pref("mail.smtpserver.smtp1.try_ssl", 2);
user_pref("mail.smtpserver.smtp1.username", "ann@proton.me");
user_pref("mail.smtpservers", "smtp1");
END
    count=$((count + 1))
    cat >>"$HOME/.thunderbird/profiles.ini" <<END
[Profile$count]
Name=$1
IsRelative=1
Path=$1

END
}

# begin NAME: a home with one profile, whose bridge has moved.
begin()
{
    new_home "$1"
    count=-1
    add_profile one
    prefs=$HOME/.thunderbird/one/prefs.js
    start_proton_here ok "$imap2" "$smtp2"
}

# keep_bytes: of the clients' files, as they are now.
keep_bytes()
{
    sums=$(cd "$HOME/.thunderbird" && find . -type f -exec sha256sum {} + |
        sort)
}

# kept: what is otherwise than it was.
kept()
{
    now=$(cd "$HOME/.thunderbird" && find . -type f -exec sha256sum {} + |
        sort)
    [ "$now" = "$sums" ] || printf 'was:\n%s\nis:\n%s\n' "$sums" "$now"
}

# refused STATUS TEXT: complaints about the last run.
refused()
{
    [ "$status" = "$1" ] || echo "exit status $status, want $1"
    cat "$work/out" "$work/err" | tr '\n' ' ' | tr -s ' ' |
        grep -qF -e "$2" || cat "$work/out" "$work/err"
    kept
}

# has_ports FILE IMAP SMTP
has_ports()
{
    for port in "$2" "$3"; do
        grep -q "port\", $port);" "$1" || grep port "$1"
    done
}

# ---- the bridge ----

begin missing
stop_proton missing
keep_bytes
run update
tap_verdict 'a bridge that is not running: exit 7' \
    "$(refused 7 'Proton Mail Bridge is not running')"
listen "$imap1" '* OK [CAPABILITY IMAP4rev1] somebody else ready'
rogue=$listener
listen "$smtp1" '220 somebody.example ESMTP elsewhere'
run update
tap_verdict 'a rogue on its old ports is not taken for it' \
    "$(refused 7 'Proton Mail Bridge')"
end "$rogue"
end "$listener"

# listen_davmail UID IMAP SMTP: as a program called davmail, of that user,
# where this home's settings have it.
cp "$(python3 -c 'import sys; print(sys.executable)')" "$work/davmail"
python_home=$(python3 -c 'import sys
print(sys.base_prefix + ":" + sys.base_exec_prefix)')
. "$top/tests/fakes/davmail.sh"
echo "http://127.0.0.1:9/" >"$work/url"
davmails=
listen_as()
{
    GREETER="--uid $1 $2 '$3'" PYTHONHOME=$python_home \
        "$work/davmail" "$fakes/greeter.py" &
    davmails="$davmails $!"
    keep $!
    wait_port "$2"
}
listen_davmail()
{
    set_davmail "$2" "$3" 0
    listen_as "$1" "$2" \
        '* OK [CAPABILITY IMAP4REV1] IMAP4rev1 DavMail 6.2.0 server ready'
    listen_as "$1" "$3" '220 DavMail 6.2.0 SMTP ready at noon'
}
end_davmails()
{
    for one in $davmails; do end "$one"; done
    davmails=
}

# corp_profile NAME: the account is one of a company.
corp_profile()
{
    add_profile "$1"
    sed -i 's/ann@proton.me/ann@corp.example/' \
        "$HOME/.thunderbird/$1/prefs.js"
}

if [ "$(id -u)" = 0 ]; then
    new_home foreign
    count=-1
    corp_profile one
    listen_davmail 65534 "$imap2" "$smtp2"
    keep_bytes
    run update --bridge davmail
    tap_verdict "another user's listener is not believed" \
        "$(refused 3 '--accept 127.0.0.1')"
    end_davmails
else
    tap_skip "another user's listener is not believed" 'not root'
fi

begin both
corp_profile two
keep_bytes
run update --bridge davmial
tap_verdict 'a bridge that nobody knows cannot be named' \
    "$(refused 2 'davmial')"
listen_davmail "$(id -u)" "$imap3" "$smtp3"
run update --bridge davmail
tap_verdict 'a bridge that is named has what no other serves, and no more' \
    "$([ "$status" = 0 ] || cat "$work/err"
    has_ports "$HOME/.thunderbird/two/prefs.js" "$imap3" "$smtp3"
    has_ports "$prefs" "$imap2" "$smtp2")"
end_davmails
stop_proton both

new_home own
count=-1
add_profile one
sed -i 's/ann@proton.me/ann@example.org/' "$HOME/.thunderbird/one/prefs.js"
keep_bytes
run update
tap_verdict 'a server of this machine that is no bridge is named' \
    "$(refused 1 'ann@example.org has a server on this machine')"

# ---- the files ----

begin running
add_profile two
python3 - "$HOME/.thunderbird/two/.parentlock" "$work/held" <<'END' &
import fcntl
import sys
import time
with open(sys.argv[1], "w") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    open(sys.argv[2], "w").close()
    time.sleep(60)
END
holder=$!
keep "$holder"
wait_file "$work/held" "$holder"
cp "$HOME/.thunderbird/two/prefs.js" "$work/two.js"
run update
tap_verdict 'of two Thunderbirds the one that runs is left alone: exit 8' \
    "$([ "$status" = 8 ] || echo "exit status $status"
    cmp "$HOME/.thunderbird/two/prefs.js" "$work/two.js"
    has_ports "$prefs" "$imap2" "$smtp2"
    grep -q 'two' "$work/out" || cat "$work/out")"
end "$holder"
run update
tap_verdict 'and is seen to once it is closed' \
    "$([ "$status" = 0 ] || cat "$work/err"
    has_ports "$HOME/.thunderbird/two/prefs.js" "$imap2" "$smtp2")"
stop_proton running

begin linked
mkdir "$HOME/elsewhere"
mv "$prefs" "$HOME/elsewhere/real.js"
ln -s ../../elsewhere/real.js "$prefs"
run update
tap_verdict 'a link is followed to the file, and stays a link' \
    "$([ "$status" = 0 ] || cat "$work/err"
    [ -L "$prefs" ] || echo 'it is no link any more'
    has_ports "$HOME/elsewhere/real.js" "$imap2" "$smtp2")"
exceptions=$HOME/.thunderbird/one/cert_override.txt
cp "$exceptions" "$work/exceptions"
: >"$exceptions"
run update
tap_verdict 'a certificate that Thunderbird would ask about is put again' \
    "$([ "$status" = 0 ] || cat "$work/err"
    diff "$exceptions" "$work/exceptions"
    grep -q 'imap certificate: none ->' "$work/out" || cat "$work/out")"
stop_proton linked

begin dangling
mv "$prefs" "$HOME/elsewhere.js"
ln -s "$HOME/nowhere.js" "$prefs"
run update
tap_verdict 'a link to nothing is no profile with accounts' \
    "$([ "$status" = 1 ] || cat "$work/err"
    [ ! -e "$HOME/nowhere.js" ] || echo 'a file was made')"
stop_proton dangling

begin readonly
chmod 444 "$prefs"
keep_bytes
run update
tap_verdict 'a file that is read-only is left alone' \
    "$(refused 5 'read-only')"
stop_proton readonly

begin huge
head -c 9000000 /dev/zero | tr '\0' '\n' >>"$prefs"
keep_bytes
run update
tap_verdict 'a file beyond all measure is not touched' \
    "$(kept; [ "$status" -ne 0 ] || cat "$work/err")"
stop_proton huge

begin pipe
rm "$prefs"
mkfifo "$prefs"
run update
tap_verdict 'a pipe in place of a file is not waited for' \
    "$(case $status in 0 | 124) echo "$status" ;; esac)"
exec 3<>"$prefs"
run update
exec 3>&-
tap_verdict 'nor is one that somebody has open and does not write to' \
    "$(case $status in 0 | 124) echo "$status" ;; esac)"
stop_proton pipe

begin remembered
mkdir -p "$HOME/.local/state/portolan"
cat >"$HOME/.local/state/portolan/manifest.json" <<END
{"portolan": 1, "written": [], "set_up": [{"client": "thunderbird",
 "where": "$HOME/.thunderbird/one", "address": "ann@proton.me",
 "options": ["--only", "gone"]}]}
END
run update
tap_verdict 'options that are none any more are told, and stop no update' "$(
    [ "$status" -eq 0 ] || cat "$work/err"
    grep -q "ann@proton.me was set up with .*no source" "$work/err" ||
        cat "$work/err"
    has_ports "$prefs" "$imap2" "$smtp2")"
stop_proton remembered

begin full
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
    keep_bytes
    cat >"$work/full.sh" <<'END'
cp -a "$HOME/.thunderbird/one" "$HOME/copy"
mount -t tmpfs -o size=32k none "$HOME/.thunderbird/one" || exit 99
cp -a "$HOME/copy/." "$HOME/.thunderbird/one"
dd if=/dev/zero of="$HOME/.thunderbird/one/filler" bs=1k 2>/dev/null
before=$(sha256sum <"$HOME/.thunderbird/one/prefs.js")
timeout 20 "$1" update
status=$?
[ "$before" = "$(sha256sum <"$HOME/.thunderbird/one/prefs.js")" ] ||
    echo "it was changed" >&2
ls -A "$HOME/.thunderbird/one" | grep -v '^prefs.js$\|^filler$' >&2
exit "$status"
END
    unshare -m sh "$work/full.sh" "$portolan" >"$work/out" 2>"$work/err"
    status=$?
    tap_verdict 'on a full disk nothing is changed, and that is said' \
        "$(refused 5 'No space left'; grep 'was changed' "$work/out")"
else
    tap_skip 'on a full disk nothing is changed' 'not root: no mount'
fi
stop_proton full

# ---- somebody else ----

begin at-once
for _ in 1 2 3 4 5 6; do
    timeout 60 "$portolan" update >/dev/null 2>>"$work/six" &
    at_once="${at_once-} $!"
done
bad=
for one in $at_once; do wait "$one" || bad="$bad $?"; done
tap_verdict 'six at once change it once, one after the other' \
    "$([ -z "$bad" ] || { echo "$bad"; cat "$work/six"; }
    has_ports "$prefs" "$imap2" "$smtp2"
    [ "$(grep -c ': updated' "$work/six")" = 1 ] ||
        cat "$work/six")"
run undo
tap_verdict 'and undo finds one change' \
    "$(has_ports "$prefs" "$imap1" "$smtp1"
    "$portolan" undo >/dev/null 2>&1; [ $? = 1 ] || echo 'another change')"
stop_proton at-once
tap_done
