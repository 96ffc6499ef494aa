#include "serve/answer.h"

#include "format/autodiscover_ask.h"
#include "format/url.h"
#include "serve/landing.h"
#include "serve/request.h"
#include "writer/writers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One request, on its way to an answer. */
struct errand {
    struct pt_arena *arena;
    const struct pt_house *house;
    const struct pt_request *request;
    struct pt_asked asked;
    struct pt_response *out;
};

static const char *const addresses[] = {"emailaddress", "address", "email",
                                        NULL};
static const char *const passwords[] = {"password", "passwd", "passphrase",
                                        "pass", "pwd", "pw", NULL};
static const char *const protocols[] = {"protocol", NULL};

/* ---- what is answered ---- */

static void put_bytes(struct errand *e, int status, const char *media_type,
                      struct pt_slice bytes)
{
    e->out->status = status;
    e->out->document = NULL;
    e->out->media_type = media_type;
    e->out->bytes = bytes;
}

/* Nothing a mail client could take for settings. */
static void put_line(struct errand *e, int status, const char *line)
{
    put_bytes(e, status, "text/plain; charset=utf-8", pt_slice_of(line));
}

static void put_no_memory(struct errand *e)
{
    put_line(e, 503, "out of memory\n");
}

/* Why there is no such document, in a line of its own. */
static void put_why(struct errand *e, int status, const char *why)
{
    const char *line = pt_arena_printf(e->arena, "%s\n", why);

    if (line)
        put_line(e, status, line);
    else
        put_no_memory(e);
}

static void put_nothing(struct errand *e)
{
    put_line(e, 404, "nothing is served here\n");
}

static void put_not_served(struct errand *e)
{
    put_line(e, 404, "no settings for that domain are served here\n");
}

/* RFC 9110, 13.1.2. */
static bool is_known(const char *if_none_match, const char *etag)
{
    return if_none_match && (pt_is(if_none_match, "*") ||
                             strstr(if_none_match, etag));
}

static void put_document(struct errand *e, const struct pt_document *document)
{
    if (!document->media_type) {
        if (document->why)
            put_why(e, 404, document->why);
        else
            put_not_served(e);
        return;
    }
    e->out->status =
        is_known(e->request->if_none_match, document->etag) ? 304 : 200;
    e->out->document = document;
}

static void put_redirect(struct errand *e, int status, const char *location)
{
    if (!location) {
        put_no_memory(e);
        return;
    }
    put_line(e, status, "see the Location\n");
    e->out->location = location;
}

/* ---- whom it is about ---- */

static struct pt_room *room_of_address(struct errand *e, const char *address)
{
    const char *at = strrchr(address, '@');

    return at ? pt_asked_domain(e->arena, e->house, pt_slice_of(at + 1)) : NULL;
}

/* The site that was asked for; NULL: an answer is given already.  The local
 * part of an address is not looked at: everybody gets the same. */
static const struct pt_site *find_site(struct errand *e, const char *address)
{
    struct pt_room *room;

    if (address && !strchr(address, '@')) {
        put_line(e, 400, "that is not an e-mail address\n");
        return NULL;
    }
    room = address ? room_of_address(e, address)
                   : pt_asked_default(e->house, &e->asked);
    if (room && room->site)
        return room->site;
    put_not_served(e);
    return NULL;
}

/* An address of a site, to be put into an answer.  False: an answer is given
 * already. */
static bool read_address(struct errand *e, const char *text,
                         struct pt_address *ret_address)
{
    struct pt_error err = {0};
    enum pt_status status;

    if (!text) {
        put_line(e, 400, "name an address: ?address=ann@example.org\n");
        return false;
    }
    status = pt_address_parse(e->arena, text, ret_address, &err);
    if (status == PT_NO_MEMORY)
        put_no_memory(e);
    else if (status != PT_OK)
        put_line(e, 400, "that is not an e-mail address\n");
    return status == PT_OK;
}

static const char *query_address(struct errand *e)
{
    return pt_asked_parameter(e->arena, &e->asked, addresses);
}

/* ---- autoconfig and PACC ---- */

static void put_autoconfig(struct errand *e)
{
    const struct pt_site *site = find_site(e, query_address(e));

    e->out->is_public = true;
    if (site)
        put_document(e, &site->autoconfig);
}

