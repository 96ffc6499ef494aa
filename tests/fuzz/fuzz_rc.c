/* fuzz_rc.c - any text in the files of msmtp, mbsync and mutt, aerc's and
 * himalaya's, and in a shell's command: read back it is what it was, and adds
 * no line and no key; or it was refused. */
#include "format/ini_write.h"
#include "format/rc.h"
#include "format/shell.h"
#include "format/toml.h"
#include "tests/unit/read_back.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_setting(const char **at, read_setting *next,
                          const char *key, const char *value)
{
    struct read_back pair = {0};

    if (!next(at, &pair) || strcmp(pt_buf_text(&pair.key), key) ||
        strcmp(pt_buf_text(&pair.value), value))
        abort();
    read_back_free(&pair);
}

/* The text, what follows it, and the end. */
static void check_file(const struct pt_buf *file, read_setting *next,
                       const char *text)
{
    const char *at = pt_buf_text(file);
    struct read_back none = {0};

    check_setting(&at, next, "user", text);
    check_setting(&at, next, "last", "end");
    if (next(&at, &none) || !at)
        abort();
    read_back_free(&none);
}

static bool is_plain(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            return false;
    return pt_is_utf8(pt_slice_of(text));
}

static void check_rc(const char *text)
{
    static const struct {
        enum pt_rc_syntax syntax;
        read_setting *next;
        size_t holds; /* bytes, at the least */
    } syntaxes[] = {{PT_RC_MSMTP, read_msmtp, 490},
                    {PT_RC_MBSYNC, read_mbsync, 480},
                    {PT_RC_MUTT, read_mutt, 100000}};

    for (size_t i = 0; i < sizeof(syntaxes) / sizeof(*syntaxes); i++) {
        PT_BUF struct pt_buf file = {0};
        struct pt_rc rc;

        pt_rc_begin(&rc, syntaxes[i].syntax, &file);
        pt_rc_text(&rc, "user", text);
        pt_rc_text(&rc, "last", "end");
        if (pt_rc_end(&rc, NULL) == PT_OK)
            check_file(&file, syntaxes[i].next, text);
        else if (is_plain(text) && strlen(text) < syntaxes[i].holds)
            abort();
    }
}

static void check_ini(const char *text)
{
    PT_BUF struct pt_buf file = {0};
    struct pt_ini ini;

    pt_ini_begin(&ini, &file);
    pt_ini_value(&ini, "user", text);
    pt_ini_value(&ini, "last", "end");
    if (pt_ini_end(&ini, NULL) == PT_OK)
        check_file(&file, read_ini, text);
    else if (is_plain(text) && !strstr(text, "%("))
        abort();
}

static void check_toml(const char *text)
{
    PT_BUF struct pt_buf file = {0};
    struct pt_toml toml;

    pt_toml_begin(&toml, &file);
    pt_toml_string(&toml, "user", text);
    pt_toml_string(&toml, "last", "end");
    if (pt_toml_end(&toml, NULL) == PT_OK)
        check_file(&file, read_toml, text);
    else if (pt_is_utf8(pt_slice_of(text)))
        abort();
}

static void check_shell(const char *text)
{
    PT_BUF struct pt_buf word = {0};
    PT_BUF struct pt_buf read = {0};
    const char *got;

    pt_shell_word(&word, text);
    got = read_shell_word(pt_buf_text(&word), &read);
    if (!got || strcmp(got, text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_BUF struct pt_buf text = {0};

    pt_buf_add(&text, data, len);
    if (pt_buf_failed(&text))
        return 0;
    check_rc(pt_buf_text(&text));
    check_ini(pt_buf_text(&text));
    check_toml(pt_buf_text(&text));
    check_shell(pt_buf_text(&text));
    return 0;
}
