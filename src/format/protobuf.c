/* protobuf.c - only varints and lengths are needed
 * (protobuf.dev/programming-guides/encoding). */
#include "format/protobuf.h"

enum { VARINT_MAX = 10, FIELD_MAX = (1 << 29) - 1 };

static bool read_varint(struct pt_slice *rest, uint64_t *ret_value)
{
    uint64_t value = 0;

    for (size_t i = 0; i < rest->len && i < VARINT_MAX; i++) {
        unsigned char byte = (unsigned char)rest->at[i];

        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte & 0x80)
            continue;
        *rest = pt_slice(rest->at + i + 1, rest->len - i - 1);
        *ret_value = value;
        return true;
    }
    return false;
}

static bool read_bytes(struct pt_slice *rest, size_t len,
                       struct pt_slice *ret_bytes)
{
    if (len > rest->len)
        return false;
    *ret_bytes = pt_slice(rest->at, len);
    *rest = pt_slice(rest->at + len, rest->len - len);
    return true;
}

bool pt_field_next(struct pt_slice *rest, struct pt_field *ret_field)
{
    struct pt_field f = {0};
    uint64_t key;

    if (!read_varint(rest, &key) || key >> 3 == 0 || key >> 3 > FIELD_MAX)
        return false;
    f.number = (unsigned)(key >> 3);
    f.wire = (enum pt_wire)(key & 7);
    switch (key & 7) {
    case PT_WIRE_VARINT:
        if (!read_varint(rest, &f.value))
            return false;
        break;
    case PT_WIRE_64:
        if (!read_bytes(rest, 8, &f.bytes))
            return false;
        break;
    case PT_WIRE_BYTES:
        if (!read_varint(rest, &f.value) ||
            !read_bytes(rest, f.value > rest->len ? SIZE_MAX : (size_t)f.value,
                        &f.bytes))
            return false;
        break;
    case PT_WIRE_32:
        if (!read_bytes(rest, 4, &f.bytes))
            return false;
        break;
    default:
        return false;
    }
    *ret_field = f;
    return true;
}

/* ---- the other way round ---- */

static void add_varint(struct pt_buf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        pt_buf_putc(out, (char)(value | 0x80));
    pt_buf_putc(out, (char)value);
}

void pt_field_add_varint(struct pt_buf *out, unsigned number, uint64_t value)
{
    add_varint(out, (uint64_t)number << 3 | PT_WIRE_VARINT);
    add_varint(out, value);
}

void pt_field_add_bytes(struct pt_buf *out, unsigned number,
                        struct pt_slice bytes)
{
    add_varint(out, (uint64_t)number << 3 | PT_WIRE_BYTES);
    add_varint(out, bytes.len);
    pt_buf_add(out, bytes.at, bytes.len);
}
