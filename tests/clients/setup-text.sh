#!/bin/sh
# `portolan setup` for mail programs that are set up in text files: where there
# is no file yet and where there is one of other accounts, the program finds
# the account by itself, signs in and trusts the bridge's certificate; what was
# there stays, byte for byte; a second time adds nothing, and `undo` takes all
# of it away.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
for program in msmtp mbsync neomutt mutt aerc; do
    command -v $program >/dev/null || {
        tap_skip "an account is set up in text files" 'it is not installed'
        tap_done
    }
done
clients='msmtp mbsync mutt aerc himalaya'
ann=ann@proton.me

# The keyring has the password of every account.
mkdir "$work/bin"
printf '#!/bin/sh\nprintf canary-5ecret\n' >"$work/bin/secret-tool"
chmod +x "$work/bin/secret-tool"
PATH=$work/bin:$PATH

# files: all that programs and portolan made, below the home.
files()
{
    (cd "$HOME" && find .msmtprc .mbsyncrc .mbsync .muttrc .mutt .config/mutt \
        .config/neomutt .config/aerc .config/himalaya -type f 2>/dev/null |
        sort)
}

# put_away NAME: into $work/NAME; put_out NAME: and back.
put_away()
{
    mkdir "$work/$1"
    files | (cd "$HOME" && xargs -r cp --parents -pt "$work/$1")
    files | (cd "$HOME" && xargs rm -f)
}

put_out()
{
    files | (cd "$HOME" && xargs rm -f)
    cp -a "$work/$1/." "$HOME"
}

# ended STATUS TEXT...: complaints of the last run.
ended()
{
    [ "$status" = "$1" ] || echo "exit status $status, want $1"
    shift
    for text in "$@"; do
        cat "$work/out" "$work/err" | tr '\n' ' ' | tr -s ' ' |
            grep -qF -e "$text" || {
            echo "not said: $text"
            cat "$work/err"
        }
    done
}

# differ A B: two folders of files.
differ()
{
    diff -r "$1" "$2"
}

# set_up NAME: every client, and once more; what is told stays in
# $work/NAME.CLIENT.
set_up()
{
    for client in $clients; do
        run setup "$client" $ann
        cat "$work/out" "$work/err" >"$work/$1.$client"
        tap_verdict "$1: $client has the account" \
            "$(ended 0 "secret-tool store --label=$ann")"
    done
    put_away "$1"
    put_out "$1"
    for client in $clients; do
        run setup "$client" $ann
        tap_verdict "$1: $client is right the second time" \
            "$(ended 0 'is right')"
    done
    put_away "$1-again"
    tap_verdict "$1: nothing is added twice" \
        "$(differ "$work/$1" "$work/$1-again")"
    put_out "$1"
}

# undone NAME: all five are taken back, to what is in $work/NAME.
undone()
{
    for client in $clients; do
        run undo
        [ "$status" = 0 ] || cat "$work/err"
    done
    put_away "$1-undone"
    differ "$work/$1" "$work/$1-undone"
}

# ---- what each program does ----

do_msmtp()
{
    printf 'Subject: hello\n\nhello\n' |
        timeout 10 msmtp ${1:+-a} ${1:+"$1"} bob@example.org
}

# do_mbsync TOLD CHANNEL: the folder is made as the note tells.
do_mbsync()
{
    make=$(grep -o 'mkdir -p ~/[^ ]*' "$1") || return 1
    eval "$make"
    timeout 10 mbsync "$2"
    grep -rqs seen-by-the-stub "$HOME/${make##*~/}/INBOX"
}

# do_mutt PROGRAM OPTION...
do_mutt()
{
    program=$1
    shift
    rm -f "$work/saved"
    python3 "$fakes/terminal.py" 'belongs to|kept, 0 deleted' \
        "$program" "$@" -e 'set confirmcreate=no copy=no' \
        -e "push <copy-message>$work/saved<enter><quit>"
    grep -q seen-by-the-stub "$work/saved" || return 1
    printf 'hello\n' | timeout 10 "$program" "$@" \
        -e 'set copy=no' -s hello bob@example.org
}

do_aerc()
{
    env SSL_CERT_DIR="$HOME/.config/aerc" python3 "$fakes/terminal.py" \
        'Connected|x509|attempt reconnect|error|refused' aerc |
        grep -q Connected
}

# do_aerc_behind: in an account that is not the one it shows.
do_aerc_behind()
{
    env SSL_CERT_DIR="$HOME/.config/aerc" python3 "$fakes/terminal.py" \
        x509 aerc
    ! grep -q x509 "$work/said_by_it"
}

# works WHAT COMMAND...: it does, and Ann has signed in.
works()
{
    what=$1
    shift
    tap_verdict "$what" "$(
        : >"$work/heard"
        "$@" >"$work/said_by_it" 2>&1 || {
            echo 'it does not work:'
            tail -c 800 "$work/said_by_it" | cat -v
        }
        grep -q " in TLS '$ann'" "$work/heard" || echo 'nobody signed in'
    )"
}

