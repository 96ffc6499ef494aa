#include "client/thunderbird.h"

#include "format/edit_override.h"
#include "format/fingerprint.h"

#include <string.h>

enum { TRIES_MAX = 8 };

/* What is told once the files are changed.  Thunderbird writes its exceptions
 * when it has a new one, and what was added meanwhile is lost; else it leaves
 * them (measured, 153). */
static const char restart[] =
    "close Thunderbird and start it again: it takes the changes then (should "
    "you have it trust another certificate before, it asks about the "
    "bridge's)";
static const char question[] =
    "Thunderbird asks once whether to trust the bridge's certificate, which "
    "could not be seen now: accept it if it has the fingerprint that "
    "'portolan bridges' shows";
static const char restart_and_question[] =
    "close Thunderbird and start it again: it takes the changes then, and "
    "asks once whether to trust the bridge's certificate, which could not be "
    "seen now: accept it if it has the fingerprint that 'portolan bridges' "
    "shows";

/* ---- preferences ---- */

/* What is deferred waits in user.js, and prefs.js stays as it is. */
static void set_number(struct pt_install *install, struct pt_tb_view *view,
                       const char *branch, const char *name, int32_t number)
{
    const char *full = pt_arena_printf(view->arena, "%s%s", branch, name);
    bool is_there;

    if (!full)
        return;
    is_there = pt_tb_put_number(install, view, PT_TB_USER, full, number);
    if (install->is_deferred) {
        if (!is_there)
            pt_tb_defer(&install->files[PT_TB_USER], full, number);
        return;
    }
    is_there |= pt_tb_put_number(install, view, PT_TB_PREFS, full, number);
    if (!is_there)
        pt_tb_add_number(install, view, branch, full, number);
}

static void set_endpoint(struct pt_install *install, struct pt_tb_view *view,
                         const struct pt_tb_server *server,
                         const struct pt_server *wanted)
{
    enum pt_security security = server->slot.security;

    if (wanted->security != PT_SECURITY_UNKNOWN &&
        wanted->security != security) {
        security = wanted->security;
        set_number(install, view, server->branch, server->kind->security,
                   pt_tb_socket_type(security));
    }
    if (pt_tb_port(view, server, security) != wanted->port)
        set_number(install, view, server->branch, "port", wanted->port);
}

/* ---- certificates ---- */

static bool is_used(const struct pt_tb_view *view, const char *host,
                    uint16_t port)
{
    for (size_t i = 0; i < view->server_count; i++)
        if (view->servers[i].slot.port == port &&
            pt_is_nocase(view->servers[i].slot.host, host))
            return true;
    return false;
}

static void set_bytes(struct pt_client_file *file, const struct pt_buf *bytes)
{
    struct pt_slice old = pt_text_now(file);
    struct pt_buf *after;

    if (old.len == bytes->len &&
        (!old.len || !memcmp(old.at, bytes->at, old.len)))
        return;
    after = pt_client_file_edit(file);
    pt_buf_clear(after);
    pt_buf_add(after, bytes->at, bytes->len);
}

/* Was a certificate trusted where the server was, and is to be trusted where
 * it is now, but is not known? */
static bool is_unseen(struct pt_slice exceptions, const struct pt_slot *old,
                      const struct pt_server *wanted)
{
    char print[PT_FINGERPRINT_CHARS];

    return !wanted->certificate && wanted->security != PT_PLAIN &&
           wanted->port != old->port &&
           pt_override_get(exceptions, old->host, old->port, print) &&
           !pt_override_get(exceptions, old->host, wanted->port, print);
}

/* old: the server as it was; now: the accounts as they are to be.  What was
 * trusted stays until it is known what is to be instead. */
static void set_exception(struct pt_client_file *file,
                          const struct pt_tb_view *now,
                          const struct pt_slot *old,
                          const struct pt_server *wanted)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_slice before = pt_text_now(file);
    char print[PT_FINGERPRINT_CHARS];
    bool is_left =
        !is_used(now, old->host, old->port) && !is_unseen(before, old, wanted);

    pt_buf_add(&bytes, before.at, before.len);
    if (wanted->certificate && wanted->security != PT_PLAIN) {
        pt_fingerprint(wanted->certificate, print);
        if (is_left)
            pt_override_move(&bytes, old->host, old->port, wanted->port);
        pt_override_put(&bytes, old->host, wanted->port, print);
    }
    if (is_left)
        pt_override_remove(&bytes, old->host, old->port);
    set_bytes(file, &bytes);
    file->after.oom = file->after.oom || pt_buf_failed(&bytes);
}

