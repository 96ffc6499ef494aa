#!/usr/bin/env python3
"""mail_rogues.py DIR: mail servers of every kind that a probe may meet, good
and bad, each at an address of its own on lo (198.51.100.101 and up).

DIR/hosts tells their names, DIR/ca.pem whom they trust, DIR/cases what each is
expected to come to: NAME, PORT, OUTCOME and a word of the detail, parted by
tabs.  Each conversation is a line of JSON in DIR/heard.  DIR/ready is there
once all of them listen.  It ends with the process that started it, and after
five minutes.
"""
import ctypes
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

DOMAIN = "rogue.test"
NETWORK = "198.51.100."
FIRST = 101
HOLE, HOLE6 = "203.0.113.99", "2001:db8::dead"  # packets to these are lost
GOOD6 = "2001:db8::77"
CROWD, CROWD_PORTS = NETWORK + "20", range(3001, 3017)  # one for many ports
directory = sys.argv[1]
lock = threading.Lock()


def path(name):
    return os.path.join(directory, name)


# ---- certificates ----

def openssl(*arguments):
    subprocess.run(("openssl",) + arguments, cwd=directory, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_authority(name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
            "-out", name + ".pem", "-days", "30", "-subj", "/CN=" + name)


def make_certificate(name, authority, names, days="30", more=""):
    with open(path(name + ".txt"), "w") as out:
        out.write("subjectAltName=" + names + "\n" + more)
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
            "-out", name + ".csr", "-subj", "/")
    sign(name, authority, days)


def sign(name, authority, days):
    if authority is None:
        openssl("x509", "-req", "-in", name + ".csr", "-signkey",
                name + ".key", "-days", days, "-extfile", name + ".txt",
                "-out", name + ".pem")
    elif days == "future":
        sign_later(name, authority)
    else:
        openssl("x509", "-req", "-in", name + ".csr", "-CA",
                authority + ".pem", "-CAkey", authority + ".key", "-days",
                days, "-extfile", name + ".txt", "-out", name + ".pem")


def sign_later(name, authority):
    for file in "index", "index.attr":
        open(path(file), "w").close()
    with open(path("ca.cnf"), "w") as out:
        out.write("[ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\n"
                  "new_certs_dir=.\npolicy=p\nrand_serial=yes\n[p]\n"
                  "commonName=optional\n")
    openssl("ca", "-batch", "-config", "ca.cnf", "-in", name + ".csr",
            "-cert", authority + ".pem", "-keyfile", authority + ".key",
            "-startdate", "20400101000000Z", "-enddate", "20410101000000Z",
            "-md", "sha256", "-extfile", name + ".txt", "-out",
            name + ".pem", "-notext")


def make_certificates():
    all_names = "DNS:*." + DOMAIN
    authority = "basicConstraints=critical,CA:TRUE\n"
    make_authority("ca")
    make_authority("nobody")
    make_certificate("good", "ca", all_names)
    make_certificate("expired", "ca", all_names, "-1")
    make_certificate("future", "ca", all_names, "future")
    make_certificate("other-name", "ca", "DNS:somebody.else.test")
    make_certificate("self-signed", None, all_names)
    make_certificate("unknown", "nobody", all_names)
    make_certificate("middle", "ca", "DNS:middle.test", more=authority)
    make_certificate("chained", "middle", all_names)
    make_certificate("real", "ca", "DNS:imap.real.test,DNS:mail.real.test,"
                     "DNS:smtp.real.test")


contexts = {}


def context(name):
    if name not in contexts:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        source = "good" if name == "old" else name
        if name == "old":
            made.minimum_version = ssl.TLSVersion.TLSv1
            made.maximum_version = ssl.TLSVersion.TLSv1_1
            made.set_ciphers("ALL:@SECLEVEL=0")
        made.load_cert_chain(path(source + ".pem"), path(source + ".key"))
        contexts[name] = made
    return contexts[name]


# ---- one conversation ----

class Gone(Exception):
    pass


