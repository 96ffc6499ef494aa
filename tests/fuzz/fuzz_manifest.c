/* fuzz_manifest.c - any bytes as the manifest: what loads is written again as
 * it was, and can be added to. */
#include "format/manifest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool true_)
{
    if (!true_)
        abort();
}

static void check_same(const struct pt_manifest *a, const struct pt_manifest *b)
{
    expect(a->count == b->count && a->set_up_count == b->set_up_count);
    for (size_t i = 0; i < a->set_up_count; i++)
        expect(pt_is(a->set_up[i].client, b->set_up[i].client) &&
               pt_is(a->set_up[i].where, b->set_up[i].where) &&
               pt_is(a->set_up[i].address, b->set_up[i].address) &&
               a->set_up[i].options.count == b->set_up[i].options.count);
    for (size_t i = 0; i < a->count; i++) {
        const struct pt_written *left = &a->written[i];
        const struct pt_written *right = &b->written[i];

        expect(pt_is(left->client, right->client) &&
               left->addresses.count == right->addresses.count &&
               left->options.count == right->options.count &&
               left->file_count == right->file_count);
        for (size_t j = 0; j < left->file_count; j++)
            expect(pt_is(left->files[j].path, right->files[j].path) &&
                   pt_is(left->files[j].sha256, right->files[j].sha256));
    }
}

static void check_added(struct pt_arena *arena, struct pt_manifest *manifest)
{
    struct pt_written_file file = manifest->count
                                      ? manifest->written[0].files[0]
                                      : (struct pt_written_file){
                                            .path = "/x", .sha256 = "00"};
    struct pt_written written = {
        .client = "text", .files = &file, .file_count = 1};

    expect(pt_manifest_add(arena, manifest, &written, NULL) == PT_OK);
    expect(manifest->count && manifest->count <= PT_WRITTEN_MAX);
    for (size_t i = 0; i < manifest->count; i++)
        expect(manifest->written[i].file_count);
    expect(pt_is(pt_manifest_digest(manifest, file.path), file.sha256));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf again = {0};
    struct pt_manifest manifest = {0};
    struct pt_manifest second = {0};
    struct pt_error err = {0};

    if (!arena ||
        pt_manifest_read(arena, pt_slice((const char *)data, len), &manifest,
                         &err) != PT_OK)
        return 0;
    expect(pt_manifest_write(&manifest, &again, &err) == PT_OK);
    expect(pt_manifest_read(arena, pt_slice(again.at, again.len), &second,
                            &err) == PT_OK);
    check_same(&manifest, &second);
    check_added(arena, &manifest);
    return 0;
}
