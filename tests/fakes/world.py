#!/usr/bin/env python3
"""world.py DIR: write down a small Internet, as files for the servers that
play it: knot (zones, signed and not, below a root of their own), unbound
(which validates them) and nginx (HTTPS with certificates of a CA of its own).

What is in it stands in world_domains.py.  world.sh starts it, in a network
name space: its addresses are public ones, which are nobody's (RFC 5737)."""
import base64
import hashlib
import os
import subprocess
import sys

import world_domains

AUTHORITY = "198.51.100.53"
# Zones, longest name first; which of them are signed.
ZONES = ("bogus.test", "hole.example", "example", "test", "")
SIGNED = ("test", "")
NOT_OURS = ("hole.example",)  # delegated, but to one who never answers
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def quoted(text):
    """TXT data: strings of 255 bytes, as zone files have them."""
    pieces = [text[i:i + 255] for i in range(0, len(text), 255)] or [""]
    return " ".join('"%s"' % p.replace("\\", "\\\\").replace('"', '\\"')
                    .replace(";", "\\;") for p in pieces)


class World:
    """Collects what the domains want to have."""

    def __init__(self, directory):
        self.dir = directory
        self.records = {zone: set() for zone in ZONES}
        self.sites = {}  # (host, address): routes, certificate, schemes

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    # ---- DNS ----
    def dns(self, name, kind, *data):
        """One record a value."""
        zone = next(z for z in ZONES
                    if not z or name == z or name.endswith("." + z))
        for one in data:
            if kind == "TXT":
                one = quoted(one)
            self.records[zone].add("%s. %s %s" % (name, kind, one))

    # ---- the web ----
    def site(self, host, routes, at=world_domains.WEB, certificate="good",
             schemes=("https",), resolve=True):
        """A virtual host, and the name that leads to it.  routes: path to
        body, or to an nginx directive."""
        known = self.sites.setdefault((host, at), ({}, certificate, schemes))
        known[0].update(routes)
        if resolve:
            self.dns(host, "AAAA" if ":" in at else "A", at)

    def routes(self, routes):
        for path, answer in routes.items():
            if isinstance(answer, tuple):
                # a regular expression's $ is not the configuration's
                yield "location %s { %s }\n" % (path, answer[0])
                continue
            body = answer if isinstance(answer, bytes) else answer.encode()
            kind = "application/json" if body[:1] == b"{" else "text/xml"
            if body[:9].lower() == b"<!doctype" and b"<html" in body:
                kind = "text/html"
            name = "bodies/" + hashlib.sha256(body).hexdigest()[:16]
            yield "location %s { default_type %s; alias %s; }\n" % (
                path, kind, self.write(name, body))

    def server(self, host, address):
        routes, certificate, schemes = self.sites[host, address]
        text = "server {\nserver_name %s;\n" % host
        at = "[%s]" % address if ":" in address else address
        if "https" in schemes:
            text += "listen %s:443 ssl http2;\n" % at
            text += certificate_lines(self, certificate)
        if "http" in schemes:
            text += "listen %s:80;\n" % at
        return text + "".join(self.routes(routes)) + "}\n"

    def nginx(self):
        defaults = ""
        for address in world_domains.WEB, world_domains.WEB6:
            at = "[%s]" % address if ":" in address else address
            defaults += ("server { listen %s:80 default_server; listen "
                         "%s:443 ssl http2 default_server;\n%s}\n" % (
                             at, at, certificate_lines(self, "good")))
        defaults += "server { listen %s:80 default_server; }\n" % (
            world_domains.PLAIN_WEB)
        defaults += ("server { listen unix:%s; access_log off; location / "
                     "{ error_page 405 =200 $uri; root %s; } }\n" % (
                         self.path("back.sock"), self.path("bodies")))
        trap = self.write("bodies/trap.xml", world_domains.TRAP)
        for address in world_domains.FORBIDDEN:
            defaults += (
                "server { listen %s:80; listen %s:443 ssl; %s"
                "access_log %s lab; default_type text/xml;\n"
                "location ~ .* { error_page 405 =200 $uri; alias %s; } }\n" % (
                    address, address, certificate_lines(self, "good"),
                    self.path("trapped.log"), trap))
        self.write("nginx.conf", NGINX % {
            "dir": self.dir,
            "servers": defaults + "".join(
                self.server(*key) for key in sorted(self.sites))})

    # ---- certificates ----
    def certificates(self):
        openssl(self, "req", "-x509", *KEY, "-keyout", "ca.key", "-out",
                "ca.pem", "-days", "30", "-subj", "/CN=Lab CA")
        openssl(self, "req", "-x509", *KEY, "-keyout", "other-ca.key", "-out",
                "other-ca.pem", "-days", "30", "-subj", "/CN=Nobody's CA")
        openssl(self, "req", "-new", *KEY, "-keyout", "key.pem", "-out",
                "request.pem", "-subj", "/CN=lab")
        names = {host for (host, at) in self.sites if self.sites[host, at][1]
                 != "other-name"} | world_domains.MORE_NAMES
        self.write("names.txt", "subjectAltName=" + ",".join(
            "DNS:" + name for name in sorted(names)))
        self.write("other.txt", "subjectAltName=DNS:somebody.else.example")
        for name, ca, days, extensions in (
                ("good", "ca", "30", "names.txt"),
                ("expired", "ca", "-1", "names.txt"),
                ("untrusted", "other-ca", "30", "names.txt"),
                ("other-name", "ca", "30", "other.txt")):
            openssl(self, "x509", "-req", "-in", "request.pem", "-CA",
                    ca + ".pem", "-CAkey", ca + ".key", "-days", days,
                    "-extfile", extensions, "-out", name + ".pem")

    # ---- name servers ----
    def zones(self):
        knot = KNOT % {"dir": self.dir, "at": AUTHORITY}
        for zone in ZONES:
            if zone in NOT_OURS:
                continue
            knot += "  - domain: %s.\n    file: %s\n" % (
                zone, self.path("zones", (zone or "root") + ".zone"))
            if zone in SIGNED:
                knot += "    dnssec-signing: on\n    dnssec-policy: lab\n"
        self.write("knot.conf", knot)
        os.mkdir(self.path("knot"))
        for zone in SIGNED:  # children first
            self.sign(zone)
        self.records["test"].add(
            "bogus.test. DS 12345 13 2 " + "00" * 32)  # nobody's key
        for zone in ZONES:
            if zone in NOT_OURS:
                continue
            if zone:
                self.delegate(zone, "a.root.")
            self.write("zones/%s.zone" % (zone or "root"), ZONE % (
                zone, zone, "\n".join(sorted(self.records[zone]))))
        self.write("unbound.conf", UNBOUND % {"dir": self.dir})
        self.write("hints", ". 60 NS a.root.\na.root. 60 A %s\n" % AUTHORITY)

    def delegate(self, zone, server):
        parent = next(z for z in ZONES
                      if z != zone and (not z or zone.endswith("." + z)))
        self.records[parent].add("%s. NS %s" % (zone, server))

    def sign(self, zone):
        keymgr(self, zone, "generate", "algorithm=ECDSAP256SHA256", "ksk=yes",
               "zsk=yes")
        ds = keymgr(self, zone, "ds").splitlines()[-1].split(" DS ")[1]
        if zone:
            parent = "" if "." not in zone else zone.partition(".")[2]
            self.records[parent].add("%s. DS %s" % (zone, ds))
        else:
            self.write("anchor", ". IN DS %s\n" % ds)


