#!/bin/sh
# `portolan publish` as somebody would use it who means no good, or has bad luck:
# lists of anything, folders that cannot be written to, disks that are full.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"
# shellcheck source=tests/fakes/lab.sh
. "$top/tests/fakes/lab.sh"
PATH=$PATH:/usr/sbin:/sbin
new_home ann
cd "$work" || exit 1

# config CALENDAR: an autoconfig file that leads to that URL.
config()
{
    cat <<END
<clientConfig version="1.1"><emailProvider id="example.org">
<domain>example.org</domain><displayName>"\$x" {y} %z; \\</displayName>
<incomingServer type="imap"><hostname>mail.example.net</hostname>
<port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>mail.example.net</hostname>
<port>465</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>
</emailProvider><calendar type="caldav"><url>$1</url>
<authentication system="http">basic</authentication>
<username>%EMAILADDRESS%</username></calendar></clientConfig>
END
}
config https://dav.example.net/book/ >from.xml

# publish DIR ARGUMENTS...: sets status; out and err are what it says.
publish()
{
    site=$1
    shift
    "$portolan" publish -o "$site" --from from.xml "$@" >out 2>err
    status=$?
}

# ends STATUS WORDS: and says these; nothing: any.
ends()
{
    [ "$status" = "$1" ] && grep -q -- "$2" out err || {
        echo "it ended with $status, not $1, or did not say '$2'"
        head -n 9 out err
    }
}

# whole SITE: each file is as it is said to be; nothing is left aside.
whole()
{
    for list in "$1"/.portolan-publish/list/*; do
        (cd "$1" && sha256sum --quiet -c "${list#"$1"/}" 2>&1)
    done
    ls "$1/.portolan-publish/new"
}

# ---- lists ----

# odd: what a list may have in it, and how it was published; "-": refused.
odd()
{
    python3 - "$1" <<'END_OF_PYTHON'
import sys
LINES = (
    (b"one.example.org\r", "one.example.org published"),
    (b"\r", None), (b"", None), (b" \t \r", None),
    (b"ONE.Example.ORG\r", "one.example.org current"),
    (b"one.example.org.", "one.example.org current"),
    (b"  two.example.org\t", "two.example.org published"),
    (b"ann@two.example.org", "two.example.org current"),
    (b"m\xc3\xbcller.example", "xn--mller-kva.example published"),
    (b"M\xc3\x9cLLER.example.", "xn--mller-kva.example current"),
    (b"xn--mller-kva.example", "xn--mller-kva.example current"),
    (b"dot\xe3\x80\x82example", "dot.example published"),
    (b"x" * 63 + b".example", "x" * 63 + ".example published"),
    (b"lock", "lock published"), (b"list", "list published"),
    (b"last.example.org", "last.example.org published"))
REFUSED = (
    b"../../etc", b"/etc", b"a/b.example", b"..", b".", b"-", b"--force",
    b"a..b", b".example.org", b"example.org..", b"example.org/",
    b"-a.example", b"a-.example", b"x" * 64 + b".example",
    b".".join([b"y" * 60] * 5), b"z" * 100000, b'a"b.example',
    b"a'b.example", b"a`b.example", b"a$b.example", b"${host}.example",
    b"a{b.example", b"a}b.example", b"a;b.example", b"a\\b.example",
    b"a*b.example", b"*.example.org", b"a?b.example", b"[a].example",
    b"(a).example", b"a|b.example", b"^a.example", b"a_b.example",
    b"a b.example", b"a#b.example", b"a%b.example", b"%1.example",
    b"a\0b.example", b"a\x01b.example", b"a\rb.example",
    b"\xff\xfe.example", b"\xe2\x80\xaea.example", b"127.0.0.1", b"::1",
    b"[::1]", b"a.123", b"ann@", b"@b.example", b"a@b@c.example",
    b"a.example,b.example", b"https://a.example", b"<a>.example",
    b"a&b.example")
if sys.argv[1] == "lines":
    for line in REFUSED:
        sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.write(b"\n".join(line for line, _ in LINES))
elif sys.argv[1] == "wanted":
    for _, wanted in LINES:
        if wanted:
            print(wanted)
else:
    print(len(REFUSED))
END_OF_PYTHON
}

# said: DOMAIN and OUTCOME of each line, but for those that are refused.
said()
{
    sed -n '/"outcome":"refused"/!s/.*"domain":"\([^"]*\)".*outcome":"\([^"]*\).*/\1 \2/p' \
        out
}

