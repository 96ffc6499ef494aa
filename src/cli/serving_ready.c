/* serving_ready.c - what `portolan serve` says once it listens. */
#include "cli/serving.h"

#include "base/activation.h"
#include "cli/json_print.h"
#include "cli/page.h"

enum { FINGERPRINTS_MOST = 20 };

/* To be compared with the one on the page, by whoever doubts it. */
static void tell_fingerprints(const struct pt_serving *s)
{
    struct pt_page page = pt_page_err(s->call->io);

    for (size_t i = 0; i < s->house.room_count && i < FINGERPRINTS_MOST; i++)
        if (s->house.rooms[i].site) {
            pt_page_putf(&page, PT_FAINT, "%s: fingerprint %s",
                         s->house.rooms[i].domain,
                         s->house.rooms[i].site->fingerprint);
            pt_page_end_line(&page);
        }
}

static void put_room(struct pt_json *json, cJSON *domains,
                     const struct pt_room *room,
                     const struct pt_room_look *look)
{
    cJSON *at = pt_json_object(json, domains, NULL);

    pt_json_text(json, at, "domain", room->domain);
    pt_json_text(json, at, "fingerprint",
                 room->site ? room->site->fingerprint : NULL);
    pt_json_text(json, at, "why", room->site ? NULL : look->err.text);
}

static enum pt_status print_json(const struct pt_serving *s,
                                 struct pt_error *err)
{
    struct pt_json json;
    cJSON *domains;

    pt_json_begin(&json);
    pt_json_strings(&json, json.root, "listening", &s->places);
    domains = pt_json_array(&json, json.root, "domains");
    for (size_t i = 0; i < s->house.room_count; i++)
        put_room(&json, domains, &s->house.rooms[i], &s->looks[i]);
    return pt_json_print(&json, true, s->call->io->out, err);
}

static void print_text(const struct pt_serving *s)
{
    for (size_t i = 0; i < s->places.count; i++)
        fprintf(s->call->io->out, "listening on %s\n", s->places.at[i]);
}

enum pt_status pt_serving_tell_ready(const struct pt_serving *s,
                                     struct pt_error *err)
{
    enum pt_status status = PT_OK;

    if (s->call->options.json)
        status = print_json(s, err);
    else
        print_text(s);
    if (status != PT_OK)
        return status;
    if (fflush(s->call->io->out))
        return pt_fail(err, PT_CANNOT_WRITE, NULL, "nobody reads the answer");
    if (!s->call->options.json)
        tell_fingerprints(s);
    pt_activation_notify("READY=1");
    return PT_OK;
}
