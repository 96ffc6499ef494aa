"""publish_ask.py SERVER SITE [AUTHORITY]: plays mail clients against the web
server on 127.0.0.1 that serves SITE, the output of `portolan publish`, by
SERVER's snippet; by http, or, where there is a certificate's AUTHORITY, by
https.  Prints a line of TAP's sort for each question: "ok WHAT" or "not ok
WHAT: GOT"."""
import http.client
import random
import socket
import ssl
import sys

server, site = sys.argv[1:3]
context = None
if len(sys.argv) > 3:
    context = ssl.create_default_context(cafile=sys.argv[3])
XML, POX = "text/xml", "application/xml; charset=utf-8"
JSON = "application/json"
BODY = (b'<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft'
        b'.com/exchange/autodiscover/outlook/requestschema/2006"><Request>'
        b'<EMailAddress>ann@example.org</EMailAddress></Request>'
        b'</Autodiscover>')
WELL = "/.well-known/"
DAV = {"example.org": "https://dav.example.net/a%24x%3B%28y%29%41/",
       "example.com": None}


def certified(host):
    """The name that TLS is begun with for this Host: of odd ones, some name."""
    name = host.split(":")[0].lower()
    return name if name.endswith((".example.org", ".example.com")) or \
        name in DAV else "autoconfig.example.org"


def connect(host):
    connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=10)
    if context:
        connection.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", 443), timeout=10),
            server_hostname=certified(host))
    return connection


def ask(host, path, method="GET", body=None, headers=None):
    """(status, headers, body)"""
    connection = connect(host)
    try:
        connection.request(method, path, body,
                           dict({"Host": host}, **(headers or {})))
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


def tell(what, complaint):
    if complaint:
        print("not ok %s: %s" % (what, complaint))
    else:
        print("ok %s" % what)


def file_of(domain, path):
    with open("%s/www/%s/%s" % (site, domain, path), "rb") as file:
        return file.read()


def differs(reply, wanted, media, public):
    """What is wrong with a document, or None."""
    status, headers, body = reply
    if status != 200:
        return "status %d" % status
    if body != wanted:
        return "another body: %r" % body[:80]
    if headers.get("Content-Type") != media:
        return "Content-Type %s" % headers.get("Content-Type")
    if headers.get_all("X-Content-Type-Options") != ["nosniff"]:
        return "nosniff %s" % headers.get_all("X-Content-Type-Options")
    if public and headers.get_all("Access-Control-Allow-Origin") != ["*"]:
        return "CORS %s" % headers.get_all("Access-Control-Allow-Origin")
    return None


def document(what, host, path, file, media, public=True, **more):
    domain = "example.com" if "example.com" in host else "example.org"
    wanted = file_of(domain, file)
    reply = ask(host, path, **more)
    tell(what, differs(reply, wanted, media, public))
    return reply


def asked_again(what, host, path, media):
    """HEAD, and GET by who has it already."""
    status, headers, body = ask(host, path, "HEAD")
    tell("HEAD of " + what, None if (status, body) == (200, b"") and
         headers.get("Content-Type") == media else
         "%d %r %s" % (status, body, headers.get("Content-Type")))
    tag = headers.get("ETag")
    status, _, body = ask(host, path, headers={"If-None-Match": tag or ""})
    tell("an ETag of %s, and 304 for who has it" % what,
         None if tag and (status, body) == (304, b"") else
         "%s: %d" % (tag, status))


def is_missing(reply):
    """404 (or a refusal), and nothing a client takes for settings."""
    status, headers, _ = reply
    if status < 400:
        return "status %d" % status
    if "xml" in headers.get("Content-Type", ""):
        return headers.get("Content-Type")
    return None


def missing(what, host, path, **more):
    tell(what, is_missing(ask(host, path, **more)))


def any_case(path):
    return "".join(random.choice((c.lower(), c.upper())) for c in path)


def check_options():
    """Who asks before, as scripts of other pages may."""
    for host, path in (("autoconfig.example.org", "/mail/config-v1.1.xml"),
                       ("ua-auto-config.example.org",
                        WELL + "user-agent-configuration.json")):
        status, headers, _ = ask(host, path, "OPTIONS")
        origin = headers.get("Access-Control-Allow-Origin")
        tell("OPTIONS of " + path, None if
             status in (200, 204) and origin == "*" else
             "%d %s" % (status, origin))


def check_autoconfig():
    config = "mail/config-v1.1.xml"
    for domain in "example.org", "example.com":
        document("autoconfig of %s" % domain, "autoconfig." + domain,
                 "/%s?emailaddress=ann%%40%s" % (config, domain), config, XML)
    document("autoconfig without an address", "autoconfig.example.org",
             "/" + config, config, XML)
    document("autoconfig at D itself", "example.org",
             WELL + "autoconfig/" + config, WELL[1:] + "autoconfig/" + config,
             XML)
    document("autoconfig for Nine", "autoconfig.example.org",
             "/v1.1/" + config, "v1.1/" + config, XML)
    document("as the ISPDB is asked, at another domain's name",
             "autoconfig.example.org", "/v1.1/example.com",
             "../example.com/v1.1/example.com", XML)
    # Caddy goes by the host as it is written
    host = "autoconfig.example.org" if server == "caddy" else \
        "AutoConfig.Example.ORG"
    document("a host with a port, and with capitals", host + ":80",
             "/" + config, config, XML)
    asked_again("autoconfig", "autoconfig.example.org", "/" + config, XML)
    asked_again("autoconfig at D itself", "example.org",
                WELL + "autoconfig/" + config, XML)


