#!/usr/bin/env python3
"""greeter.py PORT [LINE]: listens on 127.0.0.1, says LINE to who comes (or
nothing at all) and hears them out.  Ends by itself after five minutes."""
import os
import socketserver
import sys
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        if len(sys.argv) > 2:
            self.wfile.write(sys.argv[2].encode() + b"\r\n")
        while self.rfile.readline(1024):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


threading.Timer(300, lambda: os._exit(0)).start()
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
