#!/usr/bin/env python3
"""world_heard.py DIR EXPRESSION: silence means it holds.

EXPRESSION may use requests: what nginx heard, each with host, scheme, method,
uri, body, headers and the status it answered with; trapped: the same, where
nobody may come; caught: the connections to mail hosts; proxied: the first line
of each request to the proxy; names: what the resolver was asked, as (name, type);
connections: where TCP was begun to, as (address, port); wire: all bytes that
were sent; strays: the requests that give q7-ann, the local part of every
address in the lab, to who must not have it.

world_heard.py --ask ADDRESS NAME: does the name server there vouch for it,
by authority or DNSSEC, that NAME is there?"""
import ipaddress
import json
import os
import re
import socket
import struct
import sys
import urllib.parse

SYN, ACK = 2, 16


def ask(address, name):
    """One question with the AD bit."""
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        s.connect((address, 53))
        s.send(struct.pack("!6H", 7, 0x0120, 1, 0, 0, 0) + labels
               + b"\0\0\x0f\0\1")
        flags = struct.unpack("!H", s.recv(4096)[2:4])[0]
    return flags & 0x0420 and flags & 15 == 0


def recent(directory, name):
    """What was written since world.sh's forget."""
    path = os.path.join(directory, name)
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as log:
        if os.path.exists(path + ".from"):
            log.seek(int(open(path + ".from").read()))
        return log.read()


def packets(capture):
    """Each frame of a capture, which may lack its head."""
    at = 24 if capture[:4] == b"\xd4\xc3\xb2\xa1" else 0
    while at + 16 <= len(capture):
        length = struct.unpack("<I", capture[at + 8:at + 12])[0]
        yield capture[at + 16:at + 16 + length]
        at += 16 + length


def connection(frame):
    """(address, port) when this frame begins one, else None."""
    kind, ip = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and ip[9] == socket.IPPROTO_TCP:
        to, tcp = ip[16:20], ip[(ip[0] & 15) * 4:]
    elif kind == b"\x86\xdd" and ip[6] == socket.IPPROTO_TCP:
        to, tcp = ip[24:40], ip[40:]
    else:
        return None
    if tcp[13] & (SYN | ACK) != SYN:
        return None
    return str(ipaddress.ip_address(to)), struct.unpack("!H", tcp[2:4])[0]


def is_stray(request):
    """Is the address told by plain HTTP, or to a host outside its domain?"""
    text = urllib.parse.unquote(request["uri"] + " " + request["body"])
    for told in re.finditer(r"q7-ann(?:@([a-z0-9.-]+))?", text):
        host = "." + request["host"]
        if request["scheme"] != "https" or not told[1] or not host.endswith(
                "." + told[1]):
            return True
    return False


def main(directory, expression):
    def lines(name):
        return recent(directory, name).decode(errors="replace").splitlines()

    query = re.compile(r"info: 127\.0\.0\.1 (\S+) (\S+) IN$")
    wire = recent(directory, "wire.pcap")
    requests = [json.loads(x) for x in lines("access.log")]
    heard = {
        "requests": requests,
        "trapped": [json.loads(x) for x in lines("trapped.log")],
        "caught": lines("caught.log"),
        "proxied": lines("proxied.log"),
        "names": [(m[1].rstrip(".").lower(), m[2])
                  for m in map(query.search, lines("unbound.log")) if m],
        "connections": [x for x in map(connection, packets(wire)) if x],
        "strays": [x for x in requests if is_stray(x)],
    }
    if os.path.exists(os.path.join(directory, "wire.lost")):
        print("not all that went over the wire was seen")
    if not eval("(" + expression + ")", dict(heard, wire=wire)):
        print("wanted:", " ".join(expression.split()))
        for what, found in heard.items():
            print(what + ":", *map(json.dumps, found[:40]), sep="\n  ")


if sys.argv[1] == "--ask":
    sys.exit(0 if ask(*sys.argv[2:]) else 1)
main(*sys.argv[1:])
