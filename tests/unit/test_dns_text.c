/* test_dns_text.c - DNS records as lines, and the order they are tried in. */
#include "format/dns_text.h"
#include "tests/tap.h"

static struct pt_dns_records read_text(struct pt_arena *arena, const char *text,
                                       enum pt_record type)
{
    return pt_dns_text_read(arena, pt_slice_of(text), type);
}

/* "PRIORITY WEIGHT PORT NAME|..." */
static const char *show(struct pt_arena *arena,
                        const struct pt_dns_records *records)
{
    const char *text = "";

    for (size_t i = 0; i < records->count; i++)
        text = pt_arena_printf(arena, "%s%u %u %u %s|", text,
                               records->at[i].priority, records->at[i].weight,
                               records->at[i].port, records->at[i].name);
    return text;
}

static const struct {
    const char *what;
    enum pt_record type;
    const char *text;
    const char *want;
} rows[] = {
    {"addresses", PT_RECORD_A, "a 192.0.2.1\na 192.0.2.2\n",
     "0 0 0 192.0.2.1|0 0 0 192.0.2.2|"},
    {"addresses of IPv6", PT_RECORD_AAAA, "aaaa 2001:db8::1\n",
     "0 0 0 2001:db8::1|"},
    {"an address is one of its family", PT_RECORD_A,
     "a 2001:db8::1\na 127.1\na mail.example.org\na\na 192.0.2.1 x\n", ""},
    {"an MX has a preference", PT_RECORD_MX, "mx 10 mx.example.org\nmx 0 .\n",
     "10 0 0 mx.example.org|0 0 0 .|"},
    {"an SRV has four fields", PT_RECORD_SRV,
     "srv 0 5 993 imap.example.org\nsrv 1 2 0 .\n",
     "0 5 993 imap.example.org|1 2 0 .|"},
    {"a host without a port offers nothing", PT_RECORD_SRV,
     "srv 0 0 0 imap.example.org\nsrv 0 0 1 pop.example.org\n",
     "0 0 1 pop.example.org|"},
    {"the last line needs no end", PT_RECORD_MX, "mx 10 mx.example.org",
     "10 0 0 mx.example.org|"},
    {"other types are passed over", PT_RECORD_MX,
     "a 192.0.2.1\ntxt x\nMX 1 a.example\nmx 2 b.example\n",
     "2 0 0 b.example|"},
    {"numbers have 16 bits, and no sign", PT_RECORD_MX,
     "mx 65536 a.example\nmx -1 b.example\nmx 1x c.example\nmx +1 d.example\n"
     "mx 65535 e.example\n",
     "65535 0 0 e.example|"},
    {"lines with too little or too much are no records", PT_RECORD_SRV,
     "srv 0 5 993\nsrv 0 993 a.example\nsrv 0 5 993 a.example b\nsrv\n", ""},
    {"a host is a name that may be printed", PT_RECORD_MX,
     "mx 1 a_b.example\nmx 2 a..example\nmx 3 m\xC3\xBCx.example\n"
     "mx 4 x%y.example\nmx 5 mx.example.\nmx 6 mx.example\n",
     "6 0 0 mx.example|"},
    {"an address is no host", PT_RECORD_MX,
     "mx 1 127.0.0.1\nmx 2 ::1\nmx 3 127.1\n", ""},
    {"TXT is kept with its blanks", PT_RECORD_TXT, "txt  a  b \n",
     "0 0 0  a  b |"},
    {"TXT may be empty, with a blank or without", PT_RECORD_TXT,
     "txt \ntxt\n", "0 0 0 |0 0 0 |"},
    {"TXT is unescaped", PT_RECORD_TXT, "txt \\010\\092\\195\\169\\032\n",
     "0 0 0 \n\\\xC3\xA9 |"},
    {"an escape has three digits up to 255", PT_RECORD_TXT,
     "txt a\\1\ntxt a\\256\ntxt a\\\\\ntxt \\-01\ntxt a\\25\ntxt ok\n",
     "0 0 0 ok|"},
};

