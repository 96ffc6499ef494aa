/* keyfile_server.h - a server in two or three lines of a key file, as
 * Evolution and Geary have it. */
#ifndef PT_CLIENT_KEYFILE_SERVER_H
#define PT_CLIENT_KEYFILE_SERVER_H

#include "client/text_files.h"

/* Where it is said. */
struct pt_keyfile_server {
    const char *group; /* with Host and Port */
    const char *host;
    const char *port;
    const char *security_group;
    const char *security;
    const char *const *securities; /* by enum pt_security; of what is not
                                      known, the one that is meant then */
};

/* Fill host, port and security of the slot.  False: there is no host. */
bool pt_keyfile_server_read(struct pt_arena *arena,
                            const struct pt_edit_file *file,
                            const struct pt_keyfile_server *keys,
                            struct pt_slot *slot);

/* PT_NO_MEMORY. */
enum pt_status pt_keyfile_server_put(struct pt_client_file *file,
                                     const struct pt_keyfile_server *keys,
                                     const struct pt_server *server,
                                     struct pt_error *err);

#endif
