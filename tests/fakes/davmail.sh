# davmail.sh - a real DavMail, headless: source it after lab.sh.
# shellcheck shell=sh

# start_exchange: what DavMail believes to be Exchange; its address is put into
# $work/url.  It answers 401, which is enough.
start_exchange()
{
    python3 "$fakes/exchange.py" "$work/url" &
    keep $!
    wait_file "$work/url" $!
}

# set_davmail IMAP SMTP POP [LINE...]: its settings, in HOME.
set_davmail()
{
    cat >"$HOME/.davmail.properties" <<END
davmail.server=true
davmail.mode=EWS
davmail.url=$(cat "$work/url")
davmail.imapPort=$1
davmail.smtpPort=$2
davmail.popPort=$3
davmail.bindAddress=127.0.0.1
davmail.allowRemote=false
davmail.disableUpdateCheck=true
davmail.logFilePath=$work/davmail.log
END
    shift 3
    for line; do
        echo "$line" >>"$HOME/.davmail.properties"
    done
}

# make_keystore: a certificate of its own, as $work/cert.pem; prints the
# settings with which DavMail uses it.
make_keystore()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
        -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
    openssl pkcs12 -export -in "$work/cert.pem" -inkey "$work/key.pem" \
        -passout pass:changeit -out "$work/store.p12"
    cat <<END
davmail.ssl.keystoreType=PKCS12
davmail.ssl.keystoreFile=$work/store.p12
davmail.ssl.keystorePass=changeit
davmail.ssl.keyPass=changeit
END
}

# start_davmail PORT: until it listens there.
start_davmail()
{
    # in a group of its own: the script starts Java and waits for it
    setsid davmail-server "$HOME/.davmail.properties" \
        >"$work/davmail.out" 2>&1 &
    davmail=$!
    keep "-$davmail"
    wait_port "$1"
}

stop_davmail()
{
    end "-$davmail"
    while kill -0 -- "-$davmail" 2>/dev/null; do sleep 0.1; done
}

# thunderbird_lists WHAT ZIP IMAP SMTP: a real one, and those ports alone.
thunderbird_lists()
{
    if [ ! -x /usr/lib/thunderbird/thunderbird ]; then
        tap_skip "$1" 'thunderbird is not installed'
        return
    fi
    rm -rf "$work/zip"
    unzip -q -d "$work/zip" "$2"
    timeout 120 python3 "$top/tests/clients/tb_marionette.py" \
        accounts "$work"/zip/* >"$work/tb.json" 2>"$work/tb.err"
    tap_verdict "$1" "$(
        python3 - "$work/tb.json" "$3" "$4" 2>&1 <<'END' ||
import json
import sys
t = json.load(open(sys.argv[1]))
got = ([a["server"]["port"] for a in t["accounts"]
        if a["server"]["type"] != "none"], [s["port"] for s in t["smtp"]])
if got != ([int(sys.argv[2])], [int(sys.argv[3])]):
    print(got)
END
            cat "$work/tb.err"
    )"
}
