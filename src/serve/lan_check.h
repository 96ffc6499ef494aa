/* lan_check.h - what each mail client of a device would do: its requests, in
 * its own order, and which of them wins.
 *
 * Who asks what, in which order, and what it takes for an answer is a table
 * per client (serve/lan_clients.h); the asks go through the transport, like all
 * others, each once.
 */
#ifndef PT_SERVE_LAN_CHECK_H
#define PT_SERVE_LAN_CHECK_H

#include "base/error.h"
#include "base/loop.h"
#include "model/settings.h"
#include "net/ask.h"

struct pt_lan_step {
    const char *what;    /* "GET https://autoconfig.example.org/mail/..." */
    const char *outcome; /* a phrase: "HTTP 404", "its certificate is for
                            another name" */
    int64_t took_ms;
    bool answers;  /* the client takes this for an answer (a 200 of HTML too) */
    bool is_mistyped; /* it says servers, but not to this client, because of
                         its Content-Type */
    bool is_misread; /* it says the right servers, but the client takes their
                        protection for another */
    bool is_right; /* and it says the settings that were found */
    bool is_used;  /* it is the one the client goes by */
};

struct pt_lan_client {
    const char *client; /* "Thunderbird" */
    struct pt_lan_step *steps;
    size_t step_count;
    bool works;          /* what it goes by is right */
    bool can_be_told;    /* false: nothing it asks for can say these settings,
                            so that no server is at fault */
    const char *verdict; /* a sentence: which wins, or what hides the right one
                            and how to mend it */
};

struct pt_lan_check {
    struct pt_lan_client *clients;
    size_t client_count;
    struct pt_strings hints; /* of the whole: split DNS, rebind protection */
};

/* Plays all of them for the settings' address.  PT_NO_MEMORY. */
enum pt_status pt_lan_check(struct pt_arena *arena, struct pt_loop *loop,
                            struct pt_transport *net,
                            const struct pt_settings *settings,
                            struct pt_lan_check *ret_check,
                            struct pt_error *err);

#endif
