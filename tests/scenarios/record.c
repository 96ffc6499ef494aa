/* record.c - every run of every scenario given is recorded, and the recording
 * replayed: it says the same, but that the user is someone. */
#include "base/file.h"
#include "tests/scenarios/play.h"
#include "tests/tap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { NAMES = 5, TEXT_MAX = 4 * 1024 * 1024, NAME_BYTES = 80 };

/* A run, and what came of it the first time. */
struct trial {
    const char *profiles;
    const struct play_run *run;
    char names[NAMES][NAME_BYTES]; /* the home's; that of the
                                      address, or else all of the accounts */
    bool has_address;
    bool evens_hosts;
    struct play_result first;
    char title[320];
    char *record; /* the name of the file */
};

static void say(const struct trial *t, const char *what, bool ok)
{
    char text[400];

    snprintf(text, sizeof(text), "%s: %s", t->title, what);
    OK(ok, text);
}

/* ---- the same, but for who it is ---- */

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_-.", c));
}

/* A host may be made of the name: then it is someone's, too. */
static bool goes_on(const struct trial *t, char c)
{
    return is_of_word(c) && !(t->evens_hosts && (c == '.' || c == '-'));
}

static size_t name_at(const struct trial *t, const char *text, const char *at)
{
    for (int i = NAMES - 1; i >= 0; i--) {
        size_t len = strlen(t->names[i]);

        if (!len || strncasecmp(at, t->names[i], len) != 0 ||
            (at > text && is_of_word(at[-1])) || goes_on(t, at[len]))
            continue;
        if (at[len] != '@' || i > 0 || !t->has_address)
            return len;
    }
    return 0;
}

/* Names of the user, and what hangs on how long they are (columns) or what
 * they are (identifiers), made alike. */
static void even_out(const struct trial *t, const char *text,
                     struct pt_buf *out)
{
    const char *at = text;

    while (*at) {
        size_t len = name_at(t, text, at);

        if (len)
            pt_buf_puts(out, "someone");
        else if (!isspace((unsigned char)*at))
            pt_buf_putc(out, *at);
        at += len ? len : 1;
    }
}

static bool is_alike(const struct trial *trial, const char *got,
                     const char *want)
{
    struct trial own = *trial;
    struct trial *t = &own;
    PT_BUF struct pt_buf a = {0};
    PT_BUF struct pt_buf b = {0};
    bool alike;

    own.evens_hosts = true;
    even_out(t, got, &a);
    even_out(t, want, &b);
    alike = !strcmp(pt_buf_text(&a), pt_buf_text(&b));
    if (!alike)
        printf("#  got: %s\n# want: %s\n", got, want);
    return alike;
}

/* ---- one run ---- */

static void note_names(struct trial *t)
{
    static const char *const accounts[NAMES] = {"ann", "bob", "car", "dan",
                                                "eve"};

    strcpy(t->names[0], accounts[0]);
    for (int i = 1; i < t->run->arg_count; i++) {
        const char *mark = strchr(t->run->args[i], '@');
        size_t len = mark ? (size_t)(mark - t->run->args[i]) : 0;

        if (!mark || len >= NAME_BYTES)
            continue;
        snprintf(t->names[1], NAME_BYTES, "%.*s", (int)len, t->run->args[i]);
        t->has_address = true;
    }
    for (int i = 1; i < NAMES && !t->has_address; i++)
        strcpy(t->names[i], accounts[i]);
}

/* Other users' files may be named for them: that is theirs. */
static void check_names(const struct trial *trial, const struct pt_buf *text)
{
    struct trial own = *trial;
    struct trial *t = &own;
    struct pt_slice rest = pt_slice(text->at, text->len);
    const char *bad = NULL;

    for (int i = 1; i < NAMES && !t->has_address; i++)
        own.names[i][0] = '\0';
    for (size_t i = 0; !bad && i < rest.len; i++)
        if (rest.at[i] != '#' && name_at(t, rest.at, rest.at + i))
            bad = rest.at + i;
    if (bad)
        printf("# %.80s\n", bad);
    say(t, "the user's name is not in the recording", !bad);
    say(t, "no password is in the recording",
        !pt_slice_find(rest, "notapassword"));
}

/* The recording of a replay of a recording is that recording. */
static void check_again(const struct trial *t, const struct play_run *run,
                        const struct pt_buf *text)
{
    PT_BUF struct pt_buf again = {.max = TEXT_MAX};
    struct play_result got;
    struct pt_error err = {0};
    char name[512];

    snprintf(name, sizeof(name), "%s.again", t->record);
    play_recording(run, t->record, name, t->profiles, &got);
    pt_file_read(name, &again, &err);
    say(t, "recorded again it is the same",
        !strcmp(pt_buf_text(&again), pt_buf_text(text)));
    if (strcmp(pt_buf_text(&again), pt_buf_text(text)) != 0)
        printf("# %s\n%s---\n%s", err.text, pt_buf_text(text),
               pt_buf_text(&again));
    unlink(name);
    play_result_free(&got);
}

