/* fuzz_source.c - any answers to whatever the sources ask: through the engine
 * and the merge, into the JSON and the page.  Whatever the outside world says,
 * the promises of docs/resolving.md hold.
 *
 * The input is text: a domain and letters for options (a digit: one source
 * alone), then answers.
 *
 *     example.org ns
 *     ? NEEDLE AFTER HOW LOCATION
 *     any bytes, up to the next line that begins with "? "
 *
 * NEEDLE is part of what is asked, as label_of() writes it; the first answer
 * that fits is given, after AFTER ms.  HOW: o(k), s(igned), a(bsent),
 * f(ailed), r(efused), v(ouch: the digest of the next answer's body) or an
 * HTTP status, which takes a LOCATION. */
#include "cli/find_page.h"
#include "format/settings_json.h"
#include "format/url.h"
#include "model/domain.h"
#include "resolve/kinds.h"
#include "resolve/profiles.h"
#include "resolve/providers.h"
#include "resolve/search.h"

#include <cjson/cJSON.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { REPLIES_MAX = 32, AFTER_MAX_MS = 10000, LOCATION_MAX = 2048 };
enum { DIGEST_CHARS = 44, SOURCES = 9 };

#define LOCAL_PART "Zq7"

struct reply {
    struct pt_slice needle;
    uint64_t after_ms;
    struct pt_answer answer;
    bool vouches; /* for the next reply's body */
};

struct world {
    struct pt_transport transport; /* first: a world is a transport */
    struct pt_slice input;
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_query query;
    struct reply replies[REPLIES_MAX];
    size_t count;
    int64_t now_ms;
    size_t asked;
    struct pending *open;
};

struct pending {
    struct world *world;
    struct pt_timer timer;
    const void *owner;
    const struct pt_answer *answer;
    pt_answer_fn *done;
    void *ctx;
    struct pending *next;
};

static void expect_at(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "broken promise: %s\n", what);
    abort();
}

#define EXPECT(holds) expect_at(holds, #holds)

/* ---- what may be asked ---- */

static bool is_own(const struct world *w, const char *host)
{
    return pt_is_akin(host, w->query.address->domain);
}

static bool is_accepted(const struct world *w, const char *host)
{
    return pt_strings_have_nocase(&w->query.accept, host);
}

/* The local part as an address begins with it, or as a parameter's value. */
static bool names_user(const char *text)
{
    const size_t len = strlen(LOCAL_PART);

    for (const char *at = text; *at; at++) {
        const char *end = at + len;

        if (strncasecmp(at, LOCAL_PART, len) == 0 &&
            (*end == '@' || strncasecmp(end, "%40", 3) == 0 ||
             (at > text && at[-1] == '=' && (!*end || *end == '&'))))
            return true;
    }
    return false;
}

/* Somebody named the host, in an answer: then it was not made up here. */
static bool was_named(const struct world *w, const char *host)
{
    size_t len = strlen(host);

    for (size_t i = 0; i + len <= w->input.len; i++)
        if (strncasecmp(w->input.at + i, host, len) == 0)
            return true;
    return false;
}

/* Anybody might own autoconfig.co.uk; but the address may be of that name. */
static void check_prefix(const struct world *w, const char *host)
{
    static const char *const prefixes[] = {
        "autoconfig.", "autodiscover.", "ua-auto-config."};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (pt_has_prefix(host, prefixes[i]))
            EXPECT(!pt_is_public_suffix(host + strlen(prefixes[i])) ||
                   pt_is(host, w->query.address->domain) ||
                   was_named(w, host));
}

static void check_http(const struct world *w, const struct pt_ask *ask)
{
    const char *host = pt_url_host(w->arena, ask->what);
    bool tells = names_user(ask->what) ||
                 (ask->payload && strstr(ask->payload, LOCAL_PART));

    EXPECT(host);
    check_prefix(w, host);
    if (!tells)
        return;
    EXPECT(!w->query.no_address || was_named(w, LOCAL_PART));
    EXPECT(pt_url_is_https(ask->what));
    EXPECT(is_own(w, host) || is_accepted(w, host));
}

