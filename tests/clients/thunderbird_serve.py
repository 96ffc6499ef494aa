#!/usr/bin/env python3
"""thunderbird_serve.py ADDRESS PASSWORD TRUSTED...: what a new Thunderbird makes of
a mail address alone, as its account hub does: it looks for the settings, makes
the account of them, and signs in.

TRUSTED is the PEM file of an authority, or HOST=FILE: a certificate to take
from that host as it is.

A line each: how the settings were found; the servers of the account, as type,
host, port, socket type and user name; and for each server its type and "ok",
or what went wrong.
"""
import sys

import tb_marionette as tb
from thunderbird_update import ONLINE

QUIET = {
    **ONLINE,
    # nobody is there who knows the providers of this world
    "mailnews.auto_config_url": "",
    "network.trr.mode": 5,
}

JS_FIND = r"""
const [email, name, password] = __a;
const load = file => ChromeUtils.importESModule(
  "resource:///modules/accountcreation/" + file + ".sys.mjs");
const { FindConfig } = load("FindConfig");
const { AccountConfig } = load("AccountConfig");
const { CreateInBackend } = load("CreateInBackend");
const search = FindConfig.parallelAutoDiscovery(
  email.split("@")[1], email, new AbortController().signal);
let step = await search.next();
while (!step.done) step = await search.next({ acceptRedirect: false });
const config = step.value;
if (!config) return null;
const tell = server => [server.type, server.hostname, server.port,
  server.socketType];
AccountConfig.replaceVariables(config, name, email, password);
config.rememberPassword = true;
await CreateInBackend.createAccountInBackend(config);
return [config.subSource,
  [...tell(config.incoming), config.incoming.username],
  [...tell(config.outgoing), config.outgoing.username]];
"""

JS_TRUST = r"""
Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
  .addCertFromBase64(__a[0], "CT,,");
"""

JS_EXCEPT = r"""
const [der, host, ports] = __a;
const cert = Cc["@mozilla.org/security/x509certdb;1"]
  .getService(Ci.nsIX509CertDB).constructX509FromBase64(der);
for (const port of ports)
  Cc["@mozilla.org/security/certoverride;1"]
    .getService(Ci.nsICertOverrideService)
    .rememberValidityOverride(host, port, {}, cert, false);
"""


def read_pem(path):
    """The first certificate in it, as base64."""
    with open(path, encoding="ascii") as pem:
        return "".join(pem.read().split("-----")[2].split())


def sign_in(client, password):
    for one in client.m.ajs(tb.JS_VERIFY, password, 15000):
        print(one["type"], "ok" if one["ok"] else
              (one.get("secFailed") or {}).get("err") or one.get("code") or
              one.get("error"))


def main(address, password, *trusted):
    authorities = [one for one in trusted if "=" not in one]
    exceptions = [one.split("=") for one in trusted if "=" in one]
    with tb.Thunderbird(None, QUIET) as client:
        for path in authorities:
            client.m.ajs(JS_TRUST, read_pem(path))
        found = client.m.ajs(JS_FIND, address, "Ann Example", password)
        if not found:
            print("nothing was found")
            return
        for line in found:
            print(line if isinstance(line, str) else
                  " ".join(str(word) for word in line))
        for host, path in exceptions:
            client.m.ajs(JS_EXCEPT, read_pem(path), host,
                         [server[2] for server in found[1:]])
        sign_in(client, password)


main(*sys.argv[1:])
