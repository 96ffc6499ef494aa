"""What a client would read in the files written for it, by readers that owe
nothing to the code that writes them.

A reader takes the bytes of one file and gives its leaves: a list of (where,
text), in the file's order, every layer of quoting undone.  It raises
ValueError where the client would not understand the file, or would understand
it in a way that depends on the machine.
"""
import io
import json
import os
import re
import sys
import xml.etree.ElementTree
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "clients"))
import qr
import rc_readers
import registry
from reading import fail_unless, text_of, url_leaves


# ---- JSON ----

def json_pairs(pairs):
    fail_unless(len({key for key, _ in pairs}) == len(pairs),
                "a key stands twice")
    return dict(pairs)


def json_leaves(value, where=""):
    if isinstance(value, dict):
        for key, part in value.items():
            yield where + "/" + key, key
            yield from json_leaves(part, where + "/" + key)
    elif isinstance(value, list):
        yield where + "[", str(len(value))
        for i, part in enumerate(value):
            yield from json_leaves(part, "%s/%d" % (where, i))
    else:
        yield "%s:%s" % (where, type(value).__name__), str(value)


def read_json(data):
    return json_leaves(json.loads(text_of(data),
                                  object_pairs_hook=json_pairs))


def read_policies(data):
    """A preference is named after the account it is of."""
    for where, text in read_json(data):
        where = re.sub("portolan[0-9a-f]{8}", "portolanID", where)
        text = re.sub("portolan[0-9a-f]{8}", "portolanID", text)
        if "_folder/Value:" in where:
            yield from url_leaves(where, text)
        else:
            yield where, text


# ---- XML, and Apple's property lists in it ----

def xml_leaves(element, where):
    for name, value in element.attrib.items():
        yield "%s/@%s" % (where, name), value
    yield where, element.text or ""
    for i, part in enumerate(element):
        yield from xml_leaves(part, "%s/%d:%s" % (where, i, part.tag))
        fail_unless(not (part.tail or "").strip(), "text beside elements")


def read_xml(data):
    try:
        root = xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError as error:
        raise ValueError("not XML: %s" % error) from error
    for element in root.iter():
        if len(element):
            fail_unless(not (element.text or "").strip(),
                        "text beside elements")
            element.text = ""
        element.tag = re.sub("{.*}", "", element.tag)
    return xml_leaves(root, root.tag)


PLACEHOLDER = re.compile("%(EMAIL(ADDRESS|LOCALPART|DOMAIN)|REALNAME)%")


def read_autoconfig(data):
    """A placeholder is not the text it looks like."""
    for where, text in read_xml(data):
        yield where, PLACEHOLDER.sub(r"the reader's own \1", text)


# ---- Thunderbird for Android ----

SVG = "{http://www.w3.org/2000/svg}"
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def read_qr(data):
    """The picture's title, and what the code in it says."""
    root = xml.etree.ElementTree.fromstring(data)
    fail_unless([part.tag for part in root] ==
                [SVG + "title", SVG + "rect", SVG + "path"],
                "another picture")
    yield "title", root[0].text
    width = int(root.get("viewBox").split()[2]) - 8  # without the quiet zone
    dark = [0] * (width * width)
    path = root[2].get("d")
    fail_unless(not RUN.sub("", path), "another path")
    for x, y, count, _ in (map(int, run) for run in RUN.findall(path)):
        at = (y - 4) * width + x - 4
        dark[at:at + count] = [1] * count
    yield from read_json(qr.read(width, dark))


# ---- Thunderbird's profile ----

PREF = re.compile(r'user_pref\("([a-zA-Z0-9_.-]+)", '
                  r'("((?:[^"\\\r\n]|\\.)*)"|-?[0-9]+|true|false)\);')
PREF_ESCAPE = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))')


def pref_unescape(match):
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    fail_unless(match[3] in "\"'\\nr", "a bad escape \\%s" % match[3])
    return {"n": "\n", "r": "\r"}.get(match[3], match[3])


