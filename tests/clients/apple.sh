#!/bin/sh
# Apple's devices do not run here: their profiles are held against Apple's
# published schema and the DTD of property lists, read by others (libplist,
# Python, libxml2), and their signatures verified by openssl.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
portolan=${top_builddir:-$top}/src/portolan
clients=$top/tests/clients
scenarios=$top/tests/scenarios
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
HOME=$work/home
export HOME
mkdir "$HOME"
name='Ann "Q" Exämple & \<🙂> ]]>'

cases='starttls tls davmail davmail-pop3 provider dav several mixed'

# write_case NAME ADDRESS... OPTION...
write_case()
{
    case=$1
    shift
    tap_verdict "$case: there is a profile" "$(
        "$portolan" write apple "$@" --name "$name" \
            -o "$work/$case.mobileconfig" >"$work/$case.said" 2>&1 ||
            cat "$work/$case.said")"
}

# DavMail with IMAP turned off: POP3 is what there is.
sed -e 's/davmail.imapPort=1143/davmail.imapPort=/' \
    -e '/^| listen	127.0.0.1	1143	/d' \
    "$scenarios/davmail.scenario" >"$work/pop3.scenario"
# A calendar and an address book, known by URL.
sed 's|</emailProvider>|&<calendar type="caldav"><url>https://dav.example.org:8443/cal/%EMAILADDRESS%/</url><username>%EMAILADDRESS%</username></calendar><addressbook type="carddav"><url>https://dav.example.org/card/</url><username>%EMAILLOCALPART%</username></addressbook>|' \
    "$top/profiles/examples/ann@example.org.xml" >"$work/dav.xml"
write_case starttls ann@proton.me --replay "$scenarios/proton-ok.scenario"
write_case tls ann@proton.me --replay "$scenarios/proton-tls.scenario"
write_case davmail ann@corp.example --bridge davmail \
    --replay "$scenarios/davmail.scenario"
write_case davmail-pop3 ann@corp.example --bridge davmail \
    --replay "$work/pop3.scenario"
write_case provider ann@example.org \
    --from "$top/profiles/examples/ann@example.org.xml"
write_case dav ann@example.org --from "$work/dav.xml"
write_case several ann@example.org bob@example.org --from "$work/dav.xml"
write_case mixed ann@proton.me ann@pm.me \
    --replay "$scenarios/proton-ok.scenario"

# ---- form ----

# judge NAME: no error ever; no warning where there is encryption.
judge()
{
    python3 "$clients/check_mobileconfig.py" "$clients/apple_schema.json" \
        "$work/$1.mobileconfig" >"$work/said" 2>&1 || cat "$work/said"
    case $1 in
    davmail*) expected='UseSSL false\|without a certificate' ;;
    *) expected='^== .*: OK$' ;;
    esac
    grep -v "$expected\|^== .* 0 E" "$work/said"
}

# The DTD that it names is the one that lies here.
cat >"$work/catalog" <<END
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<public publicId="-//Apple//DTD PLIST 1.0//EN"
    uri="file://$clients/PropertyList-1.0.dtd"/>
</catalog>
END

judge_dtd()
{
    XML_CATALOG_FILES=$work/catalog xmllint --nonet --noout --valid \
        "$work/$1.mobileconfig" 2>&1
}

# judge_libplist NAME: binary and back, nothing is lost on the way.
judge_libplist()
{
    plistutil -i "$work/$1.mobileconfig" -o "$work/binary" -f bin 2>&1
    plistutil -i "$work/binary" -o "$work/back" -f xml 2>&1
    python3 -c '
import plistlib, sys
ours, theirs = (plistlib.load(open(path, "rb")) for path in sys.argv[1:])
if ours != theirs:
    print("libplist reads something else")' \
        "$work/$1.mobileconfig" "$work/back" 2>&1
}

for case in $cases; do
    tap_verdict "$case: Apple's schema has nothing against it" \
        "$(judge "$case")"
    if command -v xmllint >/dev/null; then
        tap_verdict "$case: it is valid by its DTD" "$(judge_dtd "$case")"
    else
        tap_skip "$case: it is valid by its DTD" 'xmllint is not installed'
    fi
    if command -v plistutil >/dev/null; then
        tap_verdict "$case: libplist reads the same" \
            "$(judge_libplist "$case")"
    else
        tap_skip "$case: libplist reads the same" 'plistutil is not installed'
    fi
done

# ---- what is in it ----