/* "/v1.1/example.org", as Mozilla's database is asked. */
static void put_autoconfig_of(struct errand *e, struct pt_slice domain)
{
    struct pt_room *room = pt_asked_domain(e->arena, e->house, domain);

    e->out->is_public = true;
    if (room && room->site)
        put_document(e, &room->site->autoconfig);
    else
        put_not_served(e);
}

static void put_pacc(struct errand *e)
{
    const struct pt_site *site = find_site(e, query_address(e));

    e->out->is_public = true;
    if (site)
        put_document(e, &site->pacc);
}

/* ---- Autodiscover ---- */

/* Classic Outlook asks there without TLS, for a redirect alone (MS-OXDISCO,
 * 3.1.5.4). */
static bool is_asked_for_redirect(const struct errand *e)
{
    return e->asked.host == PT_HOST_AUTODISCOVER && !e->request->is_tls &&
           e->house->has_tls;
}

/* By https, whoever speaks it for us: Outlook follows no other. */
static const char *pox_url(const struct errand *e, const struct pt_site *site)
{
    return pt_arena_printf(
        e->arena, "https://autodiscover.%s/autodiscover/autodiscover.xml",
        site->domain);
}

static void put_pox_for(struct errand *e, const struct pt_site *site,
                        const char *text)
{
    struct pt_address address;
    PT_BUF struct pt_buf out = {0};
    const char *kept;

    if (!site->pox.text.media_type) {
        put_document(e, &site->pox.text);
        return;
    }
    if (!read_address(e, text, &address))
        return;
    pt_site_pox(site, &address, &out);
    kept = pt_buf_failed(&out)
               ? NULL
               : pt_arena_memdup(e->arena, pt_buf_text(&out), out.len);
    if (!kept) {
        put_no_memory(e);
        return;
    }
    put_bytes(e, 200, site->pox.text.media_type, pt_slice(kept, out.len));
    e->out->is_private = true;
}

