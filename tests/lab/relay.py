"""relay.py PROGRAM HELPER ALONE: many devices, and bridges that move, at the
two ends of a relay.

PROGRAM is tests/lab/relay_port, HELPER what it is to relay with; ALONE is
"yes" where addresses may be added to this network.  Prints TAP without a plan,
and figures in lines that begin with "# ".
"""
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

PROGRAM, HELPER, ALONE = sys.argv[1:4]
NAME = "our own loop" if HELPER == "own" else "systemd-socket-proxyd"
IS_OWN = HELPER == "own"
MB = 1024 * 1024
checks = 0
failed = False


def verdict(what, complaints):
    global checks, failed
    checks += 1
    print(f"{'not ok' if complaints else 'ok'} {checks} - {NAME}: {what}",
          flush=True)
    for line in complaints[:10]:
        print(f"# {line}", flush=True)
    failed = failed or bool(complaints)


class Bridge:
    """Answers every connection on a port of its own with `serve(socket)`."""

    def __init__(self, serve, family=socket.AF_INET):
        self.serve = serve
        self.listener = socket.socket(family)
        self.listener.bind(("::1" if family == socket.AF_INET6
                            else "127.0.0.1", 0))
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.handle, args=(peer,),
                             daemon=True).start()

    def handle(self, peer):
        with peer:
            try:
                self.serve(peer)
            except OSError:
                pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def echo(peer):
    while data := peer.recv(random.choice((1, 700, 65536, MB))):
        peer.sendall(data)


def named(name):
    """A bridge that says its name and hears the device out."""
    def serve(peer):
        peer.sendall(name)
        while peer.recv(4096):
            pass
    return serve


