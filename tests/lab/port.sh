#!/bin/sh
# portolan port: who holds a port, on which address and as whom, and which
# free pair a bridge could have instead.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck disable=SC2046 # two ports
set -- $(usual_ports)
imap=$1 smtp=$2
in_time='took_ms < 2500'
hints="' '.join(j['hints'])"
new_home here

# is_offered_free: by Proton Mail Bridge's own rule, tried with other code.
is_offered_free()
{
    tap_verdict "$1: the pair it offers is one the bridge would take" "$(
        python3 - "$work/out" 2>&1 <<'END_OF_PYTHON'
import json
import socket
import sys
pair = json.load(open(sys.argv[1]))["suggest"]
if pair["imap"] == pair["smtp"] or not 1023 < min(pair.values()):
    print(pair)
for port in pair.values():
    for family, address in ((socket.AF_INET, "127.0.0.1"),
                            (socket.AF_INET6, "::")):
        with socket.socket(family) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            try:
                s.bind((address, port))
                s.listen(1)
            except OSError as error:
                print(port, address, error)
END_OF_PYTHON
    )"
}

# ---- which address ----
expect 'nobody: the port is free, and offered itself' "
    status == 0 and j['free'] and j['holders'] == [] and
    j['suggest']['imap'] == $imap" port "$imap"

# holds ADDRESS ARGS...: whoever listens there is told, and what he says.
holds()
{
    address=$1
    shift
    listen --address "$address" "$@" "$imap" '220 somebody.example ESMTP'
    expect "$address${1+, $1}: it is told who holds it" "
        status == 0 and not j['free'] and len(j['holders']) == 1 and
        j['holders'][0]['pid'] == $listener and
        j['holders'][0]['program'] == 'greeter.py' and
        j['holders'][0]['user'] == '$(id -un)' and
        j['holders'][0]['address'] == '$address' and
        j['holders'][0]['bridge'] is None and
        '220 somebody.example' in j['holders'][0]['note']" port "$imap"
    is_offered_free "$address"
    end "$listener"
}
holds 127.0.0.1
holds 0.0.0.0
holds ::1
holds ::
holds :: --only-six
holds 127.0.0.2
listen "$imap" '* OK one'
one=$listener
listen --address 127.0.0.2 "$imap" '* OK two'
expect 'two on different addresses: both are told, each with its own words' "
    not j['free'] and sorted((x['address'], x['pid'], x['note'])
        for x in j['holders']) ==
        [('127.0.0.1', $one, 'greets with \"* OK one\"'),
         ('127.0.0.2', $listener, 'greets with \"* OK two\"')]" port "$imap"
end "$one"
end "$listener"

# ---- what it does ----
listen "$imap"
expect 'who listens and says nothing is told so' "
    not j['free'] and j['holders'][0]['pid'] == $listener and
    'says nothing' in j['holders'][0]['note'] and $in_time" port "$imap"
run port "$imap"
judge 'and people read it' "
    status == 0 and 'port $imap: taken' in out and 'greeter.py' in out and
    'says nothing' in out and 'free for a bridge: IMAP ' in out"
end "$listener"
listen --bound "$imap"
expect 'a socket that does not listen leaves the port free for a bridge' "
    j['free'] and j['holders'] == []" port "$imap"
end "$listener"

