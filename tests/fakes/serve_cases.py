"""What nobody honest sends to `portolan serve`: a row a case.

A row is a name, the bytes that are sent, and the statuses that may come back;
0: the connection may be closed without a word.  A dictionary behind them says
more (see Case).  `serve_hostile.py` sends them.
"""
import base64
import dataclasses
import gzip
import struct

DOMAIN = "example.org"
HOST = "autoconfig." + DOMAIN
CONFIG = "/mail/config-v1.1.xml"
POX = "/autodiscover/autodiscover.xml"
EVIL = "evil.test"
CANARY = "canary.k7q2@" + DOMAIN
SECRET = "CanarySecret9Zx"
NO = (400, 404)
PROFILE = ("IncomingMailServerHostName</key><string>" + EVIL)
RESPONSE_NS = ("http://schemas.microsoft.com/exchange/autodiscover/outlook/"
               "responseschema/2006a")
REQUEST_NS = ("http://schemas.microsoft.com/exchange/autodiscover/outlook/"
              "requestschema/2006")


@dataclasses.dataclass
class Case:
    name: str
    sent: bytes
    statuses: tuple
    answers: int = 1       # at most so many
    same: bool = False     # a 200 has the bytes that everybody gets
    half_close: bool = True  # nothing more comes from us
    port: str = "http"


def percent(text):
    raw = text if isinstance(text, bytes) else text.encode()
    return "".join("%%%02x" % byte for byte in raw)


def ask(target, *headers, method="GET", host=HOST, version="HTTP/1.1",
        body=None, close=True):
    lines = ["%s %s %s" % (method, target, version)]
    if host is not None:
        lines.append("Host: " + host)
    lines.extend(headers)
    if close:
        lines.append("Connection: close")
    if body is not None and not any(
            h.lower().startswith(("content-length", "transfer-encoding"))
            for h in headers):
        lines.append("Content-Length: %d" % len(body))
    head = "\r\n".join(lines) + "\r\n\r\n"
    return head.encode("latin-1") + (body or b"")


def put(body, *headers, target=POX, **more):
    if isinstance(body, str):
        body = body.encode()
    if not any(h.lower().startswith("content-type") for h in headers):
        headers += ("Content-Type: text/xml",)
    return ask(target, *headers, method="POST", body=body, **more)


def pox(address="ann@" + DOMAIN, schema=RESPONSE_NS, more="", before=""):
    return ('<?xml version="1.0"?>%s<Autodiscover xmlns="%s"><Request>%s'
            "<EMailAddress>%s</EMailAddress><AcceptableResponseSchema>%s"
            "</AcceptableResponseSchema></Request></Autodiscover>" % (
                before, REQUEST_NS, more, address, schema))


def chunked(body, extension=b"", trailer=b""):
    return (b"%x%s\r\n%s\r\n0\r\n%s\r\n" %
            (len(body), extension, body, trailer))


TE = "Transfer-Encoding: chunked"
RAW = pox().encode()
BREAK = "x</LoginName><Server>%s</Server><canary/>" % EVIL
ESCAPED = BREAK.replace("<", "&lt;").replace(">", "&gt;")
SCRIPT = '"><canary onload=canary()>'

