/* pacc.c - the user-agent-configuration.json that a domain publishes, and the
 * DNS record that vouches for it (draft-ietf-mailmaint-pacc-03).
 *
 * It is one for the whole domain and has neither ports nor user names: what
 * does not follow from the address and the protocol cannot be said.
 */
#include "format/json_build.h"
#include "format/pacc.h"
#include "format/url.h"
#include "writer/writers.h"

#include <string.h>

enum { NAME_MAX = 60 }; /* characters (5.3.2) */

/* The words PACC has.  ManageSieve is none we use: it has no port for TLS. */
static const struct key {
    enum pt_service service;
    const char *key;
    bool has_url;
} keys[] = {
    {PT_JMAP, "jmap", true},       {PT_IMAP, "imap", false},
    {PT_POP3, "pop3", false},      {PT_SUBMISSION, "submit", false},
    {PT_CALDAV, "caldav", true},   {PT_CARDDAV, "carddav", true},
};

enum { KEYS = sizeof(keys) / sizeof(*keys) };

/* ---- what can be said ---- */

static enum pt_status check_host(const struct pt_server *server,
                                 struct pt_error *err)
{
    if (!pt_is_this_machine(server->host))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "'portolan write autoconfig' makes a file for this machine",
                   "PACC is published for everybody, and %s is this machine "
                   "alone",
                   server->host);
}

static enum pt_status check_port(const struct pt_server *server,
                                 struct pt_error *err)
{
    unsigned standard = pt_standard_port(server->service, PT_TLS);
    const char *title = pt_service_title(server->service);

    if (server->security != PT_TLS)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "let the server speak TLS on the standard port, or "
                       "publish 'autoconfig'",
                       "PACC means TLS from the start, and the protection of "
                       "%s at %s is %s",
                       title, server->host,
                       pt_security_title(server->security));
    if (server->port == standard)
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "let the server listen on the standard port, or publish "
                   "'autoconfig'",
                   "PACC cannot say a port, and %s at %s has %u instead of %u",
                   title, server->host, server->port, standard);
}

static enum pt_status check_login(const struct pt_settings *settings,
                                  const struct pt_server *server,
                                  struct pt_error *err)
{
    char login[64];

    if (pt_is(pt_login(settings, server), settings->address.text))
        return PT_OK;
    pt_make_printable(pt_slice_of(pt_login(settings, server)), login,
                      sizeof(login));
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "let the server take the address too, or publish "
                   "'autoconfig'",
                   "PACC means that people sign in with their address, and "
                   "%s wants '%s'",
                   server->host, login);
}

/* A password, in whatever way it is sent: that is all there is beside OAuth2,
 * of which we do not know the issuer. */
static const struct pt_can can = {.client = "PACC", .auths = PT_BY_PASSWORD};

static enum pt_status check_server(const struct pt_settings *settings,
                                   const struct pt_server *server,
                                   struct pt_error *err)
{
    enum pt_status status = check_host(server, err);

    if (status == PT_OK)
        status = check_port(server, err);
    return status == PT_OK ? check_login(settings, server, err) : status;
}

static enum pt_status check(const struct pt_settings *settings,
                            const struct pt_account *account,
                            struct pt_error *err)
{
    enum pt_auth in;
    enum pt_auth out;
    enum pt_status status = check_server(settings, account->in, err);

    if (status == PT_OK)
        status = check_server(settings, account->out, err);
    if (status == PT_OK)
        status = pt_ways_in(&can, account, &in, &out, err);
    if (status == PT_OK && out == PT_AUTH_NONE)
        return pt_fail(err, PT_CANNOT_EXPRESS, "publish 'autoconfig'",
                       "PACC has people sign in to send, and %s takes no "
                       "login",
                       account->out->host);
    return status;
}

/* As its readers want it: https, no port, and for DAV a path. */
static bool is_url_fit(const struct pt_server *server)
{
    const char *url = server->url;

    return pt_url_is_https(url) && !pt_url_has_port(url) &&
           (server->service == PT_JMAP ||
            strcspn(pt_url_path(url), "?#") > 1);
}

static bool is_told(const struct pt_settings *settings, const struct key *key)
{
    const struct pt_server *server = pt_chosen(settings, key->service);
    enum pt_auth auth;

    if (!server || !pt_way_in(&can, server, &auth))
        return false;
    if (key->has_url)
        return is_url_fit(server) &&
               check_login(settings, server, NULL) == PT_OK;
    return server->host && check_server(settings, server, NULL) == PT_OK;
}

/* ---- the file ---- */