class Talk:
    def __init__(self, case, port, sock):
        self.case, self.port, self.sock = case, port, sock
        self.begun = time.monotonic()
        self.lines, self.early, self.tls, self.said_bye = [], "", False, 0
        self.rest = b""

    def say(self, *lines):
        self.put(b"".join(line.encode() + b"\r\n" for line in lines))

    def put(self, raw):
        try:
            self.sock.sendall(raw)
        except OSError as error:
            raise Gone from error

    def line(self):
        while b"\n" not in self.rest:
            try:
                chunk = self.sock.recv(4096)
            except OSError as error:
                raise Gone from error
            if not chunk:
                raise Gone
            self.rest += chunk
        line, self.rest = self.rest.split(b"\n", 1)
        text = line.decode("latin-1").rstrip("\r")
        self.lines.append(text)
        return text

    def hear_early(self):
        """What is said before we greet?"""
        self.sock.setblocking(False)
        try:
            self.early = self.sock.recv(4096).decode("latin-1")
        except OSError:
            pass
        self.sock.setblocking(True)

    def secure(self, name):
        if self.rest:
            self.lines.append("early: " + self.rest.decode("latin-1"))
            self.rest = b""
        try:
            self.sock = context(name).wrap_socket(
                self.sock, server_side=True, suppress_ragged_eofs=False)
        except OSError as error:
            raise Gone from error
        self.tls = True

    def end(self):
        close_notify = False
        try:  # does it take its leave?
            self.sock.settimeout(1)
            while self.sock.recv(4096):
                pass
            close_notify = True
        except OSError:
            pass
        self.sock.close()
        with lock, open(path("heard"), "a") as out:
            json.dump({"case": self.case, "port": self.port,
                       "begun": self.begun, "ended": time.monotonic(),
                       "lines": self.lines, "early": self.early,
                       "tls": self.tls, "said_bye": self.said_bye,
                       "clean": close_notify}, out)
            out.write("\n")


# ---- the protocols ----

class Server:
    """A well-behaved one; what is asked of it otherwise are its options:
    tls: from the start, with this certificate; upgrade: by STARTTLS, with
    this one; starttls: ok, refuse, hang-up, inject, inject-late; greeting:
    said instead; offers: STARTTLS, or not; methods: of signing in."""
    greeting = ""
    evil = "* OK it is me"

    def __init__(self, tls=None, upgrade="good", starttls="ok", offers=True,
                 greeting=None, wait=0, methods="PLAIN"):
        self.tls, self.upgrade, self.starttls = tls, upgrade, starttls
        self.offers, self.wait = offers and not tls, wait
        self.methods = methods
        if greeting is not None:
            self.greeting = greeting

    def __call__(self, talk):
        if self.tls:
            talk.secure(self.tls)
        if self.wait:
            time.sleep(self.wait)
            talk.hear_early()
        self.greet(talk)
        while self.answer(talk, talk.line()):
            pass

    def greet(self, talk):
        talk.say(self.greeting)

    def may_upgrade(self, talk):
        return self.offers and not talk.tls

    def start_tls(self, talk, yes, no):
        if self.starttls == "refuse":
            talk.say(no)
            return True
        if self.starttls == "hang-up":
            return False
        text = yes + "\r\n"
        if self.starttls == "inject":
            text += self.evil + "\r\n"
        talk.put(text.encode())
        if self.starttls == "inject-late":
            time.sleep(0.2)
            talk.say(self.evil)
        talk.secure(self.upgrade)
        return True


class Imap(Server):
    greeting = "* OK IMAP4rev1 ready"

    def capabilities(self, talk):
        if talk.tls:
            return "IMAP4rev1 SASL-IR " + (
                "AUTH=PLAIN" if self.methods else "LOGINDISABLED")
        return "IMAP4rev1 LOGINDISABLED" + (" STARTTLS" if self.offers else "")

    def answer(self, talk, line):
        tag, command = (line.upper().split() + ["", ""])[:2]
        if command == "CAPABILITY":
            talk.say("* CAPABILITY " + self.capabilities(talk),
                     tag.lower() + " OK done")
        elif command == "STARTTLS" and self.may_upgrade(talk):
            return self.start_tls(talk, tag.lower() + " OK begin",
                                  tag.lower() + " NO not now")
        elif command == "LOGOUT":
            talk.said_bye = time.monotonic()
            talk.say("* BYE", tag.lower() + " OK bye")
            return False
        else:
            talk.say(tag.lower() + " BAD what?")
        return True


class Smtp(Server):
    greeting = "220 smtp.rogue.test ESMTP"
    evil = "250 it is me"

    def answer(self, talk, line):
        command = (line.upper().split() + [""])[0]
        if command == "EHLO":
            talk.say("250-smtp.rogue.test")
            if self.may_upgrade(talk):
                talk.say("250-STARTTLS")
            if talk.tls and self.methods:
                talk.say("250-AUTH PLAIN LOGIN")
            talk.say("250 8BITMIME")
        elif command == "STARTTLS" and self.may_upgrade(talk):
            return self.start_tls(talk, "220 go on", "454 4.7.0 not now")
        elif command == "QUIT":
            talk.said_bye = time.monotonic()
            talk.say("221 bye")
            return False
        else:
            talk.say("500 what?")
        return True