REFLECTED = [
    ("an element in EMailAddress, escaped",
     put(pox(ESCAPED + "@" + DOMAIN)), (200,) + NO),
    ("an element in EMailAddress, as CDATA",
     put(pox("<![CDATA[%s@%s]]>" % (BREAK, DOMAIN))), (200,) + NO),
    ("an element in EMailAddress, as an element",
     put(pox("<canary>%s</canary>@%s" % (EVIL, DOMAIN))), (200,) + NO),
    ("markup in AcceptableResponseSchema",
     put(pox(schema='x"&gt;&lt;canary xmlns="%s' % EVIL)), (200,) + NO),
    ("a schema of somebody else",
     put(pox(schema="http://%s/schema" % EVIL)), (200,) + NO),
    ("markup in LegacyDN", put(pox(more="<LegacyDN>%s</LegacyDN>" % ESCAPED)),
     (200,) + NO),
    ("an & in EMailAddress", put(pox("a&amp;b@" + DOMAIN)), (200,) + NO),
    ("markup in the address of a profile",
     ask("/profile.mobileconfig?address=" + percent(
         "a</string><key>%s</string><canary/>@%s" % (PROFILE, DOMAIN))), NO),
    ("quotes in the address of a profile",
     ask("/profile.mobileconfig?address=" + percent('"%s"@%s' % (
         SCRIPT, DOMAIN))), (200,) + NO),
    ("two addresses for a profile",
     ask("/profile.mobileconfig?address=ann%%40%s&address=bob%%40%s" % (
         DOMAIN, EVIL)), (200,) + NO),
    ("markup in emailaddress", ask(CONFIG + "?emailaddress=" + percent(
        SCRIPT + "@" + DOMAIN)), (200,) + NO, {"same": True}),
    ("markup in what is typed into the page",
     ask("/?address=" + percent(SCRIPT)), (200,) + NO),
    ("an attribute in what is typed into the page",
     ask("/?address=" + percent('" canary=canary() x="@' + DOMAIN)),
     (200,) + NO),
    ("markup in a query nobody knows", ask("/?canary=" + percent(SCRIPT)),
     (200,) + NO),
    ("markup in the query of the JSON", ask(
        "/autodiscover/autodiscover.json?Email=%s&Protocol=%s" % (
            percent('a"},"Url":"https://%s/","x":"@%s' % (EVIL, DOMAIN)),
            percent('AutodiscoverV1","Url":"http://%s' % EVIL))),
     (200,) + NO),
    ("an unknown protocol of the JSON", ask(
        "/autodiscover/autodiscover.json?Email=ann%%40%s&Protocol=%s" % (
            DOMAIN, percent("<canary>"))), (200,) + NO),
    ("a line end in the path of the JSON", ask(
        "/autodiscover/autodiscover.json/v1.0/" + percent(
            "a\r\nX-Canary: canary\r\n\r\n@" + DOMAIN)), NO),
    ("a line end in a redirect", ask(
        "/.well-known/caldav" + percent("\r\nX-Canary: canary")), NO),
    ("a line end in the name of a file", ask(
        "/file/k9s%s?address=ann%%40%s" % (
            percent("\r\nX-Canary: canary"), DOMAIN)), NO),
    ("a quote in the name of a file", ask(
        "/file/%s?address=ann%%40%s" % (percent('"; canary="'), DOMAIN)), NO),
    ("a line end in the address of a file", ask(
        "/file/k9s?address=" + percent("a\r\nX-Canary: canary@" + DOMAIN)),
     NO),
    ("markup in User-Agent",
     ask("/", "User-Agent: iPhone <canary>" + SCRIPT), (200,)),
    ("markup in a path that is nowhere", ask("/" + percent(SCRIPT)), NO),
    ("markup in a path that is nowhere, as it is", ask("/<canary>"), NO),
    ("X-Forwarded-Host",
     ask(POX, "X-Forwarded-Host: " + EVIL, "Forwarded: host=" + EVIL,
         "X-Original-URL: /" + EVIL, "X-Forwarded-Proto: https"),
     (200, 302, 404, 405)),
    ("an Origin of somebody else", ask("/profile.mobileconfig?address="
                                       "ann%40" + DOMAIN,
                                       "Origin: http://" + EVIL), (200,)),
]

