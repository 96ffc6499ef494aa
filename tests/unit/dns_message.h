/* dns_message.h - DNS messages for tests, record by record. */
#ifndef PT_TESTS_DNS_MESSAGE_H
#define PT_TESTS_DNS_MESSAGE_H

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

enum {
    DNS_A = 1,
    DNS_CNAME = 5,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_AD = 0x20,
    DNS_TC = 0x0200,
    DNS_ANSWER = 0x8180, /* QR, RD and RA: with an error code added */
};

struct message {
    unsigned char at[65535];
    size_t len;
};

static inline void put_byte(struct message *m, unsigned value)
{
    m->at[m->len++] = (unsigned char)value;
}

static inline void put_short(struct message *m, unsigned value)
{
    put_byte(m, value >> 8 & 0xFF);
    put_byte(m, value & 0xFF);
}

static inline void put_bytes(struct message *m, const void *bytes, size_t len)
{
    memcpy(m->at + m->len, bytes, len);
    m->len += len;
}

/* Labels parted by dots; "" is the root; NULL points to the question. */
static inline void put_name(struct message *m, const char *name)
{
    if (!name) {
        put_short(m, 0xC00C);
        return;
    }
    while (*name) {
        size_t len = strcspn(name, ".");

        put_byte(m, (unsigned)len);
        put_bytes(m, name, len);
        name += len + (name[len] == '.');
    }
    put_byte(m, 0);
}

/* The header and the question. */
static inline void begin_message(struct message *m, unsigned id,
                                 unsigned flags, const char *name, int type)
{
    m->len = 0;
    put_short(m, id);
    put_short(m, flags);
    put_short(m, 1);
    put_short(m, 0);
    put_short(m, 0);
    put_short(m, 0);
    put_name(m, name);
    put_short(m, (unsigned)type);
    put_short(m, 1);
}

/* Returns where the data's length stands, for end_record(). */
static inline size_t begin_record(struct message *m, const char *owner,
                                  int type)
{
    m->at[7]++;
    put_name(m, owner);
    put_short(m, (unsigned)type);
    put_short(m, 1);
    put_short(m, 0);
    put_short(m, 300);
    put_short(m, 0);
    return m->len - 2;
}

static inline void end_record(struct message *m, size_t at)
{
    m->at[at] = (unsigned char)((m->len - at - 2) >> 8);
    m->at[at + 1] = (unsigned char)(m->len - at - 2);
}

static inline void add_a(struct message *m, const char *owner, const char *text)
{
    size_t at = begin_record(m, owner, DNS_A);

    inet_pton(AF_INET, text, m->at + m->len);
    m->len += 4;
    end_record(m, at);
}

static inline void add_aaaa(struct message *m, const char *owner,
                            const char *text)
{
    size_t at = begin_record(m, owner, DNS_AAAA);

    inet_pton(AF_INET6, text, m->at + m->len);
    m->len += 16;
    end_record(m, at);
}

static inline void add_alias(struct message *m, const char *owner,
                             const char *name)
{
    size_t at = begin_record(m, owner, DNS_CNAME);

    put_name(m, name);
    end_record(m, at);
}

static inline void add_mx(struct message *m, const char *owner,
                          unsigned preference, const char *host)
{
    size_t at = begin_record(m, owner, DNS_MX);

    put_short(m, preference);
    put_name(m, host);
    end_record(m, at);
}

static inline void add_srv(struct message *m, unsigned priority,
                           unsigned weight, unsigned port, const char *target)
{
    size_t at = begin_record(m, NULL, DNS_SRV);

    put_short(m, priority);
    put_short(m, weight);
    put_short(m, port);
    put_name(m, target);
    end_record(m, at);
}

/* One string of a TXT record. */
static inline void put_string(struct message *m, const char *text)
{
    put_byte(m, (unsigned)strlen(text));
    put_bytes(m, text, strlen(text));
}

#endif