class Pop3(Server):
    greeting = "+OK ready"
    evil = "+OK it is me"

    def answer(self, talk, line):
        command = (line.upper().split() + [""])[0]
        if command == "CAPA":
            talk.say("+OK", *(["STLS"] if self.may_upgrade(talk) else []),
                     *(["USER", "SASL PLAIN"] if talk.tls else []), ".")
        elif command == "STLS" and self.may_upgrade(talk):
            return self.start_tls(talk, "+OK begin", "-ERR not now")
        elif command == "QUIT":
            talk.said_bye = time.monotonic()
            talk.say("+OK bye")
            return False
        else:
            talk.say("-ERR what?")
        return True


class Sieve(Server):
    evil = "OK \"it is me\""

    def greet(self, talk):
        talk.say('"IMPLEMENTATION" "lab"', '"SIEVE" "fileinto"',
                 '"SASL" "%s"' % ("PLAIN" if talk.tls else ""),
                 *(['"STARTTLS"'] if self.may_upgrade(talk) else []), "OK")

    def answer(self, talk, line):
        command = (line.upper().split() + [""])[0]
        if command == "STARTTLS" and self.may_upgrade(talk):
            upgraded = self.start_tls(talk, "OK", "NO not now")
            if talk.tls:
                self.greet(talk)
            return upgraded
        if command == "LOGOUT":
            talk.said_bye = time.monotonic()
            talk.say("OK")
            return False
        talk.say("NO what?")
        return True


def say_only(text, stay=True):
    def serve(talk):
        talk.put(text.encode())
        while stay:
            talk.line()
    return serve


def stay_silent(talk):
    while True:
        talk.line()


def drip(talk):
    for byte in b"* OK " + b"x" * 60:
        talk.put(bytes((byte,)))
        time.sleep(1)


def hang_up(talk):
    del talk


def hang_up_in_handshake(talk):
    talk.sock.recv(4096)


def talk_without_end(talk):
    talk.say("220 smtp.rogue.test ESMTP")
    talk.line()
    while True:
        talk.say("250-AND-MORE")
        time.sleep(0.001)


def leave_when_asked(talk):
    talk.secure("good")
    talk.say("* OK IMAP4rev1 ready")
    talk.line()


def send_away_when_asked(talk):
    talk.say("220 smtp.rogue.test ESMTP")
    talk.line()
    talk.say("421 4.7.0 too many")


def speak_http_in_tls(talk):
    talk.secure("good")
    talk.say("HTTP/1.1 400 Bad Request", "")
    stay_silent(talk)


STANDARD = (("imap", Imap, 993, 143), ("pop3", Pop3, 995, 110),
            ("smtp", Smtp, 465, 587), ("sieve", Sieve, None, 4190))
PLAIN = "choose STARTTLS"
TLS = "choose SSL/TLS"


