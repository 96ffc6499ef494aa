/* fuzz_address.c - whatever somebody typed, pasted or published as an address
 * or a host. */
#include "base/text.h"
#include "model/address.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void insist(bool holds)
{
    if (!holds)
        abort();
}

/* Another spelling of the same address is the same address. */
static void check_same(struct pt_arena *arena, const char *spelling,
                       const struct pt_address *want)
{
    struct pt_address got;

    insist(pt_address_parse(arena, spelling, &got, NULL) == PT_OK);
    insist(pt_is(got.text, want->text));
    insist(pt_is(got.shown, want->shown));
    insist(pt_is(got.local, want->local));
    insist(pt_is(got.domain, want->domain));
}

static void check_address(struct pt_arena *arena, const char *text)
{
    struct pt_address a;
    struct pt_error err = {0};

    if (pt_address_parse(arena, text, &a, &err) != PT_OK) {
        insist(err.status == PT_BAD_INPUT && err.text[0] && err.hint[0]);
        insist(pt_is_printable(pt_slice_of(err.text)));
        return;
    }
    insist(strlen(a.text) <= 254 && strlen(a.local) <= 64);
    insist(pt_host_ok(a.domain) && pt_has_suffix(a.text, a.domain));
    insist(pt_has_prefix(text, a.local) && pt_has_prefix(a.text, a.local));
    insist(pt_is_printable(pt_slice_of(a.shown)));
    check_same(arena, a.text, &a);
    check_same(arena, a.shown, &a);
}

static void check_host(struct pt_arena *arena, const char *text)
{
    const char *host = pt_host_from(arena, text);

    if (pt_host_ok(text))
        insist(host != NULL || strchr(text, '-'));
    if (!host)
        return;
    insist(pt_host_ok(host) && strlen(host) <= 253);
    insist(!host[strcspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZ /@\\\"'<>")]);
    insist(pt_is(pt_host_from(arena, host), host));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *text = pt_arena_strndup(arena, (const char *)data, len);

    check_address(arena, text);
    check_host(arena, text);
    insist(!pt_arena_failed(arena));
    return 0;
}
