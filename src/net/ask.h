/* ask.h - what a source may ask of the outside world, and what comes back.
 *
 * An ask is a plain value: no handles, no callbacks.  That is what lets the
 * live machine, a recorded scenario and a fuzzer answer it alike.  A
 * transport answers each ask exactly once.
 *
 * PT_ASK_FILE     what: a path.
 *                 body: the bytes of the file, 256 KiB at most.
 *                 ABSENT: no such file.  FAILED: it cannot be read; why.
 * PT_ASK_STAT     what: a path.  Nothing is opened.
 *                 body: empty.  ABSENT: no such file.  FAILED: why.
 * PT_ASK_LOG      what: a directory.  within: what a file's name must hold.
 *                 needles: what a line must hold.
 *                 body: first "# NAME" (the newest file), then the matching
 *                 lines, oldest first, of the newest session: the files whose
 *                 names are alike up to `within`.  64 lines at most.
 * PT_ASK_SHELF    what: a directory of autoconfig files.  within: a domain.
 *                 body: first "# NAME", then the bytes of that file: the first
 *                 *.xml, in name order, that has <domain>DOMAIN</domain>.
 *                 ABSENT: none has, or there is no such directory.  FAILED:
 *                 it cannot be read, or has more than 2000 files; why.
 * PT_ASK_MACHINE  needles: program names of interest.
 *                 body: one line for each process that listens or names a
 *                 needle in its executable or arguments, and one for each
 *                 listening TCP socket, fields parted by tabs:
 *                   process PID UID USER EXE CWD ARG0 ARG1 ...
 *                   listen ADDRESS PORT UID USER PID   (0: not known)
 * PT_ASK_FREE     what: "FIRST-LAST", 256 ports at most.
 *                 body: the ports a bridge could take, one a line: nothing
 *                 listens on 127.0.0.1, nor on any other address.
 * PT_ASK_SPEAK    what: "ADDRESS:PORT", loopback only.  tls_first: it is
 *                 known to speak TLS from the first byte.
 *                 body: what was said (format/speech.h).
 *                 ABSENT: nothing listens there.
 * PT_ASK_HOST     what: the name of a host, or an address.
 *                 body: its addresses, one a line, IPv6 first; those of the
 *                 hosts file, where it is there.
 *                 ABSENT: no such host.  FAILED: why.
 * PT_ASK_PROBE    what: "HOST:PORT", a name or an address (of IPv6: in
 *                 brackets), anywhere.  tls_first: begin with TLS, else wait
 *                 for a greeting; never_first: and say nothing before it,
 *                 however long.  is_nearby.  pinned.  credentials.
 *                 within: "again" where somebody else signed in there before;
 *                 a recording tells the two apart by it.
 *                 body: what was said (format/speech.h), with what the
 *                 PT_ASK_SPEAK of a bridge has not: the address, how TLS came
 *                 about, whether the certificate is good, what is offered
 *                 under TLS, how signing in went.
 *                 ABSENT: nothing listens there, or no such host; why.
 *                 FAILED: no connection came about; why.
 *                 REFUSED: as for HTTP.
 * PT_ASK_GRPC     what: "unix:PATH", "https://ADDRESS:PORT" or
 *                 "http://ADDRESS:PORT", loopback only.  method:
 *                 "/grpc.Bridge/MailServerSettings".  token, ca_pem or NULL.
 *                 body: the reply as it came: 5 bytes of prefix and message.
 *                 ABSENT: nobody listens there.  FAILED: any other end,
 *                 and any grpc-status but 0; why.
 * PT_ASK_DNS      what: a name, A-labels.  record: of which type.
 *                 body: one record a line (format/dns_text.h).  is_signed.
 *                 ABSENT: no such name, or no such record.  FAILED: any
 *                 other end (SERVFAIL, no answer); why.
 * PT_ASK_HTTP     what: an http or https URL.  method: NULL is GET; "POST"
 *                 with payload and payload_type.
 *                 body: as published, 256 KiB of it decoded at most.  http:
 *                 the status; location: where a 3xx points, absolute.  No
 *                 redirect is followed: whoever asked judges it and asks
 *                 again.  media_type: what the body is said to be.
 *                 ABSENT: no such host, or nothing listens there.  FAILED:
 *                 no HTTP answer (time-out, bad certificate ...); why.
 *                 REFUSED: the host's addresses are none to connect to: on
 *                 this machine or a private network, though the name is a
 *                 public one; why.  is_nearby allows them.
 *                 keep: a copy is kept on disk, told from a newer one by its
 *                 ETag, and stands in for it where there is no network; why
 *                 says so.
 */