odd lines >odd
odd wanted >wanted
publish site --json - <odd
tap_verdict 'of a list of anything the domains are published, each once' "$(
    ends 2 ''
    said | diff wanted -)"
tap_verdict 'and all the rest is refused, each with its reason' "$(
    refused=$(grep -c '"outcome":"refused".*"why":"' out)
    [ "$refused" = "$(odd refused)" ] ||
        echo "$refused of $(odd refused) were refused"
    grep -v '"outcome":"refused"' out | grep -v '"why":null')"
tap_verdict 'no name of a file is other than that of a domain' "$(
    find site | LC_ALL=C grep -v '^[a-zA-Z0-9./_-]*$'
    find . -maxdepth 1 |
        grep -vxE '[.](|/(ann|err|from.xml|odd|out|site|wanted))')"
tap_verdict 'nor any name in a configuration' "$(
    LC_ALL=C grep -rvhE '^"~\^[a-z0-9.\\-]*/\\\.well-known/caldav\$" "https://dav\.example\.net/book/";$' \
        site/conf/nginx.d
    LC_ALL=C grep -rhE '^@|host|^redir' site/conf/caddy.d |
        grep -vE '^(@|redir @)portolan_caldav_[a-z0-9.-]+ (\{|"https:.*)$|^    host [a-z0-9.-]+$'
    LC_ALL=C grep -rh '"host"' site/conf/lighttpd.d |
        grep -vE '^\$HTTP\["host"\] =~ "\^[a-z0-9.\\-]+\(\?::\[0-9\]\+\)\?\$" \{$')"
tap_verdict 'a second run has nothing to do' "$(
    publish site --json - <odd
    said | grep -v ' current$'
    whole site)"

# Of very many lines, each ended as by Windows, and each three times.
for _ in 1 2 3; do
    seq -f 'd%04g.Example.ORG' 1 1500
done | sed 's/$/\r/' >thrice
publish many - <thrice
tap_verdict '1,500 domains, each named three times, are published once' "$(
    ends 0 '^4500 domains: 1500 published, 3000 current, 0 refused, 0 failed$'
    [ "$(find many/www -name index.html | wc -l)" = 1500 ] ||
        echo 'they are not all there')"

# ---- what it leads to ----

# leads URL: how a calendar's URL comes out in the three configurations.
leads()
{
    config "$1" >from.xml
    rm -rf leads
    publish leads example.org
    cat leads/conf/*.d/* >conf 2>/dev/null || echo 'nothing is led to'
    sed -n 's/.*"\(https[^"]*\)".*/\1/p' conf | sed 's/%%/%/g' | sort -u
}
tap_verdict 'no URL can end the quotation marks it stands in, nor be a variable' \
    "$(
        for url in a\"b 'a\b' 'a{b' 'a}b' 'a b' 'a`b' 'a&lt;b' 'a&#10;b' \
            'a&#34;b' 'a${b}' 'a%{b}' 'a%{env.X}' 'aäb'; do
            leads "https://dav.example.net/$url" | grep -v '^nothing' |
                grep -vE '^https://dav\.example\.net/[a-zA-Z0-9%._-]*$'
        done
        for url in "a'b" 'a$b' 'a;b' 'a(b)' 'a$1'; do
            leads "https://dav.example.net/$url" |
                grep -vE '^https://dav\.example\.net/a(%[0-9A-F]{2}|[b1])+$'
        done)"
config https://dav.example.net/book/ >from.xml

for host in localhost web web.local 127.0.0.1 10.0.0.1 ::1; do
    publish hosts --host $host example.org
    tap_verdict "nobody is sent to $host" "$(
        ends 6 'nobody else can be sent to'
        ls hosts 2>/dev/null)"
