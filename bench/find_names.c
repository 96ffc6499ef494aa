/* find_names.c - find_names ADDRESS RECORDS LOG: a name server for bench/find,
 * on port 53 of ADDRESS, by UDP.  It knows what RECORDS says, one a line as
 * format/dns_text.h has it behind the name ("example.org mx 10 mx.example.org")
 * and that there is nothing else.  LOG tells what it was asked.
 *
 * The world's time is not counted, but it must not be what portolan waits for:
 * every answer is ready, and finding one is looking into a hash table.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BUCKETS = 1 << 16,
    NAME_SIZE = 256,
    MESSAGE_SIZE = 4096,
    HEADER = 12,
    TTL_S = 300,
    NO_SUCH_NAME = 3,
    QUEUE_BYTES = 8 << 20,
};

struct record {
    struct record *next;
    char *name;
    int type;
    size_t len;
    unsigned char data[]; /* as it stands in a message */
};

static const struct {
    const char *name;
    int number;
} types[] = {{"a", 1}, {"mx", 15}, {"txt", 16}, {"aaaa", 28}, {"srv", 33}};

static struct record *buckets[BUCKETS];
static volatile sig_atomic_t ended;

static void end(int signal)
{
    (void)signal;
    ended = 1;
}

static const char *name_type(int number)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (types[i].number == number)
            return types[i].name;
    return "?";
}

static int find_type(const char *name)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (!strcmp(types[i].name, name))
            return types[i].number;
    return 0;
}

static struct record **bucket(const char *name)
{
    uint32_t sum = 2166136261u;

    for (; *name; name++)
        sum = (sum ^ (unsigned char)*name) * 16777619u;
    return &buckets[sum % BUCKETS];
}

/* ---- what is known ---- */

static size_t put_number(unsigned char *at, unsigned number)
{
    at[0] = (unsigned char)(number >> 8);
    at[1] = (unsigned char)number;
    return 2;
}

static size_t put_name(unsigned char *at, const char *name)
{
    size_t len = 0;

    while (*name && strcmp(name, ".") != 0) {
        size_t label = strcspn(name, ".");

        at[len++] = (unsigned char)label;
        memcpy(at + len, name, label);
        len += label;
        name += label + (name[label] == '.');
    }
    at[len++] = 0;
    return len;
}

/* "10 mx.example.org", "0 1 993 imap.example.org": numbers, then a name. */
static size_t put_numbers_and_name(unsigned char *at, const char *text)
{
    size_t len = 0;
    char *after;

    for (unsigned long number = strtoul(text, &after, 10); *after == ' ';
         number = strtoul(text, &after, 10)) {
        len += put_number(at + len, (unsigned)number);
        text = after + 1;
    }
    return len + put_name(at + len, text);
}

static size_t put_data(unsigned char *at, const char *type, const char *text)
{
    size_t len = strlen(text);

    if (!strcmp(type, "a"))
        return inet_pton(AF_INET, text, at) == 1 ? 4 : 0;
    if (!strcmp(type, "aaaa"))
        return inet_pton(AF_INET6, text, at) == 1 ? 16 : 0;
    if (strcmp(type, "txt") != 0)
        return put_numbers_and_name(at, text);
    at[0] = (unsigned char)len;
    memcpy(at + 1, text, len);
    return len + 1;
}

static bool add_record(const char *name, const char *type, const char *text)
{
    unsigned char data[2 * NAME_SIZE];
    size_t len = find_type(type) ? put_data(data, type, text) : 0;
    struct record *record = len ? malloc(sizeof(*record) + len) : NULL;

    if (!record)
        return false;
    *record = (struct record){.next = *bucket(name),
                              .name = strdup(name),
                              .type = find_type(type),
                              .len = len};
    memcpy(record->data, data, len);
    *bucket(name) = record;
    return record->name;
}

static bool load(const char *path)
{
    FILE *file = fopen(path, "r");
    char name[NAME_SIZE];
    char type[8];
    char text[NAME_SIZE];
    bool well = file;

    while (well && fscanf(file, "%255s %7s %255[^\n]", name, type, text) == 3)
        well = add_record(name, type, text);
    if (file)
        fclose(file);
    return well;
}

/* ---- answers ---- */

struct question {
    char name[NAME_SIZE];
    int type;
    size_t end; /* behind it in the message */
};

static bool read_question(const unsigned char *message, size_t len,
                          struct question *ret_question)
{
    size_t at = HEADER;
    size_t out = 0;

    while (at < len && message[at]) {
        size_t label = message[at++];

        if (label > 63 || at + label + 4 >= len || out + label + 2 > NAME_SIZE)
            return false;
        if (out)
            ret_question->name[out++] = '.';
        for (size_t i = 0; i < label; i++, at++)
            ret_question->name[out++] = (char)tolower(message[at]);
    }
    ret_question->name[out] = '\0';
    ret_question->end = at + 5;
    if (ret_question->end > len)
        return false;
    ret_question->type = message[at + 1] << 8 | message[at + 2];
    return true;
}

static size_t put_record(unsigned char *at, const struct record *record)
{
    size_t len = put_number(at, 0xc000 | HEADER); /* the question's name */

    len += put_number(at + len, (unsigned)record->type);
    len += put_number(at + len, 1);
    len += put_number(at + len, 0);
    len += put_number(at + len, TTL_S);
    len += put_number(at + len, (unsigned)record->len);
    memcpy(at + len, record->data, record->len);
    return len + record->len;
}

/* The question becomes the answer, in its place. */
static size_t answer(unsigned char *message, const struct question *question)
{
    size_t len = question->end;
    bool is_known = false;
    unsigned count = 0;

    for (const struct record *r = *bucket(question->name); r; r = r->next) {
        if (strcmp(r->name, question->name) != 0)
            continue;
        is_known = true;
        if (r->type != question->type || len + r->len + 12 > MESSAGE_SIZE)
            continue;
        len += put_record(message + len, r);
        count++;
    }
    message[2] = 0x84 | (message[2] & 1);
    message[3] = 0x80 | (is_known ? 0 : NO_SUCH_NAME);
    put_number(message + 4, 1);
    put_number(message + 6, count);
    memset(message + 8, 0, 4);
    return len;
}

static void serve(int fd, FILE *log)
{
    unsigned char message[MESSAGE_SIZE];
    struct question question;
    struct sockaddr_storage from;

    while (!ended) {
        socklen_t size = sizeof(from);
        ssize_t len = recvfrom(fd, message, sizeof(message), 0,
                               (struct sockaddr *)&from, &size);

        if (len <= HEADER || !read_question(message, (size_t)len, &question))
            continue;
        fprintf(log, "%s %s\n", name_type(question.type), question.name);
        sendto(fd, message, answer(message, &question), 0,
               (struct sockaddr *)&from, size);
    }
}

static int open_port(const char *address)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(53)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int bytes = QUEUE_BYTES;

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    if (inet_pton(AF_INET, address, &at.sin_addr) != 1 ||
        bind(fd, (struct sockaddr *)&at, sizeof(at)))
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    struct sigaction on_end = {.sa_handler = end};
    int fd = argc == 4 && load(argv[2]) ? open_port(argv[1]) : -1;
    FILE *log = fd >= 0 ? fopen(argv[3], "w") : NULL;

    if (!log) {
        fputs("find_names: cannot serve\n", stderr);
        return 1;
    }
    sigaction(SIGTERM, &on_end, NULL);
    puts("ready");
    fflush(stdout);
    serve(fd, log);
    return fclose(log) != 0;
}
