/* reader.c - the table of readers, and what may become of what they read. */
#include "format/reader.h"

#include <string.h>

static const struct pt_reader readers[] = {
    {"json", PT_READS_FILE, PT_FROM_CONFIG, pt_read_json},
    {"json-keys", PT_READS_FILE, PT_FROM_CONFIG, pt_read_json_keys},
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

/* High bytes pass: they are UTF-8 or ISO-8859-1. */
static bool is_text(unsigned char byte)
{
    return byte >= 0x20 ? byte != 0x7F
                        : byte == '\t' || byte == '\n' || byte == '\r' ||
                              byte == '\f';
}

enum pt_status pt_reader_check(struct pt_slice bytes, size_t most,
                               const char *what, struct pt_error *err)
{
    unsigned line = 1;

    if (bytes.len > most)
        return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                       "it is too big for %s: more than %zu KiB", what,
                       most / 1024);
    for (size_t i = 0; i < bytes.len; i++) {
        if (!is_text((unsigned char)bytes.at[i]))
            return pt_fail(err, PT_BAD_INPUT,
                           "see whether it is the right file",
                           "it is not %s: line %u is not text", what, line);
        line += bytes.at[i] == '\n';
    }
    return PT_OK;
}

static bool holds_nocase(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (; *text; text++) {
        size_t n = 0;

        while (n < len && (text[n] | 0x20) == word[n])
            n++;
        if (n == len)
            return true;
    }
    return false;
}

/* Whatever bridge comes along: what is called so is none of our business. */
static bool is_secret(const char *key)
{
    static const char *const words[] = {"pass", "secret", "token", "refresh"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (holds_nocase(key, words[i]))
            return true;
    return false;
}

static bool is_fit(struct pt_slice text, size_t max)
{
    return text.len <= max && pt_is_printable(text);
}

bool pt_reader_keep(struct pt_arena *arena, struct pt_pairs *pairs,
                    const char *section, struct pt_slice key,
                    struct pt_slice value)
{
    const char *dot = *section ? "." : "";
    const char *name;
    const char *text;

    if (!is_fit(value, PT_VALUE_MAX) || pairs->count == PT_PAIRS_MAX ||
        strlen(section) + strlen(dot) + key.len > PT_KEY_MAX)
        return true;
    name = pt_arena_printf(arena, "%s%s%.*s", section, dot, (int)key.len,
                           key.at);
    if (!name)
        return false;
    if (!is_fit(pt_slice_of(name), PT_KEY_MAX) || is_secret(name))
        return true;
    text = pt_arena_strndup(arena, value.at, value.len);
    return text && pt_pairs_add(arena, pairs, name, text);
}

bool pt_reader_keep_key(struct pt_arena *arena, struct pt_pairs *pairs,
                        struct pt_slice key)
{
    const char *name;

    if (!is_fit(key, PT_KEY_MAX) || pairs->count == PT_PAIRS_MAX)
        return true;
    name = pt_arena_strndup(arena, key.at, key.len);
    return name && pt_pairs_add(arena, pairs, name, "");
}