def read_prefs(data):
    lines = text_of(data).split("\n")
    fail_unless(lines.pop() == "", "the last line has no end")
    for line in lines:
        match = PREF.fullmatch(line)
        fail_unless(match, "no preference: %r" % line)
        if match[3] is None:
            yield match[1], match[2]
        else:
            text = PREF_ESCAPE.sub(pref_unescape, match[3])
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
            if match[1].endswith("_folder"):
                yield from url_leaves(match[1], text)
            else:
                yield match[1] + ":text", text


def read_exceptions(data):
    """cert_override.txt"""
    line = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+):([0-9]+):\t"
                      r"OID\.2\.16\.840\.1\.101\.3\.4\.2\.1\t"
                      r"([0-9A-F]{2}(?::[0-9A-F]{2}){31})\t\n")
    text = text_of(data)
    while text:
        match = line.match(text)
        fail_unless(match, "no exception: %r" % text)
        yield "host", match[1].strip("[]")
        yield "port", match[2]
        yield "fingerprint", match[3]
        text = text[match.end():]


def read_zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        fail_unless(archive.testzip() is None, "a part is damaged")
        for name in archive.namelist():
            where, _, part = name.rpartition("/")
            yield "folder", where
            yield "part", part
            if part:
                read = {"prefs.js": read_prefs,
                        "cert_override.txt": read_exceptions}[part]
                yield from ((part + " " + key, text)
                            for key, text in read(archive.read(name)))


# ---- Windows ----

def read_prf(data):
    """As GetPrivateProfileString() and the code after it read it."""
    fail_unless(all(byte < 0x7F for byte in data), "not ASCII")
    section = ""
    for line in re.split("\r\n|\r|\n", data.decode("ascii")):
        line = line.strip(" \t\v\f")
        if not line:
            continue
        fail_unless(line[0] != ";", "a comment: %r" % line)
        if line[0] == "[":
            fail_unless(line[-1] == "]", "no section: %r" % line)
            section = line[1:-1]
            yield "section", section
            continue
        key, is_pair, value = line.partition("=")
        fail_unless(is_pair and section, "no key: %r" % line)
        value = value.strip(" \t")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        fail_unless(not re.search("%[^%]+%", value),
                    "looked up in the environment: %r" % value)
        yield "%s/%s" % (section, key.strip()), value


def read_reg(data):
    """The name of the file that it points to is safe, rather than the
    address: only where that file lies is told."""
    for path, values in registry.read(data):
        yield "key", path
        for name, kind, value in values:
            yield "name", name
            if kind == "text":
                folder, _, file = value.rpartition("\\")
                fail_unless(not re.search('[\0-\x1f/:*?"<>|]', file),
                            "no file can be named %r" % file)
                value = folder
            yield kind, str(value)


# ---- text for people ----

def read_text(data):
    """Each line as it is; nothing may end one but its LF."""
    for i, line in enumerate(text_of(data).split("\n")):
        yield "line %d" % i, line


READERS = [
    (re.compile(pattern), reader) for pattern, reader in [
        (r"\.mobileconfig$", read_xml),
        (r"\.thunderbird\.zip$", read_zip),
        (r"\.(autodiscover|outlook)\.xml$", read_xml),
        (r"\.xml$", read_autoconfig),
        (r"\.k9s$", read_xml),
        (r"\.svg$", read_qr),
        (r"\.prf$", read_prf),
        (r"\.reg$", read_reg),
        (r"policies\.json$", read_policies),
        (r"\.json$", read_json),
        (r"\.msmtprc$", rc_readers.read_msmtp),
        (r"\.mbsyncrc$", rc_readers.read_mbsync),
        (r"\.muttrc$", rc_readers.read_mutt),
        (r"accounts\.conf$", rc_readers.read_aerc),
        (r"\.toml$", rc_readers.read_toml),
        (r"\.ini$", rc_readers.read_key_file),
        (r"\.pem$", rc_readers.read_pem),
        (r"\.zone$", rc_readers.read_zone),
        (r"\.txt$", read_text),
    ]]


def read(name, data):
    if name.endswith(".source"):
        return list(rc_readers.read_source(data, name))
    for pattern, reader in READERS:
        if pattern.search(name):
            return list(reader(data))
    raise ValueError("nobody here reads files such as %s" % name)
