#!/usr/bin/env python3
"""mail_stub.py CERT KEY READY: IMAP, POP3 and SMTP, each in three modes.

It listens on nine free ports of 127.0.0.1 and writes READY: a line each, as
"imap starttls 40123".  Who signs in with the password "secret" is let in, but
never before TLS where there is TLS.  It ends by SIGTERM, and by itself after
five minutes.
"""
import base64
import os
import signal
import socketserver
import ssl
import sys
import threading

MODES = ("starttls", "tls", "plain")
PASSWORD = "secret"


class Session(socketserver.StreamRequestHandler):
    """One connection, of whatever protocol."""

    def handle(self):
        self.secure = False
        try:
            if self.server.mode == "tls":
                self.start_tls()
            self.greet()
            while self.answer(self.read()):
                pass
        except (OSError, EOFError, ValueError):
            pass  # the client left, or thinks nothing of our certificate

    def start_tls(self):
        self.request = self.server.context.wrap_socket(self.request,
                                                       server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")
        self.secure = True

    def put(self, *lines):
        for line in lines:
            self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def read(self):
        line = self.rfile.readline(65536)
        if not line:
            raise EOFError
        return line.decode().rstrip("\r\n")

    @property
    def upgrades(self):
        return self.server.mode == "starttls" and not self.secure

    def lets_in(self, encoded):
        """SASL PLAIN: authorisation, user and password."""
        password = base64.b64decode(encoded).decode().split("\0")[2]
        return password == PASSWORD and not self.upgrades

    def read_response(self, words):
        if words:
            return words[0]
        self.put("334 " if isinstance(self, Smtp) else "+ ")
        return self.read()


class Imap(Session):
    def capability(self):
        return "CAPABILITY IMAP4rev1 SASL-IR " + (
            "STARTTLS LOGINDISABLED" if self.upgrades else "AUTH=PLAIN")

    def greet(self):
        self.put("* OK [%s] stub" % self.capability())

    def answer(self, line):
        tag, word, *rest = line.split(" ")
        word = word.upper()
        if word == "CAPABILITY":
            self.put("* " + self.capability())
        elif word == "STARTTLS":
            self.put(tag + " OK begin")
            self.start_tls()
            return True
        elif word == "AUTHENTICATE":
            if not self.lets_in(self.read_response(rest[1:])):
                self.put(tag + " NO [AUTHENTICATIONFAILED] no")
                return True
        elif word == "LOGOUT":
            self.put("* BYE")
        self.put(tag + " OK done")
        return word != "LOGOUT"


class Pop3(Session):
    def greet(self):
        self.put("+OK stub")

    def answer(self, line):
        word, *rest = line.split(" ")
        word = word.upper()
        if word == "CAPA":
            self.put("+OK", "STLS" if self.upgrades else "SASL PLAIN", "UIDL",
                     ".")
        elif word == "STLS":
            self.put("+OK")
            self.start_tls()
        elif word == "AUTH":
            self.put("+OK" if self.lets_in(self.read_response(rest[1:]))
                     else "-ERR [AUTH] no")
        elif word == "STAT":
            self.put("+OK 0 0")
        elif word == "QUIT":
            self.put("+OK")
        else:
            self.put("-ERR not here")
        return word != "QUIT"


class Smtp(Session):
    def greet(self):
        self.put("220 stub ESMTP")

    def answer(self, line):
        word, *rest = line.split(" ")
        word = word.upper()
        if word == "EHLO":
            self.put("250-stub",
                     "250 " + ("STARTTLS" if self.upgrades else "AUTH PLAIN"))
        elif word == "STARTTLS":
            self.put("220 begin")
            self.start_tls()
        elif word == "AUTH":
            self.put("235 in" if self.lets_in(self.read_response(rest[1:]))
                     else "535 no")
        else:
            self.put("221 bye" if word == "QUIT" else "250 ok")
        return word != "QUIT"


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def main(cert, key, ready):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    lines = []
    for session in (Imap, Pop3, Smtp):
        for mode in MODES:
            server = Server(("127.0.0.1", 0), session)
            server.mode, server.context = mode, context
            lines.append("%s %s %d\n" % (session.__name__.lower(), mode,
                                         server.server_address[1]))
            threading.Thread(target=server.serve_forever,
                             daemon=True).start()
    with open(ready + ".part", "w") as file:
        file.writelines(lines)
    os.rename(ready + ".part", ready)
    signal.alarm(300)
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:4])
