#!/bin/sh
# `portolan setup`: an account is put into a mail program, once; `update`
# follows its provider from then on, and `undo` takes it out again.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=$(cd "${top_builddir:-$top}" && pwd)/src/portolan
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
export HOME="$work/home"
sources="$HOME/.config/evolution/sources"
mkdir "$HOME"
cd "$work" || exit 1

# publish HOST PORT
publish()
{
    cat >"$work/example.xml" <<END
<clientConfig version="1.1"><emailProvider id="example.org">
<domain>example.org</domain><displayName>Example</displayName>
<incomingServer type="imap"><hostname>$1</hostname><port>$2</port>
<socketType>SSL</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.example.org</hostname>
<port>465</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
END
}

# run ARG...: its exit status is in $status.
run()
{
    "$portolan" "$@" >"$work/out" 2>"$work/err"
    status=$?
}

setup()
{
    run setup "$@" ann@example.org --from "$work/example.xml"
}

# ended STATUS TEXT...: complaints, of what is on either stream.
ended()
{
    [ "$status" = "$1" ] || echo "exit status $status, want $1"
    shift
    for text in "$@"; do
        cat "$work/out" "$work/err" | tr '\n' ' ' | tr -s ' ' |
            grep -qF -e "$text" || {
            echo "not said: $text"
            cat "$work/out" "$work/err"
        }
    done
}

# has PORT COUNT: so many accounts receive at this port.
has()
{
    count=$(grep -ls "^Port=$1" "$sources"/*.source | wc -l)
    [ "$count" = "$2" ] || echo "$count accounts at port $1, want $2"
}

# json EXPRESSION: what it is of the first client in the answer.
json()
{
    python3 -c 'import json, sys
c = json.load(open(sys.argv[1]))["clients"][0]
print(eval(sys.argv[2]))' "$work/out" "$1"
}

# ---- wrong words ----

run setup thunderbrd ann@example.org
tap_verdict 'a client nobody knows is named' \
    "$(ended 2 "'thunderbrd'" "'thunderbird'")"
run setup evolution
tap_verdict 'an address is needed' "$(ended 2 'needs CLIENT ADDRESS')"
run setup evolution ann@example.org bob@example.org
tap_verdict 'one address is all it takes' "$(ended 2 "'bob@example.org'")"
run setup evolution ann --from "$work/example.xml"
tap_verdict 'and it is to be one' "$(ended 2 "'ann'")"
publish imap.example.org 993
setup apple --profile "$work"
tap_verdict 'a profile folder is of Thunderbird' "$(ended 2 '--profile')"
setup evolution -o "$work"
tap_verdict 'who has an account has no file' "$(ended 2 '--output')"
setup apple -o -
tap_verdict 'and a file is not for standard output' "$(ended 2 'a folder')"
tap_verdict 'then there is nothing yet' \
    "$([ -z "$(ls -A "$HOME")" ] || find "$HOME")"

# ---- a program that can be changed ----

setup evolution --dry-run
tap_verdict 'a rehearsal shows the files and makes none' \
    "$(ended 0 '+Host=imap.example.org' 'would be added'
    grep -v '^[-+@ ]' "$work/out"
    [ -z "$(ls -A "$HOME")" ] || find "$HOME")"
setup evolution --json
printf "%s\n" "imap server: none -> imap.example.org:993, tls" \
    "submission server: none -> smtp.example.org:465, tls" >"$work/changes"
tap_verdict 'the account is added' \
    "$(ended 0; has 993 1
    json 'c["client"], c["account"], c["outcome"]' |
        grep -v "^('evolution', 'ann@example.org', 'updated')$")"
tap_verdict 'and its servers are named' \
    "$(json '"\n".join(d["what"] + ": " + d["from"] + " -> " + d["to"]
        for d in c["changes"])' | diff - "$work/changes")"
tap_verdict 'what to do is told' \
    "$([ "$(json 'len(c["todo"]) > 20')" = True ] || json 'c["todo"]')"
cp -a "$sources" "$work/first"
setup evolution
tap_verdict 'set up again, it is right, and nothing is changed' \
    "$(ended 0 'is right'; diff -r "$sources" "$work/first")"

publish imap.example.org 1993
setup evolution
tap_verdict 'set up with another port, it has that' \
    "$(ended 0 '993 -> 1993'; cat "$work/err"; has 1993 1; has 993 0)"
publish imap.example.org 2993
run update
tap_verdict 'update asks where it was found, and follows' \
    "$(ended 0 '1993 -> 2993'; has 2993 1; has 1993 0)"
run update
tap_verdict 'and then all is right' "$(ended 0 'is right')"

publish imap.example.com 993
setup evolution
tap_verdict 'another server of the same address is no second account' \
    "$(ended 5 'imap.example.org:2993' '--force'; has 993 0)"
run undo
run undo
run undo
tap_verdict 'undo, said again, takes it out' \
    "$(ended 0 'evolution: put back'; [ -z "$(ls "$sources" 2>/dev/null)" ] || ls "$sources")"

# ---- addresses that are hard to spell ----

# twice CLIENT ADDRESS: it is there after the first time.
twice()
{
    rm -rf "$HOME"
    mkdir "$HOME"
    for told in 'account added' 'is right'; do
        run setup "$1" "$2" --from "$work/example.xml"
        ended 0 "$told"
    done
}

jurgen=$(printf 'j\303\274rgen@example.org')
for client in evolution geary msmtp mbsync mutt aerc himalaya; do
    # shellcheck disable=SC2016 # nothing of it is to be run
    tap_verdict "$client: whatever the address, it is added once" "$(
        for address in '"ann b"@example.org' '"a\"b"@example.org' \
            'ann`id`@example.org' 'a$HOME@example.org' \
            'a%41b@example.org' "$jurgen"; do
            twice "$client" "$address"
        done)"
done
rm -rf "$HOME"
mkdir -p "$HOME/.mutt"
printf 'set from=bob@example.org\n' >"$HOME/.muttrc"
# shellcheck disable=SC2016
run setup mutt 'ann`id`@example.org' --from "$work/example.xml"
# shellcheck disable=SC2016
tap_verdict 'a command that is told can be pasted into a shell' \
    "$(ended 0 "neomutt -F '$HOME/.mutt/ann\`id\`@example.org.muttrc'")"
rm -rf "$HOME"
mkdir "$HOME"

# ---- a program for which a person is needed ----

publish imap.example.org 993
mkdir "$work/here"
setup apple -o "$work/here" --json
file="$work/here/ann@example.org.mobileconfig"
tap_verdict 'where a person is needed, the file is written' \
    "$(ended 0; [ -s "$file" ] || ls "$work/here"
    [ "$(json 'c["where"], c["outcome"]')" = "('$file', 'manual')" ] ||
        cat "$work/out")"
publish imap.example.org 1993
run update
tap_verdict 'and is written anew when the provider has moved' \
    "$(ended 0 'needs you'; grep -q '>1993<' "$file" || echo 'old port')"
setup outlook -o "$work/here/deep/er/"
tap_verdict 'into a folder that is made' \
    "$(ended 0; [ -n "$(ls "$work/here/deep/er")" ] || find "$work/here")"
setup apple -o "$work/here/ann.mobileconfig"
tap_verdict 'or it is the file that was named' \
    "$(ended 0; [ -f "$work/here/ann.mobileconfig" ] || ls -l "$work/here")"
run setup ann@example.org apple
tap_verdict 'the other way round, that is said' \
    "$(ended 2 'first the client, then the address')"
tap_done
