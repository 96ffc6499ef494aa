#!/bin/sh
# The session bus, as the desktop has it: what is said there arrives, and who
# does not answer is not waited for.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
calls=${top_builddir:-$top}/tests/clients/bus_calls
for program in "$calls" dbus-daemon; do
    command -v "$program" >/dev/null || {
        tap_skip 'what is said on the bus arrives' "$program is not here"
        tap_done
    }
done
. "$top/tests/fakes/lab.sh"
new_home home
. "$top/tests/fakes/bus.sh"
start_bus
notifications=org.freedesktop.Notifications

# serve NAME [silent]: somebody who has it, as $server.
serve()
{
    : >"$work/heard"
    "$calls" serve "$@" >"$work/heard" 2>&1 &
    server=$!
    keep "$server"
    until grep -q ready "$work/heard" || ! kill -0 "$server" 2>/dev/null; do
        sleep 0.05
    done
}

# says WHAT WANT ARGS...: of a call with these, status and words are as wanted.
says()
{
    what=$1
    want=$2
    shift 2
    tap_verdict "$what" "$(
        printf '%s\n' "$want" >"$work/want"
        {
            "$calls" "$@"
            echo "status $?"
        } 2>&1 | diff "$work/want" -)"
}

says 'a name that nobody has is free' 'free
soon
status 0' owned org.gnome.Geary
serve org.gnome.Geary
says 'a name that somebody has is owned' 'owned
soon
status 0' owned org.gnome.Geary
end "$server"

says 'where nobody shows notifications, none is shown' \
    "no $notifications runs on the session bus
soon
status 1" notify hello world
serve "$notifications"
says 'a notification is taken' 'soon
status 0' notify 'Proton moved' 'a <b> & c: 1143 > 1144, é'
tap_verdict 'and arrives, with nothing that were markup' "$(
    cat >"$work/want" <<END
ready
/org/freedesktop/Notifications $notifications.Notify
app=portolan
icon=
summary=Proton moved
body=a &lt;b&gt; &amp; c: 1143 &gt; 1144, é
END
    diff "$work/want" "$work/heard")"
says 'a long one with bytes of no text is taken too' 'soon
status 0' notify "$(printf 'x\377y')" "$(printf '%0999d' 0 | tr 0 '&')"
end "$server"
serve "$notifications" silent
says 'who does not answer is not waited for' \
    'the session bus does not work: Connection timed out
soon
status 4' notify hello world
end "$server"

says 'where no registry runs, none is told' 'no registry of Evolution runs
soon
status 1' reload
for name in org.gnome.evolution.dataserver.SourcesX \
    org.gnome.evolution.dataserver.Sources5x \
    xorg.gnome.evolution.dataserver.Sources5; do
    serve "$name"
    says "nor is $name" 'no registry of Evolution runs
soon
status 1' reload
    end "$server"
done
for name in org.gnome.evolution.dataserver.Sources17 \
    org.gnome.Evolution.org.gnome.evolution.dataserver.Sources5; do
    serve "$name"
    says "$name is told" 'soon
status 0' reload
    tap_verdict 'to read its files anew' "$(
        cat >"$work/want" <<END
ready
/org/gnome/evolution/dataserver/SourceManager \
org.gnome.evolution.dataserver.SourceManager.Reload
END
        diff "$work/want" "$work/heard")"
    end "$server"
done

if is_foreigner_possible; then
    chmod 711 "$work"
    mkdir -m 777 "$work/theirs"
    setpriv --reuid 65534 --clear-groups python3 -c 'import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
time.sleep(60)' "$work/theirs/bus" &
    foreigner=$!
    keep "$foreigner"
    wait_file "$work/theirs/bus" "$foreigner"
    ours=$DBUS_SESSION_BUS_ADDRESS
    DBUS_SESSION_BUS_ADDRESS=unix:path=$work/theirs/bus
    says "another user's bus is told nothing" \
        "the session bus at '$DBUS_SESSION_BUS_ADDRESS' is another user's
soon
status 4" notify hello world
    DBUS_SESSION_BUS_ADDRESS=$ours
else
    tap_skip "another user's bus is told nothing" 'there is no other user here'
fi

end "$bus"
says 'of a bus that has gone, the socket is no bus' \
    "there is no session bus at '$DBUS_SESSION_BUS_ADDRESS'
soon
status 1" reload
tap_done
