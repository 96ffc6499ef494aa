#!/usr/bin/env python3
"""web_in_the_way.py CERTIFICATE KEY READY: web servers that stand where mail
programs look, each at an address of its own, at port 80 and, by TLS, at 443.

A line of standard input for each: ADDRESS STATUS TYPE CONFIG POX.  CONFIG is
the file that is answered where autoconfig is asked for, as TYPE; POX where
Autodiscover is; "-": neither.  All else is answered with STATUS.  A line "deaf
ADDRESS" is a port 443 that drops who comes.  READY is there once all listen.
It ends with the process that started it, and after five minutes.
"""
import ctypes
import http.server
import os
import signal
import socket
import ssl
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def find(self):
        """The file that is asked for, and its type."""
        path = self.path.split("?")[0].lower()
        row = self.server.row
        if path.endswith("/config-v1.1.xml"):
            return row["config"], row["type"]
        if path.endswith("/autodiscover.xml"):
            return row["pox"], "text/xml"
        return "-", ""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name, kind = self.find()
        body = b""
        if name != "-":
            with open(name, "rb") as file:
                body = file.read()
        self.send_response(200 if body else self.server.row["status"])
        if body and kind != "-":
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    context = None

    def get_request(self):
        peer, address = super().get_request()
        if self.context:  # shakes hands in a thread of its own
            peer = self.context.wrap_socket(peer, server_side=True,
                                            do_handshake_on_connect=False)
        return peer, address

    def handle_error(self, request, client_address):
        pass  # who does not like the certificate hangs up


class Server6(Server):
    address_family = socket.AF_INET6


def serve(address, row, context):
    kind = Server6 if ":" in address else Server
    for port, how in ((80, None), (443, context)):
        server = kind((address, port), Handler)
        server.row, server.context = row, how
        threading.Thread(target=server.serve_forever, daemon=True).start()


def fall_deaf(address):
    """Its queue is full: nobody else gets an answer."""
    ear = socket.create_server((address, 443), backlog=0)
    held = [ear]
    for _ in range(3):
        held.append(socket.socket())
        held[-1].setblocking(False)
        held[-1].connect_ex((address, 443))
    return held


ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(sys.argv[1], sys.argv[2])
deaf = []
for line in sys.stdin:
    words = line.split()
    if words[0] == "deaf":
        deaf += fall_deaf(words[1])
    else:
        serve(words[0], {"status": int(words[1]), "type": words[2],
                         "config": words[3], "pox": words[4]}, tls)
with open(sys.argv[3], "w"):
    pass
threading.Timer(300, lambda: os._exit(0)).start()
signal.pause()
