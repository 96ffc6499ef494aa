/* test_user_unit.c - words as systemd takes them. */
#include "cli/user_unit.h"
#include "model/settings.h"
#include "tests/tap.h"

static const char template[] = "[Service]\nExecStart=@exec@\n@environment@\n"
                               "Restart=on-failure\n";

static enum pt_status fill(struct pt_arena *arena, const char *const *words,
                           const char *variable, struct pt_buf *out)
{
    struct pt_strings list = {0};
    struct pt_strings environment = {0};
    struct pt_error err;

    pt_buf_clear(out);
    for (size_t i = 0; words[i]; i++)
        pt_strings_add(arena, &list, words[i]);
    if (variable)
        pt_strings_add(arena, &environment, variable);
    return pt_user_unit_fill(pt_slice_of(template), &list, &environment, out,
                             &err);
}

int main(void)
{
    static const char *const plain[] = {"/usr/bin/portolan", "watch", NULL};
    static const char *const odd[] = {"/home/a b/p$%", "watch", "--name",
                                      "\"A\\n$n\" 5%", "", NULL};
    static const char *const evil[] = {"/bin/x", "a\nExecStartPre=/bin/y",
                                       NULL};
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};

    OK(fill(arena, plain, NULL, &out) == PT_OK, "a template is filled");
    IS(pt_buf_text(&out),
       "[Service]\nExecStart=/usr/bin/portolan watch\nRestart=on-failure\n",
       "plain words stand as they are, and no variables leave no line");
    OK(fill(arena, odd, "XDG_DATA_HOME=/a b/$x%", &out) == PT_OK,
       "any words fit");
    IS(pt_buf_text(&out),
       "[Service]\nExecStart=\"/home/a b/p$%%\" watch --name "
       "\"\\\"A\\\\n$$n\\\" 5%%\" \"\"\n"
       "Environment=\"XDG_DATA_HOME=/a b/$x%%\"\nRestart=on-failure\n",
       "quotes, backslashes, percents and dollars are themselves again");
    OK(fill(arena, evil, NULL, &out) == PT_CANNOT_EXPRESS,
       "a line feed does not get in");
    OK(fill(arena, plain, "A=\xff", &out) == PT_CANNOT_EXPRESS,
       "nor does what is not UTF-8");
    return tap_done();
}
