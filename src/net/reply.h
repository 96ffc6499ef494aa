/* reply.h - an answer while it is being made: it owns what it says. */
#ifndef PT_NET_REPLY_H
#define PT_NET_REPLY_H

#include "base/buf.h"
#include "net/ask.h"

struct pt_reply {
    enum pt_answer_status status;
    struct pt_buf body;
    char why[256]; /* of OK: a remark, or empty */
    bool is_signed;
    int http;
    const char *location;   /* borrowed */
    const char *media_type; /* borrowed */
};

/* Each of these also empties the body. */
void pt_reply_absent(struct pt_reply *reply);
void pt_reply_fail(struct pt_reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As pt_reply_fail(), but ABSENT. */
void pt_reply_miss(struct pt_reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As pt_reply_fail(), but REFUSED. */
void pt_reply_refuse(struct pt_reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* ABSENT when errno says that there is no such file, else FAILED. */
void pt_reply_errno(struct pt_reply *reply);

/* Call done() with it, wipe it and free it.  A body that ran out of memory, or
 * over its ceiling, is a failure. */
void pt_reply_send(struct pt_reply *reply, pt_answer_fn *done, void *ctx);

#endif
