#!/usr/bin/env python3
"""What a real Thunderbird makes of the files written for it.

    thunderbird_files.py files DIR <CASES
    thunderbird_files.py signs-in PROFILE PASSWORD

A case is a line: NAME ADDRESS, then type, host, port, socket type and user
name for receiving, then host, port, socket type and user name ("-": none) for
sending.  Its files are DIR/NAME/ADDRESS.thunderbird.zip, DIR/NAME/DOMAIN.xml
and DIR/NAME/thunderbird-policy/policies.json; those of all of them at once,
DIR/several.zip and DIR/policies.json (and, receiving a port further on,
DIR/moved.json) hold the accounts of DIR/others at once, which is such a file
of cases.  For each case and each way in a line is
printed: "NAME WAY ok", or what is wrong.

signs-in prints a line a server of a profile: its user name, its type, and "ok"
or what went wrong.
"""
import json
import os
import re
import shutil
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

# As its own wizard, from an autoconfig file; and the account gone again, so
# that the next one is the first, too.
JS_CREATE = r"""
const [xml, email, name] = arguments;
const { readFromXML } = ChromeUtils.importESModule(
  "resource:///modules/accountcreation/readFromXML.sys.mjs");
const { JXON } = ChromeUtils.importESModule("resource:///modules/JXON.sys.mjs");
const { AccountConfig } = ChromeUtils.importESModule(
  "resource:///modules/accountcreation/AccountConfig.sys.mjs");
const { CreateInBackend } = ChromeUtils.importESModule(
  "resource:///modules/accountcreation/CreateInBackend.sys.mjs");
const { MailServices } = ChromeUtils.importESModule(
  "resource:///modules/MailServices.sys.mjs");
const config = readFromXML(
  JXON.build(new DOMParser().parseFromString(xml, "text/xml")), "test");
AccountConfig.replaceVariables(config, name, email, "");
const account = await CreateInBackend.createAccountInBackend(config);
const identity = account.defaultIdentity;
const sending = MailServices.outgoingServer ?? MailServices.smtp;
const prefs = {};
for (const [branch, key, called] of [
    ["mail.account.", account.key, "account1"],
    ["mail.server.", account.incomingServer.key, "server1"],
    ["mail.identity.", identity.key, "id1"],
    ["mail.smtpserver.", identity.smtpServerKey, "smtp1"]]) {
  for (const pref of Services.prefs.getChildList(branch + key + ".")) {
    if (!Services.prefs.prefHasUserValue(pref)) continue;
    const type = Services.prefs.getPrefType(pref);
    const value = type == Services.prefs.PREF_STRING
      ? Services.prefs.getStringPref(pref)
      : type == Services.prefs.PREF_INT ? Services.prefs.getIntPref(pref)
      : Services.prefs.getBoolPref(pref);
    prefs[branch + called + pref.slice(branch.length + key.length)] =
      value == key ? called : value;
  }
}
prefs["mail.account.account1.server"] = "server1";
prefs["mail.account.account1.identities"] = "id1";
prefs["mail.identity.id1.smtpServer"] = "smtp1";
const smtp = sending.getServerByKey(identity.smtpServerKey);
MailServices.accounts.removeAccount(account, false);
sending.deleteServer(smtp);
Services.prefs.deleteBranch("mail.smtpserver." + smtp.key + ".");
return prefs;
"""

# Where the wizard's preferences may differ from ours, and why.
ONLY_THE_WIZARD = {
    # where it keeps the mail: it finds a place when it first starts
    r"mail\.server\.server1\.(directory|directory-rel|storeContractID"
    r"|canChangeStoreType)",
    # random, and sent only where somebody turned it on
    r"mail\.(server\.server1|smtpserver\.smtp1)\.clientid",
    # it has mail deleted from a POP3 server after 14 days: we never do
    r"mail\.server\.server1\.(num_days_to_leave_on_server"
    r"|delete_by_age_from_server|delete_mail_left_on_server)",
}
ONLY_OURS = {
    # what is the default today is said
    r"mail\.server\.server1\.authMethod=3",
    r"mail\.server\.server1\.port=(143|993|110|995)",
    r"mail\.(accountmanager|smtp)\.default(account|server)=.*",
    r"mail\.(accountmanager\.accounts|smtpservers|account\.lastKey)=.*",
}


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
        self.policies = os.path.join(self.dir, "thunderbird-policy",
                                     "policies.json")

    @staticmethod
    def server(kind, host, port, socket, user):
        return [kind, host, int(port), int(socket),
                "" if user == "-" else user]

    def read_xml(self):
        with open(self.xml, encoding="utf-8") as file:
            return file.read()


