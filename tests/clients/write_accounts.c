/* write_accounts CLIENT DIR <TABLE: the files of a client, of accounts whose
 * servers need not be there.  A line of the table is an account:
 *
 *   ADDRESS NAME  SERVICE HOST PORT SECURITY LOGIN CERTIFICATE
 *                 HOST PORT SECURITY LOGIN CERTIFICATE
 *
 * first receiving, then sending; "_" in a name is a blank; a login is "-" where
 * nobody needs one; a certificate is a file with its DER, or "-".
 */
#include "base/file.h"
#include "format/speech.h"
#include "writer/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCOUNTS_MAX = 32, WORDS = 13, DER_MAX = 65536 };

static struct pt_arena *arena;

static void fail(const char *what)
{
    fprintf(stderr, "write_accounts: %s\n", what);
    exit(2);
}

static const struct pt_certificate *read_certificate(const char *path)
{
    PT_BUF struct pt_buf der = {.max = DER_MAX};
    struct pt_error err = {0};

    if (!strcmp(path, "-"))
        return NULL;
    if (pt_file_read(path, &der, &err) != PT_OK)
        fail(err.text);
    return pt_certificate_read(arena, der.at, der.len);
}

/* words: HOST PORT SECURITY LOGIN CERTIFICATE */
static struct pt_server read_server(enum pt_service service,
                                    const char *const *words)
{
    struct pt_server server = {
        .service = service,
        .host = words[0],
        .username = words[3],
        .chosen = true,
        .auth = {PT_AUTH_CLEARTEXT},
        .auth_count = 1,
        .origin = {.source = "file", .where = "-", .trust = PT_LOCAL},
    };

    if (!pt_parse_port(pt_slice_of(words[1]), &server.port) ||
        !pt_security_from(pt_slice_of(words[2]), &server.security))
        fail("a server is not understood");
    if (!strcmp(words[3], "-")) {
        server.username = NULL;
        server.auth[0] = PT_AUTH_NONE;
    }
    server.certificate = read_certificate(words[4]);
    return server;
}

static const char *with_blanks(const char *word)
{
    char *name = pt_arena_strdup(arena, word);

    for (char *at = name; *at; at++)
        if (*at == '_')
            *at = ' ';
    return name;
}

static void read_account(struct pt_slice line, struct pt_settings *settings)
{
    struct pt_server *servers = pt_arena_alloc(arena, 2 * sizeof(*servers));
    const char *words[WORDS];
    struct pt_slice word;
    enum pt_service service = PT_IMAP;

    for (size_t i = 0; i < WORDS; i++)
        words[i] = pt_next_word(&line, &word)
                       ? pt_arena_strndup(arena, word.at, word.len)
                       : "";
    if (pt_address_parse(arena, words[0], &settings->address, NULL) ||
        !pt_service_from(pt_slice_of(words[2]), &service))
        fail("an account is not understood");
    servers[0] = read_server(service, words + 3);
    servers[1] = read_server(PT_SUBMISSION, words + 8);
    settings->display_name = with_blanks(words[1]);
    settings->provider_name = settings->address.domain;
    settings->provider_domain = settings->address.domain;
    settings->servers = servers;
    settings->server_count = 2;
}

static size_t read_table(struct pt_settings *accounts)
{
    char line[1024];
    size_t count = 0;

    while (count < ACCOUNTS_MAX && fgets(line, sizeof(line), stdin))
        read_account(pt_slice_of(line), &accounts[count++]);
    return count;
}

static void put_file(const char *dir, const struct pt_file *file)
{
    const char *path = pt_arena_printf(arena, "%s/%s", dir, file->name);
    struct pt_error err = {0};

    if (pt_file_write(path, pt_buf_text(&file->bytes), file->bytes.len,
                      &err) != PT_OK)
        fail(err.text);
    puts(path);
}

int main(int argc, char **argv)
{
    static struct pt_settings accounts[ACCOUNTS_MAX];
    PT_ARENA struct pt_arena *own = pt_arena_new();
    PT_OUTPUT struct pt_output out = {.arena = own};
    struct pt_job job = {.arena = own, .accounts = accounts};
    const struct pt_writer *writer;
    struct pt_error err = {0};

    if (argc != 3)
        fail("give CLIENT and DIR");
    arena = own;
    writer = pt_writer_named(argv[1]);
    job.dir = argv[2];
    job.count = read_table(accounts);
    if (!writer || !job.count || (job.count > 1 && !writer->takes_several))
        fail("such a file there is not");
    if (pt_write(writer, &job, &out, &err) != PT_OK)
        fail(err.text);
    for (size_t i = 0; i < out.file_count; i++)
        put_file(job.dir, out.files[i]);
    return 0;
}