# in_toml NAME DEFAULT: what a parser of TOML makes of himalaya's account.
in_toml()
{
    python3 - "$HOME/.config/himalaya/config.toml" "$@" "$imap" "$smtp" \
        2>&1 <<'END'
import sys
import tomllib
path, name, default, imap, smtp = sys.argv[1:]
accounts = tomllib.load(open(path, "rb"))["accounts"]
account = accounts[name]
got = [account["default"], account["imap"]["server"],
       account["smtp"]["server"], account["imap"]["starttls"],
       account["imap"]["sasl"]["plain"]["username"]]
want = [default == "yes", "imap://127.0.0.1:" + imap,
        "smtp://127.0.0.1:" + smtp, True, "ann@proton.me"]
if got != want:
    print("it is", got)
open(account["imap"]["tls"]["cert"]).read()
END
}

# ---- files of other accounts ----

write_msmtprc()
{
    printf 'defaults\r\nlogfile ~/msmtp.log\r\ntls_certcheck off\r\n'
    printf 'password another\r\n# \351\r\naccount %s\r\n' $ann
    printf 'host smtp.example.org\r\nfrom bob@example.org\r\n'
    printf 'account default : %s' $ann
}

write_mbsyncrc()
{
    cat <<END
SyncState *
IMAPStore $ann-remote # mine
Host imap.example.org

MaildirStore near
Path ~/Mail/
Inbox ~/Mail/INBOX

Channel other
Far :$ann-remote:
Near :near:
Patterns *
Create Both
END
}

write_muttrc()
{
    printf '# mine\nset folder=~/Mail sendmail="false" from=bob@example.org\n'
    printf 'set record=+Sent'
}

write_accounts_conf()
{
    printf '; mine\n[%s]\nsource = maildir://~/Mail\n' $ann
    printf 'from = Bob <bob@example.org>'
}

write_toml()
{
    printf '[accounts]\n[accounts."%s"]\nemail = "bob@example.org"\n' $ann
    printf "default = true # it is\nimap.server = 'imaps://h'"
}

make_mail()
{
    mkdir -p "$HOME/Mail/INBOX/cur" "$HOME/Mail/INBOX/new" \
        "$HOME/Mail/INBOX/tmp"
}

write_others()
{
    mkdir -p "$HOME/.config/aerc" "$HOME/.config/himalaya"
    make_mail
    write_msmtprc >"$HOME/.msmtprc"
    write_mbsyncrc >"$HOME/.mbsyncrc"
    write_muttrc >"$HOME/.muttrc"
    write_accounts_conf >"$HOME/.config/aerc/accounts.conf"
    write_toml >"$HOME/.config/himalaya/config.toml"
    chmod 600 "$HOME/.msmtprc" "$HOME/.config/aerc/accounts.conf"
}

# begins_with NAME: every file of before is the beginning of what it is now.
begins_with()
{
    (cd "$work/$1" && find . -type f) | while read -r file; do
        size=$(wc -c <"$work/$1/$file")
        cmp -n "$size" "$work/$1/$file" "$HOME/$file" 2>&1
    done
}

# ---- a bridge ----

# shellcheck disable=SC2046 # ports
set -- $(usual_ports)
imap=$1 smtp=$2
start_proton ok "$imap" "$smtp"
put_away empty
set_up new
tap_verdict 'new: only their owner may read them' \
    "$(files | (cd "$HOME" && xargs stat -c '%a %n') | grep -v '^600 ')"
tap_verdict 'new: undo takes them away' "$(undone empty)"
write_others
put_away others
put_out others
set_up joined
tap_verdict 'joined: what was there stays' "$(begins_with others)"
tap_verdict 'joined: undo leaves what was there' "$(undone others)"
stop_proton ok

rm -f "$work/heard"
python3 "$fakes/mail_stub.py" "$work/heard" starttls \
    "$work/vault/cert.pem" "$work/vault/key.pem" "$imap" "$smtp" 0 &
stub=$!
keep "$stub"
wait_file "$work/heard" "$stub"

put_out new
works 'new: msmtp sends by default' do_msmtp ''
works 'new: mbsync fetches all there is' do_mbsync "$work/new.mbsync" -a
works 'new: mutt reads and sends' do_mutt mutt -n
works 'new: NeoMutt reads and sends' do_mutt neomutt -n
works 'new: aerc signs in' do_aerc
tap_verdict 'new: himalaya has the account' "$(in_toml $ann yes)"

put_out joined
rm -rf "$HOME/Mail"
make_mail
works 'joined: msmtp sends by name' do_msmtp $ann-2
tap_verdict 'joined: its default is another' "$(
    msmtp -P 2>&1 | grep -q '^host = smtp.example.org$' || msmtp -P 2>&1)"
works 'joined: mbsync fetches by name' \
    do_mbsync "$work/joined.mbsync" $ann-2
tap_verdict 'joined: nothing is where another account has its mail' \
    "$(cd "$HOME/Mail" && find . ! -path './INBOX*' ! -name .
    find "$HOME/Mail" -type f)"
for program in mutt neomutt; do
    told=$(grep -o "F [^ ]*$ann.muttrc" "$work/joined.mutt" | head -n 1)
    works "joined: $program takes the file that is told" \
        do_mutt $program -n "-F" "${told#F }"
done
works 'joined: aerc signs in' do_aerc_behind
tap_verdict 'joined: himalaya has the account' "$(in_toml $ann-2 no)"
end "$stub"
tap_verdict 'no password is in any file' "$(
    grep -rl canary-5ecret "$HOME" "$said" "$work/new" "$work/joined" \
        2>/dev/null)"
tap_done
