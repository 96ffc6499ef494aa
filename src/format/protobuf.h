/* protobuf.h - the fields of a protobuf message, one after the other. */
#ifndef PT_FORMAT_PROTOBUF_H
#define PT_FORMAT_PROTOBUF_H

#include "base/buf.h"
#include "base/text.h"

enum pt_wire {
    PT_WIRE_VARINT = 0,
    PT_WIRE_64 = 1,
    PT_WIRE_BYTES = 2,
    PT_WIRE_32 = 5
};

struct pt_field {
    unsigned number;
    enum pt_wire wire;
    uint64_t value;        /* VARINT */
    struct pt_slice bytes; /* the others; borrowed */
};

/* Cut the next field off rest.  False: it is malformed, or cut short. */
bool pt_field_next(struct pt_slice *rest, struct pt_field *ret_field);

void pt_field_add_varint(struct pt_buf *out, unsigned number, uint64_t value);
void pt_field_add_bytes(struct pt_buf *out, unsigned number,
                        struct pt_slice bytes);

#endif
