/* writers.h - the rows of pt_writers, and what several of them need. */
#ifndef PT_WRITER_WRITERS_H
#define PT_WRITER_WRITERS_H

#include "writer/writer.h"

extern const struct pt_writer pt_writer_aerc;
extern const struct pt_writer pt_writer_android;
extern const struct pt_writer pt_writer_apple;
extern const struct pt_writer pt_writer_autoconfig;
extern const struct pt_writer pt_writer_autodiscover;
extern const struct pt_writer pt_writer_evolution;
extern const struct pt_writer pt_writer_geary;
extern const struct pt_writer pt_writer_himalaya;
extern const struct pt_writer pt_writer_json;
extern const struct pt_writer pt_writer_mbsync;
extern const struct pt_writer pt_writer_msmtp;
extern const struct pt_writer pt_writer_mutt;
extern const struct pt_writer pt_writer_k9s;
extern const struct pt_writer pt_writer_outlook;
extern const struct pt_writer pt_writer_pacc;
extern const struct pt_writer pt_writer_outlook_reg;
extern const struct pt_writer pt_writer_text;
extern const struct pt_writer pt_writer_thunderbird;
extern const struct pt_writer pt_writer_thunderbird_policy;

/* ---- files and notes ---- */

/* Where the first file goes: its name is that of pt_writer_file().  Never
 * NULL: failure is remembered, and pt_write() tells. */
struct pt_buf *pt_output_first(struct pt_output *out,
                               const struct pt_writer *writer,
                               const struct pt_job *job);
/* A further file, which the first one needs.  The name is ours or made safe by
 * pt_safe_name(). */
struct pt_buf *pt_output_beside(struct pt_output *out, const char *name);
/* A further file, which the first one does not need. */
struct pt_buf *pt_output_extra(struct pt_output *out, const char *name);

/* text as one name that no file system objects to, 200 bytes at most, in the
 * arena.  NULL: no memory. */
const char *pt_safe_name(struct pt_arena *arena, const char *text);

/* A sentence for the user, who is told it once: of several accounts the same
 * may be true.  NULL (no memory for it) is remembered. */
void pt_output_note(struct pt_output *out, const char *note);

/* A note of the chosen services that are neither mail nor among those the
 * files hold (bits such as 1 << PT_CALDAV). */
void pt_note_left_out(struct pt_output *out,
                      const struct pt_settings *settings, unsigned held);

/* ---- accounts ---- */

/* The two servers of an ordinary account. */
struct pt_account {
    const struct pt_server *in;  /* IMAP, else POP3 */
    const struct pt_server *out; /* submission */
    const char *login_in;
    const char *login_out;
};

/* PT_CANNOT_EXPRESS: one of the two was not found. */
enum pt_status pt_account_of(const struct pt_settings *settings,
                             const char *client,
                             struct pt_account *ret_account,
                             struct pt_error *err);

/* For a client that has no POP3.  PT_CANNOT_EXPRESS: no IMAP server is chosen;
 * err says whether there is at least one for POP3. */
enum pt_status pt_need_imap(const struct pt_settings *settings,
                            const char *client, struct pt_error *err);

/* An identifier (a UUID, in lower case) of a part of an account, such as
 * "mail": it follows from the address and the bridge alone, so that a second
 * import meets the first.  In the arena; "": no memory, which it remembers. */
const char *pt_account_id(struct pt_arena *arena,
                          const struct pt_settings *settings,
                          const char *role);

/* ---- signing in ---- */

/* The ways of signing in that a client can go. */
struct pt_can {
    const char *client;               /* "Apple Mail", for the sentence */
    unsigned auths;                   /* bits: 1 << PT_AUTH_CLEARTEXT ... */
    const char *const *oauth2_domains; /* where, and below which, it can sign
                                          in by OAuth2; NULL-ended; or NULL */
};

enum { PT_BY_PASSWORD = 1 << PT_AUTH_CLEARTEXT | 1 << PT_AUTH_ENCRYPTED };

/* The first way in the server's list that the client can go; a password where
 * the server lists none.  False: there is none. */
bool pt_way_in(const struct pt_can *can, const struct pt_server *server,
               enum pt_auth *ret_auth);

/* PT_CANNOT_EXPRESS: there is none, for receiving or for sending.  To send,
 * no login at all is a way too (PT_AUTH_NONE or PT_AUTH_CLIENT_IP; *ret_out),
 * whether the client's bits say so or not. */
enum pt_status pt_ways_in(const struct pt_can *can,
                          const struct pt_account *account,
                          enum pt_auth *ret_in, enum pt_auth *ret_out,
                          struct pt_error *err);

/* pt_account_of() and pt_ways_in() for a client that has no POP3. */
enum pt_status pt_imap_account_of(const struct pt_settings *settings,
                                  const struct pt_can *can,
                                  struct pt_account *ret_account,
                                  enum pt_auth *ret_out,
                                  struct pt_error *err);

#endif