def check_outlook(host, file):
    """GET at autodiscover.D: where TLS is, or by TLS what it came for."""
    if context:
        document("Autodiscover by GET", host, "/Autodiscover/Autodiscover.xml",
                 file, POX, False)
        asked_again("Autodiscover", host, "/" + file, POX)
        return
    status, headers, _ = ask(host, "/Autodiscover/Autodiscover.xml")
    tell("Outlook's redirect without TLS", None if
         (status, headers.get("Location")) ==
         (302, "https://%s/%s" % (host, file)) else
         "%d %s" % (status, headers.get("Location")))


def check_autodiscover():
    file = "autodiscover/autodiscover.xml"
    host = "autodiscover.example.org"
    document("Autodiscover by POST", host, "/" + file, file, POX, False,
             method="POST", body=BODY, headers={"Content-Type": "text/xml"})
    document("Autodiscover by POST at D itself", "example.org", "/" + file,
             file, POX, False, method="POST", body=BODY,
             headers={"Authorization": "Basic YW5uOnNlY3JldA=="})
    document("Autodiscover by GET at D itself", "example.org", "/" + file,
             file, POX, False)
    wrong = []
    random.seed(7)
    for path in ["/Autodiscover/Autodiscover.xml",
                 "/AutoDiscover/AutoDiscover.xml",
                 "/AUTODISCOVER/AUTODISCOVER.XML"] + [
                     any_case("/" + file) for _ in range(30)]:
        reply = ask(host, path, "POST", BODY)
        why = differs(reply, file_of("example.org", file), POX, False)
        wrong += ["%s: %s" % (path, why)] if why else []
    tell("Autodiscover in any case of letters", "; ".join(wrong[:3]))
    check_outlook(host, file)
    json = "autodiscover/autodiscover.json"
    for path in ("/Autodiscover/autodiscover.json?Email=ann%40example.org&"
                 "Protocol=AutodiscoverV1",
                 "/autodiscover/autodiscover.json?Protocol=autodiscoverv1",
                 "/autodiscover/autodiscover.json/v1.0/ann%40example.org?"
                 "Protocol=AutodiscoverV1&RedirectCount=1"):
        document("JSON at " + path.split("?")[0], "example.org", path, json,
                 JSON, False)
    missing("JSON of a protocol that is not had", host,
            "/autodiscover/autodiscover.json?Protocol=ActiveSync")
    missing("a method that does not belong", host, "/" + file,
            method="DELETE")


def check_rest():
    pacc = WELL[1:] + "user-agent-configuration.json"
    document("PACC", "ua-auto-config.example.org", "/" + pacc, pacc, JSON)
    document("PACC at D itself", "example.org", "/" + pacc, pacc, JSON)
    asked_again("PACC", "ua-auto-config.example.org", "/" + pacc, JSON)
    document("the card", "autoconfig.example.org", "/", "index.html",
             "text/html; charset=utf-8", False)
    for domain, url in DAV.items():
        status, headers, _ = ask(domain, WELL + "caldav")
        wanted = (307, url) if url else (404, None)
        got = status, headers.get("Location")
        tell("caldav of " + domain, None if got == wanted else "%s %s" % got)
    for path in ("/", "/index.html", "/mail/config-v1.1.xml",
                 WELL + "autoconfig/mail/config-v1.1.xml", "/v1.1/nobody.net",
                 "/autodiscover/autodiscover.xml"):
        missing("nothing for whom nothing was published: " + path,
                "autoconfig.nobody.net", path)
    for path in ("/nothing", "/mail/", "/mail", "/.well-known/", "/v1.1/",
                 "/dns/example.org.zone", "/../dns/example.org.zone",
                 "/v1.1/../../dns/example.org.zone",
                 "/%2e%2e/dns/example.org.zone", "/example.org/",
                 "/example.org/mail/config-v1.1.xml",
                 "/.portolan-publish/list/example.org"):
        missing("404 for " + path, "autoconfig.example.org", path)
    for host in ("autoconfig.", "autoconfig...", "autoconfig.../", "..",
                 "autoconfig.../dns", "autoconfig.-", "[::1]",
                 "autoconfig.example.org/../../dns"):
        missing("nothing for the host " + host, host, "/mail/config-v1.1.xml")
        missing("nor a page for it " + host, host, "/")


def check_large():
    try:
        status = ask("autodiscover.example.org",
                     "/autodiscover/autodiscover.xml", "POST",
                     b"x" * 1000000)[0]
    except OSError:
        status = 413
    tell("a large body", None if status in (200, 413) else status)


def check_other_domain():
    """Who has begun TLS for one of them, and asks for the other."""
    if not context:
        return
    config = "/mail/config-v1.1.xml"
    connection = connect("autoconfig.example.org")
    connection.request("GET", config,
                       headers={"Host": "autoconfig.example.com"})
    reply = connection.getresponse()
    body = reply.read()
    tell("one connection for two domains: either is told of itself, or 421",
         None if reply.status == 421 or
         body == file_of("example.com", config) else
         "%d %r" % (reply.status, body[:60]))
    connection.close()


check_autoconfig()
check_autodiscover()
check_options()
check_rest()
check_large()
check_other_domain()
tell("what DOMAIN has of its own is left to it (%s)" % server,
     None if ask("example.org", "/own.txt")[2] == b"own\n" else
     ask("example.org", "/own.txt"))
