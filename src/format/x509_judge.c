#include "base/text.h"
#include "format/x509_dates.h"
#include "format/x509_make.h"
#include "format/x509_pem.h"
#include "net/peer.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

enum {
    DAY_S = 24 * 3600,
    STRENGTH = 112, /* bits, as RSA of 2048 has */
};

struct judgement {
    struct pt_arena *arena;
    struct pt_strings *faults;
    X509 *x509;
    int64_t now;
};

static void say(struct judgement *j, const char *fault)
{
    if (fault)
        pt_strings_add(j->arena, j->faults, fault);
}

static void judge_name(struct judgement *j, const char *host)
{
    PT_BUF struct pt_buf names = {0};

    if (pt_peer_is_for(j->x509, host))
        return;
    pt_peer_names(j->x509, &names);
    if (pt_buf_failed(&names))
        pt_arena_fail(j->arena);
    say(j, pt_arena_printf(j->arena, "it is for %s, not for %s",
                           pt_buf_text(&names), host));
}

static void judge_dates(struct judgement *j)
{
    struct pt_dates dates;
    int64_t days;

    if (!pt_dates_of(j->x509, &dates)) {
        say(j, "its dates cannot be read");
        return;
    }
    /* both ends are part of it */
    days = (dates.until - dates.from) / DAY_S + 1;
    if (j->now > dates.until)
        say(j, pt_arena_printf(j->arena, "it expired on %s", dates.until_day));
    else if (j->now < dates.from)
        say(j, pt_arena_printf(j->arena, "it is not good before %s",
                               dates.from_day));
    if (days > PT_X509_DAYS_MAX)
        say(j, pt_arena_printf(j->arena,
                               "it is good for %lld days, and Apple's devices "
                               "take %d at most",
                               (long long)days, PT_X509_DAYS_MAX));
}

/* What an authority's certificate has of it is for those it signs. */
static void judge_use(struct judgement *j)
{
    uint32_t flags = X509_get_extension_flags(j->x509);

    if (flags & EXFLAG_INVALID)
        say(j, "its extensions cannot be read");
    else if (!(flags & EXFLAG_XKUSAGE))
        say(j, "it does not say that it is for servers (serverAuth), which "
               "Apple's devices want to see");
    else if (!(X509_get_extended_key_usage(j->x509) & XKU_SSL_SERVER))
        say(j, "it is not for servers (serverAuth)");
    if (flags & EXFLAG_CA)
        say(j, "it is an authority's (CA:TRUE), which some programs do not "
               "take for a server's");
}

static void judge_key(struct judgement *j)
{
    const EVP_PKEY *key = X509_get0_pubkey(j->x509);

    if (!key)
        say(j, "its key cannot be read");
    else if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "EC"))
        say(j, "its key is of a kind that Apple's devices do not know");
    else if (EVP_PKEY_get_security_bits(key) < STRENGTH)
        say(j, "its key is weak");
}

static void judge_signature(struct judgement *j)
{
    int digest = NID_undef;

    if (X509_get_signature_info(j->x509, &digest, NULL, NULL, NULL) == 1 &&
        (digest == NID_sha1 || digest == NID_md5))
        say(j, pt_arena_printf(j->arena, "it is signed with %s, which is weak",
                               OBJ_nid2sn(digest)));
}

bool pt_x509_judge(struct pt_arena *arena, struct pt_slice der,
                   const char *host, int64_t now, struct pt_strings *faults)
{
    PT_PEM_WITH(pt_pem_free_x509) X509 *x509 = pt_pem_first(der);
    struct judgement j = {
        .arena = arena, .faults = faults, .x509 = x509, .now = now};

    if (!x509) {
        say(&j, "it is not a certificate that can be read");
        return !pt_arena_failed(arena);
    }
    judge_name(&j, host);
    judge_dates(&j);
    judge_use(&j);
    judge_key(&j);
    judge_signature(&j);
    ERR_clear_error();
    return !pt_arena_failed(arena);
}

struct pt_slice pt_x509_der(struct pt_arena *arena, struct pt_slice pem)
{
    PT_PEM_WITH(pt_pem_free_x509) X509 *x509 = pt_pem_first(pem);
    unsigned char *der = NULL;
    int len = x509 ? i2d_X509(x509, &der) : 0;
    const char *copy =
        len > 0 ? pt_arena_memdup(arena, der, (size_t)len) : NULL;

    OPENSSL_free(der);
    return copy ? pt_slice(copy, (size_t)len) : (struct pt_slice){0};
}
