/* fuzz_dns_wire.c - any bytes as an answer to a question about example.org;
 * the first byte chooses the type.  What is printed reads back whole. */
#include "format/dns_text.h"
#include "net/dns_wire.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t count_records(struct pt_slice text)
{
    struct pt_slice line;
    size_t count = 0;

    while (pt_next_line(&text, &line)) {
        if (!pt_is_printable(line))
            abort();
        count += !pt_slice_has_prefix(line, "alias ");
    }
    return count;
}

static void check(const struct pt_reply *reply, enum pt_record record)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice text = pt_slice(pt_buf_text(&reply->body), reply->body.len);
    struct pt_dns_records records;

    if (!arena)
        return;
    records = pt_dns_text_read(arena, text, record);
    if (!records.count || records.count != count_records(text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_reply reply = {.body.max = PT_DNS_TEXT_MAX};
    enum pt_record record;

    if (!len)
        return 0;
    record = (enum pt_record)(data[0] % PT_RECORDS);
    pt_dns_wire_read(pt_slice((const char *)data + 1, len - 1), "example.org",
                     record, &reply);
    if (reply.status == PT_ANSWER_OK && !pt_buf_failed(&reply.body))
        check(&reply, record);
    if (reply.status != PT_ANSWER_OK && reply.body.len)
        abort();
    pt_buf_free(&reply.body);
    return 0;
}
