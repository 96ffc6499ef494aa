#!/bin/sh
# `portolan watch`: bridges move, go, come back and appear, mail programs run
# and are closed, and every client follows; while nothing happens, it sleeps.
# PORTOLAN_IDLE_S: how long that is looked at.
# shellcheck disable=SC2154 # top, work, status, proton: lab.sh
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/bus.sh"
watcher=
log=$work/log

# differs GOT WANT
differs()
{
    [ "$1" = "$2" ] || printf 'got:  %s\nwant: %s\n' "$1" "$2"
}

# eventually COMMAND...: 15 seconds at most.
eventually()
{
    for _ in $(seq 300); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    return 1
}

# start_watch ARG...
start_watch()
{
    : >"$log"
    "$portolan" watch "$@" >>"$log" 2>"$work/watch.err" &
    watcher=$!
    keep "$watcher"
    eventually is_awake
    sleep 0.5 # the look that it begins with
}

# It has its descriptors once it has its loop: inotify is the last of them.
is_awake()
{
    find "/proc/$watcher/fd" -lname '*inotify*' | grep -q .
}

# stop_watch: $status
stop_watch()
{
    kill "$watcher"
    wait "$watcher"
    status=$?
}

# lines: how many were printed so far.
lines()
{
    wc -l <"$log" | tr -d ' '
}

# said WORDS: in a line that begins with a time.
said()
{
    grep -q "^2[0-9-]* [0-9:]* .*$1" "$log"
}

# clients_have IMAP SMTP: all of them.
clients_have()
{
    grep -q "^port $2\$" "$HOME/.msmtprc" &&
        grep -q "^Port $1\$" "$HOME/.mbsyncrc" &&
        grep -q "\"mail.server.server1.port\", $1)" "$HOME/$profile/prefs.js" &&
        grep -q "\"mail.smtpserver.smtp1.port\", $2)" "$HOME/$profile/prefs.js"
}

# followed IMAP SMTP: complaints, if they do not.
followed()
{
    eventually clients_have "$1" "$2" ||
        cat "$log" "$work/watch.err" "$HOME/.msmtprc"
}

# took_ms: from the moment that the bridge listened to that of the last file.
took_ms()
{
    python3 - "$HOME/ready" "$HOME/.msmtprc" "$HOME/.mbsyncrc" \
        "$HOME/$profile/prefs.js" <<'EOF'
import os, sys
ready, *clients = [os.stat(path).st_mtime for path in sys.argv[1:]]
print("# %d ms after the bridge listened, every client had its ports" %
      ((max(clients) - ready) * 1000))
EOF
}

# memory: of the process that waits.
memory()
{
    sed -n 's/^\(VmRSS\|RssAnon\):[[:space:]]*/# \1 of the watcher: /p' \
        "/proc/$watcher/status"
}

# hold FILE: as Thunderbird does while it runs; $holder
hold()
{
    rm -f "$work/held"
    python3 - "$1" "$work/held" <<'EOF' &
import fcntl, signal, sys
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
open(sys.argv[2], "w").close()
signal.pause()
EOF
    holder=$!
    keep "$holder"
    wait_file "$work/held" "$holder"
}

# traced SECONDS WHAT: what strace says of the watcher meanwhile.
traced()
{
    timeout -s INT "$1" strace -f -e trace="$2" -e signal=none \
        -o "$work/strace" -p "$watcher" 2>"$work/strace.err"
    grep -v 'resuming interrupted\|strace: Process\|<detached' "$work/strace"
}

# child: of the watcher, if it has one.
child()
{
    cat "/proc/$watcher/task/$watcher/children"
}

has_child()
{
    [ -n "$(child)" ]
}

has_no_child()
{
    [ -z "$(child)" ]
}

# shellcheck disable=SC2046 # eight ports
set -- $(free_ports 8)
imap1=$1 smtp1=$2 imap2=$3 smtp2=$4 imap3=$5 smtp3=$6 imap4=$7 smtp4=$8
profile=.thunderbird/portolan-proton.me

