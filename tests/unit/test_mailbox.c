#include "format/mailbox.h"
#include "tests/tap.h"
#include "tests/unit/read_mailbox.h"

#define ADDRESS "ann@example.org"

static const struct {
    const char *what;
    const char *name;
    const char *text;
} names[] = {
    {"a name is quoted", "Ann Example", "\"Ann Example\" <" ADDRESS ">"},
    {"without a name the address is alone", "", ADDRESS},
    {"quotes and backslashes are escaped", "Ann \"Q\" \\",
     "\"Ann \\\"Q\\\" \\\\\" <" ADDRESS ">"},
    {"marks of the grammar mean nothing", "a, b; <c@d> (e)",
     "\"a, b; <c@d> (e)\" <" ADDRESS ">"},
    {"what is not ASCII is encoded", "\xC3\x84nn",
     "=?UTF-8?B?w4Rubg==?= <" ADDRESS ">"},
    {"so are control characters", "a\r\nBcc: b",
     "=?UTF-8?B?YQ0KQmNjOiBi?= <" ADDRESS ">"},
    {"what looks encoded stays what it is", "=?UTF-8?Q?x?=",
     "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?= <" ADDRESS ">"},
    {"a long name is several words, and no character is cut in two",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xF0\x9F\x99\x82 b",
     "=?UTF-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==?="
     " =?UTF-8?B?8J+ZgiBi?= <" ADDRESS ">"},
};

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf other = {0};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        PT_BUF struct pt_buf out = {0};

        pt_mailbox_add(&out, names[i].name, ADDRESS);
        IS(pt_buf_text(&out), names[i].text, names[i].what);
        IS(read_mailbox(arena, pt_buf_text(&out), ADDRESS), names[i].name,
           pt_arena_printf(arena, "%s, and is read back", names[i].what));
    }
    pt_mailbox_add(&other, NULL, ADDRESS);
    pt_mailbox_add(&other, "caf\xE9", ADDRESS);
    IS(pt_buf_text(&other), ADDRESS "\"caf\xE9\" <" ADDRESS ">",
       "NULL is no name, and what is not UTF-8 is left to be refused");
    return tap_done();
}
