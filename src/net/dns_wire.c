/* dns_wire.c - see dns_wire.h.  RFC 1035, section 4, is the format. */
#include "net/dns_wire.h"

#include "model/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum {
    CLASS_IN = 1,
    TYPE_CNAME = 5,
    NAME_MAX_WIRE = 255, /* RFC 1035, 2.3.4; the final zero counts */
    NAME_MAX_TEXT = 253,
    LABEL_MAX = 63,
    QR = 0x80, /* of the third byte */
    TC = 0x02,
    AD = 0x20, /* of the fourth */
    FORMERR = 1,
    SERVFAIL = 2,
    NXDOMAIN = 3,
    REFUSED = 5,
};

static const char senseless[] = "the name server's answer makes no sense";

static const int types[PT_RECORDS] = {
    [PT_RECORD_A] = 1,    [PT_RECORD_AAAA] = 28, [PT_RECORD_MX] = 15,
    [PT_RECORD_SRV] = 33, [PT_RECORD_TXT] = 16,
};

/* A message is read from `pos` up to `end`; `bad` is sticky. */
struct reader {
    const unsigned char *at;
    size_t pos;
    size_t end;
    bool bad;
};

/* In lower case, uncompressed: equal names have equal bytes. */
struct name {
    unsigned char at[NAME_MAX_WIRE];
    size_t len;
};

struct answer {
    struct name owner;
    unsigned type;
    unsigned class;
    struct reader data;
};

/* ---- bytes ---- */

static unsigned read_byte(struct reader *r)
{
    if (r->pos >= r->end)
        r->bad = true;
    return r->bad ? 0 : r->at[r->pos++];
}

static unsigned read_short(struct reader *r)
{
    unsigned high = read_byte(r);

    return high << 8 | read_byte(r);
}

static const unsigned char *read_bytes(struct reader *r, size_t len)
{
    const unsigned char *at = r->at + r->pos;

    if (len > r->end - r->pos)
        r->bad = true;
    if (r->bad)
        return NULL;
    r->pos += len;
    return at;
}

static bool is_read(const struct reader *r)
{
    return !r->bad && r->pos == r->end;
}

/* ---- names ---- */

static unsigned char to_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

static void add_label(struct name *name, const unsigned char *label, size_t len)
{
    name->at[name->len++] = (unsigned char)len;
    for (size_t i = 0; i < len; i++)
        name->at[name->len++] = to_lower(label[i]);
}

/* A pointer leads back to where a name stood earlier (RFC 1035, 4.1.4): each
 * goes further back than the one before, so that they come to an end. */
static void read_name(struct reader *r, struct name *ret_name)
{
    struct reader at = *r;
    size_t back = r->pos;
    bool jumped = false;
    unsigned len;

    ret_name->len = 0;
    while ((len = read_byte(&at))) {
        if (len > LABEL_MAX) {
            size_t to = (len & 0x3FU) << 8 | read_byte(&at);

            if (!jumped)
                r->pos = at.pos;
            jumped = true;
            r->bad |= at.bad || len < 0xC0 || to >= back;
            at.pos = back = to;
        } else {
            const unsigned char *label = read_bytes(&at, len);

            r->bad |= !label || ret_name->len + len + 2 > NAME_MAX_WIRE;
            if (!r->bad)
                add_label(ret_name, label, len);
        }
        if (r->bad)
            return;
    }
    r->bad |= at.bad;
    if (!jumped)
        r->pos = at.pos;
}

static bool is_same(const struct name *a, const struct name *b)
{
    return a->len == b->len && !memcmp(a->at, b->at, a->len);
}

static bool is_sane(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* False: a label holds what has no place in a name, such as a dot. */
static bool spell(const struct name *name, char text[NAME_MAX_TEXT + 1])
{
    size_t len = 0;

    for (size_t i = 0; i < name->len; i++) {
        size_t left = name->at[i];

        if (len)
            text[len++] = '.';
        for (; left; left--) {
            if (!is_sane(name->at[++i]))
                return false;
            text[len++] = (char)name->at[i];
        }
    }
    if (!len)
        text[len++] = '.';
    text[len] = '\0';
    return true;
}

bool pt_dns_name_ok(const char *name)
{
    size_t len = strlen(name);
    size_t label = 0;

    if (len > NAME_MAX_TEXT)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (name[i] != '.' && !is_sane(to_lower((unsigned char)name[i])))
            return false;
        label = name[i] == '.' ? 0 : label + 1;
        if (label > LABEL_MAX || (!label && (!i || name[i - 1] == '.')))
            return false;
    }
    return label;
}