static void check_dns(const struct pt_ask *ask)
{
    for (const char *at = ask->what; *at; at++)
        EXPECT((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') ||
               strchr("-._", *at));
}

/* Conversations and gRPC calls do not leave this machine. */
static void check_near(const struct world *w, const char *what)
{
    const char *host = pt_url_host(w->arena, what);
    const char *colon = strrchr(what, ':');

    if (pt_has_prefix(what, "unix:"))
        return;
    if (!host && colon)
        host = pt_arena_strndup(w->arena, what, (size_t)(colon - what));
    EXPECT(host && pt_is_loopback(host));
}

/* A guess is a name below the domain, and on a private network only where the
 * user says so; what is verified was named by somebody, however spelt. */
static void check_visit(const struct world *w, const struct pt_ask *ask)
{
    const char *colon = ask->kind == PT_ASK_PROBE ? strrchr(ask->what, ':')
                                                  : NULL;
    const char *host = colon ? pt_arena_strndup(w->arena, ask->what,
                                                (size_t)(colon - ask->what))
                             : ask->what;

    bool is_verified = w->query.verify == PT_VERIFY_ALL;

    EXPECT(host && !pt_is_this_machine(host));
    EXPECT(is_own(w, host) || is_verified);
    EXPECT(!ask->is_nearby || is_accepted(w, host) || is_verified);
    EXPECT(!ask->credentials || w->query.password);
    EXPECT(!names_user(ask->what) || was_named(w, LOCAL_PART));
}

static void check_ask(struct world *w, const struct pt_ask *ask)
{
    bool is_visit = ask->kind == PT_ASK_PROBE || ask->kind == PT_ASK_HOST;

    w->asked += !is_visit;
    EXPECT(w->asked <= PT_ASKS_MAX);
    if (ask->kind == PT_ASK_HTTP)
        check_http(w, ask);
    else if (ask->kind == PT_ASK_DNS)
        check_dns(ask);
    else if (ask->kind == PT_ASK_SPEAK || ask->kind == PT_ASK_GRPC)
        check_near(w, ask->what);
    else if (is_visit)
        check_visit(w, ask);
}

/* ---- answering ---- */

static const char *label_of(struct world *w, const struct pt_ask *ask)
{
    const char *kind = pt_ask_kind_name(ask->kind);

    if (ask->kind == PT_ASK_DNS)
        kind = pt_record_name(ask->record);
    else if (ask->method)
        kind = ask->method;
    return pt_arena_printf(w->arena, "%s:%s", kind, ask->what ? ask->what : "");
}

static const struct reply *find_reply(struct world *w, const struct pt_ask *ask)
{
    const char *label = label_of(w, ask);

    for (size_t i = 0; label && i < w->count; i++) {
        struct pt_slice needle = w->replies[i].needle;

        if (memmem(label, strlen(label), needle.at, needle.len))
            return &w->replies[i];
    }
    return NULL;
}

static void deliver(void *ctx)
{
    struct pending *p = ctx;
    struct pending **at = &p->world->open;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    pt_loop_disarm(p->world->loop, &p->timer);
    p->done(p->ctx, p->answer);
}

/* Each kind of ask has answers of its own kind. */
static const struct pt_answer *fit_answer(struct world *w,
                                          const struct pt_ask *ask,
                                          const struct reply *reply)
{
    struct pt_answer *own =
        pt_arena_memdup(w->arena, &reply->answer, sizeof(*own));

    if (!own)
        return &reply->answer;
    if (own->status != PT_ANSWER_OK)
        return own;
    if (ask->kind != PT_ASK_HTTP) {
        own->http = 0;
        own->location = NULL;
    } else if (!own->http) {
        own->http = 200;
    }
    own->is_signed = own->is_signed && ask->kind == PT_ASK_DNS;
    return own;
}

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    static const struct pt_answer absent = {.status = PT_ANSWER_ABSENT};
    struct world *w = (struct world *)self;
    const struct reply *reply = find_reply(w, ask);
    struct pending *p = pt_arena_alloc(w->arena, sizeof(*p));

    check_ask(w, ask);
    if (!p)
        return false;
    *p = (struct pending){.world = w,
                          .owner = ask->owner,
                          .answer = reply ? fit_answer(w, ask, reply) : &absent,
                          .done = done,
                          .ctx = ctx,
                          .next = w->open};
    w->open = p;
    pt_timer_init(&p->timer, deliver, p);
    pt_loop_arm(w->loop, &p->timer, reply ? (int64_t)reply->after_ms : 0);
    return true;
}

static void drop(struct pt_transport *self, const void *owner)
{
    static const struct pt_answer dropped = {.status = PT_ANSWER_FAILED,
                                             .why = "given up"};
    struct world *w = (struct world *)self;
    struct pending *next;

    for (struct pending *p = w->open; p; p = next) {
        next = p->next;
        if (owner && p->owner != owner)
            continue;
        p->answer = &dropped;
        deliver(p);
    }
}

static int64_t virtual_now(void *ctx)
{
    return ((struct world *)ctx)->now_ms;
}

static void virtual_skip(void *ctx, int64_t ms)
{
    ((struct world *)ctx)->now_ms += ms;
}

/* ---- reading the input ---- */

