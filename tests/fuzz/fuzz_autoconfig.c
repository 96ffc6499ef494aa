/* fuzz_autoconfig.c - any bytes as an autoconfig file, for an address the
 * first byte chooses; what was read is written, and read again. */
#include "format/autoconfig.h"
#include "format/servers.h"
#include "format/url.h"
#include "writer/writer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const addresses[] = {
    "ann@example.org",
    "%EMAILADDRESS%.100%@example.org",
    "\"a&b<c>'d\"@xn--bcher-kva.example",
};

enum { ADDRESSES = sizeof(addresses) / sizeof(*addresses) };

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static void check_server(const struct pt_server *server)
{
    expect(server->host ? pt_host_ok(server->host) && server->port
                        : pt_url_is_https(server->url));
    expect(server->security > PT_SECURITY_UNKNOWN &&
           server->security <= PT_PLAIN);
    expect(server->auth_count <= PT_AUTH_MAX);
    expect(!server->username ||
           (strlen(server->username) <= PT_USERNAME_MAX &&
            pt_is_printable(pt_slice_of(server->username))));
}

static void check_advice(const struct pt_strings *advice)
{
    expect(advice->count <= 2);
    for (size_t i = 0; i < advice->count; i++)
        expect(*advice->at[i] && strlen(advice->at[i]) <= 403 &&
               pt_is_printable(pt_slice_of(advice->at[i])));
}

static void check_kept(const char *text)
{
    expect(!text || (*text && strlen(text) <= 1024 &&
                     pt_is_printable(pt_slice_of(text))));
}

static void check_published(const struct pt_published *published)
{
    const struct pt_oauth2 *oauth2 = &published->oauth2;

    check_kept(oauth2->issuer);
    check_kept(oauth2->scope);
    check_kept(oauth2->client_id);
    if (oauth2->issuer)
        expect(oauth2->scope && pt_url_is_https(oauth2->auth_url) &&
               pt_url_is_https(oauth2->token_url));
    expect(published->guide_count <= PT_GUIDES_MAX);
    for (size_t i = 0; i < published->guide_count; i++) {
        const struct pt_guide *guide = &published->guides[i];

        check_kept(guide->text);
        check_kept(guide->lang);
        expect(guide->text && (pt_url_is_https(guide->url) ||
                               pt_url_is_http(guide->url)));
    }
}

/* All of it, in the same words. */
static void compare_published(const struct pt_published *a,
                              const struct pt_published *b)
{
    expect(pt_is(a->oauth2.issuer, b->oauth2.issuer) &&
           pt_is(a->oauth2.scope, b->oauth2.scope) &&
           pt_is(a->oauth2.auth_url, b->oauth2.auth_url) &&
           pt_is(a->oauth2.token_url, b->oauth2.token_url) &&
           pt_is(a->oauth2.client_id, b->oauth2.client_id) &&
           a->guide_count == b->guide_count);
    for (size_t i = 0; i < a->guide_count; i++)
        expect(pt_is(a->guides[i].text, b->guides[i].text) &&
               pt_is(a->guides[i].lang, b->guides[i].lang) &&
               pt_is(a->guides[i].url, b->guides[i].url) &&
               a->guides[i].is_task == b->guides[i].is_task);
}

static bool is_same(const struct pt_settings *settings,
                    const struct pt_server *a, const struct pt_server *b)
{
    return a->service == b->service && pt_is(a->host, b->host) &&
           a->port == b->port && a->security == b->security &&
           pt_is(a->url, b->url) &&
           pt_is(pt_login(settings, a), pt_login(settings, b));
}

static void find_again(const struct pt_settings *settings,
                       const struct pt_server *server,
                       const struct pt_autoconfig *again)
{
    for (size_t i = 0; i < again->server_count; i++)
        if (is_same(settings, server, &again->servers[i]))
            return;
    abort();
}

/* A user name or URL that looks like a placeholder cannot be written. */
static bool can_be_written(const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++)
        if (!pt_autoconfig_is_literal(
                pt_login(settings, &settings->servers[i])) ||
            (settings->servers[i].url &&
             !pt_autoconfig_is_literal(settings->servers[i].url)))
            return false;
    return pt_chosen_incoming(settings) && pt_chosen(settings, PT_SUBMISSION);
}

static void write_and_read(struct pt_arena *arena,
                           const struct pt_settings *settings)
{
    PT_OUTPUT struct pt_output made = {.arena = arena};
    struct pt_job job = {.arena = arena, .accounts = settings, .count = 1};
    struct pt_autoconfig again = {0};
    struct pt_error err = {0};
    enum pt_status status =
        pt_write(pt_writer_named("autoconfig"), &job, &made, &err);
    const struct pt_buf *xml;

    if (status == PT_CANNOT_EXPRESS && !can_be_written(settings))
        return;
    expect(status == PT_OK);
    xml = &made.files[0]->bytes;
    expect(pt_autoconfig_read(arena, pt_slice(xml->at, xml->len),
                              &settings->address, &again, &err) == PT_OK);
    for (size_t i = 0; i < settings->server_count; i++)
        find_again(settings, &settings->servers[i], &again);
    compare_published(settings->published, &again.published);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings settings = {0};
    struct pt_autoconfig config = {0};
    struct pt_error err = {0};
    enum pt_status status;

    if (!arena || !len ||
        pt_address_parse(arena, addresses[data[0] % ADDRESSES],
                         &settings.address, &err) != PT_OK)
        return 0;
    status = pt_autoconfig_read(arena,
                                pt_slice((const char *)data + 1, len - 1),
                                &settings.address, &config, &err);
    expect(status == PT_OK || (status == PT_BAD_INPUT && *err.text));
    check_advice(&config.advice);
    check_published(&config.published);
    for (size_t i = 0; i < config.server_count; i++) {
        check_server(&config.servers[i]);
        config.servers[i].chosen = true;
    }
    settings.servers = config.servers;
    settings.server_count = config.server_count;
    settings.published = &config.published;
    settings.provider_name = config.name ? config.name : "x";
    if (status == PT_OK)
        write_and_read(arena, &settings);
    return 0;
}
