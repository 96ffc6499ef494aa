/* render.c - every writer, with every hostile value in every text field.
 *
 *     render VALUES STEP | judge.py VALUES
 *
 * VALUES holds the values, each of them ended by NUL; every STEPth is tried,
 * in each field another share of them.  The fields are those of
 * a few worlds: an account at a bridge, one at a provider, one of two accounts.
 * First a marker stands in the field, then one value after the other; fields
 * whose marker changes nothing in the files are tried all at once, as "rest".
 * What came of it is written for judge.py: a line
 *
 *     WRITER WORLD FIELD VALUE OUTCOME FILES NOTES
 *
 * (VALUE: its number, -1 for the marker), then strings, each as its length, a
 * blank and its bytes: the value as it stands in the field and as people are
 * shown it; of a refusal the sentence and the hint; else the name and the bytes
 * of each file, and the notes.  "same" (and no strings) stands for all that the
 * marker gave, byte for byte.
 */
#include "base/file.h"
#include "format/url.h"
#include "tests/unit/sample.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN, OUT, CALDAV, CARDDAV, SERVERS, VALUES_MAX = 4096 };

/* All that is written, and what a field is a part of. */
struct person {
    struct pt_settings settings;
    struct pt_server servers[SERVERS];
    const char *dir;
};

struct attempt {
    struct pt_arena *arena;
    struct person person;
    const char *put;   /* the value, as it stands in its field */
    const char *shown; /* as people are shown it; NULL: so */
};

/* ---- worlds ---- */

static void add_server(struct person *person, size_t i,
                       enum pt_service service, const char *host,
                       uint16_t port)
{
    person->servers[i] = sample_server(service, port);
    person->servers[i].host = host;
}

/* Everything is known of it.  Its hosts are none of the values. */
static void make_bridge(struct person *person)
{
    add_server(person, IN, PT_IMAP, "127.0.0.5", 1143);
    add_server(person, OUT, PT_SUBMISSION, "127.0.0.6", 1025);
    add_server(person, CALDAV, PT_CALDAV, "127.0.0.7", 1080);
    add_server(person, CARDDAV, PT_CARDDAV, "127.0.0.7", 1080);
    person->settings.bridge = (struct pt_bridge_use){
        .name = "proton",
        .title = "Proton Mail Bridge",
        .login = "the address",
        .password = "the bridge's own",
        .change_ports = "Settings, Change",
    };
}

static void make_provider(struct person *person)
{
    add_server(person, IN, PT_IMAP, "imap.example.org", 993);
    add_server(person, OUT, PT_SUBMISSION, "smtp.example.org", 465);
    add_server(person, CALDAV, PT_CALDAV, NULL, 0);
    add_server(person, CARDDAV, PT_CARDDAV, NULL, 0);
    person->servers[CALDAV].url = "https://dav.example.org/";
    person->servers[CARDDAV].url = "https://dav.example.org/";
    for (size_t i = 0; i < SERVERS; i++) {
        person->servers[i].security = PT_TLS;
        person->servers[i].bridge = NULL;
        person->servers[i].certificate = NULL;
        person->servers[i].origin.trust = PT_VERIFIED;
    }
}

static void make_pop3(struct person *person)
{
    make_provider(person);
    person->servers[IN].service = PT_POP3;
    person->servers[IN].port = 995;
}

static const struct world {
    const char *name;
    void (*make)(struct person *person);
    size_t before; /* accounts of other people, before the one looked at */
    bool receives; /* in no other way than this it differs from the others */
} worlds[] = {
    {"bridge", make_bridge, 0, false},
    {"provider", make_provider, 0, false},
    {"pop3", make_pop3, 0, true},
    {"second", make_bridge, 1, false},
};

enum { WORLDS = sizeof(worlds) / sizeof(*worlds), PEOPLE_MAX = 2 };