#ifndef PT_NET_ASK_H
#define PT_NET_ASK_H

#include "model/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pt_ask_kind {
    PT_ASK_FILE,
    PT_ASK_STAT,
    PT_ASK_LOG,
    PT_ASK_SHELF,
    PT_ASK_MACHINE,
    PT_ASK_FREE,
    PT_ASK_SPEAK,
    PT_ASK_HOST,
    PT_ASK_PROBE,
    PT_ASK_GRPC,
    PT_ASK_DNS,
    PT_ASK_HTTP,
    PT_ASK_KINDS
};

/* The types of DNS records there are names for here. */
enum pt_record {
    PT_RECORD_A,
    PT_RECORD_AAAA,
    PT_RECORD_MX,
    PT_RECORD_SRV,
    PT_RECORD_TXT,
    PT_RECORDS
};

/* To sign in with.  Both secret: never shown, logged or recorded. */
struct pt_credentials {
    const char *username;
    const char *password;
};

/* Borrows every string; they must live until the answer came. */
struct pt_ask {
    enum pt_ask_kind kind;
    const char *what;
    const char *within;
    const char *method;
    const char *token; /* secret: never shown, logged or recorded */
    const char *ca_pem;
    struct pt_strings needles;
    bool tls_first;
    bool never_first;
    const char *pinned; /* SHA-256 of the certificate, lower-case hex: it is
                           good, and no other; or NULL */
    const struct pt_credentials *credentials; /* or NULL: nobody signs in */
    enum pt_record record;
    const char *payload;
    const char *payload_type; /* "text/xml; charset=utf-8" */
    bool is_nearby;
    bool keep;
    int64_t limit_ms; /* most it may take; 0: as below */
    struct pt_worth at_best; /* what may come of it; all zero: as much as its
                                source may ever say */
    int tag;          /* the asker's own: what this ask was for */
    void *about;      /* the asker's own */
    const void *owner; /* the search it belongs to */
};

enum pt_answer_status {
    PT_ANSWER_OK,     /* body holds the reply */
    PT_ANSWER_ABSENT, /* a firm no */
    PT_ANSWER_FAILED, /* no answer; why says it in a phrase */
    PT_ANSWER_REFUSED, /* not asked, because it must not be; why */
};

struct pt_answer {
    enum pt_answer_status status;
    const char *body; /* borrowed, not NUL-ended, may be NULL when len is 0 */
    size_t len;
    const char *why; /* not OK: one phrase for people, or NULL when ABSENT
                        says it all; OK: a remark, or NULL; borrowed */
    bool is_signed;  /* DNS: DNSSEC-valid, by a resolver that may say so */
    int http;        /* HTTP: the status, else 0 */
    const char *location; /* HTTP: where a 3xx leads, else NULL; borrowed */
    const char *media_type; /* HTTP: its Content-Type as it stands, "" when
                               there is none; NULL: not known; borrowed */
};

typedef void pt_answer_fn(void *ctx, const struct pt_answer *answer);

/* A way to have asks answered.  done() is never called from inside begin(). */
struct pt_transport {
    /* False: no memory; done() will not be called.  *ask need not outlive the
     * call, what it points to must. */
    bool (*begin)(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx);

    /* Give up on every open ask of this owner, or of all (NULL): each done()
     * is called, with FAILED and "given up", before this returns. */
    void (*drop)(struct pt_transport *self, const void *owner);

    /* Is there more to do than can be done at once?  Then new asks would only
     * wait.  NULL: never. */
    bool (*is_busy)(struct pt_transport *self);
};

/* Why, of a PT_ASK_PROBE, where no connection could even be begun. */
#define PT_WHY_NO_NETWORK "the network is unreachable"

const char *pt_ask_kind_name(enum pt_ask_kind kind); /* "file", "speak" ... */
/* Is it one of this owner's?  NULL: anybody's. */
bool pt_ask_is_of(const struct pt_ask *ask, const void *owner);
const char *pt_record_name(enum pt_record record);   /* "mx" */
/* False, and *ret_record untouched, when the name is not one of ours. */
bool pt_record_from(struct pt_slice name, enum pt_record *ret_record);

enum {
    PT_FILE_MAX = 256 * 1024, /* bytes of a file or a reply */
    PT_ASKS_MAX = 256,        /* asks of one search */
    PT_SPEAK_MS = 1000,       /* most that one conversation takes by itself */
    PT_PROBE_MS = 10000,      /* likewise a probe, half of it to connect */
    PT_GRPC_MS = 600,         /* likewise a gRPC call */
    PT_HTTP_MS = 10000,       /* likewise an HTTP request, whole */
};

#endif
