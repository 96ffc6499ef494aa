/* session_bus.c - see session_bus.h.
 *
 * libsystemd is loaded here and not linked: linked, it would make the start of
 * every command a tenth longer, and most of them have nobody to tell.
 */
#include "net/session_bus.h"

#include "base/loop.h"
#include "base/text.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 500,
    ADDRESS_SIZE = 256,
    TEXT_SIZE = 512,
    ESCAPED_SIZE = 5 * TEXT_SIZE, /* "&amp;" is the longest */
};

/* ---- the library ---- */

struct sd {
    __typeof__(sd_bus_call_async) *call_async;
    __typeof__(sd_bus_close) *close;
    __typeof__(sd_bus_error_has_name) *error_has_name;
    __typeof__(sd_bus_get_fd) *get_fd;
    __typeof__(sd_bus_message_append) *append;
    __typeof__(sd_bus_message_enter_container) *enter;
    __typeof__(sd_bus_message_get_error) *get_error;
    __typeof__(sd_bus_message_new_method_call) *new_call;
    __typeof__(sd_bus_message_read) *read;
    __typeof__(sd_bus_message_ref) *ref;
    __typeof__(sd_bus_message_set_auto_start) *set_auto_start;
    __typeof__(sd_bus_message_unref) *unref_message;
    __typeof__(sd_bus_new) *new_bus;
    __typeof__(sd_bus_process) *process;
    __typeof__(sd_bus_set_address) *set_address;
    __typeof__(sd_bus_set_bus_client) *set_bus_client;
    __typeof__(sd_bus_start) *start;
    __typeof__(sd_bus_unref) *unref;
    __typeof__(sd_bus_wait) *wait;
};

static const struct {
    const char *name;
    size_t at;
} symbols[] = {
    {"sd_bus_call_async", offsetof(struct sd, call_async)},
    {"sd_bus_close", offsetof(struct sd, close)},
    {"sd_bus_error_has_name", offsetof(struct sd, error_has_name)},
    {"sd_bus_get_fd", offsetof(struct sd, get_fd)},
    {"sd_bus_message_append", offsetof(struct sd, append)},
    {"sd_bus_message_enter_container", offsetof(struct sd, enter)},
    {"sd_bus_message_get_error", offsetof(struct sd, get_error)},
    {"sd_bus_message_new_method_call", offsetof(struct sd, new_call)},
    {"sd_bus_message_read", offsetof(struct sd, read)},
    {"sd_bus_message_ref", offsetof(struct sd, ref)},
    {"sd_bus_message_set_auto_start", offsetof(struct sd, set_auto_start)},
    {"sd_bus_message_unref", offsetof(struct sd, unref_message)},
    {"sd_bus_new", offsetof(struct sd, new_bus)},
    {"sd_bus_process", offsetof(struct sd, process)},
    {"sd_bus_set_address", offsetof(struct sd, set_address)},
    {"sd_bus_set_bus_client", offsetof(struct sd, set_bus_client)},
    {"sd_bus_start", offsetof(struct sd, start)},
    {"sd_bus_unref", offsetof(struct sd, unref)},
    {"sd_bus_wait", offsetof(struct sd, wait)},
};

/* It is never unloaded: libsystemd does not allow that. */
static enum pt_status load(struct sd *sd, struct pt_error *err)
{
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return pt_fail(err, PT_UNREACHABLE, "install libsystemd",
                       "the library for D-Bus, libsystemd, is not there");
    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);

        if (!symbol)
            return pt_fail(err, PT_UNREACHABLE, "install a newer libsystemd",
                           "libsystemd has no %s", symbols[i].name);
        memcpy((char *)sd + symbols[i].at, &symbol, sizeof(symbol));
    }
    return PT_OK;
}

/* ---- the bus ---- */

struct bus {
    struct sd sd;
    sd_bus *at;
    int64_t end_ms;
    sd_bus_message *reply; /* of the last call */
    bool is_answered;
};

static void close_bus(struct bus *bus)
{
    if (bus->reply)
        bus->sd.unref_message(bus->reply);
    if (!bus->at)
        return;
    bus->sd.close(bus->at);
    bus->sd.unref(bus->at);
}

#define BUS __attribute__((cleanup(close_bus)))

static int64_t now_ms(void)
{
    return pt_clock_monotonic.now_ms(pt_clock_monotonic.ctx);
}

static enum pt_status fail_bus(int error, struct pt_error *err)
{
    if (error == -ENOMEM)
        return pt_fail_memory(err);
    return pt_fail(err, PT_UNREACHABLE,
                   "see whether DBUS_SESSION_BUS_ADDRESS is that of your "
                   "desktop",
                   "the session bus does not work: %s", strerror(-error));
}

