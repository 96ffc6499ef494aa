/* publishing.h - one run of `portolan publish`, as its parts share it. */
#ifndef PT_CLI_PUBLISHING_H
#define PT_CLI_PUBLISHING_H

#include "base/public.h"
#include "cli/command.h"
#include "format/json_build.h"
#include "serve/publish.h"

enum pt_publish_outcome {
    PT_PUBLISHED,
    PT_PUBLISHED_CURRENT, /* it was so already */
    PT_PUBLISHED_REFUSED, /* it must not be, or not over what is there */
    PT_PUBLISHED_FAILED,  /* what was there stays */
    PT_PUBLISHED_KINDS
};

enum pt_publish_act {
    PT_PUBLISH_SAME,
    PT_PUBLISH_NEW,
    PT_PUBLISH_CHANGED,
    PT_PUBLISH_GONE,
};

/* What becomes of one file. */
struct pt_publish_change {
    const char *path;
    enum pt_publish_act act;
    const char *diff; /* with --dry-run; or NULL */
};

/* What came of one domain; or, without one, of the files for all of them. */
struct pt_publish_report {
    const char *domain;
    enum pt_publish_outcome outcome;
    size_t files;
    struct pt_error why; /* it was refused, or failed */
    const char *note;    /* what is to be said all the same; or NULL */
    struct pt_publish_change *changes; /* without those that are the same */
    size_t change_count;
};

struct pt_publish_pending;

struct pt_publishing {
    const struct pt_call *call;
    const char *root; /* the absolute path of the folder */
    struct pt_public tree; /* not open: nothing is there yet, and nothing is to
                            be written */
    int lock;
    struct pt_publish_web web;
    struct pt_arena *arena; /* of what is pending; NULL: nothing is */
    struct pt_publish_pending *pending; /* to be put into place together, and
                                           told then, in that order */
    struct pt_publish_pending **last;
    size_t pending_count;
    bool as_lines;
    bool has_servers; /* the files for all domains are in place */
    struct pt_json json; /* of all domains; unless as lines */
    cJSON *domains;
    size_t counts[PT_PUBLISHED_KINDS];
    size_t domain_count;
    enum pt_status worst; /* the first that was not PT_OK */
};

/* How good what is to be published is. */
enum pt_publish_grade {
    PT_PUBLISH_WHOLE,
    PT_PUBLISH_INCOMPLETE, /* a source could not be asked: it must not replace
                              anything */
};

/* What is to be told of a domain, or NULL for what is for all; it is pending
 * from now on.  NULL: no memory. */
struct pt_publish_report *pt_publishing_report(struct pt_publishing *p,
                                               const char *domain);

/* See what of these files is not in place, and have it put there by the next
 * flush; name is that of the list of what is ours: the domain.  The report
 * must be the last one.  PT_NO_MEMORY; all else is for the report. */
enum pt_status pt_publishing_put(struct pt_publishing *p, const char *name,
                                 const struct pt_publish_files *files,
                                 enum pt_publish_grade grade,
                                 struct pt_publish_report *report,
                                 struct pt_error *err);

/* Is this domain pending? */
bool pt_publishing_awaits(const struct pt_publishing *p, const char *domain);

/* Put all that is pending into place, and tell of it.  PT_NO_MEMORY. */
enum pt_status pt_publishing_flush(struct pt_publishing *p,
                                   struct pt_error *err);
void pt_publishing_drop(struct pt_publishing *p); /* instead */

/* Has anything been published under this name? */
bool pt_publishing_has(const struct pt_publishing *p, const char *name);

/* ---- publish_tell.c ---- */

/* What came of a domain, as soon as that is known.  PT_NO_MEMORY. */
enum pt_status pt_publish_tell(struct pt_publishing *p,
                               const struct pt_publish_report *report,
                               struct pt_error *err);
/* And of all of them.  PT_NO_MEMORY. */
enum pt_status pt_publish_tell_end(struct pt_publishing *p,
                                   struct pt_error *err);

#endif
