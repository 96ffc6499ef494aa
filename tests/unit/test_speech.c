/* test_speech.c - what a conversation's report means, and certificates. */
#include "format/speech.h"
#include "tests/tap.h"

/* CN=127.0.0.1, an elliptic key; its digest and pin by the openssl program:
 * openssl x509 -fingerprint -sha256, and
 * openssl x509 -pubkey | openssl pkey -pubin -outform DER | sha256 | base64 */
static const char certificate[] =
    "MIIBfDCCASOgAwIBAgIUOJsqb5Q2JKnEpOPKBm9OJqGPZJQwCgYIKoZIzj0EAwIwFDES"
    "MBAGA1UEAwwJMTI3LjAuMC4xMB4XDTI2MTEyNDE2MTUwNVoXDTM2MTEyMTE2MTUwNVow"
    "FDESMBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEExdb"
    "MVef4ouKooWd3XtwLCfejXkRmDRxH+km8Yr4LuFKOIlJMUx+cX+dw1/T4zCTvMSuzzUy"
    "h27wt0/Ke2vFQqNTMFEwHQYDVR0OBBYEFLZ9tSyX4ZM39i53BP20QZk/9jq2MB8GA1Ud"
    "IwQYMBaAFLZ9tSyX4ZM39i53BP20QZk/9jq2MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI"
    "zj0EAwIDRwAwRAIgN7V/gc+0gszFSSiFGwbyo+EBOUlchRSnRFM/zEM/GhACIHfetqQ2"
    "2TQJ0kmMLvlz/doqfhhafenaz9LJBg1N+uFd";
static const char digest[] =
    "2549af78fc17c6138acd1eda8cff6548741a35c699557b69bd584ec6a4227a97";
static const char pin[] =
    "sha256//Hn55vMZRf5VawWWaae1aIyPMI+yp9woWB2blSozaQsk=";

static struct pt_speech read_speech(struct pt_arena *arena, const char *text)
{
    struct pt_speech speech = {0};

    OK(pt_speech_read(arena, pt_slice_of(text), &speech), "a report is read");
    return speech;
}

static void test_report(struct pt_arena *arena)
{
    struct pt_speech s = read_speech(
        arena, "greeting 220 127.0.0.1 ESMTP Service Ready\r\n"
               "said 250-Hello\nsaid 250 SIZE\nnonsense\n\nsecurity starttls\n"
               "problem first\nproblem second\nsecurity nonsense");

    IS(s.greeting, "220 127.0.0.1 ESMTP Service Ready", "a greeting is kept");
    OK(s.is_mail && s.service == PT_SUBMISSION, "and known");
    OK(s.said.count == 2, "so is what followed");
    IS(s.said.count == 2 ? s.said.at[1] : NULL, "250 SIZE", "line by line");
    OK(s.security == PT_STARTTLS, "how it is protected");
    IS(s.problem, "first", "and the first problem");
    OK(!s.grpc && !s.silent && !s.certificate, "and nothing that was not said");
}

static void test_odd_reports(struct pt_arena *arena)
{
    struct pt_speech s = read_speech(arena, "");

    IS(s.greeting, "", "without a greeting it is empty");
    OK(!s.is_mail && s.security == PT_SECURITY_UNKNOWN,
       "and nothing is known");
    s = read_speech(arena, "grpc\n");
    OK(s.grpc && !s.is_mail, "gRPC is no mail");
    s = read_speech(arena, "problem it hung up without a word\nsilent\n");
    OK(s.silent, "silence is known");
    s = read_speech(arena, "greeting SSH-2.0-OpenSSH\n");
    OK(!s.is_mail && *s.greeting, "another greeting is no mail");
}

static void test_certificates(struct pt_arena *arena)
{
    char text[sizeof(certificate) + 64];
    struct pt_speech s;

    snprintf(text, sizeof(text), "certificate %s\n", certificate);
    s = read_speech(arena, text);
    OK(s.certificate, "a certificate is read");
    IS(s.certificate ? s.certificate->sha256 : NULL, digest, "its digest");
    IS(s.certificate ? s.certificate->spki_pin : NULL, pin, "its pin");
    if (s.certificate)
        OK(!pt_certificate_read(arena, s.certificate->der,
                                s.certificate->der_len - 1),
           "a certificate that was cut short is none");
    s = read_speech(arena, "certificate !!!!\n");
    OK(!s.certificate, "what is not base64 is none");
    s = read_speech(arena, "certificate AAAA\n");
    OK(!s.certificate, "nor is what is not a certificate");
    OK(!pt_certificate_read(arena, "", 0), "nor nothing at all");
}

static void test_greetings(void)
{
    static const struct {
        const char *text;
        bool known;
        enum pt_service service;
        bool welcome;
    } cases[] = {
        {"* OK ready", true, PT_IMAP, true},
        {"* PREAUTH hello", true, PT_IMAP, true},
        {"* BAD unable to handle request", true, PT_IMAP, false},
        {"* BYE", true, PT_IMAP, false},
        {"220 x ESMTP", true, PT_SUBMISSION, true},
        {"220-x", true, PT_SUBMISSION, true},
        {"421 down", true, PT_SUBMISSION, false},
        {"554 no", true, PT_SUBMISSION, false},
        {"+OK pop", true, PT_POP3, true},
        {"-ERR down", true, PT_POP3, false},
        {"\"IMPLEMENTATION\" \"Dovecot\"", true, PT_SIEVE, true},
        {"* OKAY", false, PT_IMAP, false},
        {"2200", false, PT_IMAP, false},
        {"HTTP/1.1 400 Bad Request", false, PT_IMAP, false},
        {"", false, PT_IMAP, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_slice text = pt_slice_of(cases[i].text);
        enum pt_service service = PT_SERVICES;
        char what[64];

        snprintf(what, sizeof(what), "\"%s\" is %s", cases[i].text,
                 cases[i].known ? pt_service_title(cases[i].service)
                                : "no greeting of mail");
        OK(pt_greeting_service(text, &service) == cases[i].known &&
               service == (cases[i].known ? cases[i].service : PT_SERVICES) &&
               pt_greeting_is_welcome(text) == cases[i].welcome,
           what);
    }
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_report(arena);
    test_odd_reports(arena);
    test_certificates(arena);
    test_greetings();
    return tap_done();
}