cp "$(python3 -c 'import sys; print(sys.executable)')" "$work/docker-proxy"
python_home=$(python3 -c 'import sys
print(sys.base_prefix + ":" + sys.base_exec_prefix)')
chmod 755 "$work"
GREETER="$imap" PYTHONHOME=$python_home "$work/docker-proxy" \
    "$fakes/greeter.py" -proto tcp -host-ip 127.0.0.1 -host-port "$imap" \
    -container-ip 172.17.0.2 -container-port 9143 &
docker=$!
keep $docker
wait_port "$imap"
expect 'docker-proxy: where it forwards to is told' "
    j['holders'][0]['program'] == 'docker-proxy' and
    '172.17.0.2' in j['holders'][0]['note'] and
    '9143' in j['holders'][0]['note']" port "$imap"
end $docker

# ---- whose it is ----
if is_foreigner_possible; then
    listen_as()
    {
        GREETER="--uid $1 $imap '220 hello'" python3 "$fakes/greeter.py" &
        foreign=$!
        keep $foreign
        wait_port "$imap"
    }
    cp "$portolan" "$work/portolan"
    cp -r "$top/profiles" "$work/profiles"
    listen_as 4242
    expect 'root sees whose process it is' "
        j['holders'][0]['user'] == '4242' and
        j['holders'][0]['pid'] == $foreign and
        j['holders'][0]['program'] == 'greeter.py'" port "$imap"
    PORTOLAN_PROFILES=$work/profiles setpriv --reuid 65534 --regid 65534 \
        --clear-groups timeout 10 "$work/portolan" port "$imap" --json \
        >"$work/out" 2>"$work/err"
    status=$?
    judge 'anybody sees at least which user it is' "
        status == 0 and not j['free'] and
        j['holders'][0]['user'] == '4242' and
        j['holders'][0]['address'] == '127.0.0.1' and
        j['holders'][0]['program'] is None and
        '220 hello' in j['holders'][0]['note']"
    end $foreign
else
    tap_skip 'anybody sees at least which user it is' 'not root'
fi

# ---- which number ----
if [ "$LAB_ALONE" = yes ]; then
    listen 143 '* OK privileged'
    expect 'a privileged port: it is said, and none such is offered' "
        not j['free'] and j['holders'][0]['pid'] == $listener and
        'administrator' in $hints" port 143
    is_offered_free 143
    end "$listener"
else
    tap_skip 'a privileged port: it is said, and none such is offered' \
        'no name space of its own'
fi
expect '25, that nobody holds: nothing privileged is offered for it' "
    'administrator' in $hints and j['suggest']['smtp'] > 1023" port 25
expect '65535: it is never free for a bridge, and a pair is offered' "
    not j['free'] and '65535' in $hints and j['suggest']['imap'] and
    j['suggest']['smtp']" port 65535
is_offered_free 65535
# read would take it byte by byte, which this file does not bear
range=$(cat /proc/sys/net/ipv4/ip_local_port_range)
low=${range%%[!0-9]*} high=${range##*[!0-9]}
expect 'a port the system hands out: it is said, another is offered' "
    'by itself' in $hints and j['suggest']['imap'] and
    not $low <= j['suggest']['imap'] <= $high" port $((low + 7000))
is_offered_free ephemeral
# shellcheck disable=SC2046 # twenty ports
expect 'twenty ports, all free: each of them is said to be' "
    [x['free'] for x in j['ports']] == 20 * [True]" port $(free_ports 20)
expect 'several ports: a report for each, in order' "
    [x['port'] for x in j['ports']] ==
    [$smtp, $imap]" port "$smtp" "$imap"

# ---- bridges ----
if [ "$LAB_ALONE" = yes ]; then
    run port
    judge 'without a number and without a bridge it says so' "
        status == 1 and 'no bridge' in err"
else
    tap_skip 'without a number and without a bridge it says so' \
        'there may be one here'
fi
printf 'davmail.imapPort=%s\ndavmail.smtpPort=%s\n' \
    $((imap + 1)) $((smtp + 1)) >"$HOME/.davmail.properties"
start_proton ok "$imap" "$smtp"
cp "$work/here/.davmail.properties" "$HOME"
expect 'a bridge: it is named, with where its port is changed' "
    j['holders'][0]['bridge'] == 'proton' and
    j['holders'][0]['pid'] == $proton and
    'Settings, Advanced settings, Default ports, Change' in $hints" \
    port "$imap"
expect 'what it offers keeps clear of a bridge that is down' "
    j['suggest']['imap'] not in ($imap, $imap + 1, $smtp, $smtp + 1) and
    j['suggest']['smtp'] not in ($imap, $imap + 1, $smtp, $smtp + 1)" \
    port "$imap"
is_offered_free bridge
expect 'without a number: both mail ports of each bridge' "
    {$imap, $smtp, $imap + 1, $smtp + 1} ==
    {x['port'] for x in j['ports']}" port
listen --address 127.0.0.2 "$imap" '* OK another'
expect 'beside a bridge, on another address: only one is the bridge' "
    {x['address']: (x['bridge'], x['note']) for x in j['holders']} ==
    {'127.0.0.1': ('proton', None),
     '127.0.0.2': (None, 'greets with \"* OK another\"')}" port "$imap"
stop_proton 'portolan port'
tap_done
