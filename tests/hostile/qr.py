"""A QR code of error correction L, read off its modules by the tables of
ISO/IEC 18004 alone, and without correcting anything."""
import functools

# By version: codewords for correction in each block, and blocks.
CHECKS = (7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28,
          30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30,
          30, 30, 30, 30, 30, 30)
BLOCKS = (1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9,
          10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25)

FLIPS = (lambda x, y: (x + y) % 2 == 0, lambda x, y: y % 2 == 0,
         lambda x, y: x % 3 == 0, lambda x, y: (x + y) % 3 == 0,
         lambda x, y: (x // 3 + y // 2) % 2 == 0,
         lambda x, y: x * y % 2 + x * y % 3 == 0,
         lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
         lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0)


def alignments(version):
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (
        (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2)
    return [6] + [version * 4 + 10 - i * step for i in range(count - 1)][::-1]


def pattern(version):
    """The modules that hold no data."""
    width = version * 4 + 17
    end = width - 8
    square = [(x, y) for x in range(9) for y in range(9)]
    taken = {(6, i) for i in range(width)} | {(i, 6) for i in range(width)}
    taken |= set(square)
    taken |= {(x + end, y) for x, y in square if x < 8}
    taken |= {(x, y + end) for x, y in square if y < 8}
    if version >= 7:
        block = [(i, width - 11 + j) for i in range(6) for j in range(3)]
        taken |= set(block) | {(y, x) for x, y in block}
    lines = alignments(version)
    corners = {(6, 6), (6, width - 7), (width - 7, 6)}
    for centre in {(x, y) for x in lines for y in lines} - corners:
        taken |= {(centre[0] + dx, centre[1] + dy)
                  for dx in range(-2, 3) for dy in range(-2, 3)}
    return taken


@functools.lru_cache(None)
def zigzag(version, mask):
    """Where each bit lies, in a row of all rows, and whether it is turned."""
    width = version * 4 + 17
    taken = pattern(version)
    found = []
    upward = True
    for right in [*range(width - 1, 6, -2), 5, 3, 1]:
        for y in range(width - 1, -1, -1) if upward else range(width):
            found += [(y * width + x, FLIPS[mask](x, y))
                      for x in (right, right - 1) if (x, y) not in taken]
        upward = not upward
    return found


def untangle(version, words):
    count = BLOCKS[version - 1]
    size = len(words) // count - CHECKS[version - 1]
    shorts = count - len(words) % count
    data = b""
    for block in range(count):
        data += words[block:size * count:count]
        if block >= shorts:
            i = size * count + block - shorts
            data += words[i:i + 1]
    return data


def read(width, dark):
    """dark: a row of all rows, of 0 and 1.  The bytes of its one segment."""
    version, odd = divmod(width - 17, 4)
    kind = int("".join(map(str, dark[8 * width:8 * width + 5])), 2) ^ 0x15
    if odd or not 1 <= version <= 40 or kind >> 3 != 1:
        raise ValueError("no QR code of error correction L")
    bits = [dark[at] ^ flip for at, flip in zigzag(version, kind & 7)]
    words = bytes(int("".join(map(str, bits[i:i + 8])), 2)
                  for i in range(0, len(bits) // 8 * 8, 8))
    data = untangle(version, words).hex()
    digits = 2 if version < 10 else 4
    count = int(data[1:1 + digits], 16)
    text = bytes.fromhex(data[1 + digits:1 + digits + 2 * count])
    if data[0] != "4" or len(text) != count:
        raise ValueError("not one segment of bytes")
    if int((data[1 + digits + 2 * count:] or "0")[0], 16):
        raise ValueError("there is more than one segment")
    return text
