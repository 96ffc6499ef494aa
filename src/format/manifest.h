/* manifest.h - what portolan has written on this machine, as JSON.
 *
 *   {"portolan": 1, "written": [{"client": "apple",
 *     "addresses": ["ann@proton.me"], "options": ["--name", "Ann Example"],
 *     "files": [{"path": "/home/ann/ann.mobileconfig", "sha256": "8eb6..."}]}],
 *    "set_up": [{"client": "thunderbird",
 *     "where": "/home/ann/.thunderbird/x.default", "address": "ann@proton.me",
 *     "options": []}]}
 *
 * Its options are those of the command line that still matter to whoever
 * writes the same again; paths are absolute.  No secret is in it.
 */
#ifndef PT_FORMAT_MANIFEST_H
#define PT_FORMAT_MANIFEST_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

enum {
    PT_WRITTEN_MAX = 4096, /* entries */
    PT_MANIFEST_MAX = 16 * 1024 * 1024, /* bytes */
    PT_SHA256_CHARS = 65,
};

struct pt_written_file {
    const char *path;
    const char *sha256; /* of its bytes as we left them, lower-case hex */
};

/* The files of one client, written at once. */
struct pt_written {
    const char *client; /* a writer's name; "index": of what is for what */
    struct pt_strings addresses;
    struct pt_strings options;
    struct pt_written_file *files; /* one at least */
    size_t file_count;
};

/* An account that was added to a client. */
struct pt_set_up {
    const char *client; /* a row's name */
    const char *where;  /* as the client's set-up is known */
    const char *address;
    struct pt_strings options;
};

struct pt_manifest {
    struct pt_written *written;
    size_t count;
    struct pt_set_up *set_up;
    size_t set_up_count;
};

/* PT_BAD_INPUT: it is not a manifest, or a newer one than we know;
 * PT_NO_MEMORY. */
enum pt_status pt_manifest_read(struct pt_arena *arena, struct pt_slice json,
                                struct pt_manifest *ret_manifest,
                                struct pt_error *err);

/* PT_NO_MEMORY. */
enum pt_status pt_manifest_write(const struct pt_manifest *manifest,
                                 struct pt_buf *out, struct pt_error *err);

/* What the files of an earlier writing were is forgotten, as far as these take
 * their place; the oldest entry makes room when there are too many.
 * PT_BAD_INPUT: a path that JSON cannot hold; PT_NO_MEMORY. */
enum pt_status pt_manifest_add(struct pt_arena *arena,
                               struct pt_manifest *manifest,
                               const struct pt_written *written,
                               struct pt_error *err);

/* The same of an account; an earlier entry of it is forgotten. */
enum pt_status pt_manifest_add_set_up(struct pt_arena *arena,
                                      struct pt_manifest *manifest,
                                      const struct pt_set_up *set_up,
                                      struct pt_error *err);

/* How we left this file; NULL: we did not write it. */
const char *pt_manifest_digest(const struct pt_manifest *manifest,
                               const char *path);

/* SHA-256 in lower-case hex.  False: no memory. */
bool pt_sha256(struct pt_slice bytes, char out[PT_SHA256_CHARS]);

#endif
