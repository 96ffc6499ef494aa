#!/bin/sh
# A bridge moves to other ports, and `portolan update` makes everything right:
# the clients set up in a home, and the files that were written.  `undo` takes
# it back, byte for byte.
# shellcheck disable=SC2154 # top, work, status, proton: lab.sh
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
new_home home

stop_bridge()
{
    kill "$proton"
    wait "$proton" 2>/dev/null
    proton=
}

# differs GOT WANT
differs()
{
    [ "$1" = "$2" ] || printf 'got:  %s\nwant: %s\n' "$1" "$2"
}

# outcomes: "client outcome" of each of the last answer in JSON, sorted.
outcomes()
{
    python3 -c 'import json, sys
for c in json.load(open(sys.argv[1]))["clients"]:
    print(c["client"], c["outcome"])' "$work/out" | sort | tr '\n' ';'
}

# others: what is in HOME but the bridge's own and our state.
others()
{
    (cd "$1" && find . -type f ! -path './.config/protonmail/*' \
        ! -path './.local/*' ! -path './.cache/*' ! -name ready \
        ! -name violations ! -name 'grpc.*' | sort)
}

# proven IMAP SMTP SECURITY: complaints, unless every client that is set up was
# changed, and each of its servers answered there and so.
proven()
{
    python3 - "$work/out" "$@" 2>&1 <<'END'
import json, sys
clients = json.load(open(sys.argv[1]))["clients"]
ports = {"imap": int(sys.argv[2]), "submission": int(sys.argv[3])}
proofs = {}
for c in clients:
    for p in c["proof"]:
        proofs.setdefault(c["client"], set()).add(p["service"])
        if (p["outcome"], p["port"], p["security"]) != (
                "works", ports[p["service"]], sys.argv[4]):
            print(c["client"], p)
    if c["outcome"] not in ("updated", "current", "manual"):
        print(c)
want = {"msmtp": {"submission"}, "mbsync": {"imap"},
        "mutt": {"imap", "submission"}, "thunderbird": {"imap", "submission"}}
if proofs != want:
    print("proven:", proofs)
END
}

# follow WHAT IMAP SMTP STATE [OPTION]: the bridge is there and so; stopped
# again afterwards.
follow()
{
    security=starttls
    [ "$4" = ok ] || security=$4
    start_proton_here "$4" "$2" "$3"
    run update --json ${5+"$5"}
    tap_verdict "$1, every client follows and is proven" \
        "$(differs "$status" 0; proven "$2" "$3" "$security")"
    stop_bridge
}

# refuse WHAT: the bridge at hand has another certificate.
refuse()
{
    snapshot before
    run update --json
    tap_verdict "$1" "$(
        differs "$status" 5
        outcomes | grep -q 'mbsync refused;.*thunderbird refused' || outcomes
        for file in .msmtprc .mbsyncrc .muttrc .thunderbird; do
            diff -r "$work/before/$file" "$HOME/$file"
        done)"
    rm -rf "$work/before"
}

# snapshot NAME: never of what is the bridge's own.
snapshot()
{
    mkdir "$work/$1"
    others "$HOME" | tar -C "$HOME" -cf - -T - | tar -C "$work/$1" -xf -
}

# ports_back DIR: the new ports as the old ones, in every file.
ports_back()
{
    others "$1" | while read -r file; do
        sed -i "s/$imap2/$imap1/g; s/$smtp2/$smtp1/g" "$1/$file"
    done
}

# same DIR DIR
same()
{
    for dir in "$1" "$2"; do
        (cd "$dir" && others . | while read -r file; do
            printf '%s %s\n' "$file" "$(sha256sum <"$file")"
        done) >"$work/list.${dir##*/}"
    done
    diff "$work/list.${1##*/}" "$work/list.${2##*/}"
}

# shellcheck disable=SC2046 # four ports
set -- $(free_ports 4)
imap1=$1 smtp1=$2 imap2=$3 smtp2=$4

run update
tap_verdict 'where there is nothing, that is said' \
    "$(differs "$status" 1; grep -q 'portolan write' "$work/err" ||
        cat "$work/err")"

start_proton_here ok "$imap1" "$smtp1"
run write msmtp ann@proton.me -o "$HOME/.msmtprc"
run write mbsync ann@proton.me -o "$HOME/.mbsyncrc"
run write apple text ann@proton.me -o "$HOME/files"
printf '# my own\n' >>"$HOME/.mbsyncrc"
run write mutt ann@proton.me -o "$HOME/.muttrc"
run write thunderbird ann@proton.me -o "$work/ann.zip"
unzip -q "$work/ann.zip" -d "$HOME/.thunderbird"
printf '[Profile0]\nName=ann\nIsRelative=1\nPath=%s\nDefault=1\n' \
    portolan-proton.me >"$HOME/.thunderbird/profiles.ini"
rm "$work/ann.zip"
snapshot first
run update --json
tap_verdict 'while nothing has moved, all is right' \
    "$(differs "$status" 0; outcomes | grep -v 'updated\|manual\|refused' |
        grep -q current || cat "$work/out" "$work/err")"
