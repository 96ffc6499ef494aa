#!/usr/bin/env python3
"""Is each hostile value in what was written, and nothing besides?

    render VALUES STEP | judge.py VALUES

Where the marker stood (see render.c), the value must stand, to the byte; all
else must be as it was: no leaf more, none less, none changed.  Or the writer
refused the value, with a sentence and a hint; an ordinary value it may not
refuse.  Prints TAP: one test for each writer in each world.
"""
import collections
import re
import sys

import readers
import values

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
COMPLAINTS_MAX = 20
URL = "https://dav.example.org/"  # what stands before the value

# What is shown to people: a byte that no terminal may have is a question mark.
FOR_PEOPLE = {"json", "text"}

# A name that a format cannot hold gives way to another, and this is said.
GIVES_WAY = {
    "outlook": ("name", "a PRF cannot hold your name", "ann@example.org"),
    "pacc": ("provider", "PACC cannot hold the provider's name",
             "example.org"),
}

# What does without a leaf whose value it cannot hold, and says so.
LEFT_OUT = {
    "mutt": [("mutt asks for the password of", "_pass word ")],
    "pacc": [("not in this file: .*CalDAV", "0: /protocols/caldav"),
             ("not in this file: .*CardDAV", "0: /protocols/carddav")],
}

# What a format cannot say at all: whole worlds, and fields.
REFUSED = {
    "aerc": "pop3",
    "android": "bridge second",
    "geary": "pop3",
    "himalaya": "pop3",
    "k9s": "bridge second",
    "mbsync": "pop3",
    "pacc": "bridge user-in user-out",
}

# The client's own name for a file, on the systems that it runs on.
OWN_NAMES = re.compile("^geary/|^pinned-certs/")

# What must be found in each writer's files: a value that is left out of them
# does no harm, and proves nothing.
MAIL = "user-in user-out host-in host-out "
HELD = {
    "aerc": MAIL + "local domain name",
    "android": MAIL + "local domain name",
    "apple": MAIL + "local domain name",
    "autodiscover": MAIL + "local domain name",
    "autoconfig": MAIL + "domain provider",
    "evolution": MAIL + "local domain name",
    "geary": MAIL + "local domain name",
    "himalaya": MAIL + "local domain name",
    "json": MAIL + "local domain provider origin why url-caldav url-carddav",
    "k9s": MAIL + "local domain name",
    "mbsync": "user-in host-in local domain",
    "msmtp": "user-out host-out local domain",
    "mutt": MAIL + "local domain name",
    "outlook": MAIL + "local domain name",
    "outlook-reg": MAIL + "local domain name",
    "pacc": "host-in host-out domain provider url-caldav url-carddav",
    "text": MAIL + "local domain url-caldav url-carddav",
    "thunderbird": MAIL + "local domain name",
    "thunderbird-policy": MAIL + "local domain name",
}


def held(writer, world):
    """The fields that must be found there (see the worlds of render.c)."""
    for field in HELD.get(writer, "of-a-writer-that-is-not-in-HELD").split():
        if world == "pop3" and field not in ("user-in", "host-in"):
            continue
        if world in REFUSED.get(writer, ""):
            continue
        if world in ("bridge", "second"):
            if field.startswith("url-"):
                continue
            field += "-here" if field.startswith("host-") else ""
        yield field


def decode(data):
    return data.decode("utf-8", "surrogateescape")


def encode(text):
    return text.encode("utf-8", "surrogateescape")


UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e"
                    "\u2066-\u2069\udc80-\udcff]")


def shown(text):
    """As people are shown it."""
    return UNSEEN.sub(lambda match: "?" * len(encode(match[0])), text)


class Case:
    """One record of render.c."""

    def __init__(self, stream, line):
        words = line.decode().split()
        self.writer, self.world, self.field = words[:3]
        self.value, self.outcome = int(words[3]), words[4]
        self.files, self.notes = [], []
        if self.outcome == "same":
            return
        self.put, self.shown = self.text(stream), self.text(stream)
        if self.outcome != "written":
            self.said, self.hint = self.text(stream), self.text(stream)
            return
        for _ in range(int(words[5])):
            name = self.text(stream)
            self.files.append((name, self.string(stream)))
        self.notes = [self.text(stream) for _ in range(int(words[6]))]

    @staticmethod
    def string(stream):
        digits = b""
        while not digits.endswith(b" "):
            digits += stream.read(1)
        return stream.read(int(digits))

    @classmethod
    def text(cls, stream):
        return decode(cls.string(stream))

    def tells(self, note):
        return any(re.match(note, said) for said in self.notes)

    def leaves(self):
        """Of all files, in order; an identifier follows from the address."""
        found = []
        for i, (name, data) in enumerate(self.files):
            found += [("%d: %s" % (i, where), UUID.sub("UUID", text))
                      for where, text in readers.read(name, data)]
        return found


def is_refused(case):
    """Whatever the value is."""
    refused = REFUSED.get(case.writer, "").split()
    return case.outcome == "refused" and (case.field in refused or
                                          case.world in refused)


