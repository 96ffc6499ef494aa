#!/bin/sh
# The fake Proton Mail Bridge notices whatever must never be done to a bridge:
# each of it is done to it here, and must be written down.  Without this the
# silence of the other tests would prove nothing.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck disable=SC2046 # two ports
set -- $(usual_ports)
imap=$1 smtp=$2
start_proton ok "$imap" "$smtp"

# noticed WHAT PATTERN: what was just done is written down, and nothing else.
noticed()
{
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        grep -qE "$2" "$HOME/violations" 2>/dev/null && break
        sleep 0.1
    done
    tap_verdict "$1 is noticed" "$(
        if ! grep -qE "$2" "$HOME/violations"; then
            echo "wanted: $2"
            cat "$HOME/violations"
        fi 2>&1)"
    rm -f "$HOME/violations"
}

# converse PORT LINE...: say it, with the good manners of a good-bye.
converse()
{
    python3 - "$@" <<'END_OF_PYTHON'
import socket
import sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) as s:
    lines = s.makefile("rwb")
    lines.readline()
    for line in sys.argv[2:]:
        lines.write(line.encode() + b"\r\n")
        lines.flush()
        lines.readline()
END_OF_PYTHON
}

# call METHOD [TOKEN]: gRPC, as a client of the bridge does.
call()
{
    python3 - "$HOME" >"$work/socket" <<'END_OF_PYTHON'
import json
import sys
config = sys.argv[1] + "/.config/protonmail/bridge-v3/grpcServerConfig.json"
print(json.load(open(config))["fileSocketPath"])
END_OF_PYTHON
    printf '\0\0\0\0\0' | curl -s --http2 --max-time 5 \
        --unix-socket "$(cat "$work/socket")" --cacert "$HOME/grpc.pem" \
        -H 'content-type: application/grpc' -H 'te: trailers' \
        -H "server-token: ${2-5a1d7a4e-0000-4000-8000-000000000000}" \
        --data-binary @- "https://127.0.0.1/grpc.Bridge/$1" >"$work/reply"
}

converse "$imap" 'a1 CAPABILITY' 'a2 LOGOUT'
call MailServerSettings
tap_verdict 'what is allowed is no offence' \
    "$(cat "$HOME/violations" 2>/dev/null)"
tap_verdict 'its gRPC answers as the real one does' "$(
    # 1143 and 1025: 08 f7 08, 10 81 08
    [ "$LAB_ALONE" = no ] || od -An -tx1 "$work/reply" |
        grep -v '00 00 00 00 06 08 f7 08 10 81 08')"
call GetUserList
tap_verdict 'its list of users holds the password that must get nowhere' \
    "$(secrets_kept "$work/reply" | grep -q . || echo 'it is not found there')"

converse "$imap" 'a1 LOGIN ann@proton.me secret' 'a2 LOGOUT'
noticed 'LOGIN' '^IMAP LOGIN'
converse "$imap" 'a1 AUTHENTICATE PLAIN' 'a2 LOGOUT'
noticed 'AUTHENTICATE' '^IMAP AUTHENTICATE'
converse "$imap" 'a1 ID ("name" "portolan")' 'a2 LOGOUT'
noticed 'a named ID' '^IMAP ID'
converse "$smtp" 'AUTH PLAIN AGFubgBzZWNyZXQ=' QUIT
noticed 'AUTH' '^SMTP AUTH'
converse "$imap" 'a1 CAPABILITY'
noticed 'leaving IMAP without LOGOUT' "^port $imap was left"
converse "$smtp"
noticed 'leaving SMTP without QUIT' "^port $smtp was left"
python3 - "$imap" <<'END_OF_PYTHON'
import socket
import sys
at = ("127.0.0.1", int(sys.argv[1]))
with socket.create_connection(at) as a, socket.create_connection(at) as b:
    a.recv(1024), b.recv(1024)
END_OF_PYTHON
noticed 'two connections at once' '^two connections at once'
for method in RunEventStream Quit Restart SetMailServerSettings \
    ExportTLSCertificates; do
    call $method
    noticed "$method" "^gRPC call /grpc.Bridge/$method"
done
call GetUserList 00000000-0000-4000-8000-000000000000
noticed 'a made-up token' '^gRPC with a wrong token'
focus=$(sed 's/.*"port":\([0-9]*\).*/\1/' \
    "$HOME/.config/protonmail/bridge-v3/grpcFocusServerConfig.json")
curl -s --http2-prior-knowledge --max-time 5 --data-binary x \
    "http://127.0.0.1:$focus/focus.Focus/Raise" >"$work/reply"
noticed 'Raise' '^gRPC call /focus.Focus/Raise'
python3 - "$focus" <<'END_OF_PYTHON'
import socket
import sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) as s:
    s.sendall(b"a1 CAPABILITY\r\n")
    s.recv(1024)
END_OF_PYTHON
noticed 'what is not gRPC on its gRPC port' '^junk sent to focus'
kill -HUP "$proton"
noticed 'SIGHUP' '^signal 1$'
# from a process that did not start it
sh -c 'kill "$1"; sleep 0' sh "$proton"
noticed 'SIGTERM by a stranger' '^signal 15$'
cat "$HOME/.config/protonmail/bridge-v3/vault.enc" >"$work/reply"
kill "$proton" 2>/dev/null
wait "$proton" 2>/dev/null
proton=
noticed 'opening the vault' '^the vault or a key was opened'
tap_done
