#!/usr/bin/env python3
"""serve_hostile.py table HTTP HTTPS PID: each of serve_cases.py, sent to
`portolan serve`; after each one honest requests are answered as before.

serve_hostile.py crowds HTTP HTTPS PID: many at once, from many addresses:
slow ones, idle ones, floods; beside them somebody honest.

serve_hostile.py pace HTTP HTTPS PID: more requests than --rate 5 grants.

serve_hostile.py strangers ADDRESS:PORT OWN STRANGE: of `--lan`, for peers at
these addresses.

The first two arguments are ports of 127.0.0.1.  A line for each check is
printed: what it is, a tab, and what is wrong or nothing; figures on standard
error.
"""
import contextlib
import html.parser
import http.client
import io
import itertools
import json
import os
import re
import resource
import socket
import ssl
import statistics
import struct
import sys
import threading
import time
import xml.etree.ElementTree as ET

import serve_cases as cases

PATIENCE_S = 20  # after that long a connection is taken for forgotten
HONEST = "127.0.0.9"
GROWTH_KIB = 1024
SLOW, IDLE, FLOOD, BACKLOG = 200, 5000, 3000, 100
XML_TYPES = ("text/xml", "application/xml", "application/x-apple-aspen")
MARKUP = re.compile(rb"<canary|<script", re.IGNORECASE)
# 127.1.0.1 and so on: a peer of its own for each case
peers = ("127.%d.%d.%d" % (a, b, c) for a, b, c in itertools.product(
    range(1, 200), range(256), range(1, 255)))


def say(what, problem=""):
    print("%s\t%s" % (what, str(problem).replace("\n", " ")), flush=True)


def tell(text):
    print("# " + text, file=sys.stderr, flush=True)


# ---- one conversation ----

class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return self.headers.get(name, "")


class Tape:
    """What came over a connection, to be read by http.client."""

    def __init__(self, data):
        self.data = data

    def makefile(self, _mode):
        self.file = io.BytesIO(self.data)
        self.file.close = lambda: None
        return self.file


def read_answers(data, method="GET"):
    """All of them, in their order.  What is behind one that refuses and closes
    is nobody's: for a bad Content-Length libmicrohttpd says its head twice.
    Raises: it is not HTTP."""
    answers = []
    while data and not (answers and answers[-1].status >= 400 and
                        answers[-1].header("Connection") == "close"):
        tape = Tape(data)
        response = http.client.HTTPResponse(tape, method=method)
        response.begin()
        body = response.read()
        answers.append(Answer(response.status, response.headers, body))
        data = tape.file.read()
    return answers


def connect(port, source, patience_s=PATIENCE_S):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.settimeout(patience_s)
    sock.bind((source, 0))
    sock.connect(("127.0.0.1", port))
    return sock


def send_aside(sock, data, half_close):
    """A server that has heard enough need not read the rest."""
    with contextlib.suppress(OSError):
        sock.sendall(data)
        if half_close:
            sock.shutdown(socket.SHUT_WR)


def receive(sock):
    """All that comes until it is closed.  None: it never was."""
    came = b""
    while True:
        try:
            part = sock.recv(1 << 16)
        except socket.timeout:
            return None
        except OSError:
            return came
        if not part:
            return came
        came += part


def exchange(port, source, data, half_close=True):
    with connect(port, source) as sock:
        sender = threading.Thread(target=send_aside,
                                  args=(sock, data, half_close))
        sender.start()
        came = receive(sock)
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sender.join()
        return came


# ---- is an answer clean? ----

class Page(html.parser.HTMLParser):
    """What of a page a browser would take for ours."""

    def __init__(self):
        super().__init__()
        self.strange = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "canary"):
            self.strange.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "canary" in name:
                self.strange.append(name)
            if (name in ("href", "src", "action") and
                    re.match(r"\s*(\w+:)?//(?!127\.|\[::1)", value or "")):
                self.strange.append("%s=%s" % (name, value))


def find_in_xml(body):
    for element in ET.fromstring(body).iter():
        if "canary" in element.tag:
            return "an element of theirs"
        if cases.EVIL in (element.text or "") + str(element.attrib):
            return "a value of theirs"
    return ""


def find_in_body(kind, body):
    if not body:
        return ""
    if kind.startswith("text/html"):
        page = Page()
        page.feed(body.decode())
        return " ".join(page.strange)
    if cases.EVIL.encode() in body or cases.SECRET.encode() in body:
        return "words of theirs"
    try:
        if kind.startswith(XML_TYPES):
            return find_in_xml(body)
        if kind.startswith("application/json"):
            json.loads(body)
    except (ET.ParseError, ValueError) as error:
        return "not what it says it is: %s" % error
    return ""