/* Of what was said of another account before, nothing is lost. */
static void set_note(struct pt_install *install, bool asks)
{
    asks = asks || install->note == question ||
           install->note == restart_and_question;
    if (install->is_deferred)
        install->note = asks ? restart_and_question : restart;
    else if (asks)
        install->note = question;
}

/* ---- the whole ---- */

static bool is_as_wanted(const struct pt_tb_view *now,
                         const struct pt_slot *slot,
                         const struct pt_server *wanted)
{
    const struct pt_slot *is;

    if (slot->at >= now->server_count)
        return false;
    is = &now->servers[slot->at].slot;
    return pt_is(is->host, slot->host) && is->port == wanted->port &&
           (wanted->security == PT_SECURITY_UNKNOWN ||
            is->security == wanted->security);
}

static enum pt_status refuse(const struct pt_install *install,
                             const struct pt_slot *slot, struct pt_error *err)
{
    char host[64];

    pt_make_printable(pt_slice_of(slot->host), host, sizeof(host));
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "change it in Thunderbird, under Account Settings",
                   "the preferences of '%s' about '%s' contradict each other",
                   install->where, host);
}

/* Where a preference is said in several kinds, another statement of it may
 * count once one is changed: then that one is next. */
static enum pt_status set_until_right(struct pt_install *install,
                                      const struct pt_slot *slot,
                                      const struct pt_server *wanted,
                                      struct pt_tb_view *view,
                                      struct pt_error *err)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        if (slot->at >= view->server_count)
            break;
        set_endpoint(install, view, &view->servers[slot->at], wanted);
        *view = pt_tb_view_of(view->arena, install);
        if (pt_arena_failed(view->arena) || pt_tb_have_failed(install))
            return pt_fail_memory(err);
        if (is_as_wanted(view, slot, wanted))
            return PT_OK;
    }
    return refuse(install, slot, err);
}

/* Of accounts that have all but the port in common Thunderbird drops all but
 * one as soon as they have that in common, too (measured, 153). */
static bool would_collide(const struct pt_tb_view *now, size_t at,
                          const struct pt_slot *old)
{
    const struct pt_slot *is = &now->servers[at].slot;

    for (size_t i = 0; i < now->server_count; i++) {
        const struct pt_slot *other = &now->servers[i].slot;

        if (i != at && is->service != PT_SUBMISSION &&
            other->service == is->service && is->port != old->port &&
            other->port == is->port && pt_is_nocase(other->host, is->host) &&
            is->login && pt_is(other->login, is->login))
            return true;
    }
    return false;
}

static enum pt_status refuse_collision(const struct pt_slot *slot,
                                       uint16_t port, struct pt_error *err)
{
    char login[64];
    char host[64];

    pt_make_printable(pt_slice_of(slot->login), login, sizeof(login));
    pt_make_printable(pt_slice_of(slot->host), host, sizeof(host));
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "remove one of them in Thunderbird, under Account Settings",
                   "two accounts of '%s' at '%s' would be at port %u, and "
                   "Thunderbird would drop one of them: remove one there",
                   login, host, port);
}

enum pt_status pt_tb_patch(struct pt_install *install,
                           const struct pt_slot *slot,
                           const struct pt_server *server, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_client_file *file = &install->files[PT_TB_EXCEPTIONS];
    enum pt_status status;
    struct pt_tb_view view;
    struct pt_tb_view now;

    if (!arena)
        return pt_fail_memory(err);
    view = pt_tb_view_of(arena, install);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!server->port || slot->at >= view.server_count)
        return refuse(install, slot, err);
    now = view;
    status = set_until_right(install, slot, server, &now, err);
    if (status != PT_OK)
        return status;
    if (would_collide(&now, slot->at, &view.servers[slot->at].slot))
        return refuse_collision(slot, server->port, err);
    set_note(install, is_unseen(pt_text_now(file), &view.servers[slot->at].slot,
                                server));
    set_exception(file, &now, &view.servers[slot->at].slot, server);
    return pt_tb_have_failed(install) ? pt_fail_memory(err) : PT_OK;
}
