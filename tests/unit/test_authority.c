/* test_authority.c - an authority is made once and kept; its server's
 * certificate follows the names. */
#include "format/x509_make.h"
#include "serve/authority.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything happens below a new directory, which is the working directory. */
enum { NOW_S = 1800000000, DAY_S = 24 * 3600, POINTS_MAX = 1000 };

static const struct pt_place place = {.state = "state"};

static const char *here[] = {"192.168.1.10", "attic.home.arpa"};
static const char *moved[] = {"192.168.1.11", "attic.home.arpa"};

static const char root_pem[] = "state/portolan/authority/root.pem";
static const char root_key[] = "state/portolan/authority/root.key";
static const char leaf_pem[] = "state/portolan/authority/leaf.pem";
static const char leaf_key[] = "state/portolan/authority/leaf.key";

/* ---- helpers ---- */

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int mode_of(const char *path)
{
    struct stat st;

    return stat(path, &st) ? -1 : (int)(st.st_mode & 07777);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file))
        abort();
}

/* "": there is none, or it is empty. */
static const char *get(struct pt_arena *arena, const char *path)
{
    FILE *file = fopen(path, "r");
    char text[8192];
    size_t len = file ? fread(text, 1, sizeof(text), file) : 0;

    if (file)
        fclose(file);
    return pt_arena_strndup(arena, text, len);
}

static enum pt_status open_at(struct pt_arena *arena, const char **names,
                              int64_t now, struct pt_authority *ret_authority,
                              struct pt_error *err)
{
    return pt_authority_open(arena, &place,
                             &(struct pt_strings){.at = names, .count = 2}, now,
                             ret_authority, err);
}

/* What devices are to trust, by its fingerprint; else what went wrong. */
static const char *open_print(struct pt_arena *arena, const char **names,
                              int64_t now)
{
    struct pt_authority authority = {0};
    struct pt_error err = {0};
    enum pt_status status = open_at(arena, names, now, &authority, &err);
    const char *text = pt_arena_strdup(
        arena, status == PT_OK ? authority.fingerprint : err.text);

    if (status != PT_OK && (status != PT_BAD_INPUT || !*err.hint))
        text = "it failed in another way";
    pt_identity_free(&authority.leaf);
    return text;
}

/* ---- made and kept ---- */

static void test_made(struct pt_arena *arena)
{
    struct pt_authority authority = {0};
    struct pt_error err = {0};
    struct pt_strings faults = {0};

    IS(open_at(arena, here, NOW_S, &authority, &err) ? err.text : "", "",
       "an authority is made where there is none");
    OK(authority.root_der.len > 100 && strlen(authority.fingerprint) == 64,
       "it is handed out, with its fingerprint");
    pt_x509_judge(
        arena,
        pt_slice(authority.leaf.certificate.at, authority.leaf.certificate.len),
        "192.168.1.10", NOW_S, &faults);
    OK(!faults.count, "nothing is to be said against its server's certificate");
    OK(mode_of("state/portolan/authority") == 0700 &&
           mode_of(root_pem) == 0600 && mode_of(root_key) == 0600 &&
           mode_of(leaf_pem) == 0600 && mode_of(leaf_key) == 0600,
       "its folder and its files are for their owner alone");
    OK(access("state/portolan/authority.new", F_OK) != 0,
       "nothing is left of the making");
    pt_identity_free(&authority.leaf);
}

static void test_kept(struct pt_arena *arena)
{
    const char *print = open_print(arena, here, NOW_S);
    const char *leaf = get(arena, leaf_pem);

    IS(open_print(arena, here, NOW_S), print, "an authority is made once");
    IS(get(arena, leaf_pem), leaf, "and so is its server's certificate");
    IS(open_print(arena, here, NOW_S + 360LL * DAY_S), print,
       "a year later it is the same one");
    IS(get(arena, leaf_pem), leaf, "while the certificate is good");
    IS(open_print(arena, here, NOW_S + 370LL * DAY_S), print,
       "before that one ends it is the same, too");
    OK(strcmp(get(arena, leaf_pem), leaf) != 0,
       "but the certificate is another");
    leaf = get(arena, leaf_pem);
    IS(open_print(arena, moved, NOW_S + 370LL * DAY_S), print,
       "with another address, it is the same authority");
    OK(strcmp(get(arena, leaf_pem), leaf) != 0, "and another certificate");
}

