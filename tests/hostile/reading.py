"""What every reader needs (see readers.py)."""
import re


def fail_unless(condition, what):
    if not condition:
        raise ValueError(what)


def text_of(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8: %s" % error) from error


# ---- URLs ----

URL = re.compile(r"([a-z][a-z0-9+.-]*)://"
                 r"(?:((?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)@)?"
                 r"([A-Za-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]+))?"
                 r"(/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?")


def unescape(text):
    """Without percent-encoding; the bytes need not be UTF-8."""
    data = re.sub(rb"%([0-9A-Fa-f]{2})",
                  lambda match: bytes([int(match[1], 16)]),
                  text.encode("utf-8", "surrogateescape"))
    return data.decode("utf-8", "surrogateescape")


def url_leaves(where, text):
    """Its parts (RFC 3986), as whoever connects to it takes them."""
    match = URL.fullmatch(text)
    fail_unless(match, "%s is no URL: %r" % (where, text))
    yield where + " scheme", match[1]
    yield where + " user", unescape(match[2] or "")
    yield where + " host", match[3].strip("[]")
    yield where + " port", match[4] or ""
    yield where + " path", unescape(match[5] or "")
