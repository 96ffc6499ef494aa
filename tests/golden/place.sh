#!/bin/sh
# How files get into their places: whole, nobody else's, and remembered.  What
# was there is kept, whatever happens meanwhile.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=$(cd "${top_builddir:-$top}" && pwd)/src/portolan
# The real name: a folder may be reached by another.
work=$(cd "$(mktemp -d)" && pwd -P) || exit 1
trap 'rm -rf "$work"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
HOME=$work/home # where it is remembered what was written
export HOME
manifest=$HOME/.local/state/portolan/manifest.json
mkdir "$HOME" "$work/in"
cd "$work/in" || exit 1
cp "$top/profiles/examples/ann@example.org.xml" ann.xml
sed 's/>993</>1993</' ann.xml >moved.xml

# put CLIENT... OPTION...: for an account that is asked of nobody.
put()
{
    "$portolan" write "$@" ann@example.org >"$work/out" 2>"$work/err"
}

# ends WANT CLIENT... OPTION...: with that exit status, or complains.
ends()
{
    want=$1
    shift
    put "$@"
    status=$?
    [ "$status" = "$want" ] ||
        { echo "exit status $status, not $want"; cat "$work/err"; }
}

# says FILE WORDS
says()
{
    grep -qF -e "$2" "$1" || { echo "not said: $2"; cat "$1"; }
}

# same GOT WANT
same()
{
    [ "$1" = "$2" ] || printf 'got:  %s\nwant: %s\n' "$1" "$2"
}

# all: every name here, with what is in it.
all()
{
    find . ! -type f -printf '%p %y\n' | sort
    find . -type f -exec sha256sum {} + | sort -k 2
}

# ---- new, unchanged, changed ----

tap_verdict 'a new file is there, for its owner alone' "$(
    ends 0 msmtp --from ann.xml -o rc; find rc ! -perm 600)"
tap_verdict 'it is remembered: by whom, how, and what is in it' "$(
    for words in '"client":	"msmtp"' '"ann@example.org"' "\"$work/in/rc\"" \
        '"--from"' "\"$work/in/ann.xml\"" "$(sha256sum <rc | cut -c 1-64)"; do
        says "$manifest" "$words"
    done)"
cat >export.reg <<'END'
Windows Registry Editor Version 5.00

[HKEY_CURRENT_USER\Outlook\9375CFF0413111d3B88A00104B2A6676\00000002]
"Email"="ann@example.org"
"IMAP Server"="imap.example.org"
"SMTP Server"="smtp.example.org"
END
tap_verdict 'with the options that are for that client' "$(
    ends 0 apple outlook-reg --from ann.xml --registry export.reg --name A -o o
    same "$(grep -cF '"--name"' "$manifest")" 2
    same "$(grep -cF '"--registry"' "$manifest")" 1)"
cp rc first
tap_verdict 'the same again changes nothing' "$(
    ends 0 msmtp --from ann.xml -o rc; says "$work/err" 'unchanged rc'
    cmp rc first)"
chmod 644 rc
tap_verdict 'but for who may read it' "$(
    ends 0 msmtp --from ann.xml -o rc; find rc ! -perm 600)"
tap_verdict 'what we left there is replaced' "$(
    ends 0 msmtp --from ann.xml --name Ann -o rc
    ends 0 mbsync --from ann.xml -o m/
    ends 0 mbsync --from moved.xml -o m/
    find . -name '*.bak*')"
echo mine >rc
tap_verdict 'what somebody else left there is kept, and where is told' "$(
    ends 0 msmtp --from ann.xml -o rc
    says "$work/err" 'what was there is kept as rc.bak'
    same "$(cat rc.bak)" mine
    echo more >rc
    ends 0 msmtp --from ann.xml -o rc
    same "$(cat rc.bak rc.bak2)" "$(printf 'mine\nmore')"
    cmp rc first)"
tap_verdict 'with --dry-run nothing at all is written' "$(
    echo other >rc2
    all >"$work/before"
    for where in rc2 new new/ m ./new/../er/; do
        ends 0 msmtp --from moved.xml -n -o "$where"
    done
    ends 0 all --from moved.xml -n -o m
    all | diff "$work/before" -)"
tap_verdict 'but what would be is shown, the index too' "$(
    ends 0 all --from moved.xml -n -o m
    says "$work/out" '+++ m/index.txt'
    says "$work/err" 'would write m/index.txt'
    ends 0 msmtp --from moved.xml -n -o rc2
    says "$work/out" '-other'
    says "$work/err" 'what was there would be kept as rc2.bak')"

yes '' | head -c 2000000 >large
tap_verdict 'of what is no text, or too much of it, only that it differs' "$(
    echo no >ann@example.org.thunderbird.zip
    ends 0 thunderbird --from ann.xml -n -o .
    same "$(cat "$work/out")" \
        'The bytes of ann@example.org.thunderbird.zip differ'
    ends 0 msmtp --from ann.xml -n -o large
    same "$(cat "$work/out")" 'The bytes of large differ')"

# ---- odd places ----