TEXTS = [
    ("a NUL in the address, escaped", ask(
        CONFIG + "?emailaddress=a%00b%40" + DOMAIN), (200,) + NO,
     {"same": True}),
    ("a NUL in the address of a profile", ask(
        "/profile.mobileconfig?address=ann%40" + DOMAIN + "%00.evil.test"),
     NO),
    ("a NUL in the path, escaped", ask(CONFIG + "%00.html"), NO),
    ("a NUL in the path, as it is",
     ask(CONFIG).replace(b"/config", b"/con\0fig"), (0, 421) + NO),
    ("a NUL in a header", ask(CONFIG, "X-A: a\0b"), (0, 200, 400)),
    # libmicrohttpd hands on what is before it
    ("a NUL in Host", ask(CONFIG, host=HOST + "\0." + EVIL),
     (0, 200, 421) + NO, {"same": True}),
    ("a line end in the query, escaped", ask(
        CONFIG + "?emailaddress=a%0d%0aX-Canary:%20canary%40" + DOMAIN),
     (200,) + NO, {"same": True}),
    ("overlong UTF-8 in the address", ask(
        "/profile.mobileconfig?address=%c0%bccanary%c0%be%40" + DOMAIN), NO),
    ("half of a surrogate in the address", ask(
        "/profile.mobileconfig?address=a%ed%a0%80%40" + DOMAIN), NO),
    ("bytes that are no UTF-8 in the address", ask(
        "/profile.mobileconfig?address=a%ff%fe%40" + DOMAIN), NO),
    ("writing from right to left in the address", ask(
        "/?address=" + percent("a\u202egro.tset\u202c@" + DOMAIN)),
     (200,) + NO),
    ("a lone percent sign", ask(CONFIG + "?emailaddress=%"), (200,) + NO,
     {"same": True}),
    ("half an escape", ask("/profile.mobileconfig?address=ann%4"), NO),
    ("no escape", ask("/profile.mobileconfig?address=ann%zz" + DOMAIN), NO),
    ("escaped twice", ask(
        "/profile.mobileconfig?address=ann%2540" + DOMAIN), NO),
    ("no address", ask("/profile.mobileconfig"), NO),
    ("an empty address", ask("/profile.mobileconfig?address="), NO),
    ("a domain that is not ours", ask(
        "/profile.mobileconfig?address=ann%40" + EVIL), NO),
    ("a local part of 300 bytes", ask(
        "/profile.mobileconfig?address=%s%%40%s" % ("a" * 300, DOMAIN)),
     (200,) + NO),
    ("700 parameters", ask(
        CONFIG + "?" + "&".join("a%d" % i for i in range(700))),
     (0, 200, 400, 414), {"same": True}),
]

