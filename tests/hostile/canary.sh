#!/bin/sh
# A password that is offered everywhere (files of bridges, their processes, what
# providers publish, URLs, exports) is found nowhere: in no file, and in nothing
# that is said.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=$(cd "${top_builddir:-$top}" && pwd)/src/portolan
scenarios=$top/tests/scenarios
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# What is remembered of the files is searched, too.
HOME=$work/said/home
export HOME
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
mkdir -p "$HOME"

# That of the bridge's own answer in proton-ok.scenario.
canary=notapasswordnotapasswo
url=https://ann:$canary@www.example.org

# encoded: the canary as base64 may have it, after 0, 1 or 2 bytes more; what
# depends on its neighbours is left off.
encoded()
{
    for before in '' x xx; do
        printf '%s%s' "$before" "$canary" | base64 | cut -c 5-28
    done
}

# leaks DIR: the files that hold it: as it is, in UTF-16, in base64.
leaks()
{
    encoded >"$work/needles"
    echo "$canary" >>"$work/needles"
    find "$1" -type f | while read -r file; do
        if tr -d '\0' <"$file" | grep -qaiFf "$work/needles"; then
            echo "$file:"
            tr -d '\0' <"$file" | grep -aiFf "$work/needles" | cut -c 1-200
        fi
    done
}

# say NAME ARGUMENT...: keeps all that is said; fails only when it crashes.
say()
{
    out=$said/$1
    shift
    "$portolan" "$@" >"$out.out" 2>"$out.err"
    [ $? -lt 100 ] || echo "crashed: $*"
}

# ask_all NAME ADDRESS OPTION...: all commands, of that world.
ask_all()
{
    said=$work/said/$1
    address=$2
    shift 2
    mkdir -p "$said"
    say find find "$address" "$@"
    say explain find "$address" --explain "$@"
    say json find "$address" --json --explain "$@"
    say all write all "$address" --name 'Ann Example' -o "$said/files/" "$@"
    say json-files write all "$address" --json -o "$said/files/" "$@"
    say dry-run write all "$address" --dry-run -o "$said/files/" "$@"
    say text write text "$address" "$@"
}

# ask_registry: what is in an export of Outlook's profiles.
ask_registry()
{
    said=$work/said/registry
    mkdir -p "$said"
    say json write outlook-reg ann@proton.me --registry "$work/export.reg" \
        --replay "$work/proton.scenario" --json -o "$said/files/"
    say reg write outlook-reg ann@proton.me --registry "$work/export.reg" \
        --replay "$work/proton.scenario"
}

# ask_bridge NAME ADDRESS OPTION...
ask_bridge()
{
    ask_all "$@"
    shift 2
    say bridges bridges "$@"
    say bridges-json bridges --json "$@"
    say port port "$@"
    say port-json port 1143 --json "$@"
}

# ---- what is offered ----

sed -e "s/00000000-0000-4000-8000-000000000000/$canary/" \
    -e "s/	--parent-pid	4700/&	--password	$canary/" \
    "$scenarios/proton-ok.scenario" >"$work/proton.scenario"
sed -e "s/^| davmail.imapPort.*/&\\
| davmail.ssl.keystorePass=$canary\\
| davmail.ssl.keyPass=$canary\\
| davmail.proxyPassword=$canary\\
| davmail.oauth.clientSecret=$canary\\
| davmail.oauth.ann@corp.example.refreshToken={AES}$canary\\
| davmail.url=https:\\/\\/ann:$canary@mail.corp.example\\/owa/" \
    -e "s/	java	-jar/	java	-Dproxy.password=$canary	-jar/" \
    "$scenarios/davmail.scenario" >"$work/davmail.scenario"
sed "s/hush/$canary/" "$scenarios/oauth2-proxy.scenario" \
    >"$work/oauth2-proxy.scenario"
sed "s/AAAAA-BBBBB-CCCCC-DDDDD/$canary/" "$scenarios/tutabridge.scenario" \
    >"$work/tutabridge.scenario"
sed -e "s/c2VjcmV0c2VjcmV0c2VjcmV0/$canary/" \
    -e "s/	hydroxide	serve/&	-password	$canary/" \
    "$scenarios/hydroxide.scenario" >"$work/hydroxide.scenario"

# put_server TYPE NAME PORT: an element of autoconfig.
put_server()
{
    echo "<$1Server type=\"$2\"><hostname>$2.example.org</hostname>" \
        "<port>$3</port><socketType>SSL</socketType>" \
        "<authentication>password-cleartext</authentication>" \
        "<username>%EMAILADDRESS%</username>" \
        "<password>$canary</password></$1Server>"
}

