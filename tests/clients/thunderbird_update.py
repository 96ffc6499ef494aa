#!/usr/bin/env python3
"""A profile of Thunderbird before and after a bridge has moved.

    thunderbird_update.py create PROFILE XML ADDRESS PASSWORD DER PORT...
    thunderbird_update.py starts PROFILE HEARD SERVICE
    thunderbird_update.py signs-in PROFILE [PASSWORD]
    thunderbird_update.py makes PROFILE XML ADDRESS
    thunderbird_update.py says PROFILE
    thunderbird_update.py holds PROFILE READY
    thunderbird_update.py generate DIR COUNT
    thunderbird_update.py check DIR IN OUT SOCKET
    thunderbird_update.py view DIR COUNT IN OUT SOCKET

create has Thunderbird itself make the account of an autoconfig file, keep its
password, and take the certificate at those ports of 127.0.0.1.  starts has it
sign in by itself, as HEARD, which the server writes, must tell, and prints what
it opens beside its window.  signs-in prints a line a server: type and "ok", or
what went wrong.

makes has it make an account, and no more; says prints its preferences about
accounts, but for what is new each time.  holds runs it on that very profile
until it is ended by SIGTERM; READY is made once it runs.

generate makes homes below DIR, DIR/0 and so on, with COUNT profiles in all,
whose files have every oddity that Thunderbird takes; what they were like is
kept in DIR/before.  check tells those in which anything else is different, once
all servers of this machine have these ports and this socket type, as an
independent parser reads them; view, those of which Thunderbird says other
servers, of the first COUNT, or about which it complains.
"""
import base64
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time

import tb_marionette as tb

PER_HOME = 50
PATIENCE_S = 20
HERE = ("127.0.0.1", "localhost", "::1")

# In a name space with nothing but loopback it would go offline, in the middle
# of what it does.
ONLINE = {"offline.autoDetect": False, "network.manage-offline-status": False}

JS_TRUST = r"""
const [der, ports] = __a;
const cert = Cc["@mozilla.org/security/x509certdb;1"]
  .getService(Ci.nsIX509CertDB).constructX509FromBase64(der);
for (const port of ports)
  Cc["@mozilla.org/security/certoverride;1"]
    .getService(Ci.nsICertOverrideService)
    .rememberValidityOverride("127.0.0.1", port, {}, cert, false);
"""

# Without URLs, which it cannot make of a port such as -1.
JS_SERVERS = r"""
const { MailServices } = ChromeUtils.importESModule(
  "resource:///modules/MailServices.sys.mjs");
const receiving = MailServices.accounts.accounts.map(a => a.incomingServer)
  .filter(s => ["imap", "pop3"].includes(s?.type));
const sending = MailServices.outgoingServer ?? MailServices.smtp;
return [receiving.map(s => [s.hostname ?? s.hostName, s.port, s.socketType]),
        sending.servers.map(s => s.wrappedJSObject ?? s)
          .map(s => [s.hostname, s.port, s.socketType])];
"""

JS_WINDOWS = r"""
return Array.from(Services.wm.getEnumerator(null))
  .filter(w => w.document.documentElement.getAttribute("windowtype") !=
    "mail:3pane")
  .map(w => w.location.href);
"""

# ---- what Thunderbird does ----


def create(profile, xml, address, password, der, *ports):
    with open(xml, encoding="utf-8") as file:
        config = file.read()
    with open(der, "rb") as file:
        certificate = base64.b64encode(file.read()).decode()
    with tb.Thunderbird(profile) as client:
        made = client.m.ajs(tb.JS_CREATE, config, address, "Ann", password)
        client.m.ajs(JS_TRUST, certificate, [int(port) for port in ports])
    os.unlink(os.path.join(profile, "user.js"))
    for login in made["logins"]:
        print("keeps", login["origin"])


def copy_of(profile, work):
    """What a start writes is nobody's."""
    copy = os.path.join(work, "profile")
    shutil.copytree(profile, copy, ignore=lambda _, names: [
        name for name in names if name in ("lock", ".parentlock")])
    return copy