SIZES = [
    ("a target of 5,000 bytes", ask(CONFIG + "?" + "a" * 5000),
     (400, 414, 431)),
    ("a target of 70,000 bytes", ask("/" + "a" * 70000), (0, 400, 414, 431)),
    ("a query of 70,000 bytes", ask(CONFIG + "?emailaddress=" + "a" * 70000),
     (0, 400, 414, 431)),
    ("200 headers", ask(CONFIG, *("X-%d: y" % i for i in range(200))),
     (200, 400, 413, 431)),
    ("20,000 headers", ask(CONFIG, *("X-%d: y" % i for i in range(20000))),
     (0, 400, 413, 431)),
    ("a header of 70,000 bytes", ask(CONFIG, "X-A: " + "a" * 70000),
     (0, 400, 413, 431)),
    ("a header whose name has 70,000 bytes", ask(CONFIG, "a" * 70000 + ": 1"),
     (0, 400, 413, 431)),
    ("a method of 70,000 bytes", ask("/", method="A" * 70000),
     (0, 400, 405, 413, 414, 431)),
    ("a Host of 10,000 bytes", ask(CONFIG, host="a." * 5000 + DOMAIN),
     (0, 400, 404, 413, 421, 431)),
    ("70,000 bytes without a line end", b"a" * 70000,
     (0, 400, 405, 413, 414, 431)),
    ("a body of 8,193 bytes", put(b" " * 8193), (413,)),
    ("a body of 64 MiB", put(b"a" * (64 << 20)), (0, 413)),
    ("a body of 64 MiB that asks first",
     put(b"", "Content-Length: %d" % (64 << 20), "Expect: 100-continue"),
     (413,), {"half_close": False}),
    ("a body of 64 MiB to what takes none",
     ask("/health", method="POST", body=b"a" * (64 << 20)),
     (0, 400, 405, 413)),
    ("a body of 64 MiB, chunked",
     put(b"10000\r\n" + b"a" * 65536 + b"\r\n" +
         (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 1023 + b"0\r\n\r\n", TE),
     (0, 400, 411, 413)),
    ("a GET with a body", ask(CONFIG, body=b"a" * 100),
     (200, 400, 413), {"same": True}),
    ("a GET with a body of 1 MiB", ask(CONFIG, body=b"a" * (1 << 20)),
     (0, 200, 400, 413), {"same": True}),
]

FRAMES = [
    ("Content-Length twice, the same",
     put(RAW, *["Content-Length: %d" % len(RAW)] * 2), (400,)),
    ("Content-Length twice, another",
     put(RAW, "Content-Length: %d" % len(RAW), "Content-Length: 5"), (400,)),
    ("Content-Length twice in one line",
     put(RAW, "Content-Length: %d, %d" % (len(RAW), len(RAW))), (0, 400)),
    ("Content-Length and chunks", put(chunked(RAW), TE, "Content-Length: 4"),
     (400,)),
    ("a request within another, by length and chunks", put(
        b"0\r\n\r\n" + ask("/metrics"), "Content-Length: 300", TE),
     (0, 400)),
    ("chunks", put(chunked(RAW), TE), (200, 400, 411)),
    ("a chunk with an extension of 70,000 bytes",
     put(chunked(RAW, b";a=" + b"b" * 70000), TE), (0, 400, 411, 413)),
    ("a trailer of 70,000 bytes",
     put(chunked(RAW, trailer=b"X: " + b"b" * 70000 + b"\r\n"), TE),
     (0, 200, 400, 411, 413, 431)),
    ("a chunk of more than there are", put(b"ffffffffffffffff1\r\na", TE),
     (0, 400, 411, 413)),
    ("a chunk of 2^63 bytes", put(b"8000000000000000\r\na", TE),
     (0, 400, 411, 413)),
    ("a chunk of -1 bytes", put(b"-1\r\na\r\n0\r\n\r\n", TE), (0, 400, 411)),
    ("a chunk of no size", put(b"\r\na\r\n0\r\n\r\n", TE), (0, 400, 411)),
    ("a chunk that does not end", put(b"5\r\naaaaaaaaaaaa", TE),
     (0, 400, 411)),
    ("an unknown transfer encoding",
     put(RAW, "Transfer-Encoding: canary", "Content-Length: %d" % len(RAW)),
     (200, 400, 411)),
    ("chunks by halves",
     put(chunked(RAW), "Transfer-Encoding: chunked, gzip"), (0, 400, 411)),
    ("two transfer encodings", put(chunked(RAW), TE, TE), (200, 400, 411)),
    ("a length of -1", put(RAW, "Content-Length: -1"), (0, 400, 413)),
    ("a length of +5", put(RAW, "Content-Length: +5"), (0, 400)),
    ("a length of 0x10", put(RAW, "Content-Length: 0x10"), (0, 400)),
    ("a length of 2^64", put(RAW, "Content-Length: 18446744073709551616"),
     (0, 400, 413)),
    ("a length of 2^63", put(RAW, "Content-Length: 9223372036854775808"),
     (0, 400, 413)),
    ("no length", put(RAW, "Content-Length:"), (0, 400, 411)),
    ("less than was said", put(RAW, "Content-Length: 8000"), (0, 400, 408)),
    ("a POST that says no length",
     ask(POX, "Content-Type: text/xml", method="POST"), (400, 411)),
    ("lines that end in LF alone",
     ask(CONFIG).replace(b"\r\n", b"\n"), (0, 200, 400), {"same": True}),
    ("a header over two lines", ask(CONFIG, "X-A: 1\r\n  2"), (0, 200, 400),
     {"same": True}),
    ("a blank before the colon", ask(CONFIG, "X-A : 1"), (0, 200, 400),
     {"same": True}),
    ("a length with a blank before the colon", put(
        ask("/metrics"), "Content-Length : 5"), (0, 400, 411)),
    ("a header without a colon", ask(CONFIG, "canary"), (0, 200, 400),
     {"same": True}),
    # for libmicrohttpd the header ends there, and another request begins
    ("a header without a name", ask(CONFIG, ": canary"), (0, 200, 400),
     {"same": True, "answers": 2}),
    ("blanks in the request line", ask("  " + CONFIG + "  "),
     (0, 200, 421) + NO, {"same": True}),
    ("a tab in the request line", b"GET\t%s\tHTTP/1.1\r\nHost: %s\r\n"
     b"Connection: close\r\n\r\n" % (CONFIG.encode(), HOST.encode()),
     (0, 200) + NO + (405,), {"same": True}),
    ("empty lines before it", b"\r\n" * 5 + ask(CONFIG), (0, 200, 400),
     {"same": True}),
    ("a thousand empty lines", b"\r\n" * 1000, (0, 400)),
    ("nothing", b"", (0,)),
    ("half a request line", b"GET /ma", (0, 400)),
    ("noise", bytes(range(256)) * 16, (0, 400)),
    ("a hundred requests at once", ask(CONFIG, close=False) * 99 +
     ask(CONFIG), (200,), {"answers": 100, "same": True}),
    ("something after the last request", ask(CONFIG) + ask("/metrics"),
     (200,), {"same": True}),
]

VERSIONS = [
    ("HTTP/0.9", b"GET %s\r\n" % CONFIG.encode(), (0, 400)),
    ("HTTP/1.0 without Host", ask(CONFIG, host=None, version="HTTP/1.0"),
     (200, 400, 404, 421)),
    ("HTTP/1.1 without Host", ask(CONFIG, host=None), (400,)),
    # the one answer from 500 on that speaks of the client
    ("HTTP/2.0", ask(CONFIG, version="HTTP/2.0"), (0, 200, 400, 505)),
    ("HTTP/9.9", ask(CONFIG, version="HTTP/9.9"), (0, 200, 400, 505)),
    ("HTTP/1.1x", ask(CONFIG, version="HTTP/1.1x"), (0, 200, 400)),
    ("CANARY/1.1", ask(CONFIG, version="CANARY/1.1"), (0, 200, 400)),
    ("the preface of HTTP/2",
     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0",
     (0, 400, 404, 405, 421, 505)),
    ("an upgrade to h2c", ask(
        CONFIG, "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__",
        "Connection: Upgrade, HTTP2-Settings"), (200, 400), {"same": True}),
    ("an upgrade to a web socket", ask(
        CONFIG, "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: Y2FuYXJ5", "Sec-WebSocket-Version: 13"),
     (200, 400), {"same": True}),
    ("an expectation nobody has", ask(CONFIG, "Expect: canary"),
     (200, 400, 417), {"same": True}),
]

HOSTS = [
    ("Host twice", ask(CONFIG, "Host: " + EVIL), (400,)),
    ("Host twice, the same", ask(CONFIG, "Host: " + HOST), (400,)),
    ("another's Host", ask(CONFIG, host=EVIL), (404, 421)),
    ("the Host of who rebinds DNS", ask("/", host="rebound." + EVIL),
     (404, 421)),
    ("and for the figures", ask("/metrics", host="rebound." + EVIL),
     (404, 421)),
    ("an empty Host", ask(CONFIG, host=""), (400, 404, 421)),
    ("ours as the beginning of another's",
     ask(CONFIG, host="%s.%s" % (HOST, EVIL)), (404, 421)),
    ("ours as the end of another's", ask(CONFIG, host="evil" + DOMAIN),
     (404, 421)),
    ("a user in Host", ask(CONFIG, host="a:b@" + HOST), (400, 404, 421)),
    ("another's after a user", ask(CONFIG, host="%s@%s" % (HOST, EVIL)),
     (400, 404, 421)),
    ("a path in Host", ask(CONFIG, host=HOST + "/" + EVIL), (400, 404, 421)),
    ("a blank in Host", ask(CONFIG, host=HOST + " " + EVIL),
     (400, 404, 421)),
    ("half an IPv6 address as Host", ask(CONFIG, host="[::1"),
     (400, 404, 421)),
    ("more than an IPv6 address", ask(CONFIG, host="[::1]" + HOST),
     (400, 404, 421)),
    ("an escaped Host", ask(CONFIG, host=percent(HOST)), (400, 404, 421)),
    ("a port that is none", ask(CONFIG, host=HOST + ":canary"),
     (200, 400, 404, 421), {"same": True}),
    ("dots alone", ask(CONFIG, host="..."), (400, 404, 421)),
    ("the address of everybody", ask("/", host="0.0.0.0"), (400, 404, 421)),
    ("another's URL as the target", ask("http://%s%s" % (EVIL, CONFIG)),
     (400, 404, 421)),
    ("our URL as the target, another's Host",
     ask("http://%s%s" % (HOST, CONFIG), host=EVIL), (400, 404, 421, 200),
     {"same": True}),
    ("a URL of another kind as the target", ask("file:///etc/passwd"),
     (400, 404, 421)),
    ("a password in a URL as the target", ask(
        "http://canary:%s@%s%s" % (SECRET, HOST, CONFIG)),
     (200, 400, 404, 421), {"same": True}),
    ("a host with our port", ask(CONFIG, host=HOST + ":80"), (200,),
     {"same": True}),
    ("with a dot at its end", ask(CONFIG, host=HOST + "."), (200,),
     {"same": True}),
    ("in capitals", ask(CONFIG, host=HOST.upper()), (200,), {"same": True}),
]

METHODS = [
    (method, ask(target, method=method, *more), statuses)
    for method, target, more, statuses in (
        ("TRACE", CONFIG, ("X-A: <canary>",), (400, 405)),
        ("CONNECT", EVIL + ":443", (), (0, 400, 404, 405)),
        ("PUT", CONFIG, ("Content-Length: 0",), (400, 405)),
        ("DELETE", CONFIG, (), (400, 405)),
        ("PATCH", CONFIG, ("Content-Length: 0",), (400, 405)),
        ("PROPFIND", "/.well-known/caldav", (), (400, 404, 405)),
        ("get", CONFIG, (), (400, 405)),
        ("CANARY", "/", (), (400, 405)),
        ("<canary>", "/", (), (400, 405)),
        ("OPTIONS", "*", (), (200, 204, 400, 404, 405)),
        ("DELETE", "/initdb/", (), (400, 404, 405)),
        ("POST", "/initdb/", ("Content-Length: 0",), (400, 404, 405)),
        ("POST", "/metrics", ("Content-Length: 0",), (400, 404, 405)),
    )
]

PATHS = [
    (target, ask(target), (0,) + NO) for target in (
        "/../../../../etc/passwd",
        "/mail/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/..%5c..%5c..%5cetc%5cpasswd",
        "/..\\..\\..\\etc\\passwd",
        "/%252e%252e%252fetc%252fpasswd",
        "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
        "/file/../../../../etc/passwd?address=ann%40" + DOMAIN,
        "/file/%2e%2e%2f%2e%2e%2fetc%2fpasswd?address=ann%40" + DOMAIN,
        "/file/?address=ann%40" + DOMAIN,
        "/file//etc/passwd?address=ann%40" + DOMAIN,
        "/v1.1/../../../etc/passwd",
        "/v1.1/%2e%2e%2fetc%2fpasswd",
        "/v1.1/" + EVIL,
        "/" + CONFIG,
        "/." + CONFIG,
        "/mail%2fconfig-v1.1.xml",
        CONFIG + "/",
        CONFIG + ";x",
        CONFIG + ".",
        "/MAIL/CONFIG-V1.1.XML.bak",
        "/.git/config",
        "/.env",
        "mail/config-v1.1.xml",
        "*",
        "?emailaddress=a",
    )
]

LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>%s]>" % "".join(
    "<!ENTITY a%d '&a%d;&a%d;'>" % (i, i - 1, i - 1) for i in range(1, 60))
