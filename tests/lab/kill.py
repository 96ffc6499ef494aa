"""kill.py PROGRAM: kill it at each of its system calls that change the disk,
let each of them fail, and see what became of the files.

PROGRAM is tests/lab/change_files.  Complaints go to stdout, figures too, in
lines that begin with "# "; each check ends with its TAP line.
"""
import collections
import functools
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
CLIENTS = 5
WRITES = ("write", "pwrite64", "fsync", "fdatasync", "rename", "renameat",
          "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
          "fchmod", "chmod", "fchown", "chown", "fsetxattr", "ftruncate",
          "link", "symlink", "flock", "openat", "close")
FAULTS = {
    "write": ("ENOSPC", "EIO"), "pwrite64": ("ENOSPC",),
    "fsync": ("EIO", "ENOSPC"), "openat": ("EACCES", "EROFS", "ENOSPC"),
    "rename": ("EACCES", "EROFS", "ENOSPC", "EIO"),
    "unlink": ("EACCES", "EROFS", "EIO"), "rmdir": ("EROFS",),
    "mkdir": ("EACCES", "EROFS", "ENOSPC"), "fchmod": ("EROFS", "EPERM"),
    "fchown": ("EPERM",), "fsetxattr": ("ENOSPC",), "close": ("EIO",),
    "flock": ("EINTR", "ENOLCK"),
}
LINES = 200

work = tempfile.mkdtemp(prefix="portolan-kill-")
state, files = work + "/state", work + "/files"
checks = 0
failed = False


def contents(client, name, port):
    if client == CLIENTS - 1 and name == "b":
        return None if port == 1143 else b"made: 1144\n"
    return b"".join(b"%d %s line %d: port %d\r\n" %
                    (client, name.encode(), i, port) for i in range(LINES))


def each_file():
    for client in range(CLIENTS):
        for name in "ab":
            is_made = contents(client, name, 1143) is None
            yield client, name, "%s/%d/%s%s" % (
                files, client, "new/folder/" if is_made else "", name)


def fresh():
    shutil.rmtree(state, ignore_errors=True)
    shutil.rmtree(files, ignore_errors=True)
    for client, name, path in each_file():
        old = contents(client, name, 1143)
        if old is not None:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(old)
            os.chmod(path, 0o640)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def look():
    """For each client "old", "new" or "mixed"; complains of anything else."""
    seen = collections.defaultdict(set)
    wrong = []
    for client, name, path in each_file():
        now = read(path)
        if now == contents(client, name, 1143):
            seen[client].add("old")
        elif now == contents(client, name, 1144):
            seen[client].add("new")
        else:
            wrong.append("%s is torn: %r..." % (path, (now or b"")[:40]))
        if now is not None and now[:4] != b"made" and \
                os.stat(path).st_mode & 0o7777 != 0o640:
            wrong.append("%s has mode %o" % (path, os.stat(path).st_mode))
    states = [seen[c].pop() if len(seen[c]) == 1 else "mixed"
              for c in range(CLIENTS)]
    return states, wrong


def litter():
    """What lies there besides the files, and folders without any."""
    known = {path for _, _, path in each_file()}
    return [os.path.join(folder, name)
            for folder, folders, names in os.walk(files)
            for name in names + ([] if folders or names else ["(nothing)"])
            if os.path.join(folder, name) not in known]


def run(what, inject=None, trace=None):
    command = [PROGRAM, what, state, files, str(CLIENTS)]
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
    if inject:
        command = ["strace", "-qq", "-o", "/dev/null", "-e",
                   "trace=" + inject.split(":")[0], "-e",
                   "inject=" + inject] + command
    elif trace:
        command = ["strace", "-qq", "-o", trace] + command
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=env,
                          timeout=60)


def points(what):
    """[(system call, its number among its kind)] that change the disk."""
    trace = work + "/trace"
    run(what, trace=trace)
    count = collections.Counter()
    begun = False
    found = []
    with open(trace) as lines:
        for line in lines:
            call = re.match(r"(\w+)\(", line)
            if not call or call[1] not in WRITES:
                continue
            count[call[1]] += 1
            begun |= "update.lock" in line or "portolan" in line
            if call[1] == "openat" and "O_CREAT" not in line:
                continue
            if call[1] == "write" and re.match(r"write\([12],", line):
                continue
            if begun:
                found.append((call[1], count[call[1]]))
    return found


def tap(what, complaints):
    global checks, failed
    checks += 1
    print("%sok %d - %s" % ("not " if complaints else "", checks, what))
    for complaint in complaints[:20]:
        print("# " + complaint)
    failed |= bool(complaints)
    sys.stdout.flush()


def expect_all(want, after):
    states, wrong = look()
    if states != CLIENTS * [want]:
        wrong.append("%s: %s, wanted all %s" % (after, states, want))
    return wrong + ["%s: left behind: %s" % (after, name)
                    for name in litter()]


