/* read_proton_log.c - the log of Proton Mail Bridge 3, as logrus writes it:
 * key=value pairs, all quoted since 3.9, only where needed before; a line of
 * 3.0 and 3.1 names no port.
 *
 * A log tells what was tried.  What came of it, sockets tell. */
#include "format/reader.h"

#include <string.h>

static const struct service {
    const char *starting;
    const char *failed;
    const char *prefix;   /* of the pairs */
    const char *set_port; /* the keys of a SetConnectionMode line */
    const char *set_ssl;
} services[] = {
    {"Starting IMAP server", "Failed to start IMAP server", "imap",
     "ImapPort", "UseSSLForIMAP"},
    {"Starting SMTP server", "Failed to start SMTP server", "smtp",
     "SmtpPort", "UseSSLForSMTP"},
};

enum { SERVICES = sizeof(services) / sizeof(*services), VERSION_MAX = 32 };

/* What the lines so far say of one service. */
struct told {
    struct pt_slice port;
    struct pt_slice ssl;
    bool failed;
};

/* The length of a value: quoted up to its quote, else up to a blank. */
static size_t value_length(struct pt_slice text)
{
    bool quoted = text.len && text.at[0] == '"';
    size_t i = quoted ? 1 : 0;

    while (i < text.len && text.at[i] != (quoted ? '"' : ' '))
        i += quoted && text.at[i] == '\\' ? 2 : 1;
    if (quoted)
        i++;
    return i < text.len ? i : text.len;
}

static struct pt_slice unquoted(struct pt_slice text)
{
    if (text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"')
        return pt_slice(text.at + 1, text.len - 2);
    return text;
}

/* Cut the next key=value off rest.  A word without '=' is a key alone. */
static bool next_field(struct pt_slice *rest, struct pt_slice *ret_key,
                       struct pt_slice *ret_value)
{
    struct pt_slice text = pt_trim(*rest);
    size_t key = 0;
    size_t value = 0;

    if (!text.len)
        return false;
    while (key < text.len && text.at[key] != '=' && text.at[key] != ' ')
        key++;
    *ret_key = pt_slice(text.at, key);
    text = pt_slice(text.at + key, text.len - key);
    if (text.len && text.at[0] == '=') {
        text = pt_slice(text.at + 1, text.len - 1);
        value = value_length(text);
    }
    *ret_value = unquoted(pt_slice(text.at, value));
    *rest = pt_slice(text.at + value, text.len - value);
    return true;
}

static struct pt_slice field(struct pt_slice line, const char *name)
{
    struct pt_slice key;
    struct pt_slice value;

    while (next_field(&line, &key, &value))
        if (pt_slice_is(key, name))
            return value;
    return pt_slice("", 0);
}

static void take_line(struct told *told, const struct service *service,
                      struct pt_slice line)
{
    struct pt_slice msg = field(line, "msg");

    if (pt_slice_is(msg, service->starting)) {
        *told = (struct told){.port = field(line, "port"),
                              .ssl = field(line, "ssl")};
    } else if (pt_slice_has_prefix(msg, service->failed)) {
        told->failed = true;
    } else if (pt_slice_is(msg, "SetConnectionMode")) {
        told->port = field(line, service->set_port);
        if (field(line, service->set_ssl).len)
            told->ssl = field(line, service->set_ssl);
    }
}

static bool keep(struct pt_arena *arena, struct pt_pairs *pairs,
                 const struct service *service, const struct told *told)
{
    uint16_t port;

    if (pt_parse_port(told->port, &port) &&
        !pt_reader_keep(arena, pairs, service->prefix, pt_slice_of("port"),
                        told->port))
        return false;
    if ((pt_slice_is(told->ssl, "true") || pt_slice_is(told->ssl, "false")) &&
        !pt_reader_keep(arena, pairs, service->prefix, pt_slice_of("ssl"),
                        told->ssl))
        return false;
    return !told->failed ||
           pt_reader_keep(arena, pairs, service->prefix,
                          pt_slice_of("failed"), pt_slice_of("true"));
}

/* "# 20261124_090000000_bri_000_v3.25.0_tag.log": between "_v" and "_". */
static bool keep_version(struct pt_arena *arena, struct pt_pairs *pairs,
                         struct pt_slice name)
{
    const char *at = pt_slice_find(name, "_v");
    struct pt_slice rest = pt_slice("", 0);
    const char *end;

    if (at)
        rest = pt_slice(at + 2, name.len - (size_t)(at + 2 - name.at));
    end = memchr(rest.at, '_', rest.len);
    if (!end || end - rest.at > VERSION_MAX || rest.at[0] < '0' ||
        rest.at[0] > '9')
        return true;
    return pt_reader_keep(arena, pairs, "", pt_slice_of("version"),
                          pt_slice(rest.at, (size_t)(end - rest.at)));
}

enum pt_status pt_read_proton_log(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err)
{
    enum pt_status status = pt_reader_check(bytes, PT_READ_MAX, "a log", err);
    struct told told[SERVICES] = {0};
    struct pt_slice line;
    bool kept = true;

    if (status != PT_OK)
        return status;
    while (kept && pt_next_line(&bytes, &line)) {
        if (pt_slice_has_prefix(line, "# "))
            kept = keep_version(arena, pairs, line);
        for (size_t i = 0; i < SERVICES; i++)
            take_line(&told[i], &services[i], line);
    }
    for (size_t i = 0; kept && i < SERVICES; i++)
        kept = keep(arena, pairs, &services[i], &told[i]);
    return kept ? PT_OK : pt_fail_memory(err);
}
