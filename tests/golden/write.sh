#!/bin/sh
# What `portolan write` makes of a command line: -o in all its forms, several
# clients and addresses, rehearsals, signing, opening.  One that it cannot
# follow changes nothing.  How a file gets into its place is place.sh's.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=$(cd "${top_builddir:-$top}/src" && pwd)/portolan
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work/home
export HOME
unset XDG_STATE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
mkdir "$HOME" "$work/here"
cd "$work/here" || exit 1
manifest=$HOME/.local/state/portolan/manifest.json
from=$top/profiles/examples/ann@example.org.xml
bridge=$top/tests/scenarios/proton-ok.scenario

# run ARGS...: of a provider
run()
{
    "$portolan" write "$@" --from "$from" >"$work/out" 2>"$work/err" \
        </dev/null
    status=$?
}

# run_bridge ARGS...
run_bridge()
{
    "$portolan" write "$@" --replay "$bridge" >"$work/out" 2>"$work/err" \
        </dev/null
    status=$?
}

# ends STATUS: complains unless the last run did, with nothing on stdout.
ends()
{
    [ "$status" = "$1" ] || echo "it ended with $status: $(cat "$work/err")"
    [ ! -s "$work/out" ] || echo "on standard output: $(head "$work/out")"
}

# says TEXT FILE: complains unless it is in there.
says()
{
    grep -qF -- "$1" "$2" || echo "no '$1' in: $(cat "$2")"
}

# lists DIR FILE...: complains of any other, and of who may read them.
lists()
{
    (cd "$1" && find . -type f | sed 's|^\./||' | sort) >"$work/there"
    shift
    printf '%s\n' "$@" | sed '/^$/d' | sort | diff - "$work/there"
}

# refused WHAT PATTERN ARGS...: status 2, a sentence and a hint, no file.
refused()
{
    what=$1
    pattern=$2
    shift 2
    find . | sort >"$work/before"
    run "$@"
    tap_verdict "$what" "$(
        ends 2
        grep -q -- "$pattern" "$work/err" || cat "$work/err"
        grep -c . "$work/err" | grep -qx 2 || cat "$work/err"
        grep -q '^  hint: ' "$work/err" || echo 'there is no hint'
        find . | sort | diff "$work/before" -
    )"
}

# ---- what is typed ----
refused 'a client that is misspelt is guessed' "did you mean 'apple'" \
    aple ann@example.org
refused 'the address is missed' "'thunderbird' is a client" apple thunderbird
refused 'clients come first' 'first the clients' ann@example.org mutt
refused 'also when one does' 'first the clients' apple ann@example.org mutt
refused 'several files need a folder' '-o DIR' mutt msmtp ann@example.org
refused 'so do those of several addresses' '-o DIR' mutt ann@example.org \
    bob@example.org
refused 'a rehearsal needs a file' 'dry-run needs a file' mutt -n \
    ann@example.org
refused 'what is opened is one file' 'opens one' apple mutt ann@example.org \
    --open -o all
refused 'only a profile is signed' 'cannot be signed' mutt ann@example.org \
    --sign x -o x
refused 'a key is for signing' '--key is of no use' apple ann@example.org \
    --key x -o x
refused 'an export is for outlook-reg' 'of no use for mutt' mutt \
    ann@example.org --registry x -o x

# ---- -o ----
run mutt ann@example.org -o muttrc
tap_verdict '-o FILE is that file, for a client with a folder of its own too' \
    "$(ends 0; lists . muttrc; says 'wrote muttrc' "$work/err")"
tap_verdict 'its owner alone may read it' "$(find muttrc ! -perm 600)"
rm muttrc
mkdir deep
run_bridge mbsync ann@proton.me -o deep/mbsyncrc
tap_verdict 'what is needed besides lies beside it, and is named' "$(
    ends 0
    lists . deep/mbsyncrc deep/proton.pem
    says "CertificateFile $PWD/deep/proton.pem" deep/mbsyncrc
)"
rm -r deep
run mutt ann@example.org -o none/muttrc
tap_verdict '-o FILE makes no folder' "$(ends 5; says 'cannot write' \
    "$work/err"; lists . '')"
run mutt ann@example.org -o new/deep/dir/
tap_verdict '-o DIR/ makes all of them' "$(
    ends 0
    lists . new/deep/dir/ann@example.org.muttrc
)"
mkdir there
rm -r new
run mutt ann@example.org bob@example.org -o there
tap_verdict 'each address has a file, where one cannot hold both' "$(
    ends 0
    lists . there/ann@example.org.muttrc there/bob@example.org.muttrc
)"
tap_verdict 'how it is imported is said once' "$(
    grep -c 'or run: mutt' "$work/err" | grep -vx 1)"
