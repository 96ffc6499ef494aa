#include "writer/pins.h"

#include "format/pem.h"
#include "writer/writers.h"

#include <string.h>

static const struct pt_file *file_named(const struct pt_output *out,
                                        const char *name)
{
    for (size_t i = 0; i < out->file_count; i++)
        if (pt_is(out->files[i]->name, name))
            return out->files[i];
    return NULL;
}

/* "proton.pem"; of further certificates of that bridge "proton-2.pem". */
static const char *find_name(struct pt_output *out,
                             const struct pt_server *server,
                             const struct pt_buf *pem)
{
    const char *bridge = server->bridge ? server->bridge : "server";
    const char *name = pt_arena_printf(out->arena, "%s.pem", bridge);
    const struct pt_file *file = name ? file_named(out, name) : NULL;

    for (size_t nth = 2; file && strcmp(pt_buf_text(&file->bytes),
                                        pt_buf_text(pem)); nth++) {
        name = pt_arena_printf(out->arena, "%s-%zu.pem", bridge, nth);
        file = name ? file_named(out, name) : NULL;
    }
    if (name && !file)
        pt_buf_add(pt_output_beside(out, name), pem->at, pem->len);
    return name;
}

/* What one server has is not said twice. */
static void add_pem(struct pt_buf *pem, const struct pt_server *server,
                    const struct pt_server *before)
{
    const struct pt_certificate *first = before ? before->certificate : NULL;

    if (server && server->certificate &&
        !(first && pt_is(server->certificate->sha256, first->sha256)))
        pt_pem_add(pem, server->certificate);
}

const char *pt_pin_file(struct pt_output *out, const struct pt_job *job,
                        const struct pt_server *server,
                        const struct pt_server *other)
{
    PT_BUF struct pt_buf pem = {0};
    const char *name;

    add_pem(&pem, server, NULL);
    add_pem(&pem, other, server);
    if (pt_buf_failed(&pem))
        pt_arena_fail(out->arena);
    if (pt_buf_failed(&pem) || !pem.len)
        return NULL;
    name = find_name(out, server, &pem);
    return name && job->dir
               ? pt_arena_printf(out->arena, "%s/%s", job->dir, name)
               : name;
}
