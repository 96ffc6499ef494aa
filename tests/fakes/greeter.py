#!/usr/bin/env python3
"""greeter.py [OPTION...] PORT [LINE]: listens, says LINE to who comes (or
nothing at all) and hears them out.

  --ready FILE      make FILE when it listens
  --address ADDR    listen there, not on 127.0.0.1
  --only-six        with an IPv6 address: nothing of IPv4
  --bound           hold the port and do not listen
  --deaf            listen and never take a connection
  --flood BYTES     so many bytes after LINE, with no end of a line
  --drip            a byte of LINE a second
  --garbage         TLS first: answer the handshake with what is none
  --count FILE      a line for each connection
  --uid UID         as this user, with all about it to be seen as ever

In the environment variable GREETER, all of that may stand there instead, so
that its arguments are free to look like another program's.  Ends by itself after five minutes."""
import argparse
import ctypes
import os
import shlex
import socket
import socketserver
import sys
import threading
import time


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ready")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--count")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--flood", type=int, default=0)
    for flag in ("--only-six", "--bound", "--deaf", "--drip", "--garbage"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("port", type=int)
    parser.add_argument("line", nargs="?")
    own = os.environ.get("GREETER")
    return parser.parse_args(shlex.split(own) if own else sys.argv[1:])


def become(uid):
    """Who changes its user is hidden in /proc unless it says otherwise."""
    os.setgroups([])
    os.setuid(uid)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


options = parse()
PR_SET_DUMPABLE = 4


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        if options.count:
            with open(options.count, "a") as out:
                out.write("%s\n" % (self.client_address,))
        try:
            self.greet()
            while self.request.recv(1024):
                pass
        except OSError:
            pass

    def greet(self):
        if options.garbage:
            self.request.recv(1024)
            self.request.sendall(b"\x16\x03\x03\x40\x00" + b"\xa5" * 16384)
        if options.line is None:
            return
        line = options.line.encode()
        if options.drip:
            for byte in line:
                self.request.sendall(bytes([byte]))
                time.sleep(1)
        self.request.sendall(line + b"x" * options.flood)
        if not options.flood:
            self.request.sendall(b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    address_family = (socket.AF_INET6 if ":" in options.address
                      else socket.AF_INET)

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY,
                                   int(options.only_six))
        super().server_bind()


if options.uid is not None:
    become(options.uid)
threading.Timer(300, lambda: os._exit(0)).start()
server = Server((options.address, options.port), Handler,
                bind_and_activate=False)
server.server_bind()
if not options.bound:
    server.server_activate()
if options.ready:
    open(options.ready, "w").close()
if options.bound or options.deaf:
    threading.Event().wait()
server.serve_forever()