{
    echo '<clientConfig version="1.1"><emailProvider id="example.org">'
    echo '<domain>example.org</domain><displayName>Example</displayName>'
    put_server incoming imap 993
    put_server outgoing smtp 465
    put_server incoming "ann:$canary@imap" 993
    echo "<enable visiturl=\"$url/\"><instruction>Go</instruction></enable>"
    echo "<documentation url=\"$url/\"><descr>Go</descr></documentation>"
    echo '</emailProvider>'
    echo "<oAuth2><issuer>example.org</issuer><authURL>$url/</authURL>" \
        "<clientSecret>$canary</clientSecret></oAuth2>"
    echo "<calendar type=\"caldav\"><serverURL>$url/</serverURL>" \
        "<username>ann</username><password>$canary</password></calendar>"
    echo "<loginPage url=\"$url/\"/>"
    echo '</clientConfig>'
} >"$work/config.xml"
{
    echo 'ask http https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=ann%40example.org'
    echo ok
    sed 's/^/| /' "$work/config.xml"
} >"$work/autoconfig.scenario"

pacc="{\"protocols\":{\"imap\":{\"host\":\"imap.example.org\"},\
\"submit\":{\"host\":\"smtp.example.org\"},\
\"caldav\":{\"url\":\"$url/\"},\"jmap\":{\"url\":\"$url/jmap\"}},\
\"authentication\":{\"password\":true},\"password\":\"$canary\",\
\"info\":{\"provider\":{\"name\":\"Example\"},\"help\":{\
\"documentation\":[\"$url/help\"]}}}"
digest=$(printf '%s\n' "$pacc" | python3 -c 'import base64, hashlib, sys
print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest())
      .decode())')
cat >"$work/pacc.scenario" <<END
ask dns txt _ua-auto-config.example.org
ok
| txt v=UAAC1; a=sha256; d=$digest
ask http https://ua-auto-config.example.org/.well-known/user-agent-configuration.json
ok
| $pacc
END

cat >"$work/redirect.scenario" <<END
ask http https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=ann%40example.org
status 302 $url/mail.xml
ask http POST https://autodiscover.example.org/autodiscover/autodiscover.xml
ok
| <?xml version="1.0" encoding="utf-8"?>
| <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
| <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
| <Account><AccountType>email</AccountType><Action>redirectUrl</Action><RedirectUrl>$url/Autodiscover.xml</RedirectUrl></Account>
| </Response>
| </Autodiscover>
END

# An export of Outlook's profiles with what it keeps of passwords: text, and
# UTF-16 behind a byte (there it would be encrypted).
hex=$(printf %s "$canary" | od -An -tx1 | tr -d '\n' |
    sed 's/ \(..\)/,\1,00/g')
registry=$top/tests/clients/outlook-profiles.reg
iconv -f UTF-16 -t UTF-8 "$registry" |
    sed "s/^\"IMAP Port\"=.*/&\\
\"IMAP Password\"=hex:02$hex\\
\"SMTP Password\"=\"$canary\"/" | iconv -f UTF-8 -t UTF-16 >"$work/export.reg"

# ---- what is found ----

# unread NAME: complains unless settings were found there.
unread()
{
    grep -q '"status":[[:blank:]]*"ok"' "$work/said/$1/json.out" || {
        echo "nothing was found at $1:"
        cat "$work/said/$1/json.out" "$work/said/$1/json.err"
    }
}

tap_verdict 'no command crashes over it' "$(
    ask_bridge proton ann@proton.me --replay "$work/proton.scenario"
    ask_bridge davmail ann@corp.example --bridge davmail \
        --replay "$work/davmail.scenario"
    ask_bridge oauth2-proxy ann@corp.example \
        --replay "$work/oauth2-proxy.scenario"
    ask_bridge tutabridge ann@tuta.com --replay "$work/tutabridge.scenario"
    ask_bridge hydroxide ann@proton.me --replay "$work/hydroxide.scenario"
    ask_all autoconfig ann@example.org --replay "$work/autoconfig.scenario"
    ask_all pacc ann@example.org --replay "$work/pacc.scenario"
    ask_all redirect ann@example.org --replay "$work/redirect.scenario"
    ask_all file ann@example.org --from "$work/config.xml"
    ask_all ispdb ann@example.org --ispdb "$url/" \
        --replay "$work/autoconfig.scenario"
    ask_all ispdb-live ann@example.org --ispdb "$url/" \
        --from "$work/config.xml"
    ask_registry)"
for world in proton davmail oauth2-proxy tutabridge hydroxide autoconfig \
    pacc file; do
    tap_verdict "$world: settings with it are read" "$(unread $world)"
done
tap_verdict 'registry: the account with it is read' "$(
    tr -d '\0' <"$work/said/registry/reg.out" | grep -q '"IMAP Port"=dword' ||
        cat "$work"/said/registry/*.err)"
mkdir "$work/offered"
mv "$work"/*.scenario "$work/config.xml" "$work/export.reg" "$work/offered"
tap_verdict 'what is offered holds the password, and the search for it finds it' \
    "$(for file in "$work"/offered/*; do
        leaks "$work/offered" | grep -qxF "$file:" || echo "not in $file"
    done)"
for world in "$work"/said/*; do
    tap_verdict "$(basename "$world"): nothing written or said holds it" \
        "$(leaks "$world")"
done
tap_done
