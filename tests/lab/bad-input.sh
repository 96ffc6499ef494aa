#!/bin/sh
# Whatever it is given, portolan answers in time, with the right exit status
# and one clear sentence, and leaves every file whole.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
# shellcheck disable=SC2046 # two ports
set -- $(usual_ports)
imap=$1 smtp=$2

# In time: two seconds, and half of one for a start under sanitizers.
in_time='took_ms < 2500'

# Copies that another user may read, with every settings file below HOME.
chmod 755 "$work"
cp "$portolan" "$work/portolan"
cp -r "$top/profiles" "$work/profiles"
sed -i 's|"/etc/|"${home}/etc/|' "$work"/profiles/bridges/*.json
portolan=$work/portolan
PORTOLAN_PROFILES=$work/profiles
export PORTOLAN_PROFILES

# refused WHAT STATUS PATTERN ARGS...: with one sentence that says so.
refused()
{
    what=$1
    wanted=$2
    pattern=$3
    shift 3
    run "$@"
    judge "$what" "
        status == $wanted and sentence and out == '' and $in_time and
        re.search(r'''$pattern''', err)"
}

# ---- addresses ----
new_home addresses
long=$(printf '%0300d' 0 | tr 0 a)
esc=$(printf 'a\033[31mb@example.org')
tab=$(printf 'a\tb@example.org')
latin=$(printf 'a\377b@example.org')
for command in find 'write apple' 'setup msmtp'; do
    # shellcheck disable=SC2086 # a command and a client
    {
        refused "$command: what is no address is refused" 2 'has no @' \
            $command ann.example.org
        refused "$command: a part of 300 bytes is refused" 2 '300 bytes' \
            $command "$long@example.org"
        refused "$command: control characters are refused, not shown" 2 \
            'control characters' $command "$esc"
        refused "$command: a tab is refused" 2 'control characters' \
            $command "$tab"
        refused "$command: bytes that are not UTF-8 are refused" 2 'UTF-8' \
            $command "$latin"
        refused "$command: nothing is refused" 2 'empty' $command ''
        refused "$command: an option that does not exist is refused" 2 \
            'nonsense' $command --nonsense ann@example.org
    }
done
# many LINES: addresses from standard input, as one JSON object a line.
many()
{
    begun=$(date +%s%3N)
    # shellcheck disable=SC2059 # the lines have escapes
    printf "$1" | timeout 10 "$portolan" find --only file - \
        >"$work/out" 2>"$work/err"
    status=$?
    took_ms=$(($(date +%s%3N) - begun))
}
lines='[json.loads(line) for line in out.splitlines()]'
many 'a\0b@example.org\n'
judge 'a NUL on standard input is refused' "
    status == 2 and [x['status'] for x in $lines] == ['bad-input'] and
    'control characters' in ($lines)[0]['error']"
many 'no\n\nann@example.org'
judge 'what is no address does not keep the others from an answer' "
    status == 2 and [x['status'] for x in $lines] ==
        ['bad-input', 'nothing']"
many '%01000000d\n'
judge 'a line of a megabyte is refused' "
    status == 2 and [x['status'] for x in $lines] == ['bad-input'] and
    $in_time and len(out) < 4096"
for port in 0 65536 -1 1143x '' 99999999999999999999; do
    refused "port '$port' is no port" 2 'is not a port|no option' port "$port"
done


# ---- hosts and ports to be tried ----
for port in 0 65536 70000 -1 1143x 99999999999999999999; do
    refused "probe: port '$port' of a host is no port" 2 'is not a port' \
        probe "mail.example.org:$port"
    refused "probe: port '$port' to be added is none" 2 'is not a port' \
        probe mail.example.org --port "$port"
done
refused 'probe: a service that is not of mail' 2 'is not a service of mail' \
    probe mail.example.org --port http:80
for host in '' mail.example.org: 'a b.example' mail..example 999.1.1.1 '[::1' \
    "$esc.x" "$latin.x" "$long"; do
    refused 'probe: what is no host is refused' 2 \
        'neither a mail|characters|UTF-8' probe "$host"
done
refused 'probe: an address without a domain' 2 'nothing after the @' probe ann@
run probe
judge 'probe: nothing at all is not enough' "
    status == 2 and out == '' and 'needs ADDRESS|HOST' in err"

# no_answer WHAT REASON ARGS...: nothing could be tried, and that is told.
no_answer()
{
    what=$1 reason=$2
    shift 2
    run probe --timeout 1 "$@"
    judge "probe: $what" "
        status == 4 and err == '' and 'nothing could be tried' in out and
        re.search(r'''$reason''', out) and $in_time"
}

for host in mail.nohost.invalid imap.bücher.example; do
    refused "probe: $host without a name server" 4 'the name server' \
        probe "$host" --dns 127.0.0.1:9 --timeout 1
done
if [ "$LAB_ALONE" = yes ]; then
    no_answer 'an address no way leads to' 'no network' 192.0.2.1
    no_answer 'one of IPv6' 'no network' '[2001:db8::1]:993'
fi
run probe --json --timeout 1 127.0.0.1 "[::1]:993"
judge 'probe: what is this machine, by its number, is tried' "
    status == 1 and [len(x['tries']) for x in $lines] == [8, 1] and
    {t['outcome'] for x in $lines for t in x['tries']} == {'refused'}"

tap_verdict 'and nothing was left in the home' "$(ls -A "$HOME")"

# ---- what setup, update and undo keep ----
refused 'undo: there is nothing to be undone' 1 'could be undone' undo
refused 'update: there is nothing to be kept right' 1 'no mail program' update
state=$HOME/.local/state/portolan
for text in '' '{' '[]' 'null' '{"portolan":2}' '{"portolan":1,"set_up":[{}]}' \
    '{"portolan":1,"written":[{"client":"apple","files":[]}]}'; do
    printf '%s' "$text" >"$state/manifest.json"
    refused "update: a manifest that is '$text' is refused" 2 \
        'manifest.json' update
    tap_verdict "and '$text' is left as it is" \
        "$([ "$(cat "$state/manifest.json")" = "$text" ] ||
            cat "$state/manifest.json")"
done
rm -r "$state"
echo mine >"$state"
for command in update undo; do
    refused "$command: where there is no folder to keep things in" 5 \
        'cannot make the directory' $command
done
rm "$state"

# ---- settings files, of each kind of bridge ----
damage() # HOW FILE
{
    case $1 in
    truncated) head -c $(($(wc -c <"$2") / 2)) "$2" >"$2.new" &&
        mv "$2.new" "$2" ;;
    binary) head -c 4096 /dev/urandom >"$2" ;;
    huge) truncate -s 1G "$2" ;;
    directory) rm "$2" && mkdir "$2" ;;
    unreadable) chmod 0 "$2" ;;
    esac
}

as_nobody()
{
    setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# write_settings NAME: sound ones; prints which file they are.
write_settings()
{
    case $1 in
    proton) file=.config/protonmail/bridge-v3/grpcServerConfig.json ;;
    proton-v2) file=.config/protonmail/bridge/prefs.json ;;
    hydroxide | ferroxide) file=.config/$1/auth.json ;;
    davmail) file=.davmail.properties ;;
    oauth2-proxy) file=.emailproxy/emailproxy.config ;;
    peroxide) file=etc/peroxide.conf ;;
    tutabridge) file=.config/tutabridge/config.toml ;;
    esac
    mkdir -p "$HOME/$(dirname "$file")"
    case $1 in
    proton) text='{"port":0,"cert":"x","token":"y","fileSocketPath":"/z"}' ;;
    proton-v2) text='{"user_port_imap": "1150", "user_port_smtp": "1050"}' ;;
    hydroxide | ferroxide) text='{"ann": "c2VjcmV0", "bob": "c2VjcmV0"}' ;;
    davmail) text='davmail.imapPort=1150' ;;
    oauth2-proxy) text='[IMAP-1993]
server_address = imap.example.org
server_port = 993' ;;
    peroxide) text='{"UserPortImap": "1150", "UserPortSmtp": "1050"}' ;;
    tutabridge) text='imap_port = 1150' ;;
    esac
    echo "$text" >"$HOME/$file"
    echo "$file"
}

# Lines may end anywhere; JSON that does is broken.
for name in davmail ferroxide hydroxide oauth2-proxy peroxide proton \
    proton-v2 tutabridge; do
    for how in truncated binary huge directory unreadable; do
        new_home "$name-$how"
        file=$(write_settings "$name")
        damage $how "$HOME/$file"
        keeper=
        if [ $how = unreadable ]; then
            if ! is_foreigner_possible; then
                tap_skip "$name: settings that may not be read are told" \
                    'not root: every file here may be read'
                continue
            fi
            keeper=as_nobody
        fi
        begun=$(date +%s%3N)
        $keeper timeout 10 "$portolan" bridges --json >"$work/out" \
            2>"$work/err"
        status=$?
        took_ms=$(($(date +%s%3N) - begun))
        told="one['state'] == 'unknown' and '$file' in one['hint']"
        case $how-$file in
        truncated-*.json | truncated-*peroxide.conf) ;;
        truncated-*) told="one['state'] in ('stopped', 'unknown')" ;;
        esac
        judge "$name: settings that are $how are told, and harm nothing" "
            status == 0 and err == '' and $in_time and
            [$told for one in [bridge('$name')[0]]] == [True]"
        [ $how = huge ] && rm "$HOME/$file"
    done
done

# ---- logs ----
logs=.local/share/protonmail/bridge-v3/logs
log=$logs/20261124_090000000_bri_000_v3.25.0_br-1.log
starting='time="2026-11-24 09:00:01.100" level="info" msg="Starting IMAP'
starting="$starting server\" port=\"$imap\" ssl=\"false\""
new_home big-log
mkdir -p "$HOME/$logs"
yes 'time="2026-11-24 09:00:00.000" level="debug" msg="noise" pkg="x"' |
    head -c 100M >"$HOME/$log"
printf '\n%s\n' "$starting" >>"$HOME/$log"
expect 'a log of 100 MB is read from its end' "
    b['state'] == 'stopped' and e['imap']['port'] == $imap and $in_time" \
    bridges
head -c 100M /dev/zero >"$HOME/$log"
printf '\n%s\n' "$starting" >>"$HOME/$log"
expect 'a line of 100 MB in a log does no harm' "
    e['imap']['port'] == $imap and $in_time" bridges
head -c 1M /dev/urandom >"$HOME/$log"
expect 'a log of nonsense does no harm' "
    status == 0 and b['endpoints'] == [] and $in_time" bridges
rm "$HOME/$log" && mkfifo "$HOME/$log"
expect 'a pipe in place of a log is not waited for' "
    status == 0 and b['state'] == 'unknown' and $in_time" bridges

# ---- listeners that misbehave ----
# set_davmail [HOST]: a bridge that should be on these ports.
set_davmail()
{
    printf 'davmail.imapPort=%s\ndavmail.smtpPort=%s\n%s\n' "$imap" "$smtp" \
        "davmail.bindAddress=${1-127.0.0.1}" >"$HOME/.davmail.properties"
}

# misbehaves HOW ARGS...: bridges and port tell, in time.
misbehaves()
{
    how=$1
    new_home "$(echo "$how" | tr ' ' -)"
    set_davmail
    shift
    listen "$@"
    expect "$how: bridges answers in time" "
        status == 0 and d['state'] == 'stopped' and $in_time and
        'greeter.py' in d['hint'] and '$listener' in d['hint']" bridges
    expect "$how: port answers in time" "
        status == 0 and not j['free'] and $in_time and
        j['holders'][0]['pid'] == $listener" port "$imap"
    end "$listener"
}
misbehaves 'a listener that never speaks' "$imap"
misbehaves 'a listener that never takes the connection' --deaf "$imap"
misbehaves 'a greeting of a megabyte' --flood 1000000 "$imap" '* OK hello '
misbehaves 'a greeting a byte a second' --drip "$imap" '* OK hello'
misbehaves 'garbage for TLS' --garbage "$imap"

new_home ten-silent
mkdir "$HOME/.emailproxy"
ten=
# shellcheck disable=SC2046 # ten ports
for port in $(free_ports 10); do
    listen "$port"
    ten="$ten $listener"
    printf '[IMAP-%s]\nserver_address = imap.example.org\n' "$port"
done >"$HOME/.emailproxy/emailproxy.config"
expect 'ten listeners that never speak take no longer than one' "
    len(bridge('oauth2-proxy')[1]) == 1 and
    len(bridge('oauth2-proxy')[0]['endpoints']) == 10 and $in_time" bridges
for one in $ten; do end "$one"; done

# ---- listeners not to be spoken to, or not to be trusted ----
new_home far
if [ "$LAB_ALONE" = yes ]; then
    ip addr add 192.0.2.1/32 dev lo
    listen --address 192.0.2.1 --count "$work/far" "$imap" '* OK far'
    set_davmail 192.0.2.1
    run bridges --json
    run port "$imap" --json
    run find ann@example.org --bridge davmail
    tap_verdict 'an address that is not loopback is never connected to' \
        "$(cat "$work/far" 2>/dev/null)"
    end "$listener"
else
    tap_skip 'an address that is not loopback is never connected to' \
        'no name space of its own to make one in'
fi

# listen_foreign PORT LINE: as a program called davmail, of another user.
listen_foreign()
{
    GREETER="--uid 65534 $1 '$2'" PYTHONHOME=$python_home \
        "$work/davmail" "$fakes/greeter.py" &
    foreign="$foreign $!"
    keep $!
    wait_port "$1"
}

if is_foreigner_possible; then
    new_home foreign
    set_davmail
    foreign=
    cp "$(python3 -c 'import sys; print(sys.executable)')" "$work/davmail"
    python_home=$(python3 -c 'import sys
print(sys.base_prefix + ":" + sys.base_exec_prefix)')
    listen_foreign "$imap" \
        '* OK [CAPABILITY IMAP4REV1] IMAP4rev1 DavMail 6.2.0 server ready'
    listen_foreign "$smtp" '220 DavMail 6.2.0 SMTP ready at noon'
    expect 'a bridge of another user is seen as his' "
        d['state'] == 'ok' and f['imap']['foreign'] and
        'not trusted' in d['hint'] and
        '--accept 127.0.0.1' in d['hint']" bridges
    expect 'a bridge of another user is not used' "
        status == 3 and j['status'] == 'unsure' and
        j['needs_accept'] == ['127.0.0.1']" \
        find ann@example.org --bridge davmail
    refused 'no file is written from it' 3 'nobody we trust' \
        write apple ann@example.org --bridge davmail -o "$HOME/new"
    tap_verdict 'and none is there' "$(ls "$HOME/new" 2>/dev/null)"
    expect 'it is, once its user is accepted' "
        status == 0 and j['servers'][0]['chosen']" \
        find ann@example.org --bridge davmail --accept 127.0.0.1
    for one in $foreign; do end "$one"; done
else
    tap_skip 'a bridge of another user is not used' 'not root'
fi

# ---- a bridge that answers nothing at all ----
start_proton silent-mute "$imap" "$smtp"
expect 'a silent bridge: port still suggests, in time' "
    status == 0 and j['suggest']['imap'] and j['suggest']['smtp'] and
    j['holders'][0]['pid'] == $proton and $in_time" port "$imap"
stop_proton silent-mute

# ---- what is written, and where ----
new_home output
from=$HOME/ann@example.org.xml
cp "$top/profiles/examples/ann@example.org.xml" "$from"
mkdir "$HOME/closed"
chmod 555 "$HOME/closed"
# to ARGS...: the command that writes a profile.
to()
{
    echo "$portolan" write apple ann@example.org --from "$from" "$@"
}

# fails WHAT PATTERN COMMAND: exit 5 and a sentence.
fails()
{
    begun=$(date +%s%3N)
    timeout 10 sh -c "$3" >"$work/out" 2>"$work/err"
    status=$?
    took_ms=$(($(date +%s%3N) - begun))
    judge "$1" "status == 5 and sentence and re.search(r'''$2''', err)"
}
fails 'a closed standard output is told' 'standard output' "$(to) >&-"
fails 'bridges: a closed standard output is told' 'standard output' \
    "$portolan sources >&-"
fails 'a full standard output is told' 'standard output' "$(to) >/dev/full"
fails 'sources: a full standard output is told' 'standard output' \
    "$portolan sources >/dev/full"
fails 'a reader that went away is told' 'standard output' \
    "trap '' PIPE; { sleep 0.3; $(to); echo \$? >$work/status; } | true
    exit \$(cat $work/status)"
fails 'a directory that is none is told' 'cannot write' \
    "$(to -o "$HOME/none/here.mobileconfig")"
mkfifo "$work/fifo"
fails 'a named pipe is not written to' 'cannot write|not a file' \
    "$(to -o "$work/fifo")"
fails 'a name too long is told' 'cannot write' "$(to -o "$HOME/$long")"
cp "$from" "$HOME/file"
fails 'a file in place of the directory is told' 'cannot (write|make)' \
    "$(to -o "$HOME/file/")"
tap_verdict 'and that file is as it was' "$(cmp "$from" "$HOME/file" 2>&1)"
if is_foreigner_possible; then
    chmod 711 "$work"
    fails 'a directory that is not ours is told' 'cannot write' \
        "setpriv --reuid 65534 --clear-groups $(to -o "$HOME/closed/x")"
fi
if [ "$LAB_ALONE" = yes ] && mkdir "$HOME/full" &&
    mount -t tmpfs -o size=8k none "$HOME/full" 2>/dev/null; then
    echo precious >"$HOME/full/kept"
    head -c 8192 /dev/zero >"$HOME/full/rest" 2>/dev/null
    fails 'a full disk is told' 'No space left' "$(to -o "$HOME/full/kept")"
    tap_verdict 'and the file that was there is whole, with none beside it' "$(
        [ "$(cat "$HOME/full/kept")" = precious ] || echo 'it is not whole'
        find "$HOME/full" -name '.portolan*')"
    umount "$HOME/full"
else
    tap_skip 'a full disk is told' 'no name space of its own to make one in'
fi

# A live bridge keeps sockets open while the answers are printed.
start_proton ok "$imap" "$smtp"
printf 'ann@proton.me\nann@pm.me\n' >"$HOME/list"
fails 'a closed standard output is not taken for one of its own sockets' \
    'standard output' "$portolan find - <$HOME/list >&-"
stop_proton 'closed standard output'

new_home kept
echo precious >"$HOME/kept"
refused 'a bridge that is missing writes nothing' 7 'nothing was written' \
    write apple ann@proton.me -o "$HOME/kept"
tap_verdict 'and the file that was there is whole' \
    "$([ "$(cat "$HOME/kept")" = precious ] || cat "$HOME/kept")"

# ---- files that are read ----
mkdir "$HOME/directory"
: >"$HOME/empty"
head -c 4096 /dev/urandom >"$HOME/binary"
head -c 100 "$from" >"$HOME/truncated"
truncate -s 1G "$HOME/huge"
for file in none empty binary truncated huge directory; do
    refused "--from: a file that is $file is refused" 2 "$file" \
        find ann@example.org --from "$HOME/$file"
done
(
    unset HOME
    run find ann@example.org
    printf 'status=%s took_ms=%s' $status $took_ms >"$work/without"
)
eval "$(cat "$work/without")"
judge 'without a home directory it says so, or does without' "
    status in (0, 1, 2, 4) and $in_time and (status != 2 or sentence)"
tap_done
