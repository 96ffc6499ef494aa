#include "net/ask.h"

static const char *const names[] = {
    [PT_ASK_FILE] = "file",       [PT_ASK_STAT] = "stat",
    [PT_ASK_LOG] = "log",         [PT_ASK_MACHINE] = "machine",
    [PT_ASK_FREE] = "free",       [PT_ASK_SPEAK] = "speak",
    [PT_ASK_GRPC] = "grpc",
};

const char *pt_ask_kind_name(enum pt_ask_kind kind)
{
    return names[kind];
}
