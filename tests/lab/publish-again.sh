#!/bin/sh
# Publishing again: only what has changed is touched, what is not ours is kept,
# and whenever it is killed every file is whole.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
HOME=$work/home
export HOME
mkdir "$HOME"
umask 022
site=$work/site
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME

# config HOST [MORE]: an autoconfig file.
config()
{
    cat <<END
<clientConfig version="1.1"><emailProvider id="example.org">
<domain>example.org</domain>
<incomingServer type="imap"><hostname>$1</hostname><port>993</port>
<socketType>SSL</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>$1</hostname><port>465</port>
<socketType>SSL</socketType><username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>
</emailProvider>${2-}</clientConfig>
END
}

config mail.example.net >"$work/a.xml"
config other.example.net >"$work/b.xml"
config mail.example.net '<calendar type="caldav"><url>https://dav.example.net/
</url><authentication system="http">basic</authentication>
<username>%EMAILADDRESS%</username></calendar>' | tr -d '\n' >"$work/dav.xml"

# publish FILE DOMAIN...: sets status; out and err are what it says.
publish()
{
    file=$1
    shift
    "$portolan" publish -o "$site" --from "$file" "$@" >"$work/out" \
        2>"$work/err"
    status=$?
}

# ends STATUS: else what it said.
ends()
{
    [ "$status" = "$1" ] || {
        echo "it ended with $status"
        cat "$work/out" "$work/err"
    }
}

# shot FILE: how all of the folder is: inode, time and bytes of each file.
shot()
{
    (cd "$site" && find . -type f -exec stat -c '%n %i %y %a' {} + | sort &&
        find . -type f -exec sha256sum {} + | sort) >"$1"
}

publish "$work/a.xml" example.org example.com
tap_verdict 'two domains are published' "$(ends 0)"
shot "$work/first"
publish "$work/a.xml" example.org example.com
shot "$work/second"
tap_verdict 'the second time nothing has changed' "$(
    ends 0
    diff "$work/first" "$work/second"
    grep -v ' is current, ' "$work/out")"
if command -v strace >/dev/null &&
    ASAN_OPTIONS=detect_leaks=0 strace -f -o "$work/trace" -e trace=file,desc \
        "$portolan" publish -o "$site" --from "$work/a.xml" example.org \
        example.com >"$work/out" 2>"$work/err"; then
    # what is opened to be written, and what changes names, but for the lock
    tap_verdict 'and nothing is written, renamed, made or removed' "$(
        grep -c "site" "$work/trace" >"$work/count"
        [ "$(cat "$work/count")" -gt 3 ] || echo 'nothing was seen at all'
        grep -E '(rename|unlink|mkdir|link|chmod|chown|truncate|utime)[a-z0-9]*\(' \
            "$work/trace" | grep -vE 'readlink|EEXIST|ENOENT'
        grep -E 'open(at)?\(.*(O_WRONLY|O_RDWR|O_CREAT)' "$work/trace" |
            grep -E 'site|^[0-9]+ openat\([0-9]+,' | grep -vE '/lock"')"
else
    tap_skip 'and nothing is written' 'strace cannot be used here'
fi

publish "$work/b.xml" example.org
shot "$work/third"
tap_verdict 'one domain is touched, the other is not' "$(
    ends 0
    diff "$work/second" "$work/third" | grep '^[<>]' | grep example.com
    diff "$work/second" "$work/third" >"$work/changes" &&
        echo 'nothing was touched'
    grep -q other.example.net \
        "$site/www/example.org/mail/config-v1.1.xml" || echo 'not the new one'
    grep -q 'conf/nginx.conf' "$work/changes" && cat "$work/changes")"
tap_verdict 'its list is what sha256sum checks' "$(
    cd "$site" && sha256sum --quiet -c .portolan-publish/list/example.com 2>&1)"