/* MS-OXDSCLI, 2.2.4.1.1.2: no provider for the schema that was asked for. */
static const char no_phones[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/"
    "responseschema/2006\"><Response><Error Time=\"00:00:00\" Id=\"0\">"
    "<ErrorCode>601</ErrorCode><Message>Provider is not available</Message>"
    "<DebugData/></Error></Response></Autodiscover>\n";

static void post_pox(struct errand *e)
{
    struct pt_autodiscover_ask ask;
    struct pt_error err = {0};
    const struct pt_site *site;
    enum pt_status status = pt_autodiscover_ask_read(
        e->arena, e->request->body, &ask, &err);

    if (status == PT_NO_MEMORY) {
        put_no_memory(e);
        return;
    }
    if (status != PT_OK) {
        put_line(e, 400, "that is not a request of Autodiscover\n");
        return;
    }
    if (!ask.address) {
        put_line(e, 400, "the request names no EMailAddress\n");
        return;
    }
    site = find_site(e, ask.address);
    if (!site)
        return;
    if (ask.is_for_phones)
        put_bytes(e, 200, "application/xml; charset=utf-8",
                  pt_slice_of(no_phones));
    else
        put_pox_for(e, site, ask.address);
}

static void get_pox(struct errand *e)
{
    const char *address = query_address(e);
    const struct pt_site *site = find_site(e, address);

    if (!site)
        return;
    if (is_asked_for_redirect(e))
        put_redirect(e, 302, pox_url(e, site));
    else if (address)
        put_pox_for(e, site, address);
    else
        put_document(e, &site->anonymous);
}

static void put_pox(struct errand *e)
{
    if (pt_is(e->request->method, "POST"))
        post_pox(e);
    else
        get_pox(e);
}

/* What Microsoft's "v2" says, of which there is no specification. */
static void put_json(struct errand *e, const char *address)
{
    const char *protocol =
        pt_asked_parameter(e->arena, &e->asked, protocols);
    const struct pt_site *site = find_site(e, address);
    const char *url = site ? pox_url(e, site) : NULL;
    const char *text;

    if (!site)
        return;
    if (!pt_is_nocase(protocol, "AutodiscoverV1")) {
        put_bytes(e, 404, "application/json",
                  pt_slice_of("{\"ErrorCode\":\"ProtocolNotSupported\","
                              "\"ErrorMessage\":\"Only AutodiscoverV1 is "
                              "served here\"}\n"));
        return;
    }
    if (!site->pox.text.media_type) {
        put_document(e, &site->pox.text);
        return;
    }
    text = url ? pt_arena_printf(e->arena,
                                 "{\"Protocol\":\"AutodiscoverV1\","
                                 "\"Url\":\"%s\"}\n",
                                 url)
               : NULL;
    if (text)
        put_bytes(e, 200, "application/json", pt_slice_of(text));
    else
        put_no_memory(e);
}

static void put_json_by_query(struct errand *e)
{
    put_json(e, query_address(e));
}

/* "/autodiscover/autodiscover.json/v1.0/ann%40example.org" */
static void put_json_by_path(struct errand *e, struct pt_slice name)
{
    const char *text = pt_arena_strndup(e->arena, name.at, name.len);

    text = text ? pt_url_decode(e->arena, text) : NULL;
    if (text)
        put_json(e, text);
    else
        put_no_memory(e);
}

/* ---- files for one address ---- */

static void put_file(struct errand *e, const struct pt_writer *writer)
{
    const char *text = query_address(e);
    struct pt_job job = {.arena = e->arena,
                         .count = 1,
                         .dir = ".",
                         .root = e->house->root};
    PT_OUTPUT struct pt_output out = {.arena = e->arena};
    struct pt_error err = {0};
    struct pt_address address;
    const struct pt_site *site;
    const struct pt_buf *bytes;
    const char *kept;
    enum pt_status status;

    if (!read_address(e, text, &address))
        return;
    site = find_site(e, address.text);
    if (!site)
        return;
    job.accounts = pt_site_settings(e->arena, site, &address);
    status = job.accounts ? pt_write(writer, &job, &out, &err) : PT_NO_MEMORY;
    if (status != PT_OK && status != PT_NO_MEMORY) {
        put_why(e, 404, err.text);
        return;
    }
    bytes = status == PT_OK ? &out.files[0]->bytes : NULL;
    kept = bytes ? pt_arena_memdup(e->arena, pt_buf_text(bytes), bytes->len)
                 : NULL;
    if (!kept) {
        put_no_memory(e);
        return;
    }
    put_bytes(e, 200, writer->media_type, pt_slice(kept, bytes->len));
    e->out->is_private = true;
    if (writer != &pt_writer_apple) /* Safari installs what it shows */
        e->out->file_name = pt_writer_file(writer, &job);
}

static void put_profile(struct errand *e)
{
    put_file(e, &pt_writer_apple);
}

static void put_file_named(struct errand *e, struct pt_slice name)
{
    for (size_t i = 0; pt_landing_files[i]; i++)
        if (pt_slice_is(name, pt_landing_files[i])) {
            put_file(e, pt_writer_named(pt_landing_files[i]));
            return;
        }
    put_nothing(e);
}

static void put_root(struct errand *e)
{
    if (!e->house->root.len) {
        put_nothing(e);
        return;
    }
    put_bytes(e, 200, "application/x-x509-ca-cert", e->house->root);
    e->out->file_name = "portolan-authority.crt";
}

/* ---- the page ---- */

/* A browser sends blanks as '+'; no address begins or ends with one. */
static const char *trim_typed(struct errand *e, const char *text)
{
    struct pt_slice typed = pt_slice_of(text);

    while (typed.len && strchr("+ \t", typed.at[0]))
        typed = pt_slice(typed.at + 1, typed.len - 1);
    while (typed.len && strchr("+ \t", typed.at[typed.len - 1]))
        typed.len--;
    return typed.len ? pt_arena_strndup(e->arena, typed.at, typed.len) : NULL;
}

static void read_typed(struct errand *e, struct pt_landing *landing)
{
    struct pt_address *address = pt_arena_alloc(e->arena, sizeof(*address));
    struct pt_error *err = pt_arena_alloc(e->arena, sizeof(*err));
    struct pt_room *room;

    if (!landing->typed || !address || !err)
        return;
    if (pt_address_parse(e->arena, landing->typed, address, err) != PT_OK) {
        landing->problem = err->text;
        return;
    }
    room = pt_house_room(e->house, pt_slice_of(address->domain));
    if (!room || !room->site) {
        landing->problem = pt_arena_printf(
            e->arena, "no settings for %s are served here", address->domain);
        return;
    }
    landing->site = room->site;
    landing->settings = pt_site_settings(e->arena, room->site, address);
}

static void put_page(struct errand *e)
{
    const char *typed = query_address(e);
    struct pt_landing landing = {
        .house = e->house,
        .device = pt_device_of(e->request->user_agent),
        .typed = typed ? trim_typed(e, typed) : NULL,
        .is_tls = e->request->is_tls,
    };
    PT_BUF struct pt_buf out = {.max = PT_LANDING_MAX};
    struct pt_error err = {0};
    const char *kept = NULL;

    read_typed(e, &landing);
    if (!pt_arena_failed(e->arena) &&
        pt_landing_page(e->arena, &landing, &out, &err) == PT_OK)
        kept = pt_arena_memdup(e->arena, pt_buf_text(&out), out.len);
    if (!kept) {
        put_no_memory(e);
        return;
    }
    put_bytes(e, landing.problem ? 404 : 200, "text/html; charset=utf-8",
              pt_slice(kept, out.len));
    e->out->policy = pt_landing_policy;
    e->out->is_private = true;
}

/* ---- redirects ---- */

static void put_service(struct errand *e, const char *url)
{
    if (url)
        put_redirect(e, 307, url);
    else
        put_nothing(e);
}

static const struct pt_site *site_of_host(struct errand *e)
{
    struct pt_room *room = pt_asked_default(e->house, &e->asked);

    return room ? room->site : NULL;
}

static void put_caldav(struct errand *e)
{
    const struct pt_site *site = site_of_host(e);

    put_service(e, site ? site->caldav : NULL);
}

static void put_carddav(struct errand *e)
{
    const struct pt_site *site = site_of_host(e);

    put_service(e, site ? site->carddav : NULL);
}

static void put_jmap(struct errand *e)
{
    const struct pt_site *site = site_of_host(e);

    put_service(e, site ? site->jmap : NULL);
}

/* ---- the table ---- */

/* The server knows how it is. */
static void leave_to_server(struct errand *e)
{
    e->out->status = 0;
}

static const struct row {
    const char *path;
    enum pt_route route;
    void (*put)(struct errand *e);
    bool folds_case; /* Outlook and others spell it as they like */
    bool takes_post;
} rows[] = {
    {"/mail/config-v1.1.xml", PT_ROUTE_AUTOCONFIG, put_autoconfig, 0, 0},
    {"/.well-known/autoconfig/mail/config-v1.1.xml", PT_ROUTE_AUTOCONFIG,
     put_autoconfig, 0, 0},
    {"/v1.1/mail/config-v1.1.xml", PT_ROUTE_AUTOCONFIG, put_autoconfig, 0, 0},
    {"/autodiscover/autodiscover.xml", PT_ROUTE_POX, put_pox, 1, 1},
    {"/autodiscover/autodiscover.json", PT_ROUTE_AUTODISCOVER_JSON,
     put_json_by_query, 1, 0},
    {"/.well-known/user-agent-configuration.json", PT_ROUTE_PACC, put_pacc, 0,
     0},
    {"/profile.mobileconfig", PT_ROUTE_PROFILE, put_profile, 0, 0},
    {"/.well-known/caldav", PT_ROUTE_REDIRECT, put_caldav, 0, 0},
    {"/.well-known/carddav", PT_ROUTE_REDIRECT, put_carddav, 0, 0},
    {"/.well-known/jmap", PT_ROUTE_REDIRECT, put_jmap, 0, 0},
    {"/root.crt", PT_ROUTE_ROOT, put_root, 0, 0},
    {"/health", PT_ROUTE_HEALTH, leave_to_server, 0, 0},
    {"/metrics", PT_ROUTE_METRICS, leave_to_server, 0, 0},
    {"/", PT_ROUTE_PAGE, put_page, 0, 0},
};

/* Paths that end in what they are about. */
static const struct open_row {
    const char *prefix;
    enum pt_route route;
    void (*put)(struct errand *e, struct pt_slice rest);
    bool folds_case;
} open_rows[] = {
    {"/v1.1/", PT_ROUTE_AUTOCONFIG, put_autoconfig_of, false},
    {"/autodiscover/autodiscover.json/v1.0/", PT_ROUTE_AUTODISCOVER_JSON,
     put_json_by_path, true},
    {"/file/", PT_ROUTE_FILE, put_file_named, false},
};

static const char *const route_names[PT_ROUTES] = {
    [PT_ROUTE_NOWHERE] = "nowhere",
    [PT_ROUTE_PAGE] = "page",
    [PT_ROUTE_AUTOCONFIG] = "autoconfig",
    [PT_ROUTE_POX] = "autodiscover",
    [PT_ROUTE_AUTODISCOVER_JSON] = "autodiscover-json",
    [PT_ROUTE_PACC] = "pacc",
    [PT_ROUTE_PROFILE] = "profile",
    [PT_ROUTE_FILE] = "file",
    [PT_ROUTE_ROOT] = "root",
    [PT_ROUTE_REDIRECT] = "redirect",
    [PT_ROUTE_HEALTH] = "health",
    [PT_ROUTE_METRICS] = "metrics",
};

const char *pt_route_name(enum pt_route route)
{
    return route_names[route];
}

static bool begins_with(struct pt_slice text, const char *prefix, bool folds)
{
    size_t len = strlen(prefix);

    if (text.len < len)
        return false;
    return folds ? !strncasecmp(text.at, prefix, len)
                 : !memcmp(text.at, prefix, len);
}

static const struct row *find_row(struct pt_slice path)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (path.len == strlen(rows[i].path) &&
            begins_with(path, rows[i].path, rows[i].folds_case))
            return &rows[i];
    return NULL;
}

