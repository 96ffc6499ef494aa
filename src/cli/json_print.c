#include "cli/json_print.h"

enum pt_status pt_json_print(struct pt_json *json, bool one_line, FILE *out,
                             struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    enum pt_status status = pt_json_end(json, one_line, &text, err);

    if (status == PT_OK)
        fwrite(text.at, 1, text.len, out);
    return status;
}
