#!/usr/bin/env python3
"""conversation.py SCRIPT COMMAND ARGS...: run a program that needs a terminal
on one of its own, of 24 lines of 100 columns, and answer its questions.  Each
line of the script is PATTERN, a tab, ANSWER: once the pattern has been shown
since the last answer, the answer is typed, with Enter; "^C" and "^D" are those
keys alone.  What was shown goes to standard output; the exit status is the
program's, 128 + N where signal N ended it, 99 where a pattern never came."""
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

WAIT_S = 20
KEYS = {"^C": b"\x03", "^D": b"\x04"}


class Terminal:
    def __init__(self, command):
        self.shown = b""
        self.read = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # whoever started us in the background had it ignored
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.environ["TERM"] = "xterm"
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 24, 100, 0, 0))
            os.execvp(command[0], command)

    def hear(self):
        """False: it has ended."""
        if select.select([self.fd], [], [], 0.1)[0]:
            try:
                more = os.read(self.fd, 65536)
            except OSError:
                return False
            self.shown += more
            return bool(more)
        return True

    def await_pattern(self, pattern):
        until = time.monotonic() + WAIT_S
        while not re.search(pattern.encode(), self.shown[self.read:], re.S):
            if time.monotonic() > until or not self.hear():
                return False
        self.read = len(self.shown)
        return True

    def end(self):
        until = time.monotonic() + WAIT_S
        while self.hear():
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
        status = os.waitpid(self.pid, 0)[1]
        if os.WIFSIGNALED(status):
            return 128 + os.WTERMSIG(status)
        return os.WEXITSTATUS(status)


terminal = Terminal(sys.argv[2:])
missed = None
with open(sys.argv[1]) as script:
    for line in script:
        pattern, answer = line.rstrip("\n").split("\t")
        if not terminal.await_pattern(pattern):
            missed = pattern
            os.kill(terminal.pid, signal.SIGTERM)
            break
        os.write(terminal.fd, KEYS.get(answer, answer.encode() + b"\n"))
status = terminal.end()
sys.stdout.write(terminal.shown.decode("utf-8", "replace").replace("\r", ""))
if missed:
    print("never shown: " + missed)
sys.exit(99 if missed else status)
