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

static struct pt_server heard(enum pt_service service, const char *host,
                              enum pt_rank rank)
{
    return (struct pt_server){.service = service,
                              .host = host,
                              .port = 993,
                              .security = PT_TLS,
                              .origin = {.source = "srv",
                                         .where = "test",
                                         .trust = PT_HEARD,
                                         .rank = rank}};
}

/* As the source of each said it, the answers came in any order. */
static void the_best_lends_first(void)
{
    struct pt_server offers[] = {
        heard(PT_SUBMISSION, "mail.example.org", PT_RANK_CLEARTEXT),
        imap("ispdb", "mail.example.org", 993, PT_TLS, PT_THIRD),
        imap("autoconfig", "mail.example.org", 993, PT_TLS, PT_VERIFIED),
        heard(PT_SUBMISSION, "mail.example.org", PT_RANK_SRV),
    };
    const struct pt_server *sending;
    struct pt_settings s;

    offers[0].origin.cleartext = true;
    offers[0].username = "mallory";
    offers[0].auth[offers[0].auth_count++] = PT_AUTH_NONE;
    offers[1].username = "from the database";
    offers[2].username = "ann";
    offers[2].auth[offers[2].auth_count++] = PT_AUTH_CLIENT_IP;
    s = merge_of(offers, 4, false, NULL);
    sending = pt_chosen(&s, PT_SUBMISSION);
    IS(sending->username, "ann", "the best offer's name is borrowed");
    OK(!sending->auth_count,
       "methods are not borrowed from who waits for consent, nor from another "
       "service");
}

/* Looks the offers over where the most that was lost is worth so much. */
static struct pt_settings merge_lost(struct pt_server *offers, size_t count,
                                     struct pt_worth lost)
{
    struct pt_query query = {.address = &address};
    struct pt_findings found = {.offers = offers, .offer_count = count};
    struct pt_settings settings = {.address = address};

    OK(pt_merge(arena, &query, &found, lost, &settings), "merging works");
    return settings;
}

static void hearsay_within_the_domain_will_do(void)
{
    struct pt_server offers[] = {
        heard(PT_IMAP, "imap.example.org", PT_RANK_SRV),
        heard(PT_SUBMISSION, "smtp.example.org", PT_RANK_SRV),
    };
    struct pt_settings s = merge_lost(offers, 2, (struct pt_worth){0});

    OK(s.status == PT_FIND_OK && !s.needs_accept.count,
       "unsigned, but within the domain: it is taken");
    s = merge_lost(offers, 2, (struct pt_worth){PT_THIRD, PT_RANK_ISPDB});
    OK(s.status == PT_FIND_UNSURE && s.needs_accept.count == 2 && s.incomplete,
       "but not where a better source could not be asked");
    s = merge_lost(offers, 2, (struct pt_worth){PT_HEARD, PT_RANK_CLEARTEXT});
    OK(s.status == PT_FIND_OK && !s.incomplete,
       "a lesser one is no matter");
    offers[0].origin.cleartext = offers[1].origin.cleartext = true;
    s = merge_lost(offers, 2, (struct pt_worth){0});
    OK(s.status == PT_FIND_UNSURE, "plain HTTP is never taken unasked");
}

static void third_settles_what_is_incomplete(void)
{
    struct pt_server offers[] = {
        imap("ispdb", "imap.hoster.example", 993, PT_TLS, PT_THIRD),
        imap("ispdb", "smtp.hoster.example", 465, PT_TLS, PT_THIRD),
    };
    struct pt_settings s;

    offers[1].service = PT_SUBMISSION;
    s = merge_lost(offers, 2, (struct pt_worth){PT_VERIFIED, PT_RANK_PACC});
    OK(s.status == PT_FIND_OK && s.incomplete,
       "a third party's word is taken, and said to be incomplete");
}

static void what_is_needed_is_asked_for(void)
{
    struct pt_server offers[] = {
        imap("file", "imap.example.org", 993, PT_TLS, PT_VERIFIED),
        heard(PT_POP3, "pop.evil.example", PT_RANK_SRV_ELSEWHERE),
        heard(PT_CALDAV, "dav.evil.example", PT_RANK_SRV_ELSEWHERE),
        heard(PT_SUBMISSION, "smtp.evil.example", PT_RANK_SRV_ELSEWHERE),
    };
    struct pt_settings s = merge_lost(offers, 4, (struct pt_worth){0});

    OK(s.status == PT_FIND_UNSURE && s.needs_accept.count == 1,
       "only what mail cannot do without is asked about");
    IS(s.needs_accept.at[0], "smtp.evil.example", "by its host");
}

