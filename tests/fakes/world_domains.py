"""What the mail domains of the lab publish, each a few lines: below .example
no zone is signed, below .test every one is.  imap.D and smtp.D are where
nobody may connect to: MAIL takes down who does."""
import base64
import hashlib

WEB, WEB6 = "198.51.100.10", "2001:db8::10"
PLAIN_WEB = "198.51.100.80"  # nobody listens on 443 there
MAIL = "203.0.113.66"
SILENT = "203.0.113.91"      # these are played by world_rogues.py
SLOW = "203.0.113.92"
ENDLESS = "203.0.113.93"
BOMB = "203.0.113.94"
DROPS = "203.0.113.95"
FLOOD = "203.0.113.96"
JUNK = "203.0.113.97"
CLOSED = "203.0.113.98"
PROXY = "203.0.113.60"
HOSTED = "10.9.9.9"          # private, but of the hosts file
# Nothing discovered may lead here; nginx listens, and takes down who comes.
FORBIDDEN = ("127.0.0.1", "10.1.2.3", "169.254.169.254")
CONFIG = "/mail/config-v1.1.xml"
WELL_KNOWN = "/.well-known/autoconfig" + CONFIG
PACC = "/.well-known/user-agent-configuration.json"
POX = "= /autodiscover/autodiscover.xml"
MAIL_SRV = ("_imaps", "_imap", "_pop3s", "_pop3", "_submissions",
            "_submission", "_sieve", "_jmap", "_caldavs", "_caldav",
            "_carddavs", "_carddav")
PAGE = "<!DOCTYPE html>\n<html><body>Welcome to our web site</body></html>\n"
LONG = ("login.microsoftonline.com." + "a" * 60 + "." + "b" * 60 +
        ".evil.example")
MANY = 500

MORE_NAMES = set()  # for certificates: what no nginx serves


def server(kind, host, port, security, user="%EMAILADDRESS%",
           auth="password-cleartext"):
    side = "outgoing" if kind == "smtp" else "incoming"
    return ("<%sServer type='%s'><hostname>%s</hostname><port>%d</port>"
            "<socketType>%s</socketType><username>%s</username>"
            "<authentication>%s</authentication></%sServer>\n" % (
                side, kind, host, port, security, user, auth, side))


def config(domain, *servers, before=""):
    """An autoconfig file; by default IMAP and SMTP within the domain."""
    servers = servers or (server("imap", "imap." + domain, 993, "SSL"),
                          server("smtp", "smtp." + domain, 465, "SSL"))
    return ("<?xml version='1.0'?>\n%s<clientConfig version='1.1'>\n"
            "<emailProvider id='%s'><domain>%s</domain>\n"
            "<displayName>Mail of %s</displayName>\n%s"
            "</emailProvider></clientConfig>\n" % (
                before, domain, domain, domain, "".join(servers)))


TRAP = config("evil.example")


def pacc(domain):
    return ('{"protocols": {"imap": {"host": "imap.%s"},'
            ' "submit": {"host": "smtp.%s"}},'
            ' "authentication": {"password": true},'
            ' "info": {"provider": {"name": "Mail of %s"}}}\n' % (
                domain, domain, domain))


def pox(*body):
    return ("<?xml version='1.0' encoding='utf-8'?>\n<Autodiscover xmlns="
            "'http://schemas.microsoft.com/exchange/autodiscover/"
            "responseschema/2006'>\n<Response xmlns='http://schemas.microsoft"
            ".com/exchange/autodiscover/outlook/responseschema/2006a'>\n"
            "<Account><AccountType>email</AccountType>\n%s"
            "</Account></Response></Autodiscover>\n" % "".join(body))


def protocol(kind, host, port, encryption):
    return ("<Protocol><Type>%s</Type><Server>%s</Server><Port>%d</Port>"
            "<Encryption>%s</Encryption><SPA>off</SPA></Protocol>\n" % (
                kind, host, port, encryption))