def name_faults(case):
    """Of the files' names, below the folder."""
    for name, _ in case.files:
        if OWN_NAMES.match(name):
            name = name.replace(":", "")
        if any(part in ("", ".", "..") or len(encode(part)) > 255
               for part in name.split("/")):
            yield "no file can be named %r" % name
        if re.search("[\0-\x1f\\\\:*?\"<>|]", name):
            yield "not every system takes the file name %r" % name


class Field:
    """A field of a writer, first of all with the marker in it."""

    def __init__(self, marked):
        self.marked = marked
        self.seen = collections.Counter()
        self.leaves = marked.leaves() if marked.outcome == "written" else []
        self.holds = any("m4rk" in text for _, text in self.leaves)

    def allowed(self, case, marked):
        """The texts that may stand where a leaf with the marker stood."""
        for value in case.put, case.shown:
            yield marked.replace(self.marked.put, value)
            if case.writer in FOR_PEOPLE:
                yield marked.replace(self.marked.put, shown(value))
            if case.field.startswith("url-"):  # or the part behind the host
                yield marked.replace("m4rk", value[len(URL):])
        field, note, instead = GIVES_WAY.get(case.writer, ("", "", ""))
        if case.field == field and case.tells(note):
            yield instead

    def file_faults(self, case):
        yield from name_faults(case)
        leaves, wanted = case.leaves(), self.leaves
        for note, part in LEFT_OUT.get(case.writer, []):
            if case.tells(note):
                leaves, wanted = ([leaf for leaf in some if part not in leaf[0]]
                                  for some in (leaves, wanted))
        for (where, text), (place, marked) in zip(leaves, wanted):
            if where != place:
                yield "%r stands where %s was" % (where, place)
            if "m4rk" not in marked and text != marked:
                yield "it changes %s to %.150r" % (where, text)
            if "m4rk" in marked and text not in self.allowed(case, marked):
                yield "%s is read as %.150r" % (where, text)
        if len(leaves) != len(wanted):
            yield "%d leaves instead of %d" % (len(leaves), len(wanted))

    def case_faults(self, case, value):
        if case.outcome == "failed":
            yield "failed: " + case.said
        elif case.outcome == "same":
            if self.holds:
                yield "the marker stands there"
        elif case.outcome == "refused":
            if not case.said or not case.hint or \
                    UNSEEN.search(case.said + case.hint):
                yield "refused with %r, %r" % (case.said, case.hint)
            if value in values.ORDINARY and not is_refused(self.marked):
                yield case.said
        elif self.marked.outcome != "written":
            yield "it is written all the same"
        else:
            yield from self.file_faults(case)


class Verdicts:
    """One of each writer in each world, as TAP."""

    def __init__(self, hostile):
        self.hostile = hostile
        self.complaints = collections.defaultdict(list)
        self.counts = collections.defaultdict(collections.Counter)
        self.held = collections.defaultdict(set)
        self.field = None

    def complain(self, case, value, faults):
        what = case.writer, case.world
        try:
            for fault in faults:
                self.complaints[what].append("%s, %.99r: %s" % (
                    case.field, value, fault))
                break  # the first one tells enough
        except ValueError as error:
            self.complaints[what].append("%s, %.99r: %s" % (
                case.field, value, error))

    def begin_field(self, case):
        try:
            self.field = Field(case)
        except ValueError as error:
            self.complain(case, "m4rk", [str(error)])
            self.field = None
            return
        if case.outcome == "written":
            if self.field.holds:
                self.held[case.writer, case.world].add(case.field)
        elif not is_refused(case):
            self.complain(case, "m4rk", [case.said])

    def take(self, case):
        self.counts[case.writer, case.world][case.outcome] += 1
        if case.value < 0:
            self.begin_field(case)
        elif self.field:
            value = decode(self.hostile[case.value])
            self.complain(case, value, self.field.case_faults(case, value))

    def tell(self):
        for i, what in enumerate(self.counts, 1):
            complaints = self.complaints[what]
            complaints += ["no file holds: " + field for field in held(*what)
                           if field not in self.held[what]]
            counts = self.counts[what]
            print("%sok %d - %s, %s: each value is read as it is, or refused"
                  % ("not " if complaints else "", i, *what))
            print("# %d written, %d refused, %d do not matter" % (
                counts["written"], counts["refused"], counts["same"]))
            for complaint in complaints[:COMPLAINTS_MAX]:
                print("# " + ascii(complaint)[1:-1])
            if len(complaints) > COMPLAINTS_MAX:
                print("# and %d more" % (len(complaints) - COMPLAINTS_MAX))
        print("1..%d" % len(self.counts))
        return not self.counts or any(self.complaints.values())


def main(path):
    with open(path, "rb") as file:
        verdicts = Verdicts(file.read().split(b"\0")[:-1])
    stream = sys.stdin.buffer
    for line in iter(stream.readline, b""):
        verdicts.take(Case(stream, line))
    return verdicts.tell()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