def as_text(name):
    """Its interface tells a name to send with byte by byte."""
    try:
        return name.encode("latin-1").decode()
    except ValueError:
        return name


def listed(found):
    """Every account and every server to send through, as wanted."""
    accounts = [[[s["type"], s["host"], s["port"], s["socketType"],
                  s["username"]], a["identities"][0]["email"],
                 a["identities"][0]["name"]]
                for a in found["accounts"] for s in [a["server"]]
                if s["type"] != "none"]
    smtp = [[s["type"], s["host"].strip("[]"), s["port"], s["socketType"],
             as_text(s["username"])] for s in found["smtp"]]
    return accounts, smtp


def compare(got, cases):
    accounts = [[c.wanted[0], c.address, FULL_NAME] for c in cases]
    smtp = [c.wanted[1] for c in cases]
    if (sorted(got[0]), sorted(got[1])) == (sorted(accounts), sorted(smtp)):
        return "ok"
    return "got %s, want %s" % (got, (accounts, smtp))


def start(profile=None, prefs=None):
    """Offline: no server of a case is to be spoken to."""
    return tb.Thunderbird(profile, prefs=prefs, offline=True)


def unzip(path, work):
    """Its one top folder."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(work)
        return os.path.join(work, archive.namelist()[0].rstrip("/"))


def read_prefs(profile):
    """Of our own prefs.js, without text that needs more than JSON's escapes."""
    with open(os.path.join(profile, "prefs.js"), encoding="utf-8") as file:
        return {name: json.loads(value) for name, value in re.findall(
            r'^user_pref\("([^"]+)", (.*)\);$', file.read(), re.M)}


# ---- ways in ----

def as_profile(path, cases):
    with tempfile.TemporaryDirectory() as work:
        profile = unzip(path, work)
        with start(profile) as client:
            verdict = compare(listed(client.m.js(tb.JS_ACCOUNTS)), cases)
        if os.path.exists(os.path.join(profile, "Invalidprefs.js")):
            verdict = "a line of prefs.js is not understood"
    return verdict


def as_xml(client, case):
    read = client.m.js(tb.JS_XML, case.read_xml())
    if not read["ok"]:
        return read["error"]
    got = [[s["type"], s["hostname"], s["port"], s["socketType"],
            s["username"].replace("%EMAILADDRESS%", case.address)]
           for s in (read["incoming"], read["outgoing"])]
    for one, want in zip(got, case.wanted):
        one[4] = one[4] if want[4] else ""  # it asks nobody's name there
    return "ok" if got == case.wanted else "got %s, want %s" % (got,
                                                                case.wanted)


def is_allowed(allowed, name, value):
    return any(re.fullmatch(one, name) or
               re.fullmatch(one, "%s=%s" % (name, value)) for one in allowed)


def as_created(client, case):
    """The preferences its own account wizard writes, given the XML, are those
    of the ZIP."""
    theirs = client.m.ajs("return await (async function() {%s}).apply(null, "
                          "__a)" % JS_CREATE, case.read_xml(), case.address,
                          FULL_NAME)
    with tempfile.TemporaryDirectory() as work:
        ours = read_prefs(unzip(case.zip, work))
    wrong = ["%s: ours %r, the wizard's %r" % (name, ours[name], theirs[name])
             for name in sorted(set(ours) & set(theirs))
             if ours[name] != theirs[name]]
    wrong += ["%s=%r is only ours" % (name, ours[name])
              for name in sorted(set(ours) - set(theirs))
              if not is_allowed(ONLY_OURS, name, ours[name])]
    wrong += ["%s=%r is only the wizard's" % (name, theirs[name])
              for name in sorted(set(theirs) - set(ours))
              if not is_allowed(ONLY_THE_WIZARD, name, theirs[name])]
    return "; ".join(wrong) or "ok"


