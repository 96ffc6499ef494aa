#include "format/manifest.h"

#include "format/json_build.h"
#include "format/json_read.h"
#include "format/shape.h"

#include <openssl/evp.h>
#include <stddef.h>
#include <string.h>

static const char hint[] = "move it away: portolan begins a new one";

/* ---- reading ---- */

#define AT(member) offsetof(struct pt_written_file, member)
static const struct pt_field file_fields[] = {
    {"path", pt_field_path, AT(path), true},
    {"sha256", pt_field_digest, AT(sha256), true},
};
#undef AT
static const struct pt_shape file_shape =
    PT_SHAPE("a file", file_fields, struct pt_written_file);

static void read_files(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_written *written = to;

    written->files =
        pt_shape_list(b, &file_shape, value, &written->file_count);
    if (!written->file_count)
        pt_building_complain(b, "names no file");
}

#define AT(member) offsetof(struct pt_written, member)
static const struct pt_field written_fields[] = {
    {"client", pt_field_name, AT(client), true},
    {"addresses", pt_field_texts, AT(addresses), true},
    {"options", pt_field_texts, AT(options), true},
    {"files", read_files, 0, true},
};
#undef AT
static const struct pt_shape written_shape = {
    .what = "an entry",
    .fields = written_fields,
    .count = sizeof(written_fields) / sizeof(*written_fields),
    .size = sizeof(struct pt_written),
    .most = PT_WRITTEN_MAX,
};

static void read_written(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_manifest *manifest = to;

    manifest->written =
        pt_shape_list(b, &written_shape, value, &manifest->count);
}

#define AT(member) offsetof(struct pt_set_up, member)
static const struct pt_field set_up_fields[] = {
    {"client", pt_field_name, AT(client), true},
    {"where", pt_field_path, AT(where), true},
    {"address", pt_field_text, AT(address), true},
    {"options", pt_field_texts, AT(options), true},
};
#undef AT
static const struct pt_shape set_up_shape = {
    .what = "an account",
    .fields = set_up_fields,
    .count = sizeof(set_up_fields) / sizeof(*set_up_fields),
    .size = sizeof(struct pt_set_up),
    .most = PT_WRITTEN_MAX,
};

static void read_set_up(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_manifest *manifest = to;

    manifest->set_up =
        pt_shape_list(b, &set_up_shape, value, &manifest->set_up_count);
}

static const struct pt_field manifest_fields[] = {
    {"portolan", pt_field_version, 0, true},
    {"written", read_written, 0, true},
    {"set_up", read_set_up, 0, false},
};
static const struct pt_shape manifest_shape =
    PT_SHAPE("the manifest", manifest_fields, struct pt_manifest);

enum pt_status pt_manifest_read(struct pt_arena *arena, struct pt_slice json,
                                struct pt_manifest *ret_manifest,
                                struct pt_error *err)
{
    struct pt_building b = {.arena = arena, .err = err, .hint = hint};
    struct pt_manifest manifest = {0};
    PT_JSON cJSON *root = NULL;

    b.status = pt_json_read_most(json, PT_MANIFEST_MAX, &root, err);
    if (b.status == PT_OK)
        pt_shape_object(&b, &manifest_shape, root, &manifest);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (b.status == PT_OK)
        *ret_manifest = manifest;
    return b.status;
}

/* ---- writing ---- */

static void put_files(struct pt_json *json, cJSON *parent,
                      const struct pt_written *written)
{
    cJSON *files = pt_json_array(json, parent, "files");

    for (size_t i = 0; i < written->file_count; i++) {
        cJSON *at = pt_json_object(json, files, NULL);

        pt_json_text(json, at, "path", written->files[i].path);
        pt_json_text(json, at, "sha256", written->files[i].sha256);
    }
}

static void put_set_up(struct pt_json *json, const struct pt_manifest *manifest)
{
    cJSON *list = pt_json_array(json, json->root, "set_up");

    for (size_t i = 0; i < manifest->set_up_count; i++) {
        const struct pt_set_up *set_up = &manifest->set_up[i];
        cJSON *at = pt_json_object(json, list, NULL);

        pt_json_text(json, at, "client", set_up->client);
        pt_json_text(json, at, "where", set_up->where);
        pt_json_text(json, at, "address", set_up->address);
        pt_json_strings(json, at, "options", &set_up->options);
    }
}

enum pt_status pt_manifest_write(const struct pt_manifest *manifest,
                                 struct pt_buf *out, struct pt_error *err)
{
    struct pt_json json;
    cJSON *list;

