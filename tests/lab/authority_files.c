/* authority_files.c - the authority as the server has it, for authority.sh.
 *
 *   authority_files open STATE NAME...             prints its fingerprint
 *   authority_files bridge STATE DIR NAME...       a certificate for a bridge
 *   authority_files profile STATE FILE NAME...     Apple's, of a bridge that is
 *                                                  reached by the first name
 *
 * Exits with the status. */
#include "base/file.h"
#include "serve/authority.h"
#include "tests/unit/sample.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct work {
    struct pt_arena *arena;
    struct pt_place place;
    struct pt_strings names;
    const char *to;
};

static enum pt_status open_it(struct work *work,
                              struct pt_authority *ret_authority,
                              struct pt_error *err)
{
    return pt_authority_open(work->arena, &work->place, &work->names,
                             (int64_t)time(NULL), ret_authority, err);
}

static enum pt_status print(struct work *work, struct pt_error *err)
{
    struct pt_authority authority = {0};
    enum pt_status status = open_it(work, &authority, err);

    if (status == PT_OK)
        puts(authority.fingerprint);
    pt_identity_free(&authority.leaf);
    return status;
}

static enum pt_status make_for_bridge(struct work *work, struct pt_error *err)
{
    return pt_authority_make_for_bridge(work->arena, &work->place, &work->names,
                                        work->to, (int64_t)time(NULL), err);
}

static enum pt_status put_profile(struct work *work, struct pt_slice root,
                                  struct pt_error *err)
{
    PT_OUTPUT struct pt_output made = {.arena = work->arena};
    struct sample sample;
    struct pt_job job;
    enum pt_status status;

    sample_begin(&sample, work->arena, "ann@proton.me");
    for (size_t i = 0; i < SAMPLE_MORE; i++) {
        sample.servers[i].host = work->names.at[0];
        sample.servers[i].certificate = NULL;
    }
    job = sample_job(&sample);
    job.root = root;
    status = pt_write(pt_writer_named("apple"), &job, &made, err);
    return status == PT_OK ? pt_file_write(work->to, made.files[0]->bytes.at,
                                           made.files[0]->bytes.len, err)
                           : status;
}

static enum pt_status write_profile(struct work *work, struct pt_error *err)
{
    struct pt_authority authority = {0};
    enum pt_status status = open_it(work, &authority, err);

    if (status == PT_OK)
        status = put_profile(work, authority.root_der, err);
    pt_identity_free(&authority.leaf);
    return status;
}

static const struct {
    const char *name;
    enum pt_status (*run)(struct work *work, struct pt_error *err);
    bool has_target;
} deeds[] = {
    {"open", print, false},
    {"bridge", make_for_bridge, true},
    {"profile", write_profile, true},
};

int main(int argc, char **argv)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct work work = {.arena = arena};
    struct pt_error err = {0};
    enum pt_status status = PT_BAD_INPUT;

    for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds) && argc > 1; i++) {
        int first = deeds[i].has_target ? 4 : 3;

        if (strcmp(deeds[i].name, argv[1]) != 0 || argc <= first)
            continue;
        work.place.state = argv[2];
        work.to = argv[3];
        for (int j = first; j < argc; j++)
            pt_strings_add(arena, &work.names, argv[j]);
        status = deeds[i].run(&work, &err);
    }
    if (status != PT_OK)
        fprintf(stderr, "%d: %s (%s)\n", (int)status, err.text, err.hint);
    return (int)status;
}
