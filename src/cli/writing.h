/* writing.h - one run of `portolan write`, as its parts share it. */
#ifndef PT_CLI_WRITING_H
#define PT_CLI_WRITING_H

#include "cli/command.h"
#include "writer/writer.h"

enum pt_placed {
    PT_NOT_PLACED,
    PT_PLACED_NEW,
    PT_PLACED_CHANGED, /* another text was there */
    PT_PLACED_CURRENT, /* this very text was there */
};

/* One file's place on the disk. */
struct pt_place_of_file {
    const char *path; /* as the user would name it */
    const char *real; /* absolute */
    enum pt_placed outcome;
    const char *kept; /* where what was there is kept; NULL: it was ours */
    const char *diff; /* of a text, when nothing is written; or NULL */
};

/* One run of one writer. */
struct pt_sheet {
    const struct pt_writer *writer;
    const struct pt_settings *accounts;
    size_t count;
    struct pt_output made;
    const char *left_out; /* why the format cannot have it; NULL: it can */
    const char *dir;      /* for its files; NULL: it has one file, or none of
                             them goes to the disk */
    struct pt_place_of_file *places; /* of made.files; NULL: they go nowhere */
    bool is_placed;
};

struct pt_writing {
    const struct pt_call *call;
    const struct pt_writer **writers;
    size_t writer_count;
    struct pt_strings addresses; /* as typed */
    struct pt_settings *accounts;
    size_t account_count;
    struct pt_sheet *sheets;
    size_t sheet_count;
    bool all;           /* 'all' was asked for: leave out what does not fit */
    const char *output; /* NULL: standard output */
    bool to_dir;        /* output is a folder */
    struct pt_buf registry;
    struct pt_sheet index; /* of what is for what, with 'all'; no writer */
    const char *unkept; /* why the writing will not be remembered; or NULL */
};

#endif
