#!/bin/sh
# Mail programs that are set up in text files follow a bridge that has moved:
# to other ports, to another certificate, to TLS from the first byte.  They sign
# in before; they cannot once it has moved; they can again when their files were
# changed.  In those, nothing else is changed: put back, they are what they were.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
for program in msmtp mbsync neomutt mutt aerc; do
    command -v $program >/dev/null || {
        tap_skip "what is set up of $program follows the bridge" \
            'it is not installed'
        tap_done
    }
done
new_home home
clients='msmtp mbsync mutt aerc'

# make_certificate NAME
make_certificate()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=127.0.0.1 \
        -addext 'subjectAltName=IP:127.0.0.1' -keyout "$work/$1.key" \
        -out "$work/$1.pem" 2>/dev/null
    openssl x509 -in "$work/$1.pem" -outform DER -out "$work/$1.der"
}

# print_of NAME: its fingerprint, as msmtp has it.
print_of()
{
    openssl x509 -in "$work/$1.pem" -noout -fingerprint -sha256 |
        sed 's/.*=//'
}

# start_stub MODE NAME IMAP SMTP
start_stub()
{
    rm -f "$work/heard"
    python3 "$fakes/mail_stub.py" "$work/heard" "$1" "$work/$2.pem" \
        "$work/$2.key" "$3" "$4" 0 &
    stub=$!
    keep "$stub"
    wait_file "$work/heard" "$stub"
}

# ---- the files, with what people have in theirs ----

write_msmtprc()
{
    cat <<END
# port $imap, no: port $smtp
defaults
	logfile   ~/msmtp.log
tls on
tls
tls_starttls on

account elsewhere
host smtp.example.org
port $smtp
account   bridge
  host "127.0.0.1"
  from ann@proton.me
  auth plain
  user ann@proton.me
  password "canary-5ecret"
  port	$smtp 
  tls_starttls on
  tls_trust_file
tls_fingerprint "$(print_of old)"

account default : bridge
END
}

write_mbsyncrc()
{
    cat <<END
# Port $imap
IMAPAccount elsewhere
Host imap.example.org
Port $imap
CertificateFile ~/pins/both.pem

IMAPAccount bridge  # Port $imap
Host 127.0.0.1
User ann@proton.me
Pass "canary-5ecret"
port "$imap" # $imap
# between
SSLType STARTTLS
CertificateFile ~/pins/bridge.pem
SystemCertificates no

IMAPStore far
Account bridge

MaildirStore near
Path ~/Mail/
Inbox ~/Mail/INBOX
SubFolders Verbatim

Channel bridge
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState *
END
}

write_muttrc()
{
    cat <<END
# set folder="imap://127.0.0.1:$imap/" \\
set folder="imap://127.0.0.1:$imap/" in_the_comment
set realname='Ann; #1' from="Ann <ann@proton.me>" use_from = yes
source ~/.mutt/account ; set spoolfile="+INBOX" # imap://127.0.0.1:$imap/
set ssl_starttls=yes ssl_force_tls=yes certificate_file = "~/pins/mutt.pem"
folder-hook imap://imap.example.org:$imap/ 'set record=""'
END
}

write_mutt_account()
{
    cat <<END
set imap_user = "ann@proton.me"   imap_pass='canary-5ecret'
set folder = imap://127.0.0.1:$imap/
set smtp_pass=canary-5ecret smtp_authenticators=plain \\
    smtp_url=smtp://ann%40proton.me@127.0.0.1:$smtp/
END
}

write_accounts_conf()
{
    cat <<END
; source = imap://127.0.0.1:$imap
[bridge]
source        = imap://ann%40proton.me:canary-5ecret@127.0.0.1:$imap
outgoing      = smtp+plain://ann%40proton.me:canary-5ecret@127.0.0.1:$smtp
smtp-starttls = yes
from          = "Ann $imap" <ann@proton.me>
default       = INBOX
END
}

