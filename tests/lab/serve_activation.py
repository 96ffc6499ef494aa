"""serve_activation.py PORTOLAN SETTINGS HTTP HTTPS WORK ALONE: `portolan
serve` with two sockets that were opened for it, and a service manager that
listens.

systemd-socket-activate starts it when somebody comes; the service manager is
a datagram socket in WORK.  Prints TAP without a plan.
"""
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

PORTOLAN, SETTINGS, HTTP, HTTPS, WORK, ALONE = sys.argv[1:7]
PATH = "/mail/config-v1.1.xml?emailaddress=ann@example.org"
HOST = {"Host": "autoconfig.example.org"}
checks = 0
failed = False


def verdict(what, complaints):
    global checks, failed
    checks += 1
    print(f"{'not ok' if complaints else 'ok'} {checks} - {what}", flush=True)
    for line in complaints:
        print(f"# {line}", flush=True)
    failed = failed or bool(complaints)


class Manager:
    """What systemd hears."""

    def __init__(self):
        self.path = os.path.join(WORK, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(10)

    def hear(self):
        try:
            return self.socket.recv(4096).decode().splitlines()
        except TimeoutError:
            return ["(silence)"]


def start(manager, *options, at="127.0.0.1:"):
    activate = ["systemd-socket-activate", "-l", f"{at}{HTTP}",
                "-l", f"{at}{HTTPS}", "--fdname=http:https",
                "-E", f"NOTIFY_SOCKET={manager.path}"]
    for name in "HOME", "PATH", "PORTOLAN_PROFILES", "LSAN_OPTIONS":
        if name in os.environ:
            activate += ["-E", f"{name}={os.environ[name]}"]
    process = subprocess.Popen(
        [*activate, PORTOLAN, "serve", *options, "--from", SETTINGS,
         "example.org"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)
    # It says so when both are open, and nothing before.
    lines = [process.stderr.readline(), process.stderr.readline()]
    if not all(line.startswith("Listening on") for line in lines):
        verdict("the sockets are opened", lines)
    return process


def get(port, is_tls):
    if is_tls:
        context = ssl._create_unverified_context()
        peer = http.client.HTTPSConnection("127.0.0.1", int(port), timeout=10,
                                           context=context)
    else:
        peer = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    peer.request("GET", PATH, headers=HOST)
    answer = peer.getresponse()
    body = answer.read()
    peer.close()
    return answer.status, b"<clientConfig" in body


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        return "nothing: it went on"


def check_life():
    manager = Manager()
    begun = time.monotonic()
    process = start(manager, "--tls")
    first = get(HTTP, False)
    took = time.monotonic() - begun
    print(f"# {took * 1000:.0f} ms from nothing to the first answer")
    verdict("who wakes it is answered",
            [] if first == (200, True) else [f"{first}"])
    said = manager.hear()
    verdict("systemd hears that it is ready",
            [] if said == ["READY=1"] else said)
    second = get(HTTPS, True)
    verdict("the socket named https has TLS",
            [] if second == (200, True) else [f"{second}"])
    process.send_signal(signal.SIGHUP)
    said = manager.hear()
    complaints = []
    if said[0] != "RELOADING=1" or \
            not said[-1].startswith("MONOTONIC_USEC="):
        complaints.append(f"{said}")
    elif abs(int(said[-1].split("=")[1]) / 1e6 - time.monotonic()) > 5:
        complaints.append(f"another clock: {said[-1]}")
    verdict("and that it reloads, when SIGHUP says so, and since when",
            complaints)
    said = manager.hear()
    verdict("and that it is done with that",
            [] if said == ["READY=1"] else said)
    again = get(HTTP, False), get(HTTPS, True)
    verdict("then it still answers",
            [] if again == ((200, True), (200, True)) else [f"{again}"])
    status = stop(process)
    said = manager.hear()
    verdict("and that it stops", [] if said == ["STOPPING=1"] else said)
    verdict("SIGTERM is no failure",
            [] if status == 0 else [f"it exited with {status}",
                                    process.stderr.read()])
    manager.socket.close()
    os.unlink(manager.path)


def check_refusal():
    """A certificate is lacking: systemd's log has to say so."""
    manager = Manager()
    process = start(manager)
    try:
        get(HTTP, False)
    except OSError:
        pass
    status = process.wait(10)
    said = process.stderr.read()
    verdict("without a certificate it refuses the socket named https",
            [] if status == 2 and "https needs a certificate" in said
            else [f"{status}: {said}"])
    manager.socket.close()
    os.unlink(manager.path)


def read_codes(page):
    """What the page's QR codes say."""
    said = []
    for drawing in re.findall("<svg.*?</svg>", page, re.DOTALL):
        with tempfile.NamedTemporaryFile(suffix=".png") as picture:
            subprocess.run(["rsvg-convert", "-w", "600", "-b", "white", "-o",
                            picture.name], input=drawing, text=True,
                           check=True)
            seen = subprocess.run(["zbarimg", "-q", "--raw", picture.name],
                                  stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.DEVNULL, check=False)
        said += seen.stdout.splitlines()
    return said


def check_everywhere():
    """ListenStream=80 is every network: no address to send a phone to."""
    subprocess.run(["ip", "address", "replace", "192.168.9.9/32", "dev", "lo"],
                   check=True)
    manager = Manager()
    process = start(manager, "--tls", at="")
    peer = http.client.HTTPConnection("127.0.0.1", int(HTTP), timeout=10)
    peer.request("GET", "/?address=ann@example.org")
    codes = read_codes(peer.getresponse().read().decode())
    peer.close()
    verdict("sockets of every network are told of by an address of the LAN",
            [] if any("://192.168.9.9" in code for code in codes) else codes
            or ["there are no codes"])
    stop(process)
    manager.socket.close()
    os.unlink(manager.path)


check_life()
check_refusal()
if ALONE == "yes" and shutil.which("zbarimg") and shutil.which("rsvg-convert"):
    check_everywhere()
sys.exit(failed)