static void a_url_has_a_host_too(void)
{
    struct pt_server jmap = heard(PT_JMAP, NULL, PT_RANK_SRV_ELSEWHERE);
    struct pt_settings s;

    jmap.url = "https://jmap.evil.example/session";
    s = merge_lost(&jmap, 1, (struct pt_worth){0});
    IS(s.needs_accept.at[0], "jmap.evil.example",
       "what is had by URL is asked about by its host");
}

static void a_firm_no_counts_by_its_worth(void)
{
    struct pt_server offers[] = {
        heard(PT_IMAP, NULL, PT_RANK_SRV),
        heard(PT_IMAP, "imap.example.org", PT_RANK_MX),
        imap("ispdb", "imap.hoster.example", 993, PT_TLS, PT_THIRD),
    };
    struct pt_settings s;

    offers[0].denied = true;
    s = merge_lost(offers, 2, (struct pt_worth){0});
    OK(s.status == PT_FIND_NOTHING && !s.servers[0].chosen,
       "a no outweighs what is worth less");
    OK(s.server_count == 1, "and is no server itself");
    s = merge_lost(offers, 3, (struct pt_worth){0});
    IS(s.servers[0].host, "imap.hoster.example",
       "what is worth more outweighs a no");
    OK(s.servers[0].chosen, "and is chosen");
}

static void a_conflict_is_told(void)
{
    struct pt_server offers[] = {
        imap("autoconfig", "new.example.org", 993, PT_TLS, PT_VERIFIED),
        imap("ispdb", "old.example.org", 993, PT_TLS, PT_THIRD),
        imap("mx", "new.example.org", 993, PT_TLS, PT_THIRD),
    };
    struct pt_settings s = merge_lost(offers, 3, (struct pt_worth){0});

    OK(s.hints.count == 2, "what agrees is not told");
    IS(s.hints.at[0],
       "ispdb names another IMAP server, old.example.org: autoconfig is "
       "believed before it",
       "who says otherwise is");
}

static bool decides(struct pt_server *offers, size_t count,
                    enum pt_trust trust, enum pt_rank rank)
{
    struct pt_query query = {.address = &address};
    struct pt_findings found = {.offers = offers, .offer_count = count};

    return pt_merge_is_decided(arena, &query, &found,
                               (struct pt_worth){trust, rank});
}

static void enough_is_enough(void)
{
    struct pt_server offers[] = {
        imap("ispdb", "imap.hoster.example", 993, PT_TLS, PT_THIRD),
        imap("ispdb", "smtp.hoster.example", 465, PT_TLS, PT_THIRD),
    };

    offers[1].service = PT_SUBMISSION;
    for (int i = 0; i < 2; i++)
        offers[i].origin.rank = PT_RANK_ISPDB;
    OK(decides(offers, 2, PT_HEARD, PT_RANK_SRV),
       "what is worth less is not waited for");
    OK(decides(offers, 2, PT_THIRD, PT_RANK_MX),
       "nor what is trusted as much and ranks lower");
    OK(!decides(offers, 2, PT_THIRD, PT_RANK_ISPDB),
       "what is worth the same is: it may be better protected");
    OK(!decides(offers, 2, PT_VERIFIED, PT_RANK_AUTODISCOVER),
       "and what is trusted more");
    OK(!decides(offers, 1, PT_HEARD, PT_RANK_SRV),
       "half of it is not enough");
    offers[1].security = PT_PLAIN;
    OK(!decides(offers, 2, PT_HEARD, PT_RANK_SRV),
       "nor is what may not be chosen");
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
    the_best_lends_first();
    hearsay_within_the_domain_will_do();
    third_settles_what_is_incomplete();
    what_is_needed_is_asked_for();
    a_url_has_a_host_too();
    a_firm_no_counts_by_its_worth();
    a_conflict_is_told();
    enough_is_enough();
    pt_arena_free(arena);
    return tap_done();
}
