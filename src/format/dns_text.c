#include "format/dns_text.h"

#include "model/address.h"
#include "net/dns_wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct pt_arena *arena;
    struct pt_slice line; /* what is left of it */
};

/* ---- one record ---- */

static bool read_number(struct reading *r, uint16_t *ret_number)
{
    struct pt_slice word;
    uint64_t value;

    if (!pt_next_word(&r->line, &word) ||
        !pt_parse_uint(word, UINT16_MAX, &value))
        return false;
    *ret_number = (uint16_t)value;
    return true;
}

/* The last word of the line. */
static bool read_name(struct reading *r, const char **ret_name)
{
    struct pt_slice word;

    if (!pt_next_word(&r->line, &word) || pt_trim(r->line).len)
        return false;
    *ret_name = pt_arena_strndup(r->arena, word.at, word.len);
    return *ret_name && strlen(*ret_name) == word.len;
}

static bool is_address(const char *text, int family)
{
    struct in6_addr raw;

    return inet_pton(family, text, &raw) == 1;
}

/* An address is not the name of a host, though pt_host_ok() passes it. */
static bool read_host(struct reading *r, const char **ret_name)
{
    return read_name(r, ret_name) &&
           (pt_is(*ret_name, ".") ||
            (pt_host_ok(*ret_name) && !is_address(*ret_name, AF_INET) &&
             !is_address(*ret_name, AF_INET6)));
}

static bool read_a(struct reading *r, struct pt_dns_record *record)
{
    return read_name(r, &record->name) && is_address(record->name, AF_INET);
}

static bool read_aaaa(struct reading *r, struct pt_dns_record *record)
{
    return read_name(r, &record->name) && is_address(record->name, AF_INET6);
}

static bool read_mx(struct reading *r, struct pt_dns_record *record)
{
    return read_number(r, &record->priority) && read_host(r, &record->name);
}

/* Only where there is nothing is there no port. */
static bool read_srv(struct reading *r, struct pt_dns_record *record)
{
    return read_number(r, &record->priority) &&
           read_number(r, &record->weight) && read_number(r, &record->port) &&
           read_host(r, &record->name) &&
           (record->port || pt_is(record->name, "."));
}

/* The byte that begins at text, "\DDD" or itself.  0: it is none; else how
 * many characters it takes. */
static size_t unescape(struct pt_slice text, char *ret_byte)
{
    uint64_t value;

    if (text.at[0] != '\\') {
        *ret_byte = text.at[0];
        return 1;
    }
    if (text.len < 4 ||
        !pt_parse_uint(pt_slice(text.at + 1, 3), UINT8_MAX, &value))
        return 0;
    *ret_byte = (char)value;
    return 4;
}

/* Blanks count: the text begins after the one that ends the type. */
static bool read_txt(struct reading *r, struct pt_dns_record *record)
{
    struct pt_slice left = r->line;
    char *bytes = pt_arena_alloc(r->arena, left.len + 1);
    size_t len = 0;

    if (!bytes)
        return false;
    if (left.len)
        left = pt_slice(left.at + 1, left.len - 1);
    while (left.len) {
        size_t taken = unescape(left, &bytes[len]);

        if (!taken)
            return false;
        len++;
        left = pt_slice(left.at + taken, left.len - taken);
    }
    bytes[len] = '\0';
    record->name = bytes;
    record->name_len = len;
    return true;
}

static bool (*const readers[PT_RECORDS])(struct reading *,
                                         struct pt_dns_record *) = {
    [PT_RECORD_A] = read_a,     [PT_RECORD_AAAA] = read_aaaa,
    [PT_RECORD_MX] = read_mx,   [PT_RECORD_SRV] = read_srv,
    [PT_RECORD_TXT] = read_txt,
};

/* ---- the text ---- */

static void add(struct pt_dns_records *records, struct pt_arena *arena,
                struct pt_dns_record record)
{
    struct pt_dns_record *at;

    if (record.type != PT_RECORD_TXT)
        record.name_len = strlen(record.name);
    if (records->count == PT_DNS_RECORDS_MAX)
        return;
    at = pt_arena_grow(arena, records->at, records->count, sizeof(*at));
    if (!at)
        return;
    records->at = at;
    records->at[records->count++] = record;
}

static void read_line(struct pt_dns_records *records, struct reading *r,
                      enum pt_record wanted)
{
    const char *end = r->line.at + r->line.len;
    struct pt_dns_record record = {0};
    struct pt_slice type;
    const char *alias;

    if (!pt_next_word(&r->line, &type))
        return;
    r->line.at = type.at + type.len; /* with its blanks */
    r->line.len = (size_t)(end - r->line.at);
    if (pt_slice_is(type, "alias")) {
        if (read_name(r, &alias) && pt_dns_name_ok(alias))
            records->alias = alias;
    } else if (pt_record_from(type, &record.type) && record.type == wanted &&
               readers[wanted](r, &record)) {
        add(records, r->arena, record);
    }
}

struct pt_dns_records pt_dns_text_read(struct pt_arena *arena,
                                       struct pt_slice text,
                                       enum pt_record type)
{
    struct pt_dns_records records = {0};
    struct reading r = {.arena = arena};

    while (pt_next_line(&text, &r.line))
        read_line(&records, &r, type);
    return records;
}

/* ---- the order ---- */

/* RFC 2782: before the draw, weights of 0 come first. */
static int compare(const void *a, const void *b)
{
    const struct pt_dns_record *x = a;
    const struct pt_dns_record *y = b;
    int by_name;

    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    by_name = strcmp(x->name, y->name);
    return by_name ? by_name : x->port - y->port;
}

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* RFC 2782, Weight: which of these goes first. */
static size_t choose(const struct pt_dns_record *at, size_t count,
                     uint64_t *seed)
{
    uint64_t sum = 0;
    uint64_t drawn;
    size_t i = 0;

    for (size_t k = 0; k < count; k++)
        sum += at[k].weight;
    drawn = draw(seed) % (sum + 1);
    for (sum = at[0].weight; sum < drawn; sum += at[i].weight)
        i++;
    return i;
}

static void bring_forward(struct pt_dns_record *at, size_t i)
{
    struct pt_dns_record chosen = at[i];

    memmove(at + 1, at, i * sizeof(*at));
    at[0] = chosen;
}

static size_t count_equals(const struct pt_dns_record *at, size_t count)
{
    size_t n = 1;

    while (n < count && at[n].priority == at[0].priority)
        n++;
    return n;
}

static void shuffle(struct pt_dns_record *at, size_t count, uint64_t *seed)
{
    for (; count > 1; at++, count--)
        bring_forward(at, choose(at, count, seed));
}

void pt_dns_sort(struct pt_dns_records *records, uint64_t seed)
{
    struct pt_dns_record *at = records->at;
    size_t left = records->count;

    if (left < 2)
        return;
    qsort(at, left, sizeof(*at), compare);
    while (left && at->type == PT_RECORD_SRV) {
        size_t n = count_equals(at, left);

        shuffle(at, n, &seed);
        at += n;
        left -= n;
    }
}
