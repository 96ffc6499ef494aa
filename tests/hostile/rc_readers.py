"""The text files of mail programs for a terminal, and of GNOME's, as these
programs read them (their documentation, and their behaviour; see readers.py).
"""
import base64
import re
import tomllib
from email.header import decode_header

from reading import fail_unless, text_of, url_leaves

MSMTP_LINE_MAX = 499
MBSYNC_LINE_MAX = 1023


def lines_of(data):
    """A line ends in LF; a NUL would end the file."""
    fail_unless(b"\0" not in data, "a NUL")
    lines = text_of(data).split("\n")
    fail_unless(lines.pop() == "", "the last line has no end")
    return lines


# ---- what several of them have ----

PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./\u0080-\U0010ffff-]")


def shell_words(text):
    """Of a command line in which a shell has nothing to expand or to run."""
    words, word, at = [], None, 0
    while at < len(text):
        c = text[at]
        if c == "'":
            end = text.find("'", at + 1)
            fail_unless(end >= 0, "a quote is left open: %r" % text)
            word = (word or "") + text[at + 1:end]
            at = end
        elif c == '"':
            end = text.find('"', at + 1)
            fail_unless(end >= 0, "a quote is left open: %r" % text)
            part = text[at + 1:end]
            fail_unless(not re.search(r"[$`\\]", part),
                        "a shell expands %r" % part)
            word = (word or "") + part
            at = end
        elif c == " ":
            if word is not None:
                words.append(word)
            word = None
        else:
            fail_unless(PLAIN.match(c), "a shell makes something of %r" % text)
            word = (word or "") + c
        at += 1
    return words if word is None else words + [word]


def command_leaves(where, text):
    """What follows "--" is no option, whatever it begins with."""
    words = shell_words(text)
    for i, word in enumerate(words):
        fail_unless(i == 0 or word[:1] != "-" or "--" in words[:i + 1],
                    "taken for an option: %r" % text)
    if "--" in words[:-1]:
        words.remove("--")
    for i, word in enumerate(words):
        yield "%s word %d" % (where, i), word


class Names:
    """What a file calls its accounts: names of its own, made from the
    addresses.  Told apart by the order in which they come."""

    def __init__(self):
        self.known = []

    def number(self, name):
        fail_unless(re.fullmatch("[A-Za-z0-9][A-Za-z0-9@._+-]*", name),
                    "not safe as a name: %r" % name)
        if name not in self.known:
            self.known.append(name)
        return "account %d" % self.known.index(name)


ATOMS = re.compile(r"[A-Za-z0-9\u0080-\U0010ffff!#$%&'*+/=?^_`{|}~ -]*")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)


def decoded_words(text):
    """RFC 2047; text without encoded words as it is."""
    return "".join(part if isinstance(part, str) else
                   part.decode(charset or "ascii")
                   for part, charset in decode_header(text))


def mailbox_leaves(where, text):
    """A name and an address (RFC 5322, 3.4, and RFC 6532)."""
    match = re.fullmatch(r"(.*) <([^<>]*)>", text, re.S)
    if not match:
        yield where + " name", ""
        yield where + " address", text
        return
    quoted = QUOTED.fullmatch(match[1])
    if quoted:
        name = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.S)
    else:
        fail_unless(ATOMS.fullmatch(match[1]) and match[1].strip(" ") == match[1],
                    "no phrase: %r" % match[1])
        name = decoded_words(match[1])
    yield where + " name", name
    yield where + " address", match[2]


def path_leaves(where, text):
    """A file's path: each of them begins at the root, or at home."""
    fail_unless(re.match("~?/", text), "%s is no path: %r" % (where, text))
    yield where, text


# ---- msmtp ----

def msmtp_argument(text):
    """Blanks around it go, and then one pair of quotes."""
    text = text.strip(" \t")
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return text


def read_msmtp(data):
    accounts = Names()
    for line in lines_of(data):
        fail_unless(len(line.encode()) <= MSMTP_LINE_MAX, "a line is too long")
        line = line.lstrip(" \t")
        if not line:
            continue
        fail_unless(line[0] != "#", "a comment: %r" % line)
        key, _, rest = line.partition(" ")
        fail_unless(re.fullmatch("[a-z_]+", key), "no command: %r" % line)
        text = msmtp_argument(rest)
        if key == "passwordeval":
            yield from command_leaves(key, text)
        elif key == "account":  # NAME, or NAME : OTHER, OTHER
            for name in re.split("[:,]", text):
                yield key, accounts.number(name.strip(" \t"))
        else:
            yield key, text


# ---- mbsync ----

