/* writers.h - the rows of pt_writers, and what several of them need. */
#ifndef PT_WRITER_WRITERS_H
#define PT_WRITER_WRITERS_H

#include "writer/writer.h"

extern const struct pt_writer pt_writer_apple;
extern const struct pt_writer pt_writer_autoconfig;
extern const struct pt_writer pt_writer_json;
extern const struct pt_writer pt_writer_outlook;
extern const struct pt_writer pt_writer_text;
extern const struct pt_writer pt_writer_thunderbird;

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

/* A note of the chosen services that are neither mail nor among those the file
 * holds (bits such as 1 << PT_CALDAV).  False: no memory. */
bool pt_note_left_out(struct pt_arena *arena,
                      const struct pt_settings *settings, unsigned held,
                      struct pt_strings *notes);

/* Does it take a password?  As long as it does not say otherwise. */
bool pt_takes_password(const struct pt_server *server);

/* PT_CANNOT_EXPRESS: a server takes no password, and the client's file knows
 * nothing else.  One to send through may want no login at all. */
enum pt_status pt_need_password_auth(const struct pt_account *account,
                                     const char *client,
                                     struct pt_error *err);

#endif
