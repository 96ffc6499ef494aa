#!/usr/bin/env python3
"""Does Thunderbird for Android take it?  By the rules of its own readers.

    check_android.py qr FILE     what a QR code says (QrCodePayloadAdapter,
                                 QrCodePayloadValidator)
    check_android.py k9s FILE    a file of settings (SettingsFileParser,
                                 AccountSettingsValidator and its kin)

Prints "OK", or what is wrong and exits with 1.
"""
import ipaddress
import json
import re
import sys
import uuid
import xml.etree.ElementTree as ET

SECURITIES = {0, 2, 3}
AUTHS = {0, 1, 2, 5, 6}  # 3 and 4, GSSAPI and NTLM, it does not know
WORDS = {
    "connection-security": {"NONE", "STARTTLS_REQUIRED", "SSL_TLS_REQUIRED"},
    "authentication-type": {"PLAIN", "CRAM_MD5", "EXTERNAL", "XOAUTH2",
                            "NONE"},
}
OLDEST = 95  # the version of the settings that has all these words
LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"


class Wrong(Exception):
    pass


def need(truth, what):
    if not truth:
        raise Wrong(what)


def is_host(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return len(text) < 254 and bool(
            re.fullmatch(LABEL + r"(\." + LABEL + ")*", text))


def is_address(text):
    return bool(re.fullmatch(r"[\x21-\x7e]+@[\x21-\x7e]+", text))


# ---- QR codes ----

def number(array, at, what):
    need(len(array) > at and type(array[at]) is int, what + " is no integer")
    return array[at]


def line(array, at, what):
    """null, though the format has it, is no string to the app."""
    need(len(array) > at and isinstance(array[at], str),
         what + " is no string")
    need(not re.search(r"[\r\n]", array[at]), what + " has a line break")
    return array[at]


def check_server(server, protocols, more):
    need(isinstance(server, list), "a server is no array")
    need(number(server, 0, "protocol") in protocols, "what protocol?")
    need(is_host(line(server, 1, "host")), "what host?")
    need(0 < number(server, 2, "port") < 65536, "what port?")
    need(number(server, 3, "security") in SECURITIES, "what security?")
    need(number(server, 4, "auth") in AUTHS, "what authentication?")
    line(server, 5, "user name")
    for at, what in enumerate(more, 6):
        if len(server) > at:
            line(server, at, what)
    need(not server[5 + len(more):] or not server[5 + len(more)],
         "there is a password in it")


def check_group(group):
    need(isinstance(group, list) and len(group) > 1,
         "a group is no server and identities")
    check_server(group[0], {0}, ["password"])
    for identity in group[1:]:
        need(is_address(line(identity, 0, "address")), "what address?")
        line(identity, 1, "name")


def check_qr(text):
    root = json.loads(text)
    need(isinstance(root, list), "the root is no array")
    need(number(root, 0, "version") == 1, "what version?")
    need(0 < number(root[1], 0, "number") <= number(root[1], 1, "count"),
         "which code of how many?")
    accounts = root[2:]
    need(accounts and len(accounts) % 2 == 0, "accounts are pairs")
    need(len(accounts) <= 2 * 3, "more than three accounts")
    for incoming, groups in zip(accounts[::2], accounts[1::2]):
        check_server(incoming, {0, 1}, ["account name", "password"])
        need(isinstance(groups, list) and groups, "no way to send")
        for group in groups:
            check_group(group)


# ---- settings ----

def check_element(server, types):
    need(server is not None, "a server is missing")
    need(server.get("type") in types, "what type of server?")
    need(is_host(server.findtext("host", "")), "what host?")
    need(server.findtext("port", "").isdigit() and
         0 < int(server.findtext("port")) < 65536, "what port?")
    for name, words in WORDS.items():
        need(server.findtext(name) in words, "what %s?" % name)
    need(server.find("password") is None, "there is a password in it")
    need(bool(server.findtext("username")) ==
         (server.findtext("authentication-type") != "NONE"),
         "a user name is for who signs in")


def check_k9s(text):
    root = ET.fromstring(text)
    need(root.tag == "k9settings", "what root?")
    need(root.get("format") == "1", "what format?")
    need(int(root.get("version")) >= OLDEST, "what version?")
    accounts = root.findall("accounts/account")
    need(accounts, "no account")
    need(len({a.get("uuid") for a in accounts}) == len(accounts),
         "two accounts have the same identifier")
    for account in accounts:
        uuid.UUID(account.get("uuid"))
        need(account.findtext("name"), "an account has no name")
        check_element(account.find("incoming-server"), {"IMAP", "POP3"})
        check_element(account.find("outgoing-server"), {"SMTP"})
        identities = account.findall("identities/identity")
        need(identities, "no identity")
        for identity in identities:
            need("@" in identity.findtext("email", ""), "what address?")


def main(how, path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        {"qr": check_qr, "k9s": check_k9s}[how](text)
    except (Wrong, ValueError, ET.ParseError, IndexError, TypeError) as error:
        sys.exit("%s: %s" % (path, error))
    print("OK")


if __name__ == "__main__":
    main(*sys.argv[1:])
