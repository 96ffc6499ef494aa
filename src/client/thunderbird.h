/* thunderbird.h - what the parts of Thunderbird's row share: a profile as it
 * would be at the next start, and what is changed in its files.
 *
 * What user.js says counts, at every start: where a preference is in both
 * files, it is changed in both, so that it stays what it is to be; one that is
 * in neither is added to prefs.js.
 */
#ifndef PT_CLIENT_THUNDERBIRD_H
#define PT_CLIENT_THUNDERBIRD_H

#include "client/text_files.h"
#include "format/edit_prefs.h"

/* The files of a set-up, in this order; a new one has further ones. */
enum {
    PT_TB_PREFS,      /* prefs.js */
    PT_TB_USER,       /* user.js */
    PT_TB_EXCEPTIONS, /* cert_override.txt */
    PT_TB_FILES,
};

/* What Thunderbird calls a kind of server, and its preferences. */
struct pt_tb_kind {
    const char *type;
    enum pt_service service;
    const char *user_name;
    const char *security;
    const char *defaults;
};

struct pt_tb_identity {
    const char *account;
    const char *address;
    const char *sends_by; /* the key of an SMTP server */
};

struct pt_tb_server {
    const struct pt_tb_kind *kind;
    const char *branch; /* "mail.server.server1." */
    struct pt_slot slot;
};

/* The accounts of a profile, as it would be at the next start.  All of it
 * lives in the arena, which remembers that there was no memory. */
struct pt_tb_view {
    struct pt_arena *arena;
    struct pt_pref_lines lines; /* all that begins with "mail." */
    struct pt_tb_identity *identities;
    size_t identity_count;
    struct pt_tb_server *servers;
    size_t server_count;
};

/* ---- looking: thunderbird_view.c ---- */

/* With what was changed until now. */
struct pt_tb_view pt_tb_view_of(struct pt_arena *arena,
                                const struct pt_install *install);

/* Give the set-up its slots. */
void pt_tb_fill_slots(struct pt_installs *installs,
                      struct pt_install *install);

/* The statement of a preference that counts in one file, or in all
 * (PT_PREF_FILES_ALL); or NULL. */
struct pt_pref_line *pt_tb_find(const struct pt_tb_view *view, size_t file,
                                const char *branch, const char *name);

/* Text that may be shown to people, or NULL. */
const char *pt_tb_text(const struct pt_tb_view *view, const char *branch,
                       const char *name);

/* "mail.server.server1."; never NULL. */
const char *pt_tb_branch(const struct pt_tb_view *view, const char *what,
                         const char *key);

/* The next of "server1,server2", of which *rest is moved on; NULL: there is
 * no more. */
const char *pt_tb_next_key(struct pt_arena *arena, const char **rest);

/* The kind of server that this type of preference means, or NULL. */
const struct pt_tb_kind *pt_tb_kind_of(const char *type);

/* The port that counts for it with that protection. */
uint16_t pt_tb_port(const struct pt_tb_view *view,
                    const struct pt_tb_server *server,
                    enum pt_security security);

/* What Thunderbird calls it: socketType, try_ssl. */
int32_t pt_tb_socket_type(enum pt_security security);

/* ---- a number in its files: thunderbird_number.c ---- */

/* Let the statement in this file have the number.  False: there is none. */
bool pt_tb_put_number(struct pt_install *install, struct pt_tb_view *view,
                      size_t file, const char *name, int32_t number);

/* Add a statement beside that of the host, for a preference (its name is
 * told whole) that no file has. */
void pt_tb_add_number(struct pt_install *install, struct pt_tb_view *view,
                      const char *branch, const char *name, int32_t number);

/* Has memory run out for what its files are to hold? */
bool pt_tb_have_failed(const struct pt_install *install);

/* ---- changing: thunderbird_patch.c ---- */

enum pt_status pt_tb_patch(struct pt_install *install,
                           const struct pt_slot *slot,
                           const struct pt_server *server,
                           struct pt_error *err);

/* ---- adding: thunderbird_add.c ---- */

enum pt_status pt_tb_add(struct pt_installs *installs,
                         struct pt_install *install,
                         const struct pt_settings *account,
                         struct pt_error *err);

/* ---- what waits for the next start: thunderbird_defer.c ---- */

/* Let user.js hold this number among what waits. */
void pt_tb_defer(struct pt_client_file *user, const char *name,
                 int32_t number);

/* Does anything wait there? */
bool pt_tb_has_deferred(const struct pt_client_file *user);

enum pt_status pt_tb_tidy(struct pt_install *install, struct pt_error *err);

#endif
