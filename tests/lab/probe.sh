#!/bin/sh
# portolan probe and real servers: Dovecot and Postfix at standard and moved
# ports, and every kind of bad one there is (tests/fakes/mail_rogues.py).
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
# shellcheck source=tests/fakes/mail_world.sh
. "$top/tests/fakes/mail_world.sh"

if [ "$LAB_ALONE" != yes ]; then
    tap_skip 'probing' 'not here: name spaces of its own'
    tap_done
fi

# judge_mail WHAT ARGS...: the checks of mail_judge.py, as checks of ours.
judge_mail()
{
    about=$1
    shift
    python3 "$fakes/mail_judge.py" "$@" >"$work/judged" 2>"$work/judge.err" ||
        tap_verdict "$about: can be judged" "$(cat "$work/judge.err")"
    grep '^#' "$work/judge.err"
    while IFS="$(printf '\t')" read -r what problem; do
        tap_verdict "$about: $what" "$problem"
    done <"$work/judged"
}

# ---- rogues ----

# probe_cases PATTERN ARGS...: those whose names match, all in one run.
probe_cases()
{
    pattern=$1
    shift
    grep -E "$pattern" "$rogues/cases" >"$work/cases"
    # shellcheck disable=SC2046 # a word each
    timeout 60 "$portolan" probe --json --ca-file "$rogues/ca.pem" "$@" \
        $(awk '{print $1 ":" $2}' "$work/cases") \
        >"$work/out" 2>"$work/err" </dev/null
    judge_mail 'rogue' verdicts "$work/cases" "$work/out"
}

check_rogues()
{
    probe_cases '^[^s]|^s[^l]' --timeout 3
    probe_cases '^slow' --timeout 12
    judge_mail 'as servers see it' manners "$rogues/cases" \
        "$rogues/heard"
    # shellcheck disable=SC2046 # an option each
    expect 'sixteen more ports of one address' \
        '[t["outcome"] for t in j["tries"][8:]] == ["works"] * 16' \
        probe crowd.rogue.test --ca-file "$rogues/ca.pem" \
        $(seq -f '--port imap:%g' 3001 3016)
    judge_mail 'as servers see it' crowd 10 "$rogues/heard"
    tap_verdict 'SIGINT ends it at once, and it tells what it knows' \
        "$(interrupted)"
    tap_verdict 'the rogues were well' "$(cat "$work/rogues.err")"
}

# interrupted: what is wrong with how it ends, by SIGINT, in the midst of it.
interrupted()
{
    python3 - "$portolan" "$rogues/ca.pem" <<'END_OF_PYTHON'
import json
import signal
import subprocess
import sys
import time
with subprocess.Popen((sys.argv[1], "probe", "silent.rogue.test", "--json",
                       "--ca-file", sys.argv[2]), stdin=subprocess.DEVNULL,
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                      preexec_fn=lambda: signal.signal(
                          signal.SIGINT, signal.SIG_DFL)) as program:
    time.sleep(1.5)
    begun = time.monotonic()
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=15)
    took_ms = (time.monotonic() - begun) * 1000
    came = {t["port"]: t["outcome"] for t in json.loads(out or "{}")
            .get("tries", ())}
    if (took_ms > 500 or program.returncode != -signal.SIGINT or err
            or came.get(143) != "timeout" or came.get(993) != "refused"
            or json.loads(out)["letter"]):
        print(took_ms, "ms", program.returncode, out, err)
END_OF_PYTHON
}

# ---- real ones ----

# outcomes: of the last run, "PORT OUTCOME" in order.
outcomes='" ".join("%d %s" % (t["port"], t["outcome"]) for t in j["tries"])'

check_real()
{
    expect 'real servers at standard ports' \
        "$outcomes == '993 works 143 works 995 works 110 works 465 works ' \
            '587 works 25 works 4190 works'" \
        probe mail.real.test --ca-file "$rogues/ca.pem"
    judge 'the best are those with TLS from the start' \
        '[(b["service"], b["port"]) for b in j["best"]] ==
            [("imap", 993), ("submission", 465), ("sieve", 4190)]'
    judge 'how one signs in is known, under TLS' \
        'all(t["auth"] == ["password-cleartext"] for t in j["tries"]
            if t["port"] != 25)'
    judge 'and that nobody signs in at a relay' \
        '[t["auth"] for t in j["tries"] if t["port"] == 25] == [[]]'
    judge 'TLS is of this century' \
        'all(t["tls"] == "TLSv1.3" for t in j["tries"])'
    expect 'real servers at moved ports' \
        '[(t["service"], t["security"], t["outcome"]) for t in
            j["tries"][8:]] == [("imap", "starttls", "works"),
            ("imap", "tls", "works"), ("submission", "starttls", "works"),
            ("submission", "tls", "works")]' \
        probe mail.real.test --ca-file "$rogues/ca.pem" --port 1143 \
        --port imap:1993 --port 2587 --port submission:2465 --timeout 5
    expect 'without its authority the same is worth nothing' \
        'status == 1 and {t["outcome"] for t in j["tries"]} ==
            {"bad-certificate"}' probe mail.real.test
    judge 'and there is a letter to the administrator' \
        '"certificate" in j["letter"]'
    run probe ann@real.test --ca-file "$rogues/ca.pem" --only guess
    tap_verdict 'a table for people ends with what is best' \
        "$(grep -q '^best: IMAP imap.real.test:993, SSL/TLS' "$work/out" ||
            cat "$work/out" "$work/err")"
    expect 'a guess is proven by real servers' \
        '[(s["host"], s["port"], s["origin"]["source"], s["origin"]["trust"])
            for s in j["servers"] if s["chosen"]] ==
            [("imap.real.test", 993, "guess", "heard"),
            ("smtp.real.test", 465, "guess", "heard")]' \
        find ann@real.test --only guess --ca-file "$rogues/ca.pem"
    expect 'and without its authority it is none' \
        'status == 1 and not j["servers"]' find ann@real.test --only guess
    tap_verdict 'Dovecot saw nobody sign in' \
        "$(grep -i 'auth failed\|method=' "$work/dovecot.log")"
    tap_verdict 'Postfix saw nobody leave without a word' \
        "$(grep -i 'lost connection\|SASL' "$work/postfix.log")"
}

new_home ann
begin_rogues
check_rogues
lacks=$(real_lacks | tr '\n' ' ')
if [ -z "$lacks" ]; then
    begin_real
    check_real
else
    tap_skip 'real servers' "not here: $lacks"
fi
tap_done
