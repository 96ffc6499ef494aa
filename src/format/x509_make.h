/* x509_make.h - certificates made and judged, over libcrypto.
 *
 * Keys are ECDSA P-256.  What is made keeps to what Apple wants of a server's
 * certificate (support.apple.com/103769): names in SAN, 825 days at most,
 * serverAuth.  It begins a day before it was made: clocks of phones go wrong.
 * Keys and serial numbers are random; all else follows from what is given.
 */
#ifndef PT_FORMAT_X509_MAKE_H
#define PT_FORMAT_X509_MAKE_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

enum {
    PT_X509_DAYS = 397,      /* a server's: what public authorities give */
    PT_X509_DAYS_MAX = 825,  /* what Apple's devices take */
    PT_X509_NAMES_MAX = 500, /* clients refuse handshakes of more than 64 KiB */
    PT_X509_COMMON_NAME_MAX = 64, /* bytes (X.520, ub-common-name) */
};

/* A certificate and its key, in PEM.  The key is secret. */
struct pt_identity {
    struct pt_buf certificate; /* the leaf first, then what signed it */
    struct pt_buf key;
};

void pt_identity_free(struct pt_identity *identity); /* wipes the key */
#define PT_IDENTITY __attribute__((cleanup(pt_identity_free)))

/* An authority of its own, for ten years: CA:TRUE, pathlen 0, keyCertSign, and
 * (RFC 5280, 4.2.1.10) no further than the names it is for would be better,
 * but a household renames its machines.  now: seconds since 1970.
 * PT_BAD_INPUT: no common name, or one that is too long; PT_CANNOT_WRITE:
 * libcrypto says no; PT_NO_MEMORY. */
enum pt_status pt_x509_make_root(const char *common_name, int64_t now,
                                 struct pt_identity *ret_root,
                                 struct pt_error *err);

/* What a server's certificate is to say. */
struct pt_leaf_wish {
    const struct pt_strings *names; /* host names and addresses; the first that
                                       fits is its common name, too, which
                                       people see and programs do not look at */
    int days; /* as long as it is good, but never longer than its root */
};

/* Signed by root, and verified in full, for each of its names, before it is
 * handed out.
 * PT_BAD_INPUT: root cannot be read, is none, or has ended; a name is none, or
 * there are too many.  PT_CANNOT_WRITE: libcrypto says no; PT_NO_MEMORY. */
enum pt_status pt_x509_make_leaf(const struct pt_identity *root,
                                 const struct pt_leaf_wish *wish, int64_t now,
                                 struct pt_identity *ret_leaf,
                                 struct pt_error *err);

/* Was it made by this root, with this key, for these names and no others, in
 * whatever order, and is it good for spare_days more?  False too: no memory. */
bool pt_x509_is_leaf(const struct pt_identity *root,
                     const struct pt_identity *leaf,
                     const struct pt_strings *names, int64_t now,
                     int spare_days);

/* Is this certificate (DER) one that devices will take for `host` (a name or
 * an address): named in SAN, valid now, not for more than 825 days, for
 * servers?  Adds a sentence for each thing that speaks against it ("it is for
 * 127.0.0.1, not for 192.168.1.10").  Who signed it is not asked.  False: no
 * memory.  PEM and DER of more than one: the first. */
bool pt_x509_judge(struct pt_arena *arena, struct pt_slice der,
                   const char *host, int64_t now, struct pt_strings *faults);

/* Do these fit together, and is it in date?  certificate may be a chain, of
 * which the first is judged.
 * PT_BAD_INPUT says what is wrong, naming the files; PT_NO_MEMORY. */
enum pt_status pt_x509_check_pair(const char *certificate_path,
                                  struct pt_slice certificate,
                                  const char *key_path, struct pt_slice key,
                                  int64_t now, struct pt_error *err);

/* The first certificate in PEM, as DER, in the arena; empty: there is none. */
struct pt_slice pt_x509_der(struct pt_arena *arena, struct pt_slice pem);

#endif
