/* patch_clients CLIENT IN OUT SECURITY CERTIFICATE [ADDRESS]: what is set up of
 * the client in $HOME is told, a server a line, and given these servers where
 * it names this machine.  With an address, an account with these servers is
 * added to the first set-up, or to a new one, instead, and the note is told.
 *
 * IN and OUT are ports; CERTIFICATE is a file with its DER, or "-".  A line is
 * "SERVICE HOST PORT SECURITY LOGIN ADDRESS PINNED", "-" for what is not known.
 */
#include "base/file.h"
#include "client/client.h"
#include "format/speech.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DER_MAX = 65536 };

struct wish {
    uint16_t in;
    uint16_t out;
    enum pt_security security;
    const struct pt_certificate *certificate;
};

static void fail(const char *what)
{
    fprintf(stderr, "patch_clients: %s\n", what);
    exit(2);
}

static const struct pt_client *client_named(const char *name)
{
    for (size_t i = 0; pt_clients[i]; i++)
        if (pt_is(pt_clients[i]->name, name))
            return pt_clients[i];
    fail("no such client");
    return NULL;
}

static const struct pt_certificate *read_certificate(struct pt_arena *arena,
                                                     const char *path)
{
    PT_BUF struct pt_buf der = {.max = DER_MAX};
    struct pt_error err = {0};

    if (pt_is(path, "-"))
        return NULL;
    if (pt_file_read(path, &der, &err) != PT_OK)
        fail(err.text);
    return pt_certificate_read(arena, der.at, der.len);
}

static const char *or_none(const char *text)
{
    return text ? text : "-";
}

static void patch_slot(struct pt_install *install, const struct pt_slot *slot,
                       const struct wish *wish)
{
    bool sends = slot->service == PT_SUBMISSION;
    struct pt_server server = {.service = slot->service,
                               .host = slot->host,
                               .port = sends ? wish->out : wish->in,
                               .security = wish->security,
                               .certificate = wish->certificate};
    struct pt_error err = {0};

    printf("%s %s %u %s %s %s %s\n", pt_service_name(slot->service),
           slot->host, slot->port, pt_security_name(slot->security),
           or_none(slot->login), or_none(slot->address),
           or_none(slot->pinned));
    if (pt_is_loopback(slot->host) &&
        install->client->patch(install, slot, &server, &err) != PT_OK)
        fail(err.text);
}

static const char *folder_of(struct pt_arena *arena, const char *path)
{
    return pt_arena_strndup(arena, path, (size_t)(strrchr(path, '/') - path));
}

static void write_files(struct pt_arena *arena,
                        const struct pt_install *install)
{
    struct pt_error err = {0};

    for (size_t i = 0; i < install->file_count; i++) {
        const struct pt_client_file *file = &install->files[i];

        if (file->is_changed &&
            (pt_make_dirs(folder_of(arena, file->path), &err) ||
             pt_file_write(file->path, file->after.at, file->after.len,
                           &err)))
            fail(err.text);
    }
}

static void patch_all(struct pt_installs *installs, const struct wish *wish)
{
    for (size_t i = 0; i < installs->count; i++) {
        struct pt_install *install = installs->at[i];

        if (install->refused)
            fail(install->refused);
        for (size_t j = 0; j < install->slot_count; j++)
            patch_slot(install, &install->slots[j], wish);
        write_files(installs->arena, install);
    }
}

static struct pt_server server_of(const struct wish *wish,
                                  enum pt_service service, uint16_t port)
{
    return (struct pt_server){
        .service = service,
        .host = "127.0.0.1",
        .port = port,
        .security = wish->security,
        .auth = {PT_AUTH_CLEARTEXT},
        .auth_count = 1,
        .chosen = true,
        .origin = {.source = "bridge", .where = "-", .trust = PT_LOCAL},
        .bridge = "proton",
        .certificate = wish->certificate,
    };
}

static void add_account(const struct pt_client *client,
                        const struct pt_place *place,
                        struct pt_installs *installs, const struct wish *wish,
                        const char *address)
{
    struct pt_server servers[] = {server_of(wish, PT_IMAP, wish->in),
                                  server_of(wish, PT_SUBMISSION, wish->out)};
    struct pt_settings account = {
        .display_name = "Ann Example",
        .servers = servers,
        .server_count = sizeof(servers) / sizeof(*servers),
    };
    struct pt_error err = {0};

    if (pt_address_parse(installs->arena, address, &account.address, &err) ||
        (!installs->count && client->begin(place, installs, &err)) ||
        client->add(installs, installs->at[0], &account, &err))
        fail(err.text);
    puts(installs->at[0]->note);
    write_files(installs->arena, installs->at[0]);
}

int main(int argc, char **argv)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {.arena = arena};
    struct pt_place place;
    const struct pt_client *client;
    struct wish wish;

    if (argc < 6 || argc > 7 ||
        !pt_parse_port(pt_slice_of(argv[2]), &wish.in) ||
        !pt_parse_port(pt_slice_of(argv[3]), &wish.out) ||
        !pt_security_from(pt_slice_of(argv[4]), &wish.security))
        fail("give CLIENT IN OUT SECURITY CERTIFICATE [ADDRESS]");
    wish.certificate = read_certificate(arena, argv[5]);
    client = client_named(argv[1]);
    if (!pt_place_from_environment(arena, &place) ||
        client->find(&place, &installs, NULL) != PT_OK)
        fail("no memory");
    if (argc == 7)
        add_account(client, &place, &installs, &wish, argv[6]);
    else
        patch_all(&installs, &wish);
    pt_installs_free(&installs);
    return 0;
}