static void make_person(const struct world *world, struct pt_arena *arena,
                        const char *address, struct person *ret_person)
{
    struct person person = {.dir = "/home/ann/mail"};

    world->make(&person);
    pt_address_parse(arena, address, &person.settings.address, NULL);
    person.settings.provider_name = "Example";
    person.settings.provider_domain = person.settings.address.domain;
    person.settings.server_count = SERVERS;
    *ret_person = person;
}

/* ---- fields ---- */

static const char *fit_any(struct attempt *attempt, const char *value)
{
    return pt_arena_strdup(attempt->arena, value);
}

static const char *fit_host(struct attempt *attempt, const char *value)
{
    const char *now = attempt->person.servers[IN].host;
    const char *host = pt_host_from(attempt->arena, value);

    /* Those of this machine are written otherwise: compared among theirs. */
    return host && pt_is_loopback(host) == pt_is_loopback(now) ? host : NULL;
}

static const char *fit_url(struct attempt *attempt, const char *value)
{
    const char *url = pt_arena_printf(attempt->arena,
                                      "https://dav.example.org/%s", value);

    bool is_path = *value && !strchr(value, '#'); /* which no server sees */

    return is_path && attempt->person.servers[CALDAV].url &&
                   pt_url_is_https(url)
               ? url
               : NULL;
}

static const char *fit_dir(struct attempt *attempt, const char *value)
{
    return pt_arena_printf(attempt->arena, "/home/ann/%s", value);
}

static const char *fit_local(struct attempt *attempt, const char *value)
{
    struct pt_address address;
    const char *text =
        pt_arena_printf(attempt->arena, "%s@%s", value,
                        attempt->person.settings.address.domain);

    if (pt_address_parse(attempt->arena, text, &address, NULL) != PT_OK)
        return NULL;
    attempt->person.settings.address = address;
    return address.local;
}

static const char *fit_domain(struct attempt *attempt, const char *value)
{
    struct pt_address address;
    const char *text =
        pt_arena_printf(attempt->arena, "%s@%s",
                        attempt->person.settings.address.local, value);

    if (pt_address_parse(attempt->arena, text, &address, NULL) != PT_OK)
        return NULL;
    attempt->person.settings.address = address;
    attempt->shown = address.shown + strlen(address.local) + 1;
    return address.domain;
}

#define AT(member) offsetof(struct person, member)