def heard(path, service):
    for _ in range(PATIENCE_S * 10):
        with open(path, encoding="utf-8") as file:
            if re.search("^%s in " % service, file.read(), re.M):
                return True
        time.sleep(0.1)
    return False


def start(profile, path, service):
    with open(os.path.join(profile, "prefs.js"), encoding="utf-8") as file:
        keys = set(re.findall(r'"mail\.server\.(server\d+)\.port"',
                              file.read()))
    eager = {"mail.server.%s.%s" % (key, name): True for key in keys
             for name in ("login_at_startup", "check_new_mail")}
    eager.update(ONLINE)
    with tempfile.TemporaryDirectory() as work:
        with tb.Thunderbird(copy_of(profile, work), eager,
                            hold_login=False) as client:
            if not heard(path, service):
                print("it does not sign in")
            for name in client.m.js(JS_WINDOWS):
                print("it opens", name)


def make(profile, xml, address):
    with open(xml, encoding="utf-8") as file:
        config = file.read()
    with tb.Thunderbird(profile) as client:
        client.m.ajs(tb.JS_CREATE, config, address, "Ann Example", "")
    os.unlink(os.path.join(profile, "user.js"))


JS_SAYS = r"""
const out = [];
for (const branch of ["account", "identity", "server", "smtp"])
  for (const name of Services.prefs.getChildList("mail." + branch))
    if (Services.prefs.prefHasUserValue(name))
      out.push([name, Services.prefs.getPrefType(name) == 32 ?
        Services.prefs.getStringPref(name) :
        Services.prefs.getPrefType(name) == 64 ?
        Services.prefs.getIntPref(name) : Services.prefs.getBoolPref(name)]);
return out.sort();
"""

# What Thunderbird makes up, or keeps of what it did.
MADE_UP = re.compile(r"\.(clientid|directory(-rel)?|storeContractID|"
                     r"canChangeStoreType|nextFilterTime|description)$")


def say(profile):
    with tempfile.TemporaryDirectory() as work:
        with tb.Thunderbird(copy_of(profile, work)) as client:
            for name, value in client.m.js(JS_SAYS):
                if not MADE_UP.search(name):
                    print(name, repr(value))


def hold(profile, ready):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tb.Thunderbird(profile, ONLINE):
        with open(ready, "w", encoding="utf-8"):
            pass
        signal.pause()


def sign_in(profile, password=""):
    with tempfile.TemporaryDirectory() as work:
        with tb.Thunderbird(copy_of(profile, work), ONLINE) as client:
            try:
                done = client.m.ajs(tb.JS_VERIFY, password, 8000)
            except tb.MarionetteError as error:
                print("dialog" if "dialog" in str(error) else error)
                return
    for one in done:
        print(one["type"], "ok" if one["ok"] else
              (one.get("secFailed") or {}).get("err") or
              one.get("code") or one.get("error"))


# ---- an independent parser ----

BLANK = r"(?:[ \t\v\f\r\n]|//[^\r\n]*|#[^\r\n]*|/\*.*?\*/)*"
TEXT = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
STATEMENT = re.compile(
    (r"(?P<word>user_pref|sticky_pref|pref)%(b)s\(%(b)s(?P<name>%(t)s)%(b)s,"
     r"%(b)s(?P<value>%(t)s|true|false|[-+]?%(b)s[0-9]+)%(b)s\)%(b)s;" %
     {"b": BLANK, "t": TEXT}).encode(), re.S)
SPACE = re.compile(BLANK.encode(), re.S)
ESCAPE = re.compile(r"\\(?:x(..)|u(....)|(.))", re.S)
OTHERS = {"n": "\n", "r": "\r"}


def meaning(literal):
    """Halves of UTF-16 become one character."""
    text = ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16))
                      if m[1] or m[2] else OTHERS.get(m[3], m[3]),
                      literal[1:-1].decode("utf-8", "surrogateescape"))
    return re.sub("[\ud800-\udbff][\udc00-\udfff]",
                  lambda m: m[0].encode("utf-16", "surrogatepass")
                  .decode("utf-16"), text)