/* What is of the server alone may be made anew at any time. */
static void test_leaf_mended(struct pt_arena *arena)
{
    static const struct {
        const char *path;
        const char *text;
    } harms[] = {
        {leaf_pem, ""}, {leaf_pem, "x"}, {leaf_key, ""}, {leaf_key, "x"}};
    const char *print = open_print(arena, here, NOW_S);

    for (size_t i = 0; i < sizeof(harms) / sizeof(*harms); i++) {
        put(harms[i].path, harms[i].text);
        IS(open_print(arena, here, NOW_S), print,
           "a broken certificate of the server is made anew");
        OK(strlen(get(arena, harms[i].path)) > 100, "and its file is whole");
    }
    chmod(leaf_key, 0640);
    IS(open_print(arena, here, NOW_S), print,
       "one whose key others could read is made anew");
    OK(mode_of(leaf_key) == 0600, "and they cannot any more");
}

/* ---- refused ---- */

static void test_refused(struct pt_arena *arena)
{
    static const struct {
        const char *path;
        const char *text; /* NULL: it is gone */
        const char *said;
    } harms[] = {
        {root_key, NULL,
         "there is no file 'state/portolan/authority/root.key'"},
        {root_pem, NULL,
         "there is no file 'state/portolan/authority/root.pem'"},
        {root_pem, "",
         "there is no certificate in 'state/portolan/authority/root.pem'"},
        {root_key, "x",
         "there is no private key in 'state/portolan/authority/root.key'"},
    };

    for (size_t i = 0; i < sizeof(harms) / sizeof(*harms); i++) {
        const char *before;

        remove_tree("state");
        open_print(arena, here, NOW_S);
        before = get(arena, harms[i].path == root_key ? root_pem : root_key);
        if (harms[i].text)
            put(harms[i].path, harms[i].text);
        else
            unlink(harms[i].path);
        IS(open_print(arena, here, NOW_S), harms[i].said,
           "a root that is broken is refused");
        IS(get(arena, harms[i].path == root_key ? root_pem : root_key), before,
           "and what is left of it is not touched");
        IS(get(arena, harms[i].path), harms[i].text ? harms[i].text : "",
           "nor is what is broken");
    }
}

static void test_refused_modes(struct pt_arena *arena)
{
    remove_tree("state");
    open_print(arena, here, NOW_S);
    chmod(root_key, 0604);
    IS(open_print(arena, here, NOW_S),
       "others than its owner may use 'state/portolan/authority/root.key'",
       "a root whose key others may read is refused");
    chmod(root_key, 0600);
    chmod("state/portolan/authority", 0720);
    IS(open_print(arena, here, NOW_S),
       "others than its owner may write in 'state/portolan/authority'",
       "and so is one that they may replace");
    chmod("state/portolan/authority", 0755);
    OK(strlen(open_print(arena, here, NOW_S)) == 64,
       "who may only look at the folder is no harm");
}

static void test_refused_times(struct pt_arena *arena)
{
    remove_tree("state");
    open_print(arena, here, NOW_S);
    IS(open_print(arena, here, NOW_S - 2 * DAY_S),
       "the certificate in 'state/portolan/authority/root.pem' is not good "
       "before 2027-01-14",
       "a clock that is wrong is no reason to make another root");
    IS(open_print(arena, here, NOW_S + 3660LL * DAY_S),
       "the certificate in 'state/portolan/authority/root.pem' expired on "
       "2037-01-14",
       "one that has ended is refused, not replaced");
}

static void test_not_a_name(struct pt_arena *arena)
{
    static const char *names[] = {"attic", "a b"};

    remove_tree("state");
    IS(open_print(arena, names, NOW_S), "a certificate cannot be for 'a b'",
       "what is no name is refused");
}

/* ---- what is left of one that was killed ---- */

static void test_killed(struct pt_arena *arena)
{
    remove_tree("state");
    mkdir("state", 0700);
    mkdir("state/portolan", 0700);
    mkdir("state/portolan/authority.new", 0700);
    put("state/portolan/authority.new/root.key", "half");
    OK(strlen(open_print(arena, here, NOW_S)) == 64,
       "after one that was killed another makes it whole");
    remove_tree("state");
    mkdir("state", 0700);
    mkdir("state/portolan", 0700);
    mkdir("state/portolan/authority", 0700);
    OK(strlen(open_print(arena, here, NOW_S)) == 64,
       "an empty folder is as good as none");
}