/* "tcp:" would leave the machine, "unixexec:" start a program. */
static bool is_address_ok(const char *address)
{
    while (pt_has_prefix(address, "unix:")) {
        address += strcspn(address, ";");
        if (!*address++)
            return true;
    }
    return false;
}

/* Where the runtime folder is not told (cron), it is where it always is. */
static const char *find_address(char made[ADDRESS_SIZE])
{
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *folder = getenv("XDG_RUNTIME_DIR");
    int len;

    if (address && *address)
        return address;
    if (folder && *folder)
        len = snprintf(made, ADDRESS_SIZE, "unix:path=%s/bus", folder);
    else
        len = snprintf(made, ADDRESS_SIZE, "unix:path=/run/user/%lu/bus",
                       (unsigned long)getuid());
    return len < ADDRESS_SIZE ? made : "";
}

static bool is_ours(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);

    return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
           (peer.uid == getuid() || peer.uid == 0);
}

static bool is_absent(int error)
{
    return error == -ENOENT || error == -ECONNREFUSED || error == -ENOTDIR;
}

static enum pt_status start(struct bus *bus, const char *address,
                            struct pt_error *err)
{
    int error = bus->sd.new_bus(&bus->at);

    if (error >= 0)
        error = bus->sd.set_address(bus->at, address);
    if (error >= 0)
        error = bus->sd.set_bus_client(bus->at, true);
    if (error >= 0)
        error = bus->sd.start(bus->at);
    if (is_absent(error))
        return pt_fail(err, PT_NOTHING, NULL,
                       "there is no session bus at '%s'", address);
    if (error < 0)
        return fail_bus(error, err);
    if (!is_ours(bus->sd.get_fd(bus->at)))
        return pt_fail(err, PT_UNREACHABLE,
                       "let DBUS_SESSION_BUS_ADDRESS be that of your desktop",
                       "the session bus at '%s' is another user's", address);
    return PT_OK;
}

static enum pt_status open_bus(struct bus *bus, struct pt_error *err)
{
    char made[ADDRESS_SIZE];
    const char *address = find_address(made);
    enum pt_status status;

    if (!is_address_ok(address))
        return pt_fail(err, PT_UNREACHABLE,
                       "let DBUS_SESSION_BUS_ADDRESS begin with 'unix:'",
                       "the session bus at '%s' is no socket of this machine",
                       address);
    bus->end_ms = now_ms() + PATIENCE_MS;
    status = load(&bus->sd, err);
    return status == PT_OK ? start(bus, address, err) : status;
}

/* ---- calls ---- */

static int keep_reply(sd_bus_message *reply, void *ctx, sd_bus_error *error)
{
    struct bus *bus = ctx;

    (void)error;
    bus->reply = bus->sd.ref(reply);
    bus->is_answered = true;
    return 1;
}

/* sd_bus_call() would wait for a bus that does not greet, for 25 seconds. */
static int wait_for_reply(struct bus *bus)
{
    while (!bus->is_answered) {
        int64_t left_ms = bus->end_ms - now_ms();
        int error;

        if (left_ms <= 0)
            return -ETIMEDOUT;
        error = bus->sd.process(bus->at, NULL);
        if (!error)
            error = bus->sd.wait(bus->at, (uint64_t)left_ms * 1000);
        if (error < 0 && error != -EINTR)
            return error;
    }
    return 0;
}

struct call {
    const char *to;
    const char *path;
    const char *interface;
    const char *member;
};

static const struct call list_names = {
    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
    "ListNames"};

static int begin_call(struct bus *bus, const struct call *call,
                      sd_bus_message **ret_message)
{
    if (bus->reply)
        bus->sd.unref_message(bus->reply);
    bus->reply = NULL;
    bus->is_answered = false;
    return bus->sd.new_call(bus->at, ret_message, call->to, call->path,
                            call->interface, call->member);
}

static int put_call(struct bus *bus, sd_bus_message *message)
{
    int error = bus->sd.call_async(bus->at, NULL, message, keep_reply, bus,
                                   PATIENCE_MS * 1000);

    return error < 0 ? error : wait_for_reply(bus);
}

static enum pt_status judge_reply(const struct bus *bus,
                                  const struct call *call,
                                  struct pt_error *err)
{
    const sd_bus_error *error = bus->sd.get_error(bus->reply);

    if (!error)
        return PT_OK;
    if (bus->sd.error_has_name(
            error, "org.freedesktop.DBus.Error.ServiceUnknown") ||
        bus->sd.error_has_name(error,
                               "org.freedesktop.DBus.Error.NameHasNoOwner"))
        return pt_fail(err, PT_NOTHING, NULL, "no %s runs on the session bus",
                       call->to);
    return pt_fail(err, PT_UNREACHABLE, NULL, "%s did not take %s: %s",
                   call->to, call->member,
                   error->message ? error->message : error->name);
}