rm -r there
run mutt apple ann@example.org bob@example.org -o there
tap_verdict 'several clients share a folder' "$(
    ends 0
    lists . there/ann@example.org+1.mobileconfig \
        there/mutt/ann@example.org.muttrc there/mutt/bob@example.org.muttrc
)"
rm -r there
run evolution ann@example.org -o sources
tap_verdict 'files that count by their names keep them' "$(
    ends 0
    lists . sources/ann@example.org-identity.source \
        sources/ann@example.org-transport.source sources/ann@example.org.source
)"
rm -r sources
run_bridge mutt ann@proton.me
tap_verdict 'what needs several files does not go to standard output' \
    "$(ends 2; says '-o DIR' "$work/err")"
run text ann@example.org
tap_verdict 'standard output has the file alone' "$(
    cmp "$work/out" "$top/profiles/examples/provider/ann@example.org.txt"
    lists . '')"

# ---- all ----
run_bridge all ann@proton.me ann@pm.me -o both
tap_verdict 'all, for two addresses' "$(ends 0; says 'Geary' both/index.txt)"
tap_verdict 'what was left out is said last, and in the index' "$(
    grep '^left out\|^wrote' "$work/err" | sed 's/ .*//' | uniq -c |
        awk '{ print $2 }' | tr '\n' ' ' | grep -vx 'wrote left '
    says '  pacc: ' both/index.txt
)"
tap_verdict 'what goes for both is said once' "$(
    grep -c '^password: ' "$work/err" | grep -vx 1
    grep -c '^left out pacc' "$work/err" | grep -vx 1
    grep -c '^  pacc: ' both/index.txt | grep -vx 1
    grep -c '^mutt and NeoMutt: ' both/index.txt | grep -vx 1
    grep -c '^  mutt/proton.pem' both/index.txt | grep -vx 1
)"
tap_verdict 'the index names every file' "$(
    (cd both && find . -type f ! -name index.txt | sed 's|^\./||') |
        while read -r file; do says "  $file" both/index.txt; done
)"
tap_verdict 'what comes of a replay is not remembered' \
    "$(grep -F proton.me "$manifest")"
rm -r both

# ---- half-way ----
mkdir half
: >half/mutt
run all ann@example.org -o half
tap_verdict 'what was written before something failed is told' "$(
    ends 5
    says 'wrote half/ann@example.org.mobileconfig' "$work/err"
    says "half/mutt': a file of this name" "$work/err"
    grep '^wrote' "$work/err" | cut -d' ' -f2 | sort >"$work/told"
    find half -type f ! -name mutt | sort | diff "$work/told" -
)"
rm -r half

# ---- rehearsals ----
run apple ann@example.org -o a.mobileconfig
cp a.mobileconfig old
run apple ann@example.org -o a.mobileconfig --name Ann -n
cp "$work/out" patch
run apple ann@example.org -o a.mobileconfig --name Ann --json -n
tap_verdict 'a rehearsal has the same lines in JSON' "$(
    python3 - "$work/out" patch <<'PY'
import json
import sys

said = json.load(open(sys.argv[1]))
files = said["files"]
if not said["dry_run"] or files[0]["outcome"] != "changed":
    print(said)
if "\n".join(files[0]["diff"]) + "\n" != open(sys.argv[2]).read():
    print(files[0]["diff"])
PY
    cmp old a.mobileconfig
)"
cp a.mobileconfig patched
patch -s patched patch 2>"$work/err" || cat "$work/err" >&2
run apple ann@example.org -o a.mobileconfig --name Ann
tap_verdict 'what a rehearsal shows is a patch that does it' \
    "$(ends 0; cmp patched a.mobileconfig)"
