/* journal.h - what one run has changed in the files of this user's mail
 * programs, or is about to, as JSON.
 *
 *   {"portolan": 1, "clients": [{"state": "begun", "client": "thunderbird",
 *     "where": "/home/ann/.thunderbird/1.default", "files": [
 *       {"path": "/home/ann/.thunderbird/1.default/prefs.js", "copy": "0",
 *        "before": "8eb6...", "after": "ba78..."},
 *       {"path": "/home/ann/.thunderbird/1.default/cert_override.txt",
 *        "copy": "1", "after": "2cf2..."}]},
 *    {"state": "done", "client": "msmtp", "where": "/home/ann/.config/msmtp",
 *     "files": [...], "folders": ["/home/ann/.config/msmtp"]}]}
 *
 * before and after are the SHA-256 of the bytes; of a file that was not there
 * there is no before.  folders are those that were made for such files.
 */
#ifndef PT_FORMAT_JOURNAL_H
#define PT_FORMAT_JOURNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
#include "model/settings.h"

enum {
    PT_JOURNAL_CLIENTS_MAX = 1024,
    PT_JOURNAL_FILES_MAX = 64,         /* of a client */
    PT_JOURNAL_MAX = 16 * 1024 * 1024, /* bytes */
};

enum pt_entry_state {
    PT_ENTRY_BEGUN,  /* each of its files is as before or as after */
    PT_ENTRY_DONE,   /* all were left as after */
    PT_ENTRY_UNDONE, /* all were put back, or left to the user */
};

struct pt_entry_file {
    const char *path;   /* absolute, its links followed */
    const char *copy;   /* digits: what its copy is called */
    const char *before; /* NULL: it was not there */
    const char *after;
};

/* The files of one client, changed all or none. */
struct pt_entry {
    enum pt_entry_state state;
    const char *client; /* its row's name */
    const char *where;
    struct pt_entry_file *files; /* one at least */
    size_t file_count;
    struct pt_strings folders; /* absolute paths, the outermost first */
};

struct pt_journal {
    struct pt_entry *entries;
    size_t count;
};

/* PT_BAD_INPUT: it is not a journal, or a newer one than we know;
 * PT_NO_MEMORY. */
enum pt_status pt_journal_read(struct pt_arena *arena, struct pt_slice json,
                               struct pt_journal *ret_journal,
                               struct pt_error *err);

/* PT_CANNOT_WRITE: it could not be read again (too many clients or files, a
 * name that JSON cannot hold); PT_NO_MEMORY. */
enum pt_status pt_journal_write(const struct pt_journal *journal,
                                struct pt_buf *out, struct pt_error *err);

#endif
