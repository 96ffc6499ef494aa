/* serving_help.c - what `portolan serve` prepares, and does not do by itself:
 * text for a name server, a certificate for the bridge.
 */
#include "cli/serving.h"

#include "cli/lan_check_page.h"
#include "cli/page.h"
#include "format/pacc.h"
#include "net/interfaces.h"
#include "net/reach.h"
#include "serve/authority.h"
#include "serve/bridge_certificate.h"
#include "serve/dns_help.h"

#include <time.h>

enum { USUAL_PORT = 80 };

static enum pt_status own_addresses(const struct pt_serving *s,
                                    struct pt_strings *ret_addresses,
                                    struct pt_error *err)
{
    struct pt_arena *arena = s->call->arena;
    struct pt_interfaces own;
    char text[PT_REACH_SIZE];
    enum pt_status status = pt_interfaces_lan(arena, &own, err);

    for (size_t i = 0; i < own.count && status == PT_OK; i++) {
        pt_reach_text((const struct sockaddr *)&own.at[i], text);
        if (!pt_strings_add(arena, ret_addresses, text))
            status = pt_fail_memory(err);
    }
    return status;
}

/* There is one: else we were not here. */
static const struct pt_site *first_site(const struct pt_serving *s)
{
    size_t i = 0;

    while (!s->house.rooms[i].site)
        i++;
    return s->house.rooms[i].site;
}

enum pt_status pt_serving_prepare(struct pt_serving *s, struct pt_error *err)
{
    struct pt_strings addresses = {0};
    enum pt_status status;

    if (!s->call->options.relay)
        return PT_OK;
    s->lan_host = s->call->options.host;
    if (s->lan_host)
        return PT_OK;
    status = own_addresses(s, &addresses, err);
    if (status == PT_OK && addresses.count)
        s->lan_host = addresses.at[0];
    return status;
}

enum pt_status pt_serving_dns_help(struct pt_serving *s, struct pt_error *err)
{
    const struct pt_options *options = &s->call->options;
    const struct pt_settings **domains = pt_arena_alloc(
        s->call->arena, s->house.room_count * sizeof(const void *));
    struct pt_strings addresses = {0};
    struct pt_dns_help help = {.kind = options->dns_help,
                               .domains = domains,
                               .addresses = &addresses,
                               .host = options->host,
                               .port = USUAL_PORT,
                               .has_tls = s->is_tls};
    const struct pt_document *pacc = &first_site(s)->pacc;
    PT_BUF struct pt_buf digest = {0};
    PT_BUF struct pt_buf text = {0};
    enum pt_status status =
        domains ? own_addresses(s, &addresses, err) : pt_fail_memory(err);

    for (size_t i = 0; i < s->house.room_count && status == PT_OK; i++)
        if (s->house.rooms[i].site)
            domains[help.domain_count++] = s->house.rooms[i].site->settings;
    if (help.domain_count == 1 && pacc->media_type) {
        pt_pacc_digest(pacc->bytes, &digest);
        help.pacc_digest = pt_buf_text(&digest);
    }
    if (pt_buf_failed(&digest))
        return pt_fail_memory(err);
    if (status == PT_OK)
        status = pt_dns_help_put(&help, &text, err);
    if (status == PT_OK)
        fwrite(pt_buf_text(&text), 1, text.len, s->call->io->out);
    return status;
}

enum pt_status pt_serving_check_lan(struct pt_serving *s, struct pt_error *err)
{
    enum pt_status worst = PT_OK;

    for (size_t i = 0; i < s->house.room_count; i++) {
        const struct pt_site *site = s->house.rooms[i].site;
        struct pt_lan_check check;
        enum pt_status status;

        if (!site) { /* it was told when it was looked for */
            worst = PT_NOTHING;
            continue;
        }
        status = pt_lan_check(s->call->arena, s->session.loop, s->session.net,
                              site->settings, &check, err);
        if (status == PT_OK)
            status = pt_lan_check_page(s->call, site->settings, &check, err);
        if (status != PT_OK && status != PT_NOTHING)
            return status;
        if (status == PT_NOTHING)
            worst = status;
    }
    return worst;
}

enum pt_status pt_serving_make_certificate(struct pt_serving *s,
                                           struct pt_error *err)
{
    struct pt_arena *arena = s->call->arena;
    const struct pt_options *options = &s->call->options;
    const struct pt_site *site = first_site(s);
    struct pt_page page = pt_page_out(s->call->io);
    struct pt_strings names = {0};
    const char *import;
    enum pt_status status = PT_OK;

    if (options->host && !pt_strings_add(arena, &names, options->host))
        return pt_fail_memory(err);
    status = own_addresses(s, &names, err);
    if (status == PT_OK)
        status = pt_authority_make_for_bridge(
            arena, &s->session.query.place, &names, options->make_cert,
            (int64_t)time(NULL), err);
    if (status != PT_OK)
        return status;
    import = pt_bridge_certificate_import(arena, site->settings);
    if (!import)
        return pt_fail_memory(err);
    pt_page_paragraph(&page, 0, "",
                      pt_arena_printf(arena,
                                      "%s/cert.pem and %s/key.pem are made; "
                                      "now %s",
                                      options->make_cert, options->make_cert,
                                      import));
    return PT_OK;
}
