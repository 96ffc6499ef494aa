/* test_signing.c - the files of who signs: which are read, and what becomes of
 * the bytes. */
#include "base/file.h"
#include "cli/signing.h"
#include "tests/tap.h"
#include "tests/unit/fake_server.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <unistd.h>

static char dir[] = "/tmp/portolan-signing-XXXXXX";
static char certificate[64];
static char key[64];
static char bundle[64]; /* both */
static char missing[64];
static char nothing[64]; /* an empty file */

static void name(char *path, size_t size, const char *file)
{
    snprintf(path, size, "%s/%s", dir, file);
}

static void put(const char *path, const struct fake_identity *id,
                bool has_certificate, bool has_key)
{
    FILE *file = fopen(path, "w");

    if (!file)
        abort();
    if (has_certificate)
        PEM_write_X509(file, id->certificate);
    if (has_key)
        PEM_write_PrivateKey(file, id->key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
}

static void begin(void)
{
    struct fake_identity id = fake_identity_new();

    if (!mkdtemp(dir))
        abort();
    name(certificate, sizeof(certificate), "certificate.pem");
    name(key, sizeof(key), "key.pem");
    name(bundle, sizeof(bundle), "bundle.pem");
    name(missing, sizeof(missing), "missing.pem");
    name(nothing, sizeof(nothing), "nothing.pem");
    put(certificate, &id, true, false);
    put(key, &id, false, true);
    put(bundle, &id, true, true);
    put(nothing, &id, false, false);
    fake_identity_free(&id);
}

static void end(void)
{
    unlink(certificate);
    unlink(key);
    unlink(bundle);
    unlink(nothing);
    rmdir(dir);
}

/* What is in the signature, or what went wrong with what was given. */
static const char *sign(const struct pt_signing *signing, struct pt_buf *bytes,
                        struct pt_error *err)
{
    const unsigned char *at;
    CMS_ContentInfo *cms;
    const ASN1_OCTET_STRING *content;
    enum pt_status status;

    pt_buf_clear(bytes);
    pt_buf_puts(bytes, "<plist/>");
    status = pt_sign_file(signing, bytes, err);
    if (status != PT_OK)
        return status == PT_BAD_INPUT ? err->text : "another failure";
    at = (const unsigned char *)bytes->at;
    cms = d2i_CMS_ContentInfo(NULL, &at, (long)bytes->len);
    if (!cms)
        return "no signature came out";
    content = *CMS_get0_content(cms);
    pt_buf_clear(bytes);
    pt_buf_add(bytes, ASN1_STRING_get0_data(content),
               (size_t)ASN1_STRING_length(content));
    CMS_ContentInfo_free(cms);
    return pt_buf_text(bytes);
}

static void test_good(void)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_error err = {0};

    IS(sign(&(struct pt_signing){.certificate = certificate,
                                 .key = key,
                                 .ca_file = certificate},
            &bytes, &err),
       "<plist/>", "the bytes are replaced by their signature");
    IS(sign(&(struct pt_signing){.certificate = bundle,
                                 .chain = certificate,
                                 .ca_file = certificate},
            &bytes, &err),
       "<plist/>", "the key may be in the certificate's file");
}

static void test_refused(void)
{
    const struct {
        struct pt_signing signing;
        const char *names; /* words in the sentence */
        const char *what;
    } cases[] = {
        {{.certificate = certificate, .key = key}, "nobody we trust",
         "without the authority's file it is not trusted"},
        {{.certificate = missing, .key = key}, missing,
         "a certificate that is not there is named"},
        {{.certificate = certificate, .key = missing}, missing,
         "so is a key"},
        {{.certificate = certificate, .key = key, .chain = missing}, missing,
         "so is a chain"},
        {{.certificate = certificate, .key = key, .ca_file = nothing}, nothing,
         "so is a file without authorities"},
        {{.certificate = certificate, .key = dir}, dir,
         "a directory is no key"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf bytes = {0};
        struct pt_error err = {0};
        const char *said = sign(&cases[i].signing, &bytes, &err);

        if (!OK(strstr(said, cases[i].names) && *err.hint, cases[i].what))
            printf("# it said: %s\n", said);
        IS(pt_buf_text(&bytes), "<plist/>", "the bytes are as they were");
    }
}

int main(void)
{
    begin();
    test_good();
    test_refused();
    end();
    return tap_done();
}
