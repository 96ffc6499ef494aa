#include "resolve/merge.h"
#include "tests/tap.h"

static struct pt_arena *arena;
static struct pt_address address = {.text = "ann@example.org",
                                    .local = "ann",
                                    .domain = "example.org",
                                    .shown = "ann@example.org"};

static struct pt_server imap(const char *source, const char *host,
                             uint16_t port, enum pt_security security,
                             enum pt_trust trust)
{
    return (struct pt_server){
        .service = PT_IMAP,
        .host = host,
        .port = port,
        .security = security,
        .origin = {.source = source,
                   .where = "test",
                   .trust = trust,
                   .rank = pt_is(source, "bridge") ? PT_RANK_BRIDGE
                                                   : PT_RANK_FILE}};
}

static struct pt_settings merge_of(struct pt_server *offers, size_t count,
                                   bool failed, const char *accept)
{
    struct pt_query query = {.address = &address};
    struct pt_findings found = {.offers = offers, .offer_count = count};
    struct pt_settings settings = {.address = address};

    if (accept)
        pt_strings_add(arena, &query.accept, accept);
    /* what failed would have been worth anything */
    OK(pt_merge(arena, &query, &found,
                failed ? (struct pt_worth){PT_VERIFIED, PT_RANK_FILE}
                       : (struct pt_worth){0},
                &settings),
       "merging works");
    return settings;
}

static void tls_beats_starttls(void)
{
    struct pt_server offers[] = {
        imap("file", "a.example.org", 143, PT_STARTTLS, PT_VERIFIED),
        imap("file", "b.example.org", 993, PT_TLS, PT_VERIFIED),
    };
    struct pt_settings s = merge_of(offers, 2, false, NULL);

    IS(s.servers[0].host, "b.example.org",
       "TLS from the start beats STARTTLS of equal trust");
    OK(s.servers[0].chosen && !s.servers[1].chosen,
       "one server of a service is chosen");
    OK(s.servers[0].port == 993, "host, port and protection travel together");
    OK(s.status == PT_FIND_OK, "the search is settled");
}

static void known_protection_beats_unknown(void)
{
    struct pt_server offers[] = {
        imap("bridge", "127.0.0.1", 1143, PT_SECURITY_UNKNOWN, PT_LOCAL),
        imap("bridge", "127.0.0.1", 1144, PT_STARTTLS, PT_LOCAL),
    };
    struct pt_settings s = merge_of(offers, 2, false, NULL);

    OK(s.servers[0].port == 1144,
       "what is known to be protected beats what nobody knows of");
}

static void trust_beats_protection(void)
{
    struct pt_server offers[] = {
        imap("file", "b.example.org", 993, PT_TLS, PT_VERIFIED),
        imap("bridge", "127.0.0.1", 1143, PT_STARTTLS, PT_LOCAL),
    };
    struct pt_settings s = merge_of(offers, 2, false, NULL);

    IS(s.servers[0].host, "127.0.0.1", "a running bridge wins");
    IS(s.servers[1].why, "less trusted than the chosen offer",
       "the loser is told why");
}

static void plain_text_is_never_chosen(void)
{
    struct pt_server offers[] = {
        imap("file", "imap.example.org", 143, PT_PLAIN, PT_VERIFIED),
    };
    struct pt_settings s = merge_of(offers, 1, false, NULL);

    OK(!s.servers[0].chosen, "plain text abroad is not chosen");
    OK(s.status == PT_FIND_NOTHING && s.hints.count == 1,
       "and the user is told");
    offers[0].host = "127.0.0.1";
    offers[0].bridge = "hydroxide";
    s = merge_of(offers, 1, false, NULL);
    OK(s.servers[0].chosen, "plain text of a bridge on loopback may be");
}

static void hearsay_needs_consent(void)
{
    struct pt_server offers[] = {
        imap("bridge", "127.0.0.1", 1143, PT_PLAIN, PT_HEARD),
    };
    struct pt_settings s;

    offers[0].bridge = "davmail";
    s = merge_of(offers, 1, false, NULL);
    OK(s.status == PT_FIND_UNSURE, "what nobody vouches for is unsure");
    IS(s.needs_accept.at[0], "127.0.0.1", "the host to accept is named");
    s = merge_of(offers, 1, false, "127.0.0.1");
    OK(s.status == PT_FIND_OK && s.servers[0].chosen,
       "once accepted it is chosen");
}

static void a_guess_is_never_chosen(void)
{
    struct pt_server offers[] = {
        imap("bridge", "127.0.0.1", 1143, PT_STARTTLS, PT_GUESSED),
    };
    struct pt_settings s = merge_of(offers, 1, false, NULL);

    OK(!s.servers[0].chosen, "a default nobody confirmed is not chosen");
}

static void failure_is_not_absence(void)
{
    OK(merge_of(NULL, 0, true, NULL).status == PT_FIND_UNREACHABLE,
       "a source that failed leaves the search open");
    OK(merge_of(NULL, 0, false, NULL).status == PT_FIND_NOTHING,
       "sources that all say no settle it");
    OK(merge_of(NULL, 0, true, NULL).incomplete, "and it says so");
}

static void a_name_is_borrowed_from_the_same_host(void)
{
    struct pt_server offers[] = {
        imap("file", "mail.example.org", 993, PT_TLS, PT_VERIFIED),
        imap("file", "mail.example.org", 465, PT_TLS, PT_VERIFIED),
    };
    struct pt_settings s;

    offers[0].username = "ann";
    offers[1].service = PT_SUBMISSION;
    s = merge_of(offers, 2, false, NULL);
    IS(pt_chosen(&s, PT_SUBMISSION)->username, "ann",
       "the user name is borrowed from an offer for the same host");
}

int main(void)
{
    arena = pt_arena_new();
    tls_beats_starttls();
    known_protection_beats_unknown();
    trust_beats_protection();
    plain_text_is_never_chosen();
    hearsay_needs_consent();
    a_guess_is_never_chosen();
    failure_is_not_absence();
    a_name_is_borrowed_from_the_same_host();
    pt_arena_free(arena);
    return tap_done();
}
