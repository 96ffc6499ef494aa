#!/bin/sh
# Mail programs that are configured by text files, on the files written for
# them: msmtp sends, mbsync fetches, mutt and NeoMutt do both, aerc signs in;
# in TLS and STARTTLS with the bridge's certificate and with no other, and in
# plain text.  Whatever is in a login or a name arrives as it is, and nothing
# of it is run.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
for program in msmtp mbsync neomutt mutt aerc; do
    command -v $program >/dev/null || {
        tap_skip "text files are taken by $program" 'it is not installed'
        tap_done
    }
done

# The keyring: what it is asked is kept, an argument a line.
mkdir "$work/bin"
cat >"$work/bin/secret-tool" <<END
#!/bin/sh
printf '%s\n' "\$@" >>'$work/asked'
printf canary-5ecret
END
chmod +x "$work/bin/secret-tool"
PATH=$work/bin:$PATH

# start_stub MODE CERT KEY IMAP SMTP POP3
start_stub()
{
    rm -f "$work/heard" "$work/asked"
    python3 "$fakes/mail_stub.py" "$work/heard" "$@" &
    stub=$!
    keep "$stub"
    wait_file "$work/heard" "$stub"
}

# heard LINE...: since it was last asked; complains of another story.
heard()
{
    printf '%s\n' "$@" >"$work/wanted"
    grep -v ' starts TLS$' "$work/heard" | sort -u |
        diff "$work/wanted" - | grep '^[<>]'
    : >"$work/heard"
}

# never_in: nobody signed in since it was last asked.
never_in()
{
    grep ' in ' "$work/heard"
    grep -q ' starts TLS$' "$work/heard" || echo 'nobody even tried'
    : >"$work/heard"
}

# send_with PROGRAM: what it says when it cannot; a status of its own.
send_with()
{
    case $1 in
    msmtp) set -- msmtp -C "$dir"/*.msmtprc bob@example.org ;;
    *) set -- "$1" -n -F "$dir"/mutt/*.muttrc -s hello bob@example.org ;;
    esac
    printf 'Subject: hello\n\nhello\n' |
        timeout 10 "$@" >"$work/said_by_it" 2>&1 || {
        echo "it failed:"
        cat "$work/said_by_it"
        return 1
    }
}

# read_with mutt|neomutt: the message is saved as $work/saved.
read_with()
{
    rm -f "$work/saved"
    python3 "$fakes/terminal.py" 'belongs to|kept, 0 deleted' \
        "$1" -n -F "$dir"/mutt/*.muttrc -e 'set confirmcreate=no copy=no' \
        -e "push <copy-message>$work/saved<enter><quit>" \
        >"$work/said_by_it" 2>&1
    grep -q seen-by-the-stub "$work/saved" 2>/dev/null || {
        echo 'it saved no message:'
        cat -v "$work/said_by_it"
        return 1
    }
}

# fetch: the message is in the Maildir.
fetch()
{
    rm -rf "$HOME/Mail"
    mkdir -p "$HOME/Mail/$address"
    timeout 10 mbsync -c "$dir"/mbsync/*.mbsyncrc -a >"$work/said_by_it" 2>&1
    grep -rqs seen-by-the-stub "$HOME/Mail/$address/INBOX" || {
        echo 'it fetched no message:'
        cat "$work/said_by_it"
        return 1
    }
}

# sign_in_with_aerc [VARIABLE]: as the note says it is started.
sign_in_with_aerc()
{
    mkdir -p "$HOME/.config/aerc"
    install -m 600 "$dir"/aerc/*.accounts.conf \
        "$HOME/.config/aerc/accounts.conf"
    env "$@" python3 "$fakes/terminal.py" \
        'Connected|x509|attempt reconnect|error' aerc >"$work/said_by_it" 2>&1
    grep -q Connected "$work/said_by_it" || {
        echo 'it did not connect:'
        cat -v "$work/said_by_it" | tail -c 800
        return 1
    }
}

# try_all NAME WAY ADDRESS PROTOCOL: each program does what it is for; WAY is
# how the stub calls it.
try_all()
{
    tap_verdict "$1: msmtp sends" "$(send_with msmtp
        heard "smtp from '$3'" "smtp in $2 '$3'" 'smtp mail')"
    for program in mutt neomutt; do
        tap_verdict "$1: $program sends" "$(send_with $program
            heard "smtp from 'Ann Example <$3>'" "smtp in $2 '$3'" \
                'smtp mail')"
        tap_verdict "$1: $program reads" "$(read_with $program
            heard "$4 in $2 '$3'")"
    done
    [ "$4" = imap ] || return 0
    tap_verdict "$1: mbsync fetches" "$(fetch; heard "imap in $2 '$3'")"
    tap_verdict "$1: aerc signs in" "$(
        sign_in_with_aerc SSL_CERT_DIR="$dir/aerc"
        heard "imap in $2 '$3'")"
}

# refuse WHAT COMMAND...: it fails, and the password stays with the program.
refuse()
{
    what=$1
    shift
    tap_verdict "$what" "$("$@" >/dev/null && echo 'it succeeded'
        never_in)"
}

refuse_all()
{
    refuse "$1: msmtp trusts no other certificate" send_with msmtp
    for program in mutt neomutt; do
        refuse "$1: nor does $program to send" send_with $program
        refuse "$1: nor to read" read_with $program
    done
    refuse "$1: nor does mbsync" fetch
    refuse "$1: nor does aerc" \
        sign_in_with_aerc SSL_CERT_DIR="$dir/aerc"
}

# write_files NAME CLIENTS ADDRESS OPTION...: into $dir.
write_files()
{
    dir=$work/$1
    address=$3
    clients=$2
    shift 2
    # shellcheck disable=SC2086 # a list
    run write $clients -o "$dir/" --name 'Ann Example' "$@"
    judge "${dir##*/}: the files are written" 'status == 0'
}

