#include "format/zip.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <time.h>
#include <zip.h>

static const struct pt_zip_entry entries[] = {
    {.name = "dir/"},
    {.name = "dir/prefs.js", .bytes = "user_pref();\n", .len = 13},
    {.name = "dir/empty", .bytes = "", .len = 0},
    {.name = "dir/nul", .bytes = "a\0b", .len = 3},
};

enum { ENTRIES = sizeof(entries) / sizeof(*entries) };

static enum pt_status write_all(struct pt_buf *out)
{
    struct pt_error err;

    return pt_zip_write(entries, ENTRIES, out, &err);
}

static void check_bytes(zip_t *zip, zip_uint64_t i)
{
    zip_file_t *file = zip_fopen_index(zip, i, 0);
    char bytes[64];
    zip_int64_t len = file ? zip_fread(file, bytes, sizeof(bytes)) : -1;

    OK(len == (zip_int64_t)entries[i].len &&
           !memcmp(bytes, entries[i].bytes ? entries[i].bytes : "",
                   entries[i].len),
       "it has its bytes");
    zip_fclose(file);
}

static void check_entry(zip_t *zip, zip_uint64_t i)
{
    zip_uint32_t attributes = 0;
    zip_uint8_t system = 0;
    zip_stat_t about;
    struct tm day;

    if (zip_stat_index(zip, i, 0, &about) != 0) {
        OK(false, entries[i].name);
        return;
    }
    IS(about.name, entries[i].name, "an entry has its name and place");
    OK(about.comp_method == ZIP_CM_STORE, "it is stored as it is");
    localtime_r(&about.mtime, &day);
    OK(day.tm_year == 80 && day.tm_mon == 0 && day.tm_mday == 1,
       "it is of the first day a ZIP knows");
    zip_file_get_external_attributes(zip, i, 0, &system, &attributes);
    OK(system == ZIP_OPSYS_UNIX &&
           (attributes >> 16 & 0777) ==
               (strchr(entries[i].name, '\0')[-1] == '/' ? 0700 : 0600),
       "it is its owner's alone");
    if (entries[i].bytes)
        check_bytes(zip, i);
}

static void test_read(const struct pt_buf *bytes)
{
    zip_source_t *source =
        zip_source_buffer_create(bytes->at, bytes->len, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_CHECKCONS, NULL);

    if (!zip) {
        zip_source_free(source);
        OK(false, "the archive opens");
        return;
    }
    OK(zip_get_num_entries(zip, 0) == ENTRIES, "every entry is in it");
    for (zip_uint64_t i = 0; i < ENTRIES; i++)
        check_entry(zip, i);
    zip_discard(zip);
}

static void test_same(const struct pt_buf *first)
{
    PT_BUF struct pt_buf again = {0};

    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    OK(write_all(&again) == PT_OK && again.len == first->len &&
           !memcmp(again.at, first->at, first->len),
       "the same files give the same bytes, in another time zone too");
}

int main(void)
{
    PT_BUF struct pt_buf bytes = {0};
    PT_BUF struct pt_buf small = {.max = 40};

    OK(write_all(&bytes) == PT_OK, "an archive is written");
    test_read(&bytes);
    test_same(&bytes);
    OK(write_all(&small) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
    return tap_done();
}
