/* fuzz_redact.c - any bytes as an answer that is to be handed on: no address
 * of the user is left in it, nor a password where it can be told to be one.
 * The first byte says what kind of answer. */
#include "format/grpc.h"
#include "format/redact.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct pt_redaction ann = {
    .names = {.at = {{.text = "ann", .before_at = true, .alone = true}},
              .count = 1},
    .sealed = {.at = (const char *[]){"auth.json"}, .count = 1}};

static const struct pt_ask asks[] = {
    {.kind = PT_ASK_FILE, .what = "/x"},
    {.kind = PT_ASK_FILE, .what = "/auth.json"},
    {.kind = PT_ASK_HTTP, .what = "https://x/?ann"},
    {.kind = PT_ASK_MACHINE,
     .needles = {.at = (const char *[]){"bridge"}, .count = 1}},
    {.kind = PT_ASK_GRPC, .what = "unix:/s", .method = "/a.B/GetUserList"},
    {.kind = PT_ASK_DNS, .what = "x"},
    {.kind = PT_ASK_SPEAK, .what = "127.0.0.1:1143"},
};

static bool is_wordish(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           (unsigned char)c >= 0x80 || (c && strchr("_.-+@", c));
}

/* Told without the help of what is tested; escapes are not looked at, nor
 * what may be the end of one. */
static void check_names(struct pt_slice text)
{
    for (size_t i = 0; i + 4 <= text.len; i++)
        if (!strncasecmp(text.at + i, "ann@", 4) &&
            (!i || text.at[i - 1] == '<' || text.at[i - 1] == ' ' ||
             !(is_wordish(text.at[i - 1]) || strchr("\\%&;", text.at[i - 1]))))
            abort();
}

/* Lines are as many as before, so that complaints name the right one. */
static size_t count_lines(struct pt_slice text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.at[i] == '\n';
    return n;
}

static void check_users(struct pt_slice before, struct pt_slice after)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_grpc_users a = {0};
    struct pt_grpc_users b = {0};

    if (!arena)
        return;
    if (pt_grpc_users_read(arena, before, &a, NULL) !=
            pt_grpc_users_read(arena, after, &b, NULL) ||
        a.addresses.count != b.addresses.count ||
        a.waiting.count != b.waiting.count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_BUF struct pt_buf out = {0};
    const struct pt_ask *ask;
    struct pt_slice body;
    struct pt_slice redacted;

    if (!len)
        return 0;
    ask = &asks[data[0] % (sizeof(asks) / sizeof(*asks))];
    body = pt_slice((const char *)data + 1, len - 1);
    if (!pt_redact_body(&ann, ask, body, &out))
        return 0;
    redacted = pt_slice(out.at, out.len);
    if (ask->kind == PT_ASK_GRPC)
        check_users(body, redacted);
    else if (ask->kind != PT_ASK_SPEAK)
        check_names(redacted);
    if (ask->kind == PT_ASK_FILE || ask->kind == PT_ASK_HTTP)
        if (count_lines(body) != count_lines(redacted))
            abort();
    return 0;
}
