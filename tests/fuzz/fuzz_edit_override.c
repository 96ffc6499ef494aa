/* fuzz_edit_override.c - any bytes as cert_override.txt: what is put there is
 * got, once; what is taken out is gone; and all else stays. */
#include "format/edit_override.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static const char host[] = "127.0.0.1";
static const char print[] =
    "01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:"
    "01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF";

static struct pt_slice all_of(const struct pt_buf *bytes)
{
    return pt_slice(bytes->at, bytes->len);
}

static bool get(const struct pt_buf *bytes, uint16_t port,
                char ret_print[PT_FINGERPRINT_CHARS])
{
    return pt_override_get(all_of(bytes), host, port, ret_print);
}

static bool is_same(const struct pt_buf *bytes, struct pt_slice text)
{
    return bytes->len == text.len &&
           (!text.len || !memcmp(bytes->at, text.at, text.len));
}

static void check_put(struct pt_slice before)
{
    PT_BUF struct pt_buf bytes = {0};
    PT_BUF struct pt_buf again = {0};
    char got[PT_FINGERPRINT_CHARS];
    bool was_there;

    pt_buf_add(&bytes, before.at, before.len);
    was_there = get(&bytes, 1143, got);
    pt_override_put(&bytes, host, 1143, print);
    expect(!was_there ? bytes.len > before.len : bytes.len == before.len);
    expect(was_there || !memcmp(bytes.at, before.at, before.len));
    expect(get(&bytes, 1143, got) && !strcmp(got, print));
    pt_buf_add(&again, bytes.at, bytes.len);
    pt_override_put(&again, host, 1143, print);
    expect(is_same(&again, all_of(&bytes)));
}

static void check_move(struct pt_slice before)
{
    PT_BUF struct pt_buf bytes = {0};
    char old[PT_FINGERPRINT_CHARS];
    char got[PT_FINGERPRINT_CHARS];
    bool moves;

    pt_buf_add(&bytes, before.at, before.len);
    moves = get(&bytes, 1143, old) && !get(&bytes, 1, got);
    pt_override_move(&bytes, host, 1143, 1);
    expect(moves || is_same(&bytes, before));
    expect(!moves || (get(&bytes, 1, got) && !strcmp(got, old)));
}

static void check_remove(struct pt_slice before)
{
    PT_BUF struct pt_buf bytes = {0};
    char got[PT_FINGERPRINT_CHARS];
    bool was_there;

    pt_buf_add(&bytes, before.at, before.len);
    was_there = get(&bytes, 1143, got);
    pt_override_remove(&bytes, host, 1143);
    expect(!get(&bytes, 1143, got));
    expect(was_there ? bytes.len < before.len : is_same(&bytes, before));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_slice bytes = pt_slice((const char *)data, len);

    check_put(bytes);
    check_move(bytes);
    check_remove(bytes);
    return 0;
}
