/* provider.c - profiles/providers/NAME.json, by tables (shape.h). */
#include "format/provider.h"

#include "format/json_read.h"
#include "format/shape.h"

#include <stddef.h>
#include <string.h>

static const char hint[] = "docs/providers.md tells what the file may hold";

static const char whole_address[] = "%EMAILADDRESS%";
static const char local_part[] = "%EMAILLOCALPART%";

/* ---- names of the DNS ---- */

/* Spelt as DNS answers are, and not a top-level domain. */
static bool is_domain(struct pt_building *b, const char *text)
{
    return strchr(text, '.') && pt_is(pt_host_from(b->arena, text), text);
}

static void read_domains(struct pt_building *b, const cJSON *value, void *to)
{
    const struct pt_strings *list = to;

    pt_field_texts(b, value, to);
    for (size_t i = 0; i < list->count; i++)
        if (!is_domain(b, list->at[i]))
            pt_building_complain(b, "is not a domain in lower case, such as "
                                    "example.org");
}

static void read_mx(struct pt_building *b, const cJSON *value, void *to)
{
    const struct pt_strings *list = to;

    pt_field_texts(b, value, to);
    for (size_t i = 0; i < list->count; i++)
        if (!is_domain(b, list->at[i] + (list->at[i][0] == '.')))
            pt_building_complain(b, "is neither a host nor a .suffix of two "
                                    "names or more");
}

/* ---- servers ---- */

static void read_host(struct pt_building *b, const cJSON *value, void *to)
{
    const char *host = pt_shape_text_in(b, value);

    if (host && (!is_domain(b, host) || pt_is_this_machine(host)))
        pt_building_complain(b, "is not a server on the Internet");
    pt_field_text(b, value, to);
}

static void read_security(struct pt_building *b, const cJSON *value, void *to)
{
    const enum pt_security *security = to;

    pt_field_security(b, value, to);
    if (*security == PT_PLAIN)
        pt_building_complain(b, "must be tls or starttls: a password is sent");
}

static void add_auth(struct pt_building *b, struct pt_server *server,
                     const char *name)
{
    enum pt_auth auth;

    if (!pt_auth_from(pt_slice_of(name), &auth)) {
        pt_building_complain(b, "is not a way to sign in that we know");
        return;
    }
    for (size_t i = 0; i < server->auth_count; i++)
        if (server->auth[i] == auth)
            return;
    if (server->auth_count < PT_AUTH_MAX)
        server->auth[server->auth_count++] = auth;
}

static void read_auth(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_strings names = {0};

    pt_field_texts(b, value, &names);
    for (size_t i = 0; i < names.count; i++)
        add_auth(b, to, names.at[i]);
}

static void read_username(struct pt_building *b, const cJSON *value, void *to)
{
    const char *name = pt_shape_text_in(b, value);

    if (name && !pt_is(name, whole_address) && !pt_is(name, local_part))
        pt_building_complain(
            b, "is neither %EMAILADDRESS% nor %EMAILLOCALPART%");
    pt_field_text(b, value, to);
}

#define AT(member) offsetof(struct pt_server, member)
static const struct pt_field server_fields[] = {
    {"service", pt_field_service, AT(service), true},
    {"host", read_host, AT(host), true},
    {"port", pt_field_port, AT(port), true},
    {"security", read_security, AT(security), true},
    {"auth", read_auth, 0, false},
    {"username", read_username, AT(username), false},
};
#undef AT
static const struct pt_shape server_shape =
    PT_SHAPE("a server", server_fields, struct pt_server);

static void read_servers(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_provider *provider = to;

    provider->servers =
        pt_shape_list(b, &server_shape, value, &provider->server_count);
    for (size_t i = 0; provider->servers && i < provider->server_count; i++)
        if (!provider->servers[i].username)
            provider->servers[i].username = whole_address;
}

/* ---- the whole ---- */

#define AT(member) offsetof(struct pt_provider, member)
static const struct pt_field provider_fields[] = {
    {"name", pt_field_name, AT(name), true},
    {"title", pt_field_text, AT(title), true},
    {"domains", read_domains, AT(domains), false},
    {"mx", read_mx, AT(mx), false},
    {"servers", read_servers, 0, false},
    {"hints", pt_field_texts, AT(hints), false},
    {"note", pt_field_remark, 0, false},
};
#undef AT
static const struct pt_shape provider_shape =
    PT_SHAPE("a provider", provider_fields, struct pt_provider);

enum pt_status pt_provider_read(struct pt_arena *arena, struct pt_slice json,
                                struct pt_provider *ret_provider,
                                struct pt_error *err)
{
    struct pt_building b = {.arena = arena, .err = err, .hint = hint};
    struct pt_provider provider = {0};
    PT_JSON cJSON *root = NULL;

    b.status = pt_json_read(json, &root, err);
    if (b.status == PT_OK)
        pt_shape_object(&b, &provider_shape, root, &provider);
    b.key = "mx";
    if (!provider.domains.count && !provider.mx.count)
        pt_building_complain(&b, "is missing, and 'domains' too: nothing leads "
                                 "to it");
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (b.status == PT_OK)
        *ret_provider = provider;
    return b.status;
}
