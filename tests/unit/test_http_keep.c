/* test_http_keep.c - a copy on disk stands in for what cannot be asked. */
#include "net/keep.h"
#include "tests/oom/alloc.h"
#include "tests/unit/http_world.h"

#include <sys/mman.h>
#include <time.h>

enum { PATH_SIZE = 128 };

/* ---- a server of several moods, which all of its processes share ---- */

enum mood { FIRST, SECOND, UNTAGGED, BROKEN, SILENT, GONE, MOVED };

struct shared {
    enum mood mood;
    int asked;
    int asked_if; /* with If-None-Match */
};

static struct shared *shared;

static void say_version(struct fake_server *s, const char *request,
                        const char *etag, const char *body)
{
    char text[256];

    snprintf(text, sizeof(text), "If-None-Match: %s\r\n", etag);
    if (strstr(request, text))
        snprintf(text, sizeof(text), "HTTP/1.1 304 Same\r\n\r\n");
    else
        snprintf(text, sizeof(text),
                 "HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Length: %zu\r\n\r\n"
                 "%s", etag, strlen(body), body);
    world_say(s, text);
}

static void answer(struct fake_server *s, const char *request)
{
    shared->asked++;
    shared->asked_if += strstr(request, "If-None-Match") != NULL;
    switch (shared->mood) {
    case FIRST:
        say_version(s, request, "\"v1\"", "first");
        return;
    case SECOND:
        say_version(s, request, "W/\"v2\"", "second");
        return;
    case UNTAGGED:
        world_say(s, "HTTP/1.1 200 OK\r\nETag: v3\r\n"
                     "Content-Length: 5\r\n\r\nthird");
        return;
    case BROKEN:
        world_say(s, "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\noops");
        return;
    case GONE:
        world_say(s, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
        return;
    case MOVED:
        world_say(s, "HTTP/1.1 302 Go\r\nLocation: /other\r\n"
                     "Content-Length: 0\r\n\r\n");
        return;
    case SILENT:
        pause();
    }
}

static void serve(struct fake_server *s, const struct fake_identity *id)
{
    char request[4096];

    (void)id;
    while (world_hear(s, request, sizeof(request)))
        answer(s, request);
}

/* ---- asking ---- */

struct place {
    char dir[PATH_SIZE];
    char url[WORLD_URL];
};

static struct got get(struct world *w, const struct place *p, enum mood mood)
{
    shared->mood = mood;
    return world_ask(w, (struct pt_ask){.what = p->url,
                                        .is_nearby = true,
                                        .keep = true,
                                        .limit_ms = 500});
}

static void check_body(const struct got *got, const char *says,
                       const char *body, const char *what)
{
    IS(world_says(got), says, what);
    IS(got->body, body, "with this body");
}

static void test_fresh(struct world *w, const struct place *p)
{
    struct got got = get(w, p, FIRST);

    check_body(&got, "ok 200", "first", "a page is had");
    OK(!shared->asked_if, "without a condition");
    got = get(w, p, FIRST);
    check_body(&got, "ok 200", "first",
               "the same again comes from the copy, as if it had come");
    OK(shared->asked_if == 1, "the server having been asked");
    got = get(w, p, SECOND);
    check_body(&got, "ok 200", "second", "a newer one takes its place");
    got = get(w, p, SECOND);
    check_body(&got, "ok 200", "second", "with its own ETag");
    got = get(w, p, UNTAGGED);
    check_body(&got, "ok 200", "third", "an ETag that is none is not used");
    shared->asked_if = 0;
    get(w, p, UNTAGGED);
    OK(!shared->asked_if, "not even the next time");
}

/* Since when it is kept: 2026-11-20. */
static void age_copy(const struct place *p)
{
    struct pt_keep *keep = pt_keep_new(p->dir);
    struct pt_copy copy = {.etag = "\"v1\"",
                           .at_s = INT64_C(1795132800),
                           .body = pt_slice_of("first")};

    pt_keep_store(keep, p->url, &copy);
    pt_keep_free(keep);
}

static void test_failures(struct world *w, const struct place *p)
{
    static const char copy[] =
        "ok 200: a copy from 2026-11-20: the server could not be asked";
    struct got got;

    age_copy(p);
    got = get(w, p, BROKEN);
    check_body(&got, copy, "first", "a copy stands in for a broken server");
    got = get(w, p, SILENT);
    check_body(&got, copy, "first", "and for one that is silent");
    got = get(w, p, GONE);
    check_body(&got, "ok 404", "", "but not for one that says no");
    got = get(w, p, MOVED);
    check_body(&got, "ok 302", "", "or sends elsewhere");
    got = get(w, p, FIRST);
    check_body(&got, "ok 200", "first", "and it may still be the newest");
}

/* By then nobody knows the name of the server. */
static void test_no_network(const struct place *p)
{
    static const struct world_name none[] = {{"a.example", "", false},
                                             {NULL, NULL, false}};
    struct world w = {.names = none};
    struct place q = *p;
    struct pt_copy copy = {.at_s = 0, .body = pt_slice_of("old")};
    struct pt_keep *keep = pt_keep_new(p->dir);
    struct got got;

    snprintf(q.url, sizeof(q.url), "https://a.example/");
    pt_keep_store(keep, q.url, &copy);
    pt_keep_free(keep);
    world_open(&w, (struct pt_http_setup){.keep_dir = p->dir});
    got = get(&w, &q, FIRST);
    check_body(&got,
               "ok 200: a copy from 1970-01-01: the server could not be asked",
               "old", "and for all servers where there is no network");
    world_close(&w);
}

static void test_drop(struct world *w, const struct place *p)
{
    struct got got = {0};
    struct pt_ask ask = {.kind = PT_ASK_HTTP,
                         .what = p->url,
                         .is_nearby = true,
                         .keep = true};

    shared->mood = SILENT;
    pt_http_begin(w->http, &ask, world_answer, &got);
    for (int i = 0; i < 2; i++) /* a third would wait for the answer */
        pt_loop_step(w->loop);
    pt_http_drop(w->http, NULL);
    IS(world_says(&got), "failed: given up", "who gave up gets no copy");
}

static void test_unkept(struct world *w, const struct place *p)
{
    struct place q = *p;
    struct got got;
    int before = world_count(p->dir);

    strcat(q.url, "?other");
    shared->mood = FIRST;
    got = world_ask(w, (struct pt_ask){.what = q.url, .is_nearby = true});
    check_body(&got, "ok 200", "first", "a page need not be kept");
    got = get(w, &q, GONE);
    got = get(w, &q, BROKEN);
    check_body(&got, "ok 503", "oops", "then nothing stands in for it");
    OK(world_count(p->dir) == before, "and only pages are ever kept");
}

static void test_no_directory(const struct place *p)
{
    static const char *const dirs[] = {NULL, "/dev/null/portolan"};

    for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
        struct world w = {.names = NULL};
        struct got got;

        world_open(&w, (struct pt_http_setup){.keep_dir = dirs[i]});
        got = get(&w, p, FIRST);
        check_body(&got, "ok 200", "first", "one can do without copies");
        world_close(&w);
    }
}