def find_reflected(answer):
    if "canary" in str(answer.headers).lower() or cases.EVIL in str(
            answer.headers):
        return "headers of theirs: %s" % answer.headers
    if b"root:" in answer.body:
        return "a file of this machine"
    if MARKUP.search(answer.body):
        return "markup of theirs: %r" % answer.body[:300]
    return find_in_body(answer.header("Content-Type"), answer.body)


def judge_answer(case, answer, usual):
    if answer.status not in case.statuses:
        return "status %d, not of %s: %r" % (answer.status, case.statuses,
                                             answer.body[:100])
    if case.same and answer.status == 200 and answer.body != usual:
        return "not the bytes that others get: %r" % answer.body[:200]
    return find_reflected(answer)


def judge(case, came, usual):
    if came is None:
        return "it was neither answered nor closed"
    try:
        answers = read_answers(came)
    except (http.client.HTTPException, ValueError) as error:
        return "not HTTP: %r %r" % (error, came[:100])
    if not answers:
        return "" if 0 in case.statuses else "closed without an answer"
    if len(answers) > case.answers:
        return "%d answers" % len(answers)
    for answer in answers:
        problem = judge_answer(case, answer, usual)
        if problem:
            return problem
    return ""


# ---- somebody honest ----

class Honest:
    """Asks as a mail client does, and knows what the answers were before."""

    def __init__(self, port):
        self.port = port
        self.config, self.pox = self.fetch()

    def one(self, request):
        begun = time.monotonic()
        came = exchange(self.port, HONEST, request)
        self.took_ms = (time.monotonic() - begun) * 1000
        answers = read_answers(came) if came else []
        if len(answers) != 1 or answers[0].status != 200:
            raise ValueError("not answered: %r" % (came and came[:100]))
        return answers[0].body

    def fetch(self):
        return (self.one(cases.ask(cases.CONFIG +
                                   "?emailaddress=ann%40" + cases.DOMAIN)),
                self.one(cases.put(cases.pox())))

    def problem(self):
        try:
            return ("" if self.fetch() == (self.config, self.pox)
                    else "he got something else than before")
        except (OSError, ValueError, http.client.HTTPException) as error:
            return "somebody honest: %s" % error

    def many(self, count):
        """How long each took, and how many were not answered as before."""
        took_ms, failed = [], 0
        request = cases.ask(cases.CONFIG)
        for _ in range(count):
            try:
                failed += self.one(request) != self.config
            except (OSError, ValueError, http.client.HTTPException):
                failed += 1
            took_ms.append(self.took_ms)
        return took_ms, failed


def report_honest(what, honest, count=300):
    took_ms, failed = honest.many(count)
    rank = statistics.quantiles(took_ms, n=100)
    tell("%s: somebody honest waits %.1f ms, p99 %.1f, at most %.1f" % (
        what, statistics.median(took_ms), rank[98], max(took_ms)))
    say("%s: each of %d honest requests is answered" % (what, count),
        "%d were not" % failed if failed else "")


# ---- the process ----

def memory_kib(pid):
    """What it has to itself, and all: pages of libraries, too, which are read
    when they are first needed."""
    with open("/proc/%d/status" % pid) as status:
        text = status.read()
    return tuple(int(re.search(name + r":\s*(\d+)", text)[1])
                 for name in ("RssAnon", "VmRSS"))


def is_sanitized(pid):
    with open("/proc/%d/maps" % pid) as maps:
        return "libasan" in maps.read()


