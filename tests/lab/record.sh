#!/bin/sh
# A run with a bridge on real sockets, recorded, says the same when it is
# replayed; the recording holds neither the user nor a secret; and a place
# that takes no file costs no answer.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck disable=SC2046 # two ports
set -- $(usual_ports)
imap=$1 smtp=$2
recording=$work/recording

# untimed FILE: what a run said, but for how long it took and for whom.
untimed()
{
    sed 's/"took_ms":[[:blank:]]*[0-9]*/TIME/; s/[0-9]* ms/TIME/g
        s/ann@/someone@/g; s/ann%40/someone%40/g; s/"\(ann\|bob\) is/"someone is/
        s|'"$HOME"'|HOME|g; s|'"$work"'/someone|HOME|g' "$1"
}

# replay ARGS...: from the recording, into the file $work/replayed.
replay()
{
    timeout 10 "$portolan" "$@" --replay "$recording" >"$work/replayed" 2>&1
    echo "exit $?" >>"$work/replayed"
}

# recorded STATE COMMAND ARGS...: the replay is for someone in place of ann.
recorded()
{
    state=$1
    shift
    rm -f "$recording"
    run "$@" --json --record "$recording"
    { cat "$work/out" "$work/err"; echo "exit $status"; } >"$work/wanted"
    # shellcheck disable=SC2046 # the arguments hold no blanks
    set -- $(echo "$* --json" | sed 's/ann@/someone@/')
    replay "$@"
    untimed "$work/wanted" >"$work/want"
    untimed "$work/replayed" >"$work/got"
    tap_verdict "$state: the replay of '$*' says the same" \
        "$(diff "$work/want" "$work/got")"
    cp "$work/replayed" "$work/first"
    replay "$@"
    tap_verdict "$state: and once more, byte for byte" \
        "$(cmp "$work/first" "$work/replayed" 2>&1)"
    tap_verdict "$state: its run line is that of '$*'" \
        "$(grep -qxF "run $*" "$recording" || grep '^run' "$recording")"
    tap_verdict "$state: the recording is for its owner alone" \
        "$(find "$recording" ! -perm 600)"
    tap_verdict "$state: no name, password or token is in it" \
        "$(grep -niE 'ann(@|%40)' "$recording"
            secrets_kept "$recording")"
}

for state in ok two-users signed-out offline cli; do
    start_proton "$state" "$imap" "$smtp"
    recorded "$state" find ann@proton.me
    recorded "$state" bridges
    stop_proton "$state"
done
state=port
new_home proton-port
start_proton_here ok "$imap" "$smtp"
recorded ok port "$imap"

# ---- where no file can be ----
mkdir "$work/small"
if mount -t tmpfs -o size=4k none "$work/small" 2>/dev/null; then
    head -c 4096 /dev/zero >"$work/small/full"
    run find ann@proton.me --record "$work/small/recording"
    judge 'a full disk is told, and costs no answer' "
        status == 5 and '$imap' in out and 'small/recording' in err"
    tap_verdict 'a full disk is left as it was' \
        "$(find "$work/small" -type f ! -name full)"
    umount "$work/small"
else
    tap_skip 'a full disk is told, and costs no answer' 'no mount'
fi
run find ann@proton.me --record "$work/nowhere/recording"
judge 'a directory that is not there is told, and costs no answer' "
    status == 5 and '$imap' in out and 'nowhere/recording' in err"
run find ann@example.org --record "$recording" --replay "$recording"
judge '--record and --replay do not go together' "
    status == 2 and sentence and out == ''"
stop_proton ok
tap_done
