/* serving_doors.c - the sockets that `portolan serve` listens on, the names it
 * answers to, and the certificate it has.
 */
#include "cli/serving.h"

#include "base/activation.h"
#include "base/file.h"
#include "cli/page.h"
#include "cli/show.h"
#include "format/url.h"
#include "net/interfaces.h"
#include "net/reach.h"
#include "serve/authority.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BACKLOG = 512,
    PEM_MAX = 256 * 1024,
    HOST_NAME = 256,
    OWN_DOMAINS_MOST = 100,
};

/* One place to listen at. */
struct place {
    struct sockaddr_storage address;
    bool is_tls;
};

/* ---- the certificate ---- */

static enum pt_status read_pem(const char *path, struct pt_buf *out,
                               struct pt_error *err)
{
    enum pt_status status = pt_file_read(path, out, err);

    return status == PT_NOTHING ? PT_BAD_INPUT : status;
}

/* Those that clients make of each domain, and our own.  False: no memory. */
static bool name_own(const struct pt_serving *s, struct pt_arena *arena,
                     struct pt_strings *names)
{
    static const char *const prefixes[] = {"autoconfig.", "autodiscover.",
                                           "ua-auto-config.", ""};

    for (size_t i = 0; i < s->house.names.count; i++)
        pt_strings_add(arena, names, s->house.names.at[i]);
    for (size_t i = 0; i < s->house.room_count; i++)
        for (size_t j = 0; j < sizeof(prefixes) / sizeof(*prefixes); j++)
            pt_strings_add(arena, names,
                           pt_arena_printf(arena, "%s%s", prefixes[j],
                                           s->house.rooms[i].domain));
    return !pt_arena_failed(arena);
}

static enum pt_status take_own(struct pt_serving *s, int64_t now,
                               struct pt_error *err)
{
    struct pt_arena *arena = pt_arena_new();
    struct pt_strings names = {0};
    struct pt_authority own;
    enum pt_status status;

    if (s->house.room_count > OWN_DOMAINS_MOST)
        status = pt_fail(err, PT_BAD_INPUT, "give one by --cert and --key",
                         "a certificate of our own is for %d domains at most",
                         OWN_DOMAINS_MOST);
    else if (!arena || !name_own(s, arena, &names))
        status = pt_fail_memory(err);
    else
        status = pt_authority_open(arena, &s->session.query.place, &names, now,
                                   &own, err);
    if (status != PT_OK) {
        pt_arena_free(arena);
        return status;
    }
    pt_arena_free(s->authority);
    s->authority = arena;
    s->house.root = own.root_der;
    s->certificate = own.leaf.certificate;
    s->key = own.leaf.key;
    return PT_OK;
}

static enum pt_status read_given(struct pt_serving *s, int64_t now,
                                 struct pt_error *err)
{
    const struct pt_options *options = &s->call->options;
    enum pt_status status;

    s->certificate.max = PEM_MAX;
    s->key.max = PEM_MAX;
    status = read_pem(options->certificate, &s->certificate, err);
    if (status == PT_OK)
        status = read_pem(options->key, &s->key, err);
    if (status != PT_OK)
        return status;
    return pt_x509_check_pair(
        options->certificate,
        pt_slice(pt_buf_text(&s->certificate), s->certificate.len),
        options->key, pt_slice(pt_buf_text(&s->key), s->key.len), now, err);
}

void pt_serving_forget_certificate(struct pt_serving *s)
{
    if (s->key.at)
        explicit_bzero(s->key.at, s->key.room);
    pt_buf_free(&s->key);
    pt_buf_free(&s->certificate);
}

static enum pt_status take_certificate(struct pt_serving *s,
                                       struct pt_error *err)
{
    int64_t now = (int64_t)time(NULL);

    pt_serving_forget_certificate(s);
    if (!s->is_tls)
        return PT_OK;
    return s->call->options.tls ? take_own(s, now, err)
                                : read_given(s, now, err);
}

enum pt_status pt_serving_renew(struct pt_serving *s, struct pt_error *err)
{
    enum pt_status status = take_certificate(s, err);

    if (status == PT_OK && s->is_tls)
        status = pt_web_renew(s->web, pt_buf_text(&s->certificate),
                              pt_buf_text(&s->key), err);
    return status;
}

/* ---- addresses ---- */

void pt_serving_set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

static uint16_t port_of(const struct sockaddr_storage *address)
{
    return ntohs(address->ss_family == AF_INET6
                     ? ((const struct sockaddr_in6 *)address)->sin6_port
                     : ((const struct sockaddr_in *)address)->sin_port);
}