def mbsync_words(line):
    """Blanks part them; a backslash keeps the next character; quotes keep
    blanks; a word that begins with '#' is a comment."""
    words, at = [], 0
    while True:
        while at < len(line) and line[at] in " \t\v\f\r":
            at += 1
        if at == len(line) or line[at] == "#":
            fail_unless(at == len(line), "a comment: %r" % line)
            return words
        word, quoted, escaped = "", False, False
        while at < len(line):
            c = line[at]
            if escaped and c >= " ":
                word, escaped = word + c, False
            elif c == "\\":
                escaped = True
            elif c == '"':
                quoted = not quoted
            elif not quoted and c in " \t\v\f\r":
                break
            else:
                word += c
            at += 1
        fail_unless(not quoted and not escaped, "left open: %r" % line)
        words.append(word)


def read_mbsync(data):
    accounts = Names()
    for line in lines_of(data):
        fail_unless(len(line.encode()) <= MBSYNC_LINE_MAX,
                    "a line is too long")
        words = mbsync_words(line)
        if not words:
            yield "blank", ""  # ends a section
            continue
        key, arguments = words[0], words[1:]
        fail_unless(len(arguments) == 1, "not one argument: %r" % line)
        if key == "PassCmd":
            yield from command_leaves(key, arguments[0])
        elif key in ("Far", "Near"):
            match = re.fullmatch(":([^:]*):(.*)", arguments[0])
            fail_unless(match, "no store: %r" % line)
            yield key, accounts.number(match[1])
            yield key + " box", match[2]
        elif key in ("IMAPAccount", "IMAPStore", "MaildirStore", "Channel",
                     "Account"):
            yield key, accounts.number(arguments[0])
        elif key in ("Path", "Inbox"):
            path = re.fullmatch("~/Mail/([^/]+)/(INBOX)?", arguments[0])
            fail_unless(path, "no folder: %r" % line)
            yield key, accounts.number(path[1] + "-local")
            yield key + " box", path[2] or ""
        elif key == "CertificateFile":
            yield from path_leaves(key, arguments[0])
        else:
            yield key, arguments[0]


# ---- mutt and NeoMutt ----

MUTT_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "e": "\x1b"}


def mutt_escape(text, at):
    """What a backslash before text[at] makes of it: (text, what is next)."""
    c = text[at:at + 1]
    fail_unless(c, "a backslash ends the line")
    octal = re.compile("[0-7]{3}").match(text, at)
    if octal:
        return chr(int(octal[0], 8)), at + 3
    fail_unless(c not in "cCxXuU01234567", "a strange escape: \\%s" % c)
    return MUTT_ESCAPES.get(c, c), at + 1


def mutt_word(text, at):
    """(the leaves' kind, the word, what is next).  A word that is what a
    command prints is that command."""
    word, quote, kind = "", None, "text"
    while at < len(text):
        c = text[at]
        at += 1
        if quote is None and c in " \t\r\v\f#;":
            at -= 1
            break
        if c == quote:
            quote = None
        elif quote is None and c in "'\"":
            quote = c
        elif c == "\\" and quote != "'":
            part, at = mutt_escape(text, at)
            word += part
        elif c == "`" and quote != "'":
            end = text.find("`", at)
            fail_unless(end >= 0, "a command is left open")
            # NeoMutt would change these before a shell sees them.
            fail_unless(not re.search(r"[\\$]", text[at:end]),
                        "two programs read %r as two commands" % text[at:end])
            fail_unless(not word, "a command amid text")
            kind, word, at = "command", text[at:end], end + 1
        elif c == "$" and quote != "'":
            fail_unless(not re.match("[A-Za-z_{]", text[at:]),
                        "a variable: %r" % text)
            word += c
        else:
            word += c
    fail_unless(quote is None, "a quote is left open: %r" % text)
    return kind, word, at


def read_mutt(data):
    for line in lines_of(data):
        if not line:
            continue
        match = re.match("set ([a-z_]+)=", line)
        fail_unless(match, "no setting: %r" % line)
        kind, word, end = mutt_word(line, match.end())
        fail_unless(end == len(line), "something follows: %r" % line)
        key = match[1]
        if kind == "command":
            yield from command_leaves(key, word)
        elif "://" in word and key in ("folder", "smtp_url", "pop_host",
                                       "spoolfile"):
            yield from url_leaves(key, word)
        elif key == "certificate_file":
            yield from path_leaves(key, word)
        else:
            yield key, word


# ---- aerc, by go-ini ----

def ini_value(text):
    text = text.strip()
    if text.startswith('"""'):
        mark = '"""'
    else:
        mark = "`" if text.startswith("`") else ""
    if mark:
        end = text.rfind(mark, len(mark))
        fail_unless(end >= 0, "goes on in the next line: %r" % text)
        fail_unless(end + len(mark) == len(text), "lost: %r" % text)
        text = text[len(mark):end]
    else:
        fail_unless(not text.endswith("\\"), "goes on in the next line")
        fail_unless(not re.search("[#;]", text), "a comment: %r" % text)
        fail_unless(not re.match("(['\"]).*\\1$", text),
                    "its quotes go: %r" % text)
    fail_unless(not re.search(r"%\([^)]+\)s", text), "filled in: %r" % text)
    return text


