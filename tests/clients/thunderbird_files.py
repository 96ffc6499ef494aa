#!/usr/bin/env python3
"""What a real Thunderbird makes of the files written for it.

    thunderbird_files.py DIR <CASES

A case is a line: NAME ADDRESS, then type, host, port, socket type and user
name for receiving, then host, port, socket type and user name for sending.
Its files are DIR/NAME/ADDRESS.thunderbird.zip and DIR/NAME/DOMAIN.xml.  For
each case and each way in (profile, xml, create, import) one line is printed:
"NAME WAY ok", or what is wrong.
"""
import os
import sys
import tempfile
import zipfile

import tb_marionette as tb

FULL_NAME = os.environ.get("FULL_NAME", "Ann Example")

JS_IMPORT = r"""
const { ThunderbirdProfileImporter } = ChromeUtils.importESModule(
  "resource:///modules/ThunderbirdProfileImporter.sys.mjs");
const { FileUtils } = ChromeUtils.importESModule(
  "resource://gre/modules/FileUtils.sys.mjs");
for (const [path, folder] of __a) {
  const importer = new ThunderbirdProfileImporter();
  const zip = new FileUtils.File(path);
  let dir = new FileUtils.File(folder);
  if (importer.extractZipFile) {  // 140 leaves both to its page
    if (!importer.validateSource(zip)) return "refused " + path;
    dir = await importer.extractZipFile(zip, () => {});
  }
  if (!await importer.startImport(dir, { accounts: true }))
    return "not imported: " + path;
}
Services.prefs.savePrefFile(null);
return "ok";
"""


class Case:
    def __init__(self, top, line):
        words = line.split()
        self.name, self.address = words[:2]
        self.wanted = [self.server(*words[2:7]),
                       self.server("smtp", *words[7:11])]
        self.dir = os.path.join(top, self.name)
        self.zip = os.path.join(self.dir, self.address + ".thunderbird.zip")
        self.xml = os.path.join(self.dir,
                                self.address.split("@")[1] + ".xml")

    @staticmethod
    def server(kind, host, port, socket, user):
        return [kind, host, int(port), int(socket), user]


def listed(found):
    """Every account and every server to send through, as wanted."""
    accounts = [[[s["type"], s["host"], s["port"], s["socketType"],
                  s["username"]], a["identities"][0]["email"],
                 a["identities"][0]["name"]]
                for a in found["accounts"] for s in [a["server"]]
                if s["type"] != "none"]
    smtp = [[s["type"], s["host"].strip("[]"), s["port"], s["socketType"],
             s["username"]] for s in found["smtp"]]
    return accounts, smtp


def compare(got, cases):
    accounts = [[c.wanted[0], c.address, FULL_NAME] for c in cases]
    smtp = [c.wanted[1] for c in cases]
    if (sorted(got[0]), sorted(got[1])) == (sorted(accounts), sorted(smtp)):
        return "ok"
    return "got %s, want %s" % (got, (accounts, smtp))


def start(profile=None):
    """Offline: no server of a case is to be spoken to."""
    return tb.Thunderbird(profile, offline=True)


def unzip(path, work):
    """Its one top folder."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(work)
        return os.path.join(work, archive.namelist()[0].rstrip("/"))


def as_profile(case):
    with tempfile.TemporaryDirectory() as work:
        profile = unzip(case.zip, work)
        with start(profile) as client:
            verdict = compare(listed(client.m.js(tb.JS_ACCOUNTS)), [case])
        if os.path.exists(os.path.join(profile, "Invalidprefs.js")):
            verdict = "a line of prefs.js is not understood"
    return verdict


def as_xml(client, case):
    with open(case.xml, encoding="utf-8") as file:
        read = client.m.js(tb.JS_XML, file.read())
    if not read["ok"]:
        return read["error"]
    got = [[s["type"], s["hostname"], s["port"], s["socketType"],
            s["username"].replace("%EMAILADDRESS%", case.address)]
           for s in (read["incoming"], read["outgoing"])]
    return "ok" if got == case.wanted else "got %s, want %s" % (got,
                                                                case.wanted)


def as_created(case):
    """Its own account wizard, given the XML, ends where the ZIP does."""
    with open(case.xml, encoding="utf-8") as file, start() as client:
        client.m.ajs(tb.JS_CREATE, file.read(), case.address, FULL_NAME, "")
        return compare(listed(client.m.js(tb.JS_ACCOUNTS)), [case])


def as_import(cases):
    """All of them one after the other, into one profile, as Tools > Import
    does it: they are there when it starts again."""
    with tempfile.TemporaryDirectory() as profile, \
            tempfile.TemporaryDirectory() as work:
        sources = [[c.zip, unzip(c.zip, os.path.join(work, c.name))]
                   for c in cases]
        with start(profile) as client:
            said = client.m.ajs(JS_IMPORT, *sources)
        if said != "ok":
            return said
        with start(profile) as client:
            return compare(listed(client.m.js(tb.JS_ACCOUNTS)), cases)


def judge(what, question, *args):
    try:
        print(what, question(*args), flush=True)
    except (tb.MarionetteError, OSError, KeyError, IndexError) as error:
        print(what, "%s: %s" % (type(error).__name__, error), flush=True)


def main(top):
    cases = [Case(top, line) for line in sys.stdin if line.strip()]
    for case in cases:
        judge(case.name + " profile", as_profile, case)
        judge(case.name + " create", as_created, case)
    with start() as client:
        for case in cases:
            judge(case.name + " xml", as_xml, client, case)
    judge("all import", as_import, cases)


if __name__ == "__main__":
    main(sys.argv[1])