static enum pt_status fail_place(const char *text, struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT,
                   "give an address and a port, as in 127.0.0.1:8080 or "
                   "[::1]:8080",
                   "'%s' is no place to listen at", text);
}

/* "[http://|https://]ADDR:PORT" */
static enum pt_status read_place(struct pt_arena *arena, const char *text,
                                 bool has_tls, struct place *ret_place,
                                 struct pt_error *err)
{
    struct place place = {.is_tls = has_tls};
    const char *rest = text;
    const char *colon;
    const char *host;
    uint64_t port;
    size_t len;

    if (pt_has_prefix(text, "http://") || pt_has_prefix(text, "https://")) {
        place.is_tls = text[4] == 's';
        rest += place.is_tls ? 8 : 7;
    }
    colon = strrchr(rest, ':');
    if (!colon || !pt_parse_uint(pt_slice_of(colon + 1), 65535, &port))
        return fail_place(text, err);
    len = (size_t)(colon - rest);
    if (len > 1 && rest[0] == '[' && rest[len - 1] == ']') {
        rest++;
        len -= 2;
    }
    host = pt_arena_strndup(arena, rest, len);
    if (!host)
        return pt_fail_memory(err);
    if (!pt_reach_parse(pt_is(host, "localhost") ? "127.0.0.1" : host,
                        &place.address))
        return fail_place(text, err);
    if (place.is_tls && !has_tls)
        return pt_fail(err, PT_BAD_INPUT,
                       "add --tls, or --cert FILE --key FILE",
                       "'%s' needs a certificate", text);
    pt_serving_set_port(&place.address, (uint16_t)port);
    *ret_place = place;
    return PT_OK;
}

static enum pt_status check_place(const struct pt_serving *s,
                                  const struct place *place,
                                  struct pt_error *err)
{
    const struct sockaddr *address = (const void *)&place->address;
    char text[PT_REACH_SIZE];

    if (s->call->options.is_public || pt_is_loopback_address(address) ||
        pt_is_lan_address(address))
        return PT_OK;
    pt_reach_text(address, text);
    if (pt_is_any_address(address))
        return pt_fail(err, PT_BAD_INPUT,
                       "--lan listens on the private ones; --public allows "
                       "it, if you mean it",
                       "%s is every network that this machine is in", text);
    return pt_fail(err, PT_BAD_INPUT, "--public allows it, if you mean it",
                   "%s is not the address of a private network", text);
}

/* ---- names ---- */

static bool add_name(struct pt_serving *s, const char *name)
{
    const char *clean = name ? pt_host_from(s->call->arena, name) : NULL;

    return !clean || pt_strings_have(&s->house.names, clean) ||
           pt_strings_add(s->call->arena, &s->house.names, clean);
}

/* What else a device may call us. */
static enum pt_status add_own_names(struct pt_serving *s, struct pt_error *err)
{
    char name[HOST_NAME] = "";
    struct pt_interfaces own = {0};
    char text[PT_REACH_SIZE];

    if (!gethostname(name, sizeof(name) - 1) && name[0]) {
        add_name(s, name);
        if (!strchr(name, '.'))
            add_name(s, pt_arena_printf(s->call->arena, "%s.local", name));
    }
    add_name(s, "localhost");
    add_name(s, "127.0.0.1");
    add_name(s, "::1");
    add_name(s, s->call->options.host);
    (void)pt_interfaces_lan(s->call->arena, &own, NULL);
    for (size_t i = 0; i < own.count; i++) {
        pt_reach_text((const struct sockaddr *)&own.at[i], text);
        add_name(s, text);
    }
    return pt_arena_failed(s->call->arena) ? pt_fail_memory(err) : PT_OK;
}

/* Where other devices are sent to: the first place; but where they do not know
 * our authority yet, they have to come without TLS. */
static bool set_base(struct pt_serving *s,
                     const struct sockaddr_storage *address, uint16_t port,
                     bool is_tls)
{
    struct pt_arena *arena = s->call->arena;
    const char *host = s->call->options.host;
    bool is_usual = port == (is_tls ? 443 : 80);
    char text[PT_REACH_SIZE];
    const char *place;
    size_t len;

    if (s->house.base && (is_tls || !s->call->options.tls ||
                          !pt_url_is_https(s->house.base)))
        return true;
    pt_reach_text((const struct sockaddr *)address, text);
    place = pt_show_server(arena, host ? host : text, port);
    if (!place)
        return false;
    len = is_usual ? (size_t)(strrchr(place, ':') - place) : strlen(place);
    s->house.base = pt_arena_printf(arena, "http%s://%.*s", is_tls ? "s" : "",
                                    (int)len, place);
    return s->house.base;
}

