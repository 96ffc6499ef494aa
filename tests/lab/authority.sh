#!/bin/sh
# The authority's certificates in the hands of others: openssl verifies them;
# Python and curl talk to servers that have them, and trust nobody else.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
authority=${top_builddir:-$top}/tests/lab/authority_files
state=$work/state
folder=$state/portolan/authority
root=$folder/root.pem
name=attic.home.arpa
umask 022

command -v openssl >/dev/null ||
    { echo '1..0 # SKIP openssl is not installed'; exit 0; }

# ---- what is made ----

tap_verdict 'an authority is made' "$(
    "$authority" open "$state" $name 127.0.0.1 ::1 2>&1 >"$work/print")"
tap_verdict 'its fingerprint is the one that openssl computes' "$(
    openssl x509 -in "$root" -noout -fingerprint -sha256 |
        sed 's/.*=//; s/://g' | tr A-F a-f | diff - "$work/print")"
tap_verdict 'a certificate for the bridge is made' "$(
    "$authority" bridge "$state" "$work/bridge" $name 127.0.0.1 ::1 2>&1)"
tap_verdict 'nobody but their owner may do anything with the files' "$(
    find "$folder" "$work/bridge" -type f ! -perm 600
    find "$folder" "$work/bridge" -type d ! -perm 700)"

# verifies FILE OPTION...
verifies()
{
    openssl verify -x509_strict -purpose sslserver -auth_level 2 \
        -no-CApath -no-CAstore -CAfile "$root" "$@" 2>&1
}

for pem in "$folder/leaf.pem" "$work/bridge/cert.pem"; do
    what=${pem##*/}
    for host in "-verify_hostname $name" '-verify_ip 127.0.0.1' \
        '-verify_ip ::1'; do
        # shellcheck disable=SC2086 # an option and its value
        tap_verdict "$what: openssl verifies it by ${host#* }" \
            "$(verifies $host "$pem" | grep -v ': OK$')"
    done
    for host in '-verify_hostname home.arpa' '-verify_ip 127.0.0.2' \
        "-verify_hostname a.$name" '-verify_hostname 127.0.0.1'; do
        # shellcheck disable=SC2086
        tap_verdict "$what: and not by ${host#* }" \
            "$(verifies $host "$pem" >/dev/null && echo 'it does')"
    done
done

# extensions FILE NAME: as openssl shows them, without their keys
extensions()
{
    openssl x509 -in "$1" -noout -ext "$2" | tr -s ' \n' ' '
}

tap_verdict 'the root signs servers, and no other authorities' "$(
    extensions "$root" basicConstraints,keyUsage |
        grep -v 'critical CA:TRUE, pathlen:0 .*Certificate Sign, CRL Sign $'
    )"
tap_verdict 'its name says whose it is, and since when' "$(
    openssl x509 -in "$root" -noout -subject |
        grep -v "CN = \"attic mail authority, made $(date -u +%F)\"$")"
tap_verdict 'a server has its addresses as addresses' "$(
    extensions "$folder/leaf.pem" subjectAltName | grep -v \
        "IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:$name $")"
tap_verdict 'a server signs nobody, and is a server only' "$(
    extensions "$folder/leaf.pem" basicConstraints,keyUsage,extendedKeyUsage |
        grep -v 'critical CA:FALSE .*critical Digital Sig.*: TLS Web Server'
    )"
tap_verdict 'a server is good for 395 days more, and not for 397' "$(
    openssl x509 -in "$folder/leaf.pem" -noout \
        -checkend $((395 * 86400)) >/dev/null || echo 'too short'
    ! openssl x509 -in "$folder/leaf.pem" -noout \
        -checkend $((397 * 86400)) >/dev/null || echo 'too long')"

# ---- who talks to it ----

cat >"$work/server.py" <<'END'
import os, socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.minimum_version = context.maximum_version = \
    getattr(ssl.TLSVersion, sys.argv[3])
listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[4] + ".part", "w") as out:
    print(listener.getsockname()[1], file=out)
os.rename(sys.argv[4] + ".part", sys.argv[4])
while True:
    plain, _ = listener.accept()
    plain.settimeout(5)
    try:
        with context.wrap_socket(plain, server_side=True) as tls:
            tls.recv(4096)
            tls.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    except OSError:
        pass
END
cat >"$work/client.py" <<'END'
import socket, ssl, sys
root, port, host, version = sys.argv[1:]
context = ssl.create_default_context(cafile=root)
with socket.create_connection(("127.0.0.1", int(port)), 5) as plain:
    with context.wrap_socket(plain, server_hostname=host) as tls:
        if tls.version() != version:
            print("it speaks", tls.version())
END

