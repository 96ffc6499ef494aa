/* landing_ways.h - which file is for which program on which device, and
 * whether there is one for these settings.
 */
#ifndef PT_SERVE_LANDING_WAYS_H
#define PT_SERVE_LANDING_WAYS_H

#include "serve/landing.h"
#include "serve/landing_words.h"

enum pt_way_file {
    PT_WAY_NO_FILE,
    PT_WAY_APPLE,
    PT_WAY_THUNDERBIRD,
    PT_WAY_K9S,
    PT_WAY_OUTLOOK,
    PT_WAY_ANDROID,
    PT_WAY_TEXT,
    PT_WAY_FILES
};

/* One program on one device. */
struct pt_way {
    enum pt_device device;
    enum pt_way_file file; /* PT_WAY_NO_FILE: the program asks by itself */
    enum pt_word program;
    enum pt_word before; /* a note above the button; or PT_W_NONE */
    enum pt_word button;
    enum pt_word steps;
    enum pt_word after; /* a note below the steps; or PT_W_NONE */
};

extern const struct pt_way pt_ways[];
extern const size_t pt_way_count;

/* Where the file is had, before "?address=". */
extern const char *const pt_way_paths[PT_WAY_FILES];

/* What came of the settings. */
struct pt_ways_made {
    const char *refusals[PT_WAY_FILES]; /* NULL: there is such a file; else why
                                           not, in a phrase */
    struct pt_slice code; /* PT_WAY_ANDROID's, an SVG */
    bool is_here;         /* the servers are had on this machine alone */
    const char *private;  /* a server that the world does not reach; or NULL */
};

/* In the arena, which remembers that memory ran out. */
void pt_ways_make(struct pt_arena *arena, const struct pt_settings *settings,
                  struct pt_ways_made *ret_made);

/* Does only this machine, or this network, reach the host? */
bool pt_host_is_private(const char *host);

/* Why there is no file of use on this device: PT_W_REFUSED, with what
 * made->refusals has; or PT_W_HERE_ALONE.  PT_W_NONE: there is one, or none is
 * needed. */
enum pt_word pt_way_refusal(const struct pt_way *way,
                            const struct pt_ways_made *made);

#endif
