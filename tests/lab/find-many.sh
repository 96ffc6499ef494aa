#!/bin/sh
# portolan find - : five hundred domains on real servers, as a stream.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
. "$top/tests/fakes/lab.sh"
. "$top/tests/fakes/world.sh"
begin_world
new_home here
# memory that was freed is to be free, also under sanitizers
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1
export ASAN_OPTIONS

# some FIRST LAST: addresses in these domains, one a line.
some()
{
    seq -f 'q7-ann@d%03g.many.example' "$1" "$2"
}

# Five hundred, and among them what is no address, and who never answers.
{
    some 0 99
    echo 'q7-ann@silent.example'
    some 100 249
    echo 'this is no address'
    echo
    head -c 100000 /dev/zero | tr '\0' a
    printf '\nq7-ann@\0d.example\nq7-ann@\377.example\n'
    some 250 499
} >"$work/addresses"

cat >"$work/stream.py" <<'END_OF_PYTHON'
"""stream.py PORTOLAN CA ADDRESSES [ARGS...]: find - over that file.  Prints
the exit status, the milliseconds and the peak of memory in KiB; OUT.jsonl
beside it is what came."""
import resource
import subprocess
import sys
import time
portolan, ca, addresses = sys.argv[1:4]
begun = time.monotonic()
with open(addresses, "rb") as lines, open(addresses + ".jsonl", "w") as out:
    program = subprocess.run(
        [portolan, "find", "-", "--ca-file", ca] + sys.argv[4:], stdin=lines,
        stdout=out, stderr=subprocess.PIPE, timeout=60)
sys.stderr.buffer.write(program.stderr)
print(program.returncode, int((time.monotonic() - begun) * 1000),
      resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END_OF_PYTHON

# stream FILE [ARGS...]: sets status, took_ms and peak_kib.
stream()
{
    # shellcheck disable=SC2046 # three numbers
    set -- "$@" && set -- $(python3 "$work/stream.py" "$portolan" "$ca" "$@" \
        2>"$work/err")
    status=$1 took_ms=$2 peak_kib=$3
}

# check WHAT EXPRESSION: of what came, in Python: lines, and the wanted ones.
check()
{
    tap_verdict "$1" "$(python3 - "$work/addresses" "$2" 2>&1 <<'END_OF_PYTHON'
import json
import sys
wanted = [x for x in open(sys.argv[1], "rb").read().split(b"\n") if x]
came = [json.loads(x) for x in open(sys.argv[1] + ".jsonl")]
good = [x for x in came if x["status"] != "bad-input"]
kinds = [[x["status"] for x in good if ".many." in x["address"]
          and int(x["address"].split("@d")[1][:3]) % 5 == i]
         for i in range(5)]
if not eval("(" + sys.argv[2] + ")"):
    print("wanted:", sys.argv[2])
    print(len(came), "of", len(wanted), "came;",
          [sorted((y, x.count(y)) for y in set(x)) for x in kinds])
    print(came[98:104], [x for x in came if x not in good])
END_OF_PYTHON
    )"
}

stream "$work/addresses" --timeout 3
tap_verdict 'it ends well within the time that one after the other would take' \
    "$([ "$took_ms" -lt 30000 ] || echo "$took_ms ms"
    cat "$work/err")"
tap_verdict 'its exit status says that not all is well' \
    "$([ "$status" = 7 ] || echo "$status")"
check 'an answer for each line that is not empty' 'len(came) == len(wanted)'
check 'in the order of the lines' "
    [x['address'] for x in good] == [x.decode() for x in wanted
        if x.startswith(b'q7-ann@') and x.isascii() and b'\0' not in x]"
check 'what is no address is told so, and only that' "
    [i for i, x in enumerate(came) if x not in good] ==
        [251, 252, 253, 254]"
check 'who never answers holds nobody up, and keeps its place' "
    came[100]['status'] == 'unreachable'"
check 'each domain is settled as if it were alone' "
    kinds == [100 * ['ok'], 100 * ['ok'], 100 * ['needs-bridge'],
        100 * ['unsure'], 100 * ['nothing']]"
overheard 'no address on the wire, to no stranger, no mail host asked' "
    b'q7-ann' not in wire and strays == [] and caught == [] and
    len(requests) > 200"
some 0 99 >"$work/hundred"
stream "$work/hundred"
hundred_kib=$peak_kib
some 0 499 >"$work/five"
stream "$work/five"
tap_verdict 'memory does not grow with the number of addresses' "$(
    [ "$(cat "$work/hundred.jsonl" "$work/five.jsonl" | wc -l)" = 600 ] ||
        echo 'not all of them were answered'
    [ "$peak_kib" -lt $((hundred_kib * 13 / 10)) ] ||
        echo "$hundred_kib KiB for 100, $peak_kib KiB for 500")"

# ---- who feeds it ----
tap_verdict 'who asks for one at a time gets one at a time' "$(
    timeout 20 python3 - "$portolan" "$ca" 2>&1 <<'END_OF_PYTHON'
import json
import subprocess
import sys
with subprocess.Popen((sys.argv[1], "find", "-", "--ca-file", sys.argv[2]),
                      stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                      text=True) as program:
    for i in range(5):
        address = "q7-ann@d%03d.many.example" % i
        program.stdin.write(address + "\n")
        program.stdin.flush()
        got = json.loads(program.stdout.readline())
        if got["address"] != address:
            print(got)
    program.stdin.close()
END_OF_PYTHON
)"
tap_verdict 'who wants no more ends it' "$(
    begun=$(date +%s%3N)
    timeout 20 "$portolan" find - --ca-file "$ca" <"$work/five" \
        2>"$work/err" | head -n 1 >"$work/out"
    took_ms=$(($(date +%s%3N) - begun))
    [ "$took_ms" -lt 10000 ] || echo "$took_ms ms"
    [ "$(wc -l <"$work/out")" = 1 ] || cat "$work/out"
    cat "$work/err")"
tap_done
