/* Names and logins of every kind, through every writer, and read again as the
 * client would. */
#include "format/autoconfig.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"
#include "tests/unit/written.h"

#include <cjson/cJSON.h>

static const char *find_autoconfig(const struct sample *sample,
                                   const struct pt_buf *bytes)
{
    struct pt_autoconfig config = {0};
    struct pt_error err = {0};

    if (pt_autoconfig_read(sample->arena, pt_slice(bytes->at, bytes->len),
                           &sample->settings.address, &config, &err) != PT_OK)
        return pt_arena_strdup(sample->arena, err.text);
    return config.servers[0].username;
}

static const char *find_json(const struct sample *sample,
                             const struct pt_buf *bytes)
{
    cJSON *root = cJSON_Parse(bytes->at);
    const cJSON *servers = cJSON_GetObjectItem(root, "servers");
    const cJSON *username =
        cJSON_GetObjectItem(cJSON_GetArrayItem(servers, 0), "username");
    const char *copy = pt_arena_strdup(sample->arena,
                                       cJSON_GetStringValue(username));

    cJSON_Delete(root);
    return copy;
}

static const char *find_policy(const struct sample *sample,
                               const struct pt_buf *bytes)
{
    cJSON *root = cJSON_Parse(pt_buf_text(bytes));
    const cJSON *policies = cJSON_GetObjectItem(root, "policies");
    const cJSON *pref = cJSON_GetObjectItem(policies, "Preferences");
    const char *copy = NULL;

    for (pref = pref ? pref->child : NULL; pref && !copy; pref = pref->next)
        if (pt_has_suffix(pref->string, ".userName"))
            copy = pt_arena_strdup(sample->arena,
                                   cJSON_GetStringValue(
                                       cJSON_GetObjectItem(pref, "Value")));
    cJSON_Delete(root);
    return copy;
}

static const char *find_apple(const struct sample *sample,
                              const struct pt_buf *bytes)
{
    return written_plist(sample->arena, bytes, "IncomingMailServerUsername");
}

static const char *find_prefs(const struct sample *sample,
                              const struct pt_buf *bytes)
{
    return written_prefs(sample->arena, bytes, "mail.server.server1.userName");
}

static const char *find_prf(const struct sample *sample,
                            const struct pt_buf *bytes)
{
    return written_line(sample->arena, bytes, "IMAPUserName=");
}

static const char *find_card(const struct sample *sample,
                             const struct pt_buf *bytes)
{
    return written_line(sample->arena, bytes, "  User name    ");
}

/* The login for receiving, as the client reads it.  The other writers are
 * read by tests/hostile alone. */
static const struct {
    const char *writer;
    const char *(*find_login)(const struct sample *sample,
                              const struct pt_buf *bytes);
} readers[] = {
    {"apple", find_apple},       {"thunderbird", find_prefs},
    {"outlook", find_prf},       {"autoconfig", find_autoconfig},
    {"json", find_json},         {"thunderbird-policy", find_policy},
    {"text", find_card},
};

enum { READERS = sizeof(readers) / sizeof(*readers) };

/* Which writers must say that they cannot hold it; the rest must hold it. */
static const struct {
    const char *what;
    const char *login;
    const char *refused_by;
} logins[] = {
    {"the marks of XML", "a&b<c>d\"e'f]]>g", ""},
    {"entities", "&amp;&#10;&lt;b&gt;", ""},
    {"a domain of Windows", "CORP\\ann", ""},
    {"backslashes", "a\\\\n\\", ""},
    {"the end of a preference", "x\"); user_pref(\"y\", \"z", ""},
    {"an assignment", "a=b;[c]#d", ""},
    {"a single percent sign", "100%", ""},
    {"a variable of Windows", "%USERNAME%", "outlook"},
    {"a placeholder", "x%EMAILDOMAIN%", "autoconfig outlook"},
    {"quotes around it", "\"ann b\"", "outlook"},
    {"letters beyond ASCII", "\xD0\x90\xD0\xBD\xD1\x8F", "outlook"},
    {"a letter of Latin-1", "caf\xC3\xA9", "outlook"},
    {"signs above U+FFFF", "\xF0\x9F\x99\x82", "outlook"},
    {"the first letter of the address", "a", ""},
    {"just the local part", "ann", ""},
    {"the address itself", "ann@example.org", ""},
    {"320 bytes",
     "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
     "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
     "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
     "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"
     "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
     ""},
};

