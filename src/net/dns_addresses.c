#include "net/dns_addresses.h"

#include "model/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILY_MAX = PT_ADDRESSES_MAX / 2 };

/* What is known of one family. */
struct family {
    struct pt_lookup *lookup;
    struct sockaddr_storage at[FAMILY_MAX];
    size_t count;
    bool is_open; /* it was asked for */
};

struct pt_lookup {
    struct pt_resolver *resolver;
    struct family six;
    struct family four;
    struct pt_timer timer; /* then what is known is told */
    char why[256];         /* of the last family that failed, or empty */
    bool from_hosts_file;
    bool is_over;
    pt_addresses_fn *done;
    void *ctx;
};

/* ---- what is known ---- */

static void add(struct family *family, const void *address, size_t size)
{
    if (family->count < FAMILY_MAX)
        memcpy(&family->at[family->count++], address, size);
}

static void add_four(struct pt_lookup *lookup, const struct in_addr *raw)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = *raw};

    add(&lookup->four, &address, sizeof(address));
}

static void add_six(struct pt_lookup *lookup, const struct in6_addr *raw)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = *raw};

    add(&lookup->six, &address, sizeof(address));
}

/* False: it is no address. */
static bool add_text(struct pt_lookup *lookup, const char *text)
{
    struct in6_addr six;
    struct in_addr four;

    if (inet_pton(AF_INET, text, &four) == 1)
        add_four(lookup, &four);
    else if (inet_pton(AF_INET6, text, &six) == 1)
        add_six(lookup, &six);
    else
        return false;
    return true;
}

/* "a 192.0.2.1", "aaaa 2001:db8::1"; an alias is of no interest. */
static void add_line(struct pt_lookup *lookup, struct pt_slice line)
{
    char text[INET6_ADDRSTRLEN];
    struct pt_slice type;
    struct pt_slice address;

    if (!pt_next_word(&line, &type) || !pt_next_word(&line, &address) ||
        pt_slice_is(type, "alias") || address.len >= sizeof(text))
        return;
    snprintf(text, sizeof(text), "%.*s", (int)address.len, address.at);
    add_text(lookup, text);
}

static void on_host(void *ctx, const struct sockaddr *address)
{
    struct pt_lookup *lookup = ctx;
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    if (address->sa_family == AF_INET) {
        memcpy(&four, address, sizeof(four));
        add_four(lookup, &four.sin_addr);
    } else if (address->sa_family == AF_INET6) {
        memcpy(&six, address, sizeof(six));
        add_six(lookup, &six.sin6_addr);
    }
}

/* ---- beginning and end ---- */

static void end(struct pt_lookup *lookup)
{
    lookup->is_over = true;
    pt_loop_disarm(pt_resolver_loop(lookup->resolver), &lookup->timer);
    if (lookup->six.is_open || lookup->four.is_open)
        pt_resolver_drop(lookup->resolver, lookup);
}

static void tell(void *ctx)
{
    struct pt_lookup *lookup = ctx;
    const struct family *six = &lookup->six;
    const struct family *four = &lookup->four;
    struct sockaddr_storage at[PT_ADDRESSES_MAX];
    struct pt_addresses addresses = {
        .status = PT_ANSWER_ABSENT,
        .at = at,
        .count = six->count + four->count,
        .from_hosts_file = lookup->from_hosts_file,
    };

    end(lookup);
    memcpy(at, six->at, six->count * sizeof(at[0]));
    memcpy(at + six->count, four->at, four->count * sizeof(at[0]));
    if (addresses.count) {
        addresses.status = PT_ANSWER_OK;
    } else if (lookup->why[0]) {
        addresses.status = PT_ANSWER_FAILED;
        addresses.why = lookup->why;
    }
    lookup->done(lookup->ctx, &addresses);
    free(lookup);
}

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct family *family = ctx;
    struct pt_lookup *lookup = family->lookup;
    struct pt_slice rest = pt_slice(answer->body, answer->len);
    struct pt_slice line;

    family->is_open = false;
    if (lookup->is_over)
        return;
    while (pt_next_line(&rest, &line))
        add_line(lookup, line);
    if (answer->status == PT_ANSWER_FAILED)
        snprintf(lookup->why, sizeof(lookup->why), "%s", answer->why);
    if (!lookup->six.is_open && !lookup->four.is_open)
        tell(lookup);
    else if (family->count)
        pt_loop_arm(pt_resolver_loop(lookup->resolver), &lookup->timer,
                    PT_ADDRESSES_GRACE_MS);
}

static bool ask(struct family *family, enum pt_record record, const char *host,
                int64_t limit_ms)
{
    struct pt_ask question = {.kind = PT_ASK_DNS,
                              .what = host,
                              .record = record,
                              .limit_ms = limit_ms,
                              .owner = family->lookup};

    family->is_open = pt_resolver_begin(family->lookup->resolver, &question,
                                        on_answer, family);
    return family->is_open;
}

static bool has_any(const struct pt_lookup *lookup)
{
    return lookup->six.count || lookup->four.count;
}

/* The names of this machine are asked of nobody (RFC 6761, 6.3). */
static void add_this_machine(struct pt_lookup *lookup)
{
    add_text(lookup, "::1");
    add_text(lookup, "127.0.0.1");
}

/* What is known without asking anybody.  That the hosts file has the names of
 * this machine is no word of anyone. */
static bool is_known(struct pt_lookup *lookup, const char *host)
{
    if (add_text(lookup, host))
        return true;
    if (!pt_host_ok(host)) {
        snprintf(lookup->why, sizeof(lookup->why),
                 "not a name that can be asked for");
        return true;
    }
    pt_resolver_hosts(lookup->resolver, host, on_host, lookup);
    lookup->from_hosts_file = has_any(lookup) && !pt_is_this_machine(host);
    if (!has_any(lookup) && pt_is_loopback(host))
        add_this_machine(lookup);
    return has_any(lookup);
}

struct pt_lookup *pt_lookup_begin(struct pt_resolver *resolver,
                                  const char *host, int64_t limit_ms,
                                  pt_addresses_fn *done, void *ctx)
{
    struct pt_lookup *lookup = calloc(1, sizeof(*lookup));

    if (!lookup)
        return NULL;
    lookup->resolver = resolver;
    lookup->six.lookup = lookup->four.lookup = lookup;
    lookup->done = done;
    lookup->ctx = ctx;
    pt_timer_init(&lookup->timer, tell, lookup);
    if (is_known(lookup, host)) {
        pt_loop_arm(pt_resolver_loop(resolver), &lookup->timer, 0);
        return lookup;
    }
    if (ask(&lookup->six, PT_RECORD_AAAA, host, limit_ms) &&
        ask(&lookup->four, PT_RECORD_A, host, limit_ms))
        return lookup;
    pt_lookup_cancel(lookup);
    return NULL;
}

void pt_lookup_cancel(struct pt_lookup *lookup)
{
    if (!lookup)
        return;
    end(lookup);
    free(lookup);
}
