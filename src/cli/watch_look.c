#include "cli/watch_look.h"

#include "base/text.h"
#include "cli/json_print.h"
#include "cli/page.h"
#include "cli/updating.h"
#include "cli/watch_line.h"
#include "net/listener_watch.h"
#include "net/session_bus.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPORT_MAX = 256 * 1024, CHUNK = 4096 };

/* The report: texts that begin with one of these and end with NUL. */
enum {
    SAYS_CHANGED = 'c',
    SAYS_SETTLED = 's',
    SAYS_MUTE = 'm',
    SAYS_TOLD = 't',
    SAYS_SHOWN = 'n',
    SAYS_HELD = 'h',
};

/* In the process that looks. */
struct looking {
    struct pt_call call;
    struct pt_updating updating;
    struct pt_error err;
    const struct pt_look_memory *memory;
    struct pt_watch_line line;
    bool is_last;
    struct pt_buf report;
};

static void report(struct looking *l, char what, const char *text)
{
    pt_buf_putc(&l->report, what);
    pt_buf_add(&l->report, text, strlen(text) + 1);
}

/* ---- telling ---- */

static struct tm local_time(void)
{
    time_t now = time(NULL);
    struct tm at = {0};

    localtime_r(&now, &at);
    return at;
}

static void print_line(const struct looking *l, const char *text)
{
    struct pt_page page = pt_page_out(l->updating.call->io);
    struct tm now = local_time();
    char at[32];

    strftime(at, sizeof(at), "%Y-%m-%d %H:%M:%S", &now);
    pt_page_putf(&page, PT_NORMAL, "%s %s", at, text);
    pt_page_end_line(&page);
}

static void print_json(const struct looking *l, const char *text)
{
    struct pt_json json;
    struct tm now = local_time();
    char at[32];

    strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%S%z", &now);
    pt_json_begin(&json);
    pt_json_text(&json, json.root, "time", at);
    pt_json_text(&json, json.root, "text", text);
    pt_update_json(&l->updating, &json);
    (void)pt_json_print(&json, true, l->updating.call->io->out, NULL);
}

/* Never the same twice in a row; nor that the bridge does not run: it may be
 * meant not to.  Where there is no desktop, the line has to do. */
static void notify(struct looking *l, const char *text)
{
    bool is_stopped = l->updating.worst == PT_NEEDS_BRIDGE && !*l->line.done;

    if (is_stopped || pt_is(text, pt_buf_text(&l->memory->shown)))
        return;
    if (pt_bus_notify(*l->line.done ? "Mail settings were updated"
                                    : "Mail settings wait",
                      text, NULL) == PT_OK)
        report(l, SAYS_SHOWN, text);
}

static const char *join(struct pt_arena *arena, const char *a, const char *b)
{
    return pt_arena_printf(arena, "%s%s%s", a, *a && *b ? "; " : "", b);
}

/* What stays to be done is told once, until it is another. */
static bool tell(struct looking *l)
{
    struct pt_arena *arena = l->updating.call->arena;
    const struct pt_watch_line *line = &l->line;
    const char *left = join(arena, line->waits, l->is_last ? line->wrong : "");
    bool is_new = left && !pt_has_prefix(pt_buf_text(&l->memory->told), left);
    const char *text = join(arena, line->done, is_new ? left : "");

    if (!text || !left)
        return false;
    if (*text) {
        if (l->updating.call->options.json)
            print_json(l, text);
        else
            print_line(l, text);
        fflush(l->updating.call->io->out);
        notify(l, text);
    }
    if (is_new || (!*left && !*line->wrong))
        report(l, SAYS_TOLD, left);
    return true;
}

/* ---- looking ---- */

/* False: no memory. */
static bool update(struct looking *l, bool dry_run)
{
    l->call.options.dry_run = dry_run;
    l->updating = (struct pt_updating){.call = &l->call};
    l->err = (struct pt_error){0};
    if (pt_update_run(&l->updating, &l->err) == PT_OK)
        l->err.status = PT_OK;
    l->call.options.dry_run = false;
    return pt_watch_line(&l->updating, &l->err, &l->line);
}

static uint64_t digest_now(void)
{
    uint64_t digest = 0;

    pt_listeners_digest(&digest);
    return digest;
}

/* While a bridge opens its ports, what is found is half true: a rehearsal
 * first, and nothing is changed by one that saw the listeners change.  Most of
 * the time there is nothing to change, and the rehearsal was all.
 * False: another look is due, or there is no memory. */
static bool find_or_change(struct looking *l)
{
    uint64_t before = digest_now();

    return update(l, true) &&
           (!*l->line.done || (digest_now() == before && update(l, false)));
}