/* ---- records ---- */

/* "." is the name of no host (RFC 7505; RFC 2782).  What looks like an address
 * would be taken for one. */
static bool spell_host(const struct name *name, char text[NAME_MAX_TEXT + 1])
{
    struct in_addr raw;

    return spell(name, text) &&
           (!name->len ||
            (pt_host_ok(text) && inet_pton(AF_INET, text, &raw) != 1));
}

static bool print_address(struct reader *data, struct pt_buf *out, int family)
{
    char text[INET6_ADDRSTRLEN];
    const unsigned char *raw = read_bytes(data, family == AF_INET ? 4 : 16);

    if (!is_read(data) || !inet_ntop(family, raw, text, sizeof(text)))
        return false;
    pt_buf_printf(out, "%s %s\n", family == AF_INET ? "a" : "aaaa", text);
    return true;
}

static bool print_a(struct reader *data, struct pt_buf *out)
{
    return print_address(data, out, AF_INET);
}

static bool print_aaaa(struct reader *data, struct pt_buf *out)
{
    return print_address(data, out, AF_INET6);
}

static bool print_mx(struct reader *data, struct pt_buf *out)
{
    unsigned preference = read_short(data);
    char text[NAME_MAX_TEXT + 1];
    struct name host;

    read_name(data, &host);
    if (!is_read(data) || !spell_host(&host, text))
        return false;
    pt_buf_printf(out, "mx %u %s\n", preference, text);
    return true;
}

static bool print_srv(struct reader *data, struct pt_buf *out)
{
    unsigned priority = read_short(data);
    unsigned weight = read_short(data);
    unsigned port = read_short(data);
    char text[NAME_MAX_TEXT + 1];
    struct name target;

    read_name(data, &target);
    if (!is_read(data) || !spell_host(&target, text))
        return false;
    pt_buf_printf(out, "srv %u %u %u %s\n", priority, weight, port, text);
    return true;
}

/* A blank that could end a line is escaped too: editors take it away. */
static bool is_plain(const unsigned char *bytes, size_t i, size_t len)
{
    return bytes[i] == ' ' ? i + 1 < len
                           : bytes[i] > ' ' && bytes[i] < 0x7F &&
                                 bytes[i] != '\\';
}

static void print_string(const unsigned char *bytes, size_t len,
                         struct pt_buf *out)
{
    for (size_t i = 0; i < len; i++)
        if (is_plain(bytes, i, len))
            pt_buf_putc(out, (char)bytes[i]);
        else
            pt_buf_printf(out, "\\%03u", bytes[i]);
}

static bool print_txt(struct reader *data, struct pt_buf *out)
{
    pt_buf_puts(out, "txt ");
    while (!data->bad && data->pos < data->end) {
        unsigned len = read_byte(data);
        const unsigned char *bytes = read_bytes(data, len);

        if (bytes)
            print_string(bytes, len, out);
    }
    pt_buf_putc(out, '\n');
    return true;
}

/* False: nothing was printed.  data->bad: it does not hold together. */
static bool (*const printers[PT_RECORDS])(struct reader *, struct pt_buf *) = {
    [PT_RECORD_A] = print_a,     [PT_RECORD_AAAA] = print_aaaa,
    [PT_RECORD_MX] = print_mx,   [PT_RECORD_SRV] = print_srv,
    [PT_RECORD_TXT] = print_txt,
};

/* ---- the message ---- */

static void read_answer(struct reader *r, struct answer *ret_answer)
{
    size_t len;

    read_name(r, &ret_answer->owner);
    ret_answer->type = read_short(r);
    ret_answer->class = read_short(r);
    read_short(r); /* TTL */
    read_short(r);
    len = read_short(r);
    ret_answer->data = *r;
    read_bytes(r, len);
    ret_answer->data.end = r->pos;
}

static bool is_of(const struct answer *answer, const struct name *owner,
                  int type)
{
    return answer->type == (unsigned)type && answer->class == CLASS_IN &&
           is_same(&answer->owner, owner);
}

