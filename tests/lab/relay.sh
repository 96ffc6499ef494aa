#!/bin/sh
# A relay with many devices, a bridge that moves, and a helper that dies: with
# our own loop, and with systemd-socket-proxyd.
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"

relay_port=${top_builddir:-$top}/tests/lab/relay_port
proxyd=
for path in /usr/lib/systemd /lib/systemd; do
    [ ! -x "$path/systemd-socket-proxyd" ] ||
        proxyd=$path/systemd-socket-proxyd
done

# try HELPER: all its checks, numbered on.
try()
{
    python3 "$top/tests/lab/relay.py" "$relay_port" "$1" "$LAB_ALONE" \
        >"$work/checks" || tap_failed=1
    tap_adopt "$work/checks"
}

try own
if [ -n "$proxyd" ]; then
    try "$proxyd"
else
    tap_skip 'systemd-socket-proxyd' 'it is not here'
fi
tap_done
