#!/usr/bin/env python3
"""mail_stub.py HEARD MODE CERT KEY IMAP SMTP POP3: a mail server of one
message, for mail programs that read what portolan wrote.

MODE is tls, starttls or plain; with plain, CERT and KEY are not read.  It
listens on 127.0.0.1 alone.  Whoever knows the password is let in, and only as
MODE says.  What is heard is in the file HEARD, a line each: "imap starts TLS",
"imap in TLS 'ann'", "imap refused", "smtp mail".
When it listens, HEARD is there.  It ends with the process that started it, and
after five minutes.
"""
import base64
import ctypes
import re
import signal
import socketserver
import ssl
import sys
import threading

PASSWORD = "canary-5ecret"
MESSAGE = (b"From: Bob <bob@example.org>\r\nTo: Ann <ann@example.org>\r\n"
           b"Subject: seen-by-the-stub\r\nMessage-ID: <1@example.org>\r\n"
           b"Date: Wed, 25 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n")
HEADER = MESSAGE[:MESSAGE.index(b"\r\n\r\n") + 4]
DATE = b'"25-Nov-2026 10:00:00 +0000"'
heard, mode, cert, key, imap, smtp, pop3 = sys.argv[1:]
lock = threading.Lock()
context = None
if mode != "plain":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)


class Talk(socketserver.StreamRequestHandler):
    name = ""
    secure = False

    def note(self, text):
        with lock, open(heard, "a", encoding="utf-8") as out:
            out.write("%s %s\n" % (self.name, text))

    def start_tls(self):
        self.note("starts TLS")
        self.request = context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb")
        self.secure = True

    def put(self, *lines):
        for line in lines:
            self.wfile.write(line if isinstance(line, bytes) else
                             line.encode())
            self.wfile.write(b"\r\n")
        self.wfile.flush()

    def get(self):
        line = self.rfile.readline(65536)
        if not line.endswith(b"\n"):
            raise ConnectionError
        return line.decode("utf-8", "replace").rstrip("\r\n")

    def may_start_tls(self):
        return mode == "starttls" and not self.secure

    def let_in(self, user, password):
        if password != PASSWORD or self.may_start_tls():
            self.note("refused")
            return False
        self.note("in %s %r" % ("TLS" if self.secure else "plain", user))
        return True

    def let_in_plain(self, answer):
        parts = base64.b64decode(answer + "==").decode().split("\0")
        return len(parts) == 3 and self.let_in(parts[1], parts[2])

    def handle(self):
        try:
            if mode == "tls":
                self.start_tls()
            self.talk()
        except (OSError, ValueError, ssl.SSLError):
            pass


class Imap(Talk):
    name = "imap"

    def capabilities(self):
        return "CAPABILITY IMAP4rev1 UIDPLUS AUTH=PLAIN AUTH=LOGIN SASL-IR" + (
            " STARTTLS" if self.may_start_tls() else "")

    def read_words(self, rest):
        """A command's words: atoms, quoted strings, literals."""
        words = []
        while rest:
            if quoted := re.match(r'"((?:[^"\\]|\\.)*)" ?', rest):
                words.append(re.sub(r"\\(.)", r"\1", quoted[1]))
                rest = rest[quoted.end():]
            elif literal := re.fullmatch(r"\{(\d+)\}", rest):
                self.put("+ go on")
                words.append(self.rfile.read(int(literal[1])).decode())
                rest = self.get().lstrip()
            else:
                word, _, rest = rest.partition(" ")
                words.append(word)
        return words

    def fetch(self, wanted):
        items, wanted = [b"UID 1"], wanted.upper()
        for word, value in ((r"\bFLAGS", b"FLAGS ()"),
                            (r"\bINTERNALDATE", b"INTERNALDATE " + DATE),
                            (r"RFC822\.SIZE",
                             b"RFC822.SIZE %d" % len(MESSAGE))):
            if re.search(word, wanted):
                items.append(value)
        if body := re.search(r"BODY(?:\.PEEK)?\[([^]]*)\]", wanted):
            part = HEADER if "HEADER" in body[1] else MESSAGE
            items.append(b"BODY[%s] {%d}\r\n%s" %
                         (body[1].encode(), len(part), part))
        self.put(b"* 1 FETCH (" + b" ".join(items) + b")")

    def login(self, words):
        if words[0].upper() == "LOGIN":
            return self.let_in(words[1], words[2])
        if words[1].upper() == "LOGIN":
            answers = []
            for _ in range(2):
                self.put("+ ")
                answers.append(base64.b64decode(self.get()).decode())
            return self.let_in(*answers)
        if len(words) < 3:
            self.put("+ ")
            words.append(self.get())
        return self.let_in_plain(words[2])

    def answer(self, tag, words, rest):
        command = words[0].upper()
        if command in ("LOGIN", "AUTHENTICATE"):
            return tag + (" OK in" if self.login(words) else
                          " NO [AUTHENTICATIONFAILED] no")
        if command == "CAPABILITY":
            self.put("* " + self.capabilities())
        elif command in ("LIST", "LSUB"):
            self.put('* %s (\\HasNoChildren) "/" INBOX' % command)
        elif command in ("SELECT", "EXAMINE"):
            self.put("* 1 EXISTS", "* 0 RECENT", "* FLAGS (\\Seen \\Deleted)",
                     "* OK [UIDVALIDITY 1] .", "* OK [UIDNEXT 2] .",
                     "* OK [PERMANENTFLAGS (\\Seen \\Deleted)] .")
            return tag + " OK [READ-WRITE] done"
        elif command == "STATUS":
            self.put("* STATUS INBOX (MESSAGES 1 UNSEEN 1 RECENT 0 UIDNEXT 2 "
                     "UIDVALIDITY 1)")
        elif "FETCH" in (command, words[1].upper() if words[1:] else ""):
            self.fetch(rest)
        elif "SEARCH" in rest.upper():
            self.put("* SEARCH 1")
        return tag + " OK done"

    def talk(self):
        self.put("* OK [%s] stub" % self.capabilities())
        while True:
            tag, _, rest = self.get().partition(" ")
            if rest.upper() == "STARTTLS" and self.may_start_tls():
                self.put(tag + " OK go on")
                self.start_tls()
                continue
            if rest.upper() == "LOGOUT":
                self.put("* BYE", tag + " OK bye")
                return
            if rest.upper() == "IDLE":
                self.put("+ idling")
                self.get()
                self.put(tag + " OK done")
                continue
            self.put(self.answer(tag, self.read_words(rest) or [""], rest))


