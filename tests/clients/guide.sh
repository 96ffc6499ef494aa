#!/bin/sh
# `portolan` alone at a terminal asks, and does what it was told: nothing
# before the last answer, and nothing at all when it is given up.
# shellcheck disable=SC2154 # top, work, status: lab.sh
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
unset EMAIL
new_home home
tab=$(printf '\t')

# talk LINE...: its exit status is in $status, what it showed in $work/shown.
# The one mail program there is here is called evolution.
mkdir "$work/bin"
printf '#!/bin/sh\n' >"$work/bin/evolution"
chmod +x "$work/bin/evolution"
talk()
{
    printf '%s\n' "$@" >"$work/script"
    (cd "$work" && python3 "$top/tests/fakes/conversation.py" \
        "$work/script" /usr/bin/env PATH="$work/bin" "$portolan") \
        >"$work/shown" 2>&1
    status=$?
}

# ended STATUS TEXT...: complaints.
ended()
{
    [ "$status" = "$1" ] || echo "exit status $status, want $1"
    shift
    for text in "$@"; do
        sed 's/\x1b\[[0-9;]*m//g' "$work/shown" | tr '\n' ' ' |
            tr -s ' ' | grep -qF -e "$text" ||
            echo "not shown: $text"
    done
}

accounts()
{
    grep -ls 'Port=' "$HOME"/.config/evolution/sources/*.source | wc -l
}

none()
{
    [ "$(accounts)" = 0 ] || echo "an account was made"
    [ ! -e "$HOME/.local/state/portolan" ] || echo "a state was left"
}

"$portolan" </dev/null >"$work/shown" 2>&1
status=$?
tap_verdict 'without a terminal it is help that is shown' \
    "$(ended 2 'Usage: portolan')"

talk "mail address:${tab}ann@proton.me" "Look again.*Y/n${tab}n"
tap_verdict 'a bridge that is not here is asked for' \
    "$(ended 7 'it needs Proton Mail Bridge' 'nothing was set up'; none)"

# shellcheck disable=SC2046 # two ports
set -- $(free_ports 2)
imap=$1 smtp=$2
start_proton_here ok "$imap" "$smtp"

talk "mail address:${tab}ann@proton.me" "Numbers${tab}1" "name.*see it${tab}^C"
tap_verdict 'Ctrl-C at the last question leaves nothing behind' \
    "$(ended 130; none)"

talk "mail address:${tab}ann@proton.me" "Numbers${tab}^D"
tap_verdict 'an input that ends is no answer' \
    "$(ended 1 'nothing was set up'; none)"

talk "mail address:${tab}ann" "mail address:${tab}" \
    "mail address:${tab}ann@proton.me" "Numbers${tab}9" \
    "numbers from 1 to.*Numbers${tab}" "name.*see it${tab}Ann Example"
tap_verdict 'what is no answer is asked again, and Enter takes the first' \
    "$(ended 0 "127.0.0.1:$imap" '1 Evolution' 'evolution (ann@proton.me): account added' \
        'portolan undo' 'portolan watch')"
tap_verdict 'the account is in the mail program' \
    "$(grep -qs "Port=$imap" "$HOME"/.config/evolution/sources/*.source ||
        echo 'not its port'
    grep -qs 'Name=Ann Example' "$HOME"/.config/evolution/sources/*.source ||
        echo 'not its name')"

talk "mail address:${tab}ann@proton.me" "Numbers${tab}1" \
    "name.*see it${tab}Ann Example"
tap_verdict 'said again, it is there already' \
    "$(ended 0 'is right'; [ "$(accounts)" = 2 ] || accounts)"

talk "mail address:${tab}ann@proton.me" "Numbers${tab}all" \
    "name.*see it${tab}"
tap_verdict 'all that can be done is done, and the clicks are told' \
    "$(ended 0 'needs you' 'type what it says'
    [ -s "$work/ann@proton.me.txt" ] || echo 'no card')"

"$portolan" undo >"$work/shown" 2>&1
status=$?
tap_verdict 'and undo takes the account out again' \
    "$(ended 0; [ "$(accounts)" = 0 ] || accounts)"

# ---- servers that nobody vouches for ----

. "$top/tests/fakes/world.sh"
begin_world
new_home asked
claimed="mail address:${tab}ann@srv-out.example"
talk "$claimed" "y/N${tab}"
tap_verdict 'who claims a server is told, and Enter is no' \
    "$(ended 3 'Nobody we trust vouches for imap.hoster.example' \
        'named by srv (_imaps._tcp.srv-out.example)' 'nothing was set up'
    none)"
talk "$claimed" "imap.hoster.*y/N${tab}y" "smtp.hoster.*y/N${tab}maybe" \
    "smtp.hoster.*y/N${tab}no"
tap_verdict 'a yes to one of two is not enough, and what is neither is no yes' \
    "$(ended 3 'nothing was set up'; none)"
talk "$claimed" "imap.hoster.*y/N${tab}y" "smtp.hoster.*y/N${tab}yes" \
    "Numbers${tab}1" "name.*see it${tab}"
tap_verdict 'with a yes to each the account is added' \
    "$(ended 0 'account added'
    grep -qs 'Host=imap.hoster.example' \
        "$HOME"/.config/evolution/sources/*.source || echo 'not its host')"
run update
tap_verdict 'and update does not ask again' "$(
    [ "$status" = 0 ] || echo "exit status $status, want 0"
    grep -q 'is right' "$work/out" || cat "$work/out" "$work/err")"
end_world
tap_done