def read_aerc(data):
    accounts = Names()
    for line in lines_of(data):
        line = line.lstrip()
        if not line:
            continue
        fail_unless(line[0] not in "#;", "a comment: %r" % line)
        if line[0] == "[":
            fail_unless(line[-1] == "]", "no section: %r" % line)
            yield "section", accounts.number(line[1:-1])
            continue
        match = re.fullmatch(r"([a-z-]+) *=(.*)", line)
        fail_unless(match, "no key: %r" % line)
        key, text = match[1], ini_value(match[2])
        if key in ("source", "outgoing"):
            yield from url_leaves(key, text)
        elif key.endswith("-cmd"):
            yield from command_leaves(key, text)
        elif key == "from":
            yield from mailbox_leaves(key, text)
        else:
            yield key, text


# ---- himalaya ----

def toml_leaves(value, where, accounts):
    if not isinstance(value, dict):
        yield "%s:%s" % (where, type(value).__name__), str(value)
        return
    for key, part in value.items():
        place = where + "/" + key
        if where == "/accounts":
            yield "account", accounts.number(key)
            place = "/accounts/NAME"
        if key in ("command", "cmd"):
            yield from command_leaves(place, part)
        elif key == "server" and isinstance(part, str):
            yield from url_leaves(place, part)
        elif key == "cert":
            yield from path_leaves(place, part)
        else:
            yield from toml_leaves(part, place, accounts)


def read_toml(data):
    try:
        return toml_leaves(tomllib.loads(text_of(data)), "", Names())
    except tomllib.TOMLDecodeError as error:
        raise ValueError("not TOML: %s" % error) from error


# ---- GLib's key files ----

KEY_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


def key_unescape(text, more=""):
    def one(match):
        fail_unless(match[1] in KEY_ESCAPES or match[1] in more and match[1],
                    "a bad escape: %r" % text)
        return KEY_ESCAPES.get(match[1], match[1])

    return re.sub(r"\\(.?)", one, text, flags=re.S)


def read_source(data, name):
    """Evolution's sources name each other as their files are named."""
    base = re.sub("(-(identity|transport|[a-z]+dav))?[.]source$", "", name.split("/")[-1])
    for where, text in read_key_file(data):
        if re.search("/(Parent|[A-Za-z]+Uid)$", where) and \
                text.startswith(base):
            text = "BASE" + text[len(base):]
        yield where, text


def read_key_file(data):
    group = None
    for line in lines_of(data):
        fail_unless(not line.endswith("\r"), "it loses its CR: %r" % line)
        line = line.lstrip(" \t\r\v\f")
        if not line:
            continue
        fail_unless(line[0] != "#", "a comment: %r" % line)
        if line[0] == "[":
            match = re.fullmatch(r"\[([A-Za-z ]+)\]", line)
            fail_unless(match, "no group: %r" % line)
            group = match[1]
            yield "group", group
            continue
        match = re.fullmatch("([A-Za-z_]+)=(.*)", line, re.S)
        fail_unless(match and group, "no key: %r" % line)
        text = match[2].lstrip(" \t\r\v\f")
        fail_unless(text == match[2], "it loses its blanks: %r" % line)
        where = group + "/" + match[1]
        if match[1] == "sender_mailboxes":
            parts = re.fullmatch(r"((?:[^;\\]|\\.)*);", text, re.S)
            fail_unless(parts, "not a list of one: %r" % text)
            yield from mailbox_leaves(where, key_unescape(parts[1], ";"))
        else:
            yield where, key_unescape(text)


# ---- beside them ----

def read_pem(data):
    match = re.fullmatch("-----BEGIN CERTIFICATE-----\n"
                         "((?:[A-Za-z0-9+/=]{1,64}\n)+)"
                         "-----END CERTIFICATE-----\n", text_of(data))
    fail_unless(match, "no certificate")
    yield "certificate", base64.b64decode(match[1]).hex()


def read_zone(data):
    """The record that vouches for PACC's file, whose digest it has."""
    record = re.compile(r'([a-z0-9_.-]+)\. [0-9]+ IN TXT "v=UAAC1; a=sha256; '
                        r'd=[A-Za-z0-9+/]{43}="')
    for line in lines_of(data):
        if line.startswith("; "):
            yield "comment", line
            continue
        match = record.fullmatch(line)
        fail_unless(match, "no such record: %r" % line)
        yield "record", match[1]

