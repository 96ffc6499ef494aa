#!/bin/sh
# `portolan update` over five clients whose bridge has moved: killed at each
# system call that changes the disk.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
portolan=$(cd "$(dirname "$portolan")" && pwd)/portolan
# shellcheck disable=SC2046 # four ports
set -- $(free_ports 4)

start_proton ok "$1" "$2"
mkdir -p "$HOME/.config/aerc"
for one in msmtp:.msmtprc mbsync:.mbsyncrc mutt:.muttrc \
    aerc:.config/aerc/accounts.conf; do
    "$portolan" write "${one%%:*}" ann@proton.me -o "$HOME/${one#*:}" \
        >/dev/null 2>>"$work/err"
done
"$portolan" write thunderbird ann@proton.me -o "$work/ann.zip" >/dev/null 2>&1
python3 -m zipfile -e "$work/ann.zip" "$HOME/.thunderbird"
printf '[Profile0]\nName=ann\nIsRelative=1\nPath=%s\nDefault=1\n' \
    "$(ls "$HOME/.thunderbird")" >"$work/profiles.ini"
mv "$work/profiles.ini" "$HOME/.thunderbird"
rm -rf "$HOME/.local/state/portolan" # they are the user's own from here on
kill "$proton"
wait "$proton" 2>/dev/null
start_proton_here ok "$3" "$4"
python3 -B "$top/tests/lab/kill_update.py" "$portolan" "$work"
result=$?
stop=$(cat "$HOME/violations" "$work/proton.err" 2>/dev/null)
[ -z "$stop" ] || { echo "not ok - $stop"; result=1; }
exit $result
