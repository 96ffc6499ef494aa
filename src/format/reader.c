/* reader.c - the readers, and how each stands with what a process, a file or
 * a log says. */
#include "format/reader.h"

static const struct pt_reader readers[] = {
    {"json", PT_READS_FILE, PT_FROM_CONFIG, pt_read_json},
    {"properties", PT_READS_FILE, PT_FROM_CONFIG, pt_read_properties},
    {"ini", PT_READS_FILE, PT_FROM_CONFIG, pt_read_ini},
    {"toml", PT_READS_FILE, PT_FROM_CONFIG, pt_read_toml},
    {"argv", PT_READS_ARGV, PT_FROM_ARGV, pt_read_argv},
    {"proton-log", PT_READS_LOG, PT_FROM_LOG, pt_read_proton_log},
    {"proton-grpc", PT_READS_GRPC, PT_FROM_GRPC, pt_read_proton_grpc},
    {"proton-focus", PT_READS_FOCUS, PT_FROM_GRPC, pt_read_proton_focus},
};

const struct pt_reader *pt_reader_named(const char *name)
{
    for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
        if (pt_is(readers[i].name, name))
            return &readers[i];
    return NULL;
}
