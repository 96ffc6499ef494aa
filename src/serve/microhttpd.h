/* microhttpd.h - libmicrohttpd, as far as we use it, loaded when a server
 * starts: linked, it would make the start of every other command a third
 * longer (it brings GnuTLS).
 */
#ifndef PT_SERVE_MICROHTTPD_H
#define PT_SERVE_MICROHTTPD_H

#include "base/error.h"

#include <microhttpd.h>

struct pt_mhd {
    __typeof__(MHD_add_response_header) *add_header;
    __typeof__(MHD_create_response_from_buffer) *new_response;
    __typeof__(MHD_destroy_response) *unref_response;
    __typeof__(MHD_get_connection_info) *connection_info;
    __typeof__(MHD_get_connection_values) *headers;
    __typeof__(MHD_get_daemon_info) *daemon_info;
    __typeof__(MHD_get_timeout) *timeout;
    __typeof__(MHD_queue_response) *respond;
    __typeof__(MHD_quiesce_daemon) *quiesce;
    __typeof__(MHD_run) *run;
    __typeof__(MHD_start_daemon) *start;
    __typeof__(MHD_stop_daemon) *stop;
};

/* It stays loaded.  PT_CANNOT_WRITE: it is not there, or too old. */
enum pt_status pt_mhd_load(struct pt_mhd *ret_mhd, struct pt_error *err);

#endif