/* A call without arguments, that starts nobody. */
static enum pt_status ask(struct bus *bus, const struct call *call,
                          struct pt_error *err)
{
    sd_bus_message *message = NULL;
    int error = begin_call(bus, call, &message);

    if (error >= 0)
        error = bus->sd.set_auto_start(message, false);
    if (error >= 0)
        error = put_call(bus, message);
    bus->sd.unref_message(message);
    return error < 0 ? fail_bus(error, err) : judge_reply(bus, call, err);
}

/* ---- Evolution ---- */

/* A number that changes with its interface follows.  A Flatpak's has the name
 * of that before it. */
static bool is_registry(const char *name)
{
    static const char says[] = "org.gnome.evolution.dataserver.Sources";
    const char *number = strstr(name, says);

    if (!number || (number != name && number[-1] != '.'))
        return false;
    number += strlen(says);
    return isdigit((unsigned char)*number) &&
           !number[strspn(number, "0123456789")];
}

static enum pt_status reload(struct bus *bus, const char *name,
                             struct pt_error *err)
{
    return ask(bus,
               &(struct call){name,
                              "/org/gnome/evolution/dataserver/SourceManager",
                              "org.gnome.evolution.dataserver.SourceManager",
                              "Reload"},
               err);
}

static enum pt_status reload_each(struct bus *bus, sd_bus_message *names,
                                  struct pt_error *err)
{
    enum pt_status worst = PT_NOTHING;
    const char *name;
    int error = bus->sd.enter(names, 'a', "s");

    while (error > 0 && (error = bus->sd.read(names, "s", &name)) > 0)
        if (is_registry(name)) {
            enum pt_status status = reload(bus, name, err);

            if (status != PT_NOTHING && worst != PT_UNREACHABLE)
                worst = status;
        }
    return error < 0 ? fail_bus(error, err) : worst;
}

enum pt_status pt_bus_reload_sources(struct pt_error *err)
{
    BUS struct bus bus = {0};
    sd_bus_message *names;
    enum pt_status status = open_bus(&bus, err);

    if (status == PT_OK)
        status = ask(&bus, &list_names, err);
    if (status != PT_OK)
        return status;
    names = bus.sd.ref(bus.reply);
    pt_fail(err, PT_NOTHING, NULL, "no registry of Evolution runs");
    status = reload_each(&bus, names, err);
    bus.sd.unref_message(names);
    return status;
}

/* ---- notifications ---- */

static const struct call notify = {
    "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
    "org.freedesktop.Notifications", "Notify"};

/* Those who show it may take it for markup. */
static void escape(const char *text, char out[ESCAPED_SIZE])
{
    static const char *const escapes[] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"};

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        const char *escaped = c <= '>' ? escapes[c] : NULL;

        if (escaped)
            out = stpcpy(out, escaped);
        else
            *out++ = *text;
    }
    *out = '\0';
}

static int add_texts(const struct bus *bus, sd_bus_message *message,
                     const char *summary, const char *body)
{
    char head[TEXT_SIZE];
    char text[TEXT_SIZE];
    char escaped[ESCAPED_SIZE];

    pt_make_printable(pt_slice_of(summary), head, sizeof(head));
    pt_make_printable(pt_slice_of(body), text, sizeof(text));
    escape(text, escaped);
    return bus->sd.append(message, "susssasa{sv}i", "portolan", 0U, "", head,
                          escaped, 0, 0, -1);
}

/* Who shows them may be started for it, as for every other program's. */
enum pt_status pt_bus_notify(const char *summary, const char *body,
                             struct pt_error *err)
{
    BUS struct bus bus = {0};
    sd_bus_message *message = NULL;
    enum pt_status status = open_bus(&bus, err);
    int error;

    if (status != PT_OK)
        return status;
    error = begin_call(&bus, &notify, &message);
    if (error >= 0)
        error = add_texts(&bus, message, summary, body);
    if (error >= 0)
        error = put_call(&bus, message);
    bus.sd.unref_message(message);
    return error < 0 ? fail_bus(error, err) : judge_reply(&bus, &notify, err);
}

/* ---- names ---- */

enum pt_status pt_bus_is_owned(const char *name, bool *ret_is_owned,
                               struct pt_error *err)
{
    BUS struct bus bus = {0};
    const char *at;
    bool is_owned = false;
    enum pt_status status = open_bus(&bus, err);
    int error;

    if (status == PT_OK)
        status = ask(&bus, &list_names, err);
    if (status != PT_OK)
        return status;
    error = bus.sd.enter(bus.reply, 'a', "s");
    while (error > 0 && (error = bus.sd.read(bus.reply, "s", &at)) > 0)
        is_owned |= pt_is(at, name);
    if (error < 0)
        return fail_bus(error, err);
    *ret_is_owned = is_owned;
    return PT_OK;
}
