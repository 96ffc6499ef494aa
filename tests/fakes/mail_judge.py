#!/usr/bin/env python3
"""mail_judge.py verdicts CASES OUT: is each line of `probe --json` in OUT what
CASES (mail_rogues.py) expects?
mail_judge.py manners CASES HEARD: did we behave, as the servers saw it?
mail_judge.py crowd MOST HEARD: at the one that has many ports, were there MOST
conversations at once, and not one more?

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


def read_results(name):
    """One a line, or a single one over many."""
    with open(name) as file:
        text = file.read().strip()
    decoder, results = json.JSONDecoder(), {}
    while text:
        result, end = decoder.raw_decode(text)
        results[result["target"]] = result
        text = text[end:].lstrip()
    return results


def judge_verdicts(cases, out):
    results = read_results(out)
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


def read_talks(heard):
    with open(heard) as lines:
        return [json.loads(line) for line in lines]


def count_at_once(talks):
    """At most, at any time."""
    changes = [(talk["begun"], 1) for talk in talks]
    changes += [(talk["said_bye"] or talk["ended"], -1) for talk in talks]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def judge_crowd(most, heard):
    talks = [talk for talk in read_talks(heard) if talk["case"] == "crowd"]
    seen = count_at_once(talks)
    say("at one address, %d ports are tried at once, and no more" % most,
        "" if seen == most else "%d of %d at once" % (seen, len(talks)))
    visits = collections.Counter(talk["port"] for talk in talks)
    say("each of many ports is tried once",
        " ".join("%d: %d" % pair for pair in visits.items() if pair[1] != 1))


def judge_manners(cases, heard):
    talks = [talk for talk in read_talks(heard) if talk["case"] != "crowd"]
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
                 not talk["said_bye"]))
    say("TLS was closed as it should be",
        " ".join(talk["case"] for talk in talks
                 if talk["tls"] and not talk["clean"] and
                 expected[talk["case"]] in PARTS_WITH_GOOD_BYE))


def main():
    what, given, file = sys.argv[1:]
    if what == "verdicts":
        judge_verdicts(list(read_cases(given)), file)
    elif what == "manners":
        judge_manners(list(read_cases(given)), file)
    else:
        judge_crowd(int(given), file)


main()