class Relay:
    def __init__(self, *options, address="127.0.0.1"):
        # Sanitizers keep what is freed, which is not growth of ours.
        environment = dict(os.environ, ASAN_OPTIONS=(
            "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"))
        self.process = subprocess.Popen(
            [PROGRAM, address, HELPER, *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env=environment, text=True, bufsize=1)
        self.port = int(self.process.stdout.readline())

    def aim(self, port, family=4):
        self.process.stdin.write(f"{family} {port}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def dial(self, source="127.0.0.1", to="127.0.0.1"):
        family = socket.AF_INET6 if ":" in to else socket.AF_INET
        peer = socket.socket(family)
        peer.settimeout(20)
        peer.bind((source, 0))
        peer.connect((to, self.port))
        return peer

    def helpers(self):
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path, encoding="ascii") as children:
            return [int(pid) for pid in children.read().split()]

    def memory(self):
        """KiB, of it and its helper."""
        total = 0
        for pid in [self.process.pid, *self.helpers()]:
            with open(f"/proc/{pid}/statm", encoding="ascii") as numbers:
                total += int(numbers.read().split()[1]) * 4
        return total

    def descriptors(self):
        return sum(len(os.listdir(f"/proc/{pid}/fd"))
                   for pid in [self.process.pid, *self.helpers()])

    def close(self):
        self.process.stdin.close()
        return self.process.wait(10)


def there_and_back(relay, seed, size, complaints):
    """Bytes are sent in pieces of all sizes while their echo is read."""
    numbers = random.Random(seed)
    data = numbers.randbytes(size)
    source = f"127.0.1.{1 + seed % 25}"
    echoed = hashlib.sha256()

    def send(peer):
        at = 0
        while at < size:
            piece = data[at:at + numbers.choice((1, 3, 1000, 60000, MB))]
            peer.sendall(piece)
            at += len(piece)
        if IS_OWN: # proxyd ends all when one side has no more to say
            peer.shutdown(socket.SHUT_WR)

    try:
        with relay.dial(source) as peer:
            sender = threading.Thread(target=send, args=(peer,), daemon=True)
            sender.start()
            got = 0
            while (IS_OWN or got < size) and (more := peer.recv(65536)):
                echoed.update(more)
                got += len(more)
            sender.join()
    except OSError as error:
        complaints.append(f"connection {seed}: {error}")
        return
    if echoed.digest() != hashlib.sha256(data).digest():
        complaints.append(f"connection {seed}: other bytes came back")


def check_bytes():
    bridge, relay, complaints = Bridge(echo), Relay(), []
    relay.aim(bridge.port)
    devices = [threading.Thread(target=there_and_back,
                                args=(relay, seed, MB, complaints))
               for seed in range(100)]
    for device in devices:
        device.start()
    for device in devices:
        device.join()
    verdict("of 100 devices at once, each gets its megabyte back", complaints)
    bridge.close()
    if relay.close():
        verdict("it ends well", ["it did not"])


def check_memory():
    bridge, relay, complaints = Bridge(echo), Relay(), []
    relay.aim(bridge.port)
    for seed in range(100):
        there_and_back(relay, seed, 100000, complaints)
    before, open_before = relay.memory(), relay.descriptors()
    for seed in range(1000):
        there_and_back(relay, seed, 20000, complaints)
    time.sleep(0.2)
    grown, left = relay.memory() - before, relay.descriptors() - open_before
    print(f"# {NAME}: {before} KiB, and {grown} more after 1,000 connections")
    if grown > 256:
        complaints.append(f"grown by {grown} KiB")
    if left > 0:
        complaints.append(f"{left} descriptors are left")
    verdict("1,000 connections leave nothing behind", complaints)
    idle = [relay.dial(f"127.0.1.{1 + i % 25}") for i in range(200)]
    for peer in idle:
        peer.sendall(b"x")
    if any(peer.recv(1) != b"x" for peer in idle):
        complaints.append("an idle device was not served")
    each = (relay.memory() - before - grown) / 200
    print(f"# {NAME}: {each:.1f} KiB for each of 200 idle connections")
    verdict("200 idle ones are served", complaints)
    for peer in idle:
        peer.close()
    bridge.close()
    relay.close()


def check_speed():
    def flood(peer):
        for _ in range(256):
            peer.sendall(bytes(MB))

    bridge, relay = Bridge(flood), Relay()
    relay.aim(bridge.port)
    for what, port in ("direct", bridge.port), (NAME, relay.port):
        begun, got = time.monotonic(), 0
        with socket.create_connection(("127.0.0.1", port)) as peer:
            while more := len(peer.recv(MB)):
                got += more
        rate = got / MB / (time.monotonic() - begun)
        print(f"# {what}: {rate:.0f} MB/s for {got // MB} MB")
    bridge.close()
    relay.close()


def check_moving():
    """Who connects is never refused, and what it hears is whole."""
    bridges, relay = [Bridge(named(b"one!")), Bridge(named(b"two!"))], Relay()
    relay.aim(bridges[0].port)
    counts, complaints = {}, []
    is_over = threading.Event()

    def connect_on():
        while not is_over.is_set():
            try:
                with relay.dial() as peer:
                    said = peer.recv(4)
            except ConnectionResetError:
                said = b""
            except OSError as error:
                complaints.append(str(error))
                return
            counts[said] = counts.get(said, 0) + 1

    devices = [threading.Thread(target=connect_on) for _ in range(4)]
    for device in devices:
        device.start()
    for i in range(30):
        time.sleep(0.1)
        answer = relay.aim(bridges[(i + 1) % 2].port)
        if answer != "ok":
            complaints.append(answer)
    is_over.set()
    for device in devices:
        device.join()
    print(f"# {NAME}: {counts}")
    if set(counts) - {b"one!", b"two!", b""}:
        complaints.append("half a name was heard")
    if min(counts.get(b"one!", 0), counts.get(b"two!", 0)) < 30:
        complaints.append(f"too few were served: {counts}")
    # Those that were ended by a move: four devices, 30 moves.
    if counts.get(b"", 0) > 4 * 30 * 2:
        complaints.append(f"too many were let go: {counts}")
    verdict("30 moves in 3 s, and nobody is refused", complaints)
    with relay.dial() as peer:
        first = peer.recv(4)
        begun = time.monotonic()
        relay.aim(bridges[0 if first == b"two!" else 1].port)
        with relay.dial() as later:
            second = later.recv(4)
        took = (time.monotonic() - begun) * 1000
        try:
            rest = peer.recv(4)
        except ConnectionResetError:
            rest = b""
    print(f"# {NAME}: {took:.1f} ms from the move to the new bridge's greeting")
    verdict("old connections end with the move, new ones lead elsewhere",
            [f"{first} {second} {rest}"] if rest or first == second else [])
    for bridge in bridges:
        bridge.close()
    relay.close()


def check_families():
    bridge = Bridge(named(b"six!"), socket.AF_INET6)
    relay = Relay(address="::1")
    said = relay.aim(bridge.port, 6)
    with relay.dial("::1", "::1") as peer:
        greeting = peer.recv(4)
    verdict("IPv6 leads to IPv6",
            [] if greeting == b"six!" else [f"{said}: {greeting}"])
    bridge.close()
    relay.close()


def is_served(relay, source, to):
    try:
        with relay.dial(source, to) as peer:
            return peer.recv(4) == b"lan!"
    except OSError:
        return False


def check_peers():
    """With lan_only, whatever the helper."""
    bridge = Bridge(named(b"lan!"))
    for address in "192.168.7.7/32", "203.0.113.7/32":
        subprocess.run(["ip", "address", "replace", address, "dev", "lo"],
                       check=True)
    for address in "fd00::7/128", "2001:db8::7/128":
        subprocess.run(["ip", "address", "replace", address, "dev", "lo",
                        "nodad"], check=True)
    four, six = Relay("lan", address="0.0.0.0"), Relay("lan", address="::")
    four.aim(bridge.port)
    six.aim(bridge.port)
    complaints = []
    for relay, source, to, wanted in (
            (four, "127.0.0.1", "127.0.0.1", True),
            (four, "192.168.7.7", "192.168.7.7", True),
            (four, "203.0.113.7", "192.168.7.7", False),
            (four, "203.0.113.7", "203.0.113.7", False),
            (six, "::1", "::1", True),
            (six, "fd00::7", "fd00::7", True),
            (six, "2001:db8::7", "fd00::7", False)):
        if is_served(relay, source, to) != wanted:
            complaints.append(f"{source} was {'not ' * wanted}served")
    verdict("of a LAN, only those in it are served", complaints)
    bridge.close()
    four.close()
    six.close()


def check_keepalive():
    bridge, relay = Bridge(named(b"here")), Relay()
    relay.aim(bridge.port)
    with relay.dial() as peer:
        peer.recv(4)
        seen = subprocess.run(
            ["ss", "-tnoH", f"sport = :{relay.port} or dport = :{bridge.port}"],
            stdout=subprocess.PIPE, text=True, check=True).stdout
    kept = [line for line in seen.splitlines() if "timer:(keepalive" in line]
    verdict("it asks from time to time whether both ends are still there",
            [] if len(kept) == 2 else seen.splitlines())
    bridge.close()
    relay.close()


# ---- the helper ----

def check_helper_dies():
    bridge, relay = Bridge(named(b"back")), Relay()
    relay.aim(bridge.port)
    complaints = []
    with relay.dial() as peer:
        peer.recv(4)
    for _ in range(3):
        os.kill(relay.helpers()[0], signal.SIGKILL)
        begun = time.monotonic()
        with relay.dial() as peer:
            if peer.recv(4) != b"back":
                complaints.append("who waited was let go")
        if time.monotonic() - begun > 2:
            complaints.append("it took long")
    if len(relay.helpers()) != 1:
        complaints.append(f"helpers: {relay.helpers()}")
    verdict("when it dies another takes its place", complaints)
    os.kill(relay.helpers()[0], signal.SIGSTOP)
    begun = time.monotonic()
    relay.aim(bridge.port, 4) # the same: nothing happens
    relay.aim(0)
    took = time.monotonic() - begun
    verdict("one that hangs holds nothing up",
            [] if took < 1 and not relay.helpers() else [f"{took} s"])
    relay.aim(bridge.port)
    helper = relay.helpers()[0]
    with open(f"/proc/{helper}/environ", "rb") as text:
        names = sorted(line.split(b"=")[0] for line in
                       text.read().split(b"\0") if line)
    with open(f"/proc/{helper}/cmdline", "rb") as text:
        words = text.read().split(b"\0")[1:-1]
    verdict("it is told what it needs, and no more",
            [] if names == [b"LISTEN_FDS", b"LISTEN_PID"] and
            words[1].startswith(b"127.0.0.1:") else [f"{names} {words}"])
    links = sorted(os.listdir(f"/proc/{helper}/fd"), key=int)
    inside = {link: os.readlink(f"/proc/{helper}/fd/{link}") for link in links}
    pipes = [link for link in inside if int(link) > 2 and
             inside[link].startswith("pipe:")]
    verdict("and has no more than it needs", [] if pipes == ["4"] else
            [f"{inside}"])
    relay.process.kill()
    relay.process.wait()
    for _ in range(40):
        if not os.path.exists(f"/proc/{helper}"):
            break
        time.sleep(0.05)
    verdict("it does not outlive us", ["it does"]
            if os.path.exists(f"/proc/{helper}") else [])
    bridge.close()


check_bytes()
check_memory()
check_speed()
check_moving()
check_families()
if ALONE == "yes":
    check_peers()
if IS_OWN:
    check_keepalive()
else:
    check_helper_dies()
print(f"# {checks} checks")
sys.exit(failed)