def as_import(path, cases, others):
    """One after the other, and then several at once, into one profile, as
    Tools > Import does it: they are there when it starts again."""
    with tempfile.TemporaryDirectory() as profile, \
            tempfile.TemporaryDirectory() as work:
        paths = [c.zip for c in cases] + [path]
        sources = [[zip, unzip(zip, os.path.join(work, str(i)))]
                   for i, zip in enumerate(paths)]
        with start(profile) as client:
            said = client.m.ajs(JS_IMPORT, *sources)
        if said != "ok":
            return said
        with start(profile) as client:
            return compare(listed(client.m.js(tb.JS_ACCOUNTS)),
                           cases + others)


def install_with(policies, work):
    """Thunderbird, with a folder "distribution" of its own: it looks where
    its program lies."""
    installed = os.path.dirname(os.path.realpath(tb.find_tb()))
    for name in os.listdir(installed):
        path = os.path.join(installed, name)
        if name.startswith("thunderbird"):
            shutil.copy(path, work)
        elif name != "distribution":
            os.symlink(path, os.path.join(work, name))
    os.mkdir(os.path.join(work, "distribution"))
    shutil.copy(policies, os.path.join(work, "distribution"))
    return os.path.join(work, os.path.basename(tb.find_tb()))


def hold(policies):
    """Preferences that keep it from signing in by itself."""
    with open(policies, encoding="utf-8") as file:
        names = json.load(file)["policies"]["Preferences"]
    return {name: False for name in names
            if name.endswith((".login_at_startup", ".check_new_mail"))}


def as_policies(policies, cases, moved):
    """And when a port moves, it moves at the next start."""
    with tempfile.TemporaryDirectory() as work, \
            tempfile.TemporaryDirectory() as profile:
        os.environ["TB_BIN"] = install_with(policies, work)
        try:
            with start(profile, hold(policies)) as client:
                verdict = compare(listed(client.m.js(tb.JS_ACCOUNTS)), cases)
            shutil.copy(moved, os.path.join(work, "distribution",
                                            "policies.json"))
            with start(profile, hold(policies)) as client:
                ports = [a[0][2] for a in
                         listed(client.m.js(tb.JS_ACCOUNTS))[0]]
        finally:
            del os.environ["TB_BIN"]
    want = [c.wanted[0][2] + 1 for c in cases]
    if verdict == "ok" and sorted(ports) != sorted(want):
        verdict = "moved: got %s, want %s" % (ports, want)
    return verdict


def judge(what, question, *args):
    try:
        print(what, question(*args), flush=True)
    except (tb.MarionetteError, OSError, KeyError, IndexError,
            ValueError) as error:
        print(what, "%s: %s" % (type(error).__name__, error), flush=True)


def read_cases(top, file):
    return [Case(top, line) for line in file if line.strip()]


def judge_files(top):
    cases = read_cases(top, sys.stdin)
    with open(os.path.join(top, "others"), encoding="utf-8") as file:
        others = read_cases(top, file)
    several = os.path.join(top, "several.zip")
    for case in cases:
        judge(case.name + " profile", as_profile, case.zip, [case])
    with start() as client:
        for case in cases:
            judge(case.name + " xml", as_xml, client, case)
            judge(case.name + " create", as_created, client, case)
    judge("all profile", as_profile, several, others)
    judge("all import", as_import, several, cases, others)
    # a policy cannot say that sending needs no login
    judge("all policies", as_policies, os.path.join(top, "policies.json"),
          [c for c in others if c.wanted[1][4]],
          os.path.join(top, "moved.json"))


def sign_in(profile, password):
    with tb.Thunderbird(profile) as client:
        done = client.m.ajs(tb.JS_VERIFY, password, 20000)
        found = client.m.js(tb.JS_ACCOUNTS)
    names = {a["server"]["key"]: a["server"]["username"]
             for a in found["accounts"]}
    names.update((s["key"], as_text(s["username"])) for s in found["smtp"])
    for one in done:
        print(names[one["key"]], one["type"], "ok" if one["ok"] else
              (one.get("secFailed") or {}).get("err") or
              one.get("code") or one.get("error"))


if __name__ == "__main__":
    if sys.argv[1] == "files":
        judge_files(sys.argv[2])
    else:
        sign_in(*sys.argv[2:4])