def value_of(token):
    if token[:1] in b"\"'":
        return meaning(token)
    if token in (b"true", b"false"):
        return token == b"true"
    sign = -1 if token[:1] == b"-" else 1
    return sign * int(re.search(rb"[0-9]+$", token)[0])


def parse(data):
    """(name, value, is default, span of the value, span) of each statement."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    found = []
    while True:
        at = SPACE.match(data, at).end()
        if at == len(data):
            return found
        one = STATEMENT.match(data, at)
        if not one:
            raise ValueError("not a preference: %r" % data[at:at + 60])
        found.append((meaning(one["name"]), value_of(one["value"]),
                      one["word"] != b"user_pref", one.span("value"),
                      one.span()))
        at = one.end()


def settle(statements):
    """What counts: a user's own before a default, the last of either.  A name
    keeps the kind of its default, and a default that of what was before."""
    own, defaults = {}, {}
    for name, value, is_default, *_ in statements:
        before = defaults.get(name, own.get(name, value) if is_default
                              else value)
        if type(before) is type(value):
            (defaults if is_default else own)[name] = value
    return {**defaults, **own}


# ---- files with every oddity ----

class Oddities:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.end = self.random.choice(["\n", "\n", "\n", "\r\n", "\r"])
        self.is_odd = self.random.random() < 0.8

    def some(self, chance):
        return self.is_odd and self.random.random() < chance

    def blank(self):
        if not self.some(0.1):
            return ""
        return self.random.choice([
            " ", "\t", "  ", "/* ; ) \" */", "/***/", "\v\f", self.end,
            "// it's \" ;" + self.end, "# \" /*" + self.end])

    def escape(self, char, quote):
        code = ord(char)
        if char in (quote, "\\"):
            return "\\" + char
        if char in "\n\r":
            return {"\n": "\\n", "\r": "\\r"}[char] if self.some(0.7) \
                else "\\x%02x" % code
        if code < 0x80 and self.some(0.02):
            return "\\x%02X" % code
        if code >= 0x80 and self.some(0.5):
            return "".join("\\u%04x" % int.from_bytes(
                char.encode("utf-16-be")[i:i + 2], "big")
                for i in range(0, len(char.encode("utf-16-be")), 2))
        if self.some(0.02) and code < 0x80:
            return "\\u%04X" % code
        return char

    def text(self, value):
        quote = "'" if self.some(0.2) else '"'
        return quote + "".join(self.escape(c, quote) for c in value) + quote

    def token(self, value):
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.text(value)
        sign = "-" if value < 0 else "+" if self.some(0.1) else ""
        return (sign + (" " if sign and self.some(0.3) else "") +
                ("00" if self.some(0.1) else "") + str(abs(value)))

    def word(self):
        return "pref" if self.some(0.05) else "user_pref"

    def earlier(self, name, value, word):
        """One that does not count: the last of a word does, of a user's own
        whatever its kind."""
        if word == "pref" or self.some(0.2):
            word = "pref"
            old = {str: "old", int: 7, bool: not value}[type(value)]
        else:
            old = self.random.choice([value, 7, "7", True])
        return self.statement(name, old, word)

    def statement(self, name, value, word):
        gap = self.blank
        between = self.random.choice([",", ", ", " ,\t"]) if self.is_odd \
            else ", "
        return (word + gap() + "(" + gap() + self.text(name) + gap() +
                between + gap() + self.token(value) + gap() + ")" + gap() +
                ";")

    def lines(self, prefs):
        out = []
        for name, value in prefs:
            if self.some(0.1):
                out.append(self.random.choice([
                    "// user_pref(\"%s\", 1);" % name, "", "\t",
                    "/* user_pref(\"%s\", 1);" % name + self.end + " */",
                    "# Ännderung 🙂", "/* one */ // two # three"]))
            word = self.word()
            if self.some(0.08):
                out.append(self.earlier(name, value, word))
            line = ("  " if self.some(0.1) else "") + self.statement(
                name, value, word)
            if self.some(0.1):
                line += self.random.choice([" // port", "\t# x", " /* y */",
                                            "  "])
            out.append(line)
        return out

    def file(self, prefs):
        lines = self.lines(prefs)
        text = ""
        for line in lines:
            ends = "//" in line or "#" in line or not self.some(0.05)
            text += line + (self.end if ends else " ")
        if self.some(0.2):
            text = text.rstrip("\r\n \t\v\f")
        mark = b"\xef\xbb\xbf" if self.some(0.1) else b""
        return mark + text.encode()


def server_prefs(rng, branch, kind, host, login, names):
    user, security = names
    prefs = [(branch + "hostname", host)]
    if kind != "smtp" or rng.random() < 0.7:
        prefs.append((branch + "type", kind))
    if rng.random() < 0.8:
        prefs.append((branch + "port", rng.choice(
            [1143, 1025, 1110, 993, 65535, 1, 0, -1, "1143", True])))
    if rng.random() < 0.8:
        prefs.append((branch + security, rng.choice([0, 1, 2, 3, "2"])))
    prefs.append((branch + user, login))
    if rng.random() < 0.3:
        prefs.append((branch + "name", "Ann \"Q\" \\ Exämple 🙂\n%s" % host))
    return prefs


def make_prefs(rng):
    """A profile's preferences, and the branches that are of this machine."""
    prefs, ours, accounts, sending = [], [], [], []
    for i in range(1, rng.randint(1, 4) + 1):
        host = rng.choice(HERE + ("imap.example.org",))
        kind = rng.choice(["imap", "imap", "pop3"])
        login = rng.choice(["ann%d@example.org" % i, "CORP\\ann%d" % i,
                            "änn%d" % i])
        branch = "mail.server.server%d." % i
        prefs += server_prefs(rng, branch, kind, host, login,
                              ("userName", "socketType"))
        prefs += [("mail.account.account%d.server" % i, "server%d" % i),
                  ("mail.account.account%d.identities" % i, "id%d" % i),
                  ("mail.identity.id%d.useremail" % i,
                   "ann%d@example.org" % i)]
        accounts.append("account%d" % i)
        if host in HERE:
            ours.append((branch, "socketType", "in"))
        if rng.random() < 0.8:
            branch = "mail.smtpserver.smtp%d." % i
            host = rng.choice(HERE + ("smtp.example.org",))
            prefs += server_prefs(rng, branch, "smtp", host, login,
                                  ("username", "try_ssl"))
            prefs.append(("mail.identity.id%d.smtpServer" % i, "smtp%d" % i))
            sending.append("smtp%d" % i)
            if host in HERE:
                ours.append((branch, "try_ssl", "out"))
    prefs += [("mail.accountmanager.accounts", ",".join(accounts)),
              ("mail.smtpservers", ",".join(sending)),
              ("browser.port", 1143), ("mail.server.server99.port", 1143),
              ("mail.server.server99.hostname", "127.0.0.1")]
    rng.shuffle(prefs)
    return prefs, ours


