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

/* Move it to servers of a provider, for the writers whose clients are never on
 * this machine; and to standard ports, for the one that can say no other. */
static inline void sample_suit(struct sample *sample, const char *writer)
{
    static const char *const abroad[] = {"android", "k9s", "pacc"};
    bool moves = false;

    for (size_t i = 0; i < sizeof(abroad) / sizeof(*abroad); i++)
        moves |= pt_is(writer, abroad[i]);
    for (size_t i = 0; moves && i < SAMPLE_MORE; i++) {
        struct pt_server *server = &sample->servers[i];

        server->host = "mail.example.org";
        server->bridge = NULL;
        server->certificate = NULL;
        if (!pt_is(writer, "pacc"))
            continue;
        server->security = PT_TLS;
        server->port = pt_standard_port(server->service, PT_TLS);
    }
    if (moves)
        sample->settings.bridge = (struct pt_bridge_use){0};
}

static inline struct pt_job sample_job(const struct sample *sample)
{
    return (struct pt_job){.arena = sample->arena,
                           .accounts = &sample->settings,
                           .count = 1,
                           .dir = "/home/ann/mail"};
}

static inline const char *sample_file(const struct sample *sample,
                                      const char *writer)
{
    struct pt_job job = sample_job(sample);

    return pt_writer_file(pt_writer_named(writer), &job);
}

/* All its files in one: each but the first behind a line with its name.
 * The ceiling of out is that of each file. */
static inline enum pt_status sample_write(const struct sample *sample,
                                          const char *writer,
                                          struct pt_buf *out,
                                          struct pt_strings *notes,
                                          struct pt_error *err)
{
    PT_OUTPUT struct pt_output made = {.arena = sample->arena,
                                       .max = out->max,
                                       .notes = *notes};
    struct pt_job job = sample_job(sample);
    enum pt_status status =
        pt_write(pt_writer_named(writer), &job, &made, err);

    out->max = 0;
    for (size_t i = 0; status == PT_OK && i < made.file_count; i++) {
        const struct pt_buf *bytes = &made.files[i]->bytes;

        if (i)
            pt_buf_printf(out, "\n==> %s\n", made.files[i]->name);
        pt_buf_add(out, bytes->at, bytes->len);
    }
    *notes = made.notes;
    return pt_buf_failed(out) ? pt_fail_memory(err) : status;
}

#endif
