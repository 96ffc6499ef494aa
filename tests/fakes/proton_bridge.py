#!/usr/bin/env python3
"""proton_bridge.py STATE HOME IMAP SMTP: a fake Proton Mail Bridge 3.

STATE is a key of STATES.  HOME gets the files a real one keeps.  Whatever must
never be done to a bridge is written down in HOME/violations.  When all is up
HOME/ready appears.  It ends by SIGTERM of the process that started it, and by
itself after five minutes.
"""
import ctypes
import dataclasses
import json
import os
import random
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

import proton_files as files

NAME = "/usr/lib/protonmail/bridge/bridge"
IN_OPEN = 0x20
STEP_S = 30  # longer than anybody may keep a connection
lock = threading.Lock()


@dataclasses.dataclass
class State:
    imap: str = "talk"  # closed, silent
    smtp: str = "talk"
    imap_tls: bool = False
    smtp_tls: bool = False
    # none, ok, tcp; what it answers: half-frame, huge-frame, endless, mute;
    # what its file is worth: no-socket, refused, other-token, other-cert
    grpc: str = "ok"
    focus: str = "ok"  # none; unlisted: there, but no file names it
    log: str = "3.9"  # a generation; none, rotated, wrong
    users: str = "one"
    unknown_fields: bool = False
    flatpak: bool = False
    leftovers: bool = False  # of version 2
    welcomes: bool = False  # whoever signs in: for mail programs, not for us
    nameless: bool = False  # its process cannot be told by its arguments


STATES = {
    "ok": State(),
    "welcoming": State(welcomes=True),
    "welcoming-tls": State(welcomes=True, imap_tls=True, smtp_tls=True),
    "tls": State(imap_tls=True, smtp_tls=True),
    "mixed": State(imap_tls=True),
    "cli": State(grpc="none"),
    "cli-mixed": State(grpc="none", imap_tls=True),
    "bare": State(grpc="none", focus="none", log="none", smtp_tls=True),
    "unlisted": State(grpc="none", focus="unlisted", log="none"),
    "grpc-tcp": State(grpc="tcp"),
    "offline": State(imap="closed", smtp="closed"),
    "offline-focus": State(imap="closed", smtp="closed", grpc="none",
                           nameless=True),
    "mismatch": State(imap="closed"),
    "silent": State(imap="silent", smtp="silent"),
    "silent-mute": State(imap="silent", smtp="silent", grpc="mute"),
    "half-frame": State(grpc="half-frame"),
    "huge-frame": State(grpc="huge-frame"),
    "endless": State(grpc="endless"),
    "mute": State(grpc="mute"),
    "no-socket": State(grpc="no-socket"),
    "refused": State(grpc="refused"),
    "other-token": State(grpc="other-token"),
    "other-cert": State(grpc="other-cert"),
    "old-users": State(users="old"),
    "no-users": State(users="none"),
    "split": State(users="split"),
    "signed-out": State(users="signed-out"),
    "locked": State(users="locked"),
    "two-users": State(users="two"),
    "unknown-fields": State(users="unknown", unknown_fields=True),
    "leftovers": State(leftovers=True, grpc="none"),
    "flatpak": State(flatpak=True, grpc="no-socket"),
    "log-3.0": State(grpc="none", log="3.0"),
    "log-3.2": State(grpc="none", log="3.2", smtp_tls=True),
    "log-3.5": State(grpc="none", log="3.5"),
    "log-rotated": State(grpc="none", log="rotated"),
    "log-wrong": State(grpc="none", log="wrong"),
}


def random_loopback_listener():
    return socket.create_server(("127.0.0.1", 0))


