#!/usr/bin/env python3
"""judge.py OUT ERR STATUS TOOK_MS EXPRESSION: silence means it holds.

EXPRESSION may use status, took_ms; out and err, the text; j, the JSON of out;
b, e: the fake Proton bridge and its endpoints by service; d, f: DavMail's; a
bridge that is not there is {}; c: the chosen servers by service; o: the
outcomes by source; w: who works, of serve --check-lan, parted by commas, v and
u: by mail program its verdict, and what it goes by; first: of the first IMAP server, "SOURCE TRUST
HOST:PORT:SECURITY" or ""; agrees: what find says of itself fits its exit
status; sentence: err is one sentence and a hint.
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


STATUS = {0: "ok", 1: "nothing", 3: "unsure", 4: "unreachable",
          7: "needs-bridge"}


def receives(servers):
    for x in servers:
        if x["service"] == "imap":
            return "%s %s %s:%s:%s" % (
                x["origin"]["source"], x["origin"]["trust"], x["host"],
                x["port"], x["security"])
    return ""


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
c = {x["service"]: x for x in (j or {}).get("servers", [])
     if x.get("chosen")}
o = {x["name"]: x["outcome"] for x in (j or {}).get("sources", [])}
played = (j or {}).get("clients", [])
w = ", ".join(x["client"] for x in played if x.get("works"))
v = {x["client"]: x.get("verdict") for x in played}
u = {x["client"]: step["what"] for x in played
     for step in x.get("steps", []) if step["used"]}
first = receives((j or {}).get("servers", []))
agrees = bool(j) and (j.get("status") == STATUS.get(status)
                      and (status == 0) == bool(c)
                      and (status == 3) == bool(j.get("needs_accept")))
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
