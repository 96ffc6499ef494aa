#include "format/journal.h"
#include "tests/tap.h"

static const char digest_a[] = "8eb61f2c2147ecbc7aa15bc37605f05f"
                               "9719a3cdfedb815bf075d75422800f33";
static const char digest_b[] = "00000000000000000000000000000000"
                               "00000000000000000000000000000000";

static enum pt_status write_and_read(struct pt_arena *arena,
                                     const struct pt_journal *journal,
                                     struct pt_journal *read)
{
    PT_BUF struct pt_buf json = {0};
    enum pt_status status = pt_journal_write(journal, &json, NULL);

    return status == PT_OK
               ? pt_journal_read(arena, pt_slice(json.at, json.len), read, NULL)
               : status;
}

static void test_round(struct pt_arena *arena)
{
    struct pt_entry_file files[] = {{"/a", "0", digest_a, digest_b},
                                    {"/b \"c\"", "12", NULL, digest_a}};
    const char *folders[] = {"/a", "/a/b"};
    struct pt_entry entries[] = {
        {PT_ENTRY_DONE, "thunderbird", "/p", files, 2, {folders, 2}},
        {PT_ENTRY_BEGUN, "msmtp", "/q", files, 1, {0}},
        {PT_ENTRY_UNDONE, "mutt", "/r", files, 1, {0}}};
    struct pt_journal read = {0};

    OK(write_and_read(arena, &(struct pt_journal){entries, 3}, &read) ==
               PT_OK &&
           read.count == 3,
       "what is written is read again");
    if (read.count != 3)
        return;
    OK(read.entries[0].state == PT_ENTRY_DONE &&
           read.entries[1].state == PT_ENTRY_BEGUN &&
           read.entries[2].state == PT_ENTRY_UNDONE,
       "how far each has come");
    IS(read.entries[0].client, "thunderbird", "its client");
    IS(read.entries[1].where, "/q", "where that is");
    IS(read.entries[0].files[1].path, "/b \"c\"", "its files");
    IS(read.entries[0].files[1].copy, "12", "what their copies are called");
    IS(read.entries[0].files[1].before, NULL, "that one was not there");
    IS(read.entries[0].files[0].before, digest_a, "what they were");
    IS(read.entries[0].files[0].after, digest_b, "and what they became");
    OK(read.entries[0].folders.count == 2 && !read.entries[1].folders.count,
       "how many folders were made for them");
    IS(read.entries[0].folders.at[1], "/a/b", "and which");
}

/* What is wrong with it, and the word that must be in the complaint. */
static const struct {
    const char *json;
    const char *word;
} refused[] = {
    {"", "empty"},
    {"{\"portolan\": 2, \"clients\": []}", "another version"},
    {"{\"portolan\": 1}", "'clients'"},
    {"{\"portolan\": 1, \"clients\": [{\"state\": \"half\"}]}", "begun"},
    {"{\"portolan\": 1, \"clients\": [{\"state\": \"done\", \"client\": \"x\","
     " \"where\": \"/\", \"files\": []}]}",
     "names no file"},
    {"{\"portolan\": 1, \"clients\": [{\"files\": [{\"path\": \"a\"}]}]}",
     "not an absolute path"},
    {"{\"portolan\": 1, \"clients\": [{\"files\": [{\"copy\": \"../0\"}]}]}",
     "not a number"},
    {"{\"portolan\": 1, \"clients\": [{\"files\": [{\"before\": \"0\"}]}]}",
     "SHA-256"},
    {"{\"portolan\": 1, \"clients\": [{\"files\": [{\"path\": \"/a\","
     " \"copy\": \"0\"}]}]}",
     "'after' is missing"},
    {"{\"portolan\": 1, \"clients\": [{\"folders\": [\"/a\", \"b\"]}]}",
     "not an absolute path"},
};

static void test_refused(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        struct pt_journal read = {0};
        struct pt_error err = {0};

        OK(pt_journal_read(arena, pt_slice_of(refused[i].json), &read, &err) ==
                   PT_BAD_INPUT &&
               strstr(err.text, refused[i].word) && !read.count,
           refused[i].word);
    }
}

static void test_unfit(void)
{
    struct pt_entry_file files[PT_JOURNAL_FILES_MAX + 1] = {
        {"/new\nline", "0", digest_a, digest_b}};
    struct pt_entry entry = {PT_ENTRY_DONE, "mutt", "/r", files, 1, {0}};
    PT_BUF struct pt_buf json = {0};
    struct pt_error err = {0};

    OK(pt_journal_write(&(struct pt_journal){&entry, 1}, &json, &err) ==
               PT_CANNOT_WRITE &&
           strstr(err.text, "/new?line") && *err.hint && !json.len,
       "a path that could not be read again is not written");
    for (size_t i = 0; i <= PT_JOURNAL_FILES_MAX; i++)
        files[i] = (struct pt_entry_file){"/a", "0", digest_a, digest_b};
    entry.file_count = PT_JOURNAL_FILES_MAX + 1;
    OK(pt_journal_write(&(struct pt_journal){&entry, 1}, &json, &err) ==
           PT_CANNOT_WRITE,
       "nor more files than would be read again");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_round(arena);
    test_refused(arena);
    test_unfit();
    return tap_done();
}