/* Several servers of one priority: which is first, the address decides. */
static bool draws_lots(struct pt_slice text)
{
    struct pt_slice line;
    uint64_t last = UINT64_MAX;

    while (pt_next_line(&text, &line)) {
        struct pt_slice rest = line;
        struct pt_slice word = {0};
        uint64_t priority = UINT64_MAX;

        if (pt_slice_has_prefix(line, "| srv ")) {
            rest = pt_slice(line.at + 6, line.len - 6);
            pt_next_word(&rest, &word);
            pt_parse_uint(word, 65535, &priority);
        }
        if (priority != UINT64_MAX && priority == last)
            return true;
        last = priority;
    }
    return false;
}

/* A host made of a name that no host can have: someone's is one. */
static bool makes_host(const struct trial *t, struct pt_slice text)
{
    return strpbrk(t->names[1], "/\\ %") &&
           pt_slice_find(text, "<hostname>%EMAILLOCALPART%");
}

/* The two cases in which someone has another answer than the user has
 * (docs/scenarios.md). */
static bool depends_on_name(const struct trial *t, struct pt_slice text)
{
    return draws_lots(text) || makes_host(t, text);
}

static void check_replay(const struct trial *t, const struct pt_buf *text)
{
    struct pt_slice rest = pt_slice(text->at, text->len);
    struct play_result got;
    struct play_run run;

    if (!play_next(&rest, &run)) {
        say(t, "the recording holds its run", false);
        return;
    }
    play(&run, t->record, t->profiles, &got);
    say(t, "the replay ends as the run did", got.exit == t->first.exit);
    say(t, "the replay answers as the run did",
        depends_on_name(t, pt_slice(text->at, text->len)) ||
            is_alike(t, got.out, t->first.out));
    say(t, "the replay says what the run said",
        is_alike(t, got.err, t->first.err));
    check_again(t, &run, text);
    play_result_free(&got);
    play_run_free(&run);
}

static void check_recording(const struct trial *t)
{
    PT_BUF struct pt_buf text = {.max = TEXT_MAX};
    struct pt_error err = {0};
    enum pt_status status = pt_file_read(t->record, &text, &err);

    if (status != PT_OK) {
        printf("# %s\n", err.text);
        say(t, "it is recorded, unless nothing was asked",
            status == PT_NOTHING && t->first.exit == PT_BAD_INPUT);
        return;
    }
    check_names(t, &text);
    check_replay(t, &text);
    unlink(t->record);
}

/* What is of more than one address is refused, and nothing else is done. */
static bool is_refused(const struct trial *t, const char *file)
{
    struct play_result got;
    int addresses = 0;

    for (int i = 1; i < t->run->arg_count; i++)
        addresses += strchr(t->run->args[i], '@') != NULL;
    if (addresses < 2)
        return false;
    play_recording(t->run, file, t->record, t->profiles, &got);
    say(t, "several addresses are not recorded",
        got.exit == PT_BAD_INPUT && access(t->record, F_OK) != 0);
    play_result_free(&got);
    return true;
}

/* What goes to many files is not recorded: `find` is, which finds the same. */
static bool is_of_publish(const struct trial *t)
{
    return t->run->arg_count > 1 && !strcmp(t->run->args[1], "publish");
}

static void try_run(struct trial *t, const char *file)
{
    const char *base = strrchr(file, '/');
    struct play_result recorded;

    snprintf(t->title, sizeof(t->title), "%s: %.*s", base ? base + 1 : file,
             (int)t->run->line.len, t->run->line.at);
    note_names(t);
    if (is_of_publish(t) || is_refused(t, file))
        return;
    play(t->run, file, t->profiles, &t->first);
    play_recording(t->run, file, t->record, t->profiles, &recorded);
    say(t, "recording changes nothing",
        recorded.exit == t->first.exit && !strcmp(recorded.out, t->first.out) &&
            !strcmp(recorded.err, t->first.err));
    check_recording(t);
    play_result_free(&recorded);
    play_result_free(&t->first);
}

static void try_file(const char *file, const char *profiles, char *record)
{
    PT_BUF struct pt_buf text = {.max = TEXT_MAX};
    struct pt_error err;
    struct pt_slice rest;
    struct play_run run;

    if (!OK(pt_file_read(file, &text, &err) == PT_OK, file))
        return;
    rest = pt_slice(text.at, text.len);
    while (play_next(&rest, &run)) {
        struct trial t = {.profiles = profiles, .run = &run, .record = record};

        try_run(&t, file);
        play_run_free(&run);
    }
}

int main(int argc, char **argv)
{
    const char *profiles = getenv("PORTOLAN_PROFILES");
    char dir[] = "/tmp/portolan-record-XXXXXX";
    char record[64];

    if (!mkdtemp(dir))
        return 99;
    snprintf(record, sizeof(record), "%s/recording", dir);
    for (int i = 1; i < argc; i++)
        try_file(argv[i], profiles ? profiles : "profiles", record);
    OK(argc > 1, "scenarios were given");
    rmdir(dir);
    return tap_done();
}