# notified SUMMARY WORDS: how often the desktop was told so.
notified()
{
    grep -A1 "^summary=$1\$" "$work/heard" | grep -c "^body=.*$2"
}

# start_desktop: that shows notifications, if it can be had; $desktop
start_desktop()
{
    desktop=${top_builddir:-$top}/tests/clients/bus_calls
    if [ ! -x "$desktop" ] || ! command -v dbus-daemon >/dev/null; then
        DBUS_SESSION_BUS_ADDRESS=unix:path=$work/none
        export DBUS_SESSION_BUS_ADDRESS
        desktop=
        return
    fi
    start_bus
    "$desktop" serve org.freedesktop.Notifications >"$work/heard" 2>&1 &
    keep $!
    eventually grep -q ready "$work/heard"
}

# lock_updates: none is under way, and none gets further than its beginning.
lock_updates()
{
    exec 9>"$HOME/.local/state/portolan/update.lock"
    flock 9
}

# hang_update: one that has something to change waits for that; $pid
hang_update()
{
    lock_updates
    sed -i 's/^port .*/port 1/' "$HOME/.msmtprc"
    touch "$HOME/.config/protonmail/bridge-v3/news"
    eventually is_hanging
}

is_hanging()
{
    pid=$(child | tr -d ' ')
    [ -n "$pid" ] && grep -q -- "-> FLOCK .* $pid " /proc/locks
}

unlock_updates()
{
    exec 9>&-
}

# ---- a home with clients, and a bridge ----

new_home watched
start_proton_here ok "$imap1" "$smtp1"
run write msmtp ann@proton.me -o "$HOME/.msmtprc"
run write mbsync ann@proton.me -o "$HOME/.mbsyncrc"
run write thunderbird ann@proton.me -o "$work/ann.zip"
unzip -q "$work/ann.zip" -d "$HOME/.thunderbird"
printf '[Profile0]\nName=ann\nIsRelative=1\nPath=%s\nDefault=1\n' \
    "${profile#.thunderbird/}" >"$HOME/.thunderbird/profiles.ini"
run update
tap_verdict 'all is right to begin with' \
    "$(differs "$status" 0; clients_have "$imap1" "$smtp1" ||
        cat "$HOME/$profile/prefs.js" "$HOME/.msmtprc")"

start_desktop
start_watch
tap_verdict 'while all is right, nothing is said' \
    "$(cat "$log" "$work/watch.err")"
run watch
tap_verdict 'a second one says that there is one, and ends' "$(
    differs "$status" 8
    grep -q 'running already' "$work/err" || cat "$work/err")"

stop_proton 'a bridge that is watched'
start_proton_here ok "$imap2" "$smtp2"
tap_verdict 'a bridge moves, and every client follows' \
    "$(followed "$imap2" "$smtp2")"
took_ms
eventually said 'proton.*thunderbird'
tap_verdict 'that is said' "$(said 'proton.*updated' || cat "$log")"

stop_proton 'a bridge that has moved'
sleep 5
start_proton_here ok "$imap3" "$smtp3"
tap_verdict 'a bridge that is away for five seconds is waited for' \
    "$(followed "$imap3" "$smtp3")"
took_ms
stop_proton 'a bridge that was away'
FAKE_LATE_S=6
export FAKE_LATE_S
start_proton_here ok "$imap2" "$smtp2"
unset FAKE_LATE_S
tap_verdict 'one that listens long after its files are there is followed' \
    "$(followed "$imap2" "$smtp2")"
took_ms
tap_verdict 'at once, and not when it would be looked at again' \
    "$(took_ms | awk '$2 > 3000')"
stop_proton 'a bridge that was slow'

# ---- a client that runs ----

hold "$HOME/$profile/.parentlock"
start_proton_here ok "$imap4" "$smtp4"
tap_verdict 'of a program that runs it is said that it has to wait' \
    "$(eventually said 'thunderbird is running' || cat "$log")"
