# lab.sh - what the tests on real sockets share: source it after tap.sh.
#
# Where that is allowed, the script starts over in name spaces of its own:
# 1143 and 1025 are then free, no other program's bridge is seen, and nothing
# it starts outlives it.  Elsewhere it runs in the open, on moved ports.
# shellcheck shell=sh

if [ "${LAB_INSIDE-}" != yes ]; then
    for as in '' --map-root-user; do
        # shellcheck disable=SC2086 # nothing, or an option
        set -- $as --net --pid --mount --fork --mount-proc --kill-child
        if unshare "$@" ip link set lo up 2>/dev/null; then
            LAB_INSIDE=yes LAB_ALONE=yes
            export LAB_INSIDE LAB_ALONE
            exec unshare "$@" sh "$0"
        fi
    done
fi
# the interpreter itself, not a wrapper that looks for it each time
PATH=$(dirname "$(python3 -c 'import sys; print(sys.executable)')"):$PATH
portolan=${top_builddir:-$top}/src/portolan
fakes=$top/tests/fakes
work=$(mktemp -d) || exit 1
said=$work/said # everything portolan ever printed
pids=
proton=
lab_finish()
{
    for pid in $pids $proton; do
        kill -- "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap lab_finish EXIT
trap 'exit 1' HUP INT TERM
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent # nobody is told anything
export DBUS_SESSION_BUS_ADDRESS
PYTHONDONTWRITEBYTECODE=1 # the source tree stays as it is
export PYTHONDONTWRITEBYTECODE
LAB_ALONE=${LAB_ALONE-no}
if [ "$LAB_ALONE" = yes ]; then
    ip link set lo up
    # what Debian's packages set up is not part of the test
    [ ! -d /etc/davmail ] || mount -t tmpfs none /etc/davmail 2>/dev/null
fi

# keep PID: end it when the test ends; -PID ends its group.
keep()
{
    pids="$pids $1"
}

# end PID: now.
end()
{
    kill -- "$1" 2>/dev/null
    wait "${1#-}" 2>/dev/null
}

# free_ports N: so many ports nobody listens on, below those handed out.
free_ports()
{
    python3 "$fakes/ports.py" "$1"
}

# usual_ports: those every bridge would like to have, if they can be had.
usual_ports()
{
    if [ "$LAB_ALONE" = yes ]; then
        echo 1143 1025
    else
        free_ports 2
    fi
}

# wait_port PORT: until somebody listens there.
wait_port()
{
    python3 "$fakes/ports.py" --wait "$1"
}

# listen ARGS...: a greeter of that kind, as $listener, ready when it returns.
listen()
{
    rm -f "$work/greeter"
    python3 "$fakes/greeter.py" --ready "$work/greeter" "$@" &
    listener=$!
    keep "$listener"
    wait_file "$work/greeter" "$listener"
}

# wait_file FILE PID: until it is there, or the process is not.
wait_file()
{
    while [ ! -e "$1" ] && kill -0 "$2" 2>/dev/null; do
        sleep 0.05
    done
}

new_home()
{
    HOME=$work/$1
    export HOME
    mkdir "$HOME"
}

# run ARGS...: portolan, which never takes more than ten seconds.
run()
{
    begun=$(date +%s%3N)
    timeout 10 "$portolan" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    took_ms=$(($(date +%s%3N) - begun))
    cat "$work/out" "$work/err" >>"$said"
}

# judge WHAT EXPRESSION: of the last run, as judge.py sees it.
judge()
{
    tap_verdict "$1" "$(python3 "$fakes/judge.py" "$work/out" "$work/err" \
        "$status" "$took_ms" "$2" 2>&1)"
}

# expect WHAT EXPRESSION ARGS...: run it with --json, and judge.
expect()
{
    what=$1
    expression=$2
    shift 2
    run "$@" --json
    judge "$what" "$expression"
}

# is_foreigner_possible: may we start programs as another user?
is_foreigner_possible()
{
    setpriv --reuid 65534 --clear-groups true 2>/dev/null
}

# ---- the fake Proton Mail Bridge ----

# start_proton STATE IMAP SMTP: in a home of its own.
start_proton()
{
    new_home "proton-$1"
    start_proton_here "$@"
}

start_proton_here()
{
    rm -f "$HOME/ready"
    python3 "$fakes/proton_bridge.py" "$1" "$HOME" "$2" "$3" \
        2>"$work/proton.err" &
    proton=$!
    wait_file "$HOME/ready" "$proton"
}

# stop_proton STATE: nothing that it never may suffer was done to it.  It is
# ended from this very shell: from nobody else would it take that.
stop_proton()
{
    kill "$proton" 2>/dev/null
    wait "$proton" 2>/dev/null
    proton=
    tap_verdict "$1: nothing forbidden was done to it" \
        "$(cat "$HOME/violations" "$work/proton.err" 2>/dev/null)"
}

# secrets_kept: is what only the bridge and its clients may know anywhere?
secrets_kept()
{
    grep -rlaE 'Bridge-Made_Password-1|5a1d7a4e-0000-4000-8000-000000000000' \
        "$said" "$@" 2>/dev/null
}

# fingerprint CERTIFICATE
fingerprint()
{
    openssl x509 -in "$1" -outform DER |
        openssl dgst -sha256 -r | cut -d' ' -f1
}
