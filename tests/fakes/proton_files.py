"""What Proton Mail Bridge keeps on disk, and the messages of its gRPC service.

Facts only: which file lies where, and what stands in it.
"""
import base64
import fcntl
import json
import os
import struct
import subprocess

PASSWORD = "Bridge-Made_Password-1"  # 22 characters, as the bridge makes them
TOKEN = "5a1d7a4e-0000-4000-8000-000000000000"
SUBJECT = "/C=CH/O=Proton AG/OU=Proton Mail/CN=127.0.0.1"
SIGNED_OUT, LOCKED, CONNECTED = range(3)

# The line that names a port, by generation: 3.0 does not, 3.2 has no quotes.
LOG_LINES = {
    "3.0": 'time="Nov 24 09:00:01.100" level=info msg="Starting {name} '
           'server"\n',
    "3.2": 'time="Nov 24 09:00:01.100" level=info msg="Starting {name} '
           'server" port={port} ssl={ssl}\n',
    "3.5": 'time="Nov 24 09:00:01.100" level=info msg="Starting {name} '
           'server" port={port} service=server-manager ssl={ssl}\n',
    "3.9": 'time="2026-11-24 09:00:01.100" level="info" msg="Starting {name} '
           'server" port="{port}" service="server-manager" ssl="{ssl}"\n',
}
LOG_FAILURE = ('time="2026-11-24 09:00:01.200" level="error" msg="Failed to '
               'start {name} server on bridge start" error="failed to create '
               '{name} listener: listen tcp 127.0.0.1:{port}: bind: address '
               'already in use"\n')
LOG_NOISE = ('time="2026-11-24 09:00:00.000" level="debug" msg="Event stream" '
             'port="1" pkg="bridge"\n')


def make_certificate(cert, key):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
         "-days", "7300", "-subj", SUBJECT, "-keyout", key, "-out", cert,
         "-config", "/dev/null", "-addext", "subjectAltName=IP:127.0.0.1",
         "-addext", "basicConstraints=critical,CA:TRUE",
         "-addext", "keyUsage=critical,digitalSignature,keyEncipherment,"
         "keyCertSign",
         "-addext", "extendedKeyUsage=serverAuth,clientAuth"],
        check=True, stderr=subprocess.DEVNULL)


# ---- protocol buffers ----

def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def unknown_fields():
    """Of every wire type, as a later version may add them."""
    return (field(900, 7) + field(901, "new") +
            varint(902 << 3 | 1) + bytes(8) + varint(903 << 3 | 5) + bytes(4))


def frame(message):
    return b"\0" + struct.pack(">I", len(message)) + message


def settings_message(imap, smtp, imap_tls, smtp_tls):
    return (field(1, imap) + field(2, smtp) +
            field(3, int(imap_tls)) + field(4, int(smtp_tls)))


def user_message(name, addresses, state=CONNECTED, split=False, old=False):
    """old: the layout of 3.0.2, before totalBytes moved to 7."""
    password = PASSWORD if state == CONNECTED else ""
    out = (field(1, "id-" + name) + field(2, name) + field(3, name[:1]) +
           field(4, state) + field(5, int(split)))
    if old:
        out += field(6, 1) + field(7, 1000) + field(8, 2000)
        first = 9
    else:
        out += field(6, 1000) + field(7, 2000)
        first = 8
    out += field(first, password) if password else b""
    return out + b"".join(field(first + 1, a) for a in addresses)


def users_message(kind):
    both = ["ann@proton.me", "ann@pm.me"]
    users = {
        "one": [user_message("ann", both)],
        "none": [],
        "old": [user_message("ann", both, old=True)],
        "split": [user_message("ann", both, split=True)],
        "signed-out": [user_message("ann", both, SIGNED_OUT)],
        "locked": [user_message("ann", both, LOCKED)],
        "two": [user_message("ann", both),
                user_message("bob", ["bob@example.org"], SIGNED_OUT)],
        "unknown": [user_message("ann", both) + unknown_fields()],
    }[kind]
    return b"".join(field(1, user) for user in users)


# ---- directories ----

class Files:
    """The trees of one installation below a home directory."""

    def __init__(self, home, flatpak=False):
        self.home = home
        own = home + "/.var/app/ch.protonmail.protonmail-bridge"
        name = "/protonmail/bridge-v3"
        self.config = (own + "/config" if flatpak else home + "/.config") + name
        self.data = (own + "/data" if flatpak
                     else home + "/.local/share") + name
        self.cache = (own + "/cache" if flatpak else home + "/.cache") + name
        self.watched = []
        for where in (self.config, self.data + "/logs", self.cache):
            os.makedirs(where, mode=0o700, exist_ok=True)

    def write(self, path, text, mode=0o600):
        with open(path, "w") as out:
            out.write(text)
        os.chmod(path, mode)

    def secret(self, path):
        """A file nobody but the bridge may open."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(os.urandom(4096))
        self.watched.append(path)

    def write_vault(self):
        self.secret(self.config + "/vault.enc")
        self.secret(self.config + "/insecure/vault.enc")
        self.write(self.config + "/keychain.json",
                   '{"Helper":"secret-service-dbus","DisableTest":false}')

    def hold_lock(self):
        """Never cut to length: digits of a longer, older PID stay behind."""
        self.lock = open(self.cache + "/bridge-v3.lock", "w")
        self.lock.write("%d99" % os.getpid())
        self.lock.flush()
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    def write_endpoint(self, name, port=0, cert="", token="", socket=""):
        """Written beside and renamed, as the bridge does."""
        path = self.config + "/" + name
        text = json.dumps({"port": port, "cert": cert, "token": token,
                           "fileSocketPath": socket}, separators=(",", ":"))
        self.write(path + "_", text + "\n", 0o644)
        os.rename(path + "_", path)

    def write_log(self, lines, session="20261124_090000000", part=0,
                  version="3.25.0"):
        name = "%s_bri_%03d_v%s_br-1.log" % (session, part, version)
        self.write(self.data + "/logs/" + name, "".join(lines))

    def write_leftovers(self, imap, smtp):
        """What version 2 left behind, beside version 3."""
        old = os.path.dirname(self.config) + "/bridge"
        os.makedirs(old)
        self.write(old + "/prefs.json", json.dumps({
            "user_port_imap": str(imap), "user_port_smtp": str(smtp),
            "user_port_api": "1042", "user_ssl_smtp": "false"}))
        self.secret(old + "/key.pem")


def log_lines(generation, imap, smtp, imap_tls, smtp_tls):
    line = LOG_LINES[generation]
    return [line.format(name=name, port=port, ssl=str(tls).lower())
            for name, port, tls in (("IMAP", imap, imap_tls),
                                    ("SMTP", smtp, smtp_tls))]


def to_base64(raw):
    return base64.b64encode(raw).decode()