    pt_json_begin(&json);
    list = pt_json_array(&json, json.root, "written");
    for (size_t i = 0; i < manifest->count; i++) {
        const struct pt_written *written = &manifest->written[i];
        cJSON *at = pt_json_object(&json, list, NULL);

        pt_json_text(&json, at, "client", written->client);
        pt_json_strings(&json, at, "addresses", &written->addresses);
        pt_json_strings(&json, at, "options", &written->options);
        put_files(&json, at, written);
    }
    put_set_up(&json, manifest);
    return pt_json_end(&json, false, out, err);
}

/* ---- changing ---- */

static bool has_file(const struct pt_written *written, const char *path)
{
    for (size_t i = 0; i < written->file_count; i++)
        if (pt_is(written->files[i].path, path))
            return true;
    return false;
}

/* What is left of an older entry once others have taken files of its. */
static void forget_files(struct pt_written *old, const struct pt_written *new)
{
    size_t kept = 0;

    for (size_t i = 0; i < old->file_count; i++)
        if (!has_file(new, old->files[i].path))
            old->files[kept++] = old->files[i];
    old->file_count = kept;
}

/* Of an entry that lost its first file, nothing could be written again. */
static void forget(struct pt_manifest *manifest, const struct pt_written *new)
{
    size_t kept = 0;

    for (size_t i = 0; i < manifest->count; i++) {
        struct pt_written *old = &manifest->written[i];

        if (has_file(new, old->files[0].path))
            continue;
        forget_files(old, new);
        manifest->written[kept++] = *old;
    }
    manifest->count = kept;
}

static bool all_fit(const struct pt_strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!pt_shape_fits(list->at[i]))
            return false;
    return list->count <= PT_SHAPE_LIST_MAX;
}

/* What would not be read again must not be written. */
static const char *find_unfit(const struct pt_written *written)
{
    for (size_t i = 0; i < written->file_count; i++)
        if (!pt_shape_fits(written->files[i].path))
            return written->files[i].path;
    return all_fit(&written->addresses) && all_fit(&written->options) &&
                   written->file_count <= PT_SHAPE_LIST_MAX
               ? NULL
               : written->files[0].path;
}

static enum pt_status fail_unfit(const char *what, struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT,
                   "use fewer options, and names of plain characters",
                   "'%s' cannot be remembered", what);
}

enum pt_status pt_manifest_add(struct pt_arena *arena,
                               struct pt_manifest *manifest,
                               const struct pt_written *written,
                               struct pt_error *err)
{
    const char *unfit = find_unfit(written);
    struct pt_written *all;

    if (unfit)
        return fail_unfit(unfit, err);
    all = pt_arena_alloc(arena, (manifest->count + 1) * sizeof(*all));
    if (!all)
        return pt_fail_memory(err);
    forget(manifest, written);
    if (manifest->count == PT_WRITTEN_MAX) {
        manifest->written++;
        manifest->count--;
    }
    if (manifest->count)
        memcpy(all, manifest->written, manifest->count * sizeof(*all));
    all[manifest->count++] = *written;
    manifest->written = all;
    return PT_OK;
}

static bool is_same_account(const struct pt_set_up *a,
                            const struct pt_set_up *b)
{
    return pt_is(a->client, b->client) && pt_is(a->where, b->where) &&
           pt_is(a->address, b->address);
}

enum pt_status pt_manifest_add_set_up(struct pt_arena *arena,
                                      struct pt_manifest *manifest,
                                      const struct pt_set_up *set_up,
                                      struct pt_error *err)
{
    size_t first = manifest->set_up_count == PT_WRITTEN_MAX;
    struct pt_set_up *all;
    size_t count = 0;

    if (!pt_shape_fits(set_up->where) || !pt_shape_fits(set_up->address) ||
        !all_fit(&set_up->options))
        return fail_unfit(set_up->where, err);
    all = pt_arena_alloc(arena, (manifest->set_up_count + 1) * sizeof(*all));
    if (!all)
        return pt_fail_memory(err);
    for (size_t i = first; i < manifest->set_up_count; i++)
        if (!is_same_account(&manifest->set_up[i], set_up))
            all[count++] = manifest->set_up[i];
    all[count++] = *set_up;
    manifest->set_up = all;
    manifest->set_up_count = count;
    return PT_OK;
}

const char *pt_manifest_digest(const struct pt_manifest *manifest,
                               const char *path)
{
    for (size_t i = 0; i < manifest->count; i++)
        for (size_t j = 0; j < manifest->written[i].file_count; j++)
            if (pt_is(manifest->written[i].files[j].path, path))
                return manifest->written[i].files[j].sha256;
    return NULL;
}

bool pt_sha256(struct pt_slice bytes, char out[PT_SHA256_CHARS])
{
    unsigned char digest[(PT_SHA256_CHARS - 1) / 2];

    if (!EVP_Digest(bytes.at, bytes.len, digest, NULL, EVP_sha256(), NULL))
        return false;
    pt_hex(digest, sizeof(digest), out);
    return true;
}