/* ---- listening ---- */

static enum pt_status fail_listen(const struct place *place,
                                  struct pt_error *err)
{
    uint16_t port = port_of(&place->address);
    char text[PT_REACH_SIZE];
    char hint[96] = "";
    int error = errno;

    pt_reach_text((const struct sockaddr *)&place->address, text);
    if (error == EACCES)
        snprintf(hint, sizeof(hint),
                 "ports below 1024 need a right: see 'Ports 80 and 443' in "
                 "the manual");
    else if (error == EADDRINUSE)
        snprintf(hint, sizeof(hint), "'portolan port %u' says who has it",
                 port);
    else if (error == EADDRNOTAVAIL)
        snprintf(hint, sizeof(hint), "name an address of this machine");
    else if (error == EINVAL)
        snprintf(hint, sizeof(hint),
                 "name an address that counts beyond one link, and an IPv4 "
                 "one as such");
    return pt_fail(err, PT_CANNOT_WRITE, hint,
                   "cannot listen at %s port %u: %s", text, port,
                   strerror(error));
}

/* -1: errno says why. */
static int listen_at(const struct place *place)
{
    const struct sockaddr *address = (const void *)&place->address;
    bool is_ipv6 = address->sa_family == AF_INET6;
    socklen_t len = is_ipv6 ? sizeof(struct sockaddr_in6)
                            : sizeof(struct sockaddr_in);
    int fd = socket(address->sa_family,
                    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    int error;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (is_ipv6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (!bind(fd, address, len) && !listen(fd, BACKLOG))
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* Where devices come from; each address once, whatever its ports. */
static bool note_lan(struct pt_serving *s,
                     const struct sockaddr_storage *address)
{
    struct sockaddr_storage at = *address;
    const char *host = s->call->options.host;
    char text[PT_REACH_SIZE];

    pt_reach_text((const struct sockaddr *)address, text);
    pt_serving_set_port(&at, 0);
    if (pt_is_loopback_address((const struct sockaddr *)address) ||
        s->lan_count == PT_LAN_ADDRESSES)
        return true;
    for (size_t i = 0; i < s->lan_count; i++)
        if (!memcmp(&s->lan[i], &at, sizeof(at)))
            return true;
    if (!s->lan_count)
        s->lan_host = host ? host : pt_arena_strdup(s->call->arena, text);
    s->lan[s->lan_count++] = at;
    return s->lan_host;
}

/* Who listens on every network has no address to be called by there: then
 * devices reach it at those of this machine. */
static struct pt_interfaces reached_at(const struct pt_serving *s,
                                       struct sockaddr_storage *address)
{
    struct pt_interfaces own = {0};

    if (pt_is_any_address((const struct sockaddr *)address))
        (void)pt_interfaces_lan(s->call->arena, &own, NULL);
    return own.count ? own : (struct pt_interfaces){.at = address, .count = 1};
}

static bool note_reached(struct pt_serving *s,
                         struct sockaddr_storage *address, bool is_tls)
{
    struct pt_interfaces reached = reached_at(s, address);
    bool is_noted = set_base(s, reached.at, port_of(address), is_tls);

    for (size_t i = 0; i < reached.count && is_noted; i++)
        is_noted = note_lan(s, &reached.at[i]);
    return is_noted;
}

/* Nobody is answered before the settings are known: a client that hears "not
 * here" takes it for the truth, and stops asking. */
static bool add_door(struct pt_serving *s, int fd, bool is_tls)
{
    struct pt_door *doors = pt_arena_grow(s->call->arena, s->doors,
                                          s->door_count, sizeof(*doors));

    if (!doors) {
        close(fd);
        return false;
    }
    s->doors = doors;
    doors[s->door_count++] = (struct pt_door){.fd = fd, .is_tls = is_tls};
    return true;
}

static enum pt_status open_door(struct pt_serving *s, int fd, bool is_tls,
                                struct pt_error *err)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof(address);
    char text[PT_REACH_SIZE];
    const char *shown;

    getsockname(fd, (struct sockaddr *)&address, &len);
    pt_reach_text((const struct sockaddr *)&address, text);
    s->house.has_tls |= is_tls && port_of(&address) == 443;
    shown = pt_show_server(s->call->arena, text, port_of(&address));
    if (!add_door(s, fd, is_tls) || !note_reached(s, &address, is_tls) ||
        !shown || !add_name(s, text) ||
        !pt_strings_add(s->call->arena, &s->places,
                        pt_arena_printf(s->call->arena, "http%s://%s",
                                        is_tls ? "s" : "", shown)))
        return pt_fail_memory(err);
    return PT_OK;
}

enum pt_status pt_serving_answer(struct pt_serving *s, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    while (s->door_count && status == PT_OK) {
        const struct pt_door *door = &s->doors[--s->door_count];

        status = pt_web_listen(
            s->web, door->fd,
            door->is_tls ? pt_buf_text(&s->certificate) : NULL,
            door->is_tls ? pt_buf_text(&s->key) : NULL, err);
    }
    return status;
}

void pt_serving_close_doors(struct pt_serving *s)
{
    while (s->door_count)
        close(s->doors[--s->door_count].fd);
}

static enum pt_status open_place(struct pt_serving *s,
                                 const struct place *place,
                                 struct pt_error *err)
{
    enum pt_status status = check_place(s, place, err);
    int fd;

    if (status != PT_OK)
        return status;
    fd = listen_at(place);
    return fd < 0 ? fail_listen(place, err)
                  : open_door(s, fd, place->is_tls, err);
}

/* Ports 80 and 443 are the only ones that mail clients ask; who may not have
 * them gets others, for a look at the page. */
static enum pt_status open_usual(struct pt_serving *s,
                                 struct sockaddr_storage address, bool is_tls,
                                 struct pt_error *err)
{
    struct pt_page page = pt_page_err(s->call->io);
    struct place place = {.address = address, .is_tls = is_tls};
    int fd;

    pt_serving_set_port(&place.address, is_tls ? 443 : 80);
    fd = listen_at(&place);
    if (fd < 0 && errno == EACCES) {
        pt_serving_set_port(&place.address, is_tls ? 8443 : 8080);
        pt_page_paragraph(&page, 0, "portolan: ",
                          "mail clients ask ports 80 and 443 alone, which "
                          "this user may not have: see 'Ports 80 and 443' in "
                          "the manual");
        fd = listen_at(&place);
    }
    return fd < 0 ? fail_listen(&place, err) : open_door(s, fd, is_tls, err);
}

static enum pt_status open_both(struct pt_serving *s,
                                const struct sockaddr_storage *address,
                                struct pt_error *err)
{
    enum pt_status status = open_usual(s, *address, false, err);

    return status == PT_OK && s->is_tls ? open_usual(s, *address, true, err)
                                        : status;
}

static enum pt_status open_lan(struct pt_serving *s, struct pt_error *err)
{
    struct pt_interfaces own;
    enum pt_status status = pt_interfaces_lan(s->call->arena, &own, err);

    if (status != PT_OK)
        return status;
    if (!own.count)
        return pt_fail(err, PT_CANNOT_WRITE,
                       "--listen ADDR:PORT names one by hand",
                       "this machine has no address on a private network");
    for (size_t i = 0; i < own.count && status == PT_OK; i++)
        status = open_both(s, &own.at[i], err);
    return status;
}

static enum pt_status open_listed(struct pt_serving *s, struct pt_error *err)
{
    const struct pt_strings *listed = &s->call->options.listen;
    enum pt_status status = PT_OK;
    struct place place;

    for (size_t i = 0; i < listed->count && status == PT_OK; i++) {
        status = read_place(s->call->arena, listed->at[i], s->is_tls, &place,
                            err);
        if (status == PT_OK)
            status = open_place(s, &place, err);
    }
    return status;
}

/* What systemd has opened: "https" has TLS. */
static enum pt_status open_given(struct pt_serving *s, size_t count,
                                 struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < count && status == PT_OK; i++) {
        bool is_tls = pt_activation_is_named(i, "https");

        if (is_tls && !s->is_tls)
            return pt_fail(err, PT_BAD_INPUT,
                           "add --tls, or --cert FILE --key FILE",
                           "the socket named https needs a certificate");
        status = open_door(s, PT_ACTIVATION_FIRST + (int)i, is_tls, err);
    }
    return status;
}

static enum pt_status open_loopback(struct pt_serving *s, struct pt_error *err)
{
    struct sockaddr_storage address;

    return pt_reach_parse("127.0.0.1", &address)
               ? open_both(s, &address, err)
               : PT_BAD_INPUT;
}

enum pt_status pt_serving_open_doors(struct pt_serving *s, struct pt_error *err)
{
    size_t given = pt_activation_take();
    enum pt_status status = add_own_names(s, err);

    if (status == PT_OK)
        status = take_certificate(s, err);
    if (status != PT_OK)
        return status;
    if (given)
        return open_given(s, given, err);
    if (s->call->options.listen.count)
        return open_listed(s, err);
    return s->call->options.lan ? open_lan(s, err) : open_loopback(s, err);
}
