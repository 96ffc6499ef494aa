#include "serve/bridge_certificate.h"

#include "base/text.h"
#include "format/x509_make.h"

static const char *title_of(const struct pt_settings *settings)
{
    return settings->bridge.title ? settings->bridge.title : "the bridge";
}

const char *pt_bridge_certificate_import(struct pt_arena *arena,
                                         const struct pt_settings *settings)
{
    const char *how = settings->bridge.import_certificate;

    return how ? pt_arena_strdup(arena, how)
               : pt_arena_printf(arena,
                                 "give cert.pem and key.pem to %s, as its "
                                 "manual says, and restart it",
                                 title_of(settings));
}

/* "a; b; c" */
static const char *join(struct pt_arena *arena, const struct pt_strings *list)
{
    const char *text = list->count ? list->at[0] : "";

    for (size_t i = 1; i < list->count && text; i++)
        text = pt_arena_printf(arena, "%s; %s", text, list->at[i]);
    return text;
}

static bool add(struct pt_arena *arena, struct pt_strings *out,
                const char *sentence)
{
    return sentence && pt_strings_add(arena, out, sentence);
}

static bool advise(struct pt_arena *arena, const struct pt_settings *settings,
                   const char *host, const struct pt_strings *faults,
                   struct pt_strings *out)
{
    const char *why = join(arena, faults);
    const char *how = pt_bridge_certificate_import(arena, settings);

    return why && how &&
           add(arena, out,
               pt_arena_printf(arena,
                               "devices that reach %s as %s will not trust its "
                               "certificate: they warn, and an iPhone does not "
                               "connect (%s)",
                               title_of(settings), host, why)) &&
           add(arena, out,
               pt_arena_printf(arena,
                               "make a certificate with 'portolan serve %s "
                               "--make-cert DIR', then %s",
                               settings->address.domain, how));
}

static bool judge(struct pt_arena *arena, const struct pt_settings *settings,
                  const struct pt_server *server, const char *host, int64_t now,
                  struct pt_strings *out)
{
    const struct pt_certificate *seen = server->certificate;
    struct pt_strings faults = {0};

    if (!pt_x509_judge(arena, pt_slice((const char *)seen->der, seen->der_len),
                       host, now, &faults))
        return false;
    return !faults.count || advise(arena, settings, host, &faults, out);
}

bool pt_bridge_certificate_advice(struct pt_arena *arena,
                                  const struct pt_settings *settings,
                                  const char *host, int64_t now,
                                  struct pt_strings *out)
{
    struct pt_strings judged = {0}; /* IMAP and SMTP mostly have the same */

    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (!server->chosen || !server->bridge || !server->certificate ||
            pt_strings_have(&judged, server->certificate->sha256))
            continue;
        if (!pt_strings_add(arena, &judged, server->certificate->sha256) ||
            !judge(arena, settings, server, host, now, out))
            return false;
    }
    return true;
}
