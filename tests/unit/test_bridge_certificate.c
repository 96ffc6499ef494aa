/* test_bridge_certificate.c - what is said of a bridge's certificate, and what
 * its user is told to do. */
#include "format/x509_make.h"
#include "serve/bridge_certificate.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"

#include <stdlib.h>

enum { NOW_S = 1800000000, DAY_S = 24 * 3600 };

static struct pt_slice make(struct pt_arena *arena, const char *name)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_strings names = {.at = &name, .count = 1};

    if (pt_x509_make_root("attic", NOW_S, &root, NULL) ||
        pt_x509_make_leaf(&root,
                          &(struct pt_leaf_wish){.names = &names, .days = 99},
                          NOW_S, &leaf, NULL))
        abort();
    return pt_x509_der(arena,
                       pt_slice(leaf.certificate.at, leaf.certificate.len));
}

static struct pt_certificate certificate_for(struct pt_arena *arena,
                                             const char *name)
{
    struct pt_slice der = make(arena, name);
    struct pt_certificate made = {.der = (const unsigned char *)der.at,
                                  .der_len = der.len};

    snprintf(made.sha256, sizeof(made.sha256), "that for %s", name);
    return made;
}

/* The nth entry, or "". */
static const char *advice(const struct sample *sample, size_t nth)
{
    struct pt_strings out = {0};

    if (!pt_bridge_certificate_advice(sample->arena, &sample->settings,
                                      "192.168.1.10", NOW_S, &out))
        return "no memory";
    return nth < out.count ? out.at[nth] : "";
}

static void set_certificates(struct sample *sample,
                             const struct pt_certificate *in,
                             const struct pt_certificate *out)
{
    sample->servers[SAMPLE_IN].certificate = in;
    sample->servers[SAMPLE_OUT].certificate = out;
}

static void test_advice(struct pt_arena *arena)
{
    struct pt_certificate here = certificate_for(arena, "127.0.0.1");
    struct pt_certificate lan = certificate_for(arena, "192.168.1.10");
    struct sample sample;

    sample_begin(&sample, arena, "ann@proton.me");
    sample.settings.bridge.import_certificate = "type cert import";
    set_certificates(&sample, &here, &here);
    IS(advice(&sample, 0),
       "devices that reach Proton Mail Bridge as 192.168.1.10 will not trust "
       "its certificate: they warn, and an iPhone does not connect (it is for "
       "127.0.0.1, not for 192.168.1.10)",
       "what devices will do about a bridge's certificate is said, and why");
    IS(advice(&sample, 1),
       "make a certificate with 'portolan serve proton.me --make-cert DIR', "
       "then type cert import",
       "and what to do");
    IS(advice(&sample, 2), "", "once, when two servers share it");
    sample.settings.bridge.import_certificate = NULL;
    IS(advice(&sample, 1),
       "make a certificate with 'portolan serve proton.me --make-cert DIR', "
       "then give cert.pem and key.pem to Proton Mail Bridge, as its manual "
       "says, and restart it",
       "where nobody knows how, its manual does");
    set_certificates(&sample, &lan, &here);
    OK(*advice(&sample, 0) && !*advice(&sample, 2),
       "of two certificates the one that is no good is told");
    set_certificates(&sample, &lan, &lan);
    IS(advice(&sample, 0), "", "there is nothing to say of a good one");
}

static void test_not_the_bridge(struct pt_arena *arena)
{
    struct sample sample;

    sample_begin(&sample, arena, "ann@proton.me");
    IS(advice(&sample, 0),
       "devices that reach Proton Mail Bridge as 192.168.1.10 will not trust "
       "its certificate: they warn, and an iPhone does not connect (it is not "
       "a certificate that can be read)",
       "what cannot be read is not trusted, either");
    for (size_t i = 0; i < SAMPLE_MORE; i++)
        sample.servers[i].chosen = false;
    IS(advice(&sample, 0), "", "a server that is not used is not judged");
    for (size_t i = 0; i < SAMPLE_MORE; i++) {
        sample.servers[i].chosen = true;
        sample.servers[i].bridge = NULL;
    }
    IS(advice(&sample, 0), "", "nor is one that is no bridge");
    sample.servers[SAMPLE_IN].bridge = "proton";
    sample.servers[SAMPLE_IN].certificate = NULL;
    IS(advice(&sample, 0), "", "nor one whose certificate nobody saw");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_advice(arena);
    test_not_the_bridge(arena);
    return tap_done();
}