class Domains:
    def __init__(self, world):
        self.w = world

    def mail_hosts(self, domain):
        for host in "imap.", "smtp.":
            self.w.dns(host + domain, "A", MAIL)

    def redirect(self, to):
        return ("return 302 %s;" % to,)

    # ---- what a domain may publish ----
    def pacc(self, domain, body=None, vouched=None):
        body = body or pacc(domain)
        self.w.site("ua-auto-config." + domain, {"= " + PACC: body})
        self.vouch(domain, vouched or body)

    def vouch(self, domain, body):
        digest = hashlib.sha256(body.encode()).digest()
        self.w.dns("_ua-auto-config." + domain, "TXT",
                   "v=UAAC1; a=sha256; d=" + base64.b64encode(digest).decode())

    def autoconfig(self, domain, body=None, more=None, **site):
        self.w.site("autoconfig." + domain,
                    {"= " + CONFIG: body or config(domain), **(more or {})},
                    **site)

    def well_known(self, domain, body=None):
        self.w.site(domain, {"= " + WELL_KNOWN: body or config(domain)})

    def srv(self, domain, imap, smtp=None, port=993):
        smtp = smtp or imap.replace("imap.", "smtp.")
        self.w.dns("_imaps._tcp." + domain, "SRV", "0 1 %d %s." % (port, imap))
        self.w.dns("_submissions._tcp." + domain, "SRV", "0 1 465 %s." % smtp)

    def posted(self, body):
        """What answers a POST too; the body of it gets into the log."""
        name = hashlib.sha256(body.encode()).hexdigest()[:16]
        self.w.write("bodies/" + name, body)
        return ("default_type text/xml; proxy_pass http://unix:%s:/%s;" % (
            self.w.path("back.sock"), name),)

    def autodiscover(self, domain, body):
        self.w.site("autodiscover." + domain, {POX: self.posted(body)})


def each_source(d):
    w = d.w
    for domain in ("pacc.example", "ac.example", "wk.example", "http.example",
                   "srv-in.example", "srv-in.test", "ad.example"):
        d.mail_hosts(domain)
    d.pacc("pacc.example")
    d.autoconfig("ac.example")
    d.well_known("wk.example")
    d.autoconfig("http.example", at=PLAIN_WEB, schemes=("http",))
    d.srv("srv-in.example", "imap.srv-in.example")
    d.srv("srv-in.test", "imap.srv-in.test")
    d.srv("srv-out.example", "imap.hoster.example")
    d.srv("srv-out.test", "imap.hoster.example")
    for label in MAIL_SRV:
        w.dns("%s._tcp.srv-none.example" % label, "SRV", "0 0 0 .")
    d.autodiscover("ad.example", pox(
        protocol("IMAP", "imap.ad.example", 993, "SSL"),
        protocol("SMTP", "smtp.ad.example", 587, "TLS")))
    w.site("autodiscover.adv2.example", {
        "~* ^/autodiscover/autodiscover.json":
            '{"Protocol": "Ews", "Url":'
            ' "https://mail.adv2.example/EWS/Exchange.asmx"}\n'})
    w.dns("mail.adv2.example", "A", MAIL)
    w.site("nothing.example", {})  # but a web site
    w.dns("parked.example", "A", WEB)  # that has no name of its own there


def third_parties(d):
    w = d.w
    for host, path in (("v1.ispdb.net", "/"),
                       ("autoconfig.thunderbird.net", "/v1.1/"),
                       ("ispdb.lab.example", "/v1.1/")):
        for domain in "ispdb.example", "late.example":
            w.site(host, {"= " + path + domain: config(domain)})
    w.dns("ispdb.example", "MX", "10 mx.ispdb.example.")
    # its own web site never answers
    w.dns("autoconfig.late.example", "A", SILENT)
    d.mail_hosts("hoster.example")
    d.autoconfig("hoster.example", config(
        "hoster.example", server("imap", "imap.hoster.example", 993, "SSL"),
        server("smtp", "smtp.hoster.example", 465, "SSL")))
    w.dns("mx-out.example", "MX", "10 mx1.hoster.example.")
    w.dns("mx-out.test", "MX", "10 mx1.hoster.test.")
    d.mail_hosts("hoster.test")
    d.autoconfig("hoster.test")
    w.dns("mx-known.example", "MX", "1 aspmx.l.google.com.")
    w.dns("mx-proton.example", "MX", "10 mail.protonmail.ch.")
    # com.pl is a public suffix: whoever has autoconfig.com.pl is nobody
    w.dns("mx-suffix.example", "MX", "10 mx.com.pl.")
    d.autoconfig("com.pl", config("evil.example"))
    d.autoconfig("pl", config("evil.example"))
    w.site("autodiscover.example", {POX: d.posted(pox(
        protocol("IMAP", "imap.evil.example", 993, "SSL")))})