# values NAME: each value of each payload in a line, as Python reads it.
values()
{
    python3 -c '
import plistlib, sys
for payload in plistlib.load(open(sys.argv[1], "rb"))["PayloadContent"]:
    kind = payload["PayloadType"].split(".")[2]
    for key, value in payload.items():
        if not key.startswith("Payload"):
            print(kind, key, value)' "$work/$1.mobileconfig"
}

# differs NAME: complains unless its values are those on standard input.
differs()
{
    values "$1" >"$work/values" 2>&1
    diff - "$work/values"
}

# mail ADDRESS TYPE IN-HOST IN-PORT OUT-HOST OUT-PORT SSL
mail()
{
    cat <<END
mail EmailAccountDescription $1
mail EmailAccountName $name
mail EmailAccountType EmailType$2
mail EmailAddress $1
mail IncomingMailServerAuthentication EmailAuthPassword
mail IncomingMailServerHostName $3
mail IncomingMailServerUsername $1
mail IncomingMailServerPortNumber $4
mail IncomingMailServerUseSSL $7
mail OutgoingMailServerAuthentication EmailAuthPassword
mail OutgoingMailServerHostName $5
mail OutgoingMailServerUsername $1
mail OutgoingMailServerPortNumber $6
mail OutgoingMailServerUseSSL $7
mail OutgoingPasswordSameAsIncomingPassword True
END
}

# dav_here ADDRESS: its calendar and its address book, served by DavMail
dav_here()
{
    cat <<END
caldav CalDAVAccountDescription $1
caldav CalDAVHostName 127.0.0.1
caldav CalDAVUsername $1
caldav CalDAVPort 1080
caldav CalDAVUseSSL False
carddav CardDAVAccountDescription $1
carddav CardDAVHostName 127.0.0.1
carddav CardDAVUsername $1
carddav CardDAVPort 1080
carddav CardDAVUseSSL False
END
}

# dav ADDRESS: the same, known by URL
dav()
{
    cat <<END
caldav CalDAVAccountDescription $1
caldav CalDAVHostName dav.example.org
caldav CalDAVUsername $1
caldav CalDAVPrincipalURL /cal/$1/
caldav CalDAVPort 8443
caldav CalDAVUseSSL True
carddav CardDAVAccountDescription $1
carddav CardDAVHostName dav.example.org
carddav CardDAVUsername ${1%@*}
carddav CardDAVPrincipalURL /card/
carddav CardDAVPort 443
carddav CardDAVUseSSL True
END
}

tap_verdict 'a bridge with STARTTLS is told as one with SSL' "$(
    mail ann@proton.me IMAP 127.0.0.1 1144 127.0.0.1 1026 True |
        differs starttls)"
tap_verdict 'POP3 without encryption is told as it is' "$(
    { mail ann@corp.example POP 127.0.0.1 1110 127.0.0.1 1025 False
    dav_here ann@corp.example; } | differs davmail-pop3)"
tap_verdict 'what is known by URL is told by host, port and path' "$(
    { mail ann@example.org IMAP imap.example.org 993 smtp.example.org 465 True
    dav ann@example.org; } | differs dav)"
tap_verdict 'one profile holds both accounts, with all they have' "$(
    { for address in ann@example.org bob@example.org; do
        mail $address IMAP imap.example.org 993 smtp.example.org 465 True
    done
    dav ann@example.org
    dav bob@example.org; } | differs several)"
tap_verdict 'both addresses of a bridge share its certificate' "$(
    [ "$(grep -c 'com.apple.security.root' "$work/mixed.mobileconfig")" = 1 ] ||
        echo 'it is not there once')"

# ---- what its format cannot say ----

# untold NAME WORDS: complains unless both the profile and we say so.
untold()
{
    tr -s ' \n' ' ' <"$work/$1.said" | grep -qF "$2" || cat "$work/$1.said"
    grep -q "<string>.*$2.*</string>" "$work/$1.mobileconfig" ||
        echo 'the profile does not say so'
}

tap_verdict 'that it cannot say STARTTLS is said, in it and beside it' \
    "$(untold starttls 'cannot say STARTTLS')"
tap_verdict 'there is nothing to say of SSL' \
    "$(grep STARTTLS "$work/tls.said" "$work/tls.mobileconfig")"
tap_verdict 'a server without encryption is named one' "$(
    tr -s ' \n' ' ' <"$work/davmail.said" | grep -q 'has no encryption' ||
        cat "$work/davmail.said")"

# ---- signing ----