tap_verdict 'and nothing of it is touched' "$(
    grep "\", $imap4)" "$HOME/$profile/prefs.js"
    eventually grep -q "^port $smtp4\$" "$HOME/.msmtprc" ||
        echo 'the others did not follow')"
sleep 1
before=$(lines)
touch "$HOME/.config/protonmail/bridge-v3/news"
sleep 1.5
tap_verdict 'that is not said twice' "$(differs "$(lines)" "$before")"
end "$holder"
tap_verdict 'once it is closed, it follows' "$(followed "$imap4" "$smtp4")"

if [ -n "$desktop" ]; then
    tap_verdict 'all of that was shown on the desktop, each once' "$(
        eventually notified 'Mail settings were updated' thunderbird
        sleep 0.5
        differs "$(notified 'Mail settings were updated' \
            "proton.*$imap1 -&gt; $imap2.*thunderbird")" 1
        differs "$(notified 'Mail settings.*' 'thunderbird is running')" 1
        differs "$(lines)" "$(grep -c ^summary "$work/heard")"
        differs "$(notified '.*' 'is not running')" 0
        [ "$(notified 'Mail settings were updated' thunderbird)" -ge 3 ] ||
            cat "$work/heard")"
else
    tap_skip 'all of that was shown on the desktop, each once' 'no D-Bus here'
fi

# ---- much ado about nothing ----

sleep 1
before=$(lines)
if command -v strace >/dev/null; then
    (
        sleep 1
        kill -STOP "$watcher"
        cd "$HOME/.config/protonmail/bridge-v3" && seq 1000 | xargs touch
        kill -CONT "$watcher"
    ) &
    tap_verdict 'a thousand files at once are one look' \
        "$(differs "$(traced 4 fork,vfork,clone,clone3 |
            grep -c '(')" 1)"
else
    tap_skip 'a thousand files at once are one look' 'no strace here'
fi
tap_verdict 'at which nothing is said' "$(differs "$(lines)" "$before")"
hang_update
kill -9 "$pid"
unlock_updates
tap_verdict 'an update that is killed does not take the watcher with it' "$(
    eventually grep -q 'killed' "$work/watch.err" || cat "$work/watch.err"
    kill -0 "$watcher" || echo 'it is gone')"
eventually has_no_child

# ---- nothing at all ----

sleep 31
idle_s=${PORTOLAN_IDLE_S:-60}
if command -v strace >/dev/null; then
    tap_verdict "for $idle_s seconds in which nothing happens it does nothing" \
        "$(traced "$idle_s" all)"
else
    tap_skip "for $idle_s seconds in which nothing happens it does nothing" \
        'no strace here'
fi
memory
stop_proton 'a bridge whose news were waited for'
start_proton_here ok "$imap1" "$smtp1"
tap_verdict 'and is there when something does' "$(followed "$imap1" "$smtp1")"
took_ms
eventually has_no_child
stop_watch
tap_verdict 'SIGTERM ends it, with status 0' \
    "$(differs "$status" 0; cat "$work/watch.err" | grep -v killed)"
stop_proton 'a bridge nobody watches'

# ---- folders that appear later ----

rm -r "$HOME/.config" "$HOME/.local/share" "$HOME/.cache"
start_watch --json
start_proton_here ok "$imap2" "$smtp2"
tap_verdict 'a bridge whose folders are not there yet is noticed' \
    "$(followed "$imap2" "$smtp2")"
took_ms
eventually grep -q updated "$log"
tap_verdict 'in JSON, each time is an object' "$(python3 - "$log" 2>&1 <<'EOF'
import json, sys
for line in open(sys.argv[1]):
    one = json.loads(line)
    assert one["portolan"] == 1 and one["time"] and one["text"], line
    assert one["clients"][0]["outcome"], line
EOF
)"

hang_update
stop_watch
tap_verdict 'an update that hangs does not keep it from ending' \
    "$(differs "$status" 0)"
