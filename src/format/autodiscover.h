/* autodiscover.h - what Exchange, and many who are not, say about an account:
 * the XML called POX (MS-OXDSCLI), that for phones (MS-ASCMD), and the JSON of
 * "v2", which nobody has specified.
 */
#ifndef PT_FORMAT_AUTODISCOVER_H
#define PT_FORMAT_AUTODISCOVER_H

#include "base/error.h"
#include "model/settings.h"

struct pt_autodiscover {
    const char *name;             /* the user's own, or NULL */
    const char *redirect_url;     /* https: ask there; or NULL */
    const char *redirect_address; /* ask for this address; or NULL */
    const char *error; /* why the server says nothing: "600: Invalid Request",
                          at most 256 bytes; or NULL */
    struct pt_server *servers; /* origin left empty; Exchange's for the world
                                  before those for its own network */
    size_t server_count;
    bool is_exchange; /* it speaks of a mailbox on Exchange */
};

/* The body to POST, as "text/xml; charset=utf-8", in the arena.  NULL: XML
 * cannot hold the address, or no memory (pt_arena_failed() tells). */
const char *pt_autodiscover_request(struct pt_arena *arena,
                                    const char *address);

/* Either XML.  Must-ignore: what is unknown is passed over, a server that makes
 * no sense is dropped.  A server that says nothing of TLS has it.  PT_OK: at
 * least one of redirect_url, redirect_address, error, servers and is_exchange
 * is set.  PT_BAD_INPUT with a sentence: none, or not XML, or a DOCTYPE;
 * PT_NO_MEMORY. */
enum pt_status pt_autodiscover_read(struct pt_arena *arena,
                                    struct pt_slice xml,
                                    struct pt_autodiscover *ret_found,
                                    struct pt_error *err);

/* Does Thunderbird take a server of Autodiscover at this port for STARTTLS?  At
 * every other it takes it for TLS. */
bool pt_autodiscover_is_starttls_port(uint16_t port);

/* As pt_autodiscover_read(), but for what Thunderbird makes of each server's
 * protection: with SSL "off" it is plain text, whatever Encryption says; else
 * the port alone decides. */
enum pt_status pt_autodiscover_read_by_port(struct pt_arena *arena,
                                            struct pt_slice xml,
                                            struct pt_autodiscover *ret_found,
                                            struct pt_error *err);

/* The JSON, likewise: the one URL in it is a server's, or redirect_url when it
 * is that of POX. */
enum pt_status pt_autodiscover_read_json(struct pt_arena *arena,
                                         struct pt_slice json,
                                         struct pt_autodiscover *ret_found,
                                         struct pt_error *err);

#endif
