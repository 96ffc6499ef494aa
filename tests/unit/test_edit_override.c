#include "format/edit_override.h"
#include "tests/tap.h"

#define OID "OID.2.16.840.1.101.3.4.2.1"
#define EIGHT(x) x ":" x ":" x ":" x ":" x ":" x ":" x ":" x
#define PRINT(x) EIGHT(x) ":" EIGHT(x) ":" EIGHT(x) ":" EIGHT(x)
#define LINE(place, x) place "\t" OID "\t" PRINT(x) "\t"
#define IMAP(x) LINE("127.0.0.1:1143:", x)
#define SMTP(x) LINE("127.0.0.1:1025:", x)

static const struct {
    const char *what;
    const char *line;
    const char *host;
    uint16_t port;
    bool is_taken;
} lines[] = {
    {"a line as Thunderbird writes it", IMAP("AB") "\n", "127.0.0.1", 1143,
     true},
    {"without its end", IMAP("AB"), "127.0.0.1", 1143, true},
    {"with CR LF", "# x\r\n" IMAP("AB") "\r\n", "127.0.0.1", 1143, true},
    {"with more behind it", IMAP("AB") "MU\tAAAA\n", "127.0.0.1", 1143, true},
    {"an IPv6 address", LINE("[::1]:1025:", "AB"), "::1", 1025, true},
    {"a name, in any case", LINE("LocalHost:1143:", "AB"), "localhost", 1143,
     true},
    {"another port", IMAP("AB"), "127.0.0.1", 1144, false},
    {"another host", IMAP("AB"), "localhost", 1143, false},
    {"no tab at the end", "127.0.0.1:1143:\t" OID "\t" PRINT("AB") "\n",
     "127.0.0.1", 1143, false},
    {"lower case", IMAP("ab"), "127.0.0.1", 1143, false},
    {"no colon behind the port", LINE("127.0.0.1:1143", "AB"), "127.0.0.1",
     1143, false},
    {"attributes behind the port", LINE("127.0.0.1:1143:^x=1", "AB"),
     "127.0.0.1", 1143, false},
    {"another digest", "127.0.0.1:1143:\tOID.1.3\t" PRINT("AB") "\t\n",
     "127.0.0.1", 1143, false},
    {"half a fingerprint", "127.0.0.1:1143:\t" OID "\tAB:AB\t\n", "127.0.0.1",
     1143, false},
    {"a fingerprint of another kind",
     "127.0.0.1:1143:\t" OID "\t" EIGHT("AB-AB-AB-AB") "\t\n", "127.0.0.1",
     1143, false},
    {"a comment", "#" IMAP("AB"), "#127.0.0.1", 1143, false},
    {"a bracket that stays open", LINE("[::1:1025:", "AB"), "::1", 1025,
     false},
    {"nothing", "", "127.0.0.1", 1143, false},
    {"empty lines", "\n\r\n\t\t\t\n:\t\t\t\n", "", 0, false},
};

static void test_lines(void)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        char got[PT_FINGERPRINT_CHARS] = "none";
        bool is_taken = pt_override_get(pt_slice_of(lines[i].line),
                                        lines[i].host, lines[i].port, got);

        OK(is_taken == lines[i].is_taken, lines[i].what);
        IS(got, lines[i].is_taken ? PRINT("AB") : "none",
           is_taken ? "its fingerprint" : "and no fingerprint");
    }
}

enum doing { PUT, MOVE, REMOVE };

/* 127.0.0.1:1143 is given CD, or moved to 1144, or taken out. */
static const struct {
    const char *what;
    enum doing doing;
    const char *before;
    const char *after;
} changes[] = {
    {"the first line of all", PUT, "", IMAP("CD") "\n"},
    {"a new line is the last", PUT, "# x\n" SMTP("AB") "\n",
     "# x\n" SMTP("AB") "\n" IMAP("CD") "\n"},
    {"it ends as the others do", PUT, "# x\r\n" SMTP("AB"),
     "# x\r\n" SMTP("AB") "\r\n" IMAP("CD") "\r\n"},
    {"the fingerprint of a line that is there", PUT,
     "# x\n" IMAP("AB") "MU\tx\r\n" SMTP("AB"),
     "# x\n" IMAP("CD") "MU\tx\r\n" SMTP("AB")},
    {"of several the last, which counts", PUT,
     IMAP("AB") "\n" IMAP("AB") "\n" SMTP("AB"),
     IMAP("AB") "\n" IMAP("CD") "\n" SMTP("AB")},
    {"nothing, when it is so already", PUT, IMAP("AB") "\n" IMAP("CD"),
     IMAP("AB") "\n" IMAP("CD")},
    {"a line that does not count stays", PUT, IMAP("ab") "\n",
     IMAP("ab") "\n" IMAP("CD") "\n"},
    {"a line is moved where it is", MOVE, IMAP("AB") "MU\r\n" SMTP("AB"),
     LINE("127.0.0.1:1144:", "AB") "MU\r\n" SMTP("AB")},
    {"but not onto another", MOVE,
     IMAP("AB") "\n" LINE("127.0.0.1:1144:", "CD"),
     IMAP("AB") "\n" LINE("127.0.0.1:1144:", "CD")},
    {"what is not there is not moved", MOVE, SMTP("AB"), SMTP("AB")},
    {"all lines of it are taken out", REMOVE,
     "#\n" IMAP("AB") "\n" SMTP("AB") "\r\n" IMAP("CD"),
     "#\n" SMTP("AB") "\r\n"},
    {"what is not there is not taken out", REMOVE, IMAP("ab") SMTP("AB"),
     IMAP("ab") SMTP("AB")},
    {"nothing of nothing", REMOVE, "", ""},
};

static void test_changes(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        PT_BUF struct pt_buf bytes = {0};

        pt_buf_puts(&bytes, changes[i].before);
        if (changes[i].doing == PUT)
            pt_override_put(&bytes, "127.0.0.1", 1143, PRINT("CD"));
        else if (changes[i].doing == MOVE)
            pt_override_move(&bytes, "127.0.0.1", 1143, 1144);
        else
            pt_override_remove(&bytes, "127.0.0.1", 1143);
        IS(pt_buf_text(&bytes), changes[i].after, changes[i].what);
    }
}

static void test_ipv6(void)
{
    PT_BUF struct pt_buf bytes = {0};

    pt_override_put(&bytes, "::1", 1025, PRINT("CD"));
    IS(pt_buf_text(&bytes), LINE("[::1]:1025:", "CD") "\n",
       "an IPv6 address stands in brackets");
}

int main(void)
{
    test_lines();
    test_changes();
    test_ipv6();
    return tap_done();
}