# ---- a bridge with a certificate ----

# try_bridge NAME STATE MODE: what was written while it ran is tried on a
# server that has its certificate, and on one that has another.
try_bridge()
{
    start_proton "$2" "$imap" "$smtp"
    write_files "$1" "$all" ann@proton.me
    stop_proton "$1"
    start_stub "$3" "$work/vault/cert.pem" "$work/vault/key.pem" \
        "$imap" "$smtp" 0
    try_all "$1" TLS ann@proton.me imap
    end "$stub"
    start_stub "$3" "$work/other.pem" "$work/other.key" "$imap" "$smtp" 0
    refuse_all "$1"
    end "$stub"
}

# shellcheck disable=SC2046 # ports
set -- $(usual_ports) $(free_ports 1)
imap=$1 smtp=$2 pop=$3
all='msmtp mbsync mutt aerc himalaya'
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=127.0.0.1 \
    -addext 'subjectAltName=IP:127.0.0.1' -keyout "$work/other.key" \
    -out "$work/other.pem" 2>/dev/null
try_bridge STARTTLS ok starttls
try_bridge TLS tls tls

# ---- a bridge without encryption, on this machine ----

sed -e "s/1143/$imap/g; s/1025/$smtp/g; s/1110/$pop/g" \
    "$top/tests/scenarios/davmail.scenario" >"$work/imap.scenario"
sed -e "s/davmail.imapPort=$imap/davmail.imapPort=/" \
    -e "/^| listen	127.0.0.1	$imap	/d" \
    "$work/imap.scenario" >"$work/pop3.scenario"
start_stub plain '' '' "$imap" "$smtp" "$pop"
write_files plain "$all" ann@corp.example --bridge davmail \
    --replay "$work/imap.scenario"
