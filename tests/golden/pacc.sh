#!/bin/sh
# What `write pacc` makes is published, in a scenario, and found again: each
# server as it was, vouched for.  With another byte in it, it is refused.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
HOME=$work/home # where it is remembered what was written
export HOME
mkdir "$HOME"

# publish FILE: a scenario in which the domain has it, and the record.
publish()
{
    record='_ua-auto-config\.example\.org\. 3600 IN TXT'
    printf 'ask dns txt _ua-auto-config.example.org\nok\n| txt %s\n\n' \
        "$(sed -n "s/^$record \"\(.*\)\"\$/\1/p" \
            "$work/example.org.pacc.zone")"
    printf 'ask http %s/.well-known/user-agent-configuration.json\nok\n= %s\n' \
        'https://ua-auto-config.example.org' "$(base64 -w 0 "$1")"
}

# find_servers OPTION...: a line each, with who said so.
find_servers()
{
    "$portolan" find ann@example.org --json "$@" >"$work/found" 2>&1
    awk -F'"' '/"(service|host|security|username|source|trust)":/ {
            value = value " " $4 }
        /"port":/ { gsub(/[^0-9]/, ""); value = value " " $0 }
        /"chosen":.*true/ { chosen = 1 }
        /"why":/ { if (chosen) print value; value = ""; chosen = 0 }' \
        "$work/found"
}

wanted=' imap imap.example.org 993 tls ann@example.org pacc verified
 submission smtp.example.org 465 tls ann@example.org pacc verified'

tap_verdict 'the file and its record are written' "$(
    "$portolan" write pacc ann@example.org -o "$work/" \
        --from "$top/profiles/examples/ann@example.org.xml" \
        >"$work/said" 2>&1 || cat "$work/said")"
publish "$work/example.org.pacc.json" >"$work/true.scenario"
tap_verdict 'whoever looks for them finds the servers' "$(
    got=$(find_servers --only pacc --replay "$work/true.scenario")
    [ "$got" = "$wanted" ] || cat "$work/found")"
sed 's/Example Mail/example Mail/' "$work/example.org.pacc.json" \
    >"$work/changed.json"
publish "$work/changed.json" >"$work/changed.scenario"
tap_verdict 'with another byte in it the file is refused' "$(
    find_servers --only pacc --replay "$work/changed.scenario"
    grep -q 'not the one its DNS record vouches for' "$work/found" ||
        cat "$work/found")"
tap_done
