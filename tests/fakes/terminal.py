#!/usr/bin/env python3
"""terminal.py PATTERN COMMAND ARGS...: run a program that needs a terminal on
one of its own, of 24 lines of 100 columns, until what it shows matches the
pattern, it ends, or ten seconds have passed; then end it.  What it showed goes
to standard output.  The exit status is 0 where it matched."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

WAIT_S = 10

pattern = re.compile(sys.argv[1].encode())
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
shown, until = b"", time.monotonic() + WAIT_S
while not pattern.search(shown) and time.monotonic() < until:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # it has ended
            break
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
sys.stdout.write(shown.decode("utf-8", "replace"))
sys.exit(0 if pattern.search(shown) else 1)
