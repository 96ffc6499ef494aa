#!/usr/bin/env python3
"""judge.py OUT ERR STATUS TOOK_MS EXPRESSION: silence means it holds.

EXPRESSION may use status, took_ms; out and err, the text; j, the JSON of out;
b, e: the fake Proton bridge and its endpoints by service; d, f: DavMail's; a
bridge that is not there is {}; sentence: err is one sentence and a hint.
"""
import json
import re
import sys


def bridge(name):
    found = [b for b in (j or {}).get("bridges", []) if b["name"] == name]
    if len(found) > 1:
        raise SystemExit("%s is there %d times" % (name, len(found)))
    one = found[0] if found else {}
    return one, {x["service"]: x for x in one.get("endpoints", [])}


def is_sentence(text):
    """What happened, in one line; then at most one hint."""
    return bool(re.fullmatch(r"portolan: [^\n]+[^.\n]\n(  hint: [^\n]+\n)?",
                             text))


out = open(sys.argv[1], errors="replace").read()
err = open(sys.argv[2], errors="replace").read()
status, took_ms = int(sys.argv[3]), int(sys.argv[4])
try:
    j = json.loads(out)
except ValueError:
    j = None
b, e = bridge("proton")
d, f = bridge("davmail")
sentence = is_sentence(err)
try:
    holds = eval("(" + sys.argv[5] + ")")
except (KeyError, TypeError, IndexError, AttributeError) as problem:
    holds = False
    print(repr(problem))
if not holds:
    print("wanted:", " ".join(sys.argv[5].split()))
    print("exit status %d after %d ms" % (status, took_ms))
    print(json.dumps(j, indent=1) if j else out[:4000])
    print(err[:4000])
