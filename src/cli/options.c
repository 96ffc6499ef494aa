#include "cli/options.h"

#include "cli/command.h"
#include "cli/nearest.h"
#include "resolve/probe_plan.h"
#include "serve/dns_help.h"
#include "source/source.h"

#include <stddef.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 200,
    TIMEOUT_LEAST_MS = 100,
    TIMEOUT_MOST_MS = 120 * 1000,
    TIMEOUT_DECIMALS = 3,
    ON_SEARCHES =
        PT_ON_FIND | PT_ON_WRITE | PT_ON_SETUP | PT_ON_UPDATE | PT_ON_WATCH,
    ON_SERVES = ON_SEARCHES | PT_ON_SERVE | PT_ON_PUBLISH,
    ON_SEEKS = ON_SERVES | PT_ON_PROBE, /* but for what is made of it */
    ON_LOOKS = ON_SEEKS | PT_ON_BRIDGES | PT_ON_PORT,
    ON_LOGINS = PT_ON_FIND | PT_ON_WRITE | PT_ON_SETUP,
    ON_VERIFIED = ON_LOGINS | PT_ON_UPDATE | PT_ON_PUBLISH,
    ON_ENDING = ON_LOOKS & ~(PT_ON_WATCH | PT_ON_SERVE),
    RATE = 50,
    RATE_MOST = 1000000,
    LISTEN_MOST = 16,
};

/* Where in options a row keeps what was typed. */
static void *place_of(const struct pt_option *row, struct pt_options *options)
{
    return (char *)options + row->at;
}

static enum pt_status set_flag(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    (void)arena, (void)value, (void)err;
    *(bool *)place_of(row, options) = true;
    return PT_OK;
}

static enum pt_status set_text(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    (void)arena, (void)err;
    *(const char **)place_of(row, options) = value;
    return PT_OK;
}

/* A file that is written beside the answer: never standard output. */
static enum pt_status set_file(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    if (pt_is(value, "-"))
        return pt_fail(err, PT_BAD_INPUT, "name a file",
                       "--%s does not write to standard output", row->name);
    return set_text(arena, row, options, value, err);
}

static enum pt_status set_name(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    if (!pt_is_printable(pt_slice_of(value)))
        return pt_fail(err, PT_BAD_INPUT,
                       "give it as UTF-8 text without control characters",
                       "the name '%s' cannot be printed", value);
    if (strlen(value) > NAME_MAX_BYTES)
        return pt_fail(err, PT_BAD_INPUT, "give a shorter one",
                       "the name is longer than %d bytes", NAME_MAX_BYTES);
    return set_text(arena, row, options, value, err);
}

