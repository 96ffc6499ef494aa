#include "serve/relay_ports.h"

#include "base/file.h"
#include "format/reader.h"

#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 16 * 1024 };

/* What is remembered, of which one is asked for. */
struct ports {
    struct pt_arena *arena;
    const char *path;
    const char *key;
    struct pt_pairs known;
};

static enum pt_status read_ports(struct ports *ports,
                                 const struct pt_place *place,
                                 struct pt_error *err)
{
    PT_BUF struct pt_buf text = {.max = FILE_MAX};
    enum pt_status status;

    ports->path = pt_arena_printf(ports->arena, "%s/portolan/relay-ports",
                                  place->state);
    if (!ports->path || !ports->key)
        return pt_fail_memory(err);
    status = pt_file_read(ports->path, &text, err);
    if (status == PT_NOTHING)
        return PT_OK;
    return status == PT_OK
               ? pt_read_properties(ports->arena,
                                    pt_slice(pt_buf_text(&text), text.len),
                                    &ports->known, err)
               : status;
}

static const char *key_of(struct pt_arena *arena, const char *bridge,
                          enum pt_service service)
{
    return pt_arena_printf(arena, "%s.%s", bridge, pt_service_name(service));
}

static uint16_t port_of(const struct ports *ports)
{
    const char *value = pt_pairs_get(&ports->known, ports->key);
    long port = value ? strtol(value, NULL, 10) : 0;

    return port > 0 && port <= UINT16_MAX ? (uint16_t)port : 0;
}

uint16_t pt_relay_port_known(const struct pt_place *place, const char *bridge,
                             enum pt_service service)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct ports ports = {.arena = arena};
    struct pt_error err;

    if (!arena)
        return 0;
    ports.key = key_of(arena, bridge, service);
    return read_ports(&ports, place, &err) == PT_OK ? port_of(&ports) : 0;
}

static enum pt_status write_ports(const struct ports *ports, uint16_t port,
                                  struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};

    for (size_t i = 0; i < ports->known.count; i++)
        if (!pt_is(ports->known.at[i].key, ports->key))
            pt_buf_printf(&text, "%s=%s\n", ports->known.at[i].key,
                          ports->known.at[i].value);
    pt_buf_printf(&text, "%s=%u\n", ports->key, port);
    if (pt_buf_failed(&text))
        return pt_fail_memory(err);
    return pt_file_write(ports->path, text.at, text.len, err);
}

static enum pt_status lock(struct pt_arena *arena, const struct pt_place *place,
                           int *ret_fd, struct pt_error *err)
{
    const char *state = pt_arena_printf(arena, "%s/portolan", place->state);
    const char *path = pt_arena_printf(arena, "%s/relay-ports.lock", state);
    enum pt_status status;

    if (!state || !path)
        return pt_fail_memory(err);
    status = pt_make_dirs(state, err);
    return status == PT_OK ? pt_file_lock(path, ret_fd, err) : status;
}

enum pt_status pt_relay_port_keep(const struct pt_place *place,
                                  const char *bridge, enum pt_service service,
                                  uint16_t port, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct ports ports = {.arena = arena};
    int fd = -1;
    enum pt_status status;

    if (!arena)
        return pt_fail_memory(err);
    ports.key = key_of(arena, bridge, service);
    status = lock(arena, place, &fd, err);
    if (status == PT_OK)
        status = read_ports(&ports, place, err);
    if (status == PT_OK && port_of(&ports) != port)
        status = write_ports(&ports, port, err);
    if (fd >= 0)
        close(fd);
    return status;
}
