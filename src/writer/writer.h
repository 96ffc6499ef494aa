/* writer.h - settings in, the files of one client out.
 *
 * A writer is pure: same settings, same bytes.  No password is ever written.
 * What a format cannot say is an error with a hint, or, where the file is
 * still right without it, a note.  Adding a client: one file and one row.
 */
#ifndef PT_WRITER_WRITER_H
#define PT_WRITER_WRITER_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

/* What is to be written. */
struct pt_job {
    struct pt_arena *arena;
    const struct pt_settings *accounts; /* one or more, each with an address */
    size_t count;     /* 1, unless the writer's row says takes_several */
    const char *dir;  /* the absolute path of the folder that the files are
                         put into, for a file that names another; NULL: they
                         go to standard output */
    struct pt_slice registry; /* what `reg export` said of this Outlook, as
                                 it is; empty: nothing */
    bool for_terminal;        /* the first file is to be looked at there */
    struct pt_slice root; /* the certificate (DER) of an authority that the
                             certificates of bridges may be of, for devices to
                             trust; empty: none */
    const char *mail_folder;  /* where the mail of an account is to have a
                                 folder of its own; NULL: "~/Mail" */
};

/* One file, on its way. */
struct pt_file {
    const char *name; /* below the folder; "/" parts it into further ones */
    struct pt_buf bytes;
    bool is_extra; /* the first file is of use without it */
};

enum { PT_FILES_MAX = 64 };

/* What became of a job.  {.arena = arena} is empty. */
struct pt_output {
    struct pt_arena *arena;
    struct pt_file *files[PT_FILES_MAX]; /* the first is the client's own */
    size_t file_count;
    size_t max; /* bytes of one file; 0: PT_BUF_MAX */
    struct pt_strings notes; /* what the files leave out, for the user */
    struct pt_buf nowhere;   /* what is written to a file there is no room
                                for */
};

struct pt_writer {
    const char *name;      /* "apple" */
    const char *client;    /* "Apple Mail" */
    const char *summary;   /* what the file is */
    const char *file;      /* the first one's name: %a stands for the address,
                              %d for its domain */
    const char *folder;    /* for its files, when those of other clients lie
                              there too; NULL: it needs none */
    const char *media_type; /* of the first file */
    bool binary;            /* so is it */
    bool takes_several;     /* accounts, in one set of files */
    bool can_be_signed;     /* the first file, by CMS */
    bool is_imported;       /* its program reads the file when a person has it
                               do so, and never again */
    bool keeps_names;       /* its files count by the names they have here */
    const char *import; /* how a person puts it in: lines parted by LF */

    /* PT_CANNOT_EXPRESS: these settings do not fit this format; PT_BAD_INPUT:
     * what the job brings cannot be read; PT_NO_MEMORY. */
    enum pt_status (*write)(const struct pt_job *job, struct pt_output *out,
                            struct pt_error *err);
};

extern const struct pt_writer *const pt_writers[]; /* NULL-ended */

/* NULL: no such writer. */
const struct pt_writer *pt_writer_named(const char *name);

/* The first file's name for these accounts, safe on every system, in the
 * arena. */
const char *pt_writer_file(const struct pt_writer *writer,
                           const struct pt_job *job);

/* Run the writer, and see whether all of it was written: PT_CANNOT_EXPRESS,
 * PT_BAD_INPUT, PT_NO_MEMORY.  The output must be freed whatever happened. */
enum pt_status pt_write(const struct pt_writer *writer,
                        const struct pt_job *job, struct pt_output *out,
                        struct pt_error *err);

void pt_output_free(struct pt_output *out);
/* PT_OUTPUT struct pt_output out = {.arena = arena}; */
#define PT_OUTPUT __attribute__((cleanup(pt_output_free)))

#endif
