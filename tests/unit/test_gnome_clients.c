/* test_gnome_clients.c - accounts that Evolution and Geary do not have yet. */
#include "client/client.h"
#include "format/fingerprint.h"
#include "tests/oom/alloc.h"
#include "tests/unit/moved.h"
#include "tests/unit/sample.h"

static const char SOURCES[] = ".config/evolution/sources";
static const char FLATPAK_SOURCES[] =
    ".var/app/org.gnome.Evolution/config/evolution/sources";
static const char BOB[] = "[Mail Account]\nBackendName=imapx\n"
                          "[Authentication]\nHost=127.0.0.1\nPort=1143";
static const char INI[] = "[Incoming]\nhost=127.0.0.1\nport=1143\nlogin=bob\n"
                          "[Outgoing]\nhost=127.0.0.1\nport=1025\n";

/* A home, and an account with a certificate that is not there yet. */
struct adding {
    struct moved moved;
    struct sample sample;
    struct pt_install *install;
};

static void begin(struct adding *adding, struct pt_arena *arena)
{
    const struct pt_certificate *certificate = new_certificate(arena, 7);

    moved_begin(&adding->moved, arena);
    sample_begin(&adding->sample, arena, "ann@proton.me");
    adding->sample.settings.display_name = "Ann Example";
    for (size_t i = 0; i < SAMPLE_MORE; i++)
        adding->sample.servers[i].certificate = certificate;
    adding->install = NULL;
}

/* As the command does it: into what is set up, or a set-up of its own. */
static enum pt_status add(struct adding *adding,
                          const struct pt_client *client,
                          struct pt_error *err)
{
    struct pt_installs *installs = &adding->moved.installs;
    enum pt_status status =
        client->find(&adding->moved.place, installs, err);

    if (status == PT_OK && !installs->count)
        status = client->begin(&adding->moved.place, installs, err);
    if (status != PT_OK)
        return status;
    adding->install = installs->at[0];
    return client->add(installs, adding->install, &adding->sample.settings,
                       err);
}

static const char *name_of(const struct adding *adding, const char *path)
{
    return path + strlen(adding->moved.place.home) + 1;
}

/* The names of the files that are to be, and "+" before those that are not
 * there. */
static const char *files(const struct adding *adding)
{
    PT_BUF struct pt_buf out = {0};

    for (size_t i = 0; i < adding->install->file_count; i++) {
        const struct pt_client_file *file = &adding->install->files[i];

        pt_buf_printf(&out, "%s%s%s\n", file->is_there ? "" : "+",
                      name_of(adding, file->path),
                      file->is_there && file->is_changed ? " changed" : "");
    }
    return pt_arena_strdup(adding->moved.arena, pt_buf_text(&out));
}

static void put_files(const struct adding *adding)
{
    for (size_t i = 0; i < adding->install->file_count; i++) {
        const struct pt_client_file *file = &adding->install->files[i];

        if (file->is_changed)
            moved_put(&adding->moved, name_of(adding, file->path),
                      pt_buf_text(&file->after));
    }
}

static const char *pin_name(const struct pt_slot *slot,
                            const struct pt_certificate *certificate)
{
    if (!slot->pinned)
        return "-";
    return pt_is(slot->pinned, certificate->sha256) ? "pinned" : "other";
}

/* What the client has once the files are there. */
static const char *slots(struct adding *adding, const struct pt_client *client)
{
    PT_BUF struct pt_buf out = {0};
    const struct pt_certificate *certificate =
        adding->sample.servers[0].certificate;

    put_files(adding);
    pt_installs_free(&adding->moved.installs);
    if (!moved_find(&adding->moved, client) || !adding->moved.installs.count)
        return "it is not found";
    adding->install = adding->moved.installs.at[0];
    for (size_t i = 0; i < adding->install->slot_count; i++) {
        const struct pt_slot *slot = &adding->install->slots[i];

        pt_buf_printf(&out, "%s %s:%u %s %s %s %s\n",
                      pt_service_name(slot->service), slot->host, slot->port,
                      pt_security_name(slot->security),
                      slot->login ? slot->login : "-",
                      slot->address ? slot->address : "-",
                      pin_name(slot, certificate));
    }
    return pt_arena_strdup(adding->moved.arena, pt_buf_text(&out));
}