def pin(rng, prefs):
    """Some of them in user.js, too."""
    if rng.random() < 0.8:
        return []
    return [(name, value) for name, value in prefs
            if name.endswith((".port", ".socketType")) and
            rng.random() < 0.5]


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def profiles(top):
    for home in sorted((n for n in os.listdir(top) if n.isdigit()), key=int):
        root = os.path.join(top, home, ".thunderbird")
        for name in sorted((n for n in os.listdir(root) if n.isdigit()),
                           key=int):
            yield int(name), os.path.join(root, name)


def generate(top, count):
    for i in range(int(count)):
        odd = Oddities(i)
        prefs, _ = make_prefs(random.Random(i))
        root = os.path.join(top, str(i // PER_HOME), ".thunderbird")
        folder = os.path.join(root, str(i))
        write(os.path.join(folder, "prefs.js"), odd.file(prefs))
        pinned = pin(random.Random(i), prefs)
        if pinned:
            write(os.path.join(folder, "user.js"), odd.file(pinned))
        shutil.copytree(folder, os.path.join(top, "before", str(i)))
        with open(os.path.join(root, "profiles.ini"), "a") as ini:
            ini.write("[Profile%d]\nIsRelative=1\nPath=%d\n" % (i, i))


# ---- what became of them ----

def wanted(ours, port_in, port_out, socket):
    want = {}
    for branch, security, way in ours:
        want[branch + "port"] = port_in if way == "in" else port_out
        want[branch + security] = socket
    return want


def without(data, statements, names, old):
    """The bytes but for these values, and for statements that are new."""
    out, at = b"", 0
    for name, _, _, value, whole in statements:
        if name not in names:
            continue
        if name in old:
            out += data[at:value[0]]
            at = value[1]
        else:
            out += data[at:whole[0]]
            at = whole[1]
    return out + data[at:]


def is_line_more(before, after):
    """Is it before, and blanks and line ends?"""
    it = iter(after)
    more = bytearray()
    for byte in before:
        for got in it:
            if got == byte:
                break
            more.append(got)
        else:
            return False
    more += bytes(it)
    return not more.strip()


def check_file(before, after, want):
    """What is wrong with it, or None."""
    was, now = parse(before), parse(after)
    old = {name for name, *_ in was}
    if {k: v for k, v in settle(now).items() if k not in want} != \
            {k: v for k, v in settle(was).items() if k not in want}:
        return "another preference is different"
    rest = without(before, was, set(want) & old, old)
    if not is_line_more(rest, without(after, now, want, old)):
        return "another byte is different"
    return None


def check_profile(top, number, folder, where):
    _, ours = make_prefs(random.Random(number))
    want = wanted(ours, *where)
    statements = []
    for name in ("prefs.js", "user.js"):
        before = os.path.join(top, "before", str(number), name)
        if os.path.exists(before):
            after = read(os.path.join(folder, name))
            wrong = check_file(read(before), after, want)
            statements += parse(after)
            if wrong:
                return name + ": " + wrong
    counted = settle(statements)
    for name, value in want.items():
        got = counted.get(name, 0 if name.endswith(("try_ssl", "socketType"))
                          else None)
        if got != value or isinstance(got, bool):
            return "%s is %r, not %r" % (name, got, value)
    return None


def check(top, *where):
    where = [int(number) for number in where]
    count = 0
    for number, folder in profiles(top):
        count += 1
        wrong = check_profile(top, number, folder, where)
        if wrong:
            print(folder, wrong)
    print("checked", count)


def view_profile(folder):
    with tempfile.TemporaryDirectory() as work:
        copy = os.path.join(work, "profile")
        shutil.copytree(folder, copy)
        with tb.Thunderbird(copy) as client:
            found = client.m.js(JS_SERVERS)
        return found, os.path.exists(
            os.path.join(copy, "Invalidprefs.js"))


def view(top, count, *where):
    port_in, port_out, socket = [int(number) for number in where]
    seen = 0
    for number, folder in profiles(top):
        if seen == int(count):
            break
        seen += 1
        was, _ = view_profile(os.path.join(top, "before", str(number)))
        now, is_invalid = view_profile(folder)
        want = [[[host, port, socket] if host in HERE else [host, *others]
                 for host, *others in part]
                for port, part in ((port_in, was[0]), (port_out, was[1]))]
        if is_invalid:
            print(number, "Invalidprefs.js")
        if now != want:
            print(number, "got", now, "want", want)
    print("seen", seen)


if __name__ == "__main__":
    {"create": create, "starts": start, "signs-in": sign_in,
     "makes": make, "says": say, "holds": hold,
     "generate": generate, "check": check, "view": view}[sys.argv[1]](*sys.argv[2:])
