#include "serve/site.h"

#include "format/autodiscover.h"
#include "format/url.h"
#include "writer/autodiscover.h"
#include "writer/readdress.h"
#include "writer/writers.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

/* ---- documents ---- */

/* The bytes of one file that a writer makes, kept in the arena. */
static enum pt_status write_document(struct pt_arena *arena,
                                     const struct pt_writer *writer,
                                     const struct pt_settings *settings,
                                     struct pt_document *document,
                                     struct pt_error *err)
{
    const struct pt_job job = {
        .arena = arena, .accounts = settings, .count = 1};
    PT_OUTPUT struct pt_output out = {.arena = arena};
    enum pt_status status = pt_write(writer, &job, &out, err);
    const struct pt_buf *bytes;
    const char *kept;

    if (status != PT_OK)
        return status;
    bytes = &out.files[0]->bytes;
    kept = pt_arena_memdup(arena, pt_buf_text(bytes), bytes->len);
    if (!kept)
        return pt_fail_memory(err);
    pt_document_set(document, writer->media_type, pt_slice(kept, bytes->len));
    return PT_OK;
}

/* What cannot be said is not served, and the reason is told who asks. */
static enum pt_status leave_out(struct pt_arena *arena, enum pt_status status,
                                struct pt_document *document,
                                struct pt_error *err)
{
    if (status == PT_OK || status == PT_NO_MEMORY)
        return status;
    document->why = pt_arena_strdup(arena, err->text);
    return document->why ? PT_OK : pt_fail_memory(err);
}

/* ---- Autodiscover ---- */

static bool fits(const struct pt_server *server)
{
    switch (server->security) {
    case PT_TLS:
        return !pt_autodiscover_is_starttls_port(server->port);
    case PT_STARTTLS:
        return pt_autodiscover_is_starttls_port(server->port);
    case PT_PLAIN:
        return true;
    case PT_SECURITY_UNKNOWN:
    default:
        return false;
    }
}

enum pt_status pt_site_pox_fits(const struct pt_settings *settings,
                                struct pt_error *err)
{
    static const enum pt_service told[] = {PT_IMAP, PT_POP3, PT_SUBMISSION};

    for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++) {
        const struct pt_server *server = pt_chosen(settings, told[i]);

        if (server && !fits(server))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "Thunderbird finds the right one by autoconfig",
                           "Autodiscover cannot say %s at port %u so that "
                           "every client understands it",
                           pt_security_title(server->security), server->port);
    }
    return PT_OK;
}

#define GAP_LOCAL "portolan--gap"

/* Cut the marks out of text, and remember where they were. */
static bool find_gaps(struct pt_arena *arena, struct pt_slice text,
                      const char *address, struct pt_form *form)
{
    char *out = pt_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    const char *mark;

    while (out && (mark = pt_slice_find(text, GAP_LOCAL))) {
        size_t before = (size_t)(mark - text.at);
        bool local = !pt_slice_has_prefix(
            pt_slice(mark, text.len - before), address);
        size_t skip = before + strlen(local ? GAP_LOCAL : address);

        if (form->gap_count == PT_GAPS_MAX)
            return false;
        memcpy(out + len, text.at, before);
        len += before;
        form->gaps[form->gap_count++] =
            (struct pt_gap){.at = len, .local = local};
        text = pt_slice(text.at + skip, text.len - skip);
    }
    if (!out)
        return false;
    memcpy(out + len, text.at, text.len);
    pt_document_set(&form->text, "application/xml; charset=utf-8",
                    pt_slice(out, len + text.len));
    return true;
}