/* ---- the bridge ---- */

static const char *make_for_bridge(struct pt_arena *arena, const char **names,
                                   size_t count)
{
    struct pt_error err = {0};
    enum pt_status status = pt_authority_make_for_bridge(
        arena, &place, &(struct pt_strings){.at = names, .count = count},
        "bridge/tls", NOW_S, &err);

    return status == PT_OK ? "" : pt_arena_strdup(arena, err.text);
}

static void test_bridge(struct pt_arena *arena)
{
    static const char *const reached[] = {"192.168.1.10", "attic.home.arpa",
                                          "127.0.0.1", "localhost"};
    const char *pem;
    const char *key;

    remove_tree("state");
    IS(make_for_bridge(arena, here, 2), "",
       "a certificate for the bridge is made, and an authority first");
    pem = get(arena, "bridge/tls/cert.pem");
    key = get(arena, "bridge/tls/key.pem");
    for (size_t i = 0; i < sizeof(reached) / sizeof(*reached); i++) {
        struct pt_strings faults = {0};

        pt_x509_judge(arena, pt_slice_of(pem), reached[i],
                      NOW_S + 818LL * DAY_S, &faults);
        IS(faults.count ? faults.at[0] : "", "",
           "devices take it for two years, wherever they reach it");
    }
    OK(pt_x509_check_pair("c", pt_slice_of(pem), "k", pt_slice_of(key), NOW_S,
                          NULL) == PT_OK,
       "its key lies beside it");
    OK(mode_of("bridge/tls/cert.pem") == 0600 &&
           mode_of("bridge/tls/key.pem") == 0600,
       "both are for their owner alone");
    IS(make_for_bridge(arena, here, 2), "there is a file 'bridge/tls/cert.pem'",
       "a file that is there is not replaced");
    unlink("bridge/tls/cert.pem");
    IS(make_for_bridge(arena, here, 2), "there is a file 'bridge/tls/key.pem'",
       "not even one of the two");
    IS(get(arena, "bridge/tls/key.pem"), key, "it is as it was");
    OK(access("bridge/tls/cert.pem", F_OK) != 0, "nothing is put beside it");
}

/* ---- memory ---- */

/* With the nth allocation failing, from nothing or with all of it there. */
static bool is_orderly(bool is_there, size_t nth, size_t *ret_points)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_ARENA struct pt_arena *later = pt_arena_new();
    struct pt_authority authority = {0};
    struct pt_error err = {0};
    enum pt_status status;
    bool is_good;

    remove_tree("state");
    if (is_there && open_at(later, moved, NOW_S, &authority, NULL))
        abort();
    pt_identity_free(&authority.leaf);
    pt_oom_fail_at(nth);
    status = open_at(arena, here, NOW_S, &authority, &err);
    *ret_points = pt_oom_seen();
    pt_oom_fail_at(0);
    is_good = status == PT_OK ? authority.root_der.len && authority.leaf.key.len
                              : *err.text && !authority.leaf.key.len;
    pt_identity_free(&authority.leaf);
    /* and the next time all is well */
    return is_good && strlen(open_print(later, here, NOW_S)) == 64;
}

static void test_memory(bool is_there)
{
    size_t points = 0;
    bool is_good = is_orderly(is_there, 0, &points);

    for (size_t nth = 1; nth <= points && nth < POINTS_MAX; nth++) {
        size_t seen;

        if (is_orderly(is_there, nth, &seen))
            continue;
        printf("# allocation %zu of %zu\n", nth, points);
        is_good = false;
    }
    OK(is_good && points > 10,
       is_there ? "without memory an authority that is there stays"
                : "without memory an authority is made whole, or not at all");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char dir[] = "/tmp/portolan-authority-XXXXXX";

    if (!mkdtemp(dir) || chdir(dir))
        abort();
    test_made(arena);
    test_kept(arena);
    test_leaf_mended(arena);
    test_refused(arena);
    test_refused_modes(arena);
    test_refused_times(arena);
    test_not_a_name(arena);
    test_killed(arena);
    test_bridge(arena);
    test_memory(false);
    test_memory(true);
    if (chdir("/"))
        abort();
    remove_tree(dir);
    return tap_done();
}