QUADRATIC = "<!DOCTYPE a [<!ENTITY a '%s'>]>" % ("a" * 4000)
FILE = "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
PARAMETER = ("<!DOCTYPE a [<!ENTITY %% a SYSTEM 'http://127.0.0.1:%d/'> %%a;"
             "]>" % 9)

BODIES = [
    ("a billion laughs", put(pox("&a59;@" + DOMAIN, before=LAUGHS)),
     (400, 413)),
    ("quadratic growth", put(pox("&a;" * 500, before=QUADRATIC)),
     (400, 413)),
    ("a file as an entity", put(pox("&a;@" + DOMAIN, before=FILE)), (400,)),
    ("a URL as a parameter entity", put(pox(before=PARAMETER)), (400,)),
    ("a DOCTYPE alone", put(pox(before="<!DOCTYPE Autodiscover>")), (400,)),
    ("XInclude", put(pox('<xi:include href="file:///etc/passwd" '
                         'parse="text" xmlns:xi='
                         '"http://www.w3.org/2001/XInclude"/>@' + DOMAIN)),
     (200, 400)),
    ("a style sheet", put(pox(before='<?xml-stylesheet href="http://%s/"?>'
                              % EVIL)), (200, 400)),
    ("UTF-16, little end first", put(pox().replace("?>", ' encoding="UTF-16"'
                                                   "?>", 1)
                                     .encode("utf-16")), (200, 400)),
    ("UTF-16 without a mark", put(pox().encode("utf-16-be")), (200, 400)),
    ("UTF-32", put(pox().encode("utf-32")), (200, 400)),
    ("UTF-7", put(pox(BREAK).replace("?>", ' encoding="UTF-7"?>', 1)
                  .encode("utf-7")), (200, 400)),
    ("an encoding nobody knows",
     put(pox().replace("?>", ' encoding="canary"?>', 1)), (200, 400)),
    ("EBCDIC", put(pox().encode("cp037")), (200, 400)),
    ("a mark before it", put(b"\xef\xbb\xbf" + RAW), (200, 400)),
    ("bytes that are no UTF-8", put(RAW.replace(b"ann", b"a\xff\xfe")),
     (400,)),
    ("a NUL within", put(RAW.replace(b"ann", b"a\0n")), (400,)),
    ("a NUL as a reference", put(pox("a&#0;n@" + DOMAIN)), (400,)),
    ("empty", put(b""), (400,)),
    ("blanks", put(b" \r\n\t" * 100), (400,)),
    ("not XML", put(b"canary"), (400,)),
    ("JSON", put(b'{"Email":"ann@%s"}' % DOMAIN.encode(),
                 "Content-Type: application/json"), (400, 415)),
    ("unclosed", put(RAW[:-20]), (400,)),
    ("two roots", put(RAW + b"<canary/>"), (200, 400)),
    ("2,000 deep", put(b"<a>" * 2000 + b"</a>" * 100), (400,)),
    ("2,500 deep in the request",
     put(pox("<a>" * 1000 + "</a>" * 1000)), (200, 400)),
    ("1,000 attributes", put(pox().replace("<Request>", "<Request %s>" %
                                           " ".join("a%d='%d'" % (i, i)
                                                    for i in range(500)))),
     (200, 400)),
    ("the same attribute twice",
     put(pox().replace("<Request>", "<Request a='1' a='2'>")), (400,)),
    ("no such prefix", put(pox().replace("Request>", "canary:Request>")),
     (200, 400)),
    ("an address of 4,000 bytes", put(pox("a" * 4000 + "@" + DOMAIN)),
     (200, 400)),
    ("500 addresses", put(pox("a@%s</EMailAddress><EMailAddress>b" % DOMAIN +
                              "</EMailAddress><EMailAddress>c" * 100)),
     (200, 400)),
    ("an address of somebody else's domain", put(pox("ann@" + EVIL)),
     (200, 400, 404)),
    ("a comment of 7,000 bytes", put(pox(more="<!--%s-->" % ("a" * 7000))),
     (200, 400)),
    ("another charset in its type",
     put(RAW, "Content-Type: text/xml; charset=utf-16"), (200, 400)),
    ("the type of a picture", put(RAW, "Content-Type: image/png"),
     (200, 400, 415)),
    ("a form", ask(POX, "Content-Type: application/x-www-form-urlencoded",
                   method="POST", body=b"address=ann%40" + DOMAIN.encode()),
     (400, 415)),
    ("parts of a form", put(
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + RAW +
        b"\r\n--x--\r\n", "Content-Type: multipart/form-data; boundary=x"),
     (400, 415)),
    ("gzip", put(gzip.compress(RAW), "Content-Encoding: gzip"), (400, 415)),
    ("a megabyte in gzip", put(gzip.compress(b" " * (1 << 20)),
                               "Content-Encoding: gzip"), (400, 415)),
]