def choices(d):
    w = d.w
    d.autoconfig("conflict.test")
    d.srv("conflict.test", "imap.conflict.test", port=1993)
    d.autoconfig("order.example", config(
        "order.example",
        server("pop3", "pop.order.example", 995, "SSL"),
        server("imap", "imap.order.example", 143, "STARTTLS"),
        server("imap", "imap.order.example", 993, "SSL"),
        server("smtp", "smtp.order.example", 587, "STARTTLS")))
    d.autoconfig("plain.example", config(
        "plain.example", server("imap", "imap.plain.example", 143, "plain"),
        server("smtp", "smtp.plain.example", 25, "plain")))
    d.autoconfig("six.example", at=WEB6)
    d.autoconfig("half.example")
    w.dns("autoconfig.half.example", "AAAA", "2001:db8::dead")
    d.autoconfig("alias.example", resolve=False)
    w.dns("autoconfig.alias.example", "CNAME", "autoconfig.hoster.example.")
    d.autoconfig("xn--bcher-kva.example")
    d.autoconfig("hosted.example", at=HOSTED, resolve=False)
    # more than goes into one datagram
    for i in range(60):
        w.dns("_imaps._tcp.large.example", "SRV", "%d 1 993 imap-%02d-%s."
              "large.example." % (i + 1, i, "x" * 30))
    w.dns("_submissions._tcp.large.example", "SRV",
          "0 1 465 smtp.large.example.")
    # only the best of sources answers, and at once
    d.pacc("quick.example")
    w.dns("autoconfig.quick.example", "A", SILENT)
    w.dns("autodiscover.quick.example", "A", SILENT)
    w.dns("quick.example", "A", SILENT)
    # the best of sources never answers, the next one does
    d.autoconfig("waits.example")
    d.vouch("waits.example", pacc("waits.example"))
    w.dns("ua-auto-config.waits.example", "A", SILENT)


def failures(d):
    w = d.w
    w.dns("bogus.test", "MX", "10 mx.bogus.test.")
    d.autoconfig("bogus.test")
    d.w.records["example"].add("hole.example. NS ns.hole.example.")
    d.w.records["example"].add("ns.hole.example. A " + SILENT)
    for name, at in (("silent", SILENT), ("slow", SLOW), ("endless", ENDLESS),
                     ("bomb", BOMB), ("drops", DROPS), ("flood", FLOOD),
                     ("junk", JUNK), ("closed", CLOSED)):
        host = "autoconfig.%s.example" % name
        w.dns(host, "A", at)
        MORE_NAMES.add(host)
    # whoever cuts HTTPS off has plain HTTP ready
    w.site("autoconfig.drops.example", {"= " + CONFIG: config("evil.example")},
           at=DROPS, schemes=("http",), resolve=False)
    for kind in "expired", "untrusted", "other-name":
        domain = kind + ".example"
        d.autoconfig(domain, config("evil.example"), certificate=kind,
                     schemes=("https", "http"))
    for code in "500", "403":
        w.site("autoconfig.e%s.example" % code,
               {"/": ("return %s;" % code,)})


