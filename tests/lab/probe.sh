#!/bin/sh
# portolan probe and real servers: Dovecot and Postfix at standard and moved
# ports, and every kind of bad one there is (tests/fakes/mail_rogues.py).
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
PATH=$PATH:/usr/sbin:/sbin

if [ "$LAB_ALONE" != yes ]; then
    tap_skip 'probing' 'not here: name spaces of its own'
    tap_done
fi

# each WHAT: the checks that a judge printed, as checks of ours.
each()
{
    while IFS="$(printf '\t')" read -r what problem; do
        tap_verdict "$1: $what" "$problem"
    done <"$work/judged"
}

# ---- rogues ----

begin_rogues()
{
    ip addr add 198.51.100.1/24 dev lo
    ip addr add 2001:db8::77/128 dev lo nodad
    ip route add 203.0.113.99/32 dev lo # where packets are lost
    ip route add 2001:db8::dead/128 dev lo
    mkdir "$work/rogues"
    python3 -W ignore "$fakes/mail_rogues.py" "$work/rogues" 2>"$work/rogues.err" &
    keep $!
    wait_file "$work/rogues/ready" $!
    mount --bind "$work/rogues/hosts" "$(readlink -f /etc/hosts)"
}

# probe_cases PATTERN ARGS...: those whose names match, all in one run.
probe_cases()
{
    pattern=$1
    shift
    grep -E "$pattern" "$work/rogues/cases" >"$work/cases"
    # shellcheck disable=SC2046 # a word each
    timeout 60 "$portolan" probe --json --ca-file "$work/rogues/ca.pem" "$@" \
        $(awk '{print $1 ":" $2}' "$work/cases") \
        >"$work/out" 2>"$work/err" </dev/null
    python3 "$fakes/mail_judge.py" verdicts "$work/cases" "$work/out" \
        >"$work/judged"
}

check_rogues()
{
    probe_cases '^[^s]|^s[^l]' --timeout 3
    each 'rogue'
    probe_cases '^slow' --timeout 12
    each 'rogue'
    python3 "$fakes/mail_judge.py" manners "$work/rogues/cases" \
        "$work/rogues/heard" >"$work/judged"
    each 'as servers see it'
    tap_verdict 'the rogues were well' "$(cat "$work/rogues.err")"
}

new_home ann
begin_rogues
check_rogues
tap_done