static const struct field {
    const char *name;
    const char *marker;
    /* The value as this field may hold it, in the arena; NULL: it may not. */
    const char *(*fit)(struct attempt *attempt, const char *value);
    size_t at; /* where in struct person; 0: fit has put it there */
} fields[] = {
    {"local", "m4rk", fit_local, 0},
    {"domain", "m4rk.example", fit_domain, 0},
    {"name", "m4rk", fit_any, AT(settings.display_name)},
    {"user-in", "m4rk", fit_any, AT(servers[IN].username)},
    {"user-out", "m4rk", fit_any, AT(servers[OUT].username)},
    {"user-dav", "m4rk", fit_any, AT(servers[CALDAV].username)},
    {"host-in", "m4rk.example", fit_host, AT(servers[IN].host)},
    {"host-out", "m4rk.example", fit_host, AT(servers[OUT].host)},
    {"host-in-here", "m4rk.localhost", fit_host, AT(servers[IN].host)},
    {"host-out-here", "m4rk.localhost", fit_host, AT(servers[OUT].host)},
    {"url-caldav", "m4rk", fit_url, AT(servers[CALDAV].url)},
    {"url-carddav", "m4rk", fit_url, AT(servers[CARDDAV].url)},
    {"provider", "m4rk", fit_any, AT(settings.provider_name)},
    {"bridge-title", "m4rk", fit_any, AT(settings.bridge.title)},
    {"bridge-login", "m4rk", fit_any, AT(settings.bridge.login)},
    {"bridge-password", "m4rk", fit_any, AT(settings.bridge.password)},
    {"bridge-ports", "m4rk", fit_any, AT(settings.bridge.change_ports)},
    {"origin", "m4rk", fit_any, AT(servers[IN].origin.where)},
    {"why", "m4rk", fit_any, AT(servers[IN].why)},
    {"dir", "m4rk", fit_dir, AT(dir)},
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

/* Its part in the way an account receives mail? */
static bool receives(const struct field *field)
{
    return field->at == AT(servers[IN].username) ||
           field->at == AT(servers[IN].host);
}

/* False: that field cannot hold that value. */
static bool put(struct attempt *attempt, const struct field *field,
                const char *value)
{
    const char *fit = field->fit(attempt, value);

    if (!fit)
        return false;
    if (field->at)
        *(const char **)((char *)&attempt->person + field->at) = fit;
    attempt->put = fit;
    return true;
}

/* ---- writing ---- */

struct result {
    enum pt_status status;
    struct pt_output made;
    struct pt_error err;
};

static void write_all(const struct pt_writer *writer,
                      const struct world *world, struct attempt *attempt,
                      struct result *result)
{
    struct pt_settings accounts[PEOPLE_MAX];
    struct person other;
    struct pt_job job = {.arena = attempt->arena,
                         .accounts = accounts,
                         .count = world->before + 1,
                         .dir = attempt->person.dir};

    make_person(world, attempt->arena, "bob@example.net", &other);
    other.settings.servers = other.servers;
    for (size_t i = 0; i < SERVERS; i++)
        other.servers[i].host = "127.0.0.3";
    attempt->person.settings.servers = attempt->person.servers;
    accounts[0] = other.settings;
    accounts[world->before] = attempt->person.settings;
    result->made = (struct pt_output){.arena = attempt->arena};
    result->status = pt_write(writer, &job, &result->made, &result->err);
}

static bool are_same(const struct result *a, const struct result *b)
{
    bool same = !a->status && !b->status &&
                a->made.file_count == b->made.file_count &&
                a->made.notes.count == b->made.notes.count;

    for (size_t i = 0; same && i < a->made.file_count; i++) {
        const struct pt_file *one = a->made.files[i];
        const struct pt_file *two = b->made.files[i];

        same = pt_is(one->name, two->name) &&
               one->bytes.len == two->bytes.len &&
               !memcmp(pt_buf_text(&one->bytes), pt_buf_text(&two->bytes),
                       one->bytes.len);
    }
    for (size_t i = 0; same && i < a->made.notes.count; i++)
        same = pt_is(a->made.notes.at[i], b->made.notes.at[i]);
    return same;
}

/* ---- telling ---- */

static void tell_bytes(const char *bytes, size_t len)
{
    printf("%zu ", len);
    fwrite(bytes, 1, len, stdout);
}

static void tell_text(const char *text)
{
    tell_bytes(text, strlen(text));
}

static void tell_strings(const struct attempt *attempt,
                         const struct result *result)
{
    const struct pt_output *made = &result->made;

    tell_text(attempt->put);
    tell_text(attempt->shown ? attempt->shown : attempt->put);
    if (result->status != PT_OK) {
        tell_text(result->err.text);
        tell_text(result->err.hint);
        return;
    }
    for (size_t i = 0; i < made->file_count; i++) {
        tell_text(made->files[i]->name);
        tell_bytes(pt_buf_text(&made->files[i]->bytes),
                   made->files[i]->bytes.len);
    }
    for (size_t i = 0; i < made->notes.count; i++)
        tell_text(made->notes.at[i]);
}

static const char *outcome(enum pt_status status)
{
    if (status == PT_CANNOT_EXPRESS)
        return "refused";
    return status == PT_OK ? "written" : "failed";
}

/* ---- a field, or several, of one writer ---- */

/* What is tried. */
struct values {
    const char *at[VALUES_MAX];
    size_t count;
    size_t step;
};

struct trial {
    const struct pt_writer *writer;
    const struct world *world;
    const char *name;
    unsigned long fields; /* bits */
    size_t first;         /* value tried: this, and then every so many */
    struct result marked; /* what came of the marker */
};

static void tell(const struct trial *trial, long value,
                 const struct attempt *attempt, const struct result *result)
{
    bool same = value >= 0 && are_same(result, &trial->marked);

    printf("%s %s %s %ld %s %zu %zu\n", trial->writer->name,
           trial->world->name, trial->name, value,
           same ? "same" : outcome(result->status), result->made.file_count,
           result->made.notes.count);
    if (!same)
        tell_strings(attempt, result);
}

/* In all fields of the trial; NULL is each one's marker.  False: none of them
 * can hold it. */
static bool attempt_value(const struct trial *trial, const char *value,
                          struct attempt *attempt, struct result *result)
{
    bool is_put = !trial->fields;

    make_person(trial->world, attempt->arena, "ann@example.org",
                &attempt->person);
    for (size_t i = 0; i < FIELDS; i++)
        if (trial->fields >> i & 1)
            is_put |= put(attempt, &fields[i],
                          value ? value : fields[i].marker);
    if (is_put)
        write_all(trial->writer, trial->world, attempt, result);
    return is_put;
}

static void try_value(const struct trial *trial, const struct values *values,
                      size_t number)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct attempt attempt = {.arena = arena};
    struct result result = {0};

    if (!attempt_value(trial, values->at[number], &attempt, &result))
        return;
    tell(trial, (long)number, &attempt, &result);
    pt_output_free(&result.made);
}

