/* test_dns_wire.c - DNS messages as they came, good and hostile. */
#include "net/dns_wire.h"
#include "tests/tap.h"
#include "tests/unit/dns_message.h"

#define SENSELESS "the name server's answer makes no sense"

static void fill_a(struct message *m)
{
    add_a(m, NULL, "192.0.2.1");
    add_a(m, NULL, "192.0.2.2");
}

static void fill_aaaa(struct message *m)
{
    add_aaaa(m, NULL, "2001:db8::1");
}

static void fill_mx(struct message *m)
{
    add_mx(m, NULL, 20, "mx2.Example.ORG");
    add_mx(m, "EXAMPLE.org", 10, "mx1.example.org");
}

static void fill_compressed(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_MX);

    put_short(m, 10);
    put_byte(m, 4);
    put_bytes(m, "mail", 4);
    put_short(m, 0xC00C);
    end_record(m, at);
}

static void fill_null_mx(struct message *m)
{
    add_mx(m, NULL, 0, "");
}

static void fill_srv(struct message *m)
{
    add_srv(m, 0, 5, 993, "imap.example.net");
    add_srv(m, 10, 0, 0, "");
}

static void fill_txt(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_TXT);

    put_string(m, "v=UAAC1; ");
    put_string(m, "a=\"\\\n\xC3\xA9\"");
    put_string(m, "end ");
    end_record(m, at);
}

static void fill_empty_txt(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_TXT);

    put_byte(m, 0);
    end_record(m, at);
}

static void fill_nothing(struct message *m)
{
    (void)m;
}

static void fill_others(struct message *m)
{
    add_mx(m, "example.net", 10, "mx.example.net");
    add_a(m, NULL, "192.0.2.1");
}

static void fill_other_class(struct message *m)
{
    add_mx(m, NULL, 10, "mx.example.org");
    m->at[34] = 3; /* after the question, the owner and the type */
}

static void fill_aliases(struct message *m)
{
    add_alias(m, NULL, "one.example.net");
    add_alias(m, "one.example.net", "two.example.net");
    add_mx(m, "two.example.net", 10, "mx.example.net");
    add_mx(m, NULL, 5, "not.example.net");
}

static void fill_backwards(struct message *m)
{
    add_mx(m, "two.example.net", 10, "mx.example.net");
    add_alias(m, "one.example.net", "two.example.net");
    add_alias(m, NULL, "one.example.net");
}

static void fill_circle(struct message *m)
{
    add_alias(m, NULL, "one.example.net");
    add_alias(m, "one.example.net", "example.org");
}

static void fill_alias_only(struct message *m)
{
    add_alias(m, NULL, "one.example.net");
}

static void fill_hostile_alias(struct message *m)
{
    add_alias(m, NULL, "a\nmx 1 evil.example");
    add_mx(m, "a\nmx 1 evil.example", 10, "mx.example.net");
}

/* Only the third is a host. */
static void fill_hostile_mx(struct message *m)
{
    add_mx(m, NULL, 1, "a\nmx 1 evil.example");
    add_mx(m, NULL, 2, "mx example.org");
    add_mx(m, NULL, 3, "mx.example.org");
    add_mx(m, NULL, 4, "127.0.0.1");
    add_mx(m, NULL, 5, "127.1");
    add_mx(m, NULL, 6, "m\xC3\xBCx.example.org");
    add_mx(m, NULL, 7, "-mx.example.org");
}

static void fill_no_good(struct message *m)
{
    add_mx(m, NULL, 1, "a\nmx 1 evil.example");
}

/* "evil" and "example.org" as two labels would be another name. */
static void fill_dot_in_label(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_MX);

    put_short(m, 10);
    put_byte(m, 8);
    put_bytes(m, "evil.net", 8);
    put_short(m, 0xC00C);
    end_record(m, at);
    add_mx(m, NULL, 20, "mx.example.org");
}

static void fill_left_over(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_A);

    put_bytes(m, "12345", 5);
    end_record(m, at);
}

static void fill_cut(struct message *m)
{
    add_mx(m, NULL, 10, "mx.example.org");
    m->len -= 3;
}

static void fill_too_few(struct message *m)
{
    add_mx(m, NULL, 10, "mx.example.org");
    m->at[7] = 2;
}

