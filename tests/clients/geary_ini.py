"""What Geary reads in a geary.ini: GLib takes the file apart, and Python's own
parser of mail the sender.

geary_ini.py FILE: a line "[Group] key=value" of each key there is, the sender
as "name|address".
"""
import email.header
import email.utils
import sys

from glib_keyfile import KeyFile


def sender(text):
    name, address = email.utils.parseaddr(text)
    parts = email.header.decode_header(name)
    return str(email.header.make_header(parts)) + "|" + address


def main(path):
    file = KeyFile(path)
    for group in file.groups():
        for key in file.keys(group):
            if key == "sender_mailboxes":
                value = ",".join(map(sender, file.list(group, key)))
            else:
                value = file.string(group, key)
            print("[%s] %s=%s" % (group, key, value))


main(sys.argv[1])
