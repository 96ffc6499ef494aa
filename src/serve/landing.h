/* landing.h - the page at "/": type your address, get the right file for this
 * device.
 *
 * One page, whole in itself: no script, no request to anybody, light and dark,
 * made for phones first.  Pure: the same landing, the same bytes.
 */
#ifndef PT_SERVE_LANDING_H
#define PT_SERVE_LANDING_H

#include "base/buf.h"
#include "base/error.h"
#include "serve/house.h"

/* What a browser says it runs on. */
enum pt_device {
    PT_DEVICE_OTHER,
    PT_DEVICE_IPHONE, /* or iPad */
    PT_DEVICE_MAC,
    PT_DEVICE_ANDROID,
    PT_DEVICE_WINDOWS,
    PT_DEVICE_LINUX,
};

/* NULL, or nothing we know: PT_DEVICE_OTHER. */
enum pt_device pt_device_of(const char *user_agent);

struct pt_landing {
    const struct pt_house *house;
    enum pt_device device;
    const char *typed;   /* the address as it was typed; NULL: none was yet */
    const char *problem; /* a sentence: why there is nothing for it; or NULL */
    const struct pt_site *site; /* of the address; NULL: none, or a problem */
    const struct pt_settings *settings; /* said for the address */
    bool is_tls;         /* the page goes by https */
};

enum { PT_LANDING_MAX = 256 * 1024 };

/* The page, whole.  Everything that came from outside is escaped.  Links:
 * "/profile.mobileconfig?address=A" (Apple), "/file/NAME?address=A" with the
 * name of one of pt_landing_files (the file of another client), "/root.crt"
 * (our authority's certificate, where house->root is set).
 * PT_NO_MEMORY. */
enum pt_status pt_landing_page(struct pt_arena *arena,
                               const struct pt_landing *landing,
                               struct pt_buf *out, struct pt_error *err);

/* What the page needs of a browser, and all it may have: the value of its
 * Content-Security-Policy. */
extern const char pt_landing_policy[];

/* Writers whose files may be fetched at "/file/NAME", NULL-ended. */
extern const char *const pt_landing_files[];

#endif
