/* change_files.c - a run over several clients of two files each, as update
 * does it, for kill.sh to kill.
 *
 *   change_files update|undo|begin STATE DIR CLIENTS
 *
 * DIR/0/a and DIR/0/b are the files of the first client; where b is not there
 * yet, it is made as DIR/0/new/folder/b.  What says 1143 in them shall say
 * 1144.  Prints a word for each client that was changed; exits with the worst
 * status. */
#include "base/file.h"
#include "client/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell(enum pt_status status, const struct pt_error *err)
{
    if (status != PT_OK)
        fprintf(stderr, "%d: %s (%s)\n", (int)status, err->text, err->hint);
}

static void edit(const struct pt_buf *before, struct pt_buf *after)
{
    struct pt_slice rest = pt_slice(before->at, before->len);
    const char *port;

    while ((port = pt_slice_find(rest, "1143"))) {
        size_t len = (size_t)(port - rest.at);

        pt_buf_add(after, rest.at, len);
        pt_buf_puts(after, "1144");
        rest = pt_slice(port + 4, rest.len - len - 4);
    }
    pt_buf_add(after, rest.at, rest.len);
}

/* A file, as it is and as it shall be.  False: it shall stay. */
static bool wish(const char *path, struct pt_buf bufs[2],
                 struct pt_change *ret_change)
{
    enum pt_status status = pt_file_read(path, &bufs[0], NULL);

    edit(&bufs[0], &bufs[1]);
    if (status == PT_NOTHING)
        pt_buf_puts(&bufs[1], "made: 1144\n");
    *ret_change = (struct pt_change){.path = path,
                                     .before = &bufs[0],
                                     .is_new = status == PT_NOTHING,
                                     .after = &bufs[1]};
    return bufs[0].len != bufs[1].len ||
           memcmp(bufs[0].at, bufs[1].at, bufs[0].len) != 0;
}

static const char *path_of(struct pt_arena *arena, const char *where,
                           const char *name)
{
    const char *path = pt_arena_printf(arena, "%s/%s", where, name);

    return path && access(path, F_OK)
               ? pt_arena_printf(arena, "%s/new/folder/%s", where, name)
               : path;
}

static enum pt_status update_client(struct pt_arena *arena,
                                    struct pt_change_run *run,
                                    const char *where)
{
    struct pt_buf bufs[2][2] = {0};
    struct pt_change changes[2];
    struct pt_error err = {0};
    size_t count = 0;
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < 2; i++)
        count += wish(path_of(arena, where, i ? "b" : "a"), bufs[i],
                      &changes[count]);
    if (count)
        status = pt_change_files(run, "mutt", where, changes, count, &err);
    if (count && status == PT_OK)
        printf("%s\n", where);
    tell(status, &err);
    for (size_t i = 0; i < 4; i++)
        pt_buf_free(&bufs[i / 2][i % 2]);
    return status;
}

static enum pt_status update(struct pt_arena *arena, struct pt_change_run *run,
                             const char *dir, int clients)
{
    enum pt_status worst = PT_OK;

    for (int i = 0; i < clients; i++) {
        enum pt_status status =
            update_client(arena, run, pt_arena_printf(arena, "%s/%d", dir, i));

        if (status != PT_OK)
            worst = status;
    }
    return worst;
}

static enum pt_status undo(struct pt_change_run *run)
{
    struct pt_undone *undone;
    struct pt_error err = {0};
    size_t count = 0;
    enum pt_status status = pt_change_undo(run, false, &undone, &count, &err);

    tell(status, &err);
    for (size_t i = 0; i < count; i++)
        printf("%s%s\n", undone[i].where, undone[i].diff ? " left" : "");
    return status;
}

int main(int argc, char **argv)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_place place = {.state = argc > 4 ? argv[2] : NULL};
    struct pt_change_run *run = NULL;
    struct pt_error err = {0};
    enum pt_status status;

    if (argc < 5 || !arena)
        return PT_BAD_INPUT;
    status = pt_change_begin(arena, &place, &run, &err);
    tell(status, &err);
    if (run && pt_is(argv[1], "update"))
        status = update(arena, run, argv[3], atoi(argv[4]));
    if (run && pt_is(argv[1], "undo"))
        status = undo(run);
    pt_change_end(run);
    return (int)status;
}
