#!/bin/sh
# The files of every writer, for a bridge in each of its ways and for an
# ordinary provider; those for Thunderbird judged by a real one, which signs in
# with them to servers in all modes.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
clients=$top/tests/clients
scenarios=$top/tests/scenarios
write_accounts=${top_builddir:-$top}/tests/clients/write_accounts
work=$(mktemp -d) || exit 1
pids=
finish()
{
    # shellcheck disable=SC2086 # one word each
    [ -z "$pids" ] || kill $pids 2>/dev/null
    wait
    rm -rf "$work"
}
trap finish EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
# shellcheck disable=SC2089 # it is quoted wherever it is used
FULL_NAME='Ann "Q" Exämple & \<🙂>'
# shellcheck disable=SC2090
export FULL_NAME

cases='starttls tls davmail davmail-pop3 provider odd no-login full'
cat >"$work/cases" <<'END'
starttls ann@proton.me imap 127.0.0.1 1144 2 ann@proton.me 127.0.0.1 1026 2 ann@proton.me
tls ann@proton.me imap 127.0.0.1 1143 3 ann@proton.me 127.0.0.1 1025 3 ann@proton.me
davmail ann@corp.example imap 127.0.0.1 1143 0 ann@corp.example 127.0.0.1 1025 0 ann@corp.example
davmail-pop3 ann@corp.example pop3 127.0.0.1 1110 0 ann@corp.example 127.0.0.1 1025 0 ann@corp.example
provider ann@example.org imap imap.example.org 993 3 ann@example.org smtp.example.org 465 3 ann@example.org
odd ann@example.org imap imap.example.org 143 2 CORP\änn+x~*'!(y)🙂;=@^ smtp.example.org 587 2 CORP\ann+x~*'!(y);=@^
full ann@example.org imap mail.example.org 993 3 ann@example.org send.example.org 465 3 ann@example.org
no-login ann@example.org pop3 imap.example.org 995 3 ann@example.org smtp.example.org 25 2 -
END

# write_config LOGIN_TO_SEND: from the cases' words, what a provider publishes.
write_config()
{
    python3 - "$work" "$1" <<'END'
import sys
from xml.sax.saxutils import escape
work, name = sys.argv[1:]
for line in open(work + "/cases", encoding="utf-8"):
    words = line.split()
    if words[0] != name:
        continue
    out = open(work + "/config.xml", "w", encoding="utf-8")
    out.write('<clientConfig><emailProvider id="example.org">'
              '<domain>example.org</domain>')
    for tag, (kind, host, port, socket, user) in (
            ("incomingServer", words[2:7]),
            ("outgoingServer", ["smtp"] + words[7:11])):
        out.write('<%s type="%s"><hostname>%s</hostname><port>%s</port>'
                  '<socketType>%s</socketType>' % (
                      tag, kind, host, port,
                      {"2": "STARTTLS", "3": "SSL"}[socket]))
        if user != "-":
            out.write("<username>%s</username>" % escape(user))
        out.write("<authentication>%s</authentication></%s>" % (
            "none" if user == "-" else "password-cleartext", tag))
    out.write("</emailProvider></clientConfig>")
END
}

# write_case NAME ADDRESS OPTION...
write_case()
{
    name=$1
    shift
    tap_verdict "$name: the files are written" "$(
        "$portolan" write all "$@" --name "$FULL_NAME" -o "$work/$name/" \
            >"$work/said" 2>&1 || cat "$work/said")"
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
for name in odd no-login; do
    write_config $name
    write_case $name ann@example.org --from "$work/config.xml"
done
write_case full ann@example.org --from "$clients/autoconfig-full.xml"

for name in $cases; do
    tap_verdict "$name: the JSON is JSON" \
        "$(python3 -m json.tool "$work/$name"/*.json 2>&1 >/dev/null)"
done

# judge_grammar: the autoconfig files are what the draft says; cases has their
# domains.
judge_grammar()
{
    while read -r name address _; do
        xmllint --nonet --noout --relaxng "$clients/autoconfig.rng" \
            "$work/$name/${address#*@}.xml" 2>"$work/err" || cat "$work/err"
    done <"$work/cases"
    sed 's/SSL/TLS/' "$work/full/example.org.xml" >"$work/bad.xml"
    ! xmllint --nonet --noout --relaxng "$clients/autoconfig.rng" \
        "$work/bad.xml" 2>/dev/null || echo 'it finds no fault with any file'
}

# differ_kept: the file once read and written is the same file.
differ_kept()
{
    "$portolan" write autoconfig ann@example.org \
        --from "$work/full/example.org.xml" >"$work/again.xml" 2>"$work/said"
    diff "$work/full/example.org.xml" "$work/again.xml"
}