mkdir -p dir/ann@example.org.msmtprc
mkfifo pipe
: >not-dir
ln -s real link
ln -s gone/away nowhere
: >real
tap_verdict 'a folder, a pipe and a device are left alone' "$(
    all >"$work/before"
    for dry in '' -n; do
        for where in dir pipe /dev/null not-dir/ not-dir/rc; do
            [ "$dry $where" = '-n not-dir/' ] ||
                [ "$dry $where" = '-n not-dir/rc' ] ||
                ends 5 msmtp --from ann.xml $dry -o "$where"
        done
    done
    ends 5 msmtp --from ann.xml -o nowhere
    all | diff "$work/before" -)"
tap_verdict 'a link stays one: what it leads to is written' "$(
    ends 0 msmtp --from ann.xml -o link
    cmp real first
    [ -h link ] || echo 'the link is gone'
    ends 0 msmtp --from ann.xml --name Ann -o real
    find . -name 'real.bak*')"
tap_verdict 'a minus sign is standard output' "$(
    ends 0 msmtp --from ann.xml -o -
    cmp "$work/out" first
    ends 2 msmtp mbsync --from ann.xml -o -
    find . -name '-*')"
tap_verdict 'a name may begin with one, and have anything in it' "$(
    for name in -rc "-a b'\"\$(:)" é; do
        ends 0 msmtp --from ann.xml "-o$name"
        cmp "./$name" first
    done)"
# shellcheck disable=SC2059 # the bytes are octal
odd=$(printf '\351\033[1m')
tap_verdict 'one that JSON cannot hold is written, and told not to be known' "$(
    ends 0 msmtp --from ann.xml -o "$odd"
    cmp "$odd" first
    says "$work/err" "'portolan update' will not know of this"
    ends 0 msmtp --from ann.xml --json -o "$odd"
    says "$work/out" "'portolan update' will not know of this"
    grep -c "$(printf '\033')" "$work/err" "$work/out" | grep -v ':0')"
tap_verdict 'one that is too long is told of, and leaves nothing behind' "$(
    all >"$work/before"
    ends 5 msmtp --from ann.xml -o "$(printf '%0300d' 0)"
    all | diff "$work/before" -)"
tap_verdict 'what is found by a way round is known by its real name' "$(
    ends 0 msmtp --from ann.xml -o fresh/../else/
    says "$manifest" "\"$work/in/else/ann@example.org.msmtprc\""
    ends 0 msmtp --from moved.xml --name Ann -o else
    find else -name '*.bak')"

# ---- what goes wrong on the way ----

# With a limit that the first file passes and the ZIP does not.
tap_verdict 'when the disk is full, what was there is there' "$(
    mkdir full
    ends 0 msmtp thunderbird --from ann.xml -o full
    echo mine >full/ann@example.org.thunderbird.zip
    echo mine >full/ann@example.org.msmtprc
    (
        trap '' XFSZ
        ulimit -f 2
        ends 5 msmtp thunderbird --from ann.xml -o full
    )
    same "$(cat full/ann@example.org.thunderbird.zip)" mine
    says "$work/err" 'wrote full/ann@example.org.msmtprc'
    same "$(cat full/ann@example.org.msmtprc.bak)" mine
    find full -name '.*' -type f)"
tap_verdict 'killed at any moment, each file is old or new, and none is lost' "$(
    mkdir killed
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
        rm -f killed/*
        echo mine >killed/rc
        "$portolan" write msmtp --from ann.xml -o killed/rc ann@example.org \
            2>"$work/err" &
        sleep "0.$(printf '%02d' "$i")"
        kill -9 $! 2>"$work/gone"
        wait $! 2>"$work/gone"
        cmp -s killed/rc first || same "$(cat killed/rc)" mine
        cat killed/rc* | grep -q mine || echo 'what was there is lost'
        "$portolan" find --from ann.xml ann@example.org >"$work/out" 2>&1 ||
            echo 'it does not run any more'
    done
    python3 -m json.tool "$manifest" 2>&1 >"$work/out")"

tap_verdict 'many at once lose nothing of each other, nor of what was there' "$(
    mkdir many
    echo mine >many/rc
    pids=
    for i in 1 2 3 4 5 6 7 8; do
        "$portolan" write msmtp --from ann.xml -o many/rc ann@example.org \
            2>"$work/err.$i" &
        pids="$pids $!"
        "$portolan" write msmtp --from ann.xml -o "many/$i" ann@example.org \
            2>"$work/err.$i+" &
        pids="$pids $!"
    done
    for pid in $pids; do
        wait "$pid" || cat "$work"/err.*
    done
    cat many/rc.bak* | grep -q mine || echo 'what was there is lost'
    for i in rc 1 2 3 4 5 6 7 8; do
        cmp "many/$i" first
        same "$(grep -cF "\"$work/in/many/$i\"" "$manifest")" 1
    done
    find many -name '.*' -type f)"
tap_verdict 'an export with nothing in it is no export' "$(
    : >empty.reg
    ends 2 outlook-reg --from ann.xml --registry empty.reg -o reg/
    find reg 2>"$work/gone")"
tap_done
