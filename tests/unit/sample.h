/* sample.h - settings to be written: an account at a bridge with a
 * certificate, and what a test changes of it.
 */
#ifndef PT_TESTS_SAMPLE_H
#define PT_TESTS_SAMPLE_H

#include "model/settings.h"
#include "writer/writer.h"

#include <stdlib.h>

/* A test may fill in SAMPLE_MORE, and count it. */
enum { SAMPLE_IN, SAMPLE_OUT, SAMPLE_MORE, SAMPLE_SERVERS };

struct sample {
    struct pt_arena *arena;
    struct pt_settings settings; /* its servers are those below */
    struct pt_server servers[SAMPLE_SERVERS];
};

static const unsigned char sample_der[] = {0x30, 0x03, 0x02, 0x01, 0x07};

static const struct pt_certificate sample_certificate = {
    .der = sample_der,
    .der_len = sizeof(sample_der),
    .sha256 = "00112233445566778899aabbccddeeff"
              "00112233445566778899aabbccddeeff",
    .spki_pin = "sha256//AAAA",
};

static inline struct pt_server sample_server(enum pt_service service,
                                             uint16_t port)
{
    return (struct pt_server){
        .service = service,
        .host = "127.0.0.1",
        .port = port,
        .security = PT_STARTTLS,
        .auth = {PT_AUTH_CLEARTEXT},
        .auth_count = 1,
        .chosen = true,
        .origin = {.source = "bridge", .where = "grpc", .trust = PT_LOCAL},
        .why = "the running bridge serves it",
        .bridge = "proton",
        .certificate = &sample_certificate,
    };
}

/* Ends the test when the address is none. */
static inline void sample_begin(struct sample *sample, struct pt_arena *arena,
                                const char *address)
{
    *sample = (struct sample){.arena = arena};
    if (pt_address_parse(arena, address, &sample->settings.address, NULL))
        abort();
    sample->settings.provider_name = "Example & <Mail>";
    sample->settings.provider_domain = sample->settings.address.domain;
    sample->settings.bridge = (struct pt_bridge_use){
        .name = "proton",
        .title = "Proton Mail Bridge",
        .password = "the bridge's own",
        .change_ports = "Settings, Change",
    };
    sample->servers[SAMPLE_IN] = sample_server(PT_IMAP, 1143);
    sample->servers[SAMPLE_OUT] = sample_server(PT_SUBMISSION, 1025);
    sample->settings.servers = sample->servers;
    sample->settings.server_count = SAMPLE_MORE;
}

static inline enum pt_status sample_write(const struct sample *sample,
                                          const char *writer,
                                          struct pt_buf *out,
                                          struct pt_strings *notes,
                                          struct pt_error *err)
{
    return pt_writer_named(writer)->write(sample->arena, &sample->settings,
                                          out, notes, err);
}

#endif