/* Its note names the fingerprint of the certificate. */
static bool has_fingerprint(const struct adding *adding)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(adding->sample.servers[0].certificate, print);
    return strstr(adding->install->note, print);
}

/* ---- Evolution ---- */

static void test_first_sources(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct adding adding;

    begin(&adding, arena);
    OK(add(&adding, &pt_client_evolution, NULL) == PT_OK,
       "Evolution: an account is added where there is none");
    IS(name_of(&adding, adding.install->where), SOURCES,
       "in the folder where Evolution looks");
    IS(files(&adding),
       "+.config/evolution/sources/ann@proton.me.source\n"
       "+.config/evolution/sources/ann@proton.me-identity.source\n"
       "+.config/evolution/sources/ann@proton.me-transport.source\n",
       "in three new files");
    OK(strstr(adding.install->note, "password") && has_fingerprint(&adding),
       "what is left to do is told: the password, and the certificate");
    IS(slots(&adding, &pt_client_evolution),
       "submission 127.0.0.1:1025 starttls ann@proton.me ann@proton.me -\n"
       "imap 127.0.0.1:1143 starttls ann@proton.me ann@proton.me -\n",
       "and Evolution has both servers then");
    moved_end(&adding.moved);
}

static void test_further_sources(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct adding adding;

    begin(&adding, arena);
    moved_put(&adding.moved, ".config/evolution/sources/bob.source", BOB);
    OK(add(&adding, &pt_client_evolution, NULL) == PT_OK &&
           adding.moved.installs.count == 1,
       "Evolution: an account is added to others");
    IS(files(&adding),
       ".config/evolution/sources/bob.source\n"
       "+.config/evolution/sources/ann@proton.me.source\n"
       "+.config/evolution/sources/ann@proton.me-identity.source\n"
       "+.config/evolution/sources/ann@proton.me-transport.source\n",
       "and their files stay as they are");
    moved_end(&adding.moved);
}

static void test_foreign_source(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_error err = {0};
    struct adding adding;

    begin(&adding, arena);
    moved_put(&adding.moved,
              ".config/evolution/sources/ann@proton.me-transport.source",
              "[Data Source]\n");
    OK(add(&adding, &pt_client_evolution, &err) == PT_CANNOT_EXPRESS &&
           strstr(err.text, "ann@proton.me-transport.source"),
       "Evolution: a file of that name is not replaced, and is named");
    moved_end(&adding.moved);
}

static void test_flatpak(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct adding adding;
    struct adding both;

    begin(&adding, arena);
    moved_put(&adding.moved, ".var/app/org.gnome.Evolution/config/x", "");
    add(&adding, &pt_client_evolution, NULL);
    IS(name_of(&adding, adding.install->where), FLATPAK_SOURCES,
       "Evolution: where the Flatpak alone was started, it gets the account");
    moved_end(&adding.moved);

    begin(&both, arena);
    moved_put(&both.moved, ".var/app/org.gnome.Evolution/config/x", "");
    moved_put(&both.moved, ".config/evolution/x", "");
    add(&both, &pt_client_evolution, NULL);
    IS(name_of(&both, both.install->where), SOURCES,
       "where the other was started as well, that one gets it");
    moved_end(&both.moved);
}

/* Two files an account: PT_CLIENT_FILES_MAX / 2 are all it can hold. */
static void test_too_many(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_error err = {0};
    struct adding adding;

    begin(&adding, arena);
    for (int i = 0; i < PT_CLIENT_FILES_MAX; i++)
        moved_put(&adding.moved,
                  pt_arena_printf(arena, "%s/%d.source", SOURCES, i), BOB);
    OK(add(&adding, &pt_client_evolution, &err) == PT_CANNOT_EXPRESS &&
           strstr(err.text, "too many"),
       "Evolution: where there are too many accounts, that is said");
    moved_end(&adding.moved);
}

/* ---- Geary ---- */