# serve CERTIFICATE KEY VERSION: its port is in $port
serve()
{
    rm -f "$work/port"
    python3 "$work/server.py" "$1" "$2" "$3" "$work/port" 2>"$work/err" &
    server=$!
    keep $server
    tries=0
    while [ ! -e "$work/port" ] && [ $tries -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    port=$(cat "$work/port")
}

python_takes()
{
    python3 "$work/client.py" "$root" "$port" "$1" "$2" 2>&1
}

curl_takes()
{
    curl -sS --max-time 10 --resolve "$1:$port:127.0.0.1" \
        --cacert "$root" "https://$1:$port/" 2>&1
}

for pair in leaf.pem:leaf.key cert.pem:key.pem; do
    case $pair in
    leaf*) in=$folder ;;
    *) in=$work/bridge ;;
    esac
    for version in TLSv1_2:TLSv1.2 TLSv1_3:TLSv1.3; do
        said=${version#*:}
        serve "$in/${pair%:*}" "$in/${pair#*:}" "${version%:*}"
        for host in $name 127.0.0.1; do
            tap_verdict "${pair%:*}, $said: Python takes $host for it" \
                "$(python_takes "$host" "$said")"
            tap_verdict "${pair%:*}, $said: curl takes $host for it" \
                "$(curl_takes "$host" | grep -vx hi)"
        done
        tap_verdict "${pair%:*}, $said: Python takes nobody else for it" "$(
            python_takes other.home.arpa "$said" |
                grep -q 'Hostname mismatch' || echo 'it does')"
        tap_verdict "${pair%:*}, $said: neither does curl" "$(
            curl_takes other.home.arpa | grep -q 'no alternative certificate' ||
                echo 'it does')"
        tap_verdict "${pair%:*}, $said: who does not know the root refuses" "$(
            curl -sS --max-time 10 --resolve "$name:$port:127.0.0.1" \
                "https://$name:$port/" >"$work/out" 2>&1 &&
                echo 'curl takes it')"
        end "$server"
    done
done

# ---- Apple's profile ----

tap_verdict 'a profile is written with the root' "$(
    "$authority" profile "$state" "$work/profile" $name 127.0.0.1 ::1 2>&1)"
tap_verdict "Apple's schema has nothing against it" "$(
    python3 "$top/tests/clients/check_mobileconfig.py" \
        "$top/tests/clients/apple_schema.json" "$work/profile" |
        grep -v ': OK$')"
tap_verdict 'the root that it brings is the one that verifies the bridge' "$(
    python3 -c '
import plistlib, ssl, sys
for payload in plistlib.load(open(sys.argv[1], "rb"))["PayloadContent"]:
    if payload["PayloadType"] == "com.apple.security.root":
        print(ssl.DER_cert_to_PEM_cert(payload["PayloadContent"]), end="")' \
        "$work/profile" >"$work/profile.pem"
    openssl verify -no-CApath -no-CAstore -CAfile "$work/profile.pem" \
        -verify_hostname $name "$work/bridge/cert.pem" 2>&1 | grep -v ': OK$')"

# ---- several at once, and killed ones ----

at_once()
{
    rm -rf "$state"
    started=
    for i in 1 2 3 4 5 6 7 8; do
        "$authority" open "$state" $name >"$work/at-once.$i" 2>&1 &
        started="$started $!"
    done
    # shellcheck disable=SC2086 # a list
    wait $started
    cat "$work"/at-once.* | sort | uniq -c |
        grep -v '^ *8 [0-9a-f]\{64\}$'
}

tap_verdict 'eight that start at once make one authority' "$(at_once)"

# kill_at SYSCALL NTH: false when there was no nth one
kill_at()
{
    rm -rf "$state"
    ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e "trace=$1" \
        -e "inject=$1:signal=SIGKILL:when=$2" \
        "$authority" open "$state" $name >/dev/null 2>&1
    [ $? -eq 137 ]
}

# What devices may have been given is what stays.
survives()
{
    was=
    [ ! -e "$root" ] || was=$(openssl x509 -in "$root" -outform DER |
        sha256sum | cut -d ' ' -f 1)
    is=$("$authority" open "$state" $name 2>&1)
    [ "${#is}" -eq 64 ] || echo "after $1 $2: $is"
    [ -z "$was" ] || [ "$was" = "$is" ] || echo "after $1 $2: another root"
    [ ! -e "$folder.new" ] || echo "after $1 $2: something is left"
}

kill_each()
{
    for call in mkdir openat write fsync rename flock close; do
        nth=1
        while [ $nth -lt 100 ] && kill_at $call $nth; do
            survives $call $nth
            nth=$((nth + 1))
        done
        echo "$call $((nth - 1))" >>"$work/kills"
    done
}

if command -v strace >/dev/null; then
    tap_verdict 'killed at any moment, there is a whole authority or none' \
        "$(kill_each)"
    tap_verdict 'it was killed at each kind of call' \
        "$(grep -E ' 0$|100$' "$work/kills")"
    sed 's/^/# /' "$work/kills"
else
    tap_skip 'killed at any moment' 'strace is not installed'
fi
tap_done
