#include "client/kept.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char digest_a[] = "8eb61f2c2147ecbc7aa15bc37605f05f"
                               "9719a3cdfedb815bf075d75422800f33";
static const char digest_b[] = "00000000000000000000000000000000"
                               "00000000000000000000000000000000";

static struct pt_written entry(struct pt_arena *arena, const char *client,
                               const char *first, const char *second)
{
    struct pt_written_file *files = pt_arena_alloc(arena, 2 * sizeof(*files));
    struct pt_written w = {
        .client = client, .files = files, .file_count = second ? 2 : 1};

    files[0] = (struct pt_written_file){.path = first, .sha256 = digest_a};
    files[1] = (struct pt_written_file){.path = second, .sha256 = digest_b};
    pt_strings_add(arena, &w.addresses, "ann@example.org");
    pt_strings_add(arena, &w.options, "--name");
    pt_strings_add(arena, &w.options, "Ann \"Q\" Example");
    return w;
}

static void test_round(struct pt_arena *arena)
{
    struct pt_written written = entry(arena, "evolution", "/home/ann/a", "/b");
    struct pt_manifest manifest = {.written = &written, .count = 1};
    struct pt_manifest read = {0};
    PT_BUF struct pt_buf json = {0};

    OK(pt_manifest_write(&manifest, &json, NULL) == PT_OK &&
           pt_manifest_read(arena, pt_slice(json.at, json.len), &read, NULL) ==
               PT_OK &&
           read.count == 1,
       "what is written is read again");
    IS(read.written[0].client, "evolution", "its client");
    IS(read.written[0].options.at[1], "Ann \"Q\" Example", "its options");
    IS(read.written[0].files[1].path, "/b", "its files");
    IS(pt_manifest_digest(&read, "/b"), digest_b, "and how they were left");
    IS(pt_manifest_digest(&read, "/c"), NULL, "of others nothing is known");
}

/* What is wrong with it, and the word that must be in the complaint. */
static const struct {
    const char *json;
    const char *word;
} refused[] = {
    {"", "empty"},
    {"[]", "not an object"},
    {"{\"portolan\": 2, \"written\": []}", "another version"},
    {"{\"portolan\": 1}", "'written'"},
    {"{\"portolan\": 1, \"written\": {}}", "'written'"},
    {"{\"portolan\": 1, \"written\": [], \"more\": 1}", "'more'"},
    {"{\"portolan\": 1, \"written\": [{\"client\": \"x\", \"addresses\": [],"
     " \"options\": [], \"files\": []}]}",
     "names no file"},
    {"{\"portolan\": 1, \"written\": [{\"client\": \"x\", \"addresses\": [],"
     " \"options\": [], \"files\": [{\"path\": \"a\", \"sha256\": \"0\"}]}]}",
     "not an absolute path"},
    {"{\"portolan\": 1, \"written\": [{\"client\": \"x\", \"addresses\": [],"
     " \"options\": [], \"files\": [{\"path\": \"/a\", \"sha256\": \"0\"}]}]}",
     "SHA-256"},
};

static void test_refused(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        struct pt_manifest read = {0};
        struct pt_error err = {0};

        OK(pt_manifest_read(arena, pt_slice_of(refused[i].json), &read,
                            &err) == PT_BAD_INPUT &&
               strstr(err.text, refused[i].word) && !read.count,
           refused[i].word);
    }
}

static void test_add(struct pt_arena *arena)
{
    struct pt_manifest manifest = {0};
    struct pt_written one = entry(arena, "apple", "/a", "/b");
    struct pt_written two = entry(arena, "text", "/c", "/b");
    struct pt_written three = entry(arena, "outlook", "/a", NULL);
    struct pt_written odd = entry(arena, "text", "/new\nline", NULL);
    struct pt_error err = {0};

    pt_manifest_add(arena, &manifest, &one, NULL);
    pt_manifest_add(arena, &manifest, &two, NULL);
    OK(manifest.count == 2 && manifest.written[0].file_count == 1,
       "a file that is written by another belongs to it from then on");
    pt_manifest_add(arena, &manifest, &three, NULL);
    OK(manifest.count == 2 && pt_is(manifest.written[1].client, "outlook"),
       "an entry whose first file is taken is forgotten");
    OK(pt_manifest_add(arena, &manifest, &odd, &err) == PT_BAD_INPUT &&
           *err.hint && manifest.count == 2,
       "a path that cannot be remembered is not");
}

static void test_full(struct pt_arena *arena)
{
    struct pt_manifest manifest = {
        .written =
            pt_arena_alloc(arena, PT_WRITTEN_MAX * sizeof(struct pt_written)),
        .count = PT_WRITTEN_MAX};
    struct pt_written last = entry(arena, "text", "/last", NULL);

    for (size_t i = 0; i < PT_WRITTEN_MAX; i++)
        manifest.written[i] =
            entry(arena, "text", pt_arena_printf(arena, "/%zu", i), NULL);
    pt_manifest_add(arena, &manifest, &last, NULL);
    OK(manifest.count == PT_WRITTEN_MAX &&
           pt_is(manifest.written[0].files[0].path, "/1") &&
           pt_is(manifest.written[manifest.count - 1].files[0].path, "/last"),
       "when there are too many, the oldest makes room");
}