static void look(struct looking *l)
{
    struct pt_updating *updating = &l->updating;

    if (!find_or_change(l) || !tell(l))
        return;
    if (*l->line.done)
        report(l, SAYS_CHANGED, "");
    if (!*l->line.wrong)
        report(l, SAYS_SETTLED, "");
    for (size_t i = 0; i < updating->repair_count; i++)
        if (updating->repairs[i].held)
            report(l, SAYS_HELD, updating->repairs[i].held);
    if (fflush(updating->call->io->out))
        report(l, SAYS_MUTE, "");
}

/* Its options are those of an update that nobody looks at. */
static struct pt_call call_of(const struct pt_call *call,
                              struct pt_arena *arena)
{
    struct pt_call own = *call;

    own.arena = arena;
    own.options.force = false;
    own.options.accept_certificate = false;
    own.options.profile = NULL;
    return own;
}

static void send_report(int fd, const struct pt_buf *bytes)
{
    size_t sent = 0;

    while (!pt_buf_failed(bytes) && sent < bytes->len) {
        ssize_t n = write(fd, bytes->at + sent, bytes->len - sent);

        if (n < 0 && errno != EINTR)
            return;
        sent += n > 0 ? (size_t)n : 0;
    }
}

/* Who ends the watcher waits for us: what has begun is brought to its end. */
static void ignore_signals(void)
{
    static const int ignored[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};

    for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
        signal(ignored[i], SIG_IGN);
}

static void run_child(const struct pt_call *call,
                      const struct pt_look_memory *memory, bool is_last, int fd)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct looking l = {.memory = memory,
                        .is_last = is_last,
                        .report = {.max = REPORT_MAX}};

    ignore_signals();
    if (!arena)
        return;
    l.call = call_of(call, arena);
    look(&l);
    send_report(fd, &l.report);
    pt_buf_free(&l.report);
}

enum pt_status pt_look_begin(const struct pt_call *call,
                             const struct pt_look_memory *memory, bool is_last,
                             struct pt_look *ret_look, struct pt_error *err)
{
    int ends[2] = {-1, -1};
    pid_t pid = -1;

    fflush(call->io->out);
    fflush(call->io->err);
    if (!pipe(ends))
        pid = fork();
    if (pid == 0) {
        run_child(call, memory, is_last, ends[1]);
        _exit(0);
    }
    if (pid < 0)
        pt_fail(err, PT_CANNOT_WRITE, NULL, "cannot start a process: %s",
                strerror(errno));
    if (ends[1] >= 0)
        close(ends[1]);
    if (pid < 0) {
        if (ends[0] >= 0)
            close(ends[0]);
        return PT_CANNOT_WRITE;
    }
    *ret_look = (struct pt_look){
        .pid = pid, .fd = ends[0], .report = {.max = REPORT_MAX}};
    return PT_OK;
}

/* ---- what came of it ---- */

bool pt_look_read(struct pt_look *look)
{
    char chunk[CHUNK];
    ssize_t n = read(look->fd, chunk, sizeof(chunk));

    if (n > 0)
        pt_buf_add(&look->report, chunk, (size_t)n);
    return n > 0 || (n < 0 && errno == EINTR);
}

static void remember(struct pt_buf *buf, const char *text)
{
    pt_buf_clear(buf);
    pt_buf_puts(buf, text);
}

static bool take(struct pt_arena *arena, const char *text,
                 struct pt_look_memory *memory, struct pt_look_result *result)
{
    switch (*text) {
    case SAYS_CHANGED:
        result->has_changed = true;
        return true;
    case SAYS_SETTLED:
        result->is_settled = true;
        return true;
    case SAYS_MUTE:
        result->is_mute = true;
        return true;
    case SAYS_TOLD:
        remember(&memory->told, text + 1);
        return true;
    case SAYS_SHOWN:
        remember(&memory->shown, text + 1);
        return true;
    case SAYS_HELD:
        return arena && pt_strings_add(arena, &result->held, text + 1);
    default:
        return true;
    }
}

bool pt_look_end(struct pt_look *look, struct pt_arena *arena,
                 struct pt_look_memory *memory,
                 struct pt_look_result *ret_result)
{
    struct pt_look_result result = {0};
    const char *at = pt_buf_text(&look->report);
    const char *end = at + look->report.len;
    bool is_taken = !look->report.oom;
    int state = 0;

    while (waitpid(look->pid, &state, 0) < 0 && errno == EINTR)
        ;
    close(look->fd);
    for (; at < end && is_taken; at += strlen(at) + 1)
        is_taken = take(arena, at, memory, &result);
    pt_buf_free(&look->report);
    *look = (struct pt_look){.fd = -1};
    result.is_killed = WIFSIGNALED(state);
    *ret_result = result;
    return is_taken;
}
