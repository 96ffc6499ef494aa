/* fuzz_dialogue.c - any server at all, in any order of events.
 *
 * The input is the server's script, one event a byte: 'w' 's' 'p' first, the
 * manner, 'W' 'S' 'P' of a thorough one, 'L' 'M' of one that signs in, by TLS
 * and by STARTTLS; then 'h' and a length, bytes that are
 * heard; 'q' silence; 't' TLS is up, 'v' with a good certificate, 'u' with a
 * bad one; 'f' it failed, 'x' the server hangs up, 'z' time is up. */
#include "base/text.h"
#include "net/dialogue.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct pt_credentials with = {"ann", "s3cr\"t"};

/* The only lines that may ever be said, but to sign in: no name of ours. */
static void check_said(struct pt_dialogue *d)
{
    static const char *const allowed[] = {
        "a1 CAPABILITY", "a2 STARTTLS", "a3 CAPABILITY", "a5 LOGOUT",
        "EHLO [127.0.0.1]", "STARTTLS", "CAPA", "STLS", "QUIT", "LOGOUT",
    };
    struct pt_slice rest = pt_slice(pt_buf_text(&d->out), d->out.len);
    struct pt_slice line;

    while (pt_next_line(&rest, &line)) {
        bool found = false;

        for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
            found |= pt_slice_is(line, allowed[i]);
        if (!found && !(d->credentials && d->is_verified))
            abort();
    }
    pt_buf_clear(&d->out);
}

static void check_report(const struct pt_dialogue *d)
{
    PT_BUF struct pt_buf body = {.max = 1024 * 1024};
    struct pt_slice rest;
    struct pt_slice line;

    pt_dialogue_report(d, &body);
    if (pt_buf_failed(&body))
        abort();
    rest = pt_slice(pt_buf_text(&body), body.len);
    while (pt_next_line(&rest, &line))
        if (!pt_is_printable(line) ||
            (pt_slice_has_prefix(line, "login ") &&
             pt_slice_find(line, with.password)))
            abort();
}

static const struct pt_met *meet(uint8_t event)
{
    static const char der[] = "certificate";
    static struct pt_met met = {.der = der, .der_len = sizeof(der) - 1};

    met.version = event == 't' ? NULL : "TLSv1.3";
    met.is_verified = event == 'v';
    met.faults = pt_slice_of(event == 'u' ? "it\nis of a \x1b[1m fuzzer" : "");
    return &met;
}

static size_t play(struct pt_dialogue *d, const uint8_t *at, size_t len)
{
    size_t said;

    switch (at[0]) {
    case 'h':
        said = len > 1 ? at[1] : 0;
        if (said > len - 2 || len < 2)
            said = len < 2 ? 0 : len - 2;
        pt_dialogue_hear(d, at + (len < 2 ? 1 : 2), said);
        return said + (len < 2 ? 1 : 2);
    case 'q':
        pt_dialogue_silence(d);
        break;
    case 't':
    case 'v':
    case 'u':
        pt_dialogue_secured(d, meet(at[0]));
        break;
    case 'f':
        pt_dialogue_insecure(d, "of the \x1b[1m fuzzer");
        break;
    case 'x':
        pt_dialogue_hung_up(d);
        break;
    case 'z':
        pt_dialogue_late(d);
        break;
    default:
        break;
    }
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    enum pt_manner manner = PT_MANNER_WAIT;
    struct pt_dialogue d;

    if (len && strchr("sSL", data[0]) && data[0])
        manner = PT_MANNER_TLS;
    if (len && strchr("pPM", data[0]) && data[0])
        manner = PT_MANNER_PLAIN;
    pt_dialogue_begin(&d, manner);
    d.is_thorough = len && data[0] >= 'A' && data[0] <= 'Z';
    if (len && (data[0] == 'L' || data[0] == 'M'))
        d.credentials = &with;
    for (size_t i = 1; i < len; i += play(&d, data + i, len - i)) {
        check_said(&d);
        if (d.phase == PT_PHASE_OVER && d.wish == PT_WISH_HEAR)
            abort();
    }
    check_said(&d);
    check_report(&d);
    pt_dialogue_free(&d);
    return 0;
}
