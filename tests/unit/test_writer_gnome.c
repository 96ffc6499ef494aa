/* The files of Evolution and Geary, file by file, read as GLib reads them. */
#include "tests/tap.h"
#include "tests/unit/read_keyfile.h"
#include "tests/unit/read_mailbox.h"
#include "tests/unit/sample.h"

/* ---- what was written ---- */

static const struct pt_file *find_file(const struct pt_output *made,
                                       const char *name)
{
    for (size_t i = 0; i < made->file_count; i++)
        if (pt_is(made->files[i]->name, name))
            return made->files[i];
    return NULL;
}

static struct pt_slice bytes_of(const struct pt_output *made, const char *name)
{
    const struct pt_file *file = find_file(made, name);

    return file ? pt_slice(file->bytes.at, file->bytes.len) : pt_slice("", 0);
}

static const char *value(const struct pt_output *made, const char *name,
                         const char *group, const char *key)
{
    return read_keyfile(made->arena, bytes_of(made, name), group, key);
}

static void write_job(const char *writer, const struct pt_job *job,
                      struct pt_output *ret_made)
{
    struct pt_error err = {0};

    *ret_made = (struct pt_output){.arena = job->arena};
    if (pt_write(pt_writer_named(writer), job, ret_made, &err) != PT_OK) {
        printf("# %s: %s\n", writer, err.text);
        pt_output_free(ret_made);
    }
}

static void write_sample(const char *writer, const struct sample *sample,
                         struct pt_output *ret_made)
{
    struct pt_job job = sample_job(sample);

    write_job(writer, &job, ret_made);
}

/* ---- Evolution ---- */

#define ANN "ann@example.org"

static void test_sources(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;

    sample->settings.display_name = "Ann; Example";
    write_sample("evolution", sample, &made);
    OK(made.file_count == 3 && !made.files[1]->is_extra &&
           !made.files[2]->is_extra,
       "Evolution needs three files");
    IS(value(&made, ANN ".source", "Mail Account", "IdentityUid"),
       ANN "-identity", "the account names the identity");
    IS(value(&made, ANN "-identity.source", "Mail Submission", "TransportUid"),
       ANN "-transport", "the identity names the server to send through");
    IS(value(&made, ANN "-identity.source", "Data Source", "Parent"), ANN,
       "the identity belongs to the account");
    IS(value(&made, ANN "-transport.source", "Data Source", "Parent"), ANN,
       "so does the server to send through");
    IS(value(&made, ANN "-identity.source", "Mail Identity", "Name"),
       "Ann; Example", "the identity has the name");
    IS(value(&made, ANN ".source", "Authentication", "Port"), "1143",
       "the account has the port to receive");
    IS(value(&made, ANN "-transport.source", "Authentication", "Port"), "1025",
       "the other one has the port to send");
    OK(made.notes.count == 1, "a certificate of both is told of once");
}

static void test_pop3(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;

    sample->servers[SAMPLE_IN].service = PT_POP3;
    write_sample("evolution", sample, &made);
    IS(value(&made, ANN ".source", "Mail Account", "BackendName"), "pop",
       "Evolution has POP3");
    IS(value(&made, ANN ".source", "Pop Backend", "KeepOnServer"), "true",
       "and leaves the mail on the server");
}

static const struct {
    const char *what;
    const char *host; /* to receive; ".smtp" below it to send */
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    const char *method_in; /* NULL: refused */
    const char *method_out;
} signs[] = {
    {"a password", "mail.example.org", PT_AUTH_CLEARTEXT, PT_AUTH_CLEARTEXT,
     "none", "PLAIN"},
    {"no login to send", "mail.example.org", PT_AUTH_CLEARTEXT, PT_AUTH_NONE,
     "none", "none"},
    {"the client's address to send", "mail.example.org", PT_AUTH_CLEARTEXT,
     PT_AUTH_CLIENT_IP, "none", "none"},
    {"encrypted passwords", "mail.example.org", PT_AUTH_ENCRYPTED,
     PT_AUTH_ENCRYPTED, "CRAM-MD5", "CRAM-MD5"},
    {"tickets", "mail.example.org", PT_AUTH_GSSAPI, PT_AUTH_NTLM, "GSSAPI",
     "NTLM"},
    {"OAuth2 of Google", "imap.gmail.com", PT_AUTH_OAUTH2, PT_AUTH_OAUTH2,
     "Google", "Google"},
    {"OAuth2 of Outlook", "imap-mail.outlook.com", PT_AUTH_OAUTH2,
     PT_AUTH_CLEARTEXT, "Outlook", "PLAIN"},
    {"OAuth2 of Yahoo", "imap.mail.yahoo.com", PT_AUTH_OAUTH2, PT_AUTH_OAUTH2,
     "Yahoo", "Yahoo"},
    {"OAuth2 elsewhere", "mail.example.org", PT_AUTH_OAUTH2,
     PT_AUTH_CLEARTEXT, NULL, NULL},
    {"OAuth2 of a name alike", "imap.notgmail.com", PT_AUTH_OAUTH2,
     PT_AUTH_OAUTH2, NULL, NULL},
    {"a certificate", "mail.example.org", PT_AUTH_TLS_CERT, PT_AUTH_CLEARTEXT,
     NULL, NULL},
};

