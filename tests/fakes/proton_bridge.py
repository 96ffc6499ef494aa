#!/usr/bin/env python3
"""proton_bridge.py STATE HOME IMAP SMTP: a fake Proton Mail Bridge 3.

STATE: ok, tls, cli, offline, mismatch (nothing listens on IMAP), silent,
half-frame.  HOME gets the files a real one keeps.  Whatever must never be done
to a bridge is written down in HOME/violations.  When all is up HOME/ready
appears; it ends by itself after five minutes, or by SIGTERM.
"""
import base64
import ctypes
import os
import random
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading

NAME = "/usr/lib/protonmail/bridge/bridge"
SUBJECT = "/C=CH/O=Proton AG/OU=Proton Mail/CN=127.0.0.1"
TOKEN = "5a1d7a4e-0000-4000-8000-000000000000"
IN_OPEN = 0x20
lock = threading.Lock()


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def frame(message):
    return b"\0" + struct.pack(">I", len(message)) + message


class Bridge:
    def __init__(self, state, home, imap, smtp):
        self.state, self.home = state, home
        self.imap, self.smtp = imap, smtp
        self.config = home + "/.config/protonmail/bridge-v3"
        self.logs = home + "/.local/share/protonmail/bridge-v3/logs"
        self.session = 0
        self.busy = set()

    def violation(self, text):
        with lock, open(self.home + "/violations", "a") as out:
            out.write(text + "\n")

    def make_files(self):
        os.makedirs(self.config, mode=0o700)
        os.makedirs(self.logs)
        self.cert, self.key = self.home + "/cert.pem", self.home + "/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-days", "7300", "-subj", SUBJECT, "-keyout", self.key,
             "-out", self.cert, "-addext", "subjectAltName=IP:127.0.0.1",
             "-addext", "extendedKeyUsage=serverAuth,clientAuth",
             "-addext", "keyUsage=critical,digitalSignature,keyEncipherment,"
             "keyCertSign"],
            check=True, stderr=subprocess.DEVNULL)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.cert, self.key)
        with open(self.config + "/vault.enc", "wb") as out:
            out.write(os.urandom(4096))
        name = "/20261124_090000000_bri_000_v3.25.0_br-1.log"
        ssl_on = "true" if self.state == "tls" else "false"
        with open(self.logs + name, "w") as out:
            for what, port in (("IMAP", self.imap), ("SMTP", self.smtp)):
                out.write('time="2026-11-24 09:00:01.100" level="info" '
                          'msg="Starting %s server" port="%d" '
                          'service="server-manager" ssl="%s"\n'
                          % (what, port, ssl_on))

    def watch_vault(self):
        libc = ctypes.CDLL(None, use_errno=True)
        fd = libc.inotify_init1(0)
        path = (self.config + "/vault.enc").encode()
        if fd < 0 or libc.inotify_add_watch(fd, path, IN_OPEN) < 0:
            raise OSError(ctypes.get_errno(), "inotify")

        def wait():
            os.read(fd, 4096)
            self.violation("vault.enc was opened")
        threading.Thread(target=wait, daemon=True).start()

    def start_grpc(self):
        path = self.home + "/bridge%04d" % random.randrange(10000)
        tls = int(self.state == "tls")
        settings = (field(1, self.imap) + field(2, self.smtp) +
                    (field(3, 1) + field(4, 1) if tls else b""))
        user = (field(1, "id") + field(2, "ann") + field(4, 2) +
                field(8, "abcdefghijklmnopqrstuv") +
                field(9, "ann@proton.me") + field(9, "ann@pm.me"))
        users = field(1, user.decode("latin-1"))
        reply = frame(settings)
        if self.state == "half-frame":
            reply = reply[:-3]
        self.node = subprocess.Popen(
            ["node", os.path.dirname(os.path.abspath(__file__)) +
             "/proton_grpc.js", path, self.cert, self.key, TOKEN,
             base64.b64encode(reply), base64.b64encode(frame(users)),
             self.home + "/violations"], stdin=subprocess.PIPE)
        while not os.path.exists(path):
            threading.Event().wait(0.05)
        pem = open(self.cert).read().replace("\n", "\\n")
        with open(self.config + "/grpcServerConfig.json", "w") as out:
            out.write('{"port":0,"cert":"%s","token":"%s",'
                      '"fileSocketPath":"%s"}\n' % (pem, TOKEN, path))

    def serve(self, port, talk):
        server = socket.create_server(("127.0.0.1", port))

        def one(conn):
            with lock:
                if port in self.busy:
                    crowded = True
                else:
                    crowded = False
                    self.busy.add(port)
            if crowded:
                self.violation("two connections at once to port %d" % port)
            try:
                if self.state == "tls":
                    conn = self.tls.wrap_socket(conn, server_side=True)
                talk(conn)
            except (OSError, ssl.SSLError):
                pass
            finally:
                self.busy.discard(port)
                conn.close()

        def accept():
            while True:
                threading.Thread(target=one, args=(server.accept()[0],),
                                 daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()

    def silence(self, conn):
        while conn.recv(1024):
            pass

    def talk_imap(self, conn):
        with lock:
            self.session += 1
        conn.sendall(
            b"* OK [CAPABILITY AUTH=PLAIN ID IDLE IMAP4rev1 MOVE STARTTLS "
            b"UIDPLUS UNSELECT] Proton Mail Bridge 03.25.00 - gluon session "
            b"ID %d\r\n" % self.session)
        while line := self.read_line(conn):
            tag, _, rest = line.partition(" ")
            word = rest.upper()
            if word == "CAPABILITY":
                conn.sendall(b"* CAPABILITY AUTH=PLAIN ID IDLE IMAP4rev1 "
                             b"STARTTLS\r\n")
            elif word == "STARTTLS" and not isinstance(conn, ssl.SSLSocket):
                conn.sendall(tag.encode() +
                             b" OK Begin TLS negotiation now\r\n")
                conn = self.tls.wrap_socket(conn, server_side=True)
                continue
            elif word not in ("NOOP", "LOGOUT", "ID NIL"):
                self.violation("IMAP " + rest)
            conn.sendall(tag.encode() + b" OK done\r\n")
            if word == "LOGOUT":
                return

    def talk_smtp(self, conn):
        conn.sendall(b"220 127.0.0.1 ESMTP Service Ready\r\n")
        while line := self.read_line(conn):
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                auth = random.choice((b"PLAIN LOGIN", b"LOGIN PLAIN"))
                plain = not isinstance(conn, ssl.SSLSocket)
                conn.sendall(b"250-Hello\r\n250-PIPELINING\r\n250-8BITMIME\r\n" +
                             (b"250-STARTTLS\r\n" if plain else b"") +
                             b"250-AUTH " + auth + b"\r\n250 SIZE\r\n")
            elif word == "STARTTLS":
                conn.sendall(b"220 2.0.0 Ready to start TLS\r\n")
                conn = self.tls.wrap_socket(conn, server_side=True)
            elif word == "QUIT":
                conn.sendall(b"221 2.0.0 Bye\r\n")
                return
            else:
                self.violation("SMTP " + line)
                conn.sendall(b"250 2.0.0 OK\r\n")

    def read_line(self, conn):
        line = b""
        while not line.endswith(b"\n"):
            byte = conn.recv(1)
            if not byte:
                return ""
            line += byte
        return line.decode("latin-1").strip()

    def run(self):
        self.make_files()
        self.watch_vault()
        if self.state != "cli":
            self.start_grpc()
        imap, smtp = self.talk_imap, self.talk_smtp
        if self.state == "silent":
            imap = smtp = self.silence
        if self.state not in ("offline", "mismatch"):
            self.serve(self.imap, imap)
        if self.state != "offline":
            self.serve(self.smtp, smtp)
        open(self.home + "/ready", "w").close()
        signal.alarm(300)
        signal.signal(signal.SIGTERM, lambda *args: sys.exit(0))
        signal.pause()


if __name__ == "__main__":
    if os.environ.get("FAKE_NAMED") != "1":
        mode = "--noninteractive" if sys.argv[1] == "cli" else "--grpc"
        os.execve(sys.executable,
                  [NAME, os.path.abspath(__file__)] + sys.argv[1:5] + [mode],
                  dict(os.environ, FAKE_NAMED="1",
                       PYTHONHOME=sys.base_prefix + ":" +
                       sys.base_exec_prefix))
    Bridge(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])).run()
