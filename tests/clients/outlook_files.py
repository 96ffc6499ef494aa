#!/usr/bin/env python3
"""What Outlook would find in its files.

    outlook_files.py xml FILE            Autodiscover's answer, a line a server
    outlook_files.py changes EXPORT REG  what importing REG changes in EXPORT
    outlook_files.py after EXPORT REG    the export after that, on stdout
    outlook_files.py values REG          all that is in REG
    outlook_files.py spoil EXPORT DIR    a hundred files that are not quite it
"""
import os
import random
import sys
import xml.etree.ElementTree

import registry

OUTER = "{http://schemas.microsoft.com/exchange/autodiscover/" \
    "responseschema/2006}"
INNER = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/" \
    "responseschema/2006a}"
FIELDS = ["Type", "Server", "Port", "Encryption", "SSL", "SPA",
          "DomainRequired", "AuthRequired", "LoginName", "UsePOPAuth"]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def show_xml(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    account = root.findall(INNER + "Response/" + INNER + "Account")
    registry.fail_unless(root.tag == OUTER + "Autodiscover", root.tag)
    registry.fail_unless(len(account) == 1, "%d accounts" % len(account))
    print(root.findtext(".//" + INNER + "DisplayName"))
    print(account[0].findtext(INNER + "AccountType"),
          account[0].findtext(INNER + "Action"))
    for protocol in account[0].findall(INNER + "Protocol"):
        registry.fail_unless(
            len({part.tag for part in protocol}) == len(protocol),
            "an element stands twice")
        print(*(protocol.findtext(INNER + name, "-") for name in FIELDS))


def show_changes(export, path):
    before = registry.apply({}, read(export))
    after = registry.apply(dict((key, dict(values))
                                for key, values in before.items()), read(path))
    for line in registry.differences(before, after):
        print(line.rpartition("\\profiles\\")[2])


def show_after(export, path):
    after = registry.apply(registry.apply({}, read(export)), read(path))
    sys.stdout.buffer.write(registry.export(after))


def show_values(path):
    for key, values in registry.read(read(path)):
        for name, kind, value in values:
            print(key.rpartition("\\")[2], name, kind, value)


def damage(data, how, chance):
    """Cut short, with a piece twice, without one, or with others changed."""
    at, to = sorted(chance.sample(range(len(data)), 2))
    piece = data[at:at + min(to - at, 400)]
    data = [data[:at], data[:at] + piece + data[at:], data[:at] + data[to:],
            data][how % 4]
    for _ in range(how % 3):
        at = chance.randrange(len(data) + 1)
        other = chance.randrange(len(piece) + 1)
        data = data[:at] + piece[other:other + 1] + data[at + 1:]
    return data


def spoil(export, directory):
    """Characters of the text, and bytes of the file, by turns."""
    data, chance = read(export), random.Random(4)
    text = data[2:].decode("utf-16-le")
    for i in range(100):
        spoilt = damage(data, i // 2, chance) if i % 2 else \
            data[:2] + damage(text, i // 2, chance).encode("utf-16-le")
        with open(os.path.join(directory, "%d" % i), "wb") as file:
            file.write(spoilt)


COMMANDS = {"xml": show_xml, "changes": show_changes, "after": show_after,
            "values": show_values, "spoil": spoil}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