# aerc 0.14 has another word for it, as the note says.
sed -i 's/smtp+insecure/smtp/' "$dir"/aerc/*.accounts.conf
try_all plain plain ann@corp.example imap
write_files POP3 'msmtp mutt' ann@corp.example --bridge davmail \
    --replay "$work/pop3.scenario"
try_all POP3 plain ann@corp.example pop3
end "$stub"

# ---- logins and names that would rather be something else ----

# write_login FILE LOGIN: as a provider publishes it.
write_login()
{
    python3 - "$top/profiles/examples/ann@example.org.xml" "$@" <<'END'
import sys
from xml.sax.saxutils import escape
text = open(sys.argv[1]).read().replace("%EMAILADDRESS%", escape(sys.argv[3]))
open(sys.argv[2], "w").write(text)
END
}

# bring_here: the same files for the stub: servers and protection alone change.
bring_here()
{
    sed -i -e 's/^host .*/host 127.0.0.1/' -e "s/^port .*/port $smtp/" \
        -e 's/^tls on/tls off/' -e 's/^auth on/auth plain/' "$dir"/*.msmtprc
    sed -i -e 's/^Host .*/Host 127.0.0.1/' -e "s/^Port .*/Port $imap/" \
        -e 's/^SSLType .*/SSLType None/' "$dir"/mbsync/*.mbsyncrc
    sed -i -e "s/imaps:.*993/imap:\/\/127.0.0.1:$imap/" \
        -e "s/smtps:\(.*@\).*465/smtp:\1127.0.0.1:$smtp/" \
        -e 's/ssl_force_tls=yes/ssl_force_tls=no/' "$dir"/mutt/*.muttrc
    sed -i -e "s/imaps:\(.*@\).*993/imap+insecure:\1127.0.0.1:$imap/" \
        -e "s/smtps:\(.*@\).*465/smtp:\1127.0.0.1:$smtp/" \
        "$dir"/aerc/*.accounts.conf
}

# asked LOGIN: the keyring, once or more, and for nothing else.
asked()
{
    case $1 in
    -*) set -- "$1" lookup -- ;;
    *) set -- "$1" lookup ;;
    esac
    login_asked=$1
    shift
    printf '%s\n' "$@" service mail user "$login_asked" address "$address" \
        >"$work/wanted"
    head -n $((6 + $#)) "$work/asked" | diff "$work/wanted" -
    rm -f "$work/asked"
}

# shown_by mutt|neomutt NAME: what it has read of its file.
shown_by()
{
    "$1" -n -F "$dir"/mutt/*.muttrc -Q realname |
        sed -e 's/^[^=]*= *"//' -e 's/"$//' -e 's/\\\(["\\]\)/\1/g' |
        { read -r shown; [ "$shown" = "$2" ] || echo "$shown"; }
}

start_stub plain '' '' "$imap" "$smtp" 0
count=0
while IFS= read -r login; do
    count=$((count + 1))
    write_login "$work/login.xml" "$login"
    write_files "login $count" "$all" ann@example.org --name "$login" \
        --from "$work/login.xml"
    bring_here
    want=$(python3 -c 'import sys; print(repr(sys.argv[1]))' "$login")
    tap_verdict "msmtp signs in as $login" "$(send_with msmtp
        heard "smtp from 'ann@example.org'" "smtp in plain $want" 'smtp mail'
        asked "$login")"
    tap_verdict "mbsync signs in as $login" "$(fetch
        heard "imap in plain $want"; asked "$login")"
    tap_verdict "aerc signs in as $login" "$(sign_in_with_aerc
        heard "imap in plain $want"; asked "$login")"
    for program in mutt neomutt; do
        tap_verdict "$program reads the name $login" \
            "$(shown_by $program "$login")"
        case $login in
        *[\\\$\`]*) ;; # it asks for the password itself
        *)
            tap_verdict "$program signs in as $login" "$(read_with $program
                heard "imap in plain $want"; asked "$login")"
            ;;
        esac
    done
done <<'END'
it's "quoted" #;&|<>(){}*?~!
$(touch ran) `touch ran` $HOME
CORP\ann
-x
%U %s %%40 [x] =y ^z ,
Änn ☃ 🙂
END
end "$stub"
tap_verdict 'nothing in a login was run' \
    "$(find . "$HOME" "$work" -maxdepth 2 -name ran)"
tap_verdict 'no password is in any file' \
    "$(grep -rl canary-5ecret "$work" --include='*rc' --include='*.conf' \
        --include='*.toml' --include=err --include=said)"
tap_done