static const struct open_row *find_open_row(struct pt_slice path)
{
    for (size_t i = 0; i < sizeof(open_rows) / sizeof(*open_rows); i++)
        if (path.len > strlen(open_rows[i].prefix) &&
            begins_with(path, open_rows[i].prefix, open_rows[i].folds_case))
            return &open_rows[i];
    return NULL;
}

static void put_open_row(struct errand *e, const struct open_row *row)
{
    struct pt_slice path = e->asked.path;
    size_t len = strlen(row->prefix);

    row->put(e, pt_slice(path.at + len, path.len - len));
}

bool pt_answer_takes_body(const char *target)
{
    const struct row *row =
        find_row(pt_slice(target, strcspn(target, "?")));

    return row && row->takes_post;
}

/* ---- methods ---- */

/* False: an answer is given already. */
static bool check_method(struct errand *e, bool takes_post)
{
    const char *method = e->request->method;

    if (pt_is(method, "GET") || pt_is(method, "HEAD") ||
        (takes_post && pt_is(method, "POST")))
        return true;
    put_line(e, 405, "this cannot be done here\n");
    e->out->allow =
        takes_post ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";
    if (pt_is(method, "OPTIONS")) {
        put_bytes(e, 204, NULL, pt_slice_of(""));
        e->out->is_public = e->out->route == PT_ROUTE_AUTOCONFIG ||
                            e->out->route == PT_ROUTE_PACC;
    }
    return false;
}

