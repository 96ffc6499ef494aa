#!/usr/bin/env python3
"""exchange.py FILE: a web server that answers 401 to everything, which is all
DavMail needs before it greets; its address is put into FILE.  Ends by itself
after five minutes."""
import http.server
import os
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="exchange"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_POST = do_OPTIONS = do_GET

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as out:
    out.write("http://127.0.0.1:%d/EWS/Exchange.asmx" % server.server_port)
os.rename(sys.argv[1] + ".new", sys.argv[1])
threading.Timer(300, lambda: os._exit(0)).start()
server.serve_forever()