# new_certificate NAME ISSUER DAYS LINE...: with extensions
new_certificate()
{
    certificate=$1 issuer=$2 days=$3
    shift 3
    printf '%s\n' "$@" >"$work/extensions"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "$work/$certificate.key" -subj "/CN=$certificate" \
        -out "$work/$certificate.csr" 2>/dev/null
    if [ "$certificate" = "$issuer" ]; then
        set -- -signkey "$work/$issuer.key"
    else
        set -- -CA "$work/$issuer.pem" -CAkey "$work/$issuer.key" \
            -CAcreateserial
    fi
    openssl x509 -req -in "$work/$certificate.csr" "$@" -days "$days" \
        -extfile "$work/extensions" -out "$work/$certificate.pem" 2>/dev/null
}

# write_signed OPTION...
write_signed()
{
    rm -f "$work/signed.mobileconfig"
    "$portolan" write apple ann@proton.me --name "$name" \
        --replay "$scenarios/proton-ok.scenario" "$@" \
        -o "$work/signed.mobileconfig" >"$work/said" 2>&1
}

# judge_signature: whoever trusts the authority has the very same profile.
judge_signature()
{
    write_signed --sign "$work/signer.pem" --key "$work/signer.key" \
        --chain "$work/between.pem" --ca-file "$work/authority.pem" ||
        cat "$work/said"
    openssl cms -verify -inform DER -in "$work/signed.mobileconfig" \
        -CAfile "$work/authority.pem" -purpose any -binary \
        -out "$work/content" 2>"$work/err" || cat "$work/err"
    cmp "$work/content" "$work/starttls.mobileconfig" 2>&1
    python3 "$clients/check_mobileconfig.py" "$clients/apple_schema.json" \
        "$work/signed.mobileconfig" | grep -v '(signed): OK$'
}

# judge_forgery: a byte of the profile is another one.
judge_forgery()
{
    sed 's/EmailTypeIMAP/EmailTypeIMAQ/' "$work/signed.mobileconfig" \
        >"$work/forged"
    ! cmp -s "$work/forged" "$work/signed.mobileconfig" || echo 'no forgery'
    ! openssl cms -verify -inform DER -in "$work/forged" -purpose any \
        -CAfile "$work/authority.pem" -out /dev/null 2>/dev/null ||
        echo 'openssl takes it'
}

# refused WORDS OPTION...: complains unless that is why nothing is written.
refused()
{
    words=$1
    shift
    write_signed "$@" && echo 'it is written'
    tr -s ' \n' ' ' <"$work/said" | grep -qF "$words" || cat "$work/said"
    grep -q '^ *hint: ' "$work/said" || echo 'there is no hint'
    [ ! -e "$work/signed.mobileconfig" ] || echo 'a file is there'
}

if command -v openssl >/dev/null; then
    ca='basicConstraints=critical,CA:TRUE'
    new_certificate authority authority 9 "$ca"
    new_certificate between authority 9 "$ca"
    new_certificate signer between 9 extendedKeyUsage=serverAuth
    new_certificate expired between -1 extendedKeyUsage=serverAuth
    new_certificate client between 9 extendedKeyUsage=clientAuth
    openssl pkey -in "$work/signer.key" -aes256 -passout pass:secret \
        -out "$work/encrypted.key"
    set -- --chain "$work/between.pem" --ca-file "$work/authority.pem"
    tap_verdict 'a signed profile is verified by openssl' "$(judge_signature)"
    tap_verdict 'a forged one is not' "$(judge_forgery)"
    tap_verdict 'an expired certificate does not sign' "$(
        refused 'has expired' --sign "$work/expired.pem" \
            --key "$work/expired.key" "$@")"
    tap_verdict 'one that nobody here trusts does not' "$(
        refused 'nobody we trust' --sign "$work/signer.pem" \
            --key "$work/signer.key" --chain "$work/between.pem")"
    tap_verdict 'one for a client does not' "$(
        refused 'not for signatures' --sign "$work/client.pem" \
            --key "$work/client.key" "$@")"
    tap_verdict 'a key of somebody else does not' "$(
        refused 'the key is not that of' --sign "$work/signer.pem" \
            --key "$work/client.key" "$@")"
    tap_verdict 'an encrypted key does not, and nobody is asked' "$(
        refused 'is encrypted' --sign "$work/signer.pem" \
            --key "$work/encrypted.key" "$@" </dev/null)"
else
    tap_skip 'a signed profile is verified' 'openssl is not installed'
fi
tap_done