static void read_how(struct reply *reply, struct pt_slice how)
{
    static const char why[] = "it is not to be had";
    struct pt_answer *answer = &reply->answer;
    uint64_t http;

    if (pt_parse_uint(how, 999, &http))
        answer->http = (int)http;
    switch (how.len ? *how.at : 'o') {
    case 'a':
        answer->status = PT_ANSWER_ABSENT;
        break;
    case 'f':
        answer->status = PT_ANSWER_FAILED;
        answer->why = why;
        break;
    case 'r':
        answer->status = PT_ANSWER_REFUSED;
        answer->why = why;
        break;
    case 's':
        answer->is_signed = true;
        break;
    case 'v':
        reply->vouches = true;
        break;
    default:
        break;
    }
}

/* As the live transport has it: absent when it is long or cannot be shown. */
static const char *read_location(struct world *w, const struct reply *reply,
                                 struct pt_slice text)
{
    if (reply->answer.http < 300 || reply->answer.http > 399 || !text.len ||
        text.len > LOCATION_MAX || !pt_is_printable(text))
        return NULL;
    return pt_arena_strndup(w->arena, text.at, text.len);
}

static void read_reply(struct world *w, struct pt_slice head,
                       struct pt_slice body)
{
    struct reply *reply = &w->replies[w->count];
    struct pt_slice after = {0};
    struct pt_slice how = {0};

    if (w->count == REPLIES_MAX || !pt_next_word(&head, &reply->needle))
        return;
    pt_next_word(&head, &after);
    pt_next_word(&head, &how);
    if (!pt_parse_uint(after, AFTER_MAX_MS, &reply->after_ms))
        reply->after_ms = 0;
    read_how(reply, how);
    reply->answer.location = read_location(w, reply, pt_trim(head));
    if (reply->answer.status == PT_ANSWER_OK) {
        reply->answer.body = body.at;
        reply->answer.len = body.len < PT_FILE_MAX ? body.len : PT_FILE_MAX;
    }
    w->count++;
}

/* What begins with "? " ends at the next such line. */
static void read_replies(struct world *w, struct pt_slice rest)
{
    static const char mark[] = "\n? ";
    const char *at = pt_slice_find(rest, mark);

    while (at && w->count < REPLIES_MAX) {
        struct pt_slice head;
        const char *end;

        at += strlen(mark);
        rest = pt_slice(at, rest.len - (size_t)(at - rest.at));
        at = pt_slice_find(rest, mark);
        end = at ? at + 1 : rest.at + rest.len;
        struct pt_slice whole = pt_slice(rest.at, (size_t)(end - rest.at));
        if (pt_next_line(&whole, &head))
            read_reply(w, head, whole);
    }
}

/* No fuzzer finds a digest by itself. */
static void vouch(struct world *w)
{
    for (size_t i = 0; i + 1 < w->count; i++) {
        const struct pt_answer *file = &w->replies[i + 1].answer;
        unsigned char digest[SHA256_DIGEST_LENGTH];
        unsigned char base64[DIGEST_CHARS + 1];
        PT_BUF struct pt_buf text = {0};

        if (!w->replies[i].vouches)
            continue;
        SHA256((const unsigned char *)file->body, file->len, digest);
        EVP_EncodeBlock(base64, digest, sizeof(digest));
        pt_buf_printf(&text, "txt v=UAAC1; a=sha256; d=%s",
                      (const char *)base64);
        w->replies[i].answer.len = text.len;
        w->replies[i].answer.body =
            pt_arena_memdup(w->arena, pt_buf_text(&text), text.len);
    }
}

static void read_options(struct world *w, struct pt_slice letters)
{
    struct pt_query *query = &w->query;

    for (size_t i = 0; i < letters.len; i++) {
        char c = letters.at[i];

        if (c >= '0' && c < '0' + (char)SOURCES)
            pt_strings_add(w->arena, &query->only, pt_sources[c - '0']->name);
        query->no_address |= c == 'n';
        query->no_third_party |= c == 't';
        query->wants_story |= c == 's';
        if (c == 'v' || c == 'l')
            query->verify = PT_VERIFY_ALL;
        if (c == 'l')
            query->password = "canary";
        if (c == 'd')
            query->ispdb = "/srv/ispdb";
        if (c == 'u')
            query->ispdb = "https://db.example.net/v1";
        if (c == 'b')
            query->bridge = "none";
        if (c == 'p')
            query->bridge = "proton";
        if (c == 'f')
            query->from = "/srv/config.xml";
        if (c == 'c')
            pt_strings_add(w->arena, &query->accept, "mail.example.net");
    }
}

/* ---- what may come of it ---- */