static enum pt_status add_host(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    if (!pt_host_ok(value))
        return pt_fail(err, PT_BAD_INPUT,
                       "give it as in --accept mail.example.org",
                       "'%s' is not the name of a host", value);
    return pt_strings_add(arena, place_of(row, options), value)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status set_host(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    if (!pt_host_ok(value))
        return pt_fail(err, PT_BAD_INPUT, "give it as in --host mail.home.arpa",
                       "'%s' is not the name of a host", value);
    return set_text(arena, row, options, value, err);
}

static enum pt_status add_listen(struct pt_arena *arena,
                                 const struct pt_option *row,
                                 struct pt_options *options, const char *value,
                                 struct pt_error *err)
{
    if (options->listen.count == LISTEN_MOST)
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "--listen goes %d times at most", LISTEN_MOST);
    return pt_strings_add(arena, place_of(row, options), value)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status set_dns_help(struct pt_arena *arena,
                                   const struct pt_option *row,
                                   struct pt_options *options,
                                   const char *value, struct pt_error *err)
{
    struct pt_nearest nearest;
    char hint[PT_NEAREST_HINT];

    pt_nearest_begin(&nearest, value);
    for (size_t i = 0; pt_dns_help_kinds[i]; i++) {
        if (pt_is(pt_dns_help_kinds[i], value))
            return set_text(arena, row, options, value, err);
        pt_nearest_try(&nearest, pt_dns_help_kinds[i]);
    }
    return pt_fail(err, PT_BAD_INPUT,
                   pt_nearest_hint(&nearest, "",
                                   "dnsmasq, unbound, pihole, adguard, hosts, "
                                   "zone and avahi are known",
                                   hint),
                   "no name server is named '%s' here", value);
}

static enum pt_status set_rate(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    uint64_t rate;

    (void)arena;
    if (!pt_parse_uint(pt_slice_of(value), RATE_MOST, &rate))
        return pt_fail(err, PT_BAD_INPUT, "give a number; 0 is any number",
                       "'%s' is not a number of requests", value);
    *(unsigned *)place_of(row, options) = (unsigned)rate;
    return PT_OK;
}

static enum pt_status add_port(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    struct pt_probe_port port;
    enum pt_status status = pt_probe_port_parse(value, &port, err);

    if (status != PT_OK)
        return status;
    if (options->ports.count == PT_PROBE_PORTS_MAX)
        return pt_fail(err, PT_BAD_INPUT, "probe them in two runs",
                       "--port goes %d times at most", PT_PROBE_PORTS_MAX);
    return pt_strings_add(arena, place_of(row, options), value)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status check_source(const char *name, struct pt_error *err)
{
    struct pt_nearest nearest;
    char hint[PT_NEAREST_HINT];

    pt_nearest_begin(&nearest, name);
    for (size_t i = 0; pt_sources[i]; i++) {
        if (pt_is(pt_sources[i]->name, name))
            return PT_OK;
        pt_nearest_try(&nearest, pt_sources[i]->name);
    }
    return pt_fail(
        err, PT_BAD_INPUT,
        pt_nearest_hint(&nearest, "", "'portolan sources' lists them", hint),
        "no source is named '%s'", name);
}

/* A comma-separated list of source names. */
static enum pt_status add_sources(struct pt_arena *arena,
                                  const struct pt_option *row,
                                  struct pt_options *options, const char *value,
                                  struct pt_error *err)
{
    for (const char *at = value; at;) {
        const char *comma = strchr(at, ',');
        size_t len = comma ? (size_t)(comma - at) : strlen(at);
        const char *name = pt_arena_strndup(arena, at, len);
        enum pt_status status;

        if (!name)
            return pt_fail_memory(err);
        status = check_source(name, err);
        if (status != PT_OK)
            return status;
        if (!pt_strings_add(arena, place_of(row, options), name))
            return pt_fail_memory(err);
        at = comma ? comma + 1 : NULL;
    }
    return PT_OK;
}

/* "2", "0.5", "1.25": seconds as milliseconds. */
static bool parse_seconds(struct pt_slice text, int64_t *ret_ms)
{
    const char *point = pt_slice_find(text, ".");
    size_t whole = point ? (size_t)(point - text.at) : text.len;
    uint64_t time;
    uint64_t fraction = 0;

    if (!pt_parse_uint(pt_slice(text.at, whole), TIMEOUT_MOST_MS / 1000, &time))
        return false;
    if (point) {
        size_t digits = text.len - whole - 1;

        if (digits > TIMEOUT_DECIMALS ||
            !pt_parse_uint(pt_slice(point + 1, digits), 999, &fraction))
            return false;
        for (; digits < TIMEOUT_DECIMALS; digits++)
            fraction *= 10;
    }
    time = time * 1000 + fraction;
    if (time < TIMEOUT_LEAST_MS || time > TIMEOUT_MOST_MS)
        return false;
    *ret_ms = (int64_t)time;
    return true;
}

static enum pt_status set_time(struct pt_arena *arena,
                               const struct pt_option *row,
                               struct pt_options *options, const char *value,
                               struct pt_error *err)
{
    (void)arena;
    if (!parse_seconds(pt_slice_of(value), place_of(row, options)))
        return pt_fail(err, PT_BAD_INPUT, "give seconds from 0.1 to 120",
                       "'%s' is not a time we can wait", value);
    return PT_OK;
}

#define AT(member) offsetof(struct pt_options, member)

const struct pt_option pt_options_table[] = {
    {"json", 0, NULL, "answer in JSON instead of text for people",
     PT_ON_ALL & ~(unsigned)PT_ON_HELP, set_flag, AT(json), PT_IN_REPLAY},
    {"explain", 0, NULL, "tell of every source, offer and rule", PT_ON_FIND,
     set_flag, AT(explain), PT_IN_REPLAY},
    {"output", 'o', "FILE|DIR", "write to this file, or into this directory",
     PT_ON_WRITE | PT_ON_SETUP | PT_ON_PUBLISH, set_text, AT(output), 0},
    {"name", 0, "TEXT", "your name as mail shows it: --name \"Ann Example\"",
     PT_ON_WRITE | PT_ON_SETUP, set_name, AT(name), PT_IN_REPLAY | PT_LASTS},
    {"dry-run", 'n', NULL, "write nothing: show what would change",
     PT_ON_WRITE | PT_ON_SETUP | PT_ON_UPDATE | PT_ON_UNDO | PT_ON_WATCH |
         PT_ON_PUBLISH,
     set_flag, AT(dry_run), 0},
    {"force", 0, NULL, "replace also what somebody else has changed since",
     PT_ON_SETUP | PT_ON_UPDATE | PT_ON_WATCH | PT_ON_PUBLISH, set_flag,
     AT(force), 0},
    {"accept-new-certificate", 0, NULL,
     "trust the certificate that the bridge has now",
     PT_ON_SETUP | PT_ON_UPDATE, set_flag, AT(accept_certificate), 0},
    {"defer", 0, NULL, "have Thunderbird, while it runs, take changes later",
     PT_ON_UPDATE | PT_ON_WATCH, set_flag, AT(defer), 0},
    {"install", 0, NULL, "have systemd run it after every login", PT_ON_WATCH,
     set_flag, AT(install), 0},
    {"uninstall", 0, NULL, "take that back", PT_ON_WATCH, set_flag,
     AT(uninstall), 0},
    {"profile", 0, "DIR", "change this profile of Thunderbird alone",
     PT_ON_SETUP | PT_ON_UPDATE, set_text, AT(profile), 0},
    {"open", 0, NULL, "then open the file, for its program to import",
     PT_ON_WRITE, set_flag, AT(open), 0},
    {"sign", 0, "CERT", "sign the Apple profile with this certificate (PEM)",
     PT_ON_WRITE, set_text, AT(sign), PT_LASTS | PT_IS_PATH},
    {"key", 0, "KEY", "the private key of that certificate (PEM)",
     PT_ON_WRITE | PT_ON_SERVE, set_text, AT(key), PT_LASTS | PT_IS_PATH},
    {"chain", 0, "PEM", "the certificates between it and its authority",
     PT_ON_WRITE, set_text, AT(chain), PT_LASTS | PT_IS_PATH},
    {"registry", 0, "FILE",
     "what 'reg export' wrote of Outlook, for outlook-reg", PT_ON_WRITE,
     set_text, AT(registry), PT_LASTS | PT_IS_PATH},
    {"from", 0, "FILE",
     "read this autoconfig XML as if the domain had published it", ON_SERVES,
     set_text, AT(from), PT_IN_REPLAY | PT_LASTS | PT_IS_PATH},
    {"listen", 0, "ADDR:PORT",
     "answer here; http:// or https:// before it; may be repeated",
     PT_ON_SERVE, add_listen, AT(listen), 0},
    {"lan", 0, NULL, "answer on the private networks of this machine",
     PT_ON_SERVE, set_flag, AT(lan), 0},
    {"relay", 0, NULL, "let devices on the LAN through to a bridge here",
     PT_ON_SERVE, set_flag, AT(relay), 0},
    {"check-lan", 0, NULL, "say what each mail client would find here now",
     PT_ON_SERVE, set_flag, AT(check_lan), 0},
    {"public", 0, NULL, "answer everybody, also from outside", PT_ON_SERVE,
     set_flag, AT(is_public), 0},
    {"host", 0, "NAME", "the name by which devices reach this server",
     PT_ON_SERVE | PT_ON_PUBLISH, set_host, AT(host), 0},
    {"cert", 0, "CERT", "answer with TLS, by this certificate (PEM)",
     PT_ON_SERVE, set_text, AT(certificate), PT_IS_PATH},
    {"tls", 0, NULL, "answer with TLS, by an authority of this machine's own",
     PT_ON_SERVE, set_flag, AT(tls), 0},
    {"dns-help", 0, "KIND",
     "what to tell a name server: dnsmasq, unbound, zone ...", PT_ON_SERVE,
     set_dns_help, AT(dns_help), 0},
    {"make-cert", 0, "DIR", "make a certificate for the bridge, for the LAN",
     PT_ON_SERVE, set_text, AT(make_cert), 0},
    {"rate", 0, "N", "requests a second for one peer: 50, or as said; 0: any",
     PT_ON_SERVE, set_rate, AT(rate), 0},
    {"log", 0, NULL, "a line for each answer, without addresses", PT_ON_SERVE,
     set_flag, AT(log), 0},
    {"bridge", 0, "NAME|none",
     "the bridge that serves the address; none ignores them", ON_SEEKS,
     set_text, AT(bridge), PT_IN_REPLAY | PT_LASTS},
    {"accept", 0, "HOST", "you vouch for this host; may be repeated",
     ON_SEEKS, add_host, AT(accept), PT_IN_REPLAY | PT_LASTS},
    {"port", 0, "[SERVICE:]PORT",
     "try this port too, as in imap:1143; may be repeated", PT_ON_PROBE,
     add_port, AT(ports), PT_IN_REPLAY},
    {"only", 0, "SOURCE", "ask only these sources; parted by commas",
     ON_SEEKS, add_sources, AT(only), PT_IN_REPLAY | PT_LASTS},
    {"skip", 0, "SOURCE", "do not ask these sources; parted by commas",
     ON_SEEKS, add_sources, AT(skip), PT_IN_REPLAY | PT_LASTS},
    {"no-third-party", 0, NULL, "ask nobody but the domain itself", ON_SEEKS,
     set_flag, AT(no_third_party), PT_IN_REPLAY | PT_LASTS},
    {"no-address", 0, NULL, "tell nobody the part before the @", ON_SEEKS,
     set_flag, AT(no_address), PT_IN_REPLAY | PT_LASTS},
    {"ispdb", 0, "URL|DIR", "another database of providers, or a copy of it",
     ON_SEEKS, set_text, AT(ispdb), PT_IN_REPLAY | PT_LASTS | PT_IS_PATH},
    {"verify", 0, NULL, "connect to each server, and take what works",
     ON_VERIFIED, set_flag, AT(verify), PT_IN_REPLAY | PT_LASTS},
    {"no-verify", 0, NULL, "believe also what bridges here do not bear out",
     ON_VERIFIED, set_flag, AT(no_verify), PT_IN_REPLAY | PT_LASTS},
    {"login", 0, NULL, "sign in there, too, once: asks for the password",
     ON_LOGINS, set_flag, AT(login), PT_IN_REPLAY},
    {"password-command", 0, "CMD", "a program that prints it, for --login",
     ON_LOGINS, set_text, AT(password_command), 0},
    {"dns", 0, "ADDR[:PORT]", "the name server to ask", ON_SEEKS, set_text,
     AT(dns), PT_LASTS},
    {"trust-ad", 0, NULL, "believe that name server about signatures (DNSSEC)",
     ON_SEEKS, set_flag, AT(trust_ad), PT_LASTS},
    {"ca-file", 0, "PEM", "further authorities for certificates",
     ON_SEEKS, set_text, AT(ca_file), PT_LASTS | PT_IS_PATH},
    {"timeout", 0, "SECONDS", "give up after so long, 0.1 to 120", ON_LOOKS,
     set_time, AT(timeout_ms), PT_IN_REPLAY | PT_LASTS},
    {"record", 0, "FILE",
     "keep every answer in this scenario, without your name",
     ON_ENDING & ~PT_ON_PUBLISH, set_file, AT(record), 0},
    {"replay", 0, "FILE", "take every answer from a recorded scenario",
     ON_ENDING, set_text, AT(replay), 0},
    {"help", 'h', NULL, "show help, also that of one command", PT_ON_ALL,
     set_flag, AT(help), 0},
    {"version", 'V', NULL, "show the version", PT_ON_ALL, set_flag,
     AT(version), 0},
};

const size_t pt_options_count =
    sizeof(pt_options_table) / sizeof(pt_options_table[0]);

/* argv as it is walked. */
struct walk {
    char **next; /* ends with NULL */
    struct pt_arena *arena;
    struct pt_options *options;
};

static enum pt_status fail_no_option(const char *typed, size_t len,
                                     struct pt_error *err)
{
    struct pt_nearest nearest;
    char name[64];
    char hint[PT_NEAREST_HINT];

    pt_make_printable(pt_slice(typed, len), name, sizeof(name));
    pt_nearest_begin(&nearest, name);
    for (size_t i = 0; i < pt_options_count; i++)
        pt_nearest_try(&nearest, pt_options_table[i].name);
    return pt_fail(
        err, PT_BAD_INPUT,
        pt_nearest_hint(&nearest, "--", "'portolan help' lists them", hint),
        "no option is named '--%s'", name);
}

static bool note_said(struct walk *walk, const struct pt_option *row,
                      const char *value)
{
    struct pt_options *options = walk->options;
    struct pt_said *more = pt_arena_grow(
        walk->arena, options->said, options->said_count, sizeof(*more));

    if (!more)
        return false;
    options->said = more;
    more[options->said_count++] = (struct pt_said){.row = row, .value = value};
    return true;
}

static enum pt_status apply(struct walk *walk, const struct pt_option *row,
                            const char *value, struct pt_error *err)
{
    if (!row->argument && value)
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "the option --%s takes no argument", row->name);
    if (row->argument && !value && *walk->next)
        value = *walk->next++;
    if (row->argument && (!value || !*value))
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "the option --%s needs its argument %s", row->name,
                       row->argument);
    if (!note_said(walk, row, value))
        return pt_fail_memory(err);
    walk->options->seen |= UINT64_C(1) << (row - pt_options_table);
    return row->set(walk->arena, row, walk->options, value, err);
}

