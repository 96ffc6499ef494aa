/* fuzz_dns_text.c - any bytes as the text of DNS records; the first byte
 * chooses the type. */
#include "format/dns_text.h"
#include "model/address.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const struct pt_dns_record *record)
{
    if (strlen(record->name) > record->name_len)
        abort();
    if (record->type == PT_RECORD_TXT)
        return;
    if (strlen(record->name) != record->name_len ||
        (!pt_is(record->name, ".") && !pt_host_ok(record->name)))
        abort();
    if (record->type == PT_RECORD_SRV && !pt_is(record->name, ".") &&
        !record->port)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_records records;

    if (!arena || !len)
        return 0;
    records = pt_dns_text_read(arena,
                               pt_slice((const char *)data + 1, len - 1),
                               (enum pt_record)(data[0] % PT_RECORDS));
    if (records.count > PT_DNS_RECORDS_MAX)
        abort();
    for (size_t i = 0; i < records.count; i++)
        check(&records.at[i]);
    pt_dns_sort(&records, len);
    for (size_t i = 1; i < records.count; i++)
        if (records.at[i - 1].priority > records.at[i].priority)
            abort();
    return 0;
}
