/* fuzz_publish_list.c - any bytes as the list of what was published: whatever
 * is read stays below the folder, and is read again as it was.
 */
#include "base/public.h"
#include "serve/publish_list.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_again(struct pt_arena *arena,
                        const struct pt_publish_list *list)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_publish_list again;
    struct pt_error err = {0};

    pt_publish_list_put(list, &text);
    if (pt_publish_list_read(arena, pt_slice(pt_buf_text(&text), text.len),
                             &again, &err) != PT_OK ||
        again.count != list->count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_publish_list list;
    struct pt_error err = {0};

    if (!arena || pt_publish_list_read(arena,
                                       pt_slice((const char *)data, len),
                                       &list, &err) != PT_OK)
        return 0;
    for (size_t i = 0; i < list.count; i++)
        if (!pt_public_path_ok(list.at[i].path) ||
            !pt_publish_list_has(&list, list.at[i].path,
                                 list.at[i].sha256))
            abort();
    check_again(arena, &list);
    return 0;
}
