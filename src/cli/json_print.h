/* json_print.h - a JSON value, printed. */
#ifndef PT_CLI_JSON_PRINT_H
#define PT_CLI_JSON_PRINT_H

#include "format/json_build.h"

#include <stdio.h>

/* Ends json.  PT_NO_MEMORY, and then nothing was printed. */
enum pt_status pt_json_print(struct pt_json *json, bool one_line, FILE *out,
                             struct pt_error *err);

#endif