CONDITIONS = [
    (name, ask(CONFIG, *headers), statuses, {"same": True})
    for name, headers, statuses in (
        ("If-None-Match: *", ("If-None-Match: *",), (200, 304)),
        ("If-None-Match: noise", ("If-None-Match: <canary>,,,\"\\",), (200,)),
        ("If-None-Match: no end", ('If-None-Match: "canary',), (200,)),
        ("If-None-Match: a list of 300",
         ("If-None-Match: " + ", ".join('"%d"' % i for i in range(300)),),
         (200, 400, 431)),
        ("If-None-Match: commas", ("If-None-Match: " + "," * 3000,),
         (200, 400, 431)),
        ("If-None-Match twice", ('If-None-Match: "a"', 'If-None-Match: "b"'),
         (200, 400)),
        ("If-Match: noise", ("If-Match: canary",), (200, 400, 412)),
        ("If-Modified-Since: noise", ("If-Modified-Since: canary",), (200,)),
        ("Range: a part", ("Range: bytes=0-10",), (200, 206)),
        ("Range: backwards", ("Range: bytes=10-1",), (200, 416)),
        ("Range: 1,000 parts",
         ("Range: bytes=" + ",".join("0-" for _ in range(1000)),),
         (200, 400, 416, 431)),
        ("Accept: nothing we have", ("Accept: application/canary",),
         (200, 406)),
        ("Accept-Encoding: noise", ("Accept-Encoding: canary;q=9,*;q=-1",),
         (200,)),
    )
]