static void fill_pointer_to_itself(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_MX);

    put_short(m, 10);
    put_short(m, (unsigned)(0xC000 | m->len));
    end_record(m, at);
}

static void fill_pointer_ahead(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_MX);

    put_short(m, 10);
    put_short(m, (unsigned)(0xC000 | (m->len + 2)));
    put_byte(m, 0);
    end_record(m, at);
}

/* As a pointer it would be a good one. */
static void fill_odd_label(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_MX);

    put_short(m, 10);
    put_byte(m, 0x40);
    put_byte(m, 0x0C);
    end_record(m, at);
}

/* Three labels of 63 bytes and one of `last`. */
static void add_long_mx(struct message *m, unsigned last)
{
    char label[64];
    size_t at = begin_record(m, NULL, DNS_MX);

    memset(label, 'a', 63);
    put_short(m, 10);
    for (int i = 0; i < 4; i++) {
        unsigned len = i < 3 ? 63 : last;

        put_byte(m, len);
        put_bytes(m, label, len);
    }
    put_byte(m, 0);
    end_record(m, at);
}

static void fill_long_name(struct message *m)
{
    add_long_mx(m, 62);
}

static void fill_bad_alias(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_CNAME);

    put_byte(m, 9);
    end_record(m, at);
}

static void fill_bad_txt(struct message *m)
{
    size_t at = begin_record(m, NULL, DNS_TXT);

    put_byte(m, 9);
    put_byte(m, 'a');
    end_record(m, at);
}