static void test_set_up(struct pt_arena *arena)
{
    struct pt_set_up ann = {.client = "msmtp",
                            .where = "/home/ann/.msmtprc",
                            .address = "ann@proton.me"};
    struct pt_set_up again = ann;
    struct pt_set_up other = ann;
    PT_BUF struct pt_buf bytes = {0};
    struct pt_manifest manifest = {0};
    struct pt_manifest read = {0};

    pt_strings_add(arena, &again.options, "--no-address");
    other.address = "bob@proton.me";
    pt_manifest_add_set_up(arena, &manifest, &ann, NULL);
    pt_manifest_add_set_up(arena, &manifest, &other, NULL);
    pt_manifest_add_set_up(arena, &manifest, &again, NULL);
    OK(manifest.set_up_count == 2 &&
           pt_is(manifest.set_up[0].address, "bob@proton.me") &&
           manifest.set_up[1].options.count == 1,
       "an account that is set up again is remembered once, as it is now");
    OK(pt_manifest_write(&manifest, &bytes, NULL) == PT_OK &&
           pt_manifest_read(arena, pt_slice(bytes.at, bytes.len), &read,
                            NULL) == PT_OK &&
           read.set_up_count == 2 &&
           pt_is(read.set_up[1].client, "msmtp") &&
           pt_is(read.set_up[1].where, "/home/ann/.msmtprc") &&
           pt_is(read.set_up[1].options.at[0], "--no-address"),
       "accounts that were set up are read as they were written");
    other.where = "no path";
    other.address = "two\nlines@proton.me";
    OK(pt_manifest_add_set_up(arena, &manifest, &other, NULL) == PT_BAD_INPUT &&
           manifest.set_up_count == 2,
       "an address that cannot be remembered is not");
}

/* ---- on the disk ---- */

/* More than 256 KiB of them, of files that are not there. */
static void test_many(struct pt_arena *arena, const struct pt_place *place)
{
    struct pt_written *many = pt_arena_alloc(arena, 2000 * sizeof(*many));
    struct pt_written here = entry(arena, "text", "/etc/passwd", NULL);
    struct pt_manifest manifest = {0};
    struct pt_error err = {0};

    for (int i = 0; i < 2000; i++)
        many[i] =
            entry(arena, "text", pt_arena_printf(arena, "/gone/%d", i), NULL);
    OK(pt_kept_add(arena, place, many, 2000, &err) == PT_OK &&
           pt_kept_load(arena, place, &manifest, &err) == PT_OK &&
           manifest.count == 2008,
       "thousands are remembered");
    OK(pt_kept_add(arena, place, &here, 1, &err) == PT_OK &&
           pt_kept_load(arena, place, &manifest, &err) == PT_OK &&
           manifest.count == 1 &&
           pt_is(manifest.written[0].files[0].path, "/etc/passwd"),
       "until there are many, and their files are gone");
}

static void test_kept(struct pt_arena *arena)
{
    char state[] = "/tmp/portolan-kept-XXXXXX";
    struct pt_place place = {.state = mkdtemp(state)};
    struct pt_manifest manifest = {0};
    struct pt_error err = {0};
    const char *path =
        pt_arena_printf(arena, "%s/portolan/manifest.json", state);
    struct stat about;
    FILE *file;
    int status;

    OK(pt_kept_load(arena, &place, &manifest, &err) == PT_OK && !manifest.count,
       "where nothing was written, nothing is known");
    for (int i = 0; i < 8; i++)
        if (!fork()) {
            struct pt_written w = entry(
                arena, "text", pt_arena_printf(arena, "/%d", i), NULL);

            _exit((int)pt_kept_add(arena, &place, &w, 1, NULL));
        }
    for (int i = 0; i < 8; i++)
        OK(wait(&status) > 0 && !status, "one of eight at once is remembered");
    pt_kept_load(arena, &place, &manifest, &err);
    OK(manifest.count == 8, "and all of them are");
    OK(!stat(path, &about) && (about.st_mode & 0777) == 0600,
       "for nobody else to read");
    test_many(arena, &place);
    file = fopen(path, "w");
    fputs("{\"portolan\": 1, \"wri", file);
    fclose(file);
    OK(pt_kept_load(arena, &place, &manifest, &err) == PT_BAD_INPUT &&
           strstr(err.text, path) && *err.hint,
       "a torn manifest is named");
    OK(pt_kept_add(arena, &place, &(struct pt_written){0}, 0, &err) ==
               PT_BAD_INPUT &&
           !stat(path, &about) && about.st_size == 20,
       "and left as it is");
    unlink(path);
    unlink(pt_arena_printf(arena, "%s/portolan/manifest.lock", state));
    rmdir(pt_arena_printf(arena, "%s/portolan", state));
    rmdir(state);
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char digest[PT_SHA256_CHARS];

    test_round(arena);
    test_refused(arena);
    test_add(arena);
    test_full(arena);
    test_set_up(arena);
    test_kept(arena);
    pt_sha256(pt_slice_of("abc"), digest);
    IS(digest,
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
       "the digest is that of FIPS 180-2, B.1");
    return tap_done();
}
