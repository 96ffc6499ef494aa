#include "format/json_read.h"

#include "format/reader.h"

#include <errno.h>
#include <string.h>

static const char hint[] = "mend the file, or let its program write it anew";

/* Of the first byte at or behind at that is not blank. */
static unsigned line_of(struct pt_slice bytes, const char *at)
{
    const char *end = bytes.at + bytes.len;
    unsigned line = 1;

    while (at < end && strchr(" \t\r\n", *at))
        at++;
    for (const char *c = bytes.at; c < at; c++)
        line += *c == '\n';
    return line;
}

/* The length of the string at text, which begins with its quote. */
static size_t string_length(struct pt_slice text)
{
    size_t i = 1;

    while (i < text.len && text.at[i] != '"')
        i += text.at[i] == '\\' ? 2 : 1;
    return i + 1;
}

/* Does it end inside a string, an object or an array?  Then it is the
 * beginning of something better. */
static bool is_cut_short(struct pt_slice bytes)
{
    long depth = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.at[i];

        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (c == '"')
            i += string_length(pt_slice(bytes.at + i, bytes.len - i)) - 1;
        if (i >= bytes.len)
            return true;
    }
    return depth > 0;
}

static enum pt_status complain(struct pt_slice bytes, const char *end,
                               struct pt_error *err)
{
    if (!pt_trim(bytes).len)
        return pt_fail(err, PT_BAD_INPUT, hint, "it is empty");
    if (is_cut_short(bytes))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "it is cut short: the JSON breaks off in line %u",
                       line_of(bytes, bytes.at + bytes.len));
    return pt_fail(err, PT_BAD_INPUT, hint, "line %u is not JSON",
                   line_of(bytes, end));
}

/* cJSON stops behind the value; only blanks may follow. */
static bool ends_there(struct pt_slice bytes, const char *end)
{
    return !pt_trim(pt_slice(end, (size_t)(bytes.at + bytes.len - end))).len;
}

enum pt_status pt_json_read(struct pt_slice bytes, cJSON **ret_root,
                            struct pt_error *err)
{
    return pt_json_read_most(bytes, PT_READ_MAX, ret_root, err);
}

enum pt_status pt_json_read_most(struct pt_slice bytes, size_t most,
                                 cJSON **ret_root, struct pt_error *err)
{
    enum pt_status status = pt_reader_check(bytes, most, "a JSON file", err);
    const char *end = bytes.at;
    cJSON *root;

    if (status != PT_OK)
        return status;
    errno = 0;
    root = cJSON_ParseWithLengthOpts(bytes.at, bytes.len, &end, false);
    if (!root && errno == ENOMEM)
        return pt_fail_memory(err);
    if (!root || !ends_there(bytes, end))
        status = complain(bytes, end, err);
    else if (!cJSON_IsObject(root))
        status = pt_fail(err, PT_BAD_INPUT, hint,
                         "it is JSON, but not an object");
    if (status == PT_OK)
        *ret_root = root;
    else
        cJSON_Delete(root);
    return status;
}

void pt_json_cleanup(cJSON **json)
{
    cJSON_Delete(*json);
}