write_all()
{
    mkdir -p "$HOME/pins" "$HOME/.mutt" "$HOME/.config/aerc" \
        "$HOME/Mail"
    write_msmtprc >"$HOME/.msmtprc"
    write_mbsyncrc >"$HOME/.mbsyncrc"
    write_muttrc >"$HOME/.mutt/muttrc"
    write_mutt_account >"$HOME/.mutt/account"
    write_accounts_conf >"$HOME/.config/aerc/accounts.conf"
    { echo '# the bridge'; cat "$work/old.pem"; echo '# end'; } \
        >"$HOME/pins/bridge.pem"
    cp "$HOME/pins/bridge.pem" "$HOME/pins/mutt.pem"
    cat "$work/elsewhere.pem" "$work/old.pem" >"$HOME/pins/both.pem"
    cp "$work/old.pem" "$HOME/pins/aerc.pem"
    chmod 600 "$HOME/.msmtprc" "$HOME/.config/aerc/accounts.conf"
    rm -rf "$work/original"
    cp -a "$HOME" "$work/original"
}

# ---- what each program does ----

do_msmtp()
{
    printf 'Subject: hello\n\nhello\n' | timeout 10 msmtp bob@example.org
}

do_mbsync()
{
    rm -rf "$HOME/Mail/INBOX"
    timeout 10 mbsync bridge
    grep -rqs seen-by-the-stub "$HOME/Mail/INBOX"
}

do_mutt()
{
    for program in mutt neomutt; do
        rm -f "$work/saved"
        python3 "$fakes/terminal.py" 'belongs to|kept, 0 deleted' \
            $program -n -F "$HOME/.mutt/muttrc" \
            -e 'set confirmcreate=no copy=no' \
            -e "push <copy-message>$work/saved<enter><quit>"
        grep -q seen-by-the-stub "$work/saved" || return 1
        printf 'hello\n' | timeout 10 $program -n -F "$HOME/.mutt/muttrc" \
            -e 'set copy=no' -s hello bob@example.org || return 1
    done
}

do_aerc()
{
    env SSL_CERT_DIR="$HOME/pins" python3 "$fakes/terminal.py" \
        'Connected|x509|attempt reconnect|error|refused' aerc |
        grep -q Connected
}

# works_with CLIENT: complains with what it said when it does not.
works_with()
{
    "do_$1" >"$work/said_by_it" 2>&1 || {
        echo "it does not work:"
        tail -c 800 "$work/said_by_it" | cat -v
    }
    grep -q ' in TLS ' "$work/heard" || echo 'nobody signed in'
    : >"$work/heard"
}

fails_with()
{
    "do_$1" >/dev/null 2>&1 && echo 'it works'
    grep ' in ' "$work/heard"
    : >"$work/heard"
}

all_work()
{
    for client in $clients; do
        tap_verdict "$1: $client signs in" "$(works_with "$client")"
    done
}

none_works()
{
    for client in $clients; do
        tap_verdict "$1: $client does not" "$(fails_with "$client")"
    done
}