run all ann@example.org -o none/ -n
tap_verdict 'a rehearsal makes no folder, and shows the index too' "$(
    ls none 2>/dev/null
    says '+++ none/index.txt' "$work/out"
)"
rm ./*

# ---- what is remembered ----
run mutt ann@example.org -o first
head -c 40 "$manifest" >"$work/torn"
cp "$work/torn" "$manifest"
run mutt ann@example.org -o second
tap_verdict 'a torn manifest is told, and stays for a person to see' "$(
    ends 0
    says 'update' "$work/err"
    says "$manifest" "$work/err"
    cmp "$work/torn" "$manifest"
)"
run mutt ann@example.org -o second --json
tap_verdict 'in JSON as well' "$(says 'cut short' "$work/out")"
rm "$manifest"
mkdir "$manifest"
run mutt ann@example.org -o third
tap_verdict 'so is one that cannot be read' \
    "$(ends 0; says "'portolan update' will not know" "$work/err")"
rmdir "$manifest"
rm ./*

# ---- signing ----
# certificate NAME ISSUER OPTION...: with a key of its own
certificate()
{
    name=$1
    issuer=$2
    shift 2
    openssl req -newkey rsa:2048 -nodes -keyout "$work/$name.key" \
        -subj "/CN=$name" -out "$work/$name.csr" 2>/dev/null
    openssl x509 -req -in "$work/$name.csr" -CA "$work/$issuer.pem" \
        -CAkey "$work/$issuer.key" -out "$work/$name.pem" "$@" 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/root.key" \
    -out "$work/root.pem" -days 2 -subj /CN=root 2>/dev/null
certificate leaf root -days 2
certificate past root -days -1
cat "$work/leaf.pem" "$work/leaf.key" >"$work/both.pem"
openssl pkey -in "$work/leaf.key" -aes128 -passout pass:x \
    -out "$work/locked.key"
# signs OPTION...: to a.mobileconfig
signs()
{
    run apple ann@example.org -o a.mobileconfig --ca-file "$work/root.pem" "$@"
}
# verifies: is a.mobileconfig signed by the leaf, and nothing else in it?
verifies()
{
    openssl cms -verify -inform DER -in a.mobileconfig -purpose any \
        -CAfile "$work/root.pem" -out "$work/signed" 2>"$work/err" ||
        cat "$work/err"
    cmp "$work/signed" \
        "$top/profiles/examples/provider/ann@example.org.mobileconfig"
}
signs --sign "$work/leaf.pem" --key "$work/leaf.key" --name 'Ann Example'
tap_verdict 'a profile is signed' "$(ends 0; verifies)"
signs --sign "$work/both.pem" --name 'Ann Example'
tap_verdict 'also by a file that has the key too, with nothing kept' \
    "$(ends 0; verifies; lists . a.mobileconfig)"
rm a.mobileconfig
# unsigned WHAT PATTERN OPTION...
unsigned()
{
    what=$1
    pattern=$2
    shift 2
    refused "$what" "$pattern" apple ann@example.org -o a.mobileconfig \
        --ca-file "$work/root.pem" "$@"
}
unsigned 'a key that is missing is named' '--key' --sign "$work/leaf.pem"
unsigned "somebody else's key is refused" 'not that of' \
    --sign "$work/leaf.pem" --key "$work/root.key"
unsigned 'a passphrase is not asked for' 'encrypted' --sign "$work/leaf.pem" \
    --key "$work/locked.key"
unsigned 'a certificate of the past is refused' 'expired' \
    --sign "$work/past.pem" --key "$work/past.key"
unsigned 'a chain without a certificate is refused' '--chain wants' \
    --sign "$work/both.pem" --chain "$work/leaf.key"
unsigned 'a certificate that is missing is refused' 'no file' \
    --sign "$work/none.pem" --key "$work/leaf.key"
refused 'a signer nobody trusts is refused' 'nobody we trust' apple \
    ann@example.org -o a.mobileconfig --sign "$work/both.pem"

# ---- opening ----
mkdir "$work/bin"
# opener SCRIPT: what xdg-open does
opener()
{
    printf '#!/bin/sh\n%s\n' "$1" >"$work/bin/xdg-open"
    chmod +x "$work/bin/xdg-open"
}
# opens ARGS...: with that in front of all other programs
opens()
{
    PATH=$work/bin:$PATH "$portolan" write apple ann@example.org --open \
        --from "$from" -o a.mobileconfig "$@" >"$work/out" 2>"$work/err"
    status=$?
}
opener "echo opened; printf '%s\\n' \"\$@\" >'$work/opened'"
opens
tap_verdict 'the file is opened, and what its program says is no answer' "$(
    ends 0
    echo "$PWD/a.mobileconfig" | diff - "$work/opened"
    says opened "$work/err"
)"
rm "$work/opened"
opens -n
tap_verdict 'a rehearsal opens nothing' "$(ls "$work/opened" 2>/dev/null)"
opener 'exit 3'
opens
tap_verdict 'a program that fails is told' "$(
    ends 5
    says 'xdg-open did not do it' "$work/err"
    says 'hint: open the file by hand' "$work/err"
    lists . a.mobileconfig
)"
rm "$work/bin/xdg-open"
(
    PATH=$work/bin
    "$portolan" write apple ann@example.org --open --from "$from" \
        -o a.mobileconfig >"$work/out" 2>"$work/err"
    echo $? >"$work/status"
)
status=$(cat "$work/status")
tap_verdict 'so is one that is not there' "$(ends 5; says 'cannot open' \
    "$work/err"; lists . a.mobileconfig)"

# ---- the card ----
sed -e 's/"imap"/"pop3"/' -e 's/993/995/; s/143/110/' "$from" >"$work/pop.xml"
from=$work/pop.xml
run text ann@example.org
tap_verdict 'the card for POP3 has no clicks for a client without it' "$(
    says '(POP3)' "$work/out"
    grep Geary "$work/out"
)"
run geary ann@example.org -o x
tap_verdict 'which has no file either, and says so' \
    "$(ends 6; says 'only POP3' "$work/err"; lists . a.mobileconfig)"
tap_done
