/* reader.h - kinds of settings files, each read into flat keys and values.
 *
 * A reader is pure: bytes in, pairs out.  It must cope with any bytes at all:
 * what it cannot make sense of is an error that names the line, never a crash.
 * Pairs are printable UTF-8, and those whose keys speak of secrets are never
 * kept.  Adding a reader: a function and a row in reader.c.
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

/* {"a": {"b": 1}} is a.b = 1; what is in an array is counted: a.0, a.1. */
enum pt_status pt_read_json(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err);
/* The keys of the object itself, each with an empty value: for files whose
 * values are nobody's business. */
enum pt_status pt_read_json_keys(struct pt_arena *arena,
                                 struct pt_slice bytes,
                                 struct pt_pairs *pairs,
                                 struct pt_error *err);
/* As java.util.Properties.load() reads them, in UTF-8 or ISO-8859-1. */
enum pt_status pt_read_properties(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err);
/* As Python's configparser reads it: keys in lower case, "section.key"; each
 * section also is a key of its own, "[section]", with an empty value. */
enum pt_status pt_read_ini(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_pairs *pairs, struct pt_error *err);
/* The part of TOML that settings files use; sections as above.  Arrays, inline
 * tables and texts of several lines are passed over. */
enum pt_status pt_read_toml(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err);
/* -key value, -key=value, --key value, --key=value, -flag (value "true").
 * Every argument without a dash also is an "arg": it may be the operand after
 * a flag as well as the value of an option. */
enum pt_status pt_read_argv(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err);
/* imap.port, imap.ssl, smtp.port, smtp.ssl as last started or set,
 * imap.failed and smtp.failed ("true") when that failed, version. */
enum pt_status pt_read_proton_log(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err);
/* imapPort, smtpPort, useSSLForImap, useSSLForSmtp. */
enum pt_status pt_read_proton_grpc(struct pt_arena *arena,
                                   struct pt_slice bytes,
                                   struct pt_pairs *pairs,
                                   struct pt_error *err);
/* version. */
enum pt_status pt_read_proton_focus(struct pt_arena *arena,
                                    struct pt_slice bytes,
                                    struct pt_pairs *pairs,
                                    struct pt_error *err);

/* ---- what the readers share ---- */

enum {
    PT_READ_MAX = 256 * 1024, /* bytes of one file */
    PT_KEY_MAX = 256,
    PT_VALUE_MAX = 4096,
    PT_NESTING_MAX = 16,
};

/* Is it text, and of most bytes at most?  what: "a properties file".
 * PT_BAD_INPUT. */
enum pt_status pt_reader_check(struct pt_slice bytes, size_t most,
                               const char *what, struct pt_error *err);

/* Add SECTION.KEY = VALUE, unless it is secret, not printable, too long or
 * one too many: then it is passed over.  section "": none.  False: no
 * memory. */
bool pt_reader_keep(struct pt_arena *arena, struct pt_pairs *pairs,
                    const char *section, struct pt_slice key,
                    struct pt_slice value);

/* Add a key with an empty value: it has nothing to hide. */
bool pt_reader_keep_key(struct pt_arena *arena, struct pt_pairs *pairs,
                        struct pt_slice key);

#endif