# patch IMAP SMTP SECURITY NAME: every client; what they had is $work/had.
patch()
{
    : >"$work/had"
    for client in $clients; do
        "$top_builddir/tests/clients/patch_clients" "$client" "$1" "$2" "$3" \
            "$work/$4.der" >>"$work/had" || echo "$client cannot be changed"
    done
    # what aerc trusts its user sees to
    cp "$work/$4.pem" "$HOME/pins/aerc.pem"
    rm -f "$HOME"/pins/*.0
    cp "$work/$4.pem" "$HOME/pins/$(openssl x509 -hash -noout \
        -in "$work/$4.pem").0"
}

# same_files WAS IS: what has another byte, but for the mail and the pins of
# aerc.
same_files()
{
    for file in .msmtprc .mbsyncrc .mutt/muttrc .mutt/account \
        .config/aerc/accounts.conf pins/bridge.pem pins/mutt.pem \
        pins/both.pem; do
        cmp "$1/$file" "$2/$file" 2>&1
    done
}

make_certificate old
make_certificate new
make_certificate elsewhere
# shellcheck disable=SC2046 # ports
set -- $(free_ports 4)
imap=$1 smtp=$2 new_imap=$3 new_smtp=$4
top_builddir=${top_builddir:-$top}
write_all

start_stub starttls old "$imap" "$smtp"
tap_verdict 'nothing is changed where nothing has moved' "$(
    patch "$imap" "$smtp" starttls old
    same_files "$work/original" "$HOME")"
pin=$(print_of old | tr -d : | tr A-F a-f)
a=ann@proton.me
tap_verdict 'every server is known' "$(diff "$work/had" - <<END
submission smtp.example.org $smtp starttls - - -
submission 127.0.0.1 $smtp starttls $a $a $pin
imap imap.example.org $imap starttls - - -
imap 127.0.0.1 $imap starttls $a - $pin
imap imap.example.org $imap starttls $a $a $pin
imap 127.0.0.1 $imap starttls $a $a $pin
submission 127.0.0.1 $smtp starttls $a $a $pin
imap 127.0.0.1 $imap starttls $a $a -
submission 127.0.0.1 $smtp starttls $a $a -
END
)"
all_work 'where the bridge was'
end "$stub"

# ---- other ports, and another certificate ----

# put_back: what was changed to what it was, by hand.
put_back()
{
    rm -rf "$work/back"
    cp -a "$HOME" "$work/back"
    for file in .msmtprc .mbsyncrc .mutt/muttrc .mutt/account \
        .config/aerc/accounts.conf; do
        sed -i -e "s/$new_imap/$imap/g" -e "s/$new_smtp/$smtp/g" \
            -e "s/$(print_of new)/$(print_of old)/" "$work/back/$file"
    done
    for pin in bridge mutt; do
        { echo '# the bridge'; cat "$work/old.pem"; echo '# end'; } |
            sed "/BEGIN/,/END/!d" >"$work/old-one"
        sed -e '/BEGIN/,/END/d' "$HOME/pins/$pin.pem" >"$work/around"
        { sed 1q "$work/around"; cat "$work/old-one"; sed 1d "$work/around"; } \
            >"$work/back/pins/$pin.pem"
    done
}

start_stub starttls new "$new_imap" "$new_smtp"
none_works 'once it has moved'
tap_verdict 'what has moved is changed' "$(
    patch "$new_imap" "$new_smtp" starttls new)"
all_work 'where it is now'
put_back
tap_verdict 'nothing but ports and certificates is changed' \
    "$(same_files "$work/original" "$work/back")"
cat >"$work/counts" <<END
.msmtprc:1
.mbsyncrc:4
.mutt/muttrc:4
.config/aerc/accounts.conf:2
END
tap_verdict 'comments and other servers still have the old port' "$(
    grep -c "$imap" "$HOME/.msmtprc" "$HOME/.mbsyncrc" "$HOME/.mutt/muttrc" \
        "$HOME/.config/aerc/accounts.conf" | sed "s,$HOME/,," |
        diff - "$work/counts" 2>&1)"
for file in bridge mutt; do
    tap_verdict "the new certificate alone is in $file.pem" "$(
        sed '/BEGIN/,/END/!d' "$HOME/pins/$file.pem" |
            cmp - "$work/new.pem" 2>&1)"
done
end "$stub"

# ---- TLS from the first byte ----

start_stub tls new "$new_imap" "$new_smtp"
none_works 'once it speaks TLS from the first byte'
tap_verdict 'how it is protected is changed' "$(
    patch "$new_imap" "$new_smtp" tls new)"
all_work 'with TLS from the first byte'
end "$stub"

# ---- and back again ----

tap_verdict 'all of it is changed back, byte for byte' "$(
    patch "$imap" "$smtp" starttls old
    same_files "$work/original" "$HOME")"
start_stub starttls old "$imap" "$smtp"
all_work 'where the bridge was before'
end "$stub"
tap_done