BASIC = "Authorization: Basic " + base64.b64encode(
    ("%s:%s" % (CANARY, SECRET)).encode()).decode()
SECRETS = [
    ("a password for the profile", ask(
        "/profile.mobileconfig?address=%s&password=%s" % (
            percent(CANARY), SECRET)), (400,)),
    ("a password for autoconfig", ask(
        CONFIG + "?emailaddress=%s&password=%s" % (percent(CANARY), SECRET)),
     (400,)),
    ("a password for the page", ask(
        "/?address=%s&Password=%s" % (percent(CANARY), SECRET)), (400,)),
    ("a password whose name is escaped", ask(
        "/?address=%s&%s=%s" % (percent(CANARY), percent("password"),
                                SECRET)), (400,)),
    ("a password for a file", ask(
        "/file/k9s?address=%s&password=%s" % (percent(CANARY), SECRET)),
     (400,)),
    ("a password that is posted to the page", ask(
        "/", "Content-Type: application/x-www-form-urlencoded",
        method="POST", body=b"address=%s&password=%s" % (
            CANARY.encode(), SECRET.encode())), (400, 405, 413)),
    ("Authorization", ask(CONFIG + "?emailaddress=" + percent(CANARY), BASIC),
     (200,), {"same": True}),
    ("Authorization of Autodiscover", put(pox(CANARY), BASIC), (200,)),
    ("Authorization that is noise",
     ask(CONFIG, "Authorization: \xff<canary>" + SECRET), (200, 400),
     {"same": True}),
    ("a cookie", ask(CONFIG, "Cookie: %s=%s" % (CANARY, SECRET)), (200,),
     {"same": True}),
    ("an address in a path that is nowhere",
     ask("/%s/%s" % (CANARY, SECRET)), (404,)),
    ("an address as the Host", ask("/", host=CANARY), (400, 404, 421)),
    ("an address as the method", ask("/", method=CANARY), (400, 405)),
    ("an address in what is refused", put(
        pox(CANARY, before=FILE, more=SECRET)), (400,)),
    ("an address in a Referer",
     ask("/", "Referer: http://%s/?address=%s" % (EVIL, CANARY),
         "User-Agent: " + SECRET), (200,)),
]