def certificate_lines(world, name):
    return "ssl_certificate %s;\nssl_certificate_key %s;\n" % (
        world.path(name + ".pem"), world.path("key.pem"))


def openssl(world, *arguments):
    subprocess.run(("openssl",) + arguments, cwd=world.dir, check=True,
                   stderr=subprocess.DEVNULL)


def keymgr(world, zone, *arguments):
    return subprocess.run(
        ("keymgr", "-c", world.path("knot.conf"), (zone or "") + ".")
        + arguments, check=True, text=True, stdout=subprocess.PIPE).stdout


def digest(body):
    return base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()


KNOT = """\
server:
    rundir: %(dir)s
    listen: %(at)s@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
control:
    listen: %(dir)s/knot.sock
log:
  - target: %(dir)s/knot.log
    any: info
database:
    storage: %(dir)s/knot
policy:
  - id: lab
    manual: on
    single-type-signing: on
template:
  - id: default
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
"""
ZONE = """\
$TTL 60
%s. SOA a.root. nobody.root. 1 3600 600 86400 5
%s. NS a.root.
%s
"""
UNBOUND = """\
server:
    directory: "%(dir)s"
    chroot: ""
    username: ""
    pidfile: ""
    logfile: "%(dir)s/unbound.log"
    use-syslog: no
    log-queries: yes
    verbosity: 0
    interface: 127.0.0.1
    interface: ::1
    interface: 198.51.100.54
    access-control: 198.51.100.54 allow
    num-threads: 1
    do-daemonize: no
    root-hints: "%(dir)s/hints"
    trust-anchor-file: "%(dir)s/anchor"
    module-config: "validator iterator"
    local-zone: "test." nodefault
    prefer-ip4: yes
remote-control:
    control-enable: no
"""
NGINX = """\
user root root;
daemon off;
master_process off;
pid %(dir)s/nginx.pid;
error_log %(dir)s/nginx.err warn;
worker_rlimit_nofile 4096;
events { worker_connections 2000; }
http {
log_format lab escape=json '{"host":"$host","scheme":"$scheme",'
    '"method":"$request_method","uri":"$request_uri","body":"$request_body",'
    '"type":"$content_type","authorization":"$http_authorization",'
    '"cookie":"$http_cookie","referer":"$http_referer",'
    '"agent":"$http_user_agent","status":"$status"}';
access_log %(dir)s/access.log lab;
client_body_temp_path %(dir)s/nginx-body;
proxy_temp_path %(dir)s/nginx-proxy;
fastcgi_temp_path %(dir)s/nginx-fastcgi;
uwsgi_temp_path %(dir)s/nginx-uwsgi;
scgi_temp_path %(dir)s/nginx-scgi;
default_type text/html;
server_names_hash_max_size 4096;
server_names_hash_bucket_size 256;
keepalive_timeout 5;
gzip on;
gzip_types text/xml application/json;
ssl_protocols TLSv1.2 TLSv1.3;
%(servers)s}
"""

if __name__ == "__main__":
    world = World(sys.argv[1])
    world_domains.fill(world)
    world.certificates()
    world.nginx()
    world.zones()
