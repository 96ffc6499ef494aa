#include "client/thunderbird.h"

bool pt_tb_put_number(struct pt_install *install, struct pt_tb_view *view,
                      size_t file, const char *name, int32_t number)
{
    struct pt_pref_line *line = pt_prefs_find(&view->lines, file, name);

    if (line && (line->kind != PT_PREF_NUMBER || line->number != number))
        pt_prefs_put(&view->lines, line, number,
                     pt_client_file_edit(&install->files[file]));
    return line;
}

void pt_tb_add_number(struct pt_install *install, struct pt_tb_view *view,
                      const char *branch, const char *name, int32_t number)
{
    for (size_t i = PT_TB_PREFS; i <= PT_TB_USER; i++) {
        const struct pt_pref_line *like =
            pt_tb_find(view, i, branch, "hostname");

        if (!like)
            continue;
        pt_prefs_add(&view->lines, like, name, number,
                     pt_client_file_edit(&install->files[i]));
        return;
    }
}

bool pt_tb_have_failed(const struct pt_install *install)
{
    for (size_t i = 0; i < install->file_count; i++)
        if (pt_buf_failed(&install->files[i].after))
            return true;
    return false;
}
