#include "serve/lan_fetch.h"

#include "base/buf.h"
#include "format/autodiscover.h"
#include "format/dns_text.h"
#include "format/url.h"

enum { HTTPS_PORT = 443 };

static void on_answer(void *ctx, const struct pt_answer *answer);

/* ---- what is asked for ---- */

/* Evolution hides who asks behind this name; the digest that goes with it tells
 * servers nothing they need. */
static const char *value_of(const struct pt_lan_fetches *all, char letter)
{
    const struct pt_address *address = all->address;

    switch (letter) {
    case 'a':
        return pt_url_escape(all->arena, address->text);
    case 'e':
        return pt_arena_printf(all->arena, "EVOLUTIONUSER%%40%s",
                               address->domain);
    default:
        return address->domain;
    }
}

static const char *expand(const struct pt_lan_fetches *all, const char *text)
{
    PT_BUF struct pt_buf out = {0};

    for (; *text; text++) {
        const char *value = *text == '%' ? value_of(all, *++text) : NULL;

        if (value)
            pt_buf_puts(&out, value);
        else
            pt_buf_putc(&out, *text);
    }
    if (pt_buf_failed(&out))
        pt_arena_fail(all->arena);
    return pt_arena_strdup(all->arena, pt_buf_text(&out));
}

/* ---- asking ---- */

static void end(struct pt_lan_fetch *f, enum pt_answer_status status,
                const char *why)
{
    f->status = status;
    f->why = pt_arena_strdup(f->all->arena, why);
    f->took_ms = pt_loop_now(f->all->loop) - f->begun_ms;
    f->all->open--;
}

static void ask(struct pt_lan_fetch *f, struct pt_ask *ask)
{
    struct pt_lan_fetches *all = f->all;

    ask->owner = all;
    ask->is_nearby = true;
    ask->limit_ms = PT_LAN_MS;
    if (ask->what && all->net->begin(all->net, ask, on_answer, f))
        return;
    pt_arena_fail(all->arena);
    end(f, PT_ANSWER_FAILED, "out of memory");
}

static void get(struct pt_lan_fetch *f, const char *url)
{
    f->url = url;
    ask(f, &(struct pt_ask){.kind = PT_ASK_HTTP, .what = url});
}

static void post(struct pt_lan_fetch *f, const char *url)
{
    const char *payload =
        pt_autodiscover_request(f->all->arena, f->all->address->text);

    f->url = url;
    if (!payload)
        end(f, PT_ANSWER_FAILED, "XML cannot hold the address");
    else
        ask(f, &(struct pt_ask){.kind = PT_ASK_HTTP,
                                .what = url,
                                .method = "POST",
                                .payload = payload,
                                .payload_type = "text/xml; charset=utf-8"});
}

static void begin(struct pt_lan_fetch *f)
{
    f->begun_ms = pt_loop_now(f->all->loop);
    f->all->open++;
    switch (f->how) {
    case PT_LAN_GET:
    case PT_LAN_GET_POX:
    case PT_LAN_MOVED:
        get(f, f->what);
        break;
    case PT_LAN_POST:
        post(f, f->what);
        break;
    case PT_LAN_SRV:
    case PT_LAN_SRV_443:
        ask(f, &(struct pt_ask){.kind = PT_ASK_DNS,
                                .record = PT_RECORD_SRV,
                                .what = f->what});
        break;
    }
}

struct pt_lan_fetch *pt_lan_fetch_begin(struct pt_lan_fetches *all,
                                        const struct pt_lan_request *request)
{
    const char *what = expand(all, request->what);
    struct pt_lan_fetch *f = &all->at[all->count];

    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].how == request->how && pt_is(all->at[i].what, what))
            return &all->at[i];
    if (!what || all->count == PT_LAN_FETCHES)
        return NULL;
    all->count++;
    *f = (struct pt_lan_fetch){.all = all, .how = request->how, .what = what};
    begin(f);
    return f;
}

/* ---- answers ---- */

static bool is_by_get(const struct pt_lan_fetch *f)
{
    return f->how == PT_LAN_GET || f->how == PT_LAN_GET_POX;
}