def cases():
    """Name, port, server, outcome, a word of the detail."""
    for name, server, tls, upgrade in STANDARD:
        if tls:
            yield name + "s", tls, server(tls="good"), "works", ""
            yield "plain-" + name, tls, server(), "tls-failed", PLAIN
        yield name, upgrade, server(), "works", ""
        yield ("tls-" + name, upgrade, server(tls="good"), "no-starttls", TLS)
        yield ("stripped-" + name, upgrade, server(offers=False),
               "no-starttls", "STARTTLS")
        yield ("refuses-" + name, upgrade, server(starttls="refuse"),
               "no-starttls", "not now")
        yield ("leaves-" + name, upgrade, server(starttls="hang-up"),
               "tls-failed", "hung up")
        for kind in "inject", "inject-late":
            yield (kind + "-" + name, upgrade, server(starttls=kind),
                   "starttls-injection", "plain text came after STARTTLS")
        for kind, word in (("expired", "expired"), ("future", "yet"),
                           ("other-name", "somebody.else.test"),
                           ("self-signed", "self-signed"),
                           ("unknown", "not known"),
                           ("chained", "intermediate")):
            yield (kind + "-" + name, upgrade, server(upgrade=kind),
                   "bad-certificate", word)
            if tls:
                yield (kind + "-" + name + "s", tls, server(tls=kind),
                       "bad-certificate", word)
        yield "old-" + name, upgrade, server(upgrade="old"), "tls-failed", "1.1"
    yield "relay", 25, Smtp(), "works", ""
    yield "no-way-in-imap", 993, Imap(tls="good", methods=""), "works", ""
    yield "no-way-in-smtp", 465, Smtp(tls="good", methods=""), "works", ""
    yield "old-imaps", 993, Imap(tls="old"), "tls-failed", "1.1"
    yield "http", 143, say_only("HTTP/1.1 400 Bad\r\n\r\n"), \
        "wrong-protocol", "HTTP"
    yield "https", 993, speak_http_in_tls, "wrong-protocol", "HTTP"
    yield "ssh", 587, say_only("SSH-2.0-OpenSSH_9.2\r\n"), \
        "wrong-protocol", "SSH"
    yield "smtp-at-imap", 143, Smtp(), "wrong-protocol", "SMTP"
    yield "imap-at-smtp", 587, Imap(), "wrong-protocol", "IMAP"
    yield "silent", 143, stay_silent, "timeout", "says nothing"
    yield "silent-tls", 993, stay_silent, "timeout", "says nothing"
    yield "drip", 143, drip, "timeout", "in time"
    yield "limit-imap", 143, say_only("* BYE too many connections\r\n", False), \
        "refused", "too many"
    yield "limit-smtp", 587, say_only("421 4.7.0 too many\r\n", False), \
        "refused", "too many"
    yield "limit-imaps", 993, Imap(tls="good", greeting="* BYE too many"), \
        "refused", "too many"
    yield "limit-later", 587, send_away_when_asked, "refused", "too many"
    yield "leaves-when-asked", 993, leave_when_asked, "refused", "hung up"
    yield "flood", 143, say_only("* OK " + "x" * 100000 + "\r\n"), \
        "wrong-protocol", "8 KiB"
    yield "endless", 587, talk_without_end, "wrong-protocol", "100 lines"
    yield "hangs-up", 143, hang_up, "refused", "hung up"
    yield "hangs-up-tls", 993, hang_up_in_handshake, "tls-failed", "hung up"
    yield "preauth", 143, Imap(greeting="* PREAUTH welcome"), \
        "no-starttls", "PREAUTH"
    yield "broken6", 993, Imap(tls="good"), "works", ""
    yield "broken4", 993, Imap(tls="good"), "works", ""
    yield "dropped", 993, None, "timeout", "connection"
    yield "dropped-starttls", 143, None, "timeout", "connection"
    yield "nobody-there", 993, None, "refused", "nothing listens"
    yield "slow", 143, Imap(wait=4), "works", ""


# ---- listening ----

def serve(talk, server):
    try:
        server(talk)
    except (Gone, UnicodeError):
        pass
    talk.end()


def accept_all(case, port, server, listener):
    while True:
        sock, _ = listener.accept()
        sock.settimeout(60)
        threading.Thread(target=serve, args=(Talk(case, port, sock), server),
                         daemon=True).start()


def listen(case, port, server, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(64)
    threading.Thread(target=accept_all, args=(case, port, server, listener),
                     daemon=True).start()


def addresses_of(name, number):
    """Those in the hosts file, and the one that is listened at."""
    own = NETWORK + str(number)
    if name.startswith("dropped"):
        return (HOLE,), None
    if name == "nobody-there":
        return (own,), None
    if name == "broken6":
        return (HOLE6, own), own
    if name == "broken4":
        return (GOOD6, HOLE), GOOD6
    return (own,), own


def main():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    signal.alarm(300)
    make_certificates()
    hosts = ["%s10 %s.real.test" % (NETWORK, name)
             for name in ("imap", "mail", "smtp", "pop")]
    hosts.append("%s crowd.%s" % (CROWD, DOMAIN))
    for port in CROWD_PORTS:
        listen("crowd", port, Imap(wait=0.5), CROWD)
    with open(path("cases"), "w") as out:
        for number, (name, port, server, outcome, word) in enumerate(
                cases(), FIRST):
            known, own = addresses_of(name, number)
            hosts += ["%s %s.%s" % (at, name, DOMAIN) for at in known]
            if own:
                listen(name, port, server, own)
            out.write("%s.%s\t%d\t%s\t%s\n" % (name, DOMAIN, port, outcome,
                                               word))
    with open(path("hosts"), "w") as out:
        out.write("127.0.0.1 localhost\n" + "\n".join(hosts) + "\n")
    open(path("heard"), "a").close()
    open(path("ready"), "w").close()
    signal.pause()


main()