def open_files(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def judge_memory(what, pid, before_kib):
    if is_sanitized(pid):
        return
    growth_kib, all_kib = (now - before for now, before in
                           zip(memory_kib(pid), before_kib))
    tell("%s: memory grew by %d KiB, with pages of libraries by %d" % (
        what, growth_kib, all_kib))
    say("%s: memory grew by less than 1 MiB" % what,
        "%d KiB" % growth_kib if growth_kib >= GROWTH_KIB else "")


def warm_up(honest, ports):
    """What is loaded once, for the first who asks, is no growth."""
    for target in ("/", "/health", "/metrics", "/profile.mobileconfig?"
                   "address=ann%40" + cases.DOMAIN, "/nowhere"):
        for _ in range(20):
            exchange(ports["http"], HONEST, cases.ask(target))
    for _ in range(20):
        honest.fetch()
        ask_tls(ports["https"])


def ask_tls(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with connect(port, HONEST) as sock:
        with context.wrap_socket(sock) as tls:
            tls.sendall(cases.ask(cases.CONFIG))
            return receive(tls)


def try_case(case, ports, honest):
    try:
        came = exchange(ports[case.port], next(peers), case.sent,
                        case.half_close)
    except OSError as error:
        return "no connection: %s" % error
    return judge(case, came, honest.config) or honest.problem()


def table(http_port, https_port, pid):
    ports = {"http": int(http_port), "https": int(https_port)}
    pid = int(pid)
    honest = Honest(ports["http"])
    warm_up(honest, ports)
    before_kib, count = memory_kib(pid), 0
    for case in cases.all_cases():
        say(case.name, try_case(case, ports, honest))
        count += 1
    say("conditions: its own ETag is known", judge_etag(honest))
    judge_memory("after %d cases" % count, pid, before_kib)
    give_up(ports["http"], pid)


def judge_etag(honest):
    """Alone, in a list, weak; and not as a part of another."""
    came = exchange(honest.port, HONEST, cases.ask(cases.CONFIG))
    etag = read_answers(came)[0].header("ETag")
    if not re.fullmatch('"[^"]+"', etag):
        return "ETag: %r" % etag
    for sent, status in ((etag, 304), ('"a", %s, "b"' % etag, 304),
                         ("W/" + etag, 304), ('"x%s' % etag[1:], 200),
                         (etag[:-1], 200)):
        came = exchange(honest.port, HONEST,
                        cases.ask(cases.CONFIG, "If-None-Match: " + sent))
        answer = read_answers(came)[0]
        if answer.status != status or (status == 304 and answer.body):
            return "%s: %d" % (sent, answer.status)
    return ""


# ---- crowds ----

class Crowd:
    """Connections, from so many addresses, that somebody may hold."""

    def __init__(self, port, count, addresses):
        self.port, self.socks = port, []
        sources = [next(peers) for _ in range(addresses)]
        for i in range(count):
            self.open(sources[i % addresses])
            if i % BACKLOG == BACKLOG - 1:  # or the system loses some
                time.sleep(0.02)

    def open(self, source):
        sock = socket.socket()
        sock.bind((source, 0))
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.1", self.port))
        self.socks.append(sock)

    def send(self, data):
        """To each that takes it."""
        for sock in self.socks:
            with contextlib.suppress(OSError):
                sock.send(data)

    def count_open(self):
        return sum(is_open(sock) for sock in self.socks)

    def wait_closed(self, limit_s):
        """How long it took; None: longer than that."""
        begun = time.monotonic()
        while self.count_open():
            if time.monotonic() - begun > limit_s:
                return None
            time.sleep(0.1)
        return time.monotonic() - begun

    def close(self, reset=False):
        for sock in self.socks:
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
            sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def is_open(sock):
    try:
        sock.getpeername()
        while sock.recv(1 << 16):
            pass
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


class Dripping:
    """One more byte to each of a crowd, now and then."""

    def __init__(self, crowd, byte, pause_s=1):
        self.crowd, self.byte, self.pause_s = crowd, byte, pause_s
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.drip)

    def drip(self):
        while not self.over.wait(self.pause_s):
            self.crowd.send(self.byte)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def say_closed(what, crowd):
    took_s = crowd.wait_closed(PATIENCE_S)
    if took_s is not None:
        tell("%s: all were closed after %.1f s more" % (what, took_s))
    say("%s: they are closed within %d s" % (what, PATIENCE_S),
        "%d are open" % crowd.count_open() if took_s is None else "")


def be_slow(honest, port, what, beginning, byte):
    with Crowd(port, SLOW, 10) as crowd:
        time.sleep(0.3)
        crowd.send(beginning)
        with Dripping(crowd, byte):
            report_honest("%s, %d of them" % (what, SLOW), honest)
            say_closed(what, crowd)


def read_slowly(honest, port):
    """Ask for much, and take nothing of it."""
    with Crowd(port, SLOW, 10) as crowd:
        for sock in crowd.socks:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        time.sleep(0.3)
        for _ in range(4):
            crowd.send(cases.ask("/", close=False) * 100)
        report_honest("who reads nothing, %d of them" % SLOW, honest)
        time.sleep(PATIENCE_S)
        crowd.close()


def be_idle(honest, port, addresses):
    what = "idle, %d of them from %d addresses" % (IDLE, addresses)
    with Crowd(port, IDLE, addresses) as crowd:
        report_honest(what, honest)
        with Crowd(port, SLOW, 10) as slow, Dripping(slow, b"a"):
            slow.send(b"GET /")
            report_honest(what + ", and %d slow ones" % SLOW, honest)
        say_closed(what, crowd)


def flood(honest, port, what, data, reset):
    for _ in range(3):
        with contextlib.closing(Crowd(port, FLOOD // 3, 30)) as crowd:
            crowd.send(data)
            crowd.close(reset)
    report_honest("%d connections, %s" % (FLOOD, what), honest, 100)


def give_up(port, pid):
    """More parameters than a connection's memory holds, again and again."""
    case = next(c for c in cases.all_cases()
                if c.name == "text: 700 parameters")
    before_kib = memory_kib(pid)
    for _ in range(10):
        with Crowd(port, 100, 10) as crowd:
            time.sleep(0.1)
            crowd.send(case.sent)
            crowd.wait_closed(PATIENCE_S)
    judge_memory("after 1,000 requests that were given up", pid, before_kib)


def hold_tls(honest, port):
    """Greet, and say no more."""
    with Crowd(port, SLOW, 10) as crowd:
        time.sleep(0.3)
        crowd.send(cases.hello()[:40])
        report_honest("half a greeting of TLS, %d of them" % SLOW, honest)
        say_closed("half a greeting of TLS", crowd)


def raise_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < IDLE + FLOOD // 3 + 100:
        raise OSError("%d connections need more files than %d" % (IDLE, hard))


def crowds(http_port, https_port, pid):
    raise_limit()
    ports = {"http": int(http_port), "https": int(https_port)}
    port, pid = ports["http"], int(pid)
    honest = Honest(port)
    warm_up(honest, ports)
    before_kib, before_fds = memory_kib(pid), open_files(pid)
    be_slow(honest, port, "slow headers", b"GET / HTTP/1.1\r\nX: ", b"a")
    be_slow(honest, port, "slow bodies", cases.put(
        b"", "Content-Length: 4096"), b"a")
    be_slow(honest, port, "slow lines", b"", b"\r\n")
    read_slowly(honest, port)
    hold_tls(honest, ports["https"])
    be_idle(honest, port, 50)
    be_idle(honest, port, 1)
    flood(honest, port, "closed at once", b"", False)
    flood(honest, port, "reset at once", b"GET / HT", True)
    flood(honest, port, "reset in an answer",
          cases.ask("/", close=False) * 3, True)
    flood(honest, ports["https"], "reset in a greeting of TLS",
          cases.hello(), True)
    time.sleep(3)  # a second after they went, their memory does, too
    left = open_files(pid) - before_fds
    say("after all crowds: no connection is left",
        "%d files are open" % left if left > 0 else "")
    judge_memory("after all crowds", pid, before_kib)
    say("after all crowds: somebody honest is answered", honest.problem())


# ---- --rate, --lan ----

def statuses(port, source, count):
    seen = []
    for _ in range(count):
        answers = read_answers(exchange(port, source,
                                        cases.ask(cases.CONFIG)))
        seen.append(answers[0].status if answers else 0)
    return seen


def pace(http_port, _https_port, _pid):
    port = int(http_port)
    seen = statuses(port, "127.0.0.10", 120)
    say("who asks without end is told to wait",
        "" if seen[0] == 200 and seen[-1] == 429 and set(seen) == {200, 429}
        else seen)
    say("who asks meanwhile is answered",
        "" if statuses(port, "127.0.0.11", 3) == [200] * 3 else "no")
    time.sleep(2.1)
    seen = statuses(port, "127.0.0.10", 2)
    say("who waited is answered again", "" if seen == [200] * 2 else seen)


def visit(server, source):
    address, port = server.rsplit(":", 1)
    with socket.create_connection((address, int(port)), timeout=10,
                                  source_address=(source, 0)) as sock:
        sock.sendall(cases.ask(cases.CONFIG))
        answers = read_answers(receive(sock) or b"")
        return answers[0].status if answers else 0


def strangers(server, own, strange):
    got = visit(server, own)
    say("a peer of the LAN is answered", "" if got == 200 else got)
    got = visit(server, strange)
    say("a peer from elsewhere is not", "" if got in (0, 403) else got)


if __name__ == "__main__":
    {"table": table, "crowds": crowds, "pace": pace,
     "strangers": strangers}[sys.argv[1]](*sys.argv[2:])