static void go(struct errand *e)
{
    const struct row *row;
    const struct open_row *open_row;

    if (!pt_asked_read(e->house, e->request, &e->asked)) {
        put_line(e, 400, "that is not a request\n");
        return;
    }
    row = find_row(e->asked.path);
    open_row = row ? NULL : find_open_row(e->asked.path);
    e->out->route = row        ? row->route
                    : open_row ? open_row->route
                               : PT_ROUTE_NOWHERE;
    if (e->asked.host == PT_HOST_STRANGE) {
        put_line(e, 421, "this server does not answer for that host\n");
        return;
    }
    if (e->out->route == PT_ROUTE_NOWHERE) {
        put_nothing(e);
        return;
    }
    if (!check_method(e, row && row->takes_post))
        return;
    if (pt_asked_has(e->arena, &e->asked, passwords)) {
        put_line(e, 400, "no password is wanted here: send none\n");
        return;
    }
    if (row)
        row->put(e);
    else
        put_open_row(e, open_row);
}

void pt_answer_request(struct pt_arena *arena, const struct pt_house *house,
                       const struct pt_request *request,
                       struct pt_response *ret_response)
{
    struct errand errand = {.arena = arena,
                            .house = house,
                            .request = request,
                            .out = ret_response};

    *ret_response = (struct pt_response){0};
    go(&errand);
    if (pt_arena_failed(arena))
        put_no_memory(&errand);
}