def undo_all():
    for _ in range(4):
        done = run("undo")
        if done.returncode:
            break
    return [] if done.returncode == 1 else [
        "undo ends with %d: %s" % (done.returncode, done.stdout)]


def whole(inject):
    """Right after it happened: each file is old or new."""
    return [inject + ": " + wrong for wrong in look()[1]]


def heals(inject):
    """The next run puts back what was half done; then all goes its way."""
    begun = run("begin")
    states, wrong = look()
    if begun.returncode or "mixed" in states or litter():
        wrong.append("the next run: %d %s, %s, left behind %s" % (
            begun.returncode, begun.stdout, states, litter()))
    updated = run("update")
    if updated.returncode:
        wrong.append("update: %d %s" % (updated.returncode, updated.stdout))
    wrong += expect_all("new", "update")
    wrong += undo_all()
    wrong += expect_all("old", "undo")
    return [inject + ": " + text for text in wrong]


def undoes(inject):
    """A folder that could not be removed stays behind, empty."""
    wrong = undo_all() + expect_all("old", "undo again")
    if inject.startswith("rmdir:error"):
        wrong = [text for text in wrong if not text.endswith("/(nothing)")]
    return [inject + ": " + text for text in wrong]


def prepare_update():
    fresh()


def prepare_undo():
    fresh()
    run("update")


def prepare_half(at):
    fresh()
    run("update", "%s:signal=KILL:when=%d" % at)


def half_is_told(done):
    return "mixed" not in look()[0] or "next time" in done.stdout


def kill_one(what, prepare, then, inject):
    """(was it killed, complaints)"""
    prepare()
    dead = run(what, inject).returncode in (-9, 137)
    return dead, whole(inject) + then(inject)


def fail_one(what, prepare, then, inject):
    """(was it refused, complaints)"""
    prepare()
    done = run(what, inject)
    wrong = []
    if done.returncode < 0 or "Sanitizer" in done.stdout:
        wrong.append("%s: ended with %d: %s" % (
            inject, done.returncode, done.stdout[-300:]))
    if done.returncode and not half_is_told(done):
        wrong.append("%s: half done, and not told: %s" % (
            inject, done.stdout))
    return done.returncode != 0, wrong + whole(inject) + then(inject)


def move_away(clients):
    """Each worker has files of its own."""
    global work, state, files, CLIENTS
    work += "/%d" % os.getpid()
    os.mkdir(work)
    state, files = work + "/state", work + "/files"
    CLIENTS = clients


def spread(one, injects):
    """(how many it came true for, complaints)"""
    with multiprocessing.Pool(os.cpu_count(), move_away, [CLIENTS]) as pool:
        results = pool.map(one, injects, 4)
    return (sum(true for true, _ in results),
            [text for _, wrong in results for text in wrong])


def kill_each(what, prepare, then, title):
    prepare()
    injects = ["%s:signal=KILL:when=%d" % point for point in points(what)
               if point[0] != "close"]  # the next call does for it
    dead, wrong = spread(
        functools.partial(kill_one, what, prepare, then), injects)
    if dead < len(injects):
        wrong.append("only %d of %d were killed" % (dead, len(injects)))
    tap("%s: killed at each of %d points, nothing is lost" % (title, dead),
        wrong)


def fail_each(what, prepare, then, title, on):
    """on: "" for once, "+" for a disk that stays so."""
    prepare()
    injects = ["%s:error=%s:when=%d%s" % (call, error, number, on)
               for call, number in points(what)
               for error in FAULTS.get(call, ())
               if not (on and error == "EINTR")]  # for ever is no fault
    refused, wrong = spread(
        functools.partial(fail_one, what, prepare, then), injects)
    if not refused:
        wrong.append("none of them was refused")
    tap("%s: %d failures %s, nothing is lost (%d were told)" % (
        title, len(injects), "that stay" if on else "once", refused), wrong)


def find_half():
    """The first rename whose loss leaves a client half done."""
    fresh()
    for point in points("update"):
        if point[0] == "rename":
            prepare_half(point)
            if "mixed" in look()[0]:
                return point
    return None


try:
    kill_each("update", prepare_update, heals, "update")
    kill_each("undo", prepare_undo, undoes, "undo")
    half = find_half()
    tap("a client can be half done", [] if half else ["none was"])
    kill_each("begin", functools.partial(prepare_half, half), heals,
              "putting back what was half done")
    CLIENTS = 2
    for on in ("", "+"):
        fail_each("update", prepare_update, heals, "update", on)
        fail_each("undo", prepare_undo, undoes, "undo", on)
finally:
    shutil.rmtree(work, ignore_errors=True)
print("1..%d" % checks)
sys.exit(failed)
