#!/usr/bin/env python3
"""mail_judge.py verdicts CASES OUT: is each line of `probe --json` in OUT what
CASES (mail_rogues.py) expects?
mail_judge.py manners CASES HEARD: did we behave, as the servers saw it?

One line for each check: what it is, a tab, and what is wrong or nothing.
"""
import collections
import json
import re
import sys

SECRETS = re.compile(r"^(\w+ )?(AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP)\b",
                     re.IGNORECASE)
NAMES = re.compile(r"^(\w+ )?(ID|HELO)\b", re.IGNORECASE)
EHLO = re.compile(r"^EHLO (\S+)$", re.IGNORECASE)
LITERAL = re.compile(r"^\[(IPv6:[0-9a-f:.]+|[0-9.]+)\]$")
TOLERANCE = 0.2  # seconds, for a server to notice that it is over
PARTS_WITH_GOOD_BYE = {"works", "bad-certificate"}


def read_cases(name):
    with open(name) as lines:
        for line in lines:
            host, port, outcome, word = line.rstrip("\n").split("\t")
            yield host, int(port), outcome, word


def say(what, problem=""):
    print("%s\t%s" % (what, problem.replace("\n", " ")))


def judge_verdicts(cases, out):
    results = {}
    with open(out) as lines:
        for line in lines:
            result = json.loads(line)
            results[result["target"]] = result
    wrong = 0
    for host, port, outcome, word in cases:
        result = results.get("%s:%d" % (host, port), {})
        tries = result.get("tries") or [{}]
        got = "%s: %s" % (tries[0].get("outcome"), tries[0].get("detail"))
        fine = (len(tries) == 1 and tries[0].get("outcome") == outcome and
                word.lower() in got.lower())
        wrong += not fine
        say("%s:%d: %s" % (host.split(".")[0], port, outcome),
            "" if fine else "%s; expected %s" % (got if tries[0] else result,
                                                 word))
    print("# %d verdicts, %d wrong" % (len(cases), wrong), file=sys.stderr)


def find_overlap(talks):
    """Two of them at the same time at one port of one address?"""
    ends = {}
    for talk in sorted(talks, key=lambda talk: talk["begun"]):
        key = talk["case"], talk["port"]
        if talk["begun"] < ends.get(key, 0) - TOLERANCE:
            return "two at once at %s:%d" % key
        ends[key] = talk["ended"]
    return ""


def judge_manners(cases, heard):
    with open(heard) as lines:
        talks = [json.loads(line) for line in lines]
    expected = {host.split(".")[0]: outcome for host, _, outcome, _ in cases}
    counts = collections.Counter(talk["case"] for talk in talks)
    most = {case: 2 if case.startswith("plain-") else 1 for case in expected}
    said = [(talk["case"], line) for talk in talks for line in talk["lines"]]
    say("the servers were visited", "" if talks else "nobody was")
    say("once each, and once more where TLS was begun too soon",
        " ".join("%s %d" % pair for pair in counts.items()
                 if pair[1] > most[pair[0]]))
    say("one at a time at each port", find_overlap(talks))
    say("nobody signed in",
        " ".join(map(str, (pair for pair in said if SECRETS.match(pair[1])))))
    say("no name was told",
        " ".join(map(str, (pair for pair in said if NAMES.match(pair[1]) or (
            EHLO.match(pair[1]) and
            not LITERAL.match(EHLO.match(pair[1]).group(1)))))))
    say("nothing was said after STARTTLS, before TLS",
        " ".join(map(str, (pair for pair in said
                           if pair[1].startswith("early: ")))))
    say("nothing was said before the greeting",
        " ".join(talk["case"] for talk in talks if talk["early"]))
    say("good-bye was said to who greeted",
        " ".join(talk["case"] for talk in talks
                 if expected[talk["case"]] in PARTS_WITH_GOOD_BYE and
                 not talk["bye"]))


def main():
    what, cases, file = sys.argv[1:]
    cases = list(read_cases(cases))
    if what == "verdicts":
        judge_verdicts(cases, file)
    else:
        judge_manners(cases, file)


main()