static unsigned put_protocols(struct pt_json *json,
                              const struct pt_settings *settings)
{
    cJSON *protocols = pt_json_object(json, json->root, "protocols");
    unsigned held = 0;

    for (size_t i = 0; i < KEYS; i++) {
        const struct pt_server *server = pt_chosen(settings, keys[i].service);
        cJSON *at;

        if (!is_told(settings, &keys[i]))
            continue;
        held |= 1U << keys[i].service;
        at = pt_json_object(json, protocols, keys[i].key);
        if (keys[i].has_url)
            pt_json_exact(json, at, "url", server->url);
        else
            pt_json_exact(json, at, "host", server->host);
    }
    return held;
}

static size_t count_characters(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* What readers pass over is of no use. */
static bool is_name_fit(const char *name)
{
    return name && *name && pt_is_printable(pt_slice_of(name)) &&
           count_characters(name) <= NAME_MAX;
}

/* Else the domain's; NULL: that does not fit either. */
static const char *name_of(const struct pt_settings *settings)
{
    const char *domain = settings->address.domain;

    if (is_name_fit(settings->provider_name))
        return settings->provider_name;
    return is_name_fit(domain) ? domain : NULL;
}

static void put_info(struct pt_json *json, const struct pt_settings *settings)
{
    const char *name = name_of(settings);
    cJSON *info;

    if (!name)
        return;
    info = pt_json_object(json, json->root, "info");
    pt_json_exact(json, pt_json_object(json, info, "provider"), "name", name);
}

static enum pt_status put_file(const struct pt_settings *settings,
                               struct pt_buf *out, unsigned *ret_held,
                               struct pt_error *err)
{
    struct pt_json json;

    pt_json_begin_as(&json, cJSON_CreateObject());
    *ret_held = put_protocols(&json, settings);
    pt_json_bool(&json,
                 pt_json_object(&json, json.root, "authentication"),
                 "password", true);
    put_info(&json, settings);
    return pt_json_end(&json, false, out, err);
}

/* ---- the record ---- */

static void put_record(const char *domain, const struct pt_buf *file,
                       struct pt_buf *out)
{
    pt_buf_printf(out,
                  "; vouches for the file, to the byte, at\n"
                  "; https://ua-auto-config.%s/.well-known/"
                  "user-agent-configuration.json\n"
                  "_ua-auto-config.%s. 3600 IN TXT \"v=UAAC1; a=sha256; d=",
                  domain, domain);
    pt_pacc_digest(pt_slice(file->at, file->len), out);
    pt_buf_puts(out, "\"\n");
}

static struct pt_buf *zone_of(const struct pt_job *job, struct pt_output *out)
{
    const char *name = pt_safe_name(job->arena, job->accounts->address.domain);

    return pt_output_beside(
        out, name ? pt_arena_printf(job->arena, "%s.pacc.zone", name) : NULL);
}

static void add_notes(struct pt_output *out, const struct pt_settings *settings,
                      unsigned held)
{
    const struct pt_server *pop3 = pt_chosen(settings, PT_POP3);

    if (pop3 && !(held >> PT_POP3 & 1))
        pt_output_note(out, "POP3 is left out: PACC cannot say how to use it "
                            "here");
    if (!is_name_fit(settings->provider_name))
        pt_output_note(out, "PACC cannot hold the provider's name: it takes "
                            "60 characters that can be printed");
    pt_note_left_out(out, settings, held);
}

static enum pt_status write_pacc(const struct pt_job *job,
                                 struct pt_output *out, struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct pt_account account;
    struct pt_buf *file;
    unsigned held;
    enum pt_status status = pt_account_of(settings, "PACC", &account, err);

    if (status == PT_OK)
        status = check(settings, &account, err);
    if (status != PT_OK)
        return status;
    file = pt_output_first(out, &pt_writer_pacc, job);
    status = put_file(settings, file, &held, err);
    if (status != PT_OK)
        return status;
    put_record(settings->address.domain, file, zone_of(job, out));
    add_notes(out, settings, held);
    return PT_OK;
}

const struct pt_writer pt_writer_pacc = {
    .name = "pacc",
    .client = "PACC",
    .summary = "the user-agent-configuration.json of a domain, with its DNS "
               "record",
    .file = "%d.pacc.json",
    .media_type = "application/json",
    .import = "publish it, byte for byte, at https://ua-auto-config.DOMAIN/"
              ".well-known/user-agent-configuration.json;\n"
              "put the record of the .zone file into the domain's zone",
    .write = write_pacc,
};
