#!/usr/bin/env python3
"""A QR code as an eye, or a camera, would have it: a PGM for zbarimg.

    qr_image.py svg FILE.svg OUT.pgm
    qr_image.py light|dark TYPESCRIPT OUT.pgm

The picture is drawn from the rectangles of the SVG; what a terminal shows from
its colours and half blocks, on a light or a dark background.
"""
import re
import sys
import xml.etree.ElementTree as ET

SCALE = 4  # pixels a module
BLACK, WHITE = 0, 255
SVG = "{http://www.w3.org/2000/svg}"


def draw_svg(text):
    root = ET.fromstring(text)
    left, top, width, height = map(int, root.get("viewBox").split())
    background = root.find(SVG + "rect")
    path = root.find(SVG + "path")
    if (left, top, background.get("fill"), path.get("fill")) != (
            0, 0, "#fff", "#000"):
        raise ValueError("not black on white")
    if not root.findtext(SVG + "title"):
        raise ValueError("no title")
    rows = [[WHITE] * width for _ in range(height)]
    rest = path.get("d")
    while rest:
        run = re.match(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", rest)
        x, y, there, back = map(int, run.groups())
        if there != back:
            raise ValueError("not a rectangle")
        rows[y][x:x + there] = [BLACK] * there
        rest = rest[run.end():]
    return rows


def shade(colour, default):
    """Of the palette of 256 colours, these two and what is not set."""
    return {None: default, 16: BLACK, 231: WHITE}[colour]


def colours(codes, old):
    """What an SGR sequence makes of foreground and background."""
    new = list(old)
    codes = [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            new = [None, None]
        elif code in (38, 48) and codes[0] == 5:
            new[code == 48] = codes[1]
            codes = codes[2:]
        else:
            raise ValueError("SGR %d" % code)
    return new


def draw_terminal(text, light):
    ground = WHITE if light else BLACK
    ink = BLACK if light else WHITE
    halves = {" ": (1, 1), "\u2580": (0, 1), "\u2584": (1, 0), "\u2588": (0, 0)}
    rows = []
    for line in text.splitlines():
        set_now = [None, None]
        pair = [[], []]
        for codes, char in re.findall("\x1b\\[([0-9;]*)m|(.)", line):
            if not char:
                set_now = colours(codes, set_now)
                continue
            pixels = [shade(set_now[0], ink), shade(set_now[1], ground)]
            for row, which in zip(pair, halves.get(char, (1, 1))):
                row.append(pixels[which])
        rows += pair
    width = max(map(len, rows)) + 2
    frame = [[ground] * width] * 2
    return frame + [[ground] + row + [ground] * (width - 1 - len(row))
                    for row in rows] + frame


def write_pgm(rows, path):
    with open(path, "wb") as out:
        out.write(b"P5 %d %d 255\n" % (len(rows[0]) * SCALE,
                                       len(rows) * SCALE))
        for row in rows:
            out.write(bytes(pixel for pixel in row
                            for _ in range(SCALE)) * SCALE)


def main(how, source, target):
    with open(source, encoding="utf-8") as file:
        text = file.read()
    write_pgm(draw_svg(text) if how == "svg"
              else draw_terminal(text, how == "light"), target)


if __name__ == "__main__":
    main(*sys.argv[1:])
