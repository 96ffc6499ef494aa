#!/usr/bin/env python3
"""ports.py N: print N ports nobody listens on.  ports.py --wait PORT: until
somebody does, 30 seconds at most."""
import random
import socket
import sys
import time


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait(port):
    for _ in range(300):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return 0
        time.sleep(0.1)
    return 1


if sys.argv[1] == "--wait":
    sys.exit(wait(int(sys.argv[2])))
ports = []
while len(ports) < int(sys.argv[1]):
    port = random.randrange(10000, 30000)
    if port not in ports and is_free(port):
        ports.append(port)
print(*ports)
