#!/usr/bin/env python3
"""The hostile values: what any text from outside may turn out to be.

    values.py >VALUES

Each ends in NUL, which is the one byte that none of them can hold: in C it
is the end.  Always the same ones, in the same order, without doubles.
"""
import sys

# These fit everywhere.
ORDINARY = ("Ann Example|O'Brien|Ann.Example|ann+tag|x|Ann-Marie|"
            "mail.example.net|a.b.c.example.net|xn--bcher-kva.example|"
            "ann@example.net").split("|")

# What ends a value, begins another one, or is expanded, somewhere.
INJECTIONS = r"""
"); user_pref("evil", true); //
", "evil": "1
"}]},"evil":[{"
</string><key>evil</key><string>
</username><password>evil</password><username>
]]>
<![CDATA[x
<!-- x
<!ENTITY x "y">
<?x y?>
&amp;
&lt;b&gt;
&#10;
&#x0;
&evil;
<b>Ann</b>
<ann@evil.example>
Ann <ann@evil.example>
Ann <ann@evil.example>, Bob
Ann, Bob; Carl: Dora;
"Ann" <ann@evil.example>
Ann (Bob)
Ann (Bob
Ann \(Bob\)
=?utf-8?q?=41nn?=
=?utf-8?b?QW5u?=
%EMAILADDRESS%
%EMAILLOCALPART%
%REALNAME%
{{domain}}
%(source)s
x%(x)sy
```
%PATH%
%USERNAME%x
%%
%
100%
%s%s%s%n
%1$s
%20
%0a
%00
%2e%2e%2f
%C3%A4
%ZZ
$HOME
${HOME}
$(id)
$((1+1))
$$
$
`id`
`
; id
| id
& id
&& id
> x
< x
* ?
[a-z]
{a,b}
!!
!id
~
~root
~/x
# x
x # y
x;y
x ; y
; x
' x
x'y'z
'; id; '
'"'"'
''
'''
''''''
""
"
\"\"\"
"x"
"x
x"
'x'
x\
\
\\
\\\
\"
\'
\n
\r
\t
\s
\0
\x41
\u0041
\U00000041
\101
\cX
\;
\,
\ x
^x
^
=
==
a=b
a = b
=a
a:b
a: b
:a
a,b
,
x, y
[Evil]
[Evil
]
[General]
{}
{x}
[]
()
<>
<
>
?
*
@
@x
x@
a@b@c
-
--
-x
--evil=1
+x
+
/
/etc/passwd
../../etc/passwd
..
.
C:\x
\\host\share
\x
x/y
x//y
CON
NUL
true
false
null
none
yes
no
on
off
inf
nan
0
1
-1
0x10
010
1e9
1.5
65536
dword:00000001
hex:00
"evil"=dword:00000001
@="evil"
"""

# Each begins a line, or a second key, if its line break comes through.
LINES = ["evil=1", "[Evil]", "user_pref(\"evil\", 1);", "password evil",
         "PassCmd evil", "set evil=1", "source evil", "evil = \"1\"",
         "<evil/>", "\"evil\": 1,", "Windows Registry", "account evil", "",
         " x", "\tx", "# x", "; x", ".", "\\", "\""]

BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"]

# By code point: unseen, turning the direction, combining, beyond the BMP ...
ODD = [0x80, 0x85, 0x9B, 0x9F, 0xA0, 0xAD, 0x300, 0x34F, 0x61C, 0x7FF, 0x800,
       0x115F, 0x180E, 0x2000, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2018,
       0x201C, 0x2028, 0x202A, 0x202D, 0x202E, 0x2044, 0x2060, 0x2066, 0x2069,
       0x206F, 0x3000, 0xD7FF, 0xE000, 0xFDD0, 0xFE0F, 0xFEFF, 0xFF02, 0xFF20,
       0xFFF9, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1D11E, 0x1F642, 0x1FFFE,
       0xE0001, 0xE0041, 0x10FFFD, 0x10FFFF]

WORDS = ["Ännchen Exämple", "Ægir Ørsted", "Ł", "Zoë", "José", "Žižek", "ß",
         "Ελένη", "Анна", "חנה", "آنا", "آنا (خانه)", "חנה \"ק\" <x>", "安",
         "アン・例", "안나", "अन्ना", "🙂", "👩‍👩‍👧‍👦", "🇨🇭", "e\u0301", "ﬁ",
         "bücher.example", "παράδειγμα.δοκιμή", "例え.テスト", "é@example.net",
         "مثال.إختبار", "straße.example", "ann@bücher.example"]

# Not UTF-8: alone, cut short, overlong, a surrogate, beyond the last one.
BROKEN = [b"\xff", b"\xfe\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x99",
          b"\x80", b"\xc0\x80", b"\xc0\xaf", b"\xc0\xa2", b"\xe0\x80\xaf",
          b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88",
          b"J\xf6rg", b"\xc3\"", b"\xe2\x82\"", b"\xf0\x9f\n", b"\x81\"x",
          b"x\\\xc3"]

HOSTS = ["127.0.0.1", "127.9.8.7", "::1", "192.0.2.7", "2001:db8::7",
         "2001:db8:1:2:3:4:5:6", "::ffff:192.0.2.7", "localhost",
         "a.localhost", "m", "a-b.example", "a--b.example", "EXAMPLE.NET",
         "xn--e1afmkfd.example", "1.example", "a" * 63 + ".example",
         ".".join(["a" * 49] * 5) + ".aa", ".".join(["a"] * 126),
         ".".join(["b" * 49] * 5),  # an address of 253 bytes
         "::ffff:127.0.0.1", "[::1]", "example.net.", "fe80::1%eth0"]


def longs():
    """255 bytes, about as many as any field lets through, and more."""
    yield "a" * 255
    yield "ann@" + "a" * 251
    yield "é" * 127
    yield "€" * 85
    yield "🙂" * 63
    yield "\u202e" * 85
    yield from (c * 255 for c in "\"'\\%&<$`\n ;#")
    yield "a b " * 63
    yield "a" * 64
    yield "\"" + "a b" * 20 + "\""
    yield "a" * 1000
    yield "\\\"" * 500


def everywhere(c):
    yield from (c, "a" + c + "b", c + "a", "a" + c, "a b" + c + c)


def every_value():
    yield ""
    yield from ORDINARY
    for code in list(range(1, 0x20)) + [0x7F]:
        yield "a" + chr(code) + "b"
    for c in "\t\n\r " + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
        yield from everywhere(c)
    yield from INJECTIONS.strip("\n").split("\n")
    yield from ('"' * 3, '"' * 3 + "x" + '"' * 3)
    for line in LINES:
        yield "ann\n" + line
        yield "ann\r\n" + line + "\r\n"
    for line_break in BREAKS:
        yield "ann" + line_break + "evil=1"
        yield line_break
    for code in ODD:
        yield "a" + chr(code) + "b"
        yield chr(code)
    yield from WORDS
    yield from HOSTS
    yield from longs()
    for local in "a b", "a\\\"b", "a\\\\", "a@b", "a,b", "a\tb", "ä b":
        yield "\"" + local + "\""


def main():
    values = [value.encode() for value in every_value()] + BROKEN
    for value in dict.fromkeys(values):
        sys.stdout.buffer.write(value + b"\0")


if __name__ == "__main__":
    main()
