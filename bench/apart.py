"""Namespaces of one's own: what the programs that measure share."""
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

APART = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork",
         "--mount-proc", "--kill-child"]
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP = 0x8913, 0x8914, 0x8916, 1


def go_apart():
    """Run again in new namespaces, if there may be any."""
    if "PORTOLAN_BENCH_APART" in os.environ:
        return os.environ["PORTOLAN_BENCH_APART"] == "yes"
    able = shutil.which("unshare") and not subprocess.run(
        APART + ["true"], stderr=subprocess.DEVNULL).returncode
    os.environ["PORTOLAN_BENCH_APART"] = "yes" if able else "no"
    if able:
        os.execvp(APART[0], APART + [sys.executable] + sys.argv)
    return False


def raise_loopback():
    with socket.socket() as s:
        name = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x",
                              fcntl.ioctl(s, SIOCGIFFLAGS, name))[1]
        fcntl.ioctl(s, SIOCSIFFLAGS,
                    struct.pack("16sh14x", b"lo", flags | IFF_UP))


def add_address(address, label):
    """One more for the loopback interface."""
    with socket.socket() as s:
        fcntl.ioctl(s, SIOCSIFADDR,
                    struct.pack("16sHH4s8x", label.encode(), socket.AF_INET,
                                0, socket.inet_aton(address)))


def listens(address, port):
    with socket.socket() as s:
        return s.connect_ex((address, port)) == 0


def connection(address, port):
    return socket.create_connection((address, port), timeout=10)