publish "$work/dav.xml" example.org
tap_verdict 'a domain gets a calendar' "$(
    ends 0
    ls "$site"/conf/*.d/example.org.* >"$work/ls" 2>&1
    [ "$(wc -l <"$work/ls")" = 3 ] || cat "$work/ls")"
publish "$work/a.xml" example.org
tap_verdict 'and what it has no more is removed, and forgotten' "$(
    ends 0
    find "$site/conf" -name 'example.org*'
    grep nginx.d "$site/.portolan-publish/list/example.org")"
shot "$work/before"
publish "$work/a.xml" example.org
shot "$work/after"
tap_verdict 'once' "$(diff "$work/before" "$work/after")"

publish "$work/dav.xml" example.org
echo '# mine' >>"$site/conf/nginx.d/example.org.map"
publish "$work/a.xml" example.org
tap_verdict 'but not what somebody has changed since' "$(
    ends 0
    grep -q mine "$site/conf/nginx.d/example.org.map" || echo 'it is gone')"

echo '<!-- mine -->' >"$site/www/example.org/index.html"
publish "$work/b.xml" example.org
tap_verdict 'a file that is not ours keeps the whole domain as it is' "$(
    ends 5
    grep -q mine "$site/www/example.org/index.html" || echo 'it is gone'
    grep -l other.example.net -r "$site/www/example.org")"
publish "$work/b.xml" --force example.org
tap_verdict 'unless --force' "$(
    ends 0
    grep mine "$site/www/example.org/index.html")"

mkdir -p "$work/elsewhere" "$site/www"
ln -s "$work/elsewhere" "$site/www/example.net"
publish "$work/a.xml" example.net example.edu
tap_verdict 'no link leads out of the folder; others are published' "$(
    ends 5
    find "$work/elsewhere" -type f
    [ -f "$site/www/example.edu/index.html" ] || echo 'no others')"
rm "$site/www/example.net"

echo garbage >"$site/.portolan-publish/list/example.edu"
publish "$work/b.xml" example.edu
tap_verdict 'a list that cannot be read stops its domain alone' "$(
    ends 5
    grep -q 'list/example.edu' "$work/err" || cat "$work/err")"

# ---- what cannot be found ----
shot "$work/before"
echo '# nobody answers' >"$work/silence"
"$portolan" publish -o "$site" --replay "$work/silence" example.com \
    >"$work/out" 2>"$work/err"
status=$?
shot "$work/after"
tap_verdict 'a domain that is not found keeps what it has' "$(
    ends 1
    diff "$work/before" "$work/after")"
{
    echo 'ask http https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=postmaster%40example.com'
    echo 'failed the certificate has expired'
    echo 'ask http https://example.com/.well-known/autoconfig/mail/config-v1.1.xml'
    echo 'ok'
    sed 's/^/| /; s/example\.org/example.com/g' "$work/b.xml"
} >"$work/incomplete"
"$portolan" publish -o "$site" --replay "$work/incomplete" example.com \
    >"$work/out" 2>"$work/err"
status=$?
shot "$work/after"
tap_verdict 'nor does a lesser source replace what a better one said' "$(
    ends 4
    diff "$work/before" "$work/after")"

# ---- many ----
seq -f 'd%03g.example.org' 1 150 >"$work/domains"
"$portolan" publish -o "$site" --from "$work/a.xml" --json - \
    <"$work/domains" >"$work/out" 2>"$work/err"
status=$?
tap_verdict 'a list of domains, in its order' "$(
    ends 0
    sed 's/.*"domain":"\([^"]*\)","outcome":"published".*/\1/' "$work/out" |
        diff "$work/domains" -)"

# answered DOMAIN: while more may come, it is told of this one already.
answered()
{
    for _ in $(seq 100); do
        ! grep -q "\"$1\"" "$work/out" || return 0
        sleep 0.05
    done
    echo "not of $1"
}
mkfifo "$work/fed"
"$portolan" publish -o "$site" --from "$work/a.xml" --json - <"$work/fed" \
    >"$work/out" 2>"$work/err" &
fed=$!
exec 8>"$work/fed"
tap_verdict 'who feeds one domain after the other is answered at once' "$(
    for domain in one.example.org two.example.org; do
        echo "$domain" >&8
        answered "$domain"
    done)"
exec 8>&-
wait "$fed"

# cut_short N: killed as it puts the nth file into place, it goes on the next
# time.
cut_short()
{
    publish "$work/a.xml" example.com
    ASAN_OPTIONS=detect_leaks=0 strace -f -o "$work/trace" \
        -e inject=renameat:signal=KILL:when="$1" -e trace=renameat \
        "$portolan" publish -o "$site" --from "$work/b.xml" example.com \
        >"$work/out" 2>"$work/err" && echo "the file $1 was put, unharmed"
    publish "$work/b.xml" example.com
    [ "$status" = 0 ] || {
        echo "killed at file $1:"
        cat "$work/err"
    }
}
if strace -o "$work/trace" -e inject=renameat:signal=KILL:when=1 true \
    2>"$work/err"; then
    tap_verdict 'killed between two files, it goes on the next time' "$(
        for n in 1 2 3 6; do
            cut_short "$n"
        done)"
else
    tap_skip 'killed between two files' 'strace cannot be used here'
fi

# killed: at any moment, and every file is one of the two, whole.
killed()
{
    python3 - "$portolan" "$site" "$work" <<'END_OF_PYTHON'
import os
import random
import subprocess
import sys
import time
portolan, site, work = sys.argv[1:4]
random.seed(11)
domains = open(work + "/domains", "rb").read()


def run(config, kill_after=None):
    with subprocess.Popen((portolan, "publish", "-o", site, "--from", config,
                           "-"), stdin=subprocess.PIPE,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as program:
        program.stdin.write(domains)
        program.stdin.close()
        if kill_after is not None:
            time.sleep(kill_after)
            program.kill()
        said = program.stderr.read()
    return program.returncode, said


def files():
    found = {}
    for base, _, names in os.walk(site + "/www"):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


run(work + "/a.xml")
a = files()
begun = time.monotonic()
run(work + "/b.xml")
took = time.monotonic() - begun
b = files()
if a.keys() != b.keys() or a == b:
    print("the two do not differ as they ought to")
torn = midway = 0
for i in range(30):
    run(work + ("/a.xml" if i % 2 else "/b.xml"), random.uniform(0, took))
    now = files()
    torn += sum(x not in a or now[x] not in (a[x], b[x]) for x in now)
    torn += len(a.keys() - now.keys())
    midway += now not in (a, b)
print("%d torn or missing" % torn if torn else "", end="")
if midway < 5:
    print("only %d of 30 were killed midway" % midway)
status, said = run(work + "/a.xml")
if status or files() != a:
    print("the next run does not mend it: %d %r" % (status, said[:500]))
left = os.listdir(site + "/.portolan-publish/new")
if left:
    print("left behind:", left[:5])
END_OF_PYTHON
}
tap_verdict 'killed at any moment every file is whole, and the next run mends it' \
    "$(killed)"
tap_done