def attacks(d):
    w = d.w
    d.autoconfig("tampered.example", None)  # a lesser source is whole
    d.pacc("tampered.example", pacc("evil.example"),
           vouched=pacc("tampered.example"))
    for host in ("", "autoconfig.", "autodiscover.", "ua-auto-config."):
        w.site(host + "wild.example", {"/": ("return 200 '%s';" % PAGE,)},
               schemes=("https", "http"), resolve=False)
    w.dns("wild.example", "A", WEB)
    w.dns("*.wild.example", "A", WEB)
    d.autoconfig("doctype.example", config(
        "doctype.example", before="<!DOCTYPE clientConfig [<!ENTITY a 'b'>]>"))
    for name, host in (("line", "imap.evil.example&#10;set x=y"),
                       ("quote", "imap.&quot;evil.example"),
                       ("nested", "imap.%EMAILADDRESS%.example")):
        d.autoconfig(name + ".example", config(
            name + ".example", server("imap", host, 993, "SSL"),
            server("smtp", host, 465, "SSL")))
    d.autoconfig("loopback.example", config(
        "loopback.example", server("imap", "127.0.0.1", 1143, "STARTTLS"),
        server("smtp", "127.0.0.1", 1025, "STARTTLS")))
    d.srv("localhost.example", "localhost", "localhost")
    d.srv("long.example", LONG, LONG)
    # names that lead to where nothing public may
    for name, kind, at in (
            ("this-machine", "A", "127.0.0.1"), ("private", "A", "10.1.2.3"),
            ("metadata", "A", "169.254.169.254"),
            ("mapped", "AAAA", "::ffff:127.0.0.1"), ("any", "A", "0.0.0.0"),
            ("six-here", "AAAA", "::1")):
        w.dns("autoconfig.%s.example" % name, kind, at)
        MORE_NAMES.add("autoconfig.%s.example" % name)
    d.autoconfig("mixed.example")
    w.dns("autoconfig.mixed.example", "A", *FORBIDDEN)
    w.dns("autoconfig.led-away.example", "CNAME",
          "autoconfig.this-machine.example.")
    MORE_NAMES.add("autoconfig.led-away.example")
    # a label with a line of ours in it
    w.dns("_imaps._tcp.forged.example", "SRV", "0 1 993 a\\010srv\\0320"
          "\\0321\\032993\\032imap.evil.example.")
    w.site("autodiscover.bait.example", {POX: (
        "add_header WWW-Authenticate 'Basic realm=\"mail\"' always;"
        " return 401;",)})
    d.autodiscover("ad-loop.example", pox(
        "<Action>redirectUrl</Action><RedirectUrl>https://autodiscover."
        "ad-loop.example/autodiscover/autodiscover.xml</RedirectUrl>"))
    d.autodiscover("ad-file.example", pox(
        "<Action>redirectUrl</Action>"
        "<RedirectUrl>file:///etc/passwd</RedirectUrl>"))
    d.autodiscover("ad-address.example", pox(
        "<Action>redirectAddr</Action>"
        "<RedirectAddr>q7-ann@ad.example</RedirectAddr>"))


def redirects(d):
    def chain(domain, length):
        url = "https://autoconfig.%s/%%d" % domain
        more = {"= /%d" % i: d.redirect(url % (i + 1))
                for i in range(1, length)}
        more["= /%d" % length] = config(domain)
        d.autoconfig(domain, more=more)
        d.w.sites["autoconfig." + domain, WEB][0]["= " + CONFIG] = (
            d.redirect(url % 1))

    chain("five.example", 5)
    chain("six-hops.example", 6)
    for name, to in (
            ("down", "http://autoconfig.down.example/plain.xml"),
            ("elsewhere", "https://autoconfig.hoster.example" + CONFIG),
            ("to-here", "https://127.0.0.1" + CONFIG),
            ("to-number", "https://2130706433" + CONFIG),
            ("to-private", "https://autoconfig.private.example" + CONFIG),
            ("to-metadata", "http://169.254.169.254/latest/"),
            ("to-file", "file:///etc/passwd"),
            ("to-gopher", "gopher://autoconfig.hoster.example/"),
            ("round", "https://autoconfig.round.example" + CONFIG)):
        domain = name + ".example"
        d.w.site("autoconfig." + domain, {"= " + CONFIG: d.redirect(to)})
    d.w.site("autoconfig.down.example",
             {"= /plain.xml": config("evil.example")},
             schemes=("https", "http"))
    # plain HTTP that leads to somebody else's good certificate
    d.w.site("autoconfig.up.example", {"= " + CONFIG: d.redirect(
        "https://autoconfig.hoster.example" + CONFIG)}, at=PLAIN_WEB,
        schemes=("http",))


def many(d):
    """d000.many.example and on: a fifth each of five kinds."""
    MORE_NAMES.add("*.many.example")
    for i in range(MANY):
        domain = "d%03d.many.example" % i
        if i % 5 == 0:
            d.w.dns(domain, "A", WEB)
        elif i % 5 == 1:
            d.srv(domain, "imap." + domain)
        elif i % 5 == 2:
            d.w.dns(domain, "MX", "10 mail.protonmail.ch.")
        elif i % 5 == 3:
            d.srv(domain, "imap.hoster.example")
    # one virtual host for all of them, and one file
    d.w.site("*.many.example", {"= " + WELL_KNOWN: config(
        "many.example")}, resolve=False)


def fill(world):
    domains = Domains(world)
    world.dns("a.root", "A", "198.51.100.53")
    for part in (each_source, third_parties, choices, failures, attacks,
                 redirects, many):
        part(domains)