tap_verdict 'and nothing is changed' "$(same "$work/first" "$HOME")"
stop_bridge

start_proton_here ok "$imap2" "$smtp2"
run update --dry-run
tap_verdict 'a rehearsal changes nothing' \
    "$(differs "$status" 0; same "$work/first" "$HOME")"
tap_verdict 'and shows the ports' "$(
    grep -q "^-port $smtp1" "$work/out" && grep -q "^+port $smtp2" "$work/out" ||
        cat "$work/out")"
run update --json
tap_verdict 'every client follows, by itself or with a click' "$(
    differs "$status" 0
    differs "$(outcomes)" 'apple manual;mbsync updated;msmtp updated;mutt updated;text updated;thunderbird updated;')"
snapshot moved
ports_back "$work/moved"
tap_verdict 'nothing but the ports has changed' \
    "$(same "$work/first" "$work/moved")"
tap_verdict 'what the user added is still there' \
    "$(tail -n 1 "$HOME/.mbsyncrc" | grep -v '^# my own$')"
run update --json
tap_verdict 'then all is right again' "$(
    differs "$status" 0
    case $(outcomes) in *updated*) cat "$work/out" ;; esac)"
run undo
tap_verdict 'undo puts everything back' \
    "$(differs "$status" 0; same "$work/first" "$HOME")"
run update
run undo
tap_verdict 'as often as one likes' \
    "$(differs "$status" 0; same "$work/first" "$HOME")"
stop_bridge

follow 'from STARTTLS to TLS' "$imap1" "$smtp1" tls
follow 'to other ports meanwhile' "$imap2" "$smtp2" tls
follow 'with IMAP where SMTP was, and SMTP where IMAP was' \
    "$smtp2" "$imap2" tls
follow 'with IMAP where SMTP was, and SMTP elsewhere' "$imap2" "$smtp1" ok
mv "$work/vault" "$work/old-vault"
start_proton_here ok "$imap2" "$smtp1"
refuse 'another certificate is told, and not trusted by itself'
stop_bridge
follow 'to another certificate, where that is wanted' "$imap2" "$smtp1" ok \
    --accept-new-certificate
rm -r "$work/vault"
mv "$work/old-vault" "$work/vault"
follow 'and back to where it was' "$imap1" "$smtp1" ok \
    --accept-new-certificate
tap_verdict 'then every byte is what it was' "$(same "$work/first" "$HOME")"
start_proton_here ok "$imap2" "$smtp2"

run update
printf 'mine\n' >>"$HOME/.msmtprc"
cp "$HOME/.msmtprc" "$work/mine"
run undo
tap_verdict 'what somebody changed since is left alone, and shown' "$(
    differs "$status" 5
    cmp "$work/mine" "$HOME/.msmtprc"
    grep -q '^[-+ ]*mine' "$work/out" || cat "$work/out" "$work/err")"
stop_bridge
run update --json
tap_verdict 'without its bridge nothing can be told' "$(
    differs "$status" 7
    case $(outcomes) in *updated*) cat "$work/out" ;; esac)"

# ---- another certificate: in the files that were written, too ----

rm -rf "$work/vault" "$HOME/.msmtprc" "$HOME/.local/state/portolan"
start_proton_here ok "$imap1" "$smtp1"
run write msmtp ann@proton.me -o "$HOME/.msmtprc"
run write apple mbsync thunderbird json text ann@proton.me -o "$HOME/trusting"
run write outlook ann@proton.me -o "$HOME/ann.prf"
stop_bridge
rm -rf "$work/vault" "$work/trusting"
cp -a "$HOME/trusting" "$HOME/.msmtprc" "$work"
start_proton_here ok "$imap2" "$smtp2"
run update
tap_verdict 'no file comes to trust another certificate by itself' "$(
    differs "$status" 5
    diff -r "$work/trusting" "$HOME/trusting"
    diff "$work/.msmtprc" "$HOME/.msmtprc"
    grep -q -e '--accept-new-certificate' "$work/out" "$work/err" ||
        cat "$work/out" "$work/err")"
tap_verdict 'and those that name none have the new ports' \
    "$(grep -q "$imap2" "$HOME/ann.prf" || cat "$HOME/ann.prf")"
run update --accept-new-certificate
tap_verdict 'it is taken when one insists' "$(
    differs "$status" 0
    for file in .msmtprc trusting/ann@proton.me.mobileconfig \
        trusting/ann@proton.me.txt trusting/mbsync/proton.pem; do
        cmp -s "$HOME/$file" "$work/$file" && echo "$file is as before"
    done)"
run update --json
tap_verdict 'and then all is right once more' "$(
    differs "$status" 0
    case $(outcomes) in *updated*|*refused*) outcomes ;; esac)"
stop_bridge
tap_verdict 'nobody has signed in to the bridge' \
    "$(cat "$HOME/violations" 2>/dev/null)"
tap_done