/* A world of its own each time, so that all of it is made anew. */
static struct got get_without_memory(const struct place *p, size_t nth,
                                     bool *ret_failed)
{
    struct pt_http_setup setup = {.keep_dir = p->dir};
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);
    struct pt_http *http;
    struct got got = {0};
    struct pt_ask ask = {.kind = PT_ASK_HTTP,
                         .what = p->url,
                         .is_nearby = true,
                         .keep = true,
                         .limit_ms = 500};

    pt_oom_fail_at(nth);
    http = pt_http_new(loop, &setup);
    if (http && pt_http_begin(http, &ask, world_answer, &got))
        while (!got.done && pt_loop_step(loop))
            ;
    *ret_failed = pt_oom_seen() >= nth;
    pt_oom_fail_at(0);
    pt_http_free(http);
    pt_loop_free(loop);
    return got;
}

static void test_memory(const struct place *p)
{
    bool failed = true;
    size_t odd = 0;
    size_t nth = 0;

    shared->mood = UNTAGGED; /* a page, kept each time */
    while (failed && nth < 1000) {
        struct got got = get_without_memory(p, ++nth, &failed);
        bool is_page = got.done && got.status == PT_ANSWER_OK &&
                       !strcmp(got.body, "third");

        odd += got.done && !is_page && got.status != PT_ANSWER_FAILED;
        odd += !failed && !is_page;
    }
    OK(nth > 8 && nth < 1000, "any allocation may fail");
    OK(!odd, "the page comes, or does not, and nothing else happens");
}

static void clean(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(path);
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    struct world w = {.names = NULL};
    struct fake_server server;
    struct place p;

    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    snprintf(p.dir, sizeof(p.dir), "%s/portolan-XXXXXX", tmp ? tmp : "/tmp");
    if (shared == MAP_FAILED || !mkdtemp(p.dir))
        return 99;
    world_start(&server, NULL, serve);
    snprintf(p.url, sizeof(p.url), "http://127.0.0.1:%u/x", server.port);
    world_open(&w, (struct pt_http_setup){.keep_dir = p.dir});
    test_fresh(&w, &p);
    test_failures(&w, &p);
    test_no_network(&p);
    test_drop(&w, &p);
    test_unkept(&w, &p);
    test_no_directory(&p);
    test_memory(&p);
    world_close(&w);
    world_stop(&server);
    clean(p.dir);
    return tap_done();
}