static const struct {
    const char *name;
    void (*fill)(struct message *m);
    enum pt_record record;
    unsigned flags; /* beside DNS_ANSWER */
    enum pt_answer_status status;
    const char *want; /* the text, or why */
} rows[] = {
    {"addresses come one a line", fill_a, PT_RECORD_A, 0, PT_ANSWER_OK,
     "a 192.0.2.1\na 192.0.2.2\n"},
    {"so do those of IPv6", fill_aaaa, PT_RECORD_AAAA, 0, PT_ANSWER_OK,
     "aaaa 2001:db8::1\n"},
    {"names are made lower case, and compared without it", fill_mx,
     PT_RECORD_MX, 0, PT_ANSWER_OK,
     "mx 20 mx2.example.org\nmx 10 mx1.example.org\n"},
    {"a name may end in a pointer", fill_compressed, PT_RECORD_MX, 0,
     PT_ANSWER_OK, "mx 10 mail.example.org\n"},
    {"the root is a dot", fill_null_mx, PT_RECORD_MX, 0, PT_ANSWER_OK,
     "mx 0 .\n"},
    {"SRV has priority, weight, port and target", fill_srv, PT_RECORD_SRV, 0,
     PT_ANSWER_OK, "srv 0 5 993 imap.example.net\nsrv 10 0 0 .\n"},
    {"the strings of TXT are joined, what is not plain is escaped", fill_txt,
     PT_RECORD_TXT, 0, PT_ANSWER_OK,
     "txt v=UAAC1;\\032a=\"\\092\\010\\195\\169\"end\\032\n"},
    {"TXT may be empty", fill_empty_txt, PT_RECORD_TXT, 0, PT_ANSWER_OK,
     "txt \n"},
    {"no record is absent", fill_nothing, PT_RECORD_MX, 0, PT_ANSWER_ABSENT,
     ""},
    {"no such name is absent", fill_nothing, PT_RECORD_MX, 3, PT_ANSWER_ABSENT,
     ""},
    {"an alias that leads to no name is absent", fill_alias_only, PT_RECORD_MX,
     3, PT_ANSWER_ABSENT, ""},
    {"records of other names and types are passed over", fill_others,
     PT_RECORD_MX, 0, PT_ANSWER_ABSENT, ""},
    {"so are those of another class", fill_other_class, PT_RECORD_MX, 0,
     PT_ANSWER_ABSENT, ""},
    {"aliases are followed, and the last one is named", fill_aliases,
     PT_RECORD_MX, 0, PT_ANSWER_OK,
     "alias two.example.net\nmx 10 mx.example.net\n"},
    {"in whatever order they come", fill_backwards, PT_RECORD_MX, 0,
     PT_ANSWER_OK, "alias two.example.net\nmx 10 mx.example.net\n"},
    {"a circle of aliases is left", fill_circle, PT_RECORD_MX, 0,
     PT_ANSWER_FAILED, "its aliases have no end"},
    {"an alias alone is no record", fill_alias_only, PT_RECORD_MX, 0,
     PT_ANSWER_ABSENT, ""},
    {"a line feed in an alias forges no line", fill_hostile_alias,
     PT_RECORD_MX, 0, PT_ANSWER_OK, "mx 10 mx.example.net\n"},
    {"what is no host is dropped, alone", fill_hostile_mx, PT_RECORD_MX, 0,
     PT_ANSWER_OK, "mx 3 mx.example.org\n"},
    {"a dot inside of a label makes no other name", fill_dot_in_label,
     PT_RECORD_MX, 0, PT_ANSWER_OK, "mx 20 mx.example.org\n"},
    {"records of which none is of use are no firm no", fill_no_good,
     PT_RECORD_MX, 0, PT_ANSWER_FAILED, "its records make no sense"},
    {"an address of five bytes is none", fill_left_over, PT_RECORD_A, 0,
     PT_ANSWER_FAILED, "its records make no sense"},
    {"SERVFAIL is a failure", fill_nothing, PT_RECORD_MX, 2, PT_ANSWER_FAILED,
     "SERVFAIL: the name server could not find out"},
    {"REFUSED is a failure", fill_nothing, PT_RECORD_MX, 5, PT_ANSWER_FAILED,
     "REFUSED: the name server does not answer us"},
    {"so is any other code", fill_nothing, PT_RECORD_MX, 4, PT_ANSWER_FAILED,
     "the name server answered with error 4"},
    {"a message that says it is cut is not read", fill_mx, PT_RECORD_MX,
     DNS_TC, PT_ANSWER_FAILED, SENSELESS},
    {"one that is cut neither", fill_cut, PT_RECORD_MX, 0, PT_ANSWER_FAILED,
     SENSELESS},
    {"nor one with fewer records than it says", fill_too_few, PT_RECORD_MX, 0,
     PT_ANSWER_FAILED, SENSELESS},
    {"a pointer to itself leads nowhere", fill_pointer_to_itself, PT_RECORD_MX,
     0, PT_ANSWER_FAILED, SENSELESS},
    {"a pointer leads back only", fill_pointer_ahead, PT_RECORD_MX, 0,
     PT_ANSWER_FAILED, SENSELESS},
    {"there are no labels of other kinds", fill_odd_label, PT_RECORD_MX, 0,
     PT_ANSWER_FAILED, SENSELESS},
    {"a name ends after 255 bytes", fill_long_name, PT_RECORD_MX, 0,
     PT_ANSWER_FAILED, SENSELESS},
    {"an alias that is cut leads nowhere", fill_bad_alias, PT_RECORD_MX, 0,
     PT_ANSWER_FAILED, SENSELESS},
    {"a string ends with its record", fill_bad_txt, PT_RECORD_TXT, 0,
     PT_ANSWER_FAILED, SENSELESS},
};

static void read_message(const struct message *m, const char *name,
                         enum pt_record record, struct pt_reply *reply)
{
    *reply = (struct pt_reply){.body.max = PT_DNS_TEXT_MAX};
    pt_dns_wire_read(pt_slice((const char *)m->at, m->len), name, record,
                     reply);
}

static void check_rows(void)
{
    static struct message m;
    struct pt_reply reply;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        begin_message(&m, 4711, DNS_ANSWER | rows[i].flags, "example.org",
                      pt_dns_wire_type(rows[i].record));
        rows[i].fill(&m);
        read_message(&m, "example.org", rows[i].record, &reply);
        IS(reply.status == PT_ANSWER_FAILED ? reply.why
                                            : pt_buf_text(&reply.body),
           rows[i].want, rows[i].name);
        if (reply.status != rows[i].status)
            OK(false, "with the status it should have");
        pt_buf_free(&reply.body);
    }
}

