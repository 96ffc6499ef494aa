/* client.h - mail programs as they are set up on this machine: what servers
 * their accounts have, and how to give them others.
 *
 * Adding one: a file that ends in its row, and its name in clients.c.  A row
 * reads and changes bytes; client/change.h alone puts them on the disk.
 */
#ifndef PT_CLIENT_CLIENT_H
#define PT_CLIENT_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include "model/place.h"
#include "model/settings.h"

/* One server of an account, as a client has it. */
struct pt_slot {
    enum pt_service service; /* PT_IMAP, PT_POP3 or PT_SUBMISSION */
    const char *host;        /* as it is spelt there */
    uint16_t port;           /* the client's default where it says none */
    enum pt_security security;
    const char *login;   /* NULL: none is said */
    const char *address; /* of the account's identity; NULL: not known */
    const char *pinned;  /* SHA-256, lower-case hex, of the certificate it
                            trusts for this very server; NULL: of none */
    size_t at;           /* the client's own way to find it again */
};

/* A file of a client: what it holds, and is to hold. */
struct pt_client_file {
    const char *path;      /* as it was found */
    struct pt_buf before;  /* empty when there is none yet */
    bool is_there;
    struct pt_buf after;   /* only when is_changed */
    bool is_changed;
};

enum { PT_CLIENT_FILES_MAX = 32, PT_SLOTS_MAX = 256, PT_INSTALLS_MAX = 64 };

/* One set-up of a client: a profile, a file of settings. */
struct pt_install {
    const struct pt_client *client;
    const char *where; /* what people know it by: its folder or its file */
    struct pt_client_file files[PT_CLIENT_FILES_MAX];
    size_t file_count;
    struct pt_slot *slots;
    size_t slot_count;
    bool is_running; /* it would overwrite what is changed now */
    const char *held; /* a file that it has open for writing while it runs, and
                         closes when it ends; NULL: there is none */
    bool is_deferred; /* the command wants patch() to leave the changes where
                         the running client takes them at its next start */
    bool has_leftover; /* of what was deferred, and is taken or no more needed:
                          tidy() takes it away */
    const char *refused; /* why it cannot be changed, in a sentence; or NULL */
    const char *note; /* what is to be known once it was changed; or NULL */
    const void *own;  /* what its row remembers of it; or NULL */
};

/* All that was found.  {.arena = arena} is empty. */
struct pt_installs {
    struct pt_arena *arena;
    struct pt_install *at[PT_INSTALLS_MAX];
    size_t count;
};

struct pt_client {
    const char *name;  /* as the writer of its files is called */
    const char *title; /* "Thunderbird" */
    const char *programs; /* what it is started by, parted by blanks */
    unsigned services; /* 1 << enum pt_service: what it can have servers of */
    bool can_defer;    /* patch() heeds is_deferred */
    bool must_pin; /* a bridge's certificate that is not pinned is asked
                      about */

    /* Add every set-up of it on this machine, its files read, its slots
     * filled; first the one it would open by itself.  What cannot be read is
     * added with the reason as refused.  PT_NO_MEMORY. */
    enum pt_status (*find)(const struct pt_place *place,
                           struct pt_installs *installs,
                           struct pt_error *err);

    /* Add the one in this folder (--profile).  NULL: it has no such folders.
     * PT_BAD_INPUT: it is none; PT_NO_MEMORY. */
    enum pt_status (*find_at)(const struct pt_place *place, const char *folder,
                              struct pt_installs *installs,
                              struct pt_error *err);

    /* There is none yet: add one whose files are not there, at the place where
     * the client will look for them; add() fills them.  NULL: a person must
     * start the client first.  PT_NO_MEMORY. */
    enum pt_status (*begin)(const struct pt_place *place,
                            struct pt_installs *installs,
                            struct pt_error *err);

    /* Let slot have the port, the protection and the certificate of server;
     * everything else of the files stays, byte for byte.  May be called for
     * several slots, one after the other.
     * PT_CANNOT_EXPRESS: the client has no way to say it; PT_NO_MEMORY. */
    enum pt_status (*patch)(struct pt_install *install,
                            const struct pt_slot *slot,
                            const struct pt_server *server,
                            struct pt_error *err);

    /* Add this account, with its chosen servers, as the client's own wizard
     * would; the set-up has no such account yet.  Everything else of the files
     * stays.  What a person has still to do (the password) goes into note.
     * What is allocated lives in the arena of installs.  NULL: only the client
     * itself can.  PT_CANNOT_EXPRESS; PT_NO_MEMORY. */
    enum pt_status (*add)(struct pt_installs *installs,
                          struct pt_install *install,
                          const struct pt_settings *account,
                          struct pt_error *err);

    /* Take away what has_leftover tells of.  NULL: there never is any.
     * PT_NO_MEMORY. */
    enum pt_status (*tidy)(struct pt_install *install, struct pt_error *err);

    /* Does it run by now?  Asked once more, right before its files are
     * changed.  NULL: is_running is all there is. */
    bool (*has_started)(const struct pt_place *place,
                        const struct pt_install *install);

    /* Its files were changed: have the client, should it run, read them anew.
     * NULL: it needs no telling.  Not PT_OK: it could not be told; err says
     * what a person is to do. */
    enum pt_status (*reload)(const struct pt_install *install,
                             struct pt_error *err);
};

extern const struct pt_client pt_client_thunderbird;
extern const struct pt_client pt_client_evolution;
extern const struct pt_client pt_client_geary;
extern const struct pt_client pt_client_msmtp;
extern const struct pt_client pt_client_mbsync;
extern const struct pt_client pt_client_mutt;
extern const struct pt_client pt_client_aerc;
extern const struct pt_client pt_client_himalaya;

extern const struct pt_client *const pt_clients[]; /* NULL-ended */

/* All of all rows, in their order.  PT_NO_MEMORY. */
enum pt_status pt_clients_find(const struct pt_place *place,
                               struct pt_installs *installs,
                               struct pt_error *err);
void pt_installs_free(struct pt_installs *installs);
/* NULL: no such client can be changed here. */
const struct pt_client *pt_client_named(const char *name);

/* ---- for the rows ---- */

/* A new one at the end, or NULL: no memory, or too many. */
struct pt_install *pt_install_add(struct pt_installs *installs,
                                  const struct pt_client *client,
                                  const char *where);
/* Read a file of it (8 MiB at most); a file that is not there is added as
 * such.  What cannot be read is remembered as refused.  The index in files;
 * -1: no memory. */
int pt_install_read(struct pt_installs *installs, struct pt_install *install,
                    const char *path);
/* A new slot, zeroed, or NULL: no memory, or too many. */
struct pt_slot *pt_slot_add(struct pt_installs *installs,
                            struct pt_install *install);
/* The bytes as they are to be: after, begun as a copy of before. */
struct pt_buf *pt_client_file_edit(struct pt_client_file *file);

#endif
