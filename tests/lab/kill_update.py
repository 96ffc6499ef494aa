"""kill_update.py PORTOLAN DIR: kill `portolan update` at each of its system
calls that change the disk, and see what became of the clients in HOME.

Right after it every file is old or new; `undo --dry-run` says what would be
taken back, and writes nothing; the next `update` completes, and `undo` makes
all as it was.  Prints TAP.
"""
import collections
import os
import re
import shutil
import subprocess
import sys

PORTOLAN, WORK = sys.argv[1:]
HOME = os.environ["HOME"]
STATE = HOME + "/.local/state/portolan"
CLIENTS = {
    "msmtp": [".msmtprc"], "mbsync": [".mbsyncrc"], "mutt": [".muttrc"],
    "aerc": [".config/aerc/accounts.conf"], "thunderbird": [],
}
WRITES = ("write", "pwrite64", "fsync", "fdatasync", "rename", "renameat",
          "unlink", "rmdir", "mkdir", "fchmod", "fchown", "ftruncate")
checks = 0
failed = False


def tap(what, complaints):
    global checks, failed
    checks += 1
    print("%sok %d - %s" % ("not " if complaints else "", checks, what))
    for complaint in complaints[:20]:
        print("# " + complaint)
    failed |= bool(complaints)
    sys.stdout.flush()


def find_profile():
    root = HOME + "/.thunderbird/"
    [name] = [n for n in os.listdir(root) if os.path.isdir(root + n)]
    folder = ".thunderbird/" + name
    return [folder + "/prefs.js", folder + "/cert_override.txt"]


def read(path):
    try:
        with open(os.path.join(HOME, path), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def each_file():
    return [path for paths in CLIENTS.values() for path in paths]


def snapshot():
    return {path: read(path) for path in each_file()}


def tree(*roots):
    """What lies there, and when it was touched."""
    seen = {}
    for root in roots:
        for folder, names, files in os.walk(root):
            for name in names + files:
                path = os.path.join(folder, name)
                about = os.lstat(path)
                seen[path] = (about.st_ino, about.st_size, about.st_mtime_ns)
    return seen


def restore(files):
    shutil.rmtree(STATE, ignore_errors=True)
    for path, content in files.items():
        full = os.path.join(HOME, path)
        if content is None:
            if os.path.exists(full):
                os.unlink(full)
        else:
            with open(full, "wb") as file:
                file.write(content)


def run(*args, trace=None, inject=None):
    command = [PORTOLAN] + list(args)
    if inject:
        command = ["strace", "-qq", "-o", "/dev/null", "-e",
                   "trace=" + inject.split(":")[0], "-e",
                   "inject=" + inject] + command
    elif trace:
        command = ["strace", "-qq", "-o", trace] + command
    return subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60,
                          env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))


def points():
    """[(system call, its number among its kind)] from the first change on."""
    trace = WORK + "/trace"
    run("update", trace=trace)
    count = collections.Counter()
    begun = False
    found = []
    with open(trace, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            call = re.match(r"(\w+)\(", line)
            if not call or call[1] not in WRITES:
                continue
            count[call[1]] += 1
            begun |= "portolan" in line
            if begun and not re.match(r"write\([12],", line):
                found.append((call[1], count[call[1]]))
    return found


def states(old, new):
    """For each client "old", "new" or "mixed"; complains of anything else."""
    now = snapshot()
    wrong = ["%s is torn" % path for path in now
             if now[path] not in (old[path], new[path])]
    seen = {}
    for client, paths in CLIENTS.items():
        kinds = {"old" if now[path] == old[path] else "new"
                 for path in paths if old[path] != new[path]}
        seen[client] = kinds.pop() if len(kinds) == 1 else "mixed"
    return seen, wrong


def expect_all(want, after, old, new):
    seen, wrong = states(old, new)
    if set(seen.values()) != {want}:
        wrong.append("after %s: %s, wanted all %s" % (after, seen, want))
    folders = {os.path.dirname(os.path.join(HOME, p)) for p in each_file()}
    return wrong + ["after %s: left behind: %s/%s" % (after, folder, name)
                    for folder in folders for name in os.listdir(folder)
                    if name.startswith(".portolan")]


def rehearse(seen):
    """It is said of who is half done, and nothing at all is written."""
    before = tree(HOME)
    done = run("undo", "--dry-run")
    wrong = ["undo --dry-run wrote: %s" % path
             for path, about in tree(HOME).items()
             if before.get(path) != about]
    if "mixed" in seen.values() and "would be taken back" not in done.stdout:
        wrong.append("undo --dry-run: half done, and not told: " + done.stdout)
    return wrong


def kill_one(inject, old, new):
    """(was it killed, was a client half done, complaints)"""
    restore(old)
    killed = run("update", inject=inject).returncode in (-9, 137)
    seen, wrong = states(old, new)
    wrong += rehearse(seen)
    done = run("update")
    if done.returncode:
        wrong.append("update: %d %s" % (done.returncode, done.stdout))
    wrong += expect_all("new", "update", old, new)
    for _ in range(3):
        if run("undo").returncode == 1:
            break
    wrong += expect_all("old", "undo", old, new)
    return (killed, "mixed" in seen.values(),
            [inject + ": " + text for text in wrong])


def main():
    CLIENTS["thunderbird"] = find_profile()
    old = snapshot()
    first = run("update")
    new = snapshot()
    tap("update changes the files of five clients",
        ["%s: %s" % (client, first.stdout) for client, paths in CLIENTS.items()
         if all(old[path] == new[path] for path in paths)])
    restore(old)
    injects = ["%s:signal=KILL:when=%d" % point for point in points()]
    killed = half = 0
    complaints = []
    for inject in injects:
        was_killed, was_half, wrong = kill_one(inject, old, new)
        killed += was_killed
        half += was_half
        complaints += wrong
    if killed < len(injects) or not killed:
        complaints.append("only %d of %d were killed" % (killed, len(injects)))
    tap("killed at each of %d points, nothing is lost (%d times a client was "
        "half done)" % (killed, half), complaints)
    tap("a client can be half done", [] if half else ["none was"])
    print("1..%d" % checks)
    return failed


sys.exit(main())