/* "name" or "name=value". */
static enum pt_status take_long(struct walk *walk, const char *typed,
                                struct pt_error *err)
{
    size_t len = strcspn(typed, "=");
    const char *value = typed[len] ? typed + len + 1 : NULL;

    for (size_t i = 0; i < pt_options_count; i++)
        if (pt_slice_is(pt_slice(typed, len), pt_options_table[i].name))
            return apply(walk, &pt_options_table[i], value, err);
    return fail_no_option(typed, len, err);
}

static const struct pt_option *find_letter(char letter)
{
    for (size_t i = 0; i < pt_options_count; i++)
        if (pt_options_table[i].letter == letter)
            return &pt_options_table[i];
    return NULL;
}

/* "h", "oFILE": letters, the last of which may have its argument behind it. */
static enum pt_status take_letters(struct walk *walk, const char *typed,
                                   struct pt_error *err)
{
    while (*typed) {
        const struct pt_option *row = find_letter(*typed);
        const char *rest = typed + 1;
        enum pt_status status;

        if (!row)
            return pt_fail(err, PT_BAD_INPUT, "'portolan help' lists them",
                           "no option is named '-%s'", typed);
        if (row->argument)
            return apply(walk, row, *rest ? rest : NULL, err);
        status = apply(walk, row, NULL, err);
        if (status != PT_OK)
            return status;
        typed = rest;
    }
    return PT_OK;
}