static void test_methods(struct sample *sample)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        PT_OUTPUT struct pt_output made;

        sample->servers[SAMPLE_IN].host = signs[i].host;
        sample->servers[SAMPLE_IN].auth[0] = signs[i].auth_in;
        sample->servers[SAMPLE_OUT].host = signs[i].host;
        sample->servers[SAMPLE_OUT].auth[0] = signs[i].auth_out;
        write_sample("evolution", sample, &made);
        IS(value(&made, ANN ".source", "Authentication", "Method"),
           signs[i].method_in,
           pt_arena_printf(sample->arena, "Evolution receives by %s",
                           signs[i].what));
        IS(value(&made, ANN "-transport.source", "Authentication", "Method"),
           signs[i].method_out,
           pt_arena_printf(sample->arena, "Evolution sends by %s",
                           signs[i].what));
    }
}

static void test_two_certificates(struct sample *sample)
{
    static const struct pt_certificate other = {
        .der = sample_der, .der_len = sizeof(sample_der), .sha256 = "aabb"};
    PT_OUTPUT struct pt_output made;

    sample->servers[SAMPLE_OUT].certificate = &other;
    write_sample("evolution", sample, &made);
    OK(made.notes.count == 2 && strstr(made.notes.at[0], " 00:11:22:") &&
           strstr(made.notes.at[1], " AA:BB"),
       "Evolution's user is told of both certificates");
}

static void test_blanks(struct sample *sample)
{
    static const char *const logins[] = {" ann", "ann\t"};

    for (size_t i = 0; i < sizeof(logins) / sizeof(*logins); i++) {
        PT_OUTPUT struct pt_output made = {.arena = sample->arena};
        struct pt_job job = sample_job(sample);
        struct pt_error err = {0};

        sample->servers[i].username = logins[i];
        OK(pt_write(pt_writer_named("evolution"), &job, &made, &err) ==
                   PT_CANNOT_EXPRESS &&
               strstr(err.text, "drops the blanks") && *err.hint,
           "Evolution cannot have a login with blanks around it");
        sample->servers[i].username = NULL;
    }
}

/* ---- calendars and address books ---- */

#define DAV ANN "-dav.source"

static void test_calendars(struct sample *sample)
{
    const struct pt_file *dav;
    PT_OUTPUT struct pt_output made;

    sample->settings.server_count++;
    sample->servers[SAMPLE_MORE] = sample_server(PT_CALDAV, 1080);
    sample->servers[SAMPLE_MORE].security = PT_PLAIN;
    write_sample("evolution", sample, &made);
    IS(value(&made, DAV, "Collection", "CalendarUrl"),
       "http://127.0.0.1:1080/", "Evolution gets the address of calendars");
    IS(value(&made, DAV, "Collection", "CalendarEnabled"), "true",
       "and looks for them");
    IS(value(&made, DAV, "Collection", "ContactsEnabled"), "false",
       "not for address books, where there are none");
    IS(value(&made, DAV, "Authentication", "User"), ANN,
       "it signs in with the same login");
    dav = find_file(&made, DAV);
    OK(dav && dav->is_extra, "mail does without that file");
}

static void test_address_books(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;
    struct pt_server *books = &sample->servers[SAMPLE_MORE];

    sample->settings.server_count++;
    *books = sample_server(PT_CARDDAV, 0);
    books->host = NULL;
    books->url = "https://dav.example.org/books/";
    books->username = "ann;1";
    write_sample("evolution", sample, &made);
    IS(value(&made, DAV, "Collection", "ContactsUrl"),
       "https://dav.example.org/books/",
       "Evolution gets the URL of address books as it is");
    IS(value(&made, DAV, "Authentication", "Host"), "dav.example.org",
       "and their host from it");
    IS(value(&made, DAV, "Authentication", "User"), "ann;1",
       "with a login of their own");
}

static void test_two_logins(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;
    struct pt_server servers[] = {
        sample->servers[SAMPLE_IN], sample->servers[SAMPLE_OUT],
        sample_server(PT_CALDAV, 1080), sample_server(PT_CARDDAV, 1080)};

    sample->settings.servers = servers;
    sample->settings.server_count = 4;
    write_sample("evolution", sample, &made);
    IS(value(&made, DAV, "Collection", "ContactsEnabled"), "true",
       "calendars and address books are one collection");
    pt_output_free(&made);
    servers[3].username = "books";
    write_sample("evolution", sample, &made);
    IS(value(&made, DAV, "Collection", "ContactsEnabled"), "false",
       "which has one login");
    OK(made.notes.count == 2 &&
           pt_has_prefix(made.notes.at[1], "not in this file: CardDAV;"),
       "what wants another is left out, and that is told");
}