static void test_first_geary(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct adding adding;

    begin(&adding, arena);
    OK(add(&adding, &pt_client_geary, NULL) == PT_OK,
       "Geary: an account is added where there is none");
    IS(files(&adding),
       "+.config/geary/account_01/geary.ini\n"
       "+.local/share/geary/pinned-certs/127.0.0.1.pem\n",
       "with the certificate it is to trust");
    OK(strstr(adding.install->note, "password") && !has_fingerprint(&adding),
       "the password is what is left to do");
    IS(slots(&adding, &pt_client_geary),
       "imap 127.0.0.1:1143 starttls ann@proton.me ann@proton.me pinned\n"
       "submission 127.0.0.1:1025 starttls ann@proton.me ann@proton.me "
       "pinned\n",
       "and Geary has both servers then");
    moved_end(&adding.moved);
}

static void test_geary_number(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    static const char path[] = ".config/geary/account_10/geary.ini";
    struct adding adding;

    begin(&adding, arena);
    moved_put(&adding.moved, ".config/geary/account_02/geary.ini", INI);
    moved_put(&adding.moved, ".config/geary/account_x/geary.ini", INI);
    moved_put(&adding.moved, ".config/geary/account_99999/geary.ini", INI);
    moved_put(&adding.moved, ".local/share/geary/account_09/geary.db", "");
    add(&adding, &pt_client_geary, NULL);
    OK(moved_now(&adding.moved, path),
       "Geary: the number is one that neither settings nor mail have");
    OK(strstr(moved_now(&adding.moved, path), "\nordinal=10\n"),
       "and the account comes after the others");
    OK(pt_is(moved_now(&adding.moved, ".config/geary/account_02/geary.ini"),
             INI),
       "whose files stay as they are");
    moved_end(&adding.moved);
}

static void test_geary_pin(bool same)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    static const char path[] = ".local/share/geary/pinned-certs/127.0.0.1.pem";
    struct adding first;
    struct adding adding;

    begin(&first, arena);
    add(&first, &pt_client_geary, NULL);
    begin(&adding, arena);
    if (same)
        adding.sample = first.sample;
    moved_put(&adding.moved, path, moved_now(&first.moved, path));
    add(&adding, &pt_client_geary, NULL);
    IS(files(&adding),
       "+.config/geary/account_01/geary.ini\n"
       ".local/share/geary/pinned-certs/127.0.0.1.pem\n",
       same ? "Geary: a certificate that is trusted already stays"
            : "Geary: a certificate of another account stays");
    OK(has_fingerprint(&adding) != same,
       same ? "and nothing is asked" : "and what Geary will ask is told");
    moved_end(&first.moved);
    moved_end(&adding.moved);
}

/* Its own wizard cannot either. */
static void test_geary_pop3(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_error err = {0};
    struct adding adding;

    begin(&adding, arena);
    adding.sample.servers[SAMPLE_IN].service = PT_POP3;
    OK(add(&adding, &pt_client_geary, &err) == PT_CANNOT_EXPRESS &&
           strstr(err.text, "POP3") && !adding.install->file_count,
       "Geary: POP3 is refused, by its name");
    moved_end(&adding.moved);
}

/* ---- memory ---- */

/* False: it went right, so there are no more allocations. */
static bool fails_at(const struct pt_client *client, size_t nth,
                     bool *ret_told)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct adding adding;
    enum pt_status status;

    begin(&adding, arena);
    adding.moved.installs.arena = pt_arena_new();
    pt_oom_fail_at(nth);
    status = add(&adding, client, NULL);
    pt_oom_fail_at(0);
    *ret_told = status == PT_NO_MEMORY || status == PT_OK;
    pt_installs_free(&adding.moved.installs);
    pt_arena_free(adding.moved.installs.arena);
    moved_end(&adding.moved);
    return status != PT_OK;
}

static void test_no_memory(const struct pt_client *client)
{
    bool told = true;
    size_t nth = 1;

    while (told && nth < 1000 && fails_at(client, nth, &told))
        nth++;
    if (!OK(told && nth > 2 && nth < 1000,
            "when there is no memory to add one, it is told"))
        printf("# %s, allocation %zu\n", client->name, nth);
}

int main(void)
{
    test_first_sources();
    test_further_sources();
    test_foreign_source();
    test_flatpak();
    test_too_many();
    test_first_geary();
    test_geary_number();
    test_geary_pin(true);
    test_geary_pin(false);
    test_geary_pop3();
    test_no_memory(&pt_client_evolution);
    test_no_memory(&pt_client_geary);
    return tap_done();
}
