#!/usr/bin/env python3
"""What a real Thunderbird would put into the QR codes of "Export for mobile".

    thunderbird_qr.py DIR

The accounts are those of DIR/*.thunderbird.zip, imported one after the other.
DIR/groups holds a line for each export: the addresses whose accounts it is of.
For each line its codes are printed, one a line; or "refused ADDRESS".
"""
import glob
import os
import sys
import tempfile

import thunderbird_files as files

# The module makes pictures of them; what is in these is kept on the way.
JS_EXPORT = r"""
const { MailServices } = ChromeUtils.importESModule(
  "resource:///modules/MailServices.sys.mjs");
const { QRExport } = ChromeUtils.importESModule(
  "moz-src:///comm/mail/modules/QRExport.sys.mjs");
const keys = new Map(QRExport.getEligibleAccounts().map(
  account => [account.defaultIdentity.email, account.key]));
const exporter = Object.create(QRExport, { renderQR: { value: text => text } });
const said = [];
for (const addresses of __a) {
  const refused = addresses.filter(address => !keys.has(address));
  if (refused.length)
    said.push(...refused.map(address => "refused " + address));
  else
    said.push(...await exporter.getQRCodes(
      addresses.map(address => keys.get(address)), false));
}
return said;
"""


def main(top):
    sources = sorted(glob.glob(os.path.join(top, "*.thunderbird.zip")))
    with open(os.path.join(top, "groups"), encoding="utf-8") as file:
        groups = [line.split() for line in file]
    with tempfile.TemporaryDirectory() as profile, \
            tempfile.TemporaryDirectory() as work:
        pairs = [[path, files.unzip(path, os.path.join(work, str(i)))]
                 for i, path in enumerate(sources)]
        with files.start(profile) as client:
            said = client.m.ajs(files.JS_IMPORT, *pairs)
        if said != "ok":
            sys.exit(said)
        with files.start(profile) as client:
            print("\n".join(client.m.ajs(JS_EXPORT, *groups)))


if __name__ == "__main__":
    main(sys.argv[1])
