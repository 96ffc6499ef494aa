#include "cli/remembered.h"

#include "base/file.h"
#include "writer/writers.h"

#include <string.h>

static bool add_option(struct pt_arena *arena, const struct pt_said *said,
                       struct pt_strings *words)
{
    const char *value = said->value;
    const char *name = pt_arena_printf(arena, "--%s", said->row->name);

    if (value && said->row->is & PT_IS_PATH && !strstr(value, "://"))
        value = pt_path_real(arena, value);
    if (!name || (said->value && !value))
        return false;
    return pt_strings_add(arena, words, name) &&
           (!value || pt_strings_add(arena, words, value));
}

/* Written alone, a client refuses the options that are for others. */
static bool is_for(const struct pt_option *row, const struct pt_writer *writer)
{
    if (pt_is(row->name, "sign") || pt_is(row->name, "key") ||
        pt_is(row->name, "chain"))
        return writer && writer->can_be_signed;
    return !pt_is(row->name, "registry") || writer == &pt_writer_outlook_reg;
}

bool pt_remember_options(struct pt_arena *arena,
                         const struct pt_options *options,
                         const struct pt_writer *writer,
                         struct pt_strings *words)
{
    for (size_t i = 0; i < options->said_count; i++) {
        const struct pt_option *row = options->said[i].row;

        if (row && row->is & PT_LASTS && is_for(row, writer) &&
            !add_option(arena, &options->said[i], words))
            return false;
    }
    return true;
}

enum pt_status pt_remembered_call(const struct pt_call *call,
                                  const struct pt_strings *words,
                                  struct pt_call *ret_call,
                                  struct pt_error *err)
{
    struct pt_arena *arena = call->arena;
    char **argv = pt_arena_alloc(arena, (words->count + 2) * sizeof(*argv));

    if (!argv)
        return pt_fail_memory(err);
    argv[0] = pt_arena_strdup(arena, "portolan");
    for (size_t i = 0; i < words->count; i++)
        argv[i + 1] = pt_arena_strdup(arena, words->at[i]);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_call = *call;
    ret_call->recording = NULL;
    return pt_options_parse(arena, (int)words->count + 1, argv,
                            &ret_call->options, err);
}
