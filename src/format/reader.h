/* reader.h - kinds of settings files, each read into flat keys and values.
 *
 * A reader is pure: bytes in, pairs out.  It must cope with any bytes at all:
 * what it cannot make sense of is an error that names the line, never a crash.
 * Keys that look like secrets never become pairs.  Adding a reader: a function
 * and a row.
 */
#ifndef PT_FORMAT_READER_H
#define PT_FORMAT_READER_H

#include "base/error.h"
#include "model/bridge.h"

enum pt_reader_input {
    PT_READS_FILE, /* the bytes of a file */
    PT_READS_ARGV, /* a process's arguments, parted by tabs */
    PT_READS_LOG,  /* lines of a log, as PT_ASK_LOG answers */
    PT_READS_GRPC, /* the reply to MailServerSettings; the file named by the
                      place holds the gRPC endpoint */
    PT_READS_FOCUS, /* the reply to Version; likewise */
};

struct pt_reader {
    const char *name; /* "properties" */
    enum pt_reader_input input;
    enum pt_learned learned;
    /* PT_BAD_INPUT with a sentence; PT_NO_MEMORY.  *pairs is added to. */
    enum pt_status (*read)(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_pairs *pairs, struct pt_error *err);
};

/* NULL: no such reader. */
const struct pt_reader *pt_reader_named(const char *name);

/* Add one pair, unless it is a secret, too long, or one too many: then it is
 * passed over.  Key and value need not end in NUL.  False: no memory. */
bool pt_reader_keep(struct pt_arena *arena, struct pt_pairs *pairs,
                    const char *section, struct pt_slice key,
                    struct pt_slice value);

enum pt_status pt_read_json(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err);
enum pt_status pt_read_properties(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err);
enum pt_status pt_read_ini(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_pairs *pairs, struct pt_error *err);
enum pt_status pt_read_toml(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err);
enum pt_status pt_read_argv(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err);
enum pt_status pt_read_proton_log(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err);
enum pt_status pt_read_proton_grpc(struct pt_arena *arena,
                                   struct pt_slice bytes,
                                   struct pt_pairs *pairs,
                                   struct pt_error *err);
enum pt_status pt_read_proton_focus(struct pt_arena *arena,
                                    struct pt_slice bytes,
                                    struct pt_pairs *pairs,
                                    struct pt_error *err);

#endif