static bool is_option(const char *text)
{
    return text[0] == '-' && text[1];
}

static enum pt_status take_next(struct walk *walk, bool *options_ended,
                                struct pt_error *err)
{
    const char *text = *walk->next++;

    if (*options_ended || !is_option(text))
        return pt_strings_add(walk->arena, &walk->options->operands, text) &&
                       note_said(walk, NULL, text)
                   ? PT_OK
                   : pt_fail_memory(err);
    if (pt_is(text, "--")) {
        *options_ended = true;
        return PT_OK;
    }
    return text[1] == '-' ? take_long(walk, text + 2, err)
                          : take_letters(walk, text + 1, err);
}

enum pt_status pt_options_parse(struct pt_arena *arena, int argc, char **argv,
                                struct pt_options *ret_options,
                                struct pt_error *err)
{
    struct pt_options options = {.rate = RATE};
    struct walk walk = {
        .next = argv + (argc > 0), .arena = arena, .options = &options};
    bool options_ended = false;

    while (*walk.next) {
        enum pt_status status = take_next(&walk, &options_ended, err);

        if (status != PT_OK)
            return status;
    }
    *ret_options = options;
    return PT_OK;
}

const struct pt_option *pt_options_misplaced(const struct pt_options *options,
                                             unsigned command)
{
    for (size_t i = 0; i < pt_options_count; i++)
        if (options->seen >> i & 1 && !(pt_options_table[i].commands & command))
            return &pt_options_table[i];
    return NULL;
}
