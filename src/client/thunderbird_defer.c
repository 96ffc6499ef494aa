#include "client/thunderbird.h"

#include "format/edit_block.h"

/* Both are comments to Thunderbird. */
static const struct pt_block block = {
    .first = "// portolan: for the next start of Thunderbird; "
             "'portolan update' removes it then",
    .last = "// portolan: up to here",
};

void pt_tb_defer(struct pt_client_file *user, const char *name,
                 int32_t number)
{
    PT_BUF struct pt_buf line = {0};
    struct pt_buf *bytes = pt_client_file_edit(user);

    pt_buf_printf(&line, "user_pref(\"%s\", %d);", name, (int)number);
    bytes->oom = bytes->oom || pt_buf_failed(&line);
    pt_block_add(bytes, &block, pt_buf_text(&line));
}

bool pt_tb_has_deferred(const struct pt_client_file *user)
{
    struct pt_span inside;

    return pt_block_find(pt_text_now(user), &block, &inside);
}

/* A number that waits, or NULL. */
static const struct pt_pref_line *find_waiting(const struct pt_install *install,
                                               const struct pt_tb_view *view,
                                               const char *branch,
                                               const char *name)
{
    const struct pt_pref_line *line =
        pt_tb_find(view, PT_TB_USER, branch, name);
    struct pt_span inside;

    return line && line->kind == PT_PREF_NUMBER &&
                   pt_block_find(pt_text_now(&install->files[PT_TB_USER]),
                                 &block, &inside) &&
                   line->whole.at >= inside.at &&
                   line->whole.at < inside.at + inside.len
               ? line
               : NULL;
}

/* Thunderbird has it in prefs.js by now, or, should it not have been started
 * since, is given it there. */
static void take(struct pt_install *install, struct pt_tb_view *view,
                 const char *branch, const char *name)
{
    const struct pt_pref_line *found =
        find_waiting(install, view, branch, name);
    struct pt_pref_line line;

    if (!found)
        return;
    line = *found;
    if (!pt_tb_put_number(install, view, PT_TB_PREFS, line.name, line.number))
        pt_tb_add_number(install, view, branch, line.name, line.number);
}

enum pt_status pt_tb_tidy(struct pt_install *install, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_client_file *user = &install->files[PT_TB_USER];
    struct pt_tb_view view;

    if (!arena)
        return pt_fail_memory(err);
    if (!pt_tb_has_deferred(user))
        return PT_OK;
    view = pt_tb_view_of(arena, install);
    for (size_t i = 0; i < view.server_count; i++) {
        const struct pt_tb_server *server = &view.servers[i];

        take(install, &view, server->branch, "port");
        take(install, &view, server->branch, server->kind->security);
    }
    pt_block_remove(pt_client_file_edit(user), &block);
    return pt_arena_failed(arena) || pt_tb_have_failed(install)
               ? pt_fail_memory(err)
               : PT_OK;
}
