#include "serve/microhttpd.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libmicrohttpd.so.12"

static const struct {
    const char *name;
    size_t at;
} symbols[] = {
    {"MHD_add_response_header", offsetof(struct pt_mhd, add_header)},
    {"MHD_create_response_from_buffer",
     offsetof(struct pt_mhd, new_response)},
    {"MHD_destroy_response", offsetof(struct pt_mhd, unref_response)},
    {"MHD_get_connection_info", offsetof(struct pt_mhd, connection_info)},
    {"MHD_get_connection_values", offsetof(struct pt_mhd, headers)},
    {"MHD_get_daemon_info", offsetof(struct pt_mhd, daemon_info)},
    {"MHD_get_timeout", offsetof(struct pt_mhd, timeout)},
    {"MHD_queue_response", offsetof(struct pt_mhd, respond)},
    {"MHD_quiesce_daemon", offsetof(struct pt_mhd, quiesce)},
    {"MHD_run", offsetof(struct pt_mhd, run)},
    {"MHD_start_daemon", offsetof(struct pt_mhd, start)},
    {"MHD_stop_daemon", offsetof(struct pt_mhd, stop)},
};

enum pt_status pt_mhd_load(struct pt_mhd *ret_mhd, struct pt_error *err)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    struct pt_mhd mhd;

    if (!library)
        return pt_fail(err, PT_CANNOT_WRITE, "install libmicrohttpd12",
                       "the library that serves HTTP, " LIBRARY
                       ", is not there");
    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);

        if (!symbol)
            return pt_fail(err, PT_CANNOT_WRITE,
                           "install libmicrohttpd 0.9.75 or newer",
                           LIBRARY " has no %s", symbols[i].name);
        memcpy((char *)&mhd + symbols[i].at, &symbol, sizeof(symbol));
    }
    *ret_mhd = mhd;
    return PT_OK;
}