if command -v xmllint >/dev/null; then
    tap_verdict 'all XML is well formed' "$(
        xmllint --nonet --noout "$work"/*/*.xml 2>&1)"
    tap_verdict 'the autoconfig files keep to the grammar' "$(judge_grammar)"
else
    tap_skip 'all XML is well formed' 'xmllint is not installed'
fi
tap_verdict 'all services, OAuth2 and advice in an autoconfig file are kept' "$(
    differ_kept
    for kept in jmap ews activeSync caldav carddav managesieve issuer \
        documentation visiturl %EMAILLOCALPART%; do
        grep -q "$kept" "$work/full/example.org.xml" || echo "no $kept"
    done
    ! grep -i secret "$work/full/example.org.xml")"

# The cases once more, each of somebody else: Thunderbird has no two accounts
# of the same user name at the same server.
awk '{ gsub(/ann@/, "bob" NR "@"); gsub(/CORP/, "CARP"); print }' \
    "$work/cases" >"$work/others"

# list_accounts MORE: those as write_accounts reads them, receiving MORE ports
# further.
list_accounts()
{
    sed -e 's/\([0-9]\) 0 /\1 plain /g; s/\([0-9]\) 2 /\1 starttls /g' \
        -e 's/\([0-9]\) 3 /\1 tls /g' "$work/others" |
        while read -r _ address service host port security login rest; do
            printf '%s ' "$address" "$(printf %s "$FULL_NAME" | tr ' ' _)" \
                "$service" "$host" "$((port + $1))" "$security" "$login" -
            printf '%s -\n' "$rest"
        done
}

# write_all_cases: the files of all of them at once.
write_all_cases()
{
    mkdir "$work/files"
    list_accounts 0 | "$write_accounts" thunderbird "$work/files" >"$work/said"
    mv "$(cat "$work/said")" "$work/several.zip"
    for name in policies moved; do
        list_accounts "$([ $name = moved ] && echo 1 || echo 0)" |
            grep -v ' - -$' |
            "$write_accounts" thunderbird-policy "$work/files" >"$work/said"
        mv "$(cat "$work/said")" "$work/$name.json"
    done
}

# thunderbird_says WHAT NAME WAY
thunderbird_says()
{
    tap_verdict "$1" "$(
        grep -qx "$2 $3 ok" "$work/judged" ||
            grep "^$2 $3 " "$work/judged" || cat "$work/err")"
}

judge_files()
{
    tap_verdict 'several accounts have one file' "$(write_all_cases 2>&1)"
    timeout 300 python3 "$clients/thunderbird_files.py" files "$work" \
        <"$work/cases" >"$work/judged" 2>"$work/err"
    for name in $cases; do
        thunderbird_says \
            "$name: Thunderbird lists exactly these servers from the ZIP" \
            "$name" profile
        thunderbird_says "$name: it reads the same from the autoconfig file" \
            "$name" xml
        thunderbird_says \
            "$name: from that file its own wizard writes the ZIP's settings" \
            "$name" create
    done
    thunderbird_says 'one ZIP holds them all' all profile
    thunderbird_says \
        'all ZIPs, imported one after the other, stand side by side' \
        all import
    thunderbird_says \
        'its policies hold them all, and a port that moves moves' \
        all policies
}

# ---- signing in ----

# make_certificate NAME: its own authority, as that of Proton Mail Bridge.
make_certificate()
{
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$work/$1.key" -out "$work/$1.pem" 2>"$work/err" &&
        openssl x509 -in "$work/$1.pem" -outform DER -out "$work/$1.der" ||
        cat "$work/err"
}

# wait_for FILE PID
wait_for()
{
    for _ in $(seq 100); do
        [ ! -e "$1" ] || return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    return 1
}

start_stub()
{
    python3 "$clients/mail_stub.py" "$work/right.pem" "$work/right.key" \
        "$work/ports" >"$work/stub.err" 2>&1 &
    pids="$pids $!"
    wait_for "$work/ports" $! || cat "$work/stub.err"
}

# start_dovecot: IMAP and POP3, each at a port with STARTTLS and one with TLS.
start_dovecot()
{
    # shellcheck disable=SC2046 # four ports
    set -- $(python3 "$top/tests/fakes/ports.py" 4)
    printf 'imap starttls %s\nimap tls %s\npop3 starttls %s\npop3 tls %s\n' \
        "$@" >"$work/dovecot.ports"
    mail=$(id -un)
    [ "$(id -u)" -ne 0 ] || mail=nobody
    mkdir "$work/dovecot" "$work/mail"
    chown "$mail" "$work/mail"
    chmod 711 "$work"
    cat >"$work/dovecot.conf" <<END
base_dir = $work/dovecot
log_path = $work/dovecot.log
listen = 127.0.0.1
protocols = imap pop3
ssl = yes
ssl_cert = <$work/right.pem
ssl_key = <$work/right.key
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~
passdb {
    driver = static
    args = password=secret
}
userdb {
    driver = static
    args = uid=$mail gid=$(id -gn "$mail") home=$work/mail/%u
}
service imap-login {
    inet_listener imap {
        port = $1
    }
    inet_listener imaps {
        port = $2
    }
}
service pop3-login {
    inet_listener pop3 {
        port = $3
    }
    inet_listener pop3s {
        port = $4
    }
}
END
    [ "$mail" = nobody ] || cat >>"$work/dovecot.conf" <<END
default_internal_user = $mail
default_login_user = $mail
END
    "$dovecot" -F -c "$work/dovecot.conf" >"$work/dovecot.err" 2>&1 &
    pids="$pids $!"
    for _ in $(seq 50); do
        ! grep -q 'starting up' "$work/dovecot.log" 2>/dev/null || return 0
        sleep 0.1
    done
    cat "$work/dovecot.err" "$work/dovecot.log"
}

# port FILE SERVICE MODE
port()
{
    sed -n "s/^$2 $3 //p" "$work/$1"
}

# list_servers CERTIFICATE: an account for each service, mode and server, all
# sending through the stub.  What is spoken in plain text has no certificate.
# To POP3 Thunderbird cannot tell a letter beyond ASCII.
list_servers()
{
    for service in imap pop3; do
        for mode in starttls tls plain; do
            der=$work/$1.der
            [ $mode != plain ] || der=-
            smtp="127.0.0.1 $(port ports smtp $mode) $mode"
            echo "a@stub.example A $service 127.0.0.1" \
                "$(port ports $service $mode) $mode stub-$service-$mode $der" \
                "$smtp sänd🙂-$service-$mode $der"
            at=$mode
            [ $mode != plain ] || at=starttls
            [ ! -e "$work/dovecot.ports" ] ||
                echo "a@stub.example A $service 127.0.0.1" \
                    "$(port dovecot.ports $service $at) $mode" \
                    "dovecot-$service-$mode $der $smtp" \
                    "again-$service-$mode $der"
        done
    done
}

# sign_in DIR: what became of receiving and of sending, with that profile.
sign_in()
{
    timeout 100 python3 "$clients/thunderbird_files.py" signs-in "$1" secret \
        >"$work/signed" 2>"$work/err" || cat "$work/err"
    LC_ALL=C sort "$work/signed"
}

# differs GOT WANT
differs()
{
    [ "$1" = "$2" ] || printf 'got:\n%s\nwant:\n%s\n' "$1" "$2"
}

# judge_servers CERTIFICATE ERROR: signing in with exceptions for that
# certificate; in all that is encrypted there is that error, or none.
judge_servers()
{
    mkdir "$work/$1"
    list_servers "$1" >"$work/table"
    "$write_accounts" thunderbird "$work/$1" <"$work/table" >"$work/said" 2>&1
    unzip -q -d "$work/$1" "$work/$1"/*.zip || {
        cat "$work/said"
        return
    }
    sign_in "$work/$1"/portolan-* >"$work/got"
    while read -r _ _ service _ _ mode login _ _ _ _ sender _; do
        said=${2:-ok}
        [ "$mode" != plain ] || said=ok
        echo "$login $service $said"
        echo "$sender smtp $said"
    done <"$work/table" | LC_ALL=C sort >"$work/want"
    diff "$work/want" "$work/got"
}

# judge_certificate: the ZIP's folder, as a profile, needs no question asked.
judge_certificate()
{
    make_certificate right
    make_certificate wrong
    start_stub >"$work/said"
    tap_verdict 'servers in all modes are up' "$(cat "$work/said")"
    dovecot=$(command -v dovecot || echo /usr/sbin/dovecot)
    if [ -x "$dovecot" ]; then
        start_dovecot >"$work/said"
        tap_verdict 'so is Dovecot' "$(cat "$work/said")"
    else
        tap_skip 'so is Dovecot' 'dovecot is not installed'
    fi
    tap_verdict 'with the ZIP as its profile Thunderbird signs in at once' \
        "$(judge_servers right '')"
    tap_verdict 'with exceptions for another certificate, where there is none' \
        "$(judge_servers wrong MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT)"
}

if [ -x "${TB_BIN:-/usr/lib/thunderbird/thunderbird}" ]; then
    judge_files
    judge_certificate
else
    tap_skip 'Thunderbird lists exactly what was written' \
        'thunderbird is not installed'
fi
tap_done
