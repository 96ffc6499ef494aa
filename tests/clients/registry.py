"""Files of Windows' registry editor, read as regedit reads them, and put into a
registry that is a dictionary.  Owes nothing to the code that writes them.
"""
import re

HEADER = "Windows Registry Editor Version 5.00"
NAME = re.compile(r'(@|"((?:[^"\\]|\\["\\])*)")=', re.S)
TEXT = re.compile(r'"((?:[^"\\]|\\["\\])*)"', re.S)
DWORD = re.compile(r"dword:([0-9a-fA-F]{8})")
BYTES = re.compile(r"hex(?:\(([0-9a-f]+)\))?:"
                   r"((?:[0-9a-f]{2}(?:,(?:\\\r\n  )?[0-9a-f]{2})*)?)")


def unescape(text):
    return re.sub(r'\\(["\\])', r"\1", text)


def fail_unless(condition, what):
    if not condition:
        raise ValueError(what)


def read_value(text, at):
    """(kind, value) and where it ends."""
    match = TEXT.match(text, at)
    if match:
        return ("text", unescape(match[1])), match.end()
    match = DWORD.match(text, at)
    if match:
        return ("dword", int(match[1], 16)), match.end()
    match = BYTES.match(text, at)
    fail_unless(match, "no value: %r" % text[at:at + 60])
    digits = re.sub(r"[^0-9a-f]", "", match[2])
    return ("hex(%s)" % (match[1] or "3"), bytes.fromhex(digits)), match.end()


def read(data):
    """[(path, [(name, kind, value)])], in the file's order."""
    fail_unless(data[:2] == b"\xff\xfe", "no mark of UTF-16, low byte first")
    text = data[2:].decode("utf-16-le")
    fail_unless(text.startswith(HEADER + "\r\n"), "no header")
    keys, at = [], len(HEADER) + 2
    while at < len(text):
        if text.startswith("\r\n", at):
            at += 2
            continue
        if text[at] == "[":
            end = text.index("\r\n", at)
            line = text[at:end]
            fail_unless(line[-1] == "]" and line[1] != "-",
                        "no key: %r" % line)
            keys.append((line[1:-1], []))
        else:
            match = NAME.match(text, at)
            fail_unless(match and keys, "no name: %r" % text[at:at + 60])
            value, end = read_value(text, match.end())
            keys[-1][1].append((unescape(match[2] or ""), *value))
        fail_unless(text.startswith("\r\n", end), "a line goes on")
        at = end + 2
    return keys


def apply(registry, data):
    """Put a file into a registry: {path: {name: (kind, value)}}, where the
    case of neither path nor name counts."""
    for path, values in read(data):
        key = registry.setdefault(path.lower(), {})
        for name, kind, value in values:
            key[name.lower()] = (kind, value)
    return registry


def differences(before, after):
    """["PATH NAME OLD NEW"], sorted; a key that came or went is one too."""
    found = []
    for path in sorted(set(before) | set(after)):
        old, new = before.get(path), after.get(path)
        if old is None or new is None:
            found.append("%s is %s" % (path, "new" if new else "gone"))
            continue
        for name in sorted(set(old) | set(new)):
            if old.get(name) != new.get(name):
                found.append("%s %s %s %s" % (path, name, old.get(name),
                                              new.get(name)))
    return found


def quote(text):
    return '"%s"' % re.sub(r'(["\\])', r"\\\1", text)


def write_value(name, kind, value):
    name = quote(name) if name else "@"
    if kind == "text":
        return "%s=%s" % (name, quote(value))
    if kind == "dword":
        return "%s=dword:%08x" % (name, value)
    kind = "hex" if kind == "hex(3)" else kind
    return "%s=%s:%s" % (name, kind, ",".join("%02x" % b for b in value))


def export(registry):
    """The file that `reg export` would make of it."""
    lines = [HEADER, ""]
    for path, values in registry.items():
        lines.append("[%s]" % path)
        lines += [write_value(name, *value) for name, value in values.items()]
        lines.append("")
    return b"\xff\xfe" + "".join(line + "\r\n" for line in lines).encode(
        "utf-16-le")