done

# ---- folders ----

echo mine >file
publish file example.org
tap_verdict 'a file in the place of the folder is left alone' "$(
    ends 5 'a file of this name is there'
    grep -v mine file)"
publish file/below example.org
tap_verdict 'nor is a folder made below it' "$(ends 5 'cannot make')"
mkdir real
ln -s real link
publish link example.org
tap_verdict 'a link to a folder is that folder, and its real path is told' "$(
    ends 0 'is published'
    grep -q "$work/real/conf" real/conf/nginx.conf || echo 'not the real one'
    whole real)"
ln -s nowhere dangling
publish dangling example.org
tap_verdict 'a link that leads nowhere is no folder' "$(
    ends 5 ''
    ls nowhere 2>/dev/null)"
mkdir 'a "b'
publish 'a "b' example.org
tap_verdict 'nor is one that configurations cannot name' "$(
    ends 2 'cannot name the folder'
    ls 'a "b')"

mkdir theirs
touch theirs/theirs
publish theirs --dry-run example.org
tap_verdict 'a dry run makes nothing in the folder, not even a lock' "$(
    ends 0 'would be published'
    find theirs | grep -vxE 'theirs(/theirs)?')"
publish not-yet --dry-run example.org
tap_verdict 'nor the folder' "$(
    ends 0 'would be published'
    ls not-yet 2>/dev/null)"

# ---- two at once ----

mkfifo fed
"$portolan" publish -o both --from from.xml - <fed >first.out 2>first.err &
first=$!
keep "$first"
exec 9>fed
echo first.example.org >&9
wait_file both/www/first.example.org/index.html "$first"
publish both second.example.org
tap_verdict 'while one publishes, another is told so, and changes nothing' "$(
    ends 8 'is being published to by another portolan'
    ls both/www/second.example.org 2>/dev/null)"
publish both --dry-run second.example.org
tap_verdict 'who only looks may do so meanwhile' "$(
    ends 0 'would be published')"
echo third.example.org >&9
exec 9>&-
wait "$first"
status=$?
tap_verdict 'the first goes on as if nothing had been' "$(
    [ "$status" = 0 ] || cat first.err
    [ -e both/www/third.example.org/index.html ] || echo 'not the last'
    whole both)"

# ---- disks ----

# disk NAME OPTIONS: a small one of its own.
disk()
{
    mkdir "$1"
    mount -t tmpfs -o "$2" none "$1"
}

seq -f 'd%02g.example.org' 1 60 >sixty

# runs_short NAME OPTIONS ROOMY: on a disk like that, which gets more room then.
runs_short()
{
    disk "$1" "$2"
    publish "$1" - <sixty
    tap_verdict "$1: what has no room is not published, and says so" "$(
        ends 5 'No space left on device'
        grep -E '^60 domains: [0-9]+ published, 0 current, 0 refused, [1-9]' \
            out >sum || cat out)"
    tap_verdict "$1: what is there is whole" "$(
        find "$1/www" "$1/conf" "$1/dns" -type f -size 0
        ls "$1/.portolan-publish/new")"
    mount -o "remount,$3" "$1"
    publish "$1" - <sixty
    tap_verdict "$1: with more room the next run does the rest" "$(
        ends 0 '0 refused, 0 failed'
        whole "$1")"
}

if [ "$LAB_ALONE" = yes ] && disk try size=64k 2>mount.err; then
    umount try
    runs_short bytes size=400k size=32m
    runs_short inodes nr_inodes=80 nr_inodes=8000
    mount -o remount,ro bytes
    publish bytes new.example.org
    tap_verdict 'where nothing can be written it says so' \
        "$(ends 5 'Read-only file system')"
    publish bytes --dry-run d01.example.org
    tap_verdict 'but a dry run is made there' "$(ends 0 'is current')"
    umount bytes inodes
else
    tap_skip 'disks that are full' 'none can be made here'
fi
tap_done
