# thunderbird.sh - a real Thunderbird that sets itself up at real.test, which
# signs in at Dovecot and Postfix.  Source it after mail_world.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # work, top, rogues, LAB_ALONE: lab.sh

# thunderbird_lacks PROGRAM...: what it cannot do without, and is not here.
thunderbird_lacks()
{
    real_lacks
    [ "$LAB_ALONE" = yes ] || echo 'name spaces of its own'
    for program in "${TB_BIN:-/usr/lib/thunderbird/thunderbird}" "$@"; do
        command -v "$program" >/dev/null || echo "$program"
    done
}

# real_xml: the settings of real.test, as autoconfig.
real_xml()
{
    cat <<'END'
<clientConfig version="1.1"><emailProvider id="real.test">
<domain>real.test</domain><displayName>Real</displayName>
<incomingServer type="imap"><hostname>imap.real.test</hostname>
<port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.real.test</hostname>
<port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username>
<authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>
END
}

# sets_up ADDRESS PASSWORD TRUSTED...: Thunderbird, which must come to what stands
# on standard input.
sets_up()
{
    timeout 150 python3 "$top/tests/clients/thunderbird_serve.py" "$@" \
        >"$work/got" 2>"$work/problem" || cat "$work/problem"
    diff - "$work/got"
}

# signs_in_at_real HOW TRUSTED...: found in that way, the account of real.test is
# what real_xml says.
signs_in_at_real()
{
    how=$1
    shift
    sets_up ann@real.test secret "$@" <<END
$how
imap imap.real.test 993 3 ann@real.test
smtp smtp.real.test 587 2 ann@real.test
imap ok
smtp ok
END
}
