/* read_log.c - the log of Proton Mail Bridge 3: key=value pairs as logrus
 * writes them, quoted since 3.9, bare before; no port before 3.2. */
#include "format/reader.h"

#include <string.h>

struct service {
    const char *starting;
    const char *prefix;    /* of the pairs */
    const char *mode_port; /* in a SetConnectionMode line */
};

static const struct service services[] = {
    {"Starting IMAP server", "imap", "ImapPort"},
    {"Starting SMTP server", "smtp", "SmtpPort"},
};

/* The value of key in a line, quotes taken off.  Empty: it is not there. */
static struct pt_slice value_of(struct pt_slice line, const char *key)
{
    size_t len = strlen(key);

    for (size_t i = 0; i + len + 1 < line.len; i++) {
        struct pt_slice value;
        const char *end;

        if ((i && line.at[i - 1] != ' ') || memcmp(line.at + i, key, len) ||
            line.at[i + len] != '=')
            continue;
        value = pt_slice(line.at + i + len + 1, line.len - i - len - 1);
        if (value.at[0] == '"') {
            value = pt_slice(value.at + 1, value.len - 1);
            end = memchr(value.at, '"', value.len);
        } else {
            end = memchr(value.at, ' ', value.len);
        }
        return end ? pt_slice(value.at, (size_t)(end - value.at)) : value;
    }
    return pt_slice("", 0);
}

static bool keep(struct pt_arena *arena, struct pt_pairs *pairs,
                 const struct service *service, const char *key,
                 struct pt_slice value)
{
    return !value.len || pt_reader_keep(arena, pairs, service->prefix,
                                        pt_slice_of(key), value);
}

static bool read_line(struct pt_arena *arena, struct pt_pairs *pairs,
                      const struct service *service, struct pt_slice line)
{
    if (pt_slice_find(line, "msg=\"SetConnectionMode\""))
        return keep(arena, pairs, service, "port",
                    value_of(line, service->mode_port));
    if (pt_slice_find(line, service->starting))
        return keep(arena, pairs, service, "port", value_of(line, "port")) &&
               keep(arena, pairs, service, "ssl", value_of(line, "ssl"));
    return true;
}

/* "# 20261124_090000000_bri_000_v3.25.0_tag.log": between "_v" and "_". */
static bool read_name(struct pt_arena *arena, struct pt_pairs *pairs,
                      struct pt_slice line)
{
    const char *at = pt_slice_find(line, "_v");
    struct pt_slice rest;
    const char *end;

    if (!at)
        return true;
    rest = pt_slice(at + 2, line.len - (size_t)(at + 2 - line.at));
    end = memchr(rest.at, '_', rest.len);
    return !end || pt_reader_keep(arena, pairs, "", pt_slice_of("version"),
                                  pt_slice(rest.at, (size_t)(end - rest.at)));
}

enum pt_status pt_read_proton_log(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err)
{
    struct pt_slice line;
    bool kept = true;

    while (kept && pt_next_line(&bytes, &line)) {
        if (pt_slice_has_prefix(line, "# "))
            kept = read_name(arena, pairs, line);
        for (size_t i = 0; kept && i < 2; i++)
            kept = read_line(arena, pairs, &services[i], line);
    }
    return kept ? PT_OK : pt_fail_memory(err);
}
