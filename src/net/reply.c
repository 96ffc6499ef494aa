#include "net/reply.h"

#include "base/text.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pt_reply_absent(struct pt_reply *reply)
{
    pt_buf_clear(&reply->body);
    reply->why[0] = '\0';
    reply->status = PT_ANSWER_ABSENT;
}

__attribute__((format(printf, 3, 0))) static void
say_no(struct pt_reply *reply, enum pt_answer_status status,
       const char *format, va_list ap)
{
    char text[2 * sizeof(reply->why)];

    vsnprintf(text, sizeof(text), format, ap);
    pt_buf_clear(&reply->body);
    reply->status = status;
    pt_make_printable(pt_slice_of(text), reply->why, sizeof(reply->why));
}

void pt_reply_fail(struct pt_reply *reply, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say_no(reply, PT_ANSWER_FAILED, format, ap);
    va_end(ap);
}

void pt_reply_miss(struct pt_reply *reply, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say_no(reply, PT_ANSWER_ABSENT, format, ap);
    va_end(ap);
}

void pt_reply_refuse(struct pt_reply *reply, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say_no(reply, PT_ANSWER_REFUSED, format, ap);
    va_end(ap);
}

void pt_reply_errno(struct pt_reply *reply)
{
    if (errno == ENOENT || errno == ENOTDIR)
        pt_reply_absent(reply);
    else
        pt_reply_fail(reply, "%s", strerror(errno));
}

void pt_reply_send(struct pt_reply *reply, pt_answer_fn *done, void *ctx)
{
    struct pt_answer answer = {0};

    if (reply->body.oom)
        pt_reply_fail(reply, "out of memory");
    else if (reply->body.overflow)
        pt_reply_fail(reply, "larger than %zu KiB", reply->body.max / 1024);
    answer.status = reply->status;
    answer.body = reply->body.at;
    answer.len = reply->body.len;
    answer.why = reply->why[0] ? reply->why : NULL;
    answer.is_signed = reply->is_signed;
    answer.http = reply->http;
    answer.location = reply->location;
    answer.media_type = reply->media_type;
    done(ctx, &answer);
    if (reply->body.at) /* it may have held a password */
        OPENSSL_cleanse(reply->body.at, reply->body.room);
    pt_buf_free(&reply->body);
}