static void check_server(const struct world *w, const struct pt_server *server)
{
    const char *host =
        server->host ? server->host : pt_url_host(w->arena, server->url);
    bool is_bridge = server->bridge != NULL;
    bool vouched = is_accepted(w, host);

    EXPECT(host && pt_host_ok(host));
    EXPECT(is_bridge || !pt_is_this_machine(host));
    EXPECT(server->url || server->port);
    EXPECT(!server->url || pt_url_is_https(server->url));
    if (!server->chosen)
        return;
    EXPECT(server->security == PT_TLS || server->security == PT_STARTTLS ||
           (server->security == PT_PLAIN && is_bridge && pt_is_loopback(host)));
    EXPECT(server->origin.trust > PT_GUESSED);
    EXPECT(server->origin.trust > PT_HEARD || is_own(w, host) || vouched);
    EXPECT(!server->origin.cleartext || vouched);
}

static void check_texts(const cJSON *item)
{
    for (; item; item = item->next) {
        EXPECT(!item->valuestring ||
               pt_is_printable(pt_slice_of(item->valuestring)));
        check_texts(item->child);
    }
}

static void check_json(const struct pt_settings *settings)
{
    PT_BUF struct pt_buf text = {0};
    cJSON *root;

    if (pt_settings_json(settings, true, &text, NULL) != PT_OK)
        return;
    root = cJSON_ParseWithLength(text.at, text.len);
    EXPECT(root);
    check_texts(root);
    cJSON_Delete(root);
}

static void check_page(struct world *w, const struct pt_settings *settings)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct pt_page page = {.out = out, .width = 80};
    struct pt_slice rest, line;

    if (!out)
        return;
    pt_find_page(&page, w->arena, settings, w->query.wants_story);
    fclose(out);
    rest = pt_slice(text, len);
    while (pt_next_line(&rest, &line))
        EXPECT(pt_is_printable(line));
    free(text);
}

static void search(struct world *w)
{
    struct pt_settings settings;
    struct pt_findings found;

    if (pt_search(&(struct pt_search_setup){.arena = w->arena,
                                            .loop = w->loop,
                                            .net = &w->transport,
                                            .query = &w->query},
                  &settings, &found, NULL) != PT_OK)
        return;
    EXPECT(!w->open);
    EXPECT(settings.status != PT_FIND_OK || settings.servers[0].chosen);
    for (size_t i = 0; i < settings.server_count; i++)
        check_server(w, &settings.servers[i]);
    check_json(&settings);
    check_page(w, &settings);
}

/* ---- the whole ---- */

/* The profiles are read once and live as long as the program. */
static void load_profiles(struct pt_query *ret_query)
{
    static struct pt_arena *arena;
    static struct pt_query loaded = {.timeout_ms = 2000};
    struct pt_place place = {.os = "linux", .config = "/nonexistent"};
    struct pt_bridge_kind *kinds;
    struct pt_provider *providers;
    struct pt_strings problems = {0};

    if (!arena) {
        arena = pt_arena_new();
        if (!arena ||
            pt_kinds_load(arena, pt_profiles_dir(arena), &place, &kinds,
                          &loaded.kind_count, &problems, NULL) != PT_OK ||
            pt_providers_load(arena, pt_profiles_dir(arena), &place, &providers,
                              &loaded.provider_count, &problems,
                              NULL) != PT_OK)
            abort();
        loaded.kinds = kinds;
        loaded.providers = providers;
    }
    *ret_query = loaded;
}

static const struct pt_place home = {
    .os = "linux",
    .home = "/home/ann",
    .config = "/home/ann/.config",
    .data = "/home/ann/.local/share",
    .cache = "/home/ann/.cache",
    .state = "/home/ann/.local/state",
    .uid = 1000,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct world w = {.transport = {.begin = begin, .drop = drop},
                      .input = pt_slice((const char *)data, len),
                      .arena = arena};
    struct pt_slice rest = w.input;
    struct pt_slice line = {0};
    struct pt_slice domain = {0};
    struct pt_address address;

    w.loop = pt_loop_new(&(struct pt_clock){
        .now_ms = virtual_now, .skip_ms = virtual_skip, .ctx = &w});
    load_profiles(&w.query);
    w.query.place = home;
    w.query.address = &address;
    pt_next_line(&rest, &line);
    pt_next_word(&line, &domain);
    read_options(&w, line);
    read_replies(&w, w.input);
    vouch(&w);
    if (arena && w.loop &&
        pt_address_parse(arena,
                         pt_arena_printf(arena, LOCAL_PART "@%.*s",
                                         (int)domain.len, domain.at),
                         &address, NULL) == PT_OK)
        search(&w);
    pt_loop_free(w.loop);
    return 0;
}
