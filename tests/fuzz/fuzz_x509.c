/* fuzz_x509.c - any bytes as a certificate that is judged, as one of a pair
 * with its key, and as an authority. */
#include "format/x509_make.h"

#include <stdlib.h>

enum { NOW_S = 1800000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *hosts[] = {"192.168.1.10", "fd00::10", "attic.example"};

static struct pt_strings names(void)
{
    return (struct pt_strings){.at = hosts, .count = 3};
}

static void begin(struct pt_identity *root, struct pt_identity *leaf)
{
    struct pt_strings all = names();

    if (pt_x509_make_root("attic", NOW_S, root, NULL) ||
        pt_x509_make_leaf(root,
                          &(struct pt_leaf_wish){.names = &all, .days = 9},
                          NOW_S, leaf, NULL))
        abort();
}

/* Every sentence is one line that may be printed. */
static void judge(struct pt_slice bytes)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_strings faults = {0};

    for (size_t i = 0; i < 3; i++)
        if (!pt_x509_judge(arena, bytes, hosts[i], NOW_S, &faults))
            abort();
    for (size_t i = 0; i < faults.count; i++)
        if (!pt_is_printable(pt_slice_of(faults.at[i])))
            abort();
    if (pt_x509_der(arena, bytes).len > bytes.len)
        abort();
}

/* It fits, or the reason why not is told. */
static void check(struct pt_slice certificate, struct pt_slice key)
{
    struct pt_error err = {0};

    if (pt_x509_check_pair("c", certificate, "k", key, NOW_S, &err) &&
        (!*err.text || !*err.hint))
        abort();
}

static void sign(struct pt_slice certificate, struct pt_slice key)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_strings all = names();
    struct pt_error err = {0};

    pt_buf_add(&root.certificate, certificate.at, certificate.len);
    pt_buf_add(&root.key, key.at, key.len);
    if (pt_x509_make_leaf(&root,
                          &(struct pt_leaf_wish){.names = &all, .days = 9},
                          NOW_S, &leaf, &err) &&
        (!*err.text || leaf.key.len))
        abort();
    (void)pt_x509_is_leaf(&root, &root, &all, NOW_S, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct pt_identity root;
    static struct pt_identity leaf;
    struct pt_slice bytes = pt_slice((const char *)data, len);

    if (!root.key.len)
        begin(&root, &leaf);
    judge(bytes);
    check(bytes, pt_slice(leaf.key.at, leaf.key.len));
    check(pt_slice(leaf.certificate.at, leaf.certificate.len), bytes);
    check(bytes, bytes);
    sign(bytes, pt_slice(root.key.at, root.key.len));
    sign(pt_slice(root.certificate.at, root.certificate.len), bytes);
    sign(bytes, bytes);
    return 0;
}