unlock_updates
for signal in INT HUP; do
    start_watch
    kill -"$signal" "$watcher"
    wait "$watcher"
    tap_verdict "so does SIG$signal" "$(differs "$?" 0)"
done
stop_proton 'a bridge that appeared'
tap_verdict 'no secret was told' "$(secrets_kept "$log")"

# ---- a service of the session ----

mkdir "$work/bin"
cat >"$work/bin/systemctl" <<'EOF'
#!/bin/sh
echo "$*" >>"$SYSTEMCTL_LOG"
exit "$(cat "$SYSTEMCTL_LOG.status")"
EOF
chmod +x "$work/bin/systemctl"
PATH=$work/bin:$PATH
SYSTEMCTL_LOG=$work/systemctl
export SYSTEMCTL_LOG
unit=$HOME/.config/systemd/user/portolan-watch.service

# systemctl_answers STATUS
systemctl_answers()
{
    echo "$1" >"$SYSTEMCTL_LOG.status"
    : >"$SYSTEMCTL_LOG"
}

systemctl_answers 0
run watch --install --defer --dry-run
tap_verdict 'a rehearsal shows the unit, and writes nothing' "$(
    differs "$status" 0
    grep -q "^ExecStart=.*portolan watch --defer\$" "$work/out" ||
        cat "$work/out" "$work/err"
    ls "$unit" 2>/dev/null
    cat "$SYSTEMCTL_LOG")"
cp "$work/out" "$work/shown"
mkdir -p "$work/relative"
ln -sf "$top/profiles" "$work/relative/here"
(cd "$work/relative" && PORTOLAN_PROFILES=here && export PORTOLAN_PROFILES &&
    run watch --install --dry-run)
tap_verdict 'profiles in a relative folder are named in full' "$(
    grep -q "^Environment=.*PORTOLAN_PROFILES=/.*/profiles\"*\$" "$work/out" ||
        cat "$work/out" "$work/err")"
run watch --install --defer
tap_verdict 'it is written as it was shown, and started' "$(
    differs "$status" 0
    cmp "$unit" "$work/shown"
    differs "$(tr '\n' ';' <"$SYSTEMCTL_LOG")" "$(echo \
        '--user daemon-reload;--user enable portolan-watch.service;--user' \
        'restart portolan-watch.service;')")"
if command -v systemd-analyze >/dev/null; then
    tap_verdict 'systemd finds nothing wrong with it' "$(
        XDG_RUNTIME_DIR=$work systemd-analyze --user \
            verify --man=no "$unit" 2>&1)"
else
    tap_skip 'systemd finds nothing wrong with it' 'no systemd here'
fi
run watch --install
tap_verdict 'it may be written anew' "$(
    differs "$status" 0
    grep -q "^ExecStart=.*portolan watch\$" "$unit" || cat "$unit")"
systemctl_answers 0
run watch --uninstall
tap_verdict 'it is ended, and taken away' "$(
    differs "$status" 0
    ls "$unit" 2>/dev/null
    grep -q -- '--user disable --now portolan-watch.service' "$SYSTEMCTL_LOG" ||
        cat "$SYSTEMCTL_LOG")"
run watch --uninstall
tap_verdict 'where there is none, that is said' "$(differs "$status" 1)"
echo '# mine' >"$unit"
run watch --install
tap_verdict 'a unit of somebody else stays' "$(
    differs "$status" 2
    differs "$(cat "$unit")" '# mine')"
systemctl_answers 1
run watch --install --force
tap_verdict 'unless one insists; without a session, how to go on is said' "$(
    differs "$status" 0
    grep -q '^ExecStart=' "$unit" || cat "$unit"
    grep -q 'systemctl --user enable --now portolan-watch' "$work/err" ||
        cat "$work/err")"
run watch --dry-run
tap_verdict 'a rehearsal of watching is none' "$(differs "$status" 2)"
tap_done
