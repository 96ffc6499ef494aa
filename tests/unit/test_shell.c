#include "format/shell.h"
#include "tests/tap.h"

#include <stdlib.h>

static const struct {
    const char *what;
    const char *text;
    const char *word;
} words[] = {
    {"plain text stands as it is", "ann@example.org", "ann@example.org"},
    {"an empty text is a word, too", "", "''"},
    {"blanks do not part it", "a b", "'a b'"},
    {"a quote does not end it", "it's", "'it'\"'\"'s'"},
    {"nothing in it is run", "$(id) `id` $HOME;id", "'$(id) `id` $HOME;id'"},
    {"a backslash is one", "C\\a", "'C\\a'"},
    {"no home is put in", "~root", "'~root'"},
    {"nor files", "*?[a]", "'*?[a]'"},
    {"a line's end is one", "a\nb", "'a\nb'"},
};

/* What a real shell makes of it. */
static const char *echoed(const char *word, char *out, size_t size)
{
    PT_BUF struct pt_buf command = {0};
    FILE *shell;
    size_t len;

    pt_buf_printf(&command, "printf %%s %s", word);
    shell = popen(pt_buf_text(&command), "r");
    if (!shell)
        return NULL;
    len = fread(out, 1, size - 1, shell);
    out[len] = '\0';
    return pclose(shell) == 0 ? out : NULL;
}

int main(void)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        PT_BUF struct pt_buf out = {0};
        char got[256];

        pt_shell_word(&out, words[i].text);
        IS(pt_buf_text(&out), words[i].word, words[i].what);
        IS(echoed(pt_buf_text(&out), got, sizeof(got)), words[i].text,
           "and the shell reads it so");
    }
    return tap_done();
}