/* Where the answer sends who asked; NULL: it is the last one. */
static const char *onward(struct pt_lan_fetch *f,
                          const struct pt_answer *answer)
{
    struct pt_arena *arena = f->all->arena;
    struct pt_autodiscover found;

    if (answer->http / 100 == 3)
        return pt_arena_strdup(arena, answer->location);
    if (is_by_get(f) || answer->http != 200 ||
        pt_autodiscover_read(arena, pt_slice(answer->body, answer->len),
                             &found, NULL) != PT_OK ||
        found.server_count)
        return NULL;
    return found.redirect_url;
}

static void take(struct pt_lan_fetch *f, const struct pt_answer *answer)
{
    f->http = answer->http;
    f->body = pt_slice(
        pt_arena_strndup(f->all->arena, answer->len ? answer->body : "",
                         answer->len),
        answer->len);
    f->media_type = pt_arena_strdup(f->all->arena, answer->media_type);
    end(f, PT_ANSWER_OK, NULL);
}

static void follow(struct pt_lan_fetch *f, const char *url)
{
    if (++f->hops > PT_LAN_HOPS)
        end(f, PT_ANSWER_FAILED, "it is sent from one place to the next "
                                 "without end");
    else if (is_by_get(f))
        get(f, url);
    else if (!pt_url_is_https(url))
        end(f, PT_ANSWER_FAILED, "it is sent on to what is no https URL");
    else
        post(f, url);
}

static void take_srv(struct pt_lan_fetch *f, const struct pt_answer *answer)
{
    struct pt_arena *arena = f->all->arena;
    struct pt_dns_records records = pt_dns_text_read(
        arena, pt_slice(answer->body, answer->len), PT_RECORD_SRV);

    pt_dns_sort(&records, 0);
    if (!records.count || pt_is(records.at[0].name, ".")) {
        end(f, PT_ANSWER_ABSENT, "no such record");
        return;
    }
    post(f, pt_arena_printf(
                arena, "https://%s:%u/autodiscover/autodiscover.xml",
                records.at[0].name,
                f->how == PT_LAN_SRV ? records.at[0].port : HTTPS_PORT));
}

static bool is_by_srv(const struct pt_lan_fetch *f)
{
    return f->how == PT_LAN_SRV || f->how == PT_LAN_SRV_443;
}

static const char *absence_of(const struct pt_lan_fetch *f)
{
    return is_by_srv(f) && !f->url ? "no such record"
                                   : "no such host, or nobody listens there";
}

/* What MOVED leads to is asked by POST; it is no answer itself. */
static bool is_before_redirect(const struct pt_lan_fetch *f)
{
    return f->how == PT_LAN_MOVED && !f->hops;
}

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct pt_lan_fetch *f = ctx;
    const char *url;

    if (answer->status != PT_ANSWER_OK) {
        end(f, answer->status, answer->why ? answer->why : absence_of(f));
        return;
    }
    if (is_by_srv(f) && !f->url) {
        take_srv(f, answer);
        return;
    }
    url = onward(f, answer);
    if (url)
        follow(f, url);
    else if (is_before_redirect(f))
        end(f, PT_ANSWER_ABSENT,
            pt_arena_printf(f->all->arena, "HTTP %d, and no redirect",
                            answer->http));
    else
        take(f, answer);
}

/* ---- the host ---- */

static void on_hosts(void *ctx, const struct pt_answer *answer)
{
    struct pt_lan_fetches *all = ctx;
    struct pt_slice rest = pt_slice(answer->body, answer->len);
    struct pt_slice line;

    all->open--;
    all->has_hosts =
        answer->status == PT_ANSWER_OK || answer->status == PT_ANSWER_ABSENT;
    while (answer->status == PT_ANSWER_OK && pt_next_line(&rest, &line)) {
        const char *text = pt_arena_strndup(all->arena, line.at, line.len);

        if (text)
            pt_strings_add(all->arena, &all->hosts, text);
    }
}

void pt_lan_fetch_hosts(struct pt_lan_fetches *all)
{
    struct pt_ask ask = {
        .kind = PT_ASK_HOST,
        .what = expand(all, "autoconfig.%d"),
        .owner = all,
    };

    if (ask.what && all->net->begin(all->net, &ask, on_hosts, all))
        all->open++;
    else
        pt_arena_fail(all->arena);
}

void pt_lan_fetch_wait(struct pt_lan_fetches *all)
{
    while (all->open && pt_loop_step(all->loop))
        continue;
    if (all->open) /* nobody is going to answer */
        all->net->drop(all->net, all);
}