static void test_dav_at_ipv6(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;

    sample->settings.server_count++;
    sample->servers[SAMPLE_MORE] = sample_server(PT_CALDAV, 1080);
    sample->servers[SAMPLE_MORE].host = "::1";
    write_sample("evolution", sample, &made);
    IS(value(&made, DAV, "Collection", "CalendarUrl"), "https://[::1]:1080/",
       "an IPv6 address has brackets in a URL");
}

static void test_dav_by_oauth2(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;

    sample->settings.server_count++;
    sample->servers[SAMPLE_MORE] = sample_server(PT_CALDAV, 1080);
    sample->servers[SAMPLE_MORE].auth[0] = PT_AUTH_OAUTH2;
    write_sample("evolution", sample, &made);
    OK(!find_file(&made, DAV) && made.notes.count == 2 &&
           pt_has_prefix(made.notes.at[1], "not in this file: CalDAV;"),
       "calendars by OAuth2 are left out, and that is told");
}

/* ---- Geary ---- */

#define INI "account_01/geary.ini"

static const char *sender(const struct pt_output *made, const char *name,
                          const char *address)
{
    const char *text = read_keyfile_list(made->arena, bytes_of(made, name),
                                         "Account", "sender_mailboxes");

    return text ? read_mailbox(made->arena, text, address) : NULL;
}

static void test_geary(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;

    sample->settings.display_name = "Ann; \"\xC3\x84\"";
    write_sample("geary", sample, &made);
    IS(sender(&made, INI, ANN), "Ann; \"\xC3\x84\"",
       "Geary reads name and address");
    IS(value(&made, INI, "Incoming", "transport_security"), "start-tls",
       "it is told STARTTLS");
    IS(value(&made, INI, "Outgoing", "credentials"), "use-incoming",
       "one login does for both");
    IS(value(&made, INI, "Outgoing", "login"), NULL, "and is written once");
    OK(made.file_count == 2 && made.files[1]->is_extra &&
           pt_is(made.files[1]->name, "pinned-certs/127.0.0.1.pem"),
       "it trusts the certificate for the host");
    OK(made.notes.count == 0, "and need not ask");
}

static void test_geary_logins(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;

    sample->servers[SAMPLE_OUT].username = "sender";
    write_sample("geary", sample, &made);
    IS(value(&made, INI, "Outgoing", "credentials"), "custom",
       "another login to send is one of its own");
    IS(value(&made, INI, "Outgoing", "login"), "sender", "and is written");
    pt_output_free(&made);
    sample->servers[SAMPLE_OUT].auth[0] = PT_AUTH_NONE;
    write_sample("geary", sample, &made);
    IS(value(&made, INI, "Outgoing", "credentials"), "none",
       "where none is wanted there is none");
    IS(value(&made, INI, "Outgoing", "login"), NULL, "not even a name");
}

static void test_geary_certificates(struct sample *sample)
{
    static const struct pt_certificate other = {
        .der = sample_der, .der_len = sizeof(sample_der), .sha256 = "aabb"};
    PT_OUTPUT struct pt_output made;

    sample->servers[SAMPLE_OUT].certificate = &other;
    write_sample("geary", sample, &made);
    OK(made.file_count == 2 && made.notes.count == 1 &&
           strstr(made.notes.at[0], "port 1025") &&
           strstr(made.notes.at[0], " AA:BB"),
       "of two certificates of a host one is a question, and that is told");
    pt_output_free(&made);
    sample->servers[SAMPLE_OUT].host = "::1";
    write_sample("geary", sample, &made);
    OK(find_file(&made, "pinned-certs/::1.pem") && !made.notes.count,
       "another host has its own");
    pt_output_free(&made);
    sample->servers[SAMPLE_OUT].host = "../../x";
    write_sample("geary", sample, &made);
    OK(made.file_count == 2 && !find_file(&made, "pinned-certs/../../x.pem"),
       "what is no host names no file");
}

static void test_several(struct sample *sample)
{
    PT_OUTPUT struct pt_output made;
    struct pt_settings two[2] = {sample->settings, sample->settings};
    struct pt_job job = sample_job(sample);

    pt_address_parse(sample->arena, "bob@example.org", &two[1].address, NULL);
    job.accounts = two;
    job.count = 2;
    write_job("geary", &job, &made);
    OK(made.file_count == 3, "two accounts of one bridge trust it once");
    IS(sender(&made, INI, ANN), "", "the first account is Ann's");
    IS(sender(&made, "account_02/geary.ini", "bob@example.org"), "",
       "the second is Bob's");
    IS(value(&made, "account_02/geary.ini", "Account", "ordinal"), "2",
       "and stands below");
}

int main(void)
{
    static void (*const tests[])(struct sample *sample) = {
        test_sources,        test_pop3,          test_methods,
        test_calendars,      test_address_books, test_dav_at_ipv6,
        test_dav_by_oauth2,  test_geary,         test_geary_logins,
        test_two_certificates, test_geary_certificates, test_several,
        test_blanks, test_two_logins,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
        struct sample sample;

        sample_begin(&sample, arena, ANN);
        tests[i](&sample);
    }
    return tap_done();
}
