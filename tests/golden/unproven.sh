#!/bin/sh
# What is not proven to work gets into no file: none is written, and no client
# is given a port at which its bridge does not speak as it should.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=$(cd "${top_builddir:-$top}" && pwd)/src/portolan
work=$(cd "$(mktemp -d)" && pwd -P) || exit 1
trap 'rm -rf "$work"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
HOME=$work/home
export HOME
PORTOLAN_PROFILES=$top/profiles
export PORTOLAN_PROFILES
mkdir "$HOME"
cd "$work" || exit 1
msmtprc=$HOME/.msmtprc
good=$top/tests/scenarios/proton-ok.scenario

# The bridge's SMTP port offers STARTTLS and then refuses it.
awk '/^ask / { smtp = /127\.0\.0\.1:1026$/ }
     smtp && /^\| certificate/ { print "| problem STARTTLS was refused"; next }
     { print }' "$good" >bad.scenario

begin()
{
    printf 'account default\nhost 127.0.0.1\nport 1025\ntls on\n%s\n%s\n' \
        'from ann@proton.me' 'user ann@proton.me' >"$msmtprc"
    cp "$msmtprc" before
}

# run WANT COMMAND...: ends it with this status?
run()
{
    want=$1
    shift
    "$portolan" "$@" >out 2>err
    got=$?
    [ $got -eq "$want" ]
}

# tell WHAT STATUS: of the last run.
tell()
{
    if [ "$2" -eq 0 ]; then
        tap_verdict "$1" ""
    else
        tap_verdict "$1" "exit status $got, wanted $want: $(cat out err)"
    fi
}

begin
run 0 update --replay "$good" && grep -q '^port 1026' "$msmtprc"
tell "a client follows its bridge to a port that works" $?

begin
run 5 update --json --replay bad.scenario && grep -q '"refused"' out &&
    grep -q 'STARTTLS was refused' out
tell "not to one that does not: it is refused, and told why" $?
cmp -s "$msmtprc" before
tell "its file is as it was" $?

run 5 update --no-verify --replay bad.scenario &&
    grep -q '^port 1026' "$msmtprc"
tell "with --no-verify it is changed, and told that it does not work" $?

run 5 write msmtp -o new ann@proton.me --replay bad.scenario &&
    [ ! -e new ] && grep -q 'STARTTLS was refused' err
tell "no file is written of it" $?

begin
run 5 setup msmtp ann@proton.me --replay bad.scenario &&
    cmp -s "$msmtprc" before
tell "nor is an account set up" $?

wrong=$top/tests/scenarios/verify-wrong-protection.scenario
run 5 write all -o all --verify ann@example.org --replay "$wrong" &&
    [ ! -e all ]
tell "with --verify no file of servers elsewhere that do not work" $?

login=$top/tests/scenarios/verify-login-denied.scenario
run 5 write msmtp -o new --login --password-command 'echo notapassword' \
    ann@example.org --replay "$login" && [ ! -e new ] &&
    ! grep -q notapassword out err
tell "with --login none of what does not let the user in" $?

tap_done