static enum pt_status make_form(struct pt_arena *arena, struct pt_site *site,
                                struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    const struct pt_settings *settings = site->settings;
    const struct pt_address gap = {
        .local = GAP_LOCAL,
        .text = pt_arena_printf(arena, GAP_LOCAL "@%s", site->domain),
        .domain = site->domain,
    };
    struct pt_settings marked;
    enum pt_status status;

    if (!gap.text || !pt_settings_readdress(arena, settings, &gap, &marked))
        return pt_fail_memory(err);
    marked.address.shown = gap.text;
    status = pt_autodiscover_put(&marked, false, &text, err);
    if (status != PT_OK)
        return status;
    return find_gaps(arena, pt_slice(pt_buf_text(&text), text.len), gap.text,
                     &site->pox)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status make_anonymous(struct pt_arena *arena,
                                     struct pt_site *site,
                                     struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    enum pt_status status =
        pt_autodiscover_put(site->settings, true, &text, err);
    const char *kept;

    if (status != PT_OK)
        return status;
    kept = pt_arena_memdup(arena, pt_buf_text(&text), text.len);
    if (!kept)
        return pt_fail_memory(err);
    pt_document_set(&site->anonymous, site->pox.text.media_type,
                    pt_slice(kept, text.len));
    return PT_OK;
}

static enum pt_status make_pox(struct pt_arena *arena, struct pt_site *site,
                               struct pt_error *err)
{
    enum pt_status status = pt_site_pox_fits(site->settings, err);

    if (status == PT_OK)
        status = make_form(arena, site, err);
    if (status == PT_OK)
        status = make_anonymous(arena, site, err);
    if (status != PT_OK) {
        site->pox = (struct pt_form){0};
        site->anonymous = (struct pt_document){0};
    }
    return leave_out(arena, status, &site->pox.text, err);
}

/* The five that XML has a word for; the address holds no control characters.
 */
static void put_escaped(struct pt_buf *out, const char *text)
{
    for (size_t len; *text; text += len) {
        len = strcspn(text, "&<>\"'");
        pt_buf_add(out, text, len);
        if (!text[len])
            break;
        pt_buf_printf(out, "&#%d;", text[len]);
        len++;
    }
}

void pt_site_pox(const struct pt_site *site, const struct pt_address *address,
                 struct pt_buf *out)
{
    const struct pt_form *form = &site->pox;
    const char *text = form->text.bytes.at;
    size_t done = 0;

    for (size_t i = 0; i < form->gap_count; i++) {
        const struct pt_gap *gap = &form->gaps[i];

        pt_buf_add(out, text + done, gap->at - done);
        put_escaped(out, gap->local ? address->local : address->text);
        done = gap->at;
    }
    pt_buf_add(out, text + done, form->text.bytes.len - done);
}

/* ---- redirects ---- */

/* One for everybody, and not back to where it was asked for. */
static const char *redirect_of(struct pt_arena *arena,
                               const struct pt_settings *settings,
                               enum pt_service service)
{
    const struct pt_server *server = pt_chosen(settings, service);
    const char *url = server ? server->url : NULL;
    const char *mine;

    if (!pt_url_is_https(url) ||
        pt_is(pt_url_host(arena, url), settings->address.domain))
        return NULL;
    mine = pt_url_readdress(arena, url, &settings->address, "", "");
    return mine && pt_is(mine, url) ? url : NULL;
}

/* ---- the whole ---- */

/* False: no memory. */
static bool make_fingerprint(struct pt_site *site)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char hex[17];
    PT_BUF struct pt_buf all = {0};
    const struct pt_settings *settings = site->settings;

    pt_buf_add(&all, site->autoconfig.bytes.at, site->autoconfig.bytes.len);
    for (size_t i = 0; i < settings->server_count; i++)
        if (settings->servers[i].chosen && settings->servers[i].certificate)
            pt_buf_puts(&all, settings->servers[i].certificate->sha256);
    SHA256((const unsigned char *)pt_buf_text(&all), all.len, digest);
    pt_hex(digest, 8, hex);
    snprintf(site->fingerprint, sizeof(site->fingerprint),
             "%.4s %.4s %.4s %.4s", hex, hex + 4, hex + 8, hex + 12);
    return !pt_buf_failed(&all);
}

enum pt_status pt_site_make(struct pt_arena *arena,
                            const struct pt_settings *settings,
                            struct pt_site **ret_site, struct pt_error *err)
{
    struct pt_site *site = pt_arena_alloc(arena, sizeof(*site));
    struct pt_error why;
    enum pt_status status;

    if (!site)
        return pt_fail_memory(err);
    site->domain = settings->address.domain;
    site->settings = settings;
    status = write_document(arena, &pt_writer_autoconfig, settings,
                            &site->autoconfig, err);
    if (status != PT_OK)
        return status;
    status = leave_out(arena,
                       write_document(arena, &pt_writer_pacc, settings,
                                      &site->pacc, &why),
                       &site->pacc, &why);
    if (status == PT_OK)
        status = make_pox(arena, site, &why);
    if (status != PT_OK)
        return pt_fail_memory(err);
    site->caldav = redirect_of(arena, settings, PT_CALDAV);
    site->carddav = redirect_of(arena, settings, PT_CARDDAV);
    site->jmap = redirect_of(arena, settings, PT_JMAP);
    if (!make_fingerprint(site) || pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_site = site;
    return PT_OK;
}

const struct pt_settings *pt_site_settings(struct pt_arena *arena,
                                           const struct pt_site *site,
                                           const struct pt_address *address)
{
    struct pt_settings *said = pt_arena_alloc(arena, sizeof(*said));

    return said && pt_settings_readdress(arena, site->settings, address, said)
               ? said
               : NULL;
}