static void check_login(struct sample *sample, size_t reader,
                        const char *login, const char *refused_by,
                        const char *what)
{
    const char *writer = readers[reader].writer;
    bool is_refused = strstr(refused_by, writer);
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    enum pt_status status;

    sample->servers[SAMPLE_IN].username = login;
    status = sample_write(sample, writer, &out, &notes, &err);
    if (is_refused)
        OK(status == PT_CANNOT_EXPRESS && *err.text && *err.hint,
           pt_arena_printf(sample->arena, "%s says that it cannot hold %s",
                           writer, what));
    else
        IS(status == PT_OK ? readers[reader].find_login(sample, &out)
                           : err.text,
           login, pt_arena_printf(sample->arena, "%s holds %s", writer, what));
}

static void test_logins(struct sample *sample)
{
    for (size_t i = 0; i < sizeof(logins) / sizeof(*logins); i++)
        for (size_t j = 0; j < READERS; j++)
            check_login(sample, j, logins[i].login, logins[i].refused_by,
                        logins[i].what);
    sample->servers[SAMPLE_IN].username = NULL;
}

/* ---- the user's own name ---- */

static const struct {
    const char *what;
    const char *name;
    bool in_prf;   /* else the address stands in its place */
    bool in_plist; /* else it is refused */
} names[] = {
    {"a plain name", "Ann Example", true, true},
    {"the marks of XML", "Ann & <Ann> ]]>", true, true},
    {"quotes within", "Ann \"Q\" O'Example", true, true},
    {"quotes around", "\"Ann\"", false, true},
    {"a backslash", "Ann\\", true, true},
    {"umlauts", "\xC3\x84nn", false, true},
    {"a sign above U+FFFF", "Ann \xF0\x9F\x99\x82", false, true},
    {"a mark that turns the text", "\xE2\x80\xAE" "Ann", false, true},
    {"a line feed", "Ann\nExample", false, true},
    {"CR and LF", "Ann\r\n[Account1]\r\nX=", false, true},
    {"an escape", "Ann\x1b[31m", false, false},
    {"blanks around", " Ann ", false, true},
    {"no letter at all", "", false, true},
};

static void check_name(struct sample *sample, const char *name, bool in_prf,
                       bool in_plist, const char *what)
{
    struct pt_arena *arena = sample->arena;
    PT_BUF struct pt_buf plist = {0};
    PT_BUF struct pt_buf zip = {0};
    PT_BUF struct pt_buf prf = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    size_t before;

    sample->settings.display_name = name;
    if (sample_write(sample, "apple", &plist, &notes, &err) == PT_OK)
        IS(written_plist(arena, &plist, "EmailAccountName"),
           in_plist ? name : NULL,
           pt_arena_printf(arena, "a profile holds %s", what));
    else
        OK(!in_plist && err.status == PT_CANNOT_EXPRESS && *err.hint,
           pt_arena_printf(arena, "a profile cannot hold %s", what));
    IS(sample_write(sample, "thunderbird", &zip, &notes, &err) == PT_OK
           ? written_prefs(arena, &zip, "mail.identity.id1.fullName")
           : err.text,
       name, pt_arena_printf(arena, "Thunderbird's file holds %s", what));
    before = notes.count;
    IS(sample_write(sample, "outlook", &prf, &notes, &err) == PT_OK
           ? written_line(arena, &prf, "DisplayName=")
           : err.text,
       in_prf ? name : "ann@example.org",
       pt_arena_printf(arena, "a PRF holds %s, or the address", what));
    OK(notes.count - before == (in_prf ? 1 : 2),
       "and says so where it is the address");
}

