#include "format/zip.h"

#include "base/text.h"

#include <zip.h>

/* The oldest time a ZIP can hold, at noon, where no zone changes its clocks. */
enum { DOS_DATE = (1 << 5) | 1, DOS_TIME = 12 << 11 };

enum { FILE_MODE = 0100600, DIR_MODE = 040700 };

static bool add_directory(zip_t *zip, const char *name, zip_uint64_t *ret_at)
{
    zip_int64_t at = zip_dir_add(zip, name, 0);

    *ret_at = (zip_uint64_t)at;
    return at >= 0;
}

static bool add_file(zip_t *zip, const struct pt_zip_entry *entry,
                     zip_uint64_t *ret_at)
{
    zip_source_t *source = zip_source_buffer(zip, entry->bytes, entry->len, 0);
    zip_int64_t at = source ? zip_file_add(zip, entry->name, source, 0) : -1;

    if (source && at < 0)
        zip_source_free(source);
    *ret_at = (zip_uint64_t)at;
    return at >= 0 &&
           zip_set_file_compression(zip, *ret_at, ZIP_CM_STORE, 0) == 0;
}

static bool add(zip_t *zip, const struct pt_zip_entry *entry)
{
    bool is_directory = pt_has_suffix(entry->name, "/");
    zip_uint32_t mode = is_directory ? DIR_MODE : FILE_MODE;
    zip_uint64_t at;
    bool added = is_directory ? add_directory(zip, entry->name, &at)
                              : add_file(zip, entry, &at);

    return added &&
           zip_file_set_dostime(zip, at, DOS_TIME, DOS_DATE, 0) == 0 &&
           zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX,
                                            mode << 16) == 0;
}

/* Fill the archive that source will hold once it is closed. */
static bool fill(zip_source_t *source, const struct pt_zip_entry *entries,
                 size_t count)
{
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    bool filled = zip != NULL;

    if (!zip)
        return false;
    zip_source_keep(source); /* closing lets go of it */
    for (size_t i = 0; i < count && filled; i++)
        filled = add(zip, &entries[i]);
    if (filled && zip_close(zip) == 0)
        return true;
    zip_discard(zip);
    return false;
}

static bool copy(zip_source_t *source, struct pt_buf *out)
{
    char bytes[4096];
    zip_int64_t len = -1;

    if (zip_source_open(source) != 0)
        return false;
    while ((len = zip_source_read(source, bytes, sizeof(bytes))) > 0)
        pt_buf_add(out, bytes, (size_t)len);
    zip_source_close(source);
    return len == 0 && !pt_buf_failed(out);
}

enum pt_status pt_zip_write(const struct pt_zip_entry *entries, size_t count,
                            struct pt_buf *out, struct pt_error *err)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    bool done = source && fill(source, entries, count) && copy(source, out);

    zip_source_free(source);
    return done ? PT_OK : pt_fail_memory(err);
}
