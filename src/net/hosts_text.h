/* hosts_text.h - is a name in the hosts file at all?
 *
 * c-ares reads and parses the whole file for each host, and there are files of
 * a hundred thousand lines.  Here it is read once, until it changes, and
 * searched as text: what is not in it need not be parsed for.
 */
#ifndef PT_NET_HOSTS_TEXT_H
#define PT_NET_HOSTS_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <sys/stat.h>

enum { PT_HOSTS_TEXT_MAX = 16 * 1024 * 1024 }; /* larger ones are not kept */

/* All zero to begin with. */
struct pt_hosts_text {
    struct pt_buf text; /* in lower case */
    bool is_whole;      /* text has all of the file as it was then: */
    struct stat was;
};

/* True also when there is no telling; false: it certainly is not.  As part of
 * another name it is in the file as well. */
bool pt_hosts_text_has(struct pt_hosts_text *hosts, const char *path,
                       const char *name);
void pt_hosts_text_free(struct pt_hosts_text *hosts);

#endif