/* Every beginning of a good message, and it alone, gets an answer. */
static void check_beginnings(void)
{
    static struct message m;
    struct pt_reply reply;
    bool all = true;

    begin_message(&m, 1, DNS_ANSWER, "example.org", DNS_MX);
    fill_aliases(&m);
    for (size_t len = m.len - 1; len; len--) {
        m.len = len;
        read_message(&m, "example.org", PT_RECORD_MX, &reply);
        all &= reply.status == PT_ANSWER_FAILED;
        pt_buf_free(&reply.body);
    }
    OK(all, "no beginning of a message is taken for the whole");
}

static void check_question(void)
{
    static struct message m;
    struct pt_reply reply;

    begin_message(&m, 1, DNS_ANSWER, "Example.org", DNS_MX);
    fill_mx(&m);
    read_message(&m, "example.ORG", PT_RECORD_MX, &reply);
    OK(reply.status == PT_ANSWER_OK, "upper and lower case are one name");
    pt_buf_free(&reply.body);
    read_message(&m, "example.net", PT_RECORD_MX, &reply);
    IS(reply.why, SENSELESS, "the answer to another name is none");
    read_message(&m, "example.org", PT_RECORD_SRV, &reply);
    IS(reply.why, SENSELESS, "nor is the answer for another type");
    m.at[2] &= 0x7F;
    read_message(&m, "example.org", PT_RECORD_MX, &reply);
    IS(reply.why, SENSELESS, "nor is a query");
}

static void check_signed(void)
{
    static struct message m;
    struct pt_reply reply;

    begin_message(&m, 1, DNS_ANSWER | DNS_AD, "example.org", DNS_MX);
    read_message(&m, "example.org", PT_RECORD_MX, &reply);
    OK(reply.is_signed && reply.status == PT_ANSWER_ABSENT,
       "that there is nothing can be signed");
    begin_message(&m, 1, DNS_ANSWER, "example.org", DNS_MX);
    read_message(&m, "example.org", PT_RECORD_MX, &reply);
    OK(!reply.is_signed, "without AD it is not");
}

static void check_many(void)
{
    static struct message m;
    struct pt_reply reply;
    size_t lines = 0;

    begin_message(&m, 1, DNS_ANSWER, "example.org", DNS_A);
    for (int i = 0; i < 200; i++)
        add_a(&m, NULL, "192.0.2.1");
    read_message(&m, "example.org", PT_RECORD_A, &reply);
    for (size_t i = 0; i < reply.body.len; i++)
        lines += reply.body.at[i] == '\n';
    OK(lines == PT_DNS_RECORDS_KEPT, "100 records are kept, not more");
    pt_buf_free(&reply.body);
}

static void check_longest(void)
{
    static struct message m;
    struct pt_reply reply;

    begin_message(&m, 1, DNS_ANSWER, "example.org", DNS_MX);
    add_long_mx(&m, 61);
    read_message(&m, "example.org", PT_RECORD_MX, &reply);
    OK(reply.body.len == strlen("mx 10 ") + 253 + 1,
       "a name of 255 bytes is one still");
    pt_buf_free(&reply.body);
}

static const struct {
    const char *name;
    bool ok;
} names[] = {
    {"example.org", true},
    {"_imaps._tcp.xn--bcher-kva.example", true},
    {"UPPER.example", true},
    {"org", true},
    {"", false},
    {".", false},
    {".org", false},
    {"example.org.", false},
    {"a..b", false},
    {"a b", false},
    {"a\nb", false},
    {"a\\.b", false},
    {"m\xC3\xBCx.example", false},
    {"*.example.org", false},
};

static void check_names(void)
{
    char name[300];
    char what[64];

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(what, sizeof(what), "name %zu is %s", i,
                 names[i].ok ? "asked for" : "none");
        OK(pt_dns_name_ok(names[i].name) == names[i].ok, what);
    }
    memset(name, 'a', sizeof(name));
    for (int i = 63; i < 255; i += 64)
        name[i] = '.';
    name[253] = '\0';
    OK(pt_dns_name_ok(name), "a name may have 253 bytes");
    name[253] = 'a';
    name[254] = '\0';
    OK(!pt_dns_name_ok(name), "not 254");
    name[64] = '\0';
    name[63] = 'a';
    OK(!pt_dns_name_ok(name), "nor a label of 64");
}

int main(void)
{
    check_rows();
    check_beginnings();
    check_question();
    check_signed();
    check_many();
    check_longest();
    check_names();
    return tap_done();
}