static void check_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_dns_records records =
            read_text(arena, rows[i].text, rows[i].type);

        IS(show(arena, &records), rows[i].want, rows[i].what);
    }
}

static void check_nul(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_records records =
        read_text(arena, "txt a\\000b\n", PT_RECORD_TXT);

    OK(records.count == 1 && records.at[0].name_len == 3 &&
           !memcmp(records.at[0].name, "a\0b", 4),
       "TXT may hold a NUL");
    records = pt_dns_text_read(arena, pt_slice("mx 1 a.example\0x\n", 17),
                               PT_RECORD_MX);
    OK(!records.count, "a name may not");
}

static void check_alias(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_records records = read_text(
        arena, "alias _x.example.net\nmx 1 a.example\n", PT_RECORD_MX);

    IS(records.alias, "_x.example.net", "the alias is told beside the records");
    OK(records.count == 1, "and is none");
    records = read_text(arena, "mx 1 a.example\n", PT_RECORD_MX);
    IS(records.alias, NULL, "there need not be one");
    records = read_text(arena, "alias a%b\n", PT_RECORD_MX);
    IS(records.alias, NULL, "what is no name is no alias");
}

static void check_many(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *text = "";
    struct pt_dns_records records;

    for (int i = 0; i < PT_DNS_RECORDS_MAX + 20; i++)
        text = pt_arena_printf(arena, "%smx %d a.example\n", text, i);
    records = read_text(arena, text, PT_RECORD_MX);
    OK(records.count == PT_DNS_RECORDS_MAX, "100 records are kept");
}

/* ---- order ---- */

static void check_mx_order(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_records records = read_text(
        arena, "mx 20 a.example\nmx 10 c.example\nmx 10 b.example\n",
        PT_RECORD_MX);

    pt_dns_sort(&records, 4711);
    IS(show(arena, &records), "10 0 0 b.example|10 0 0 c.example|"
                              "20 0 0 a.example|",
       "MX: by preference, then by name");
    records.count = 0;
    pt_dns_sort(&records, 4711);
    OK(!records.count, "nothing can be sorted");
}

static const char many_srv[] = "srv 10 0 1 z.example\nsrv 0 0 1 c.example\n"
                               "srv 0 30 1 a.example\nsrv 0 10 1 b.example\n";

/* How often each came first, of 4000 draws. */
static void check_srv_order(void)
{
    int firsts[3] = {0};
    bool last_is_last = true;

    for (uint64_t seed = 0; seed < 4000; seed++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_dns_records records =
            read_text(arena, many_srv, PT_RECORD_SRV);

        pt_dns_sort(&records, seed);
        if (records.count != 4 || records.at[0].name[0] == 'z')
            break;
        firsts[records.at[0].name[0] - 'a']++;
        last_is_last &= records.at[3].name[0] == 'z';
    }
    printf("# 30: %d, 10: %d, 0: %d\n", firsts[0], firsts[1], firsts[2]);
    OK(last_is_last, "SRV: the lowest priority goes first, whatever it weighs");
    OK(firsts[0] > 2750 && firsts[0] < 3050, "30 of 41 draws are of weight 30");
    OK(firsts[1] > 850 && firsts[1] < 1100, "10 of 41 of weight 10");
    OK(firsts[2] > 50 && firsts[2] < 150, "and 1 of 41 of weight 0");
}

static void check_same_seed(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_dns_records a = read_text(arena, many_srv, PT_RECORD_SRV);
    struct pt_dns_records b = read_text(arena,
                                        "srv 0 10 1 b.example\n"
                                        "srv 0 30 1 a.example\n"
                                        "srv 10 0 1 z.example\n"
                                        "srv 0 0 1 c.example\n",
                                        PT_RECORD_SRV);

    pt_dns_sort(&a, 11);
    pt_dns_sort(&b, 11);
    IS(show(arena, &a), show(arena, &b),
       "the same seed gives the same order, however they came");
}

int main(void)
{
    check_rows();
    check_nul();
    check_alias();
    check_many();
    check_mx_order();
    check_srv_order();
    check_same_seed();
    return tap_done();
}