/* The alias of this name, put in its place.  False: it has none. */
static bool find_alias(struct reader *r, unsigned count, struct name *name)
{
    struct reader at = *r;
    struct answer answer;

    while (count-- && !at.bad) {
        read_answer(&at, &answer);
        if (at.bad || !is_of(&answer, name, TYPE_CNAME))
            continue;
        read_name(&answer.data, name);
        r->bad |= !is_read(&answer.data);
        return !r->bad;
    }
    r->bad |= at.bad;
    return false;
}

/* Where the aliases of a name lead; they may come in any order.  False: they
 * go on and on. */
static bool follow(struct reader *r, unsigned count, struct name *name,
                   struct pt_buf *out)
{
    char text[NAME_MAX_TEXT + 1];
    int hops = 0;

    while (find_alias(r, count, name))
        if (++hops > PT_DNS_ALIASES)
            return false;
    if (hops && spell(name, text))
        pt_buf_printf(out, "alias %s\n", text);
    return true;
}

struct harvest {
    unsigned seen;    /* records of the name and type */
    unsigned printed; /* those of them that are of use */
};

static struct harvest print_answers(struct reader *r, unsigned count,
                                    const struct name *owner,
                                    enum pt_record record, struct pt_buf *out)
{
    struct harvest harvest = {0};
    struct answer answer;

    while (count-- && !r->bad) {
        read_answer(r, &answer);
        if (r->bad || !is_of(&answer, owner, types[record]))
            continue;
        harvest.seen++;
        if (harvest.printed == PT_DNS_RECORDS_KEPT)
            continue;
        if (printers[record](&answer.data, out))
            harvest.printed++;
        r->bad |= answer.data.bad;
    }
    return harvest;
}

static void read_answers(struct reader *r, unsigned count, struct name *name,
                         enum pt_record record, struct pt_reply *reply)
{
    struct harvest harvest;

    if (!follow(r, count, name, &reply->body)) {
        pt_reply_fail(reply, "its aliases have no end");
        return;
    }
    harvest = print_answers(r, count, name, record, &reply->body);
    if (r->bad)
        pt_reply_fail(reply, "%s", senseless);
    else if (harvest.printed)
        reply->status = PT_ANSWER_OK;
    else if (harvest.seen)
        pt_reply_fail(reply, "its records make no sense");
    else
        pt_reply_absent(reply);
}

/* False: it answers another question. */
static bool read_question(struct reader *r, const char *name,
                          enum pt_record record, struct name *ret_name)
{
    char text[NAME_MAX_TEXT + 1];
    unsigned type;
    unsigned class;

    read_name(r, ret_name);
    type = read_short(r);
    class = read_short(r);
    return !r->bad && type == (unsigned)types[record] && class == CLASS_IN &&
           spell(ret_name, text) && pt_is_nocase(text, name);
}

static void fail_code(struct pt_reply *reply, unsigned code)
{
    if (code == SERVFAIL)
        pt_reply_fail(reply, "SERVFAIL: the name server could not find out");
    else if (code == REFUSED)
        pt_reply_fail(reply, "REFUSED: the name server does not answer us");
    else
        pt_reply_fail(reply, "the name server answered with error %u", code);
}

void pt_dns_wire_read(struct pt_slice wire, const char *name,
                      enum pt_record record, struct pt_reply *reply)
{
    struct reader r = {.at = (const unsigned char *)wire.at, .end = wire.len};
    unsigned high;
    unsigned low;
    unsigned questions;
    unsigned answers;
    struct name asked;

    read_short(&r); /* ID */
    high = read_byte(&r);
    low = read_byte(&r);
    questions = read_short(&r);
    answers = read_short(&r);
    read_short(&r); /* of authority */
    read_short(&r); /* additional */
    if (r.bad || !(high & QR) || high & TC || questions != 1 ||
        !read_question(&r, name, record, &asked)) {
        pt_reply_fail(reply, "%s", senseless);
        return;
    }
    reply->is_signed = low & AD;
    if ((low & 0x0F) == NXDOMAIN)
        pt_reply_absent(reply);
    else if (low & 0x0F)
        fail_code(reply, low & 0x0F);
    else
        read_answers(&r, answers, &asked, record, reply);
}

int pt_dns_wire_type(enum pt_record record)
{
    return types[record];
}

bool pt_dns_wire_is_puzzled(struct pt_slice wire)
{
    return wire.len > 3 && ((unsigned char)wire.at[3] & 0x0F) == FORMERR;
}