class Smtp(Talk):
    name = "smtp"

    def login(self, words):
        if words[1].upper() == "LOGIN":
            answers = []
            for prompt in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                self.put("334 " + prompt)
                answers.append(base64.b64decode(self.get()).decode())
            return self.let_in(*answers)
        if len(words) < 3:
            self.put("334 ")
            words.append(self.get())
        return self.let_in_plain(words[2])

    def read_mail(self):
        self.put("354 go on")
        while (line := self.get()) != ".":
            if line.startswith("From: "):
                self.note("from %r" % line[6:])
        self.note("mail")
        self.put("250 taken")

    def talk(self):
        self.put("220 stub ESMTP")
        while True:
            words = self.get().split(" ")
            command = words[0].upper()
            if command == "EHLO":
                self.put("250-stub", "250-STARTTLS" if self.may_start_tls()
                         else "250-AUTH PLAIN LOGIN", "250 8BITMIME")
            elif command == "STARTTLS" and self.may_start_tls():
                self.put("220 go on")
                self.start_tls()
            elif command == "AUTH":
                self.put("235 in" if self.login(words) else "535 no")
            elif command == "DATA":
                self.read_mail()
            elif command == "QUIT":
                self.put("221 bye")
                return
            else:
                self.put("250 done")


class Pop3(Talk):
    name = "pop3"
    user = ""

    def answer(self, command, rest):
        if command == "USER":
            self.user = rest
        elif command == "PASS" and not self.let_in(self.user, rest):
            return ["-ERR no"]
        elif command == "AUTH":
            self.put("+ ")
            if not self.let_in_plain(self.get()):
                return ["-ERR no"]
        lists = {"CAPA": ["STLS" if self.may_start_tls() else "USER", "UIDL",
                          "TOP"],
                 "LIST": ["1 %d" % len(MESSAGE)], "UIDL": ["1 one"],
                 "TOP": [HEADER[:-2]], "RETR": [MESSAGE[:-2]]}
        if command in lists and not (command in ("LIST", "UIDL") and rest):
            return ["+OK", *lists[command], "."]
        return ["+OK 1 %d" % len(MESSAGE)]

    def talk(self):
        self.put("+OK stub")
        while True:
            command, _, rest = self.get().partition(" ")
            command = command.upper()
            if command == "STLS" and self.may_start_tls():
                self.put("+OK go on")
                self.start_tls()
                continue
            self.put(*self.answer(command, rest))
            if command == "QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever trusts nobody leaves without a good-bye."""


ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
signal.alarm(300)
for port, talk in ((imap, Imap), (smtp, Smtp), (pop3, Pop3)):
    if int(port):
        server = Server(("127.0.0.1", int(port)), talk)
        threading.Thread(target=server.serve_forever, daemon=True).start()
open(heard, "a").close()
signal.pause()