class Bridge:
    def __init__(self, state, home, imap, smtp):
        self.state, self.home = state, home
        self.imap, self.smtp = imap, smtp
        self.files = files.Files(home, state.flatpak)
        self.session = 0
        self.busy = set()
        self.node = None

    def violation(self, text):
        with lock, open(self.home + "/violations", "a") as out:
            out.write(text + "\n")

    # ---- files ----

    def make_files(self):
        """The certificate of the mail ports lives in the vault and outlasts
        every restart; that of gRPC is new each time."""
        vault = os.path.dirname(self.home) + "/vault"
        if not os.path.exists(vault):
            os.mkdir(vault)
            files.make_certificate(vault + "/cert.pem", vault + "/key.pem")
        shutil.copy(vault + "/cert.pem", self.home + "/cert.pem")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(vault + "/cert.pem", vault + "/key.pem")
        self.files.write_vault()
        self.files.hold_lock()
        self.write_logs()
        if self.state.leftovers:
            self.files.write_leftovers(self.imap + 1, self.smtp + 1)

    def write_logs(self):
        s = self.state
        args = (self.imap, self.smtp, s.imap_tls, s.smtp_tls)
        old = files.log_lines("3.9", self.imap + 7, self.smtp + 7, True, True)
        if s.log in files.LOG_LINES:
            self.files.write_log(files.log_lines(s.log, *args))
        elif s.log == "rotated":  # the second part of the newer of two
            self.files.write_log(old, "20261123_080000000", 5)
            self.files.write_log(old)
            self.files.write_log([files.LOG_NOISE] * 999 +
                                 files.log_lines("3.9", *args) +
                                 [files.LOG_NOISE] * 999, part=1)
        elif s.log == "wrong":  # of a session with other ports
            self.files.write_log(old)

    def watch_secrets(self):
        libc = ctypes.CDLL(None, use_errno=True)
        self.inotify = libc.inotify_init1(os.O_NONBLOCK)
        for path in self.files.watched:
            if libc.inotify_add_watch(self.inotify, path.encode(),
                                      IN_OPEN) < 0:
                raise OSError(ctypes.get_errno(), "inotify")

    def check_secrets(self):
        if select.select([self.inotify], [], [], 0)[0]:
            self.violation("the vault or a key was opened")

    # ---- gRPC ----

    def replies(self):
        s = self.state
        more = files.unknown_fields() if s.unknown_fields else b""
        settings = files.frame(files.settings_message(
            self.imap, self.smtp, s.imap_tls, s.smtp_tls) + more)
        if s.grpc == "half-frame":
            settings = settings[:-3]
        if s.grpc == "huge-frame":
            settings = b"\0\xff\xff\xff\xff" + settings[5:]
        users = files.frame(files.users_message(s.users) + more)
        return {"/grpc.Bridge/MailServerSettings": files.to_base64(settings),
                "/grpc.Bridge/GetUserList": files.to_base64(users)}

    def start_grpc(self):
        s = self.state
        options = {
            "violations": self.home + "/violations",
            "version": files.to_base64(
                files.frame(files.field(1, "3.25.0"))),
            "manner": s.grpc if s.grpc in ("endless", "mute") else "ok",
            "otherToken": s.grpc == "other-token",
        }
        passed = self.plan_focus(options) + self.plan_bridge(options)
        if not {"focusFd", "socket", "bridgeFd"} & set(options):
            return
        script = os.path.dirname(os.path.abspath(__file__))
        self.node = subprocess.Popen(
            ["node", script + "/proton_grpc.js", json.dumps(options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            pass_fds=[one.fileno() for one in passed])
        if not self.node.stdout.readline():
            sys.exit("the gRPC half of the fake did not start")

    def plan_focus(self, options):
        if self.state.focus == "none":
            return []
        self.focus = random_loopback_listener()
        options["focusFd"] = self.focus.fileno()
        if self.state.focus == "ok":
            self.files.write_endpoint("grpcFocusServerConfig.json",
                                      self.focus.getsockname()[1])
        return [self.focus]

    def plan_bridge(self, options):
        """What is asked of gRPC, and the file that says where it is."""
        kind, cert = self.state.grpc, self.home + "/grpc.pem"
        path = self.home + "/bridge%04d" % random.randrange(10000)
        if kind == "none":
            return []
        files.make_certificate(cert, self.home + "/grpc.key")
        where = {"socket": path}
        if kind == "tcp":
            self.tcp = random_loopback_listener()
            where = {"port": self.tcp.getsockname()[1]}
        elif kind == "refused":  # a socket that outlived its process
            with socket.socket(socket.AF_UNIX) as dead:
                dead.bind(path)
        named = (self.home + "/cert.pem" if kind == "other-cert" else cert)
        self.files.write_endpoint("grpcServerConfig.json",
                                  cert=open(named).read(),
                                  token=files.TOKEN, **where)
        if kind in ("no-socket", "refused"):
            return []
        options.update(cert=cert, key=self.home + "/grpc.key",
                       replies=self.replies(), token=files.TOKEN)
        if kind == "other-token":
            options["token"] = "another"
        if kind == "tcp":
            options["bridgeFd"] = self.tcp.fileno()
            return [self.tcp]
        options["socket"] = path
        return []

    # ---- mail ----

    def open_port(self, name, port):
        """It does not look for another port: it goes on without, and says
        so in its log."""
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            self.files.write_log([files.LOG_FAILURE.format(name=name,
                                                           port=port)], part=9)
            return None

    def serve(self, name, port, manner, tls, talk):
        server = None
        if manner != "closed":
            server = self.open_port(name, port)
        if not server:
            return

        def accept():
            while True:
                conn = server.accept()[0]
                conn.settimeout(STEP_S)
                # Go's net package sets this for every connection.
                conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.attend, daemon=True,
                                 args=(conn, port, manner, tls, talk)).start()
        threading.Thread(target=accept, daemon=True).start()

    def enter(self, port):
        """The thread of a connection that has ended needs a moment more."""
        for _ in range(10):
            with lock:
                crowded = port in self.busy
                self.busy.add(port)
            if not crowded:
                return
            time.sleep(0.002)
        self.violation("two connections at once to port %d" % port)

    def attend(self, conn, port, manner, tls, talk):
        parted = manner == "silent"
        self.enter(port)
        try:
            if manner == "silent":
                while conn.recv(1024):
                    pass
            else:
                if tls:
                    conn = self.tls.wrap_socket(conn, server_side=True)
                parted = talk(conn)
        except (OSError, ssl.SSLError) as error:
            if not parted:
                self.violation("port %d: %s" % (port, error))
                parted = True
        finally:
            self.busy.discard(port)
            conn.close()
        if not parted:
            self.violation("port %d was left without a good-bye" % port)

    def talk_imap(self, conn):
        """True: the client said good-bye."""
        with lock:
            self.session += 1
        conn.sendall(
            b"* OK [CAPABILITY AUTH=PLAIN ID IDLE IMAP4rev1 MOVE STARTTLS "
            b"UIDPLUS UNSELECT] Proton Mail Bridge 03.25.00 - gluon session "
            b"ID %d\r\n" % self.session)
        while line := self.read_line(conn):
            tag, _, rest = line.partition(" ")
            word, tag = rest.upper(), tag.encode()
            reply = tag + b" OK done\r\n"
            if word == "CAPABILITY":
                reply = (b"* CAPABILITY AUTH=PLAIN ID IDLE IMAP4rev1 STARTTLS"
                         b"\r\n" + tag + b" OK CAPABILITY\r\n")
            elif word == "ID NIL":
                reply = (b'* ID ("name" "Proton Mail Bridge" "version" '
                         b'"03.25.00" "os" "linux")\r\n' + reply)
            elif word == "STARTTLS" and not isinstance(conn, ssl.SSLSocket):
                conn.sendall(tag + b" OK Begin TLS negotiation now\r\n")
                conn = self.tls.wrap_socket(conn, server_side=True)
                continue
            elif self.state.welcomes and word != "LOGOUT":
                reply = self.welcome_imap(conn, word, reply)
            elif word not in ("NOOP", "LOGOUT"):
                self.violation("IMAP " + rest)
                reply = tag + (b" NO no such user\r\n" if word.startswith(
                    ("LOGIN", "AUTHENTICATE")) else b" BAD unknown command\r\n")
            conn.sendall(reply)
            if word == "LOGOUT":
                return True
        return False

    def welcome_imap(self, conn, word, reply):
        if word == "AUTHENTICATE PLAIN":
            conn.sendall(b"+ \r\n")
            self.read_line(conn)
        return reply

    def ehlo_reply(self, line, secure):
        auth = random.choice(("PLAIN LOGIN", "LOGIN PLAIN"))
        words = ["Hello" + line[4:], "PIPELINING", "8BITMIME",
                 "ENHANCEDSTATUSCODES", "CHUNKING"]
        words += [] if secure else ["STARTTLS"]
        words += ["AUTH " + auth, "SIZE"]
        return "".join("250%s%s\r\n" % (" " if w == "SIZE" else "-", w)
                       for w in words).encode()

    def talk_smtp(self, conn):
        conn.sendall(b"220 127.0.0.1 ESMTP Service Ready\r\n")
        while line := self.read_line(conn):
            word = line.split(" ")[0].upper()
            secure = isinstance(conn, ssl.SSLSocket)
            if word == "EHLO":
                conn.sendall(self.ehlo_reply(line, secure))
            elif word == "STARTTLS" and not secure:
                conn.sendall(b"220 2.0.0 Ready to start TLS\r\n")
                conn = self.tls.wrap_socket(conn, server_side=True)
            elif word == "NOOP":
                conn.sendall(b"250 2.0.0 OK\r\n")
            elif word == "QUIT":
                conn.sendall(b"221 2.0.0 Bye\r\n")
                return True
            elif word == "AUTH" and self.state.welcomes:
                conn.sendall(b"235 2.0.0 Authentication succeeded\r\n")
            else:
                self.violation("SMTP " + line)
                conn.sendall(b"454 4.7.0 invalid username or password\r\n")
        return False

    def read_line(self, conn):
        line = b""
        while not line.endswith(b"\n"):
            byte = conn.recv(1)
            if not byte:
                return ""
            line += byte
        return line.decode("latin-1").strip()

    # ---- life ----

    def wait_for_end(self):
        """Any other signal is one that nobody may send."""
        while True:
            got = signal.sigwaitinfo(self.signals)
            if got.si_signo == signal.SIGALRM:
                break
            if (got.si_signo, got.si_pid) == (signal.SIGTERM, os.getppid()):
                break
            self.violation("signal %d" % got.si_signo)
        self.check_secrets()
        if self.node:
            self.node.stdin.close()
            self.node.wait()

    def run(self):
        s = self.state
        self.signals = signal.valid_signals() - {signal.SIGCHLD,
                                                 signal.SIGPIPE}
        self.make_files()
        self.start_grpc()
        self.watch_secrets()
        signal.pthread_sigmask(signal.SIG_BLOCK, self.signals)
        signal.alarm(300)
        time.sleep(float(os.environ.get("FAKE_LATE_S", "0")))
        self.serve("IMAP", self.imap, s.imap, s.imap_tls,
                   self.talk_imap)
        self.serve("SMTP", self.smtp, s.smtp, s.smtp_tls,
                   self.talk_smtp)
        open(self.home + "/ready", "w").close()
        self.wait_for_end()


def take_name(state):
    """As the real one is started: by its path, with its options."""
    name = "python3" if state.nameless else NAME
    mode = "--noninteractive" if state.grpc == "none" else "--grpc"
    os.execve(sys.executable,
              [name, os.path.abspath(__file__)] + sys.argv[1:5] + [mode],
              dict(os.environ, FAKE_NAMED="1",
                   PYTHONHOME=sys.base_prefix + ":" + sys.base_exec_prefix))


if __name__ == "__main__":
    chosen = STATES[sys.argv[1]]
    if os.environ.get("FAKE_NAMED") != "1":
        take_name(chosen)
    Bridge(chosen, sys.argv[2], int(sys.argv[3]), int(sys.argv[4])).run()
