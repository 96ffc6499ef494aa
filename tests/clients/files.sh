#!/bin/sh
# The files of every writer, for a bridge in each of its ways and for an
# ordinary provider, judged by who will read them: a real Thunderbird, and
# where the client does not run here, its vendor's schema or rules.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
clients=$top/tests/clients
scenarios=$top/tests/scenarios
work=$(mktemp -d) || exit 1
fake=
finish()
{
    [ -z "$fake" ] || kill "$fake" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
# shellcheck disable=SC2089 # it is quoted wherever it is used
FULL_NAME='Ann "Q" Exämple & \<🙂>'
# shellcheck disable=SC2090
export FULL_NAME

cases='starttls tls davmail davmail-pop3 provider'
cat >"$work/cases" <<'END'
starttls ann@proton.me imap 127.0.0.1 1144 2 ann@proton.me 127.0.0.1 1026 2 ann@proton.me
tls ann@proton.me imap 127.0.0.1 1143 3 ann@proton.me 127.0.0.1 1025 3 ann@proton.me
davmail ann@corp.example imap 127.0.0.1 1143 0 ann@corp.example 127.0.0.1 1025 0 ann@corp.example
davmail-pop3 ann@corp.example pop3 127.0.0.1 1110 0 ann@corp.example 127.0.0.1 1025 0 ann@corp.example
provider ann@example.org imap imap.example.org 993 3 ann@example.org smtp.example.org 465 3 ann@example.org
END

# Those whose clients do not reach a bridge.
abroad='\(android\|k9s\|pacc\)'

# write_case NAME ADDRESS OPTION...
write_case()
{
    name=$1
    shift
    tap_verdict "$name: every writer has its file" "$(
        "$portolan" write all "$@" --name "$FULL_NAME" -o "$work/$name/" \
            >"$work/said" 2>&1 || cat "$work/said"
        grep '^left out' "$work/said" | grep -v "^left out $abroad: ")"
}

# DavMail with IMAP turned off: POP3 is what there is.
sed -e 's/davmail.imapPort=1143/davmail.imapPort=/' \
    -e '/^| listen	127.0.0.1	1143	/d' \
    "$scenarios/davmail.scenario" >"$work/pop3.scenario"
write_case starttls ann@proton.me --replay "$scenarios/proton-ok.scenario"
write_case tls ann@proton.me --replay "$scenarios/proton-tls.scenario"
write_case davmail ann@corp.example --bridge davmail \
    --replay "$scenarios/davmail.scenario"
write_case davmail-pop3 ann@corp.example --bridge davmail \
    --replay "$work/pop3.scenario"
write_case provider ann@example.org \
    --from "$top/profiles/examples/ann@example.org.xml"

# judge_outlook NAME: a PRF is ASCII; nothing else is to be said of it.
judge_outlook()
{
    python3 "$clients/check_prf.py" "$work/$1"/*.prf >"$work/said" 2>&1 ||
        echo 'it is refused'
    grep -vx OK "$work/said"
}

for name in $cases; do
    tap_verdict "$name: the rules of PRF have nothing against it" \
        "$(judge_outlook "$name")"
    tap_verdict "$name: the JSON is JSON" \
        "$(python3 -m json.tool "$work/$name"/*.json 2>&1 >/dev/null)"
done
if command -v xmllint >/dev/null; then
    tap_verdict 'all XML is well formed' "$(
        xmllint --nonet --noout "$work"/*/*.xml 2>&1)"
else
    tap_skip 'all XML is well formed' 'xmllint is not installed'
fi

# thunderbird_says WHAT NAME WAY
thunderbird_says()
{
    tap_verdict "$1" "$(
        grep -qx "$2 $3 ok" "$work/judged" ||
            grep "^$2 $3 " "$work/judged" || cat "$work/err")"
}

# start_fake: a bridge with a certificate of its own, in a home of its own.
start_fake()
{
    mkdir "$work/home"
    # shellcheck disable=SC2046 # two ports
    python3 "$top/tests/fakes/proton_bridge.py" welcoming \
        "$work/home" \
        $(python3 "$top/tests/fakes/ports.py" 2) 2>"$work/fake.err" &
    fake=$!
    while [ ! -e "$work/home/ready" ] && kill -0 "$fake" 2>/dev/null; do
        sleep 0.1
    done
}

# sign_in DIR: what became of receiving and of sending, with that profile.
sign_in()
{
    timeout 100 python3 "$clients/tb_marionette.py" verify "$1" secret \
        >"$work/signed" 2>"$work/err" || cat "$work/err"
    python3 - "$work/signed" <<'END'
import json, sys
for r in json.load(open(sys.argv[1])):
    print(r["type"], "ok" if r["ok"] else (r["secFailed"] or r).get("err"),
          end=" ")
END
}

# differs GOT WANT
differs()
{
    [ "$1" = "$2" ] || printf 'got:  %s\nwant: %s\n' "$1" "$2"
}

# judge_certificate: the ZIP's folder, as a profile, needs no question asked.
judge_certificate()
{
    start_fake
    HOME=$work/home "$portolan" write thunderbird ann@proton.me \
        -o "$work/ann.zip" 2>"$work/said" || cat "$work/said"
    for dir in with without; do
        unzip -q -d "$work/$dir" "$work/ann.zip"
    done
    rm "$work"/without/*/cert_override.txt
    tap_verdict 'with the ZIP as its profile Thunderbird signs in at once' "$(
        differs "$(sign_in "$work"/with/* 2>&1)" 'imap ok smtp ok ')"
    tap_verdict 'without the exceptions in it, it trusts no certificate' "$(
        error=MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT
        differs "$(sign_in "$work"/without/* 2>&1)" \
            "imap $error smtp $error ")"
}

if [ -x "${TB_BIN:-/usr/lib/thunderbird/thunderbird}" ]; then
    timeout 300 python3 "$clients/thunderbird_files.py" "$work" \
        <"$work/cases" >"$work/judged" 2>"$work/err"
    for name in $cases; do
        thunderbird_says \
            "$name: Thunderbird lists exactly these servers from the ZIP" \
            "$name" profile
        thunderbird_says "$name: it reads the same from the autoconfig file" \
            "$name" xml
        thunderbird_says "$name: its own wizard makes the same of that file" \
            "$name" create
    done
    thunderbird_says \
        'all ZIPs, imported one after the other, stand side by side' \
        all import
    judge_certificate
else
    tap_skip 'Thunderbird lists exactly what was written' \
        'thunderbird is not installed'
fi
tap_done