def hello(more=b""):
    """The beginning of a conversation in TLS."""
    body = b"\3\3" + b"r" * 32 + b"\0" + b"\0\2\x13\1" + b"\1\0" + more
    handshake = b"\1" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\3\1" + struct.pack(">H", len(handshake)) + handshake


WIRES = [
    ("TLS at the port of HTTP", hello(), (0, 400)),
    ("a record of TLS that is too long", b"\x16\3\1\xff\xff" + b"a" * 70000,
     (0, 400, 414, 431)),
    ("SMTP at the port of HTTP", b"EHLO canary\r\nQUIT\r\n", (0, 400)),
    ("HTTP at the port of TLS", ask(CONFIG), (0, 400), {"port": "https"}),
    ("a greeting of TLS that is noise", hello(b"\xff" * 300), (0,),
     {"port": "https"}),
    ("half a greeting of TLS", hello()[:20], (0,), {"port": "https"}),
    ("noise at the port of TLS", bytes(range(256)) * 64, (0, 400),
     {"port": "https"}),
]


def all_cases():
    for about, rows in (
            ("reflected", REFLECTED), ("text", TEXTS), ("size", SIZES),
            ("framing", FRAMES), ("version", VERSIONS), ("host", HOSTS),
            ("method", METHODS), ("path", PATHS), ("body", BODIES),
            ("condition", CONDITIONS), ("secret", SECRETS),
            ("wire", WIRES)):
        for name, sent, statuses, *more in rows:
            yield Case("%s: %s" % (about, name), sent, statuses,
                       **(more[0] if more else {}))