/* False: its marker is the same as none. */
static bool try_values(struct trial *trial, const struct result *plain,
                       const struct values *values)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct attempt attempt = {.arena = arena};
    bool is_used;

    if (!attempt_value(trial, NULL, &attempt, &trial->marked))
        return true;
    is_used = !plain || !are_same(&trial->marked, plain);
    if (is_used)
        tell(trial, -1, &attempt, &trial->marked);
    for (size_t i = trial->first % values->step; is_used && i < values->count;
         i += values->step)
        try_value(trial, values, i);
    pt_output_free(&trial->marked.made);
    return is_used;
}

static void try_fields(const struct pt_writer *writer,
                       const struct world *world,
                       const struct values *values)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct attempt attempt = {.arena = arena, .put = ""};
    struct trial rest = {.writer = writer, .world = world, .name = "rest"};
    struct result plain = {0};

    attempt_value(&rest, NULL, &attempt, &plain);
    if (plain.status != PT_OK)
        tell(&rest, -1, &attempt, &plain);
    for (size_t i = 0; plain.status == PT_OK && i < FIELDS; i++) {
        struct trial trial = {.writer = writer,
                              .world = world,
                              .name = fields[i].name,
                              .fields = 1UL << i,
                              .first = i};

        if (world->receives && !receives(&fields[i]))
            continue;
        if (!try_values(&trial, &plain, values))
            rest.fields |= trial.fields;
    }
    if (rest.fields)
        try_values(&rest, NULL, values);
    pt_output_free(&plain.made);
}

static void split(const struct pt_buf *bytes, struct values *values)
{
    const char *at = pt_buf_text(bytes);

    while (at < pt_buf_text(bytes) + bytes->len && values->count < VALUES_MAX) {
        values->at[values->count++] = at;
        at += strlen(at) + 1;
    }
}

int main(int argc, char **argv)
{
    static struct values values;
    PT_BUF struct pt_buf bytes = {0};

    if (argc != 3 || pt_file_read(argv[1], &bytes, NULL) != PT_OK)
        return 2;
    split(&bytes, &values);
    values.step = strtoul(argv[2], NULL, 10);
    for (size_t i = 0; values.step && pt_writers[i]; i++)
        for (size_t j = 0; j < WORLDS; j++)
            if (!worlds[j].before || pt_writers[i]->takes_several)
                try_fields(pt_writers[i], &worlds[j], &values);
    return !values.step || fflush(stdout) || ferror(stdout);
}
