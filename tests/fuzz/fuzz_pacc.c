/* fuzz_pacc.c - any bytes as a provider's file, and as the record that vouches
 * for it. */
#include "format/pacc.h"
#include "format/url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct pt_address ann = {.text = "ann@example.org",
                                      .local = "ann",
                                      .domain = "example.org",
                                      .shown = "ann@example.org"};

/* What the seeds vouch for: "portolan". */
static const unsigned char digest[PT_PACC_DIGEST] = {
    0x61, 0xAE, 0xF2, 0x11, 0x56, 0xFF, 0xCA, 0x6A, 0x69, 0x27, 0xCE,
    0xD2, 0x1A, 0xC6, 0xA8, 0x05, 0xA0, 0xA3, 0x0C, 0x14, 0x39, 0x80,
    0x12, 0xF1, 0x5E, 0x68, 0xA2, 0x5A, 0xE0, 0xC0, 0x20, 0xE9};

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static void check_server(const struct pt_server *server)
{
    if (server->url)
        expect(pt_url_is_https(server->url) && !pt_url_has_port(server->url));
    else
        expect(pt_host_ok(server->host) &&
               server->port == pt_standard_port(server->service,
                                                server->security));
    expect(server->security == PT_TLS || server->service == PT_SIEVE);
    expect(pt_is(server->username, ann.text));
}

static void check_file(const struct pt_pacc *pacc)
{
    bool seen[PT_SERVICES] = {false};

    expect(pacc->server_count > 0);
    for (size_t i = 0; i < pacc->server_count; i++) {
        check_server(&pacc->servers[i]);
        expect(!seen[pacc->servers[i].service]);
        seen[pacc->servers[i].service] = true;
    }
    expect(!pacc->name || pt_is_printable(pt_slice_of(pacc->name)));
    expect(!pacc->help || pt_url_is_https(pacc->help));
}

/* Whatever vouches says so in these words, and only for these bytes. */
static void check_record(struct pt_slice txt)
{
    static const char told[] = "Ya7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIO";
    unsigned char other[PT_PACC_DIGEST];

    memcpy(other, digest, sizeof(other));
    other[PT_PACC_DIGEST - 1] ^= 1;
    expect(!pt_pacc_vouches(txt, other) || !pt_pacc_vouches(txt, digest));
    if (pt_pacc_vouches(txt, digest))
        expect(pt_slice_find(txt, "UAAC1") && pt_slice_find(txt, "sha256") &&
               pt_slice_find(txt, told));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_pacc pacc = {0};
    struct pt_error err = {0};
    enum pt_status status;

    if (!arena)
        return 0;
    status = pt_pacc_read(arena, bytes, &ann, &pacc, &err);
    expect(status == PT_OK || (status == PT_BAD_INPUT && *err.text));
    if (status == PT_OK)
        check_file(&pacc);
    check_record(bytes);
    return 0;
}
