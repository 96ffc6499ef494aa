/* pins.h - certificates of bridges in files beside the one that names them. */
#ifndef PT_WRITER_PINS_H
#define PT_WRITER_PINS_H

#include "writer/writer.h"

/* The path of the file that holds the certificate seen at the server, in the
 * arena: each certificate is in one file, whoever names it.  With another
 * server (not NULL) the file holds the certificates of both.  NULL: none was
 * seen, or no memory, which the arena remembers. */
const char *pt_pin_file(struct pt_output *out, const struct pt_job *job,
                        const struct pt_server *server,
                        const struct pt_server *other);

#endif
