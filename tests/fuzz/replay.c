/* replay.c - a fuzz target without a fuzzer: gives it every seed there is.
 *
 * The arguments are files and directories; without any, the program called
 * fuzz_NAME takes the seeds of tests/fuzz/corpus/NAME. */
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "tests/tap.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { PATH_SIZE = 4096 };

static const char *last_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void replay_file(const char *path)
{
    PT_BUF struct pt_buf seed = {0};
    struct pt_error err;
    char what[PATH_SIZE];
    bool survived = false;

    snprintf(what, sizeof(what), "%s does no harm", last_of(path));
    if (pt_file_read(path, &seed, &err) == PT_OK)
        survived = !LLVMFuzzerTestOneInput((const uint8_t *)pt_buf_text(&seed),
                                           seed.len);
    else
        printf("# %s\n", err.text);
    OK(survived, what);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of names, so that two runs print the same. */
static void replay(const char *path)
{
    struct dirent **entries;
    char inside[PATH_SIZE];
    int count = scandir(path, &entries, is_visible, alphasort);

    if (count < 0) {
        replay_file(path);
        return;
    }
    for (int i = 0; i < count; i++) {
        snprintf(inside, sizeof(inside), "%s/%s", path, entries[i]->d_name);
        replay_file(inside);
        free(entries[i]);
    }
    free(entries);
}

static void replay_own_corpus(const char *program)
{
    const char *top = getenv("top_srcdir");
    const char *name = last_of(program);
    char corpus[PATH_SIZE];

    if (pt_has_prefix(name, "fuzz_"))
        name += strlen("fuzz_");
    snprintf(corpus, sizeof(corpus), "%s/tests/fuzz/corpus/%s", top ? top : ".",
             name);
    replay(corpus);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        replay_own_corpus(argv[0]);
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    OK(tap_count > 0, "there were seeds");
    return tap_done();
}
