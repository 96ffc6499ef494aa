#include "serve/landing_ways.h"

#include "net/reach.h"
#include "writer/writer.h"

#include <string.h>

const struct pt_way pt_ways[] = {
    {PT_DEVICE_IPHONE, PT_WAY_APPLE, PT_W_APPLE_MAIL, PT_W_NONE,
     PT_W_GET_PROFILE, PT_W_STEPS_IPHONE, PT_W_NOTE_IPHONE},
    {PT_DEVICE_MAC, PT_WAY_APPLE, PT_W_APPLE_MAIL, PT_W_NONE,
     PT_W_GET_PROFILE, PT_W_STEPS_MAC, PT_W_NOTE_MAC},
    {PT_DEVICE_MAC, PT_WAY_THUNDERBIRD, PT_W_THUNDERBIRD,
     PT_W_NOTE_THUNDERBIRD, PT_W_GET_ZIP, PT_W_STEPS_THUNDERBIRD, PT_W_NONE},
    {PT_DEVICE_ANDROID, PT_WAY_K9S, PT_W_MOBILE, PT_W_NOTE_MOBILE,
     PT_W_GET_K9S, PT_W_STEPS_MOBILE, PT_W_NONE},
    {PT_DEVICE_WINDOWS, PT_WAY_THUNDERBIRD, PT_W_THUNDERBIRD,
     PT_W_NOTE_THUNDERBIRD, PT_W_GET_ZIP, PT_W_STEPS_THUNDERBIRD, PT_W_NONE},
    {PT_DEVICE_WINDOWS, PT_WAY_OUTLOOK, PT_W_OUTLOOK, PT_W_NONE, PT_W_GET_PRF,
     PT_W_STEPS_OUTLOOK, PT_W_NOTE_OUTLOOK},
    {PT_DEVICE_LINUX, PT_WAY_THUNDERBIRD, PT_W_THUNDERBIRD,
     PT_W_NOTE_THUNDERBIRD, PT_W_GET_ZIP, PT_W_STEPS_THUNDERBIRD, PT_W_NONE},
    {PT_DEVICE_LINUX, PT_WAY_NO_FILE, PT_W_EVOLUTION, PT_W_NOTE_EVOLUTION,
     PT_W_NONE, PT_W_NONE, PT_W_NONE},
};

const size_t pt_way_count = sizeof(pt_ways) / sizeof(*pt_ways);

const char *const pt_way_paths[PT_WAY_FILES] = {
    [PT_WAY_APPLE] = "/profile.mobileconfig",
    [PT_WAY_THUNDERBIRD] = "/file/thunderbird",
    [PT_WAY_K9S] = "/file/k9s",
    [PT_WAY_OUTLOOK] = "/file/outlook",
    [PT_WAY_TEXT] = "/file/text",
};

static const char *const writers[PT_WAY_FILES] = {
    [PT_WAY_APPLE] = "apple",     [PT_WAY_THUNDERBIRD] = "thunderbird",
    [PT_WAY_K9S] = "k9s",         [PT_WAY_OUTLOOK] = "outlook",
    [PT_WAY_ANDROID] = "android", [PT_WAY_TEXT] = "text",
};

/* The first file of each is all there is to it. */
const char *const pt_landing_files[] = {
    "android", "autoconfig", "k9s", "outlook", "text", "thunderbird", NULL,
};

/* ---- where the servers are ---- */

bool pt_host_is_private(const char *host)
{
    /* RFC 6762; RFC 8375; reserved by ICANN in 2024; and what routers have. */
    static const char *const ends[] = {
        ".local", ".home.arpa", ".internal", ".lan", ".home", ".localdomain",
    };
    struct sockaddr_storage address;

    if (pt_reach_parse(host, &address))
        return pt_reach_fault((const struct sockaddr *)&address, false);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (pt_has_suffix(host, ends[i]))
            return true;
    return !strchr(host, '.') || pt_is_this_machine(host);
}

static void look_at(struct pt_ways_made *made, const struct pt_server *server)
{
    if (!server || !server->host)
        return;
    made->is_here |= pt_is_this_machine(server->host);
    if (!made->private && (server->bridge || pt_host_is_private(server->host)))
        made->private = server->host;
}

/* ---- what the writers say ---- */

static void keep_code(struct pt_arena *arena, const struct pt_output *out,
                      struct pt_ways_made *made)
{
    const struct pt_buf *svg = &out->files[0]->bytes;
    const char *at = strstr(pt_buf_text(svg), "<svg");
    const char *copy = at ? pt_arena_strdup(arena, at) : NULL;

    made->code = pt_slice_of(copy);
}

static void make(struct pt_arena *arena, const struct pt_settings *settings,
                 enum pt_way_file file, struct pt_ways_made *made)
{
    PT_OUTPUT struct pt_output out = {.arena = arena};
    struct pt_job job = {.arena = arena, .accounts = settings, .count = 1};
    struct pt_error err = {0};
    enum pt_status status =
        pt_write(pt_writer_named(writers[file]), &job, &out, &err);

    if (status == PT_NO_MEMORY)
        pt_arena_fail(arena);
    else if (status != PT_OK)
        made->refusals[file] = pt_arena_strdup(arena, err.text);
    else if (file == PT_WAY_ANDROID)
        keep_code(arena, &out, made);
}

void pt_ways_make(struct pt_arena *arena, const struct pt_settings *settings,
                  struct pt_ways_made *ret_made)
{
    struct pt_ways_made made = {0};

    look_at(&made, pt_chosen_incoming(settings));
    look_at(&made, pt_chosen(settings, PT_SUBMISSION));
    for (unsigned i = 0; i < PT_WAY_FILES; i++)
        if (writers[i])
            make(arena, settings, i, &made);
    *ret_made = made;
}

static bool is_phone(enum pt_device device)
{
    return device == PT_DEVICE_IPHONE || device == PT_DEVICE_ANDROID;
}

enum pt_word pt_way_refusal(const struct pt_way *way,
                            const struct pt_ways_made *made)
{
    if (made->is_here && is_phone(way->device))
        return PT_W_HERE_ALONE;
    return made->refusals[way->file] ? PT_W_REFUSED : PT_W_NONE;
}
