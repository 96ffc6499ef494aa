#include "net/ask.h"

static const char *const names[] = {
    [PT_ASK_FILE] = "file",       [PT_ASK_STAT] = "stat",
    [PT_ASK_LOG] = "log",         [PT_ASK_SHELF] = "shelf",
    [PT_ASK_MACHINE] = "machine", [PT_ASK_FREE] = "free",
    [PT_ASK_SPEAK] = "speak",     [PT_ASK_HOST] = "host",
    [PT_ASK_PROBE] = "probe",     [PT_ASK_GRPC] = "grpc",
    [PT_ASK_DNS] = "dns",         [PT_ASK_HTTP] = "http",
};

static const char *const record_names[] = {
    [PT_RECORD_A] = "a",     [PT_RECORD_AAAA] = "aaaa", [PT_RECORD_MX] = "mx",
    [PT_RECORD_SRV] = "srv", [PT_RECORD_TXT] = "txt",
};

const char *pt_ask_kind_name(enum pt_ask_kind kind)
{
    return names[kind];
}

bool pt_ask_is_of(const struct pt_ask *ask, const void *owner)
{
    return !owner || ask->owner == owner;
}

const char *pt_record_name(enum pt_record record)
{
    return record_names[record];
}

bool pt_record_from(struct pt_slice name, enum pt_record *ret_record)
{
    for (int record = 0; record < PT_RECORDS; record++)
        if (pt_slice_is(name, record_names[record])) {
            *ret_record = (enum pt_record)record;
            return true;
        }
    return false;
}