static void test_names(struct sample *sample)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        check_name(sample, names[i].name, names[i].in_prf, names[i].in_plist,
                   names[i].what);
    sample->settings.display_name = NULL;
}

/* ---- addresses ---- */

static const struct {
    const char *address;
    const char *refused_by;
    const char *file; /* the name of Outlook's */
} addresses[] = {
    {"o'neill&sons@example.org", "", "o'neill&sons@example.org.prf"},
    {"a/b|c*d?e%f@example.org", "", "a_b_c_d_e_f@example.org.prf"},
    {"\"a b<c>:\\\\d\"@example.org", "outlook",
     "_a b_c____d_@example.org.prf"},
    {"%EMAILADDRESS%@example.org", "outlook",
     "_EMAILADDRESS_@example.org.prf"},
    {"\xC3\xA4nn@b\xC3\xBC" "cher.example", "outlook",
     "\xC3\xA4nn@xn--bcher-kva.example.prf"},
};

static void check_address(struct pt_arena *arena, const char *text,
                          const char *refused_by, const char *file)
{
    struct sample sample;

    sample_begin(&sample, arena, text);
    for (size_t i = 0; i < READERS; i++)
        check_login(&sample, i, sample.settings.address.text, refused_by,
                    text);
    IS(sample_file(&sample, "outlook"), file,
       "no file system minds the name of its file");
}

/* Those of which the first 200 bytes are the same. */
static void test_long_addresses(struct pt_arena *arena)
{
    char domain[181];
    const char *files[2];

    for (size_t i = 0; i < sizeof(domain) - 1; i++)
        domain[i] = i % 60 == 59 ? '.' : 'd';
    domain[sizeof(domain) - 1] = '\0';
    for (int i = 0; i < 2; i++) {
        struct sample sample;

        sample_begin(&sample, arena,
                     pt_arena_printf(arena, "long.address@%sexample%d.org",
                                     domain, i));
        files[i] = sample_file(&sample, "thunderbird");
    }
    OK(strlen(files[0]) < 230 && pt_has_suffix(files[0], ".thunderbird.zip"),
       "a file system takes the name of a long address's file");
    OK(strcmp(files[0], files[1]), "and it is not that of another address");
}

/* ---- texts of others ---- */

/* The text of an element of ours that holds the provider's name. */
static void test_provider(struct sample *sample)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_autoconfig config = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};

    sample_write(sample, "autoconfig", &out, &notes, &err);
    pt_autoconfig_read(sample->arena, pt_slice(out.at, out.len),
                       &sample->settings.address, &config, &err);
    IS(config.name, "Example & <Mail>",
       "the provider's name comes through autoconfig");
    sample->settings.provider_name = "not \xFF UTF-8";
    OK(sample_write(sample, "autoconfig", &out, &notes, &err) ==
               PT_CANNOT_EXPRESS &&
           *err.hint,
       "one that is not UTF-8 does not");
    sample->settings.provider_name = "Mail of %REALNAME%";
    OK(sample_write(sample, "autoconfig", &out, &notes, &err) ==
               PT_CANNOT_EXPRESS &&
           *err.hint,
       "nor does one that a reader would fill in");
    sample->settings.provider_name = "Example";
}

static void test_card(struct sample *sample)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};

    sample->settings.bridge.title = "Bridge\n\x1B[2J";
    sample_write(sample, "text", &out, &notes, NULL);
    OK(strstr(pt_buf_text(&out), "\nTo change the ports of Bridge??[2J\n"),
       "what others call themselves begins no line of the card");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    test_logins(&sample);
    test_names(&sample);
    test_provider(&sample);
    test_card(&sample);
    test_long_addresses(arena);
    for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
        check_address(arena, addresses[i].address, addresses[i].refused_by,
                      addresses[i].file);
    return tap_done();
}
